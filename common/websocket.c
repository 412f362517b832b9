/* SPDX-License-Identifier: MIT */
#include "websocket.h"

#include "loop.h"
#include "text.h"
#include "wake.h"
#include "websocket_dial.h"
#include "websocket_frames.h"
#include "websocket_upgrade.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define DELAY_FIRST_NS (SECOND_NS / 10)
#define DELAY_MAX_NS (5 * SECOND_NS)
#define CONNECT_NS (5 * SECOND_NS) /* for an address */
#define UPGRADE_NS (10 * SECOND_NS)
#define CLOSE_NS (5 * SECOND_NS)
#define PING_NS (20 * SECOND_NS)
#define SILENCE_NS (40 * SECOND_NS)

/* Beyond this nothing more is taken to be sent. */
#define OUT_MAX (256 * 1024)

/* What one call receives, so that a flood leaves time for other things. */
#define READS_MAX 16

enum state {
	WAITING, /* to connect */
	CONNECTING,
	UPGRADING,
	OPEN,
	CLOSING, /* we have said so */
	CLOSED,
};

struct websocket {
	struct websocket_url url;
	struct websocket_dial dial;
	enum state state;
	int fd; /* -1: none */
	struct wake wake;
	int64_t deadline_ns; /* of this state */
	int64_t delay_ns;    /* before the next attempt */
	int64_t opened_ns, alive_ns, ping_ns;
	bool blocked; /* the socket took less than there was */
	struct text hello, out;
	size_t out_at; /* written of it */
	uint64_t queued, written;
	char accept[WEBSOCKET_ACCEPT_SIZE];
	struct websocket_frames *frames;
	uint64_t connects, failures;
	char why[160];
};

/* --- the end of a connection --------------------------------------------- */

static void drop(struct websocket *w)
{
	wake_forget(&w->wake);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	w->blocked = false;
	w->queued = w->written;
	w->out.len = w->out_at = 0;
	websocket_frames_reset(w->frames);
}

__attribute__((format(printf, 2, 3))) static void
give_up(struct websocket *w, const char *format, ...)
{
	int64_t now = loop_now_ns();
	va_list args;

	va_start(args, format);
	vsnprintf(w->why, sizeof(w->why), format, args);
	va_end(args);
	/* A host may have addresses at which it does not serve this. */
	if (w->state < OPEN && websocket_dial_has_more(&w->dial)) {
		w->state = WAITING;
		w->deadline_ns = now;
		drop(w);
		return;
	}
	websocket_dial_reset(&w->dial);
	w->failures += w->state < OPEN;
	if (w->state == OPEN && now - w->opened_ns > DELAY_MAX_NS)
		w->delay_ns = DELAY_FIRST_NS;
	w->state = w->state == CLOSING ? CLOSED : WAITING;
	w->deadline_ns = now + w->delay_ns;
	w->delay_ns *= 2;
	if (w->delay_ns > DELAY_MAX_NS)
		w->delay_ns = DELAY_MAX_NS;
	drop(w);
	/* It may be a send that found it out: nothing else comes back here. */
	wake_at(&w->wake, w->deadline_ns);
}

/* --- writing ------------------------------------------------------------- */

static size_t pending(const struct websocket *w)
{
	return w->out.len - w->out_at;
}

/* Writes what the socket takes.  False if that was the connection's end. */
static bool flush(struct websocket *w)
{
	while (pending(w) > 0) {
		ssize_t n = send(w->fd, w->out.at + w->out_at, pending(w),
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			w->blocked = true;
			return true;
		}
		if (n < 0) {
			give_up(w, "%s", strerror(errno));
			return false;
		}
		/* Room that comes is a sign of life. */
		if (w->blocked)
			w->alive_ns = loop_now_ns();
		w->blocked = false;
		w->out_at += (size_t)n;
		w->written += (size_t)n;
	}
	w->out.len = w->out_at = 0;
	return true;
}

/* Appends a frame.  False for lack of memory. */
static bool put_frame(struct websocket *w, enum websocket_opcode opcode,
		      const void *bytes, size_t len)
{
	size_t before = w->out.len;

	if (websocket_frames_write(w->frames, &w->out, opcode, bytes, len) < 0)
		return false;
	w->queued += w->out.len - before;
	return true;
}

int websocket_send(struct websocket *w, bool is_text, const void *bytes,
		   size_t len)
{
	if (w->state != OPEN || pending(w) > OUT_MAX)
		return -EAGAIN;
	if (!put_frame(w, is_text ? WEBSOCKET_TEXT : WEBSOCKET_BINARY, bytes,
		       len))
		return -EAGAIN;
	return flush(w) ? 0 : -EAGAIN;
}

