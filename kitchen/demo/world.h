/* SPDX-License-Identifier: MIT */
#ifndef WORLD_H
#define WORLD_H

#include "agenda.h"
#include "chance.h"
#include "pool.h"
#include "record.h"

/*
 * The simulated world: hosts, the time, and who does something next.  Whoever
 * does something, in the other files here, is a task in the agenda that makes
 * at most one packet, at the time that it is then, and says when it goes on.
 */

#define WORLD_SECOND INT64_C(1000000000)
#define WORLD_MS INT64_C(1000000)
#define WORLD_US INT64_C(1000)

#define WORLD_HOSTS 256
#define WORLD_FRAME 1514

struct place;

/* A name in the DNS, of a host; of none: there is no such name. */
struct name {
	const char *text;
	const char *alias; /* what it stands for, or NULL */
	struct host *host;
	bool v6, https; /* what else than an address of IPv4 it has */
};

struct host {
	const char *name;
	const struct place *place; /* NULL: somewhere outside */
	uint8_t mac[6], ip4[4], ip6[16];
	uint8_t hops;  /* to one outside */
	uint16_t port; /* of its last connection */
	uint16_t id;   /* of its last IPv4 packet */
};

/* A network with a router, and with this program's ear in its switch. */
struct place {
	const char *domain;
	struct host *router, *resolver;
	struct host *host[64]; /* those that others talk to by chance */
	size_t host_count;
	struct name name[64]; /* what is asked for, the first most often */
	size_t name_count;
	uint8_t net; /* 10.NET.0.0/24, 2001:db8:NET::/64 */
};

struct world {
	struct chance chance;
	struct agenda agenda;
	struct record *record;
	int64_t now_ns;   /* since the start */
	int64_t clock_ns; /* what its clocks show at the start, since 1970 */
	double rate;      /* how lively it is */
	struct host hosts[WORLD_HOSTS];
	size_t host_count;
	struct pool talks, lookups, errands, habits;
	/* The frame in work; its body has headers put before it (wire.h). */
	uint8_t buffer[128 + WORLD_FRAME];
	uint64_t packets;
};

/* Something that a host does in a few packets, at most one at a time. */
struct errand {
	struct world *w;
	struct place *place;
	struct host *from, *to;
	uint32_t step, count;
	uint16_t id, seq;
	void (*then)(struct world *w, struct host *from);
};

/*
 * Something that is done again and again, first after first_s, then after
 * mean_s by chance: sooner while much goes on, unless it is `steady`.
 */
struct world_habit {
	double first_s, mean_s;
	bool steady;
	void (*fn)(struct world *w, struct place *place);
};

int world_open(struct world *w, struct record *record, uint64_t seed);
void world_close(struct world *w);

/* A host that was not there before. */
struct host *world_host(struct world *w, const char *name);
/* One of a place, 10.NET.0.NUMBER, with a card of this vendor. */
struct host *world_local(struct world *w, struct place *place, const char *name,
			 uint8_t number, uint32_t vendor);
/* One that is far away, at an address for documentation (RFC 5737). */
struct host *world_outside(struct world *w, const char *name, uint32_t number);
/* The next of its ports for a connection of its own. */
uint16_t world_port(struct host *h);
/* One of those that a place knows. */
struct host *world_any(struct world *w, const struct place *place);

void world_after(struct world *w, int64_t ns, agenda_fn *run, void *self);

/* What is done at a place from now on; the table is lent for w's life. */
void world_habits(struct world *w, struct place *place,
		  const struct world_habit *habits, size_t count);

/* How much goes on now: about 1, in waves of minutes and short bursts. */
double world_load(const struct world *w);

/* An errand that has begun, or NULL when there are too many. */
struct errand *world_errand(struct world *w, struct host *from, struct host *to,
			    agenda_fn *run);
/* It goes on later, or is done. */
void world_go_on(struct errand *e, int64_t ns, agenda_fn *run);
void world_done(struct errand *e);

/* Does the next thing. */
void world_step(struct world *w);

#endif
