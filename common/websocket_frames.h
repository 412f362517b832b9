/* SPDX-License-Identifier: MIT */
#ifndef WEBSOCKET_FRAMES_H
#define WEBSOCKET_FRAMES_H

#include "text.h"

/*
 * A client's frames (RFC 6455 section 5), by libwslay: bytes that came become
 * messages, and messages become bytes, masked.
 */
struct websocket_frames;

enum websocket_opcode {
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

/* A whole message, or a control frame. */
struct websocket_frames_event {
	enum websocket_opcode opcode;
	const char *bytes; /* lent until the next call */
	size_t len;
	uint16_t code; /* of an error, RFC 6455 section 7.4.1 */
};

/* Yours: websocket_frames_free().  NULL and errno. */
struct websocket_frames *websocket_frames_new(size_t max_message);
void websocket_frames_free(struct websocket_frames *f);

/* A new connection: all that came is forgotten. */
void websocket_frames_reset(struct websocket_frames *f);

/* Where received bytes go, and how many did. */
void *websocket_frames_room(struct websocket_frames *f, size_t *room);
void websocket_frames_filled(struct websocket_frames *f, size_t len);

/* The bytes that no frame was read from, and their being no frames. */
const char *websocket_frames_unread(const struct websocket_frames *f,
				    size_t *len);
void websocket_frames_skip(struct websocket_frames *f, size_t len);

/*
 * 1 with an event, 0 when more bytes are needed, -EPROTO with the event's code
 * for what breaks the protocol or is too large.
 */
int websocket_frames_read(struct websocket_frames *f,
			  struct websocket_frames_event *event);

/* Appends a frame that is a whole message.  0 or -ENOMEM. */
int websocket_frames_write(struct websocket_frames *f, struct text *out,
			   enum websocket_opcode opcode, const void *bytes,
			   size_t len);

#endif
