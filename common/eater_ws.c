/* SPDX-License-Identifier: MIT */
/* An eater over WebSocket: a client of the gateway, or of netdumplings' hub. */
#include "bus.h"
#include "eater_kind.h"
#include "json.h"
#include "json_read.h"
#include "websocket.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* More names than this are not sent: what comes is looked through here. */
#define NAMES_MAX 64

/* JSON may be longer than the same as msgpack, and the other way round. */
#define GROWTH 8

/* What the gateway says of its own queue; docs/websocket.md. */
#define LOST_CHEF "GatewayChef"

struct eater_ws {
	struct websocket *socket;
	const char *at, *end; /* what is left of the text that came */
	bool in_array;
	uint64_t excused; /* told to be lost; gaps will show them again */
	struct nd_dumpling *scratch;
	char chef[TOPIC_NAME_MAX + 1], kitchen[TOPIC_NAME_MAX + 1];
};

/* --- making -------------------------------------------------------------- */

static int open_ws(struct nd_eater *e, const struct nd_eater_config *c)
{
	size_t max = c->max_message ? c->max_message : BUS_MAX_MESSAGE;
	struct eater_ws *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	e->way = w;
	dumpling_free(e->d);
	e->d = dumpling_new(GROWTH * max);
	w->scratch = dumpling_new(4096);
	if (!e->d || !w->scratch)
		return -ENOMEM;
	w->socket = websocket_new(e->endpoint, GROWTH * max);
	return w->socket ? 0 : -errno;
}

static void close_ws(struct nd_eater *e)
{
	struct eater_ws *w = e->way;

	if (!w)
		return;
	websocket_free(w->socket);
	dumpling_free(w->scratch);
	free(w);
}

/* --- the hello ----------------------------------------------------------- */

/* Where in a want's prefix the kitchen is; 0: it is for all of them. */
static size_t kitchen_at(const struct want *w)
{
	const char *slash = memchr(w->prefix, '/', w->len);
	size_t at = slash ? (size_t)(slash - w->prefix) + 1 : 0;

	return at < w->len ? at : 0;
}

/* A want's chef, or kitchen; an empty one is all. */
static const char *name_in(const struct want *w, bool kitchen, size_t *len)
{
	size_t at = kitchen ? kitchen_at(w) : 0;

	if (kitchen && at == 0)
		at = w->len;
	*len = strcspn(w->prefix + at, "/");
	return w->prefix + at;
}

static bool was_put(const struct nd_eater *e, size_t before, bool kitchen,
		    const char *name, size_t len)
{
	for (size_t i = 0; i < before; i++) {
		size_t other_len;
		const char *other = name_in(&e->wants[i], kitchen, &other_len);

		if (other_len == len && memcmp(other, name, len) == 0)
			return true;
	}
	return false;
}

/* The names in all wants; none, if one of them is for all. */
static void put_names(struct text *t, const struct nd_eater *e, bool kitchen)
{
	size_t from = t->len, len;

	for (size_t i = 0; i < e->want_count; i++) {
		const char *name = name_in(&e->wants[i], kitchen, &len);

		if (len == 0 || i == NAMES_MAX) {
			t->len = from;
			break;
		}
		if (was_put(e, i, kitchen, name, len))
			continue;
		if (i > 0)
			text_puts(t, ", ");
		json_string(t, name, len);
	}
}

/*
 * All chefs and all kitchens that are in some want; which goes with which is
 * looked at here, as is everything where the server knows no such wishes.
 */
static int start(struct nd_eater *e)
{
	struct eater_ws *w = e->way;
	struct text t = {0};
	int rc;

	text_puts(&t, "{\"eater_name\": ");
	json_string(&t, e->name, strlen(e->name));
	text_puts(&t, ", \"chefs\": [");
	put_names(&t, e, false);
	text_puts(&t, "], \"kitchens\": [");
	put_names(&t, e, true);
	text_puts(&t, "], \"batch\": true}");
	rc = t.error ? t.error : websocket_set_hello(w->socket, t.at, t.len);
	text_free(&t);
	return rc;
}

static int change(struct nd_eater *e, const struct want *w, bool more)
{
	(void)w;
	(void)more;
	return start(e);
}

/* --- a dumpling ---------------------------------------------------------- */

enum {
	CHEF,
	KITCHEN,
	TIME,
	DRIVER,
	SEQ,
	METADATA_COUNT
};

