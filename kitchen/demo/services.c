/* SPDX-License-Identifier: MIT */
#include "services.h"

#include "hello.h"

static struct talk *begin(struct world *w, struct host *client,
			  struct host *server, uint16_t port,
			  talk_plan_fn *plan, uint32_t rounds)
{
	struct talk *t = talk_begin(w, client, server, port, false, plan);

	if (!t)
		return NULL;
	t->about = server->name;
	t->number = rounds;
	t->breaks_off = false;
	return t;
}

/* The time until something more is asked, in waves of each its own. */
static int64_t pause_ns(const struct talk *t, int64_t mean_ns)
{
	const int64_t phase =
		t->w->now_ns / (WORLD_SECOND / 10) + t->client_port % 300;
	const double wave = phase / 130 % 3 == 0 ? 0.35 : 1.5;

	return chance_wait(&t->w->chance, (int64_t)((double)mean_ns * wave /
						    world_load(t->w)));
}

/* --- a database ---------------------------------------------------------- */

/* It asks for TLS in its own words, before the hellos. */
static void ask_for_tls(struct talk *t, struct fill *say)
{
	if (t->step == 0) {
		fill32(say, 8);
		fill32(say, 80877103);
	} else {
		fill_text(say, "S");
		t->turn.by_server = true;
	}
}

static bool plan_database(struct talk *t, struct fill *say)
{
	struct world *w = t->w;

	if (t->step < 2) {
		ask_for_tls(t, say);
	} else if (t->step < 2 + HELLO_STEPS) {
		hello_say(t, say, t->step - 2, t->about, NULL);
	} else if (t->left > 0) {
		t->left = 0;
		t->turn.by_server = true;
		t->turn.after_ns = chance_wait(&w->chance, 4 * WORLD_MS);
		hello_record(t, say,
			     60 + 9000 / (1 + chance_rank(&w->chance, 90)));
	} else if (t->number > 0) {
		t->number--;
		t->left = 1;
		t->turn.after_ns = pause_ns(t, 560 * WORLD_MS);
		hello_record(t, say, chance_between(&w->chance, 90, 420));
	} else {
		services_database(w, t->client, t->server);
		return false;
	}
	return true;
}

void services_database(struct world *w, struct host *client,
		       struct host *server)
{
	begin(w, client, server, 5432, plan_database,
	      chance_between(&w->chance, 200, 2000));
}

/* --- a cache ------------------------------------------------------------- */

static bool plan_cache(struct talk *t, struct fill *say)
{
	struct world *w = t->w;
	uint32_t len;

	if (t->step % 2 == 1) {
		t->turn.by_server = true;
		t->turn.after_ns =
			chance_between(&w->chance, 60, 400) * WORLD_US;
		if (chance_one_in(&w->chance, 9)) {
			fill_text(say, "$-1\r\n");
			return true;
		}
		len = chance_between(&w->chance, 12, 700);
		fill_printf(say, "$%u\r\n", len);
		for (uint32_t i = 0; i < len; i++)
			fill8(say, 'a' + i % 26);
		fill_text(say, "\r\n");
		return true;
	}
	if (t->number == 0) {
		services_cache(w, t->client, t->server);
		return false;
	}
	t->number--;
	t->turn.after_ns = pause_ns(t, 900 * WORLD_MS);
	fill_printf(say, "*2\r\n$3\r\nGET\r\n$12\r\nsession:%04u\r\n",
		    chance_below(&w->chance, 10000));
	return true;
}

void services_cache(struct world *w, struct host *client, struct host *server)
{
	begin(w, client, server, 6379, plan_cache,
	      chance_between(&w->chance, 200, 2000));
}

/* --- a backup ------------------------------------------------------------ */

static bool plan_backup(struct talk *t, struct fill *say)
{
	if (t->step < HELLO_STEPS) {
		hello_say(t, say, t->step, t->about, NULL);
		return true;
	}
	if (t->number == 0)
		return false;
	t->number--;
	t->turn.gap_ns = pause_ns(t, 14 * WORLD_MS);
	t->turn.after_ns = pause_ns(t, 90 * WORLD_MS);
	hello_record(t, say, 8192 + 17);
	return true;
}

void services_backup(struct world *w, struct host *client, struct host *server,
		     uint32_t kilobytes)
{
	begin(w, client, server, 9103, plan_backup, kilobytes / 8);
}

/* --- a mailbox ----------------------------------------------------------- */

static bool plan_mailbox(struct talk *t, struct fill *say)
{
	struct world *w = t->w;

	if (t->step < HELLO_STEPS) {
		hello_say(t, say, t->step, t->about, NULL);
	} else if (t->left > 0) {
		t->left--;
		t->turn.by_server = true;
		t->turn.after_ns = chance_wait(&w->chance, 8 * WORLD_MS);
		hello_record(t, say, chance_between(&w->chance, 60, 1900));
	} else if (t->number > 0) {
		t->number--;
		t->left = chance_between(&w->chance, 1, 2);
		t->turn.after_ns = pause_ns(t, 9 * WORLD_SECOND);
		hello_record(t, say, chance_between(&w->chance, 40, 120));
	} else {
		services_mailbox(w, t->client, t->server);
		return false;
	}
	return true;
}

void services_mailbox(struct world *w, struct host *client, struct host *server)
{
	begin(w, client, server, 993, plan_mailbox,
	      chance_between(&w->chance, 4, 20));
}
