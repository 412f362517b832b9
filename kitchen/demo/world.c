/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "names.h"
#include "talk.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TALKS 512
#define LOOKUPS 256
#define ERRANDS 256
#define HABITS 128

struct habit {
	struct world *w;
	struct place *place;
	const struct world_habit *what;
};

int world_open(struct world *w, struct record *record, uint64_t seed)
{
	w->record = record;
	w->chance.state = seed;
	w->rate = 1;
	if (pool_open(&w->talks, TALKS, sizeof(struct talk)) < 0 ||
	    pool_open(&w->lookups, LOOKUPS, sizeof(struct lookup)) < 0 ||
	    pool_open(&w->errands, ERRANDS, sizeof(struct errand)) < 0 ||
	    pool_open(&w->habits, HABITS, sizeof(struct habit)) < 0)
		return -ENOMEM;
	return 0;
}

void world_close(struct world *w)
{
	pool_close(&w->talks);
	pool_close(&w->lookups);
	pool_close(&w->errands);
	pool_close(&w->habits);
}

/* --- hosts --------------------------------------------------------------- */

struct host *world_host(struct world *w, const char *name)
{
	struct host *h = &w->hosts[w->host_count++];

	assert(w->host_count <= WORLD_HOSTS);
	h->name = name;
	h->port = (uint16_t)chance_between(&w->chance, 32768, 60000);
	h->id = (uint16_t)chance_next(&w->chance);
	return h;
}

struct host *world_local(struct world *w, struct place *place, const char *name,
			 uint8_t number, uint32_t vendor)
{
	struct host *h = world_host(w, name);
	const uint8_t ip4[] = {10, place->net, 0, number};
	const uint8_t mac[] = {(uint8_t)(vendor >> 16),
			       (uint8_t)(vendor >> 8),
			       (uint8_t)vendor,
			       place->net,
			       0x5e,
			       number};
	const uint8_t ip6[16] = {0x20, 0x01,       0x0d,         0xb8,
				 0,    place->net, [15] = number};

	h->place = place;
	memcpy(h->mac, mac, sizeof(mac));
	memcpy(h->ip4, ip4, sizeof(ip4));
	memcpy(h->ip6, ip6, sizeof(ip6));
	place->host[place->host_count++] = h;
	assert(place->host_count < sizeof(place->host) / sizeof(*place->host));
	return h;
}

struct host *world_outside(struct world *w, const char *name, uint32_t number)
{
	static const uint8_t nets[2][3] = {{198, 51, 100}, {203, 0, 113}};
	struct host *h = world_host(w, name);
	const uint8_t ip6[16] = {0x20,
				 0x01,
				 0x0d,
				 0xb8,
				 0xff,
				 0xff,
				 [14] = (uint8_t)(number >> 8),
				 [15] = (uint8_t)number};

	memcpy(h->ip4, nets[number & 1], 3);
	h->ip4[3] = (uint8_t)(1 + number / 2 % 254);
	memcpy(h->ip6, ip6, sizeof(ip6));
	h->hops = (uint8_t)chance_between(&w->chance, 5, 14);
	return h;
}

uint16_t world_port(struct host *h)
{
	h->port = h->port < 60999 ? (uint16_t)(h->port + 1) : 32768;
	return h->port;
}

struct host *world_any(struct world *w, const struct place *place)
{
	return place
		->host[chance_below(&w->chance, (uint32_t)place->host_count)];
}

/* --- what is done -------------------------------------------------------- */

void world_after(struct world *w, int64_t ns, agenda_fn *run, void *self)
{
	agenda_add(&w->agenda, w->now_ns + ns, run, self);
}

double world_load(const struct world *w)
{
	double s = (double)w->now_ns / 1e9, load;

	load = 1 + 0.4 * sin(s * (2 * M_PI / 190)) +
	       0.15 * sin(s * (2 * M_PI / 41));
	if (fmod(s, 29) > 26)
		load *= 2;
	return load * w->rate;
}

static void do_habit(void *self)
{
	struct habit *h = self;
	struct world *w = h->w;
	int64_t ns = (int64_t)(h->what->mean_s * 1e9);

	h->what->fn(w, h->place);
	if (!h->what->steady)
		ns = chance_wait(&w->chance,
				 (int64_t)((double)ns / world_load(w)));
	world_after(w, ns, do_habit, h);
}

void world_habits(struct world *w, struct place *place,
		  const struct world_habit *habits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct habit *h = pool_take(&w->habits);

		assert(h);
		*h = (struct habit){w, place, &habits[i]};
		world_after(w, (int64_t)(habits[i].first_s * 1e9), do_habit, h);
	}
}

struct errand *world_errand(struct world *w, struct host *from, struct host *to,
			    agenda_fn *run)
{
	struct errand *e = pool_take(&w->errands);

	if (!e)
		return NULL;
	*e = (struct errand){.w = w, .from = from, .to = to};
	world_after(w, 0, run, e);
	return e;
}

void world_go_on(struct errand *e, int64_t ns, agenda_fn *run)
{
	e->step++;
	world_after(e->w, ns, run, e);
}

void world_done(struct errand *e)
{
	pool_give(&e->w->errands, e);
}

void world_step(struct world *w)
{
	const struct agenda_entry next = agenda_take(&w->agenda);

	w->now_ns = next.at_ns;
	next.run(next.self);
}
