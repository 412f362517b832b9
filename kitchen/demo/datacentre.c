/* SPDX-License-Identifier: MIT */
#include "datacentre.h"

#include "announce.h"
#include "arp.h"
#include "join.h"
#include "names.h"
#include "ntp.h"
#include "ping.h"
#include "scan.h"
#include "services.h"
#include "web.h"

#include <string.h>

/* Vendors, as the first three bytes of a MAC address say. */
enum {
	CISCO = 0x00000c,
	MELLANOX = 0x0002c9,
	SUPERMICRO = 0x002590,
	VIRTUAL = 0x525400, /* as virtual machines have them */
};

static const char *const webs[] = {"web1.dc.test", "web2.dc.test",
				   "web3.dc.test", "web4.dc.test",
				   "web5.dc.test", "web6.dc.test",
				   "web7.dc.test", "web8.dc.test"};
static const char *const apps[] = {"app1.dc.test", "app2.dc.test",
				   "app3.dc.test", "app4.dc.test"};
static const char *const databases[] = {"db1.dc.test", "db2.dc.test",
					"db3.dc.test"};

/* Machines that are started when there is much to do. */
static const char *const spares[] = {"spare1.dc.test", "spare2.dc.test",
				     "spare3.dc.test", "spare4.dc.test",
				     "spare5.dc.test", "spare6.dc.test"};