/* A close frame with its number, RFC 6455 section 5.5.1. */
static void put_close(struct websocket *w, uint16_t code)
{
	const uint8_t bytes[] = {(uint8_t)(code >> 8), (uint8_t)code};

	put_frame(w, WEBSOCKET_CLOSE, bytes, sizeof(bytes));
}

void websocket_close(struct websocket *w)
{
	if (w->state == OPEN) {
		put_close(w, WEBSOCKET_NORMAL);
		w->state = CLOSING;
		w->deadline_ns = loop_now_ns() + CLOSE_NS;
		flush(w);
	} else if (w->state != CLOSING) {
		w->state = CLOSED;
		drop(w);
	}
}

int websocket_set_hello(struct websocket *w, const char *text, size_t len)
{
	w->hello.len = 0;
	text_put(&w->hello, text, len);
	if (w->hello.error)
		return w->hello.error;
	websocket_send(w, true, text, len);
	return 0;
}

/* --- connecting ---------------------------------------------------------- */

static void dial(struct websocket *w)
{
	int rc = websocket_dial_next(&w->dial, &w->url);

	if (rc < 0) {
		w->state = CONNECTING;
		give_up(w, "%s", strerror(-rc));
		return;
	}
	w->fd = rc;
	w->state = CONNECTING;
	w->deadline_ns = loop_now_ns() + CONNECT_NS;
}

static void follow_connecting(struct websocket *w, int64_t now)
{
	int rc = websocket_dial_result(w->fd);

	if (rc == -EINPROGRESS && now < w->deadline_ns)
		return;
	if (rc < 0) {
		give_up(w, "%s",
			strerror(rc == -EINPROGRESS ? ETIMEDOUT : -rc));
		return;
	}
	if (websocket_upgrade_request(&w->out, &w->url, w->accept) < 0) {
		give_up(w, "%s", strerror(ENOMEM));
		return;
	}
	w->queued += w->out.len;
	w->state = UPGRADING;
	w->deadline_ns = now + UPGRADE_NS;
}

static void open_connection(struct websocket *w, int64_t now)
{
	w->state = OPEN;
	w->connects++;
	w->opened_ns = w->alive_ns = now;
	w->ping_ns = now + PING_NS;
	if (w->hello.len > 0 &&
	    !put_frame(w, WEBSOCKET_TEXT, w->hello.at, w->hello.len))
		give_up(w, "%s", strerror(ENOMEM));
}

/* Receives into what frames are read from.  False if nothing came. */
static bool fill(struct websocket *w)
{
	size_t room;
	void *to = websocket_frames_room(w->frames, &room);
	ssize_t n;

	do
		n = recv(w->fd, to, room, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		w->alive_ns = loop_now_ns();
		websocket_frames_filled(w->frames, (size_t)n);
	} else if (n == 0) {
		give_up(w, "it closed the connection");
	} else if (errno != EAGAIN) {
		give_up(w, "%s", strerror(errno));
	}
	return n > 0;
}

static void follow_upgrading(struct websocket *w, int64_t now)
{
	const char *why;
	const char *bytes;
	size_t len;
	int rc;

	if (!flush(w))
		return;
	while (w->state == UPGRADING && fill(w)) {
		bytes = websocket_frames_unread(w->frames, &len);
		rc = websocket_upgrade_read(bytes, len, w->accept, &why);
		if (rc < 0) {
			give_up(w, "%s", why);
		} else if (rc > 0) {
			websocket_frames_skip(w->frames, (size_t)rc);
			open_connection(w, now);
		}
	}
	if (w->state == UPGRADING && now >= w->deadline_ns)
		give_up(w, "it does not answer");
}

/* --- an open connection -------------------------------------------------- */

/* What a peer's close says; it comes from a stranger, and goes to a log. */
static void on_close(struct websocket *w, const uint8_t *bytes, size_t len)
{
	unsigned code = len >= 2 ? (unsigned)bytes[0] << 8 | bytes[1] : 1005;

	if (w->state == OPEN) {
		put_close(w, len >= 2 ? (uint16_t)code : WEBSOCKET_NORMAL);
		if (!flush(w))
			return;
	}
	if (len > 2)
		give_up(w, "it closed with %u: %.*s", code, (int)len - 2,
			(const char *)bytes + 2);
	else
		give_up(w, "it closed with %u", code);
}

static void on_control(struct websocket *w,
		       const struct websocket_frames_event *e)
{
	if (e->opcode == WEBSOCKET_CLOSE)
		on_close(w, (const uint8_t *)e->bytes, e->len);
	else if (e->opcode == WEBSOCKET_PING && w->state == OPEN &&
		 pending(w) <= OUT_MAX)
		put_frame(w, WEBSOCKET_PONG, e->bytes, e->len);
}

