/* SPDX-License-Identifier: MIT */
#include "tool.h"

#include "channels.h"
#include "log.h"
#include "loop.h"
#include "nmsg_socket.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NS_A_SECOND INT64_C(1000000000)

/* How often a pipe of packets that gives nothing looks for others. */
#define OTHERS_MS 5

/* --- messages ------------------------------------------------------------ */

static void fail_output(struct tool *t, const struct outlet *o, int rc)
{
	t->enough = true;
	/* A signal that came while nobody took what we had. */
	if (rc == -EINTR)
		return;
	t->failed = true;
	if (rc == -EPIPE)
		log_error("nobody reads %s any more", o->name);
	else
		log_error("cannot write to %s: %s", o->name, strerror(-rc));
}

static void write_to(struct tool *t, struct outlet *o, const struct message *m)
{
	int rc = outlet_write(o, m);

	if (rc < 0)
		fail_output(t, o, rc);
}

static bool all_are_full(const struct tool *t)
{
	for (size_t i = 0; i < t->outlet_count; i++)
		if (!outlet_is_full(&t->outlets[i]))
			return false;
	return true;
}

static void take(void *host, struct message *m)
{
	struct tool *t = host;
	struct outlet *o = &t->outlets[t->turn];

	if (t->enough)
		return;
	t->in++;
	if (t->settings.mirror) {
		for (size_t i = 0; i < t->outlet_count; i++)
			write_to(t, &t->outlets[i], m);
	} else {
		write_to(t, o, m);
		if (++t->turn == t->outlet_count)
			t->turn = 0;
	}
	if (t->settings.count > 0 && all_are_full(t))
		t->enough = true;
}

/* --- what has a time ----------------------------------------------------- */

static void set_due(struct tool *t)
{
	int64_t interval = (int64_t)t->settings.interval * NS_A_SECOND;
	int64_t now = loop_wall_ns() - t->offset_ns;

	t->due_ns = now - now % interval + interval + t->offset_ns;
}

static void interval_if_due(struct tool *t)
{
	if (!t->settings.interval || loop_wall_ns() < t->due_ns)
		return;
	set_due(t);
	if (!t->settings.kicker) {
		t->enough = true;
		return;
	}
	for (size_t i = 0; i < t->outlet_count; i++) {
		struct outlet *o = &t->outlets[i];
		int rc = o->rotates ? outlet_rotate(o) : 0;

		if (rc < 0)
			fail_output(t, o, rc);
	}
}

/* When an output's oldest message has waited long enough; INT64_MAX: never. */
static int64_t flush_due(const struct tool *t, struct outlet *o, int64_t now)
{
	if (!o->dirty || !t->live || t->settings.flush == 0)
		return INT64_MAX;
	if (o->since_ns == 0)
		o->since_ns = now;
	return o->since_ns + (int64_t)(t->settings.flush * 1e9);
}

/* What is due is done.  In how many ms the next thing is, or -1. */
static int upkeep(struct tool *t)
{
	int64_t now = loop_now_ns(), next = INT64_MAX, wall;

	for (size_t i = 0; i < t->outlet_count && !t->enough; i++) {
		struct outlet *o = &t->outlets[i];
		int rc = outlet_send(o);
		int64_t due = flush_due(t, o, now);

		if (rc == 0 && due <= now)
			rc = outlet_flush(o);
		else if (due < next)
			next = due;
		if (rc < 0)
			fail_output(t, o, rc);
	}
	for (size_t i = 0; i < t->intake_count; i++)
		if (t->intakes[i].not_before_ns > now &&
		    t->intakes[i].not_before_ns < next)
			next = t->intakes[i].not_before_ns;
	interval_if_due(t);
	if (t->settings.interval) {
		wall = loop_now_ns() + t->due_ns - loop_wall_ns();
		if (wall < next)
			next = wall;
	}
	return loop_timeout_ms(next);
}

/* --- the loop ------------------------------------------------------------ */

static void step(struct tool *t, struct intake *in)
{
	int rc;

	in->stepped = true;
	rc = in->kind->step(in);
	in->stepped = false;
	in->hot = rc > 0;
	if (rc >= 0)
		return;
	in->ended = true;
	if (in->failed || (rc != -ENODATA && !loop_stopped()))
		t->failed = true;
}

/*
 * Waits, at most so long, and steps what has something.  Whether some input
 * has not ended.
 */
