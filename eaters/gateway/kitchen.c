/* SPDX-License-Identifier: MIT */
#include "kitchen.h"

#include "cook.h"
#include "gateway.h"

#include <bus.h>
#include <errno.h>
#include <libwebsockets.h>
#include <log.h>
#include <loop.h>
#include <netdb.h>
#include <stdlib.h>

/* For saying hello, and for taking a close frame. */
#define HELLO_NS (10 * INT64_C(1000000000))

/* As netdumplings' hub takes them; one of the bus has a topic before it. */
#define TEXT_MAX (1024 * 1024)
#define BINARY_MAX (BUS_MAX_MESSAGE + TOPIC_MAX)

struct kitchen {
	struct kitchen *prev, *next;
	struct gateway *g;
	struct lws *wsi;
	struct cook *cook; /* NULL before the hello */
	char host[64];
	uint16_t port;
	struct text message;   /* that is being received, or waits for room */
	bool waits;            /* it does, and nothing more is read */
	bool binary;           /* it is */
	int64_t since_ns;      /* when it connected, or is to be closed */
	int close_code;        /* to be closed, 0: not */
	const char *close_why; /* static */
};

/* --- life ---------------------------------------------------------------- */

static void find_peer(struct kitchen *k)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char port[8] = "";

	if (getpeername(lws_get_socket_fd(k->wsi), (struct sockaddr *)&a,
			&len) < 0 ||
	    getnameinfo((struct sockaddr *)&a, len, k->host, sizeof(k->host),
			port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	k->port = (uint16_t)strtoul(port, NULL, 10);
}

struct kitchen *kitchen_new(struct gateway *g, struct lws *wsi)
{
	struct kitchen *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->g = g;
	k->wsi = wsi;
	k->since_ns = loop_now_ns();
	find_peer(k);
	k->next = g->kitchens;
	if (k->next)
		k->next->prev = k;
	g->kitchens = k;
	return k;
}

static int close_now(struct kitchen *k, int code, const char *why)
{
	static struct log_limit limit;
	char text[123]; /* RFC 6455 section 5.5 */
	int len = snprintf(text, sizeof(text), "%s", why);

	if (code != LWS_CLOSE_STATUS_GOINGAWAY)
		log_limited(&limit, "closed the kitchen at %s:%u: %s", k->host,
			    k->port, why);
	lws_close_reason(k->wsi, (enum lws_close_status)code,
			 (unsigned char *)text, (size_t)len);
	return -1;
}

/* Closes as soon as the socket has room to say why. */
static void close_later(struct kitchen *k, int code, const char *why)
{
	k->close_code = code;
	k->close_why = why;
	k->since_ns = loop_now_ns();
	lws_callback_on_writable(k->wsi);
}

int kitchen_writeable(struct kitchen *k)
{
	return k->close_code ? close_now(k, k->close_code, k->close_why) : 0;
}

/* --- receiving ----------------------------------------------------------- */

static int hello(struct kitchen *k, const void *bytes, size_t len)
{
	const char *why;

	if (k->binary)
		return close_now(k, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE,
				 "a hello is text");
	k->cook = cook_new(&k->g->intake, bytes, len, k->host, k->port, &why);
	if (k->cook)
		return 0;
	return close_now(k,
			 errno == EBADMSG ? LWS_CLOSE_STATUS_INVALID_PAYLOAD
			 : errno == ENOMEM
				 ? LWS_CLOSE_STATUS_UNEXPECTED_CONDITION
				 : LWS_CLOSE_STATUS_POLICY_VIOLATION,
			 why);
}

static void take(struct kitchen *k, const void *bytes, size_t len)
{
	static struct log_limit limit;
	const char *why;
	int rc = k->binary ? cook_message(k->cook, bytes, len, &why)
			   : cook_dumpling(k->cook, bytes, len, &why);

	if (rc == 0)
		return;
	k->g->stats.kitchen_dumplings_invalid++;
	log_limited(&limit, "Received invalid dumpling from kitchen %s: %s",
		    cook_name(k->cook), why);
}

/* Takes the message that waited. */
static void settle(struct kitchen *k)
{
	take(k, k->message.at, k->message.len);
	text_free(&k->message);
	k->waits = false;
}

/* A message is whole. */
static int receive(struct kitchen *k, const void *bytes, size_t len)
{
	if (!k->cook)
		return hello(k, bytes, len);
	if (intake_has_room(&k->g->intake)) {
		take(k, bytes, len);
		return 0;
	}
	if (k->message.len == 0)
		text_put(&k->message, bytes, len);
	if (k->message.error)
		return close_now(k, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION,
				 "out of memory");
	k->waits = true;
	lws_rx_flow_control(k->wsi, 0);
	return 0;
}

int kitchen_receive(struct kitchen *k, const void *bytes, size_t len)
{
	size_t most;
	int rc;

	if (k->close_code && !k->cook)
		return 0;
	if (k->waits) {
		settle(k);
		lws_rx_flow_control(k->wsi, 1);
	}
	k->binary = lws_frame_is_binary(k->wsi);
	most = k->binary ? BINARY_MAX : TEXT_MAX;
	if (k->message.len + len > most)
		return close_now(k, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE,
				 "message too big");
	if (lws_is_final_fragment(k->wsi) &&
	    lws_remaining_packet_payload(k->wsi) == 0 && k->message.len == 0)
		return receive(k, bytes, len);
	text_put(&k->message, bytes, len);
	if (k->message.error)
		return close_now(k, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION,
				 "out of memory");
	if (!lws_is_final_fragment(k->wsi) ||
	    lws_remaining_packet_payload(k->wsi) > 0)
		return 0;
	rc = receive(k, k->message.at, k->message.len);
	if (!k->waits)
		text_free(&k->message);
	return rc;
}

/* --- all ----------------------------------------------------------------- */

void kitchen_free(struct kitchen *k)
{
	if (!k)
		return;
	if (k->next)
		k->next->prev = k->prev;
	*(k->prev ? &k->prev->next : &k->g->kitchens) = k->next;
	if (k->waits)
		settle(k);
	cook_free(k->cook);
	text_free(&k->message);
	free(k);
}

void kitchen_flush_all(struct gateway *g)
{
	for (struct kitchen *k = g->kitchens; k; k = k->next) {
		if (!k->cook)
			continue;
		if (k->waits && intake_has_room(&g->intake)) {
			settle(k);
			lws_rx_flow_control(k->wsi, 1);
		}
		cook_flush(k->cook);
	}
}

static void check(struct kitchen *k, int64_t now_ns)
{
	if (k->cook && !k->close_code) {
		cook_announce(k->cook);
		return;
	}
	if (now_ns - k->since_ns <= HELLO_NS)
		return;
	if (k->close_code)
		lws_set_timeout(k->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
	else
		close_later(k, LWS_CLOSE_STATUS_POLICY_VIOLATION,
			    "no hello came");
}

void kitchen_check_all(struct gateway *g)
{
	int64_t now_ns = loop_now_ns();

	if (!g->intake.push)
		return;
	intake_tick(&g->intake);
	kitchen_flush_all(g);
	for (struct kitchen *k = g->kitchens; k; k = k->next)
		check(k, now_ns);
}

void kitchen_close_all(struct gateway *g)
{
	for (struct kitchen *k = g->kitchens; k; k = k->next)
		close_later(k, LWS_CLOSE_STATUS_GOINGAWAY,
			    "the gateway is stopping");
}
