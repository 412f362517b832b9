/* SPDX-License-Identifier: MIT */
#ifndef STREAM_DRIVER_H
#define STREAM_DRIVER_H

/* A connection for a chef's stream(), in pieces of any size. */

#include "chef_driver.h"

struct piece {
	char from;        /* 'c' client, 's' server */
	const char *text; /* NULL: a gap */
	size_t len;
	int64_t time_ns;
};

struct talk {
	struct nd_stream s;
	uint8_t *kept[2];
	size_t kept_len[2];
};

static const uint8_t talk_client[4] = {192, 0, 2, 10};
static const uint8_t talk_server[4] = {198, 51, 100, 7};

static inline void talk_start(struct talk *t, uint64_t number)
{
	memset(t, 0, sizeof(*t));
	t->s.number = number;
	t->s.client_ip = talk_client;
	t->s.server_ip = talk_server;
	t->s.ip_len = 4;
	t->s.client_port = 33000;
	t->s.server_port = 80;
	t->s.vlan = -1;
	t->s.state = calloc(1, nd_chef.stream_size);
	assert_non_null(t->s.state);
}

static inline void talk_call(struct talk *t)
{
	driver_stream(&t->s);
}

static inline void talk_gap(struct talk *t, bool to_server, uint64_t len,
			    int64_t time_ns)
{
	if (t->s.done)
		return;
	t->s.event = ND_STREAM_GAP;
	t->s.to_server = to_server;
	t->s.len = len;
	t->s.data = NULL;
	t->s.keep = 0;
	t->s.time_ns = time_ns;
	t->kept_len[to_server] = 0;
	talk_call(t);
}

/* The bytes end where their allocation does, and are gone afterwards. */
static inline void talk_data(struct talk *t, bool to_server, const void *bytes,
			     size_t len, int64_t time_ns)
{
	size_t kept = t->kept_len[to_server], all = kept + len;
	uint8_t *copy;

	if (t->s.done || len == 0)
		return;
	copy = malloc(all);
	assert_non_null(copy);
	if (kept)
		memcpy(copy, t->kept[to_server], kept);
	memcpy(copy + kept, bytes, len);
	free(t->kept[to_server]);
	t->s.event = ND_STREAM_DATA;
	t->s.to_server = to_server;
	t->s.data = copy;
	t->s.len = all;
	t->s.keep = 0;
	t->s.time_ns = time_ns;
	talk_call(t);
	assert_true(t->s.keep <= all);
	kept = t->s.done ? 0 : (size_t)t->s.keep;
	t->kept[to_server] = malloc(kept ? kept : 1);
	assert_non_null(t->kept[to_server]);
	memcpy(t->kept[to_server], copy + all - kept, kept);
	t->kept_len[to_server] = kept;
	free(copy);
	if (kept > ND_STREAM_KEEP_MAX)
		talk_gap(t, to_server, kept, time_ns);
}

static inline void talk_end(struct talk *t, enum nd_stream_end end,
			    int64_t time_ns)
{
	t->s.event = ND_STREAM_END;
	t->s.end = end;
	t->s.data = NULL;
	t->s.len = 0;
	t->s.time_ns = time_ns;
	if (!t->s.done)
		talk_call(t);
	free(t->kept[0]);
	free(t->kept[1]);
	free(t->s.state);
}

/* All pieces, each of its bytes behind `at` (0: none) in a call of its own. */
static inline void talk_pieces(struct talk *t, const struct piece *p,
			       size_t count, size_t at, bool bytewise)
{
	for (; count; count--, p++) {
		bool up = p->from == 'c';
		size_t step, i;

		if (!p->text) {
			talk_gap(t, up, p->len, p->time_ns);
			continue;
		}
		for (i = 0; i < p->len; i += step) {
			step = bytewise ? 1 : p->len - i;
			if (!bytewise && i == 0 && at && at < p->len)
				step = at;
			talk_data(t, up, p->text + i, step, p->time_ns);
		}
	}
}

#endif
