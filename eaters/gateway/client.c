/* SPDX-License-Identifier: MIT */
#include "client.h"

#include "classic.h"
#include "gateway.h"
#include "listing.h"

#include <acked.h>
#include <errno.h>
#include <json.h>
#include <libwebsockets.h>
#include <loop.h>
#include <stdlib.h>

/* IANA's WebSocket close code 1013. */
#define TRY_AGAIN_LATER 1013
#define SECOND_NS INT64_C(1000000000)
/* For saying hello, and for taking a close frame. */
#define HELLO_NS (10 * SECOND_NS)
/* A place of who begins with the next totals of what its filter leaves out. */
#define WAITING UINT64_MAX

struct client {
	struct client *prev, *next;
	struct gateway *g;
	struct lws *wsi;
	struct filter *filter; /* NULL before the hello */
	bool batch;
	uint64_t at;           /* the ring's number of what comes next */
	uint64_t lost;         /* not told yet */
	uint64_t notices;      /* told so far */
	int64_t connected_ns;  /* since 1970 */
	int64_t progress_ns;   /* when it last took bytes, or had all */
	uint64_t acked;        /* bytes that its side had taken then */
	int close_code;        /* to be closed, 0: not */
	const char *close_why; /* static */
	struct text message;   /* that is being received */
	struct listing listing;
};

/* --- life ---------------------------------------------------------------- */

struct client *client_new(struct gateway *g, struct lws *wsi)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->g = g;
	c->wsi = wsi;
	c->progress_ns = loop_now_ns();
	c->connected_ns = loop_wall_ns();
	c->next = g->clients;
	if (c->next)
		c->next->prev = c;
	g->clients = c;
	g->stats.clients++;
	g->stats.clients_total++;
	return c;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	if (c->next)
		c->next->prev = c->prev;
	*(c->prev ? &c->prev->next : &c->g->clients) = c->next;
	c->g->stats.clients--;
	filter_release(&c->g->filters, c->filter);
	listing_hide(&c->listing, c->g->eater);
	text_free(&c->message);
	free(c);
}

/* Says why and returns what makes libwebsockets close. */
static int close_now(struct client *c, int code, const char *why)
{
	char text[123]; /* RFC 6455 section 5.5 */
	int len = snprintf(text, sizeof(text), "%s", why);

	lws_close_reason(c->wsi, (enum lws_close_status)code,
			 (unsigned char *)text, (size_t)len);
	return -1;
}

/* Closes as soon as the socket has room to say why. */
static void close_later(struct client *c, int code, const char *why)
{
	c->close_code = code;
	c->close_why = why;
	c->progress_ns = loop_now_ns();
	lws_callback_on_writable(c->wsi);
}

/* --- receiving ----------------------------------------------------------- */

/* Whether something that it wants is in the ring for it. */
static bool has_news(struct client *c)
{
	return c->filter && filter_latest(&c->g->filters, c->filter) > c->at;
}

static int hello(struct client *c)
{
	static struct hello h; /* large, and done with when this returns */
	struct gateway *g = c->g;
	const char *why;
	struct filter *filter;
	int rc = hello_parse(&h, c->message.at, c->message.len, &why);

	/* The original's hub reads nothing after the hello. */
	if (rc < 0 && c->filter && !h.named)
		return 0;
	if (rc < 0)
		return close_now(c,
				 rc == -EBADMSG
					 ? LWS_CLOSE_STATUS_INVALID_PAYLOAD
					 : LWS_CLOSE_STATUS_POLICY_VIOLATION,
				 why);
	classic_apply(&h, g->settings->classic);
	filter = filter_get(&g->filters, &h);
	if (!filter && errno == EBUSY)
		return close_now(c, TRY_AGAIN_LATER,
				 "too many want max_rate or latest_per, each "
				 "something else; try again later");
	if (!filter)
		return close_now(c, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION,
				 "out of memory");
	/*
	 * What it did not want until now, or what was left out for it, is no
	 * history of what it wants.
	 */
	if (!has_news(c) || (c->filter && c->filter->thin))
		c->at = g->ring.next;
	if (filter->thin) {
		filter->thin->tell_all = true;
		c->at = WAITING;
	}
	filter_release(&g->filters, c->filter);
	c->filter = filter;
	c->batch = h.batch;
	listing_show(&c->listing, g->eater, lws_get_socket_fd(c->wsi),
		     c->connected_ns, c->message.at, c->message.len);
	if (has_news(c))
		lws_callback_on_writable(c->wsi);
	return 0;
}

int client_receive(struct client *c, const void *bytes, size_t len)
{
	int rc;

	if (c->close_code)
		return 0;
	if (lws_frame_is_binary(c->wsi) && c->filter)
		return 0;
	if (lws_frame_is_binary(c->wsi))
		return close_now(c, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE,
				 "a hello is text");
	if (c->message.len + len > HELLO_BYTES_MAX)
		return close_now(c, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE,
				 "a hello is shorter");
	text_put(&c->message, bytes, len);
	if (c->message.error)
		return close_now(c, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION,
				 "out of memory");
	if (!lws_is_final_fragment(c->wsi) ||
	    lws_remaining_packet_payload(c->wsi) > 0)
		return 0;
	rc = hello(c);
	text_free(&c->message);
	return rc;
}

/* --- sending ------------------------------------------------------------- */

static struct frame *frame_of(struct client *c)
{
	return c->batch ? &c->g->array : &c->g->singles;
}

/*
 * Frames are whole, so they go past what libwebsockets makes frames with.  It
 * keeps what the socket does not take, and sends its own between writes only.
 */
