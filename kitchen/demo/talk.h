/* SPDX-License-Identifier: MIT */
#ifndef TALK_H
#define TALK_H

#include "fill.h"
#include "world.h"

/*
 * A conversation over TCP, from SYN to FIN, as it is heard beside the client
 * or the server: turns of which each is confirmed, a packet that is lost and
 * sent again now and then.  What is said a plan knows.
 */

struct talk;

/*
 * Writes the head of what is said next, and into t->turn the rest.  t->step
 * counts the calls.  False when all has been said.
 */
typedef bool talk_plan_fn(struct talk *t, struct fill *say);

#define TALK_HEAD 1024

struct talk_turn {
	bool by_server;
	bool letters;      /* the body is text, not noise */
	uint32_t body_len; /* bytes that follow the head */
	int64_t after_ns;  /* thinking before */
	int64_t gap_ns;    /* between two packets */
};

struct talk {
	struct world *w;
	struct host *client, *server;
	uint16_t client_port, server_port;
	bool v6;
	bool server_closes, breaks_off;
	int64_t near_ns, far_ns; /* how far client and server are */
	talk_plan_fn *plan;

	/* For the plan: how far it is, and what it remembers. */
	uint32_t step, left, number;
	const void *about;
	struct talk_turn turn;

	/* Where the turn is. */
	uint32_t said, head_len;
	uint8_t unconfirmed;
	bool again; /* the last packet was lost */
	uint32_t seq[2];
	uint8_t head[TALK_HEAD];
};

/* Begins one, or returns NULL when there are too many. */
struct talk *talk_begin(struct world *w, struct host *client,
			struct host *server, uint16_t port, bool v6,
			talk_plan_fn *plan);

#endif
