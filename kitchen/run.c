/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "log.h"
#include "loop.h"
#include "python.h"
#include "upkeep.h"

#include <errno.h>
#include <poll.h>

/* Packets between two looks at the clock. */
#define TURN 1024

/* --- a packet ------------------------------------------------------------ */

/* One that is not decoded is told once, of the first few that come. */
static void on_linktype(struct kitchen *k, int linktype)
{
	k->linktype = linktype;
	if (decode_knows(linktype))
		return;
	for (size_t i = 0; i < k->unknown_count; i++)
		if (k->unknown[i] == linktype)
			return;
	if (k->unknown_count == KITCHEN_UNKNOWN_MAX)
		return;
	k->unknown[k->unknown_count++] = linktype;
	log_error("link type %d is not one that is decoded here: chefs see its "
		  "packets as raw bytes",
		  linktype);
}

/* Workers that read the same file take turns. */
static void on_message(struct kitchen *k, const struct capture_packet *pkt)
{
	if (k->message_number++ % k->workers == k->worker)
		messages_take(&k->messages, pkt->message, pkt->time_ns);
}

static void on_packet(void *host, const struct capture_packet *pkt)
{
	struct kitchen *k = host;
	bool packet_time = kitchen_on_packet_time(k);
	int64_t made_ns = packet_time ? pkt->time_ns : loop_wall_ns();

	if (pkt->message) {
		on_message(k, pkt);
		return;
	}
	if (packet_time)
		upkeep_poke_if_due(k, pkt->time_ns, pkt->time_ns);
	if (pkt->linktype != k->linktype)
		on_linktype(k, pkt->linktype);
	k->last_packet_ns = pkt->time_ns;
	if (path_take(&k->path, pkt, made_ns)) {
		k->stats.packets_seen++;
		k->stats.bytes_seen += pkt->len;
	}
}

/* --- loops --------------------------------------------------------------- */

/* Waits for packets, the hub, a signal, or the next thing that has a time. */
static void wait_for(struct kitchen *k, int fd, int64_t until_ns)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			       {.fd = k->way.stop_fd, .events = POLLIN},
			       {.fd = push_fd(k->way.push), .events = POLLIN}};
	int64_t next = upkeep_next_ns(k);
	int rc;

	if (until_ns < next)
		next = until_ns;
	python_rest();
	rc = poll(fds, 3, loop_timeout_ms(next));
	python_wake();
	if (rc > 0 && fds[2].revents)
		upkeep_hub(k);
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
		upkeep(k);
		if (rc < TURN && !is_readable(fd))
			upkeep_flush(k, loop_now_ns(), 0);
	}
	return rc;
}

static int run_files(struct kitchen *k)
{
	int rc = 0;

	while (rc >= 0 && !loop_stopped()) {
		rc = capture_dispatch(k->capture, TURN, on_packet, k);
		upkeep(k);
	}
	return rc;
}

/* The savefile's clock against ours, and the packet that waits. */
struct replay {
	struct kitchen *k;
	bool begun;
	int64_t first_packet_ns, started_ns;
};

/* Holds a packet back until its time has come. */
static void on_replay(void *host, const struct capture_packet *pkt)
{
	struct replay *r = host;
	struct kitchen *k = r->k;
	double after_ns;
	int64_t due_ns;

	if (!r->begun) {
		r->begun = true;
		r->first_packet_ns = pkt->time_ns;
		r->started_ns = loop_now_ns();
	}
	after_ns = (double)(pkt->time_ns - r->first_packet_ns) / k->speed;
	due_ns =
		after_ns > 9e17 ? INT64_MAX : r->started_ns + (int64_t)after_ns;
	while (loop_now_ns() < due_ns && !loop_stopped()) {
		upkeep_idle(k);
		wait_for(k, -1, due_ns);
	}
	if (!loop_stopped())
		on_packet(k, pkt);
}

static int run_replay(struct kitchen *k)
{
	struct replay r = {.k = k};
	int rc = 0;

	while (rc >= 0 && !loop_stopped()) {
		rc = capture_dispatch(k->capture, 64, on_replay, &r);
		upkeep(k);
	}
	return rc;
}

int run_kitchen(struct kitchen *k)
{
	bool files = kitchen_reads_files(k);
	int rc;

	upkeep(k);
	if (!files)
		rc = run_live(k);
	else if (k->speed == 0)
		rc = run_files(k);
	else
		rc = run_replay(k);
	if (rc != -EIO)
		return 0;
	/* What is wrong with a file has been told. */
	if (!files)
		log_error("cannot go on with %s", capture_error(k->capture));
	return rc;
}