static bool turn(struct tool *t, int timeout_ms)
{
	int64_t now = loop_now_ns();
	bool some = false;

	for (size_t i = 0; i < t->intake_count; i++) {
		struct intake *in = &t->intakes[i];
		bool there = !in->ended && !in->stepped;

		some |= there;
		in->waited = there && in->not_before_ns <= now;
		t->polled[i].fd = in->waited ? in->fd : -1;
		t->polled[i].events = POLLIN;
		t->polled[i].revents = 0;
		if (in->waited && (in->hot || in->fd < 0))
			timeout_ms = 0;
	}
	if (!some)
		return false;
	t->polled[t->intake_count].fd = loop_signals_fd();
	t->polled[t->intake_count].events = POLLIN;
	poll(t->polled, t->intake_count + 1, timeout_ms);
	for (size_t i = 0; i < t->intake_count && !t->enough; i++) {
		struct intake *in = &t->intakes[i];

		if (in->waited && !in->ended && !in->stepped &&
		    (in->hot || in->fd < 0 || t->polled[i].revents))
			step(t, in);
	}
	return true;
}

/* While a pipe of packets has nothing: the others' turn. */
static int idle(void *host)
{
	struct intake *in = host;
	struct tool *t = in->host;
	bool others;
	int ms;

	if (t->enough)
		return -1;
	t->live = true;
	others = turn(t, 0);
	ms = upkeep(t);
	return others && ms > OTHERS_MS ? OTHERS_MS : ms;
}

void tool_run(struct tool *t)
{
	while (!t->enough && !loop_stopped() && turn(t, upkeep(t)))
		;
}

/* --- opening and closing ------------------------------------------------- */

typedef int open_fn(struct intake *in, char *why, size_t why_size);

static int add_intakes(struct tool *t, const struct nd_list *names,
		       open_fn *open)
{
	char why[512];

	for (size_t i = 0; i < names->count; i++) {
		struct intake *in = &t->intakes[t->intake_count];

		*in = (struct intake){.name = names->items[i],
				      .settings = &t->settings,
				      .fd = -1,
				      .take = take,
				      .host = t,
				      .idle = idle};
		t->intake_count++;
		if (open(in, why, sizeof(why)) < 0) {
			log_error("%s", why);
			return -EIO;
		}
		t->live |= in->live;
		if (t->settings.debug)
			log_info("input: %s", in->name);
	}
	return 0;
}

/* What the alias file has for each of these names. */
static int expand(const struct nd_list *names, struct nd_list *addresses)
{
	char why[512];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < names->count; i++) {
		rc = channels_find(names->items[i], addresses, why,
				   sizeof(why));
		if (rc < 0)
			log_error("%s", why);
	}
	return rc;
}

static int open_intakes(struct tool *t)
{
	struct settings *s = &t->settings;
	const struct {
		const struct nd_list *names;
		open_fn *open;
	} all[] = {
		{&s->readnmsg, from_stream_file},
		{&s->readsock, from_stream_udp},
		{&s->readzsock, from_stream_zeromq},
		{&s->readpres, from_text_pres},
		{&s->readjson, from_text_json},
		{&s->readif, from_packets_interface},
		{&s->readpcap, from_packets_file},
	};
	size_t count = 0;
	int rc = expand(&s->readchan, &s->readsock);

	if (rc == 0)
		rc = expand(&s->readzchan, &s->readzsock);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		count += all[i].names->count;
	t->intakes = calloc(count, sizeof(*t->intakes));
	t->polled = calloc(count + 1, sizeof(*t->polled));
	if (!t->intakes || !t->polled) {
		log_error("out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; rc == 0 && i < sizeof(all) / sizeof(*all); i++)
		rc = add_intakes(t, all[i].names, all[i].open);
	return rc;
}

static int add_outlet(struct tool *t, const char *name,
		      const struct outlet_kind *kind, struct nmsg_rate *rate)
{
	size_t size = (t->outlet_count + 1) * sizeof(*t->outlets);
	struct outlet *o = realloc(t->outlets, size);
	int rc = -ENOMEM;

	if (o) {
		t->outlets = o;
		o += t->outlet_count++;
		*o = (struct outlet){.kind = kind,
				     .name = name,
				     .rate = rate,
				     .patient = !t->live,
				     .settings = &t->settings};
		rc = outlet_open(o);
	}
	if (rc < 0)
		log_error("cannot open %s: %s", name,
			  rc == -ENXIO ? "no such host" : strerror(-rc));
	else if (t->settings.debug)
		log_info("output: %s", name);
	return rc;
}

static int add_outlets(struct tool *t, const struct nd_list *names,
		       const struct outlet_kind *kind)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < names->count; i++)
		rc = add_outlet(t, names->items[i], kind, NULL);
	return rc;
}

