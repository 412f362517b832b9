/* SPDX-License-Identifier: MIT */
#include "websocket_frames.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#define IN_SIZE (64 * 1024)
#define CONTROL_MAX 125
#define MASK_LEN 4

/* The longest head of a client's frame. */
#define HEAD_MAX 14

struct websocket_frames {
	wslay_frame_context_ptr wslay; /* NULL: there was no memory */
	size_t max_message;
	size_t at, len; /* of `in` */
	struct text message;
	uint8_t type; /* of the message that has begun, or 0 */
	char control[CONTROL_MAX];
	size_t control_len;
	bool in_frame;
	uint64_t left; /* of the frame */
	struct text *out;
	uint8_t masks[64 * MASK_LEN]; /* that are not used yet */
	size_t masks_left;
	uint8_t in[IN_SIZE];
};

/* --- what libwslay calls ------------------------------------------------- */

static ssize_t on_receive(uint8_t *to, size_t len, int flags, void *host)
{
	struct websocket_frames *f = host;
	size_t n = f->len - f->at < len ? f->len - f->at : len;

	(void)flags;
	if (n == 0)
		return -1; /* come again */
	memcpy(to, f->in + f->at, n);
	f->at += n;
	return (ssize_t)n;
}

static ssize_t on_send(const uint8_t *bytes, size_t len, int flags, void *host)
{
	struct websocket_frames *f = host;

	(void)flags;
	text_put(f->out, bytes, len);
	return f->out->error ? -1 : (ssize_t)len;
}

static int on_mask(uint8_t *to, size_t len, void *host)
{
	struct websocket_frames *f = host;

	if (f->masks_left < len) {
		if (getrandom(f->masks, sizeof(f->masks), 0) !=
		    sizeof(f->masks))
			return -1;
		f->masks_left = sizeof(f->masks);
	}
	f->masks_left -= len;
	memcpy(to, f->masks + f->masks_left, len);
	return 0;
}

/* --- making -------------------------------------------------------------- */

static const struct wslay_frame_callbacks callbacks = {
	.send_callback = on_send,
	.recv_callback = on_receive,
	.genmask_callback = on_mask,
};

void websocket_frames_reset(struct websocket_frames *f)
{
	if (f->wslay)
		wslay_frame_context_free(f->wslay);
	if (wslay_frame_context_init(&f->wslay, &callbacks, f) != 0)
		f->wslay = NULL;
	f->at = f->len = 0;
	f->message.len = f->control_len = 0;
	f->type = 0;
	f->in_frame = false;
}

struct websocket_frames *websocket_frames_new(size_t max_message)
{
	struct websocket_frames *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->max_message = max_message;
	websocket_frames_reset(f);
	return f;
}

void websocket_frames_free(struct websocket_frames *f)
{
	if (!f)
		return;
	if (f->wslay)
		wslay_frame_context_free(f->wslay);
	text_free(&f->message);
	free(f);
}

/* --- bytes that came ----------------------------------------------------- */

void *websocket_frames_room(struct websocket_frames *f, size_t *room)
{
	if (f->at == f->len)
		f->at = f->len = 0;
	*room = IN_SIZE - f->len;
	return f->in + f->len;
}

void websocket_frames_filled(struct websocket_frames *f, size_t len)
{
	f->len += len;
}

const char *websocket_frames_unread(const struct websocket_frames *f,
				    size_t *len)
{
	*len = f->len - f->at;
	return (const char *)f->in + f->at;
}

void websocket_frames_skip(struct websocket_frames *f, size_t len)
{
	f->at += len;
}

/* --- reading ------------------------------------------------------------- */

static int refuse(struct websocket_frames_event *e, uint16_t code)
{
	e->code = code;
	return -EPROTO;
}

/* A frame begins: whether it may (RFC 6455 sections 5.1 to 5.5). */
static int begin_frame(struct websocket_frames *f,
		       const struct wslay_frame_iocb *io,
		       struct websocket_frames_event *e)
{
	bool control = wslay_is_ctrl_frame(io->opcode);

	if (io->mask || io->rsv)
		return refuse(e, WSLAY_CODE_PROTOCOL_ERROR);
	if (control) {
		if (io->opcode > WSLAY_PONG || !io->fin ||
		    io->payload_length > CONTROL_MAX)
			return refuse(e, WSLAY_CODE_PROTOCOL_ERROR);
		f->control_len = 0;
	} else {
		if (io->opcode > WSLAY_BINARY_FRAME ||
		    (io->opcode == WSLAY_CONTINUATION_FRAME) != (f->type != 0))
			return refuse(e, WSLAY_CODE_PROTOCOL_ERROR);
		if (f->type == 0) {
			f->type = io->opcode;
			f->message.len = 0;
		}
		if (io->payload_length > f->max_message - f->message.len)
			return refuse(e, WSLAY_CODE_MESSAGE_TOO_BIG);
	}
	f->in_frame = true;
	f->left = io->payload_length;
	return 0;
}

/* A frame ended.  1 with an event, 0 if the message goes on. */
static int end_frame(struct websocket_frames *f,
		     const struct wslay_frame_iocb *io,
		     struct websocket_frames_event *e)
{
	f->in_frame = false;
	if (wslay_is_ctrl_frame(io->opcode)) {
		e->opcode = (enum websocket_opcode)io->opcode;
		e->bytes = f->control;
		e->len = f->control_len;
		return 1;
	}
	if (!io->fin)
		return 0;
	e->opcode = (enum websocket_opcode)f->type;
	e->bytes = f->message.at;
	e->len = f->message.len;
	f->type = 0;
	return 1;
}

int websocket_frames_read(struct websocket_frames *f,
			  struct websocket_frames_event *e)
{
	int rc = 0;

	if (!f->wslay)
		return refuse(e, WSLAY_CODE_INTERNAL_SERVER_ERROR);
	while (rc == 0) {
		struct wslay_frame_iocb io;
		ssize_t n = wslay_frame_recv(f->wslay, &io);

		if (n == WSLAY_ERR_WANT_READ)
			return 0;
		if (n < 0)
			return refuse(e, WSLAY_CODE_PROTOCOL_ERROR);
		if (!f->in_frame && begin_frame(f, &io, e) < 0)
			return -EPROTO;
		if (wslay_is_ctrl_frame(io.opcode)) {
			memcpy(f->control + f->control_len, io.data, (size_t)n);
			f->control_len += (size_t)n;
		} else {
			text_put(&f->message, io.data, (size_t)n);
		}
		if (f->message.error)
			return refuse(e, WSLAY_CODE_INTERNAL_SERVER_ERROR);
		f->left -= (uint64_t)n;
		if (f->left == 0)
			rc = end_frame(f, &io, e);
	}
	return rc;
}

/* --- writing ------------------------------------------------------------- */

int websocket_frames_write(struct websocket_frames *f, struct text *out,
			   enum websocket_opcode opcode, const void *bytes,
			   size_t len)
{
	struct wslay_frame_iocb io = {
		.fin = 1,
		.opcode = (uint8_t)opcode,
		.payload_length = len,
		.mask = 1,
		.data = bytes,
		.data_length = len,
	};

	/* With the room for all of it nothing can fail in its middle. */
	if (!f->wslay || !text_room(out, len + HEAD_MAX))
		return -ENOMEM;
	f->out = out;
	return wslay_frame_send(f->wslay, &io) == (ssize_t)len ? 0 : -ENOMEM;
}