/* Reads a text that is a name.  False if it is not, or has no such length. */
static bool read_name(struct eater_ws *w, const struct json_read_member *m,
		      char out[TOPIC_NAME_MAX + 1])
{
	char name[TOPIC_NAME_MAX + 1];
	struct nd_value v;
	const char *why;

	if (!m->at ||
	    json_read_value(w->scratch, &v, m->at, m->len, &why) < 0 ||
	    v.type != ND_STR || v.len == 0 || v.len > TOPIC_NAME_MAX)
		return false;
	memcpy(name, v.as.bytes, v.len);
	name[v.len] = '\0';
	topic_clean(out, name);
	return true;
}

static bool is_text(const struct json_read_member *m, const char *text)
{
	return m->at && m->len == strlen(text) &&
	       memcmp(m->at, text, m->len) == 0;
}

/* Whole numbers only; false for others. */
static bool read_uint(const struct json_read_member *m, uint64_t *n)
{
	uint64_t value = 0;

	if (!m->at || m->len == 0 || m->len > 19)
		return false;
	for (size_t i = 0; i < m->len; i++) {
		if (m->at[i] < '0' || m->at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(m->at[i] - '0');
	}
	*n = value;
	return true;
}

/* Seconds since 1970, read digit by digit: no double holds them exactly. */
static bool read_time(struct eater_ws *w, const struct json_read_member *m,
		      int64_t *ns)
{
	struct json_read_member seconds = *m;
	const char *point = m->at ? memchr(m->at, '.', m->len) : NULL;
	struct nd_value v;
	const char *why;
	uint64_t n;

	if (point)
		seconds.len = (size_t)(point - m->at);
	if (read_uint(&seconds, &n) && n < INT64_MAX / 1000000000) {
		int64_t unit = 1000000000, fraction = 0;
		const char *at = point ? point + 1 : m->at + m->len;

		for (; at < m->at + m->len && *at >= '0' && *at <= '9'; at++) {
			unit /= 10;
			fraction += unit * (*at - '0');
		}
		*ns = (int64_t)n * 1000000000 + fraction;
		if (at == m->at + m->len)
			return true;
	}
	/* Such as 1.8e9. */
	if (!m->at ||
	    json_read_value(w->scratch, &v, m->at, m->len, &why) < 0 ||
	    v.type != ND_DOUBLE || !(v.as.d >= 0 && v.as.d < 9.2e9))
		return false;
	*ns = (int64_t)(v.as.d * 1e9);
	return true;
}

/* Numbers that go back are those of a kitchen that began anew. */
static void count_missing(struct nd_eater *e, const char *topic, size_t len,
			  uint64_t seq)
{
	struct eater_ws *w = e->way;
	struct sequence *s = eater_sequence(e, topic, len, 0);
	uint64_t gap, excused;

	if (!s)
		return;
	if (s->known && seq < s->next)
		s->known = 0;
	gap = sequence_batch(s, seq, 1);
	excused = gap < w->excused ? gap : w->excused;
	w->excused -= excused;
	e->stats.missing += gap - excused;
}

/* The gateway says how many it left out. */
static int read_lost(struct nd_eater *e, const struct json_read_member *payload)
{
	struct json_read_member lost = {.name = "lost"};
	struct eater_ws *w = e->way;
	const char *why;
	uint64_t n;

	if (json_read_members(&lost, 1, payload->at, payload->len, &why) < 0 ||
	    !read_uint(&lost, &n))
		return -EBADMSG;
	e->stats.missing += n;
	w->excused += n;
	return 0;
}

/* Makes e->d what the metadata and payload say.  1, 0: not wanted, -EBADMSG. */
static int read_members(struct nd_eater *e, struct json_read_member *meta,
			const struct json_read_member *payload)
{
	struct eater_ws *w = e->way;
	bool nowhere = !meta[KITCHEN].at || is_text(&meta[KITCHEN], "null");
	char topic[TOPIC_MAX + 1];
	struct nd_value v;
	const char *why;
	uint64_t seq;
	int len;

	if (!read_name(w, &meta[CHEF], w->chef) ||
	    (!nowhere && !read_name(w, &meta[KITCHEN], w->kitchen)))
		return -EBADMSG;
	if (nowhere && strcmp(w->chef, LOST_CHEF) == 0)
		return read_lost(e, payload);
	len = topic_write(topic, w->chef,
			  nowhere ? TOPIC_NO_KITCHEN : w->kitchen);
	if (len < 0)
		return -EBADMSG;
	if (!eater_wants(e, topic, (size_t)len))
		return 0;
	e->d->chef = w->chef;
	e->d->kitchen = nowhere ? NULL : w->kitchen;
	e->d->seq = 0;
	if (is_text(&meta[DRIVER], "\"interval\""))
		e->d->driver = ND_DRIVER_INTERVAL;
	else if (is_text(&meta[DRIVER], "\"packet\""))
		e->d->driver = ND_DRIVER_PACKET;
	else
		return -EBADMSG;
	if (!read_time(w, &meta[TIME], &e->d->time_ns) ||
	    json_read_value(e->d, &v, payload->at, payload->len, &why) < 0)
		return -EBADMSG;
	if (read_uint(&meta[SEQ], &seq)) {
		count_missing(e, topic, (size_t)len, seq);
		e->d->seq = seq;
	}
	return 1;
}

static int read_dumpling(struct nd_eater *e, const char *text, size_t len)
{
	struct json_read_member parts[] = {{.name = "metadata"},
					   {.name = "payload"}};
	struct json_read_member meta[METADATA_COUNT] = {
		[CHEF] = {.name = "chef"},
		[KITCHEN] = {.name = "kitchen"},
		[TIME] = {.name = "creation_time"},
		[DRIVER] = {.name = "driver"},
		[SEQ] = {.name = "seq"},
	};
	const char *why;

	if (json_read_members(parts, 2, text, len, &why) < 0 || !parts[0].at ||
	    !parts[1].at ||
	    json_read_members(meta, METADATA_COUNT, parts[0].at, parts[0].len,
			      &why) < 0)
		return -EBADMSG;
	return read_members(e, meta, &parts[1]);
}

/* --- a text: a dumpling, or an array of them ----------------------------- */

static const char *skip_space(const char *at, const char *end)
{
	while (at < end &&
	       (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/*
 * The end of an array's element.  Only brackets and texts are looked at:
 * whether it is JSON is found when it is read.
 */
static const char *element_end(const char *at, const char *end)
{
	bool in_text = false;
	size_t depth = 0;

	for (; at < end; at++) {
		if (in_text && *at == '\\') {
			at++;
		} else if (in_text) {
			in_text = *at != '"';
		} else if (*at == '"') {
			in_text = true;
		} else if (*at == '[' || *at == '{') {
			depth++;
		} else if (depth > 0) {
			depth -= *at == ']' || *at == '}';
		} else if (*at == ',' || *at == ']' || *at == '}') {
			break;
		}
	}
	return at < end ? at : end;
}

static void begin_text(struct eater_ws *w, const struct websocket_message *m)
{
	w->end = m->bytes + m->len;
	w->at = skip_space(m->bytes, w->end);
	w->in_array = w->at < w->end && *w->at == '[';
	if (!w->in_array)
		return;
	w->at = skip_space(w->at + 1, w->end);
	if (w->at < w->end && *w->at == ']' &&
	    skip_space(w->at + 1, w->end) == w->end)
		w->at = NULL; /* an empty one */
}

/* Reads on in the text.  1 with a dumpling, 0 at its end. */
static int read_text(struct nd_eater *e)
{
	struct eater_ws *w = e->way;
	int rc = 0;

	while (w->at && rc == 0) {
		const char *from = w->at;
		const char *to =
			w->in_array ? element_end(from, w->end) : w->end;

		w->at = w->in_array && to < w->end && *to == ',' ? to + 1
								 : NULL;
		rc = read_dumpling(e, from, (size_t)(to - from));
		if (rc < 0) {
			e->stats.invalid++;
			rc = 0;
		}
	}
	return rc;
}

/* --- receiving ----------------------------------------------------------- */

static int take(struct nd_eater *e)
{
	struct eater_ws *w = e->way;
	struct websocket_message m;
	int rc;

	while ((rc = read_text(e)) == 0) {
		rc = websocket_receive(w->socket, &m);
		e->stats.connects = websocket_connects(w->socket);
		e->stats.connected = websocket_is_open(w->socket);
		if (rc == 0)
			return 0;
		begin_text(w, &m);
	}
	return rc;
}

static int wait(struct nd_eater *e, int timeout_ms)
{
	struct eater_ws *w = e->way;
	struct pollfd p = {.fd = websocket_fd(w->socket), .events = POLLIN};

	return poll(&p, 1, timeout_ms) < 0 ? -errno : 0;
}

static int fd(const struct nd_eater *e)
{
	const struct eater_ws *w = e->way;

	return websocket_fd(w->socket);
}

const struct eater_kind eater_ws_kind = {
	.open = open_ws,
	.close = close_ws,
	.start = start,
	.change = change,
	.take = take,
	.wait = wait,
	.fd = fd,
};
