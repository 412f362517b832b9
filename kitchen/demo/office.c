/* SPDX-License-Identifier: MIT */
#include "office.h"

#include "announce.h"
#include "arp.h"
#include "call.h"
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
	APPLE = 0x000393,
	BROTHER = 0x008077,
	CISCO = 0x00000c,
	DELL = 0x001422,
	INTEL = 0x001b21,
	LOCAL = 0x020000, /* of none: made up by the device itself */
	RASPBERRY = 0xb827eb,
	SONOS = 0x000e58,
	SYNOLOGY = 0x001132,
	YEALINK = 0x805e0c,
};

static const struct {
	const char *name;
	uint32_t vendor;
} desks[] = {
	{"ada.office.test", DELL},        {"alan.office.test", DELL},
	{"barbara.office.test", APPLE},   {"claude.office.test", INTEL},
	{"dennis.office.test", DELL},     {"donald.office.test", APPLE},
	{"edsger.office.test", INTEL},    {"frances.office.test", DELL},
	{"grace.office.test", APPLE},     {"hedy.office.test", INTEL},
	{"jean.office.test", DELL},       {"john.office.test", DELL},
	{"katherine.office.test", INTEL}, {"ken.office.test", APPLE},
	{"margaret.office.test", DELL},   {"niklaus.office.test", LOCAL},
	{"radia.office.test", CISCO},     {"sophie.office.test", RASPBERRY},
};

#define MOVERS 3 /* the first of them */
#define DESKS (sizeof(desks) / sizeof(*desks))

static const char *const phones[] = {"phone-1.office.test",
				     "phone-2.office.test",
				     "phone-3.office.test",
				     "phone-4.office.test"};

#define PHONES (sizeof(phones) / sizeof(*phones))

/* Those who come in with a device of their own. */
static const char *const visitors[] = {
	"ada-tablet.office.test",      "guest-laptop.office.test",
	"grace-watch.office.test",     "ken-phone.office.test",
	"courier-scanner.office.test", "camera-kit.office.test",
	"john-phone.office.test",      "hedy-reader.office.test"};

#define VISITORS (sizeof(visitors) / sizeof(*visitors))

/* The web, what is visited most first. */
static const struct {
	const char *text, *alias;
	bool v6, https;
} sites[] = {
	{"search.example", NULL, true, true},
	{"mail.example", NULL, true, true},
	{"www.news.example", "edge.cdn.example", true, true},
	{"video.example", "edge.cdn.example", true, true},
	{"chat.example", NULL, true, true},
	{"shop.example", NULL, false, true},
	{"cloud.example", NULL, true, true},
	{"docs.example", NULL, true, true},
	{"www.social.example", "eu.social.example", true, true},
	{"maps.example", NULL, true, false},
	{"weather.example", NULL, false, false},
	{"wiki.example", NULL, true, false},
	{"static.shop.example", "edge.cdn.example", true, true},
	{"code.example", NULL, false, true},
	{"music.example", NULL, true, true},
	{"recipes.example", NULL, false, false},
	{"updates.example", "edge.cdn.example", true, false},
	{"bank.example", NULL, false, true},
	{"travel.example", NULL, true, true},
	{"photos.example", NULL, true, true},
	{"forum.example", NULL, false, false},
	{"games.example", NULL, true, true},
	{"books.example", NULL, false, false},
	{"metrics.example", NULL, false, true},
	{"radio.example", NULL, false, false},
	{"jobs.example", NULL, true, true},
	{"museum.example", NULL, false, false},
	{"library.example", NULL, true, false},
	{"dumplings.example", NULL, true, true},
	{"tea.example", NULL, false, false},
};

#define SITES (sizeof(sites) / sizeof(*sites))

/* The host numbers in the office's network. */
enum {
	AT_ROUTER = 1,
	AT_PRINTER = 9,
	AT_SPEAKER,
	AT_NAS,
	AT_DESKS = 20,
	AT_RESOLVER = 53,
	AT_PHONES = 60,
	AT_VISITORS = 100,
};

