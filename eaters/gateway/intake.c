/* SPDX-License-Identifier: MIT */
#include "intake.h"

#include <bus.h>
#include <errno.h>
#include <log.h>
#include <loop.h>
#include <stdio.h>
#include <string.h>

/* As a kitchen's own queue, unless it is told otherwise. */
#define QUEUE_BYTES (64 * 1024 * 1024)
/* Room for the largest dumpling and the batch before it, with some to spare. */
#define ROOM_BYTES (4 * 1024 * 1024)
/* Kitchens end a connection that is silent for twenty seconds. */
#define FULL_NS (10 * INT64_C(1000000000))
#define LINGER_MS 2000

int intake_endpoint(char *out, size_t size, const char *hub_in, const char *hub)
{
	char *colon;
	size_t left;

	if (hub_in)
		return bus_endpoint(out, size, hub_in, BUS_PORT_IN);
	if (bus_endpoint(out, size, hub, BUS_PORT_OUT) < 0)
		return -EINVAL;
	if (strncmp(out, "tcp://", 6) != 0)
		return -ENOENT;
	colon = strrchr(out, ':');
	left = size - (size_t)(colon - out);
	return (size_t)snprintf(colon, left, ":%d", BUS_PORT_IN) < left
		       ? 0
		       : -EINVAL;
}

int intake_open(struct intake *in, const char *endpoint,
		struct stats_gateway *stats)
{
	memset(in, 0, sizeof(*in));
	in->stats = stats;
	snprintf(in->endpoint, sizeof(in->endpoint), "%s", endpoint);
	in->push = push_new(endpoint, QUEUE_BYTES);
	return in->push ? 0 : -errno;
}

void intake_close(struct intake *in)
{
	uint64_t left;

	if (!in->push)
		return;
	loop_stopped();
	push_drain(in->push, 0, loop_signals_fd(), LINGER_MS);
	left = atomic_load(&in->waiting);
	if (left > 0)
		log_error("%llu dumplings of kitchens were not delivered",
			  (unsigned long long)left);
	push_free(in->push, 0);
	in->push = NULL;
}

bool intake_has_room(struct intake *in)
{
	int64_t now_ns;

	if (push_has_room(in->push, ROOM_BYTES)) {
		in->full_ns = 0;
		return true;
	}
	now_ns = loop_now_ns();
	if (in->full_ns == 0)
		in->full_ns = now_ns;
	return now_ns - in->full_ns >= FULL_NS;
}

int intake_send(struct intake *in, const char *topic, size_t topic_len,
		const void *body, size_t body_len, uint32_t dumplings)
{
	static struct log_limit limit;
	int rc = push_send(in->push, topic, topic_len, body, body_len,
			   dumplings, &in->waiting);

	if (rc < 0) {
		in->stats->kitchen_dumplings_dropped += dumplings;
		log_limited(&limit,
			    "dropped dumplings of a kitchen: the hub at %s "
			    "takes none",
			    in->endpoint);
	}
	return rc;
}

uint64_t intake_incarnation(struct intake *in)
{
	uint64_t now = (uint64_t)loop_wall_ns();

	in->incarnation = now > in->incarnation ? now : in->incarnation + 1;
	return in->incarnation;
}

void intake_tick(struct intake *in)
{
	bool changed;
	enum push_state state = push_state(in->push, &changed);

	if (changed && state == PUSH_CONNECTED)
		log_info("connected to the hub's intake at %s", in->endpoint);
	else if (changed && state == PUSH_LOST)
		log_info("lost the hub's intake at %s; connecting again",
			 in->endpoint);
	else if (state == PUSH_NEVER && push_retried(in->push) && !in->told) {
		log_info("no hub takes dumplings at %s yet; waiting for it",
			 in->endpoint);
		in->told = true;
	}
}
