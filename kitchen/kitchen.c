/* SPDX-License-Identifier: MIT */
#include "kitchen.h"

#include "bus.h"
#include "log.h"
#include "loop.h"
#include "option.h"
#include "presence.h"
#include "rights.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHY_SIZE 1024
#define SECOND_NS INT64_C(1000000000)
#define PRESENCE_NS SECOND_NS

/* Packets between two looks at the clock. */
#define TURN 1024

/* Between two looks at the connection while lingering. */
#define LINGER_SLICE_MS 200

/* --- opening ------------------------------------------------------------- */

/* Packets that wait for the hub to take a file's dumplings. */
static void waiting_for_hub(void *host)
{
	struct kitchen *k = host;
	bool changed;

	if (push_state(k->way.push, &changed) == PUSH_CONNECTED)
		return;
	if (!k->told_waiting)
		log_info("the queue is full; waiting for a hub at %s",
			 k->endpoint);
	k->told_waiting = true;
}

static int on_idle(void *host);

static int open_capture(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;
	const struct capture_config config = {
		.interface = s->interface,
		.file = s->read,
		.filter = s->filter,
		.snaplen = (int)s->snaplen,
		.promiscuous = s->promiscuous,
		.buffer_size = (int)s->buffer_size,
		.delay_ms = (int)s->buffer_delay,
	};
	char why[WHY_SIZE];

	k->capture = capture_open(&config, on_idle, k, why, sizeof(why));
	if (!k->capture && loop_stopped())
		return -ECANCELED; /* a pipe gave nothing until then */
	if (!k->capture) {
		log_error("%s", why);
		return -EIO;
	}
	k->linktype = capture_linktype(k->capture);
	if (!decode_knows(k->linktype))
		log_error("link type %d is not one that is decoded here: "
			  "chefs see its packets as raw bytes",
			  k->linktype);
	return 0;
}

static int open_way(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;

	k->way = (struct batcher_way){
		.limit = s->queue_size,
		.patient = s->read != NULL,
		.waits = s->read != NULL,
		.stop_fd = loop_signals_fd(),
		.waiting = waiting_for_hub,
		.host = k,
	};
	k->way.push = push_new(k->endpoint, s->queue_size);
	if (k->way.push)
		return 0;
	log_error("cannot connect to %s: %s (see --hub)", k->endpoint,
		  strerror(errno));
	return -errno;
}

static bool is_twice(const struct kitchen *k)
{
	const char *name = k->chefs[k->chef_count - 1].file.chef.name;

	for (size_t i = 0; i + 1 < k->chef_count; i++)
		if (strcmp(k->chefs[i].file.chef.name, name) == 0) {
			log_error("chef %s is given twice", name);
			return true;
		}
	return false;
}

static int open_chefs(struct kitchen *k)
{
	const struct chef_host_kitchen shared = {
		.name = k->settings.name,
		.incarnation = k->incarnation,
		.max_message = k->settings.max_message,
		.way = &k->way,
	};
	struct nd_list *chefs = &k->settings.chefs;
	char why[WHY_SIZE] = "no chef was named and none is bundled";
	int rc = 0;

	if (chefs->count == 0)
		rc = chef_file_bundled(chefs, why, sizeof(why));
	k->chefs = calloc(chefs->count + 1, sizeof(*k->chefs));
	if (rc < 0 || chefs->count == 0 || !k->chefs) {
		log_error("%s", why);
		return -ENOENT;
	}
	for (size_t i = 0; i < chefs->count; i++) {
		rc = chef_host_open(&k->chefs[i], chefs->items[i], &shared, why,
				    sizeof(why));
		if (rc < 0) {
			log_error("%s", why);
			return rc;
		}
		k->chef_count++;
		if (is_twice(k))
			return -EEXIST;
	}
	return 0;
}

int kitchen_open(struct kitchen *k)
{
	char why[WHY_SIZE];
	int rc;

	k->incarnation = (uint64_t)loop_wall_ns();
	rc = open_chefs(k);
	if (rc == 0)
		rc = open_way(k);
	if (rc == 0)
		rc = presence_open(k);
	/* Last, as a pipe may let it wait, and the hub is to know us then. */
	if (rc == 0)
		rc = open_capture(k);
	if (rc < 0)
		return rc;
	rc = rights_drop(k->settings.user, why, sizeof(why));
	if (rc < 0)
		log_error("%s", why);
	return rc;
}

void kitchen_close(struct kitchen *k)
{
	/* The push holds on to the chefs' counters, so it goes first. */
	push_free(k->way.push, 1000);
	presence_close(k);
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_close(&k->chefs[i]);
	free(k->chefs);
	capture_close(k->capture);
}

/* --- packets and pokes --------------------------------------------------- */