/* What the servers themselves ask others for. */
static const char *const partners[] = {"pay.example", "mail.example",
				       "maps.example", "parcels.example",
				       "updates.example"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define VISITORS 60

static const char shop[] = "shop.example";

static struct {
	struct host *web[COUNT(webs)], *app[COUNT(apps)];
	struct host *database[COUNT(databases)];
	struct host *balancer, *cache, *monitor, *archive, *time, *stranger;
	struct host *visitor[VISITORS];
	struct host *spare[COUNT(spares)];
	uint32_t asked;   /* by the monitor, so far */
	uint32_t started; /* spare machines */
} dc;

/* --- visitors ------------------------------------------------------------ */

static struct host *web_server(struct world *w)
{
	return dc.web[chance_below(&w->chance, COUNT(webs))];
}

static struct host *app_server(struct world *w)
{
	return dc.app[chance_below(&w->chance, COUNT(apps))];
}

static void visit(struct world *w, struct place *place)
{
	struct host *from = dc.visitor[chance_rank(&w->chance, VISITORS)];

	(void)place;
	if (chance_one_in(&w->chance, 6))
		web_open_clear(w, from, dc.balancer, 80, shop, 1);
	else
		web_open(w, from, dc.balancer, 443, shop,
			 chance_between(&w->chance, 1, 4));
}

static void pass_on(struct world *w, struct place *place)
{
	(void)place;
	web_open_clear(w, dc.balancer, web_server(w), 80, shop,
		       chance_between(&w->chance, 1, 5));
}

static void compute(struct world *w, struct place *place)
{
	(void)place;
	web_open_clear(w, web_server(w), app_server(w), 8080, "app.dc.test",
		       chance_between(&w->chance, 2, 8));
}

static void ask_partner(struct world *w, struct place *place)
{
	const uint32_t n = chance_below(&w->chance, COUNT(partners));

	names_visit(w, app_server(w), &place->name[n], web_visit);
}

/* --- upkeep -------------------------------------------------------------- */

static void look_up(struct world *w, struct place *place)
{
	struct host *from = world_any(w, place);
	const uint32_t n =
		chance_below(&w->chance, (uint32_t)place->name_count);

	if (chance_one_in(&w->chance, 12))
		names_mistake(w, from);
	else if (chance_one_in(&w->chance, 30))
		names_ask(w, from, &place->name[0], MESSAGE_TXT, NULL);
	else
		names_ask(w, from, &place->name[n], MESSAGE_A, NULL);
}

/* One after the other: its counters, whether it is there, what it is called. */
static void monitor(struct world *w, struct place *place)
{
	struct host *of = place->host[dc.asked++ % place->host_count];

	if (of == dc.monitor || of == place->router)
		return;
	web_metrics(w, dc.monitor, of);
	if (dc.asked % 3 == 0)
		ping_start(w, dc.monitor, of, 2);
	if (dc.asked % 5 == 0)
		names_reverse(w, dc.monitor, of);
}

static void trace(struct world *w, struct place *place)
{
	(void)place;
	if (chance_one_in(&w->chance, 2))
		ping_trace(w, dc.monitor, web_server(w));
	else
		ping_trace(w, dc.monitor, dc.time);
}

static void set_clock(struct world *w, struct place *place)
{
	struct host *host = world_any(w, place);

	if (host != place->router)
		ntp_ask(w, host, dc.time);
}

static void back_up(struct world *w, struct place *place)
{
	(void)place;
	services_backup(w, dc.database[0], dc.archive,
			chance_between(&w->chance, 2400, 5600));
}

static void announce(struct world *w, struct place *place)
{
	static const struct announce service = {"Archive", "_ssh._tcp.local",
						22, "rack=7"};

	(void)place;
	announce_send(w, dc.archive, &service);
}

/* --- what happens now and then ------------------------------------------- */

/* The router makes sure that it knows who has the first database. */
static void look_for(struct world *w, struct place *place)
{
	arp_ask(w, place->router, dc.database[0]);
}

/* The address of the first database goes to the other machine, and back. */
static void fail_over(struct world *w, struct place *place)
{
	(void)place;
	dc.database[0]->mac[5] ^= 0x80;
	arp_announce(w, dc.database[0]);
}

static void ready(struct world *w, struct host *h)
{
	names_ask(w, h, &h->place->name[0], MESSAGE_A, web_visit);
}

/* The next machine; after the last the first, made anew. */
static void start(struct world *w, struct place *place)
{
	struct host *h = dc.spare[dc.started++ % COUNT(spares)];

	(void)place;
	chance_bytes(chance_next(&w->chance), h->mac + 3, 3);
	join_start(w, h, ready);
}

static void scan(struct world *w, struct place *place)
{
	(void)place;
	scan_start(w, dc.stranger, dc.balancer,
		   chance_between(&w->chance, 120, 300));
}

/* --- the data centre ----------------------------------------------------- */

static void add_row(struct world *w, struct place *p, struct host **hosts,
		    const char *const *names, size_t count, uint8_t first,
		    uint32_t vendor)
{
	for (uint8_t i = 0; i < count; i++) {
		hosts[i] = world_local(w, p, names[i], (uint8_t)(first + i),
				       vendor);
		names_add(p, names[i], hosts[i]);
	}
}

/* They are not there yet. */
static void add_spares(struct world *w, struct place *p)
{
	for (uint8_t i = 0; i < COUNT(spares); i++)
		dc.spare[i] = world_local(w, p, spares[i], (uint8_t)(101 + i),
					  VIRTUAL);
	p->host_count -= COUNT(spares);
}

static void add_hosts(struct world *w, struct place *p)
{
	p->router = world_local(w, p, "router.dc.test", 1, CISCO);
	p->resolver = world_local(w, p, "dns.dc.test", 53, VIRTUAL);
	for (uint32_t i = 0; i < COUNT(partners); i++)
		names_add(p, partners[i],
			  world_outside(w, partners[i], 100 + i))
			->https = true;
	dc.balancer = world_local(w, p, "lb.dc.test", 10, MELLANOX);
	add_row(w, p, dc.web, webs, COUNT(webs), 21, SUPERMICRO);
	add_row(w, p, dc.app, apps, COUNT(apps), 41, VIRTUAL);
	add_row(w, p, dc.database, databases, COUNT(databases), 61, SUPERMICRO);
	dc.cache = world_local(w, p, "cache.dc.test", 71, VIRTUAL);
	dc.monitor = world_local(w, p, "monitor.dc.test", 80, VIRTUAL);
	dc.archive = world_local(w, p, "archive.dc.test", 81, SUPERMICRO);
	add_spares(w, p);
	dc.time = world_outside(w, "time.example", 90);
	dc.stranger = world_outside(w, "scanner.example", 99);
	for (uint32_t i = 0; i < VISITORS; i++)
		dc.visitor[i] = world_outside(w, "visitor.example", 300 + i);
}

static void add_services(struct world *w)
{
	for (size_t i = 0; i < COUNT(apps); i++) {
		services_database(w, dc.app[i],
				  dc.database[i % COUNT(databases)]);
		services_database(w, dc.app[i], dc.database[0]);
		services_cache(w, dc.app[i], dc.cache);
	}
	for (size_t i = 0; i < COUNT(webs); i += 2)
		services_cache(w, dc.web[i], dc.cache);
}

static void add_habits(struct world *w, struct place *p)
{
	static const struct world_habit habits[] = {
		{0.1, 1.4, false, visit},   {0.2, 1.3, false, pass_on},
		{0.3, 2.4, false, compute}, {1, 6, false, ask_partner},
		{0.5, 0.7, false, look_up}, {0.7, 1.1, true, monitor},
		{5, 31, false, trace},      {2, 7, false, set_clock},
		{14, 90, false, back_up},   {0.4, 1.1, false, arp_chat},
		{33, 97, true, fail_over},  {1, 10, true, look_for},
		{12, 80, true, start},      {4, 40, true, announce},
		{24, 127, true, scan},
	};

	world_habits(w, p, habits, COUNT(habits));
}

void datacentre_open(struct world *w, struct place *p)
{
	p->domain = "dc.test";
	p->net = 40;
	memset(&dc, 0, sizeof(dc));
	add_hosts(w, p);
	add_services(w);
	add_habits(w, p);
}
