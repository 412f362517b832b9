/* SPDX-License-Identifier: MIT */
#include "web.h"

#include "hello.h"

struct page {
	const char *path, *type;
};

static const struct page pages[] = {
	{"/", "text/html"},
	{"/index.html", "text/html"},
	{"/style.css", "text/css"},
	{"/news", "text/html"},
	{"/search?q=dumplings", "text/html"},
	{"/app.js", "text/javascript"},
	{"/api/items", "text/plain"},
	{"/cart", "text/html"},
	{"/download/menu.bin", "application/octet-stream"},
	{"/favicon.ico", "text/plain"},
};

#define PAGES (sizeof(pages) / sizeof(*pages))

static const struct page metrics = {"/metrics", "text/plain"};

static const char *const agents[] = {
	"Browser/128.0 (Linux x86_64)",
	"Browser/127.0 (Tablet)",
	"curl/7.88.1",
	"Phone/17.4 Mobile",
};

#define AGENTS (sizeof(agents) / sizeof(*agents))

/* Seconds of thought between two pages, and moments between two files. */
static int64_t thinking_ns(struct world *w)
{
	if (chance_one_in(&w->chance, 4))
		return chance_between(&w->chance, 400, 3500) * WORLD_MS;
	return chance_between(&w->chance, 2, 80) * WORLD_MS;
}

static int64_t working_ns(struct world *w)
{
	if (chance_one_in(&w->chance, 25))
		return chance_between(&w->chance, 150, 900) * WORLD_MS;
	return chance_between(&w->chance, 1, 30) * WORLD_MS;
}

/* One of those that are soon over: they leave room to those that are not. */
static struct talk *begin(struct world *w, struct host *client,
			  struct host *server, uint16_t port,
			  talk_plan_fn *plan)
{
	return w->talks.free_count > 64
		       ? talk_begin(w, client, server, port, false, plan)
		       : NULL;
}

/* --- in secret ----------------------------------------------------------- */

static bool plan_tls(struct talk *t, struct fill *say)
{
	struct world *w = t->w;

	if (t->step < HELLO_STEPS) {
		hello_say(t, say, t->step, t->about, "\x02h2\x08http/1.1");
		return true;
	}
	if (t->left > 0) {
		t->left--;
		t->turn.by_server = true;
		t->turn.after_ns = working_ns(w) / 4;
		hello_record(t, say,
			     80 + 16200 / (1 + chance_rank(&w->chance, 40)));
		return true;
	}
	if (t->number == 0)
		return false;
	t->number--;
	t->left = chance_between(&w->chance, 1, 4);
	t->turn.after_ns = thinking_ns(w);
	hello_record(t, say, chance_between(&w->chance, 60, 620));
	return true;
}

void web_open(struct world *w, struct host *client, struct host *server,
	      uint16_t port, const char *site, uint32_t requests)
{
	struct talk *t = begin(w, client, server, port, plan_tls);

	if (!t)
		return;
	t->about = site;
	t->number = requests;
}

/* --- in the clear -------------------------------------------------------- */

/* The page that this step is about; the same for a request and its answer. */
static const struct page *page_of(const struct talk *t)
{
	uint64_t word;

	if (t->server_port == 9100)
		return &metrics;
	chance_bytes(t->client_port + t->step / 2, (uint8_t *)&word,
		     sizeof(word));
	return &pages[word % PAGES];
}

static void say_request(struct talk *t, struct fill *say)
{
	const struct page *page = page_of(t);
	const bool posts = strcmp(page->path, "/cart") == 0;
	const uint32_t body =
		posts ? chance_between(&t->w->chance, 40, 400) : 0;

	fill_printf(say, "%s %s HTTP/1.1\r\nHost: %s\r\n",
		    posts ? "POST" : "GET", page->path, (const char *)t->about);
	if (page == &metrics)
		fill_text(say, "User-Agent: monitor/2.1\r\n");
	else
		fill_printf(say, "User-Agent: %s\r\n",
			    agents[(size_t)(t->client - t->w->hosts) % AGENTS]);
	fill_text(say, "Accept: */*\r\n");
	if (posts)
		fill_printf(say,
			    "Content-Type: text/plain\r\n"
			    "Content-Length: %u\r\n",
			    body);
	fill_text(say, "\r\n");
	t->turn.body_len = body;
	t->turn.after_ns = t->step > 0 ? thinking_ns(t->w) : 0;
}

struct status {
	const char *line;
	uint32_t once_in; /* answers */
	bool bare;        /* has no body */
};

static const struct status *status_of(struct talk *t)
{
	static const struct status all[] = {
		{"503 Service Unavailable", 90},
		{"500 Internal Server Error", 120},
		{"404 Not Found", 25},
		{"304 Not Modified", 7, true},
		{"200 OK", 1},
	};
	const struct status *s = all;

	while (!chance_one_in(&t->w->chance, s->once_in))
		s++;
	return s;
}

static void say_response(struct talk *t, struct fill *say, bool last)
{
	struct world *w = t->w;
	const struct page *page = page_of(t);
	const struct status *s = status_of(t);
	uint32_t body = 200 + 24000 / (1 + chance_rank(&w->chance, 60));

	fill_printf(say, "HTTP/1.1 %s\r\nServer: dumpling/1.0\r\n", s->line);
	if (last)
		fill_text(say, "Connection: close\r\n");
	if (!s->bare)
		fill_printf(say, "Content-Type: %s\r\nContent-Length: %u\r\n",
			    page->type, body);
	fill_text(say, "\r\n");
	t->turn.body_len = s->bare ? 0 : body;
	t->turn.letters = true;
	t->turn.by_server = true;
	t->turn.after_ns = working_ns(w);
}

static bool plan_clear(struct talk *t, struct fill *say)
{
	if (t->step % 2 == 1)
		say_response(t, say, t->number == 0);
	else if (t->number == 0)
		return false;
	else {
		t->number--;
		t->turn.letters = true;
		say_request(t, say);
	}
	return true;
}

void web_open_clear(struct world *w, struct host *client, struct host *server,
		    uint16_t port, const char *site, uint32_t requests)
{
	struct talk *t = begin(w, client, server, port, plan_clear);

	if (!t)
		return;
	t->about = site;
	t->number = requests;
	t->server_closes = true;
}

void web_metrics(struct world *w, struct host *client, struct host *server)
{
	web_open_clear(w, client, server, 9100, server->name, 1);
}

void web_visit(struct world *w, struct host *client, const struct name *name,
	       bool v6)
{
	const bool clear = !name->https && chance_one_in(&w->chance, 2);
	const uint32_t requests = chance_between(&w->chance, 1, 6);
	struct talk *t = begin(w, client, name->host, clear ? 80 : 443,
			       clear ? plan_clear : plan_tls);

	if (!t)
		return;
	t->v6 = v6;
	t->about = name->text;
	t->number = requests;
	t->server_closes = clear;
}
