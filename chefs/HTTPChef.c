/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each request of HTTP/1 and its response, on any TCP port:
 *
 *	{"time": 1795352291.86, "client": {"ip": "192.0.2.10", "port": 33000},
 *	 "server": {"ip": "198.51.100.7", "port": 80}, "method": "GET",
 *	 "host": "www.example.com", "path": "/", "version": "HTTP/1.1",
 *	 "user_agent": "curl/8.5", "referer": null, "status": 200,
 *	 "reason": "OK", "content_type": "text/html", "request_bytes": 0,
 *	 "response_bytes": 1256, "latency": 0.021, "duration": 0.035}
 *
 * docs/chefs/HTTPChef.md has what else may be there.
 */
#include <errno.h>
#include <netdumplings/chef.h>
#include <netdumplings/flow.h>
#include <netdumplings/http.h>
#include <stdio.h>
#include <string.h>

#define HEADERS_MAX 16
#define VALUE_MAX 512
#define SHORT_MAX 128

struct http {
	uint64_t pending, path; /* options */
	bool query;
	struct nd_list headers;
	struct nd_table *open; /* struct transaction by struct key */
	size_t text_max;
	struct {
		uint64_t transactions, unanswered, connections, long_heads;
	} count;
	uint64_t told; /* transactions at the last poke */
};

struct key {
	uint64_t connection, seq;
};

/* Texts of a transaction, each behind its tag and length. */
enum tag {
	METHOD,
	HOST,
	PATH,
	AGENT,
	REFERER,
	REASON,
	TYPE,
	ASKED,
	GIVEN = 64
};

struct transaction {
	int64_t request_ns, request_end_ns, response_ns, response_end_ns;
	uint64_t request_bytes, response_bytes;
	uint8_t client_ip[16], server_ip[16];
	uint16_t client_port, server_port, status;
	uint8_t ip_len, major, minor;
	bool request, request_over, response, response_over;
	bool gap, truncated, proxy;
	int32_t vlan;
	size_t text_len;
	uint8_t text[];
};

/* What a call works on. */
struct at {
	struct http *h;
	struct nd_stream *s;
	struct nd_http_talk *talk;
	struct nd_dumpling *out;
};

static const struct nd_option http_options[] = {
	{"pending", ND_OPTION_UINT, offsetof(struct http, pending), "4096",
	 "Requests remembered that wait for the end of their response; beyond "
	 "that the oldest is told as it is.",
	 .min = 1, .max = 1048576},
	{"path", ND_OPTION_UINT, offsetof(struct http, path), "1024",
	 "Bytes of a path that are told.", .min = 1, .max = 8192},
	{"query", ND_OPTION_BOOL, offsetof(struct http, query), "yes",
	 "Tell what follows the ? of a path."},
	{"headers", ND_OPTION_LIST, offsetof(struct http, headers), NULL,
	 "A header to be told as well, of requests and responses.",
	 .metavar = "NAME"},
	{0},
};

static int http_open(void *self, char *why, size_t why_size)
{
	struct http *h = self;

	if (h->headers.count > HEADERS_MAX) {
		snprintf(why, why_size, "more than %d headers", HEADERS_MAX);
		return -EINVAL;
	}
	for (size_t i = 0; i < h->headers.count; i++) {
		if (!nd_http_secret(h->headers.items[i]))
			continue;
		snprintf(why, why_size, "what is in %s is never told",
			 h->headers.items[i]);
		return -EINVAL;
	}
	h->text_max = h->path + 5 * VALUE_MAX + 2 * SHORT_MAX +
		      2 * h->headers.count * VALUE_MAX;
	h->open = nd_table_new(h->pending,
			       sizeof(struct transaction) + h->text_max);
	return h->open ? 0 : -errno;
}

static void http_close(void *self)
{
	struct http *h = self;

	nd_table_free(h->open);
}

/* --- texts --------------------------------------------------------------- */

/* Keeps at most `most` bytes; the ends of folded lines become spaces. */
static void keep(const struct at *a, struct transaction *t, unsigned tag,
		 struct nd_http_text text, size_t most)
{
	size_t room = a->h->text_max - t->text_len;
	uint8_t *to = t->text + t->text_len;
	size_t len = text.len < most ? text.len : most;