/* Reads until a message is there.  1 or 0. */
static int read_frames(struct websocket *w, struct websocket_message *m)
{
	struct websocket_frames_event e;

	for (int reads = 0; w->state == OPEN || w->state == CLOSING;) {
		int rc = websocket_frames_read(w->frames, &e);

		if (rc < 0) {
			if (w->state == OPEN) {
				put_close(w, e.code);
				if (!flush(w))
					return 0;
			}
			give_up(w, "it sent what breaks the protocol (%u)",
				(unsigned)e.code);
			return 0;
		}
		if (rc > 0 && e.opcode != WEBSOCKET_TEXT &&
		    e.opcode != WEBSOCKET_BINARY) {
			on_control(w, &e);
		} else if (rc > 0) {
			m->is_text = e.opcode == WEBSOCKET_TEXT;
			m->bytes = e.bytes;
			m->len = e.len;
			return 1;
		} else if (reads++ == READS_MAX || !fill(w)) {
			break;
		}
	}
	return 0;
}

/* What an open connection does by the clock, once all was read. */
static void follow_open(struct websocket *w, int64_t now)
{
	if (w->state == CLOSING && now >= w->deadline_ns) {
		give_up(w, "it did not say that it closes");
		return;
	}
	if (now - w->alive_ns >= SILENCE_NS) {
		give_up(w, "it is silent");
		return;
	}
	if (w->state == OPEN && now >= w->ping_ns) {
		if (pending(w) == 0)
			put_frame(w, WEBSOCKET_PING, "", 0);
		w->ping_ns = now + PING_NS;
	}
	flush(w);
}

/* --- the loop ------------------------------------------------------------ */

static uint32_t events(const struct websocket *w)
{
	if (w->state == CONNECTING)
		return EPOLLOUT;
	return pending(w) > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

/* When the clock alone is a reason to come back. */
static int64_t next_ns(const struct websocket *w)
{
	int64_t silence = w->alive_ns + SILENCE_NS;

	if (w->state == OPEN)
		return w->ping_ns < silence ? w->ping_ns : silence;
	return w->state == CLOSED ? INT64_MAX : w->deadline_ns;
}

int websocket_receive(struct websocket *w, struct websocket_message *m)
{
	int64_t now = loop_now_ns();
	int rc = 0;

	if (w->state == WAITING && now >= w->deadline_ns)
		dial(w);
	if (w->state == CONNECTING)
		follow_connecting(w, now);
	if (w->state == UPGRADING)
		follow_upgrading(w, now);
	if (w->state == OPEN || w->state == CLOSING)
		rc = read_frames(w, m);
	if (rc == 0 && (w->state == OPEN || w->state == CLOSING))
		follow_open(w, loop_now_ns());
	wake_watch(&w->wake, w->fd, events(w));
	wake_at(&w->wake, next_ns(w));
	return rc;
}

/* --- making -------------------------------------------------------------- */

struct websocket *websocket_new(const char *url, size_t max_message)
{
	struct websocket *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return NULL;
	w->fd = w->wake.fd = w->wake.timer_fd = -1;
	w->delay_ns = DELAY_FIRST_NS;
	w->frames = websocket_frames_new(max_message);
	rc = w->frames ? websocket_url_read(&w->url, url, 80) : -ENOMEM;
	if (rc == 0)
		rc = wake_open(&w->wake);
	if (rc == 0) {
		wake_at(&w->wake, 0);
		return w;
	}
	websocket_free(w);
	errno = -rc;
	return NULL;
}

void websocket_free(struct websocket *w)
{
	if (!w)
		return;
	if (w->state == OPEN && pending(w) == 0) {
		websocket_close(w);
		websocket_dial_part(w->fd);
	}
	if (w->fd >= 0)
		close(w->fd);
	websocket_dial_reset(&w->dial);
	websocket_frames_free(w->frames);
	wake_close(&w->wake);
	text_free(&w->hello);
	text_free(&w->out);
	free(w);
}

/* --- how it stands ------------------------------------------------------- */

uint64_t websocket_queued(const struct websocket *w)
{
	return w->queued;
}

uint64_t websocket_written(const struct websocket *w)
{
	return w->written;
}

bool websocket_is_closed(const struct websocket *w)
{
	return w->state == CLOSED;
}

bool websocket_is_open(const struct websocket *w)
{
	return w->state == OPEN;
}

uint64_t websocket_connects(const struct websocket *w)
{
	return w->connects;
}

uint64_t websocket_failures(const struct websocket *w)
{
	return w->failures;
}

const char *websocket_why(const struct websocket *w)
{
	return w->why;
}

int websocket_fd(const struct websocket *w)
{
	return w->wake.fd;
}