/* An output for each port of each range, which share its rate. */
static int add_sockets(struct tool *t)
{
	const struct nd_list *names = &t->settings.writesock;
	struct nmsg_socket_spec spec;
	char name[300];
	int rc = 0;

	t->rates = calloc(names->count + 1, sizeof(*t->rates));
	if (!t->rates)
		return -ENOMEM;
	for (size_t i = 0; rc == 0 && i < names->count; i++) {
		rc = nmsg_socket_parse(&spec, names->items[i]);
		if (rc < 0)
			log_error("'%s' is not HOST/PORT[..PORT][,RATE]",
				  names->items[i]);
		t->rates[i].per_second = rc < 0 ? 0 : spec.rate;
		for (int p = spec.first; rc == 0 && p <= spec.last; p++) {
			snprintf(name, sizeof(name), "%s/%d", spec.host, p);
			rc = option_list_add(&t->sockets, name);
			if (rc == 0)
				rc = add_outlet(
					t,
					t->sockets.items[t->sockets.count - 1],
					&to_nmsg_udp, &t->rates[i]);
		}
	}
	return rc;
}

static int open_outlets(struct tool *t)
{
	const struct settings *s = &t->settings;
	int rc = add_outlets(t, &s->writenmsg, &to_nmsg_file);

	if (rc == 0)
		rc = add_sockets(t);
	if (rc == 0)
		rc = add_outlets(t, &s->writezsock, &to_nmsg_zeromq);
	if (rc == 0)
		rc = add_outlets(t, &s->writepres, &to_text_pres);
	if (rc == 0)
		rc = add_outlets(t, &s->writejson, &to_text_json);
	return rc;
}

static int set_interval(struct tool *t)
{
	uint64_t random = 0;

	if (!t->settings.interval)
		return 0;
	if (t->settings.randomize &&
	    getrandom(&random, sizeof(random), 0) != sizeof(random)) {
		log_error("no random number: %s", strerror(errno));
		return -EIO;
	}
	t->offset_ns = (int64_t)(random % (t->settings.interval *
					   (uint64_t)NS_A_SECOND));
	set_due(t);
	return 0;
}

int tool_open(struct tool *t)
{
	int rc = set_interval(t);

	/* Files are overwritten only when there is something to read. */
	if (rc == 0)
		rc = open_intakes(t);
	return rc < 0 ? rc : open_outlets(t);
}

static void tell_intake(struct tool *t, struct intake *in)
{
	if (in->kind->tell)
		in->kind->tell(in);
	if (in->malformed > 1)
		log_error("%s: malformed messages: %" PRIu64, in->name,
			  in->malformed);
	if (in->failed)
		t->failed = true;
}

int tool_finish(struct tool *t)
{
	uint64_t out = 0;

	for (size_t i = 0; i < t->outlet_count; i++) {
		struct outlet *o = &t->outlets[i];
		int rc = outlet_close(o);

		out += o->total;
		if (rc < 0 && !t->failed)
			fail_output(t, o, rc);
		t->failed |= o->unfit > 0;
	}
	for (size_t i = 0; i < t->intake_count; i++)
		tell_intake(t, &t->intakes[i]);
	if (t->settings.debug)
		log_info("%" PRIu64 " messages in, %" PRIu64 " out", t->in,
			 out);
	return t->failed;
}

void tool_free(struct tool *t)
{
	static const struct nd_option list[] = {{"", ND_OPTION_LIST}, {0}};

	for (size_t i = 0; i < t->intake_count; i++)
		if (t->intakes[i].kind)
			t->intakes[i].kind->close(&t->intakes[i]);
	for (size_t i = 0; i < t->outlet_count; i++)
		outlet_free(&t->outlets[i]);
	free(t->intakes);
	free(t->outlets);
	free(t->polled);
	free(t->rates);
	option_free(list, &t->sockets);
}