	if (!text.at || room < 3)
		return;
	len = len < room - 3 ? len : room - 3;
	to[0] = (uint8_t)tag;
	to[1] = (uint8_t)(len >> 8);
	to[2] = (uint8_t)len;
	for (size_t i = 0; i < len; i++)
		to[3 + i] = text.at[i] == '\r' || text.at[i] == '\n'
				    ? ' '
				    : (uint8_t)text.at[i];
	t->text_len += 3 + len;
}

static void put(struct nd_dumpling *out, const char *name,
		const struct transaction *t, unsigned tag)
{
	size_t at = 0, len;

	for (; at < t->text_len; at += 3 + len) {
		len = (size_t)(t->text[at + 1] << 8 | t->text[at + 2]);
		if (t->text[at] != tag)
			continue;
		nd_put_strn(out, name, (const char *)t->text + at + 3, len);
		return;
	}
	nd_put_nil(out, name);
}

static void keep_path(const struct at *a, struct transaction *t, unsigned tag,
		      struct nd_http_text text, size_t most)
{
	const char *query = text.at ? memchr(text.at, '?', text.len) : NULL;

	if (query && !a->h->query)
		text.len = (size_t)(query - text.at);
	keep(a, t, tag, text, most);
}

static void keep_referer(const struct at *a, struct transaction *t,
			 struct nd_http_text url)
{
	struct nd_http_text whole = url;

	if (url.at && nd_http_authority(&url) && url.len < whole.len &&
	    memrchr(whole.at, '@', (size_t)(url.at - whole.at)))
		whole = url;
	keep_path(a, t, REFERER, whole, VALUE_MAX);
}

static void keep_headers(const struct at *a, struct transaction *t,
			 const struct nd_http_head *head)
{
	unsigned tag = head->request ? ASKED : GIVEN;
	struct nd_http_text value;

	for (size_t i = 0; i < a->h->headers.count; i++)
		if (nd_http_field(head, a->h->headers.items[i], &value))
			keep(a, t, tag + (unsigned)i, value, VALUE_MAX);
}

static void keep_request(const struct at *a, struct transaction *t,
			 const struct nd_http_head *head)
{
	struct nd_http_text host, path = head->target, value;
	size_t authority = nd_http_authority(&path);

	nd_http_field(head, "host", &host);
	if (authority) {
		t->proxy = true;
		host = (struct nd_http_text){path.at, authority};
		path.at += authority;
		path.len -= authority;
	} else if (nd_http_is(&head->method, "CONNECT") && *path.at != '/') {
		host = path;
	}
	keep(a, t, METHOD, head->method, SHORT_MAX);
	keep(a, t, HOST, host, VALUE_MAX);
	keep_path(a, t, PATH, path, a->h->path);
	nd_http_field(head, "user-agent", &value);
	keep(a, t, AGENT, value, VALUE_MAX);
	nd_http_field(head, "referer", &value);
	keep_referer(a, t, value);
	keep_headers(a, t, head);
}

/* --- telling ------------------------------------------------------------- */

static void put_headers(const struct at *a, const char *name,
			const struct transaction *t, unsigned tag)
{
	if (a->h->headers.count == 0)
		return;
	nd_put_map(a->out, name);
	for (size_t i = 0; i < a->h->headers.count; i++)
		put(a->out, a->h->headers.items[i], t, tag + (unsigned)i);
	nd_end(a->out);
}

/* A number that is not known is null. */
static void put_known(struct nd_dumpling *out, const char *name, bool known,
		      uint64_t n)
{
	if (known)
		nd_put_uint(out, name, n);
	else
		nd_put_nil(out, name);
}

static void put_seconds(struct nd_dumpling *out, const char *name,
			int64_t from_ns, int64_t to_ns)
{
	if (from_ns && to_ns && to_ns >= from_ns)
		nd_put_double(out, name, (double)(to_ns - from_ns) / 1e9);
	else
		nd_put_nil(out, name);
}

static void put_flag(struct nd_dumpling *out, const char *name, bool is_so)
{
	if (is_so)
		nd_put_bool(out, name, true);
}