static int send_frame(struct client *c, const struct frame *f)
{
	int rc = lws_write(c->wsi, (unsigned char *)f->bytes, f->len,
			   LWS_WRITE_RAW);

	c->progress_ns = loop_now_ns();
	return rc < (int)f->len ? -1 : 0;
}

/* A dumpling of the gateway's own. */
static int send_notice(struct client *c)
{
	struct frame *f = frame_of(c);
	struct text t = {0};

	text_printf(&t,
		    "%s{\"metadata\":{\"chef\":\"GatewayChef\","
		    "\"kitchen\":null,\"creation_time\":",
		    c->batch ? "[" : "");
	json_time(&t, loop_wall_ns());
	text_printf(&t,
		    ",\"driver\":\"interval\",\"seq\":%llu},"
		    "\"payload\":{\"lost\":%llu}}%s",
		    (unsigned long long)c->notices, (unsigned long long)c->lost,
		    c->batch ? "]" : "");
	if (t.error) {
		text_free(&t);
		return -1;
	}
	frame_take(f, t.at, t.len);
	text_free(&t);
	c->notices++;
	c->lost = 0;
	return send_frame(c, f);
}

/* Steps over texts that were left out, and what it does not want. */
static void skip(struct client *c)
{
	const struct ring *r = &c->g->ring;

	uint64_t end = filter_end(c->filter, r);

	for (; c->at < end; c->at++) {
		if (!filter_has(c->filter, r, c->at))
			continue;
		if (ring_at(r, c->at)->len > 0)
			break;
		c->lost++;
		c->g->stats.deliveries_lost++;
	}
}

static int send_next(struct client *c)
{
	struct frame *f = frame_of(c);

	if (f->filter != c->filter->id || f->from != c->at)
		skip(c);
	if (c->lost > 0)
		return send_notice(c);
	if (c->at >= filter_end(c->filter, &c->g->ring))
		return 0;
	frame_make(f, &c->g->ring, c->filter, c->at);
	c->at = f->to;
	c->g->stats.deliveries += f->count;
	return send_frame(c, f);
}

int client_writeable(struct client *c)
{
	bool more;
	int rc;

	if (c->close_code)
		return close_now(c, c->close_code, c->close_why);
	if (!has_news(c) && c->lost == 0)
		return 0;
	rc = send_next(c);
	/*
	 * Of batches, what came since waits for its time, or to be a frame
	 * full.
	 */
	more = has_news(c) &&
	       (!c->batch || c->at < c->g->batches_due || c->g->array.full);
	if (rc == 0 && more)
		lws_callback_on_writable(c->wsi);
	return rc;
}

/* --- all ----------------------------------------------------------------- */

void client_notify_all(struct gateway *g, bool batches)
{
	if (batches)
		g->batches_due = g->ring.next;
	for (struct client *c = g->clients; c; c = c->next)
		if ((batches || !c->batch) && has_news(c))
			lws_callback_on_writable(c->wsi);
}

/* How many dumplings for the filter were in the ring's part that went. */
static uint64_t count(const struct gateway *g, const struct filter *f,
		      uint64_t from, uint64_t to)
{
	uint64_t n = 0;

	for (; from < to; from++)
		n += filter_has(f, &g->ring, from) &&
		     ring_at(&g->ring, from)->kind < KINDS_MAX;
	return n;
}

void client_evict_all(struct gateway *g)
{
	uint64_t first = g->ring.first, filter = 0, from = 0, n = 0;

	for (struct client *c = g->clients; c; c = c->next) {
		if (c->at >= first)
			continue;
		/* Entries that went keep their numbers until others come. */
		if (c->filter && (c->filter->id != filter || c->at != from)) {
			filter = c->filter->id;
			from = c->at;
			n = count(g, c->filter, from, first);
		}
		if (c->filter) {
			c->lost += n;
			g->stats.deliveries_lost += n;
		}
		/* Totals may have been among them. */
		if (c->filter && c->filter->thin)
			c->filter->thin->tell_all = true;
		c->at = first;
	}
}

void client_begin_all(struct gateway *g, const struct filter *f,
		      uint64_t number)
{
	for (struct client *c = g->clients; c; c = c->next)
		if (c->filter == f && c->at == WAITING)
			c->at = number;
}

static void check(struct client *c, int64_t now)
{
	int64_t lag_ns = (int64_t)(c->g->settings->lag_s * 1e9);
	bool behind =
		has_news(c) || lws_partial_buffered(c->wsi) || c->close_code;

	if (!c->filter) {
		if (!c->close_code && now - c->progress_ns > HELLO_NS)
			close_later(c, LWS_CLOSE_STATUS_POLICY_VIOLATION,
				    "no hello came");
		else if (c->close_code && now - c->progress_ns > HELLO_NS)
			lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK,
					LWS_TO_KILL_ASYNC);
		return;
	}
	if (behind) {
		uint64_t n;

		acked_bytes(lws_get_socket_fd(c->wsi), &n);
		behind = n == c->acked;
		c->acked = n;
	}
	if (!behind)
		c->progress_ns = now;
	if (now - c->progress_ns <= lag_ns)
		return;
	if (c->close_code) {
		lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
		return;
	}
	c->g->stats.clients_closed_lagging++;
	close_later(c, LWS_CLOSE_STATUS_POLICY_VIOLATION, "lagged too long");
}

void client_check_all(struct gateway *g)
{
	int64_t now = loop_now_ns();

	for (struct client *c = g->clients; c; c = c->next)
		check(c, now);
}

void client_close_all(struct gateway *g)
{
	for (struct client *c = g->clients; c; c = c->next)
		close_later(c, LWS_CLOSE_STATUS_GOINGAWAY,
			    "the gateway is stopping");
}
