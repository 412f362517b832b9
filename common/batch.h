/* SPDX-License-Identifier: MIT */
#ifndef BATCH_H
#define BATCH_H

#include "dumpling.h"
#include "topic.h"
#include "value.h"

/*
 * A batch: dumplings of one chef in one kitchen, as one message's body,
 *	[1, incarnation, first_seq, [[time_ns, driver, payload], ...]]
 * (docs/protocol.md).  Here it is written, and read.
 */

#define BATCH_VERSION 1

/* A batch is sent when it would grow beyond this. */
#define BATCH_BYTES (32 * 1024)

/* --- writing --- */

/* Called with a whole body, lent. */
typedef void batch_send_fn(void *host, const void *body, size_t body_len,
			   uint32_t count);

struct batch {
	char topic[TOPIC_MAX + 1];
	size_t topic_len;
	uint64_t incarnation;
	uint64_t first_seq;
	uint32_t count;
	struct nd_dumpling *d;
	bool begun;
	size_t mark; /* where the dumpling being written starts */
	batch_send_fn *send;
	void *host;
};

/*
 * Makes b an empty batch whose bodies stay within max_message bytes; end with
 * batch_close().  -EINVAL for bad names, -ENOMEM.
 */
int batch_init(struct batch *b, const char *chef, const char *kitchen,
	       uint64_t incarnation, size_t max_message, batch_send_fn *send,
	       void *host);
void batch_close(struct batch *b);

/*
 * Starts a dumpling; its payload goes into the result, lent by the batch.  It
 * costs nothing when the last one was started and nothing was put into it.
 */
struct nd_dumpling *batch_begin(struct batch *b);

/*
 * Ends the dumpling, numbers it, and sends what was in the batch before if
 * both are more than BATCH_BYTES.  0, or -errno and the dumpling is gone.
 */
int batch_commit(struct batch *b, int64_t time_ns, enum nd_driver driver);

/* Leaves the dumpling out after all. */
void batch_abandon(struct batch *b);

/* Sends what is in the batch, if anything; one only begun is abandoned. */
void batch_flush(struct batch *b);

/* Gives the memory back that a batch which is empty does not need. */
void batch_trim(struct batch *b);

/* The number that the next dumpling gets. */
static inline uint64_t batch_next_seq(const struct batch *b)
{
	return b->first_seq + b->count;
}

/* --- reading --- */

struct batch_reader {
	struct value_reader r;
	uint64_t incarnation;
	uint64_t first_seq;
	uint32_t count;
	uint32_t done;
};

/* Reads the head.  0, -EBADMSG, -EPROTONOSUPPORT for another version. */
int batch_open(struct batch_reader *b, const void *body, size_t body_len);

/*
 * Makes d the next dumpling, its payload lent by the body.  1, 0 at the end,
 * -EBADMSG.
 */
int batch_read(struct batch_reader *b, struct nd_dumpling *d);

#endif