static void tell(const struct at *a, const struct transaction *t,
		 bool forgotten)
{
	bool waiting = !forgotten && a->s->event == ND_STREAM_END &&
		       a->s->end == ND_STREAM_STOP;
	bool unanswered =
		!t->response && t->major == 1 && !waiting && !forgotten;
	struct nd_dumpling *out = a->out;
	char version[9] = "HTTP/2";

	if (t->major == 1)
		snprintf(version, sizeof(version), "HTTP/1.%u", t->minor % 10U);
	nd_put_time(out, "time", t->request ? t->request_ns : t->response_ns);
	nd_put_endpoint(out, "client", t->client_ip, t->ip_len, t->client_port);
	nd_put_endpoint(out, "server", t->server_ip, t->ip_len, t->server_port);
	if (t->vlan >= 0)
		nd_put_int(out, "vlan", t->vlan);
	put(out, "method", t, METHOD);
	put(out, "host", t, HOST);
	put(out, "path", t, PATH);
	nd_put_str(out, "version", version);
	put(out, "user_agent", t, AGENT);
	put(out, "referer", t, REFERER);
	put_headers(a, "request_headers", t, ASKED);
	put_known(out, "status", t->response, t->status);
	put(out, "reason", t, REASON);
	put(out, "content_type", t, TYPE);
	put_headers(a, "response_headers", t, GIVEN);
	put_known(out, "request_bytes", t->request_over, t->request_bytes);
	put_known(out, "response_bytes", t->response_over, t->response_bytes);
	put_seconds(out, "latency", t->request_end_ns, t->response_ns);
	put_seconds(out, "duration", t->request_ns, t->response_end_ns);
	put_flag(out, "proxy", t->proxy);
	put_flag(out, "unanswered", unanswered);
	put_flag(out, "waiting", waiting);
	put_flag(out, "truncated", t->truncated);
	put_flag(out, "gap", t->gap);
	put_flag(out, "forgotten", forgotten);
	a->h->count.transactions++;
	a->h->count.unanswered += unanswered;
	nd_serve(out);
}

static struct transaction *find(const struct at *a, uint64_t seq)
{
	struct key key = {a->s->number, seq};

	return nd_table_find(a->h->open, &key, sizeof(key));
}

static struct transaction *add(const struct at *a)
{
	struct key key = {a->s->number, a->talk->number};
	struct nd_stream *s = a->s;
	struct transaction *t;

	if (nd_table_count(a->h->open) == a->h->pending)
		tell(a, nd_table_oldest(a->h->open, NULL, NULL), true);
	t = nd_table_add(a->h->open, &key, sizeof(key), NULL);
	if (!t)
		return NULL;
	t->ip_len = s->ip_len;
	memcpy(t->client_ip, a->talk->turned ? s->server_ip : s->client_ip,
	       s->ip_len);
	memcpy(t->server_ip, a->talk->turned ? s->client_ip : s->server_ip,
	       s->ip_len);
	t->client_port = a->talk->turned ? s->server_port : s->client_port;
	t->server_port = a->talk->turned ? s->client_port : s->server_port;
	t->vlan = s->vlan;
	return t;
}

/* Tells a transaction, and it is over. */
static void finish(const struct at *a, uint64_t seq)
{
	struct key key = {a->s->number, seq};
	struct transaction *t = find(a, seq);

	if (!t)
		return;
	tell(a, t, false);
	nd_table_remove(a->h->open, &key, sizeof(key));
}

static void on_request(const struct at *a)
{
	const struct nd_http_head *head = &a->talk->now->reader.head;
	struct transaction *t = add(a);

	if (!t)
		return;
	t->request = true;
	t->request_ns = a->talk->now->head_ns;
	t->major = head->major;
	t->minor = head->minor;
	keep_request(a, t, head);
}

static void on_response(const struct at *a)
{
	const struct nd_http_head *head = &a->talk->now->reader.head;
	struct transaction *t = find(a, a->talk->number);
	struct nd_http_text type;

	/* Told already if it was forgotten in favour of another. */
	if (!t && !a->talk->asked)
		t = add(a);
	if (!t)
		return;
	if (!t->request) {
		t->major = head->major;
		t->minor = head->minor;
	}
	t->response = true;
	t->response_ns = a->talk->now->head_ns;
	t->status = head->status;
	keep(a, t, REASON, head->reason, SHORT_MAX);
	nd_http_field(head, "content-type", &type);
	keep(a, t, TYPE, type, SHORT_MAX);
	keep_headers(a, t, head);
}