static void poke(struct kitchen *k, int64_t time_ns)
{
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_interval(&k->chefs[i], time_ns);
}

static int64_t poke_interval_ns(const struct kitchen *k)
{
	return (int64_t)(k->settings.poke_interval * 1e9);
}

/* Pokes if it is time; after a long gap once, not for all of it. */
static void poke_if_due(struct kitchen *k, int64_t clock_ns, int64_t time_ns)
{
	int64_t interval = poke_interval_ns(k);

	/* A clock that was set back, or one packet from the future. */
	if (k->next_poke_ns > clock_ns + interval)
		k->next_poke_ns = clock_ns + interval;
	if (interval == 0 || clock_ns < k->next_poke_ns)
		return;
	if (k->next_poke_ns == 0 || clock_ns - k->next_poke_ns >= interval)
		k->next_poke_ns = clock_ns;
	poke(k, kitchen_on_packet_time(k) ? k->next_poke_ns : time_ns);
	k->next_poke_ns += interval;
}

static void on_packet(void *host, int64_t time_ns, const uint8_t *data,
		      uint32_t caplen, uint32_t len)
{
	struct kitchen *k = host;
	bool packet_time = kitchen_on_packet_time(k);
	int64_t made_ns = packet_time ? time_ns : loop_wall_ns();

	if (packet_time)
		poke_if_due(k, time_ns, time_ns);
	k->last_packet_ns = time_ns;
	k->stats.packets_seen++;
	k->stats.bytes_seen += len;
	decode_packet(&k->decode, k->linktype, time_ns, data, caplen, len);
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_packet(&k->chefs[i], &k->decode.pkt, made_ns);
}

static void flush(struct kitchen *k, int64_t now_ns, int64_t delay_ns)
{
	for (size_t i = 0; i < k->chef_count; i++)
		batcher_flush(&k->chefs[i].batcher, now_ns, delay_ns);
}

static void count_drops(struct kitchen *k)
{
	if (!k->capture)
		return; /* it is being opened */
	capture_dropped(k->capture, &k->stats.packets_dropped_kernel,
			&k->stats.packets_dropped_interface);
}

static void follow_hub(struct kitchen *k)
{
	bool changed;
	enum push_state state = push_state(k->way.push, &changed);

	if (changed && state == PUSH_CONNECTED)
		log_info("connected to the hub at %s", k->endpoint);
	else if (changed && state == PUSH_LOST)
		log_info("lost the hub at %s; connecting again", k->endpoint);
	else if (state == PUSH_NEVER && push_retried(k->way.push) &&
		 !k->told_waiting) {
		log_info("no hub at %s yet; waiting for it (nd-hub is one)",
			 k->endpoint);
		k->told_waiting = true;
	}
}

/* What is done by the clock: pokes on its time, presence, old batches. */
static void keep_time(struct kitchen *k)
{
	int64_t now = loop_now_ns();

	if (!kitchen_on_packet_time(k))
		poke_if_due(k, now, loop_wall_ns());
	if (now >= k->next_presence_ns) {
		follow_hub(k);
		count_drops(k);
		presence_send(k, false);
		k->next_presence_ns = now + PRESENCE_NS;
	}
	flush(k, now, (int64_t)(k->settings.batch_delay * 1e6));
}

/* When something is to be done that has a time. */
static int64_t next_ns(const struct kitchen *k)
{
	if (!kitchen_on_packet_time(k) && poke_interval_ns(k) > 0 &&
	    k->next_poke_ns < k->next_presence_ns)
		return k->next_poke_ns;
	return k->next_presence_ns;
}

static int on_idle(void *host)
{
	struct kitchen *k = host;

	keep_time(k);
	flush(k, loop_now_ns(), 0);
	return loop_timeout_ms(next_ns(k));
}

/* --- loops --------------------------------------------------------------- */

/* Waits for packets, the hub, a signal, or the next thing that has a time. */
static void wait_for(struct kitchen *k, int fd, int64_t until_ns)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			       {.fd = k->way.stop_fd, .events = POLLIN},
			       {.fd = push_fd(k->way.push), .events = POLLIN}};
	int64_t next = next_ns(k);

	if (until_ns < next)
		next = until_ns;
	if (poll(fds, 3, loop_timeout_ms(next)) > 0 && fds[2].revents)
		follow_hub(k);
}

static bool is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static int run_live(struct kitchen *k)
{
	int fd = capture_fd(k->capture), rc = 0;

	while (rc >= 0 && !loop_stopped()) {
		/* A full turn: there may be more, though the kernel told it. */
		if (rc < TURN)
			wait_for(k, fd, INT64_MAX);
		rc = capture_dispatch(k->capture, TURN, on_packet, k);
		keep_time(k);
		if (rc < TURN && !is_readable(fd))
			flush(k, loop_now_ns(), 0);
	}
	return rc;
}