static struct {
	struct host *desk[DESKS], *phone[PHONES], *visitor[VISITORS];
	struct host *printer, *speaker, *nas, *time, *mailbox, *far_backup;
	uint32_t visits; /* of visitors, so far */
	uint32_t looks;  /* of the router, for who may have moved */
	uint32_t present;
} office;

/* --- people -------------------------------------------------------------- */

static struct host *someone(struct world *w)
{
	uint32_t n = chance_below(&w->chance, DESKS + office.present);

	return n < DESKS ? office.desk[n] : office.visitor[n - DESKS];
}

static void browse(struct world *w, struct place *place)
{
	const struct name *name = &place->name[chance_rank(&w->chance, SITES)];

	names_visit(w, someone(w), name, web_visit);
}

static void mistype(struct world *w, struct place *place)
{
	(void)place;
	names_mistake(w, someone(w));
}

static void look_further(struct world *w, struct place *place)
{
	static const uint16_t types[] = {MESSAGE_MX, MESSAGE_TXT, MESSAGE_SRV};
	const struct name *name = &place->name[chance_rank(&w->chance, SITES)];
	uint16_t type = types[chance_below(&w->chance, 3)];

	if (chance_one_in(&w->chance, 3))
		names_reverse(w, office.nas, someone(w));
	else if (!name->alias)
		names_ask(w, office.nas, name, type, NULL);
}

static void open_file(struct world *w, struct place *place)
{
	(void)place;
	web_open(w, someone(w), office.nas, 443, office.nas->name,
		 chance_between(&w->chance, 2, 9));
}

static void print(struct world *w, struct place *place)
{
	(void)place;
	web_open_clear(w, someone(w), office.printer, 80, office.printer->name,
		       2);
}

static void phone(struct world *w, struct place *place)
{
	struct host *from = office.phone[chance_below(&w->chance, PHONES)];

	(void)place;
	call_start(w, from, office.phone[chance_below(&w->chance, PHONES)],
		   chance_between(&w->chance, 15, 60), false);
}

static void meet(struct world *w, struct place *place)
{
	call_start(w, someone(w), place->name[3].host,
		   chance_between(&w->chance, 40, 100), true);
}

/* --- devices ------------------------------------------------------------- */

static void announce(struct world *w, struct place *place)
{
	static const struct announce services[] = {
		{"Dumpling Printer", "_ipp._tcp.local", 631, "rp=ipp/print"},
		{"Kitchen Speaker", "_airplay._tcp.local", 7000, "fv=1.2"},
		{"Office Files", "_https._tcp.local", 443, "path=/"},
	};
	struct host *const hosts[] = {office.printer, office.speaker,
				      office.nas};
	uint32_t n = chance_below(&w->chance, 3);

	(void)place;
	if (chance_one_in(&w->chance, 3))
		announce_ask(w, someone(w), services[n].type);
	announce_send(w, hosts[n], &services[n]);
}

static void set_clock(struct world *w, struct place *place)
{
	struct host *host = world_any(w, place);

	if (host != place->router)
		ntp_ask(w, host, office.time);
}

static void see_if_there(struct world *w, struct place *place)
{
	if (chance_one_in(&w->chance, 6))
		ping_trace(w, someone(w),
			   place->name[chance_rank(&w->chance, SITES)].host);
	else if (chance_one_in(&w->chance, 3))
		ping_trace(w, someone(w), office.printer);
	else
		ping_start(w, someone(w),
			   chance_one_in(&w->chance, 2)
				   ? place->router
				   : place->name[chance_rank(&w->chance, SITES)]
					     .host,
			   chance_between(&w->chance, 3, 8));
}

static void back_up(struct world *w, struct place *place)
{
	(void)place;
	services_backup(w, office.nas, office.far_backup,
			chance_between(&w->chance, 1200, 3600));
}

/* --- what happens now and then ------------------------------------------- */

static void arrived(struct world *w, struct host *h)
{
	names_visit(w, h, &h->place->name[0], web_visit);
	if (office.present < VISITORS)
		office.present++;
}