static void end_request(const struct at *a, const struct nd_http_side *side,
			bool whole)
{
	struct transaction *t = find(a, side->number);

	if (!t || !t->request || t->request_over)
		return;
	t->request_bytes = side->reader.body.len;
	t->request_over = true;
	t->request_end_ns = whole ? a->s->time_ns : 0;
	t->gap |= side->reader.body.gap;
	t->truncated |= !whole;
	if (t->response_over)
		finish(a, side->number);
}

static void end_response(const struct at *a, const struct nd_http_side *side,
			 bool whole)
{
	struct transaction *t = find(a, side->number);

	if (!t || !t->response || t->response_over)
		return;
	t->response_bytes = side->reader.body.len;
	t->response_over = true;
	t->response_end_ns = a->s->time_ns;
	t->gap |= side->reader.body.gap;
	t->truncated |= !whole;
	if (t->request_over || !t->request)
		finish(a, side->number);
}

/* Tells all that is open: nothing more comes, or is understood. */
static void finish_all(const struct at *a)
{
	struct nd_http_talk *talk = a->talk;
	struct nd_http_side *asks = &talk->side[!talk->turned];
	struct nd_http_side *gives = &talk->side[talk->turned];
	bool closed = a->s->event == ND_STREAM_END &&
		      a->s->end == ND_STREAM_FIN &&
		      gives->reader.body.framing == ND_HTTP_UNTIL_CLOSE;

	if (!talk->known)
		return;
	if (asks->head_ns)
		end_request(a, asks, false);
	if (gives->head_ns && !gives->interim)
		end_response(a, gives, closed);
	if (asks->number < talk->responses)
		finish(a, asks->number);
	for (uint64_t i = talk->responses; i < talk->requests; i++)
		finish(a, i);
	a->h->count.connections++;
	a->h->count.long_heads += talk->long_head;
}

static int http_stream(void *self, struct nd_stream *s, struct nd_dumpling *out)
{
	struct at a = {self, s, s->state, out};
	enum nd_http_what what;

	do {
		what = nd_http_talk(a.talk, s);
		switch (what) {
		case ND_HTTP_REQUEST:
			on_request(&a);
			break;
		case ND_HTTP_REQUEST_END:
			end_request(&a, a.talk->now, a.talk->whole);
			break;
		case ND_HTTP_RESPONSE:
			on_response(&a);
			break;
		case ND_HTTP_RESPONSE_END:
			end_response(&a, a.talk->now, a.talk->whole);
			break;
		case ND_HTTP_UNANSWERED:
			finish(&a, a.talk->number);
			break;
		case ND_HTTP_OVER:
			finish_all(&a);
			break;
		case ND_HTTP_INTERIM:
		case ND_HTTP_NOTHING:
			break;
		}
	} while (what != ND_HTTP_NOTHING && what != ND_HTTP_OVER);
	return 0;
}

static int http_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct http *h = self;

	(void)time_ns;
	if (h->told == h->count.transactions)
		return 0;
	h->told = h->count.transactions;
	nd_put_uint(out, "transactions", h->count.transactions);
	nd_put_uint(out, "unanswered", h->count.unanswered);
	nd_put_uint(out, "connections", h->count.connections);
	nd_put_uint(out, "open", nd_table_count(h->open));
	nd_put_uint(out, "long_heads", h->count.long_heads);
	return ND_SERVE;
}

static uint64_t http_forgotten(const void *self)
{
	const struct http *h = self;

	return nd_table_forgotten(h->open);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "HTTPChef",
	.summary = "requests of HTTP/1 with their responses, on any port",
	.options = http_options,
	.state_size = sizeof(struct http),
	.open = http_open,
	.interval = http_interval,
	.close = http_close,
	.forgotten = http_forgotten,
	.stream_size = sizeof(struct nd_http_talk),
	.stream = http_stream,
};