static int run_file(struct kitchen *k)
{
	int rc = 0;

	while (rc >= 0 && !loop_stopped()) {
		rc = capture_dispatch(k->capture, TURN, on_packet, k);
		keep_time(k);
	}
	return rc;
}

/* The savefile's clock against ours, and the packet that waits. */
struct replay {
	struct kitchen *k;
	int64_t first_packet_ns, started_ns;
};

/* Holds a packet back until its time has come. */
static void on_replay(void *host, int64_t time_ns, const uint8_t *data,
		      uint32_t caplen, uint32_t len)
{
	struct replay *r = host;
	struct kitchen *k = r->k;
	double after_ns;
	int64_t due_ns;

	if (k->stats.packets_seen == 0) {
		r->first_packet_ns = time_ns;
		r->started_ns = loop_now_ns();
	}
	after_ns = (double)(time_ns - r->first_packet_ns) / k->speed;
	due_ns =
		after_ns > 9e17 ? INT64_MAX : r->started_ns + (int64_t)after_ns;
	while (loop_now_ns() < due_ns && !loop_stopped()) {
		on_idle(k);
		wait_for(k, -1, due_ns);
	}
	if (!loop_stopped())
		on_packet(k, time_ns, data, caplen, len);
}

static int run_replay(struct kitchen *k)
{
	struct replay r = {.k = k};
	int rc = 0;

	while (rc >= 0 && !loop_stopped()) {
		rc = capture_dispatch(k->capture, 64, on_replay, &r);
		keep_time(k);
	}
	return rc;
}

int kitchen_run(struct kitchen *k)
{
	int rc;

	keep_time(k);
	if (!k->settings.read)
		rc = run_live(k);
	else if (k->speed == 0)
		rc = run_file(k);
	else
		rc = run_replay(k);
	if (rc != -EIO)
		return 0;
	if (k->settings.read)
		log_error("%s ends inside a packet or is damaged; the %llu "
			  "packets before that were used (%s)",
			  k->settings.read,
			  (unsigned long long)k->stats.packets_seen,
			  capture_error(k->capture));
	else
		log_error("cannot go on with %s: %s", k->settings.interface,
			  capture_error(k->capture));
	return rc;
}

/* --- the end ------------------------------------------------------------- */

static uint64_t summarize(struct kitchen *k)
{
	uint64_t lost = 0;

	log_info("%llu packets seen, %llu dropped by the kernel, %llu by the "
		 "interface",
		 (unsigned long long)k->stats.packets_seen,
		 (unsigned long long)k->stats.packets_dropped_kernel,
		 (unsigned long long)k->stats.packets_dropped_interface);
	for (size_t i = 0; i < k->chef_count; i++) {
		struct batcher *b = &k->chefs[i].batcher;

		chef_host_count(&k->chefs[i]);
		lost += b->stats.waiting + b->stats.dropped;
		log_info("%s: %llu dumplings, %llu dropped from a full queue, "
			 "%llu not taken by the hub, %llu errors",
			 k->chefs[i].file.chef.name,
			 (unsigned long long)b->stats.next_seq,
			 (unsigned long long)b->stats.dropped,
			 (unsigned long long)b->stats.waiting,
			 (unsigned long long)b->stats.errors);
	}
	return lost;
}

/* Waits until no more than `bytes` wait, and says if there is no hub. */
static void linger(struct kitchen *k, size_t bytes)
{
	int64_t until_ns = loop_now_ns() + (int64_t)(k->settings.linger * 1e9);
	int rc, left_ms;

	do {
		left_ms = loop_timeout_ms(until_ns);
		rc = push_drain(k->way.push, bytes, loop_signals_fd(),
				left_ms < LINGER_SLICE_MS ? left_ms
							  : LINGER_SLICE_MS);
		follow_hub(k);
	} while (rc == -ETIMEDOUT && left_ms > 0);
}

uint64_t kitchen_finish(struct kitchen *k)
{
	bool packet_time = kitchen_on_packet_time(k), changed;
	uint64_t lost;

	/* Room for the last batches; from here on none waits for it. */
	linger(k, k->way.limit / 2);
	k->way.waits = false;
	if (poke_interval_ns(k) > 0 &&
	    (!packet_time || k->stats.packets_seen > 0))
		poke(k, packet_time ? k->last_packet_ns : loop_wall_ns());
	flush(k, loop_now_ns(), 0);
	count_drops(k);
	presence_send(k, true);
	/* A signal more ends the waiting. */
	linger(k, 0);
	lost = summarize(k);
	if (lost > 0)
		log_error("%llu dumplings were not delivered%s",
			  (unsigned long long)lost,
			  push_state(k->way.push, &changed) == PUSH_CONNECTED
				  ? ""
				  : ": there is no hub");
	return lost;
}