/* The next visitor; after the last the first, with a new made-up address. */
static void arrive(struct world *w, struct place *place)
{
	struct host *h = office.visitor[office.visits++ % VISITORS];

	(void)place;
	chance_bytes(chance_next(&w->chance), h->mac, sizeof(h->mac));
	h->mac[0] = (uint8_t)((h->mac[0] & 0xfc) | 2);
	join_start(w, h, arrived);
}

/* The router makes sure that it knows those with two cards. */
static void look_for(struct world *w, struct place *place)
{
	arp_ask(w, place->router, office.desk[office.looks++ % MOVERS]);
}

/* From the cable to the radio: another card, with the same address. */
static void move(struct world *w, struct place *place)
{
	struct host *h = office.desk[chance_below(&w->chance, MOVERS)];

	(void)place;
	h->mac[3] ^= 0x80;
	arp_announce(w, h);
}

static void scan(struct world *w, struct place *place)
{
	struct host *of =
		chance_one_in(&w->chance, 2) ? office.nas : office.printer;

	(void)place;
	scan_start(w, office.desk[DESKS - 1], of,
		   chance_between(&w->chance, 90, 240));
}

/* --- the office ---------------------------------------------------------- */

static void add_hosts(struct world *w, struct place *p)
{
	p->router = world_local(w, p, "router.office.test", AT_ROUTER, CISCO);
	p->resolver =
		world_local(w, p, "dns.office.test", AT_RESOLVER, RASPBERRY);
	office.printer =
		world_local(w, p, "printer.office.test", AT_PRINTER, BROTHER);
	office.speaker =
		world_local(w, p, "speaker.office.test", AT_SPEAKER, SONOS);
	office.nas = world_local(w, p, "nas.office.test", AT_NAS, SYNOLOGY);
	for (uint8_t i = 0; i < DESKS; i++)
		office.desk[i] =
			world_local(w, p, desks[i].name,
				    (uint8_t)(AT_DESKS + i), desks[i].vendor);
	for (uint8_t i = 0; i < PHONES; i++)
		office.phone[i] =
			world_local(w, p, phones[i], (uint8_t)(AT_PHONES + i),
				    YEALINK);
	for (uint8_t i = 0; i < VISITORS; i++)
		office.visitor[i] =
			world_local(w, p, visitors[i],
				    (uint8_t)(AT_VISITORS + i), LOCAL);
	p->host_count -= VISITORS; /* who are not there yet */
}

static void add_names(struct world *w, struct place *p)
{
	for (uint32_t i = 0; i < SITES; i++) {
		struct host *h = world_outside(w, sites[i].text, 20 + i);
		struct name *n = names_add(p, sites[i].text, h);

		n->alias = sites[i].alias;
		n->v6 = sites[i].v6;
		n->https = sites[i].https;
	}
	office.time = world_outside(w, "time.example", 90);
	office.mailbox = world_outside(w, "imap.mail.example", 91);
	office.far_backup = world_outside(w, "vault.example", 92);
}

static void add_habits(struct world *w, struct place *p)
{
	static const struct world_habit habits[] = {
		{0.1, 0.9, false, browse},   {1.5, 4, false, mistype},
		{2, 5, false, look_further}, {1, 2.5, false, open_file},
		{7, 25, false, print},       {3, 30, false, phone},
		{2, 75, false, meet},        {2, 17, true, announce},
		{1, 6, false, set_clock},    {3, 5, false, see_if_there},
		{11, 75, false, back_up},    {0.3, 0.9, false, arp_chat},
		{9, 67, true, arrive},       {27, 83, true, move},
		{1, 8, true, look_for},      {21, 121, true, scan},
	};

	world_habits(w, p, habits, sizeof(habits) / sizeof(*habits));
}

void office_open(struct world *w, struct place *p)
{
	p->domain = "office.test";
	p->net = 20;
	memset(&office, 0, sizeof(office));
	add_hosts(w, p);
	add_names(w, p);
	add_habits(w, p);
	for (uint32_t i = 0; i < 6; i++)
		services_mailbox(w, office.desk[3 * i % DESKS], office.mailbox);
}
