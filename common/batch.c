/* SPDX-License-Identifier: MIT */
#include "batch.h"

#include "put.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The head is written before its numbers are known, so they have their full
 * width: array of 4, version, two u64, array of u32.
 */
#define HEAD_LEN 25
#define HEAD_INCARNATION 3
#define HEAD_FIRST_SEQ 12
#define HEAD_COUNT 21

static const uint8_t head[HEAD_LEN] = {
	[0] = 0x94,
	[1] = BATCH_VERSION,
	[HEAD_INCARNATION - 1] = 0xcf,
	[HEAD_FIRST_SEQ - 1] = 0xcf,
	[HEAD_COUNT - 1] = 0xdd,
};

static void store(uint8_t *to, uint64_t n, size_t len)
{
	while (len-- > 0) {
		to[len] = (uint8_t)n;
		n >>= 8;
	}
}

int batch_init(struct batch *b, const char *chef, const char *kitchen,
	       uint64_t incarnation, size_t max_message, batch_send_fn *send,
	       void *host)
{
	int len;

	memset(b, 0, sizeof(*b));
	len = topic_write(b->topic, chef, kitchen);
	if (len < 0)
		return len;
	b->topic_len = (size_t)len;
	b->incarnation = incarnation;
	b->send = send;
	b->host = host;
	b->d = dumpling_new(max_message);
	if (!b->d)
		return -ENOMEM;
	put_bytes(b->d, head, HEAD_LEN);
	return b->d->error;
}

void batch_close(struct batch *b)
{
	dumpling_free(b->d);
	b->d = NULL;
}

/* An entry before its payload: array of 3, u64, a small number. */
#define ENTRY_LEN 11
#define ENTRY_TIME 2
#define ENTRY_DRIVER 10

static const uint8_t entry[ENTRY_LEN] = {[0] = 0x93, [ENTRY_TIME - 1] = 0xcf};

struct nd_dumpling *batch_begin(struct batch *b)
{
	struct nd_dumpling *d = b->d;

	if (b->begun && d->len == d->start && !d->error)
		return d;
	batch_abandon(b);
	b->begun = true;
	b->mark = d->len;
	/* What is in the batch already takes nothing from this dumpling. */
	d->limit += d->len - HEAD_LEN;
	put_begin(d);
	put_bytes(d, entry, ENTRY_LEN);
	d->start = d->len;
	return d;
}

/* The dumpling that was begun is no longer being written. */
static void end(struct batch *b)
{
	b->d->limit -= b->mark - HEAD_LEN;
	b->begun = false;
}

void batch_abandon(struct batch *b)
{
	if (!b->begun)
		return;
	end(b);
	b->d->len = b->mark;
}

static void send_up_to(struct batch *b, size_t len, uint32_t count)
{
	uint8_t *buf = b->d->buf;

	store(buf + HEAD_INCARNATION, b->incarnation, 8);
	store(buf + HEAD_FIRST_SEQ, b->first_seq, 8);
	store(buf + HEAD_COUNT, count, 4);
	b->first_seq += count;
	b->count -= count;
	b->send(b->host, buf, len, count);
	memmove(buf + HEAD_LEN, buf + len, b->d->len - len);
	b->d->len -= len - HEAD_LEN;
}

int batch_commit(struct batch *b, int64_t time_ns, enum nd_driver driver)
{
	int rc = put_finish(b->d);
	size_t full;

	if (rc < 0) {
		batch_abandon(b);
		return rc;
	}
	end(b);
	full = b->d->limit < BATCH_BYTES ? b->d->limit : BATCH_BYTES;
	store(b->d->buf + b->mark + ENTRY_TIME,
	      time_ns < 0 ? 0 : (uint64_t)time_ns, 8);
	b->d->buf[b->mark + ENTRY_DRIVER] = (uint8_t)driver;
	b->count++;
	if (b->d->len > full && b->count > 1)
		send_up_to(b, b->mark, b->count - 1);
	if (b->d->len > full)
		batch_flush(b);
	return 0;
}

void batch_flush(struct batch *b)
{
	batch_abandon(b);
	if (b->count > 0)
		send_up_to(b, b->d->len, b->count);
}

void batch_trim(struct batch *b)
{
	uint8_t *less;

	if (b->begun || b->count > 0)
		return;
	less = realloc(b->d->buf, HEAD_LEN);
	if (!less)
		return;
	b->d->buf = less;
	b->d->cap = HEAD_LEN;
}

/* --- reading ------------------------------------------------------------- */

int batch_open(struct batch_reader *b, const void *body, size_t body_len)
{
	const uint8_t *bytes = body;
	struct value_reader r = {bytes, bytes + body_len};
	uint64_t version, incarnation, first_seq;
	uint32_t parts, count;

	if (value_read_array(&r, &parts) < 0 || parts < 1 ||
	    value_read_uint(&r, &version) < 0)
		return -EBADMSG;
	if (version != BATCH_VERSION)
		return -EPROTONOSUPPORT;
	if (parts != 4 || value_read_uint(&r, &incarnation) < 0 ||
	    value_read_uint(&r, &first_seq) < 0 ||
	    value_read_array(&r, &count) < 0 || count < 1 ||
	    first_seq > UINT64_MAX - count)
		return -EBADMSG;
	b->r = r;
	b->incarnation = incarnation;
	b->first_seq = first_seq;
	b->count = count;
	b->done = 0;
	return 0;
}

int batch_read(struct batch_reader *b, struct nd_dumpling *d)
{
	uint64_t time_ns, driver;
	const uint8_t *payload;
	uint32_t parts;

	if (b->done == b->count)
		return b->r.at == b->r.end ? 0 : -EBADMSG;
	if (value_read_array(&b->r, &parts) < 0 || parts != 3 ||
	    value_read_uint(&b->r, &time_ns) < 0 || time_ns > INT64_MAX ||
	    value_read_uint(&b->r, &driver) < 0 || driver > ND_DRIVER_INTERVAL)
		return -EBADMSG;
	payload = b->r.at;
	if (value_skip(&b->r) < 0)
		return -EBADMSG;
	d->time_ns = (int64_t)time_ns;
	d->driver = (enum nd_driver)driver;
	d->seq = b->first_seq + b->done++;
	d->payload = payload;
	d->payload_len = (size_t)(b->r.at - payload);
	return 1;
}
