/* SPDX-License-Identifier: MIT */
#ifndef INTAKE_H
#define INTAKE_H

#include <push.h>
#include <stats.h>

/*
 * The way from WebSocket kitchens to the hub, which all of them share.  When
 * its queue is full it is time to stop reading from them.
 */
struct intake {
	struct push *push; /* NULL: kitchens are not taken */
	struct stats_gateway *stats;
	push_waiting waiting;
	char endpoint[256];
	int64_t full_ns;      /* since when there is no room; 0: there is */
	uint64_t incarnation; /* the latest that was given */
	bool told;            /* that there is no hub */
};

/*
 * Where the hub takes dumplings: where it is told, or else at the port for
 * that on the host where it sends them.  0, -ENOENT if that is not to be
 * known, -EINVAL.
 */
int intake_endpoint(char *out, size_t size, const char *hub_in,
		    const char *hub);

/* 0 or -errno. */
int intake_open(struct intake *in, const char *endpoint,
		struct stats_gateway *stats);

/* Has what waits delivered, for a little while or until a signal. */
void intake_close(struct intake *in);

/*
 * Whether there is room for what a kitchen may send at once.  There is no need
 * to wait for it when there was none for so long that the kitchens would be
 * taken for dead: what finds no room then is dropped and counted.
 */
bool intake_has_room(struct intake *in);

/* Hands a body on; what finds no room is counted.  0 or -errno. */
int intake_send(struct intake *in, const char *topic, size_t topic_len,
		const void *body, size_t body_len, uint32_t dumplings);

/* A number for a run of a kitchen that no other has. */
uint64_t intake_incarnation(struct intake *in);

/* Once a second: says when the hub comes and goes. */
void intake_tick(struct intake *in);

#endif
