/* SPDX-License-Identifier: MIT */
#include "batcher.h"

#include <errno.h>

static void send_batch(void *host, const void *body, size_t body_len,
		       uint32_t count)
{
	struct batcher *b = host;
	struct batcher_way *way = b->way;
	size_t room;
	int rc;

	rc = push_send(way->push, b->batch.topic, b->batch.topic_len, body,
		       body_len, count, &b->waiting);
	while (rc == -ENOBUFS && way->waits) {
		way->waiting(way->host);
		room = body_len < way->limit / 2 ? way->limit / 2 : 0;
		if (push_drain(way->push, room, way->stop_fd, way->wait_ms) <
		    0) {
			/* Nor is there any for those that follow. */
			way->waits = way->wait_ms < 0;
			break;
		}
		rc = push_send(way->push, b->batch.topic, b->batch.topic_len,
			       body, body_len, count, &b->waiting);
	}
	if (rc < 0)
		b->stats.dropped += count;
}

int batcher_open(struct batcher *b, const char *chef, const char *kitchen,
		 uint64_t incarnation, size_t max_message,
		 struct batcher_way *way)
{
	b->way = way;
	return batch_init(&b->batch, chef, kitchen, incarnation, max_message,
			  send_batch, b);
}

void batcher_close(struct batcher *b)
{
	batch_close(&b->batch);
}

void batcher_flush(struct batcher *b, int64_t now_ns, int64_t delay_ns)
{
	if (b->batch.count == 0)
		b->oldest_ns = 0;
	else if (b->oldest_ns == 0)
		b->oldest_ns = now_ns;
	if (b->batch.count == 0 || now_ns - b->oldest_ns < delay_ns)
		return;
	batch_flush(&b->batch);
	b->oldest_ns = 0;
}

void batcher_count(struct batcher *b)
{
	/* Not those in the batch: their numbers must not overtake them. */
	b->stats.next_seq = b->batch.first_seq;
	b->stats.waiting = atomic_load(&b->waiting);
}
