/* SPDX-License-Identifier: MIT */
#include "names.h"

#include "talk.h"
#include "wire.h"

#define PORT 53

struct name *names_add(struct place *place, const char *text, struct host *host)
{
	struct name *n = &place->name[place->name_count++];

	assert(place->name_count <= sizeof(place->name) / sizeof(*place->name));
	*n = (struct name){.text = text, .host = host};
	return n;
}

/* --- over UDP ------------------------------------------------------------ */

static struct ends ends_of(const struct lookup *l)
{
	return (struct ends){.from = l->client,
			     .to = l->server,
			     .from_port = l->port,
			     .to_port = PORT,
			     .v6 = l->v6};
}

/* Most are known to the resolver, others it has to ask for itself. */
static int64_t resolving_ns(struct world *w)
{
	if (chance_one_in(&w->chance, 60))
		return chance_between(&w->chance, 700, 2600) * WORLD_MS;
	if (chance_one_in(&w->chance, 5))
		return chance_between(&w->chance, 8000, 70000) * WORLD_US;
	return chance_between(&w->chance, 180, 900) * WORLD_US;
}

static void done(struct lookup *l)
{
	pool_give(&l->w->lookups, l);
}

/* The same over TCP, where there is room for all of it. */
static bool plan_tcp(struct talk *t, struct fill *say)
{
	const struct message_question q = {t->about, (uint16_t)t->number,
					   MESSAGE_TXT};

	if (t->step > 1)
		return false;
	fill16(say, 0);
	if (t->step == 0)
		message_query(say, &q);
	else
		message_response(say, &q, MESSAGE_NOERROR);
	fill_len16(say, 0);
	t->turn.by_server = t->step == 1;
	return true;
}

static void answer(void *self)
{
	struct lookup *l = self;
	struct world *w = l->w;
	const struct ends asked = ends_of(l);
	const struct ends e = wire_back(&asked, l->server);
	const struct name *name = l->question.name;
	const bool truncated = l->question.type == MESSAGE_TXT;
	struct fill body = wire_body(w);
	struct talk *t;

	message_response(&body, &l->question,
			 truncated ? MESSAGE_TRUNCATED : l->rcode);
	wire_udp(w, &e, &body);
	if (truncated) {
		t = talk_begin(w, l->client, l->server, PORT, l->v6, plan_tcp);
		if (t) {
			t->about = name;
			t->number = l->question.id;
		}
	} else if (l->then && l->rcode == MESSAGE_NOERROR) {
		l->then(w, l->client, name, l->question.type == MESSAGE_AAAA);
	}
	done(l);
}

/* Asks, and a second later once more, while nothing comes. */
static void ask(void *self)
{
	struct lookup *l = self;
	struct world *w = l->w;
	const struct ends e = ends_of(l);
	struct fill body = wire_body(w);
	int64_t ns = l->unanswered ? INT64_MAX : resolving_ns(w);

	message_query(&body, &l->question);
	wire_udp(w, &e, &body);
	l->asked++;
	if (l->asked == 1 && ns > WORLD_SECOND)
		world_after(w, WORLD_SECOND, ask, l);
	else if (l->unanswered)
		done(l);
	else
		world_after(w, ns, answer, l);
}

/* --- asking -------------------------------------------------------------- */

static struct lookup *begin(struct world *w, struct host *client, uint16_t type)
{
	struct lookup *l;

	/* It knows without asking itself. */
	if (client == client->place->resolver)
		return NULL;
	l = pool_take(&w->lookups);
	if (!l)
		return NULL;
	*l = (struct lookup){.w = w,
			     .client = client,
			     .server = client->place->resolver,
			     .port = world_port(client),
			     .v6 = chance_one_in(&w->chance, 4)};
	l->question.id = (uint16_t)chance_next(&w->chance);
	l->question.type = type;
	if (chance_one_in(&w->chance, 150))
		l->rcode = MESSAGE_SERVFAIL;
	l->unanswered = chance_one_in(&w->chance, 200);
	return l;
}

static void go(struct lookup *l, int64_t ns)
{
	world_after(l->w, ns, ask, l);
}

void names_ask(struct world *w, struct host *client, const struct name *name,
	       uint16_t type, names_then_fn *then)
{
	struct lookup *l = begin(w, client, type);

	if (!l)
		return;
	l->question.name = name;
	l->then = then;
	go(l, chance_between(&w->chance, 5, 90) * WORLD_US);
}

void names_visit(struct world *w, struct host *client, const struct name *name,
		 names_then_fn *then)
{
	/* Where both kinds work, the newer one is preferred now and then. */
	const bool v6 = name->v6 && chance_one_in(&w->chance, 3);

	names_ask(w, client, name, MESSAGE_A, v6 ? NULL : then);
	names_ask(w, client, name, MESSAGE_AAAA, v6 ? then : NULL);
	if (name->https || chance_one_in(&w->chance, 4))
		names_ask(w, client, name, MESSAGE_HTTPS, NULL);
}

/* A lookup with a name of its own, which `text` is. */
static void go_own(struct lookup *l, struct host *host)
{
	l->own = (struct name){.text = l->text, .host = host};
	l->question.name = &l->own;
	go(l, 0);
}

void names_reverse(struct world *w, struct host *client, struct host *of)
{
	struct lookup *l = begin(w, client, MESSAGE_PTR);

	if (!l)
		return;
	message_reverse(of, l->text, sizeof(l->text));
	go_own(l, of);
}

void names_mistake(struct world *w, struct host *client)
{
	static const char *const words[] = {"wpad",    "isatap", "printer2",
					    "old-nas", "ww",     "intranet"};
	struct lookup *l = begin(w, client, MESSAGE_A);
	uint32_t n = chance_below(&w->chance, 9);

	if (!l)
		return;
	l->rcode = MESSAGE_NXDOMAIN;
	if (n < sizeof(words) / sizeof(*words))
		snprintf(l->text, sizeof(l->text), "%s.%s", words[n],
			 client->place->domain);
	else
		snprintf(l->text, sizeof(l->text), "%08x.invalid",
			 (1 + chance_below(&w->chance, 40)) * 2654435761U);
	go_own(l, NULL);
}
