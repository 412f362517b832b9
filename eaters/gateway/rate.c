/* SPDX-License-Identifier: MIT */
#include "rate.h"

#include "kinds.h"

#include <stdlib.h>
#include <string.h>

/* What was not used is good for a burst of so much time. */
#define BURST_S 0.25
/* Of the rate, for streams that bring more than they lately did. */
#define SPARE 0.1
/* How much the latest turn says of what a stream has. */
#define WEIGHT 0.25
/* Turns that follow one another faster are one. */
#define TURN_S 0.05
/* It ends by itself long before, when no stream more is content. */
#define ROUNDS 32

struct stream {
	double credit;
	double demand; /* a second, lately */
	int64_t at_ns; /* when it last got credit; 0: never */
	uint32_t seen; /* since the turn */
};

struct rate {
	double per_s;
	double credit; /* of all */
	double share;  /* a second, of each stream */
	int64_t at_ns;
	int64_t turn_ns;
	uint32_t count; /* streams beyond have nothing */
	struct stream streams[KINDS_MAX];
};

/* The most that is saved up, which is also what one begins with. */
static double full(double per_s)
{
	return per_s * BURST_S > 1 ? per_s * BURST_S : 1;
}

struct rate *rate_new(double per_s, int64_t now_ns)
{
	struct rate *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->per_s = per_s;
	r->credit = full(per_s);
	r->share = per_s;
	r->at_ns = now_ns;
	r->turn_ns = now_ns;
	return r;
}

void rate_free(struct rate *r)
{
	free(r);
}

void rate_forget(struct rate *r, uint32_t stream)
{
	memset(&r->streams[stream], 0, sizeof(r->streams[stream]));
}

static double seconds(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns ? (double)(to_ns - from_ns) / 1e9 : 0;
}

static double earn(double credit, double per_s, double passed_s)
{
	double most = full(per_s);

	credit += per_s * passed_s;
	return credit < most ? credit : most;
}

bool rate_take(struct rate *r, uint32_t stream, int64_t now_ns)
{
	struct stream *s = &r->streams[stream];

	r->credit = earn(r->credit, r->per_s, seconds(r->at_ns, now_ns));
	r->at_ns = now_ns;
	s->credit = s->at_ns == 0 ? full(r->share)
				  : earn(s->credit, r->share,
					 seconds(s->at_ns, now_ns));
	s->at_ns = now_ns;
	s->seen++;
	if (stream >= r->count)
		r->count = stream + 1;
	if (s->credit < 1 || r->credit < 1)
		return false;
	s->credit--;
	r->credit--;
	return true;
}

/* What those that want more than `share` can have each; 0 if none does. */
static double left_each(const struct rate *r, double share)
{
	double left = r->per_s * (1 - SPARE);
	uint32_t greedy = 0;

	for (uint32_t i = 0; i < r->count; i++) {
		bool content = r->streams[i].demand <= share;

		left -= content ? r->streams[i].demand : 0;
		greedy += !content;
	}
	return greedy > 0 ? left / greedy : 0;
}

/* Max-min fairness, by filling up: who is content leaves more for others. */
static double fair_share(const struct rate *r)
{
	double share = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double more = left_each(r, share);

		if (more <= 0)
			return r->per_s;
		if (more <= share * 1.001)
			break;
		share = more;
	}
	return share;
}

void rate_turn(struct rate *r, int64_t now_ns)
{
	double passed_s = seconds(r->turn_ns, now_ns);

	if (passed_s < TURN_S)
		return;
	r->turn_ns = now_ns;
	for (uint32_t i = 0; i < r->count; i++) {
		struct stream *s = &r->streams[i];

		s->demand += (s->seen / passed_s - s->demand) * WEIGHT;
		s->seen = 0;
	}
	r->share = fair_share(r);
}
