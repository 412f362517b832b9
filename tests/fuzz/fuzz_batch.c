/* SPDX-License-Identifier: MIT */
#include "batch.h"
#include "sequence.h"

#include <stdlib.h>
#include <string.h>

/* A topic's length, the topic, and the body of a message from the bus. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_topic(const uint8_t *bytes, size_t len)
{
	char out[TOPIC_MAX + 1];
	struct topic t;
	int written;

	if (topic_read(&t, bytes, len) < 0)
		return;
	written = topic_write(out, t.chef, t.kitchen);
	check(written >= 0 && (size_t)written == len);
	check(memcmp(out, bytes, len) == 0);
}

static void check_body(const uint8_t *body, size_t len)
{
	struct nd_dumpling *d = dumpling_new(0);
	struct batch_reader b;
	struct sequence s = {0};
	uint32_t count = 0;
	int rc = d ? batch_open(&b, body, len) : -1;

	if (rc == 0) {
		check(b.count >= 1);
		check(sequence_batch(&s, b.first_seq, b.count) == 0);
		while ((rc = batch_read(&b, d)) > 0) {
			check(nd_seq(d) == b.first_seq + count++);
			check(d->payload >= body && d->payload_len >= 1);
			check(d->payload + d->payload_len <= body + len);
			check(nd_creation_time_ns(d) >= 0);
		}
		check(count <= b.count);
		check(rc < 0 || (count == b.count && s.next == nd_seq(d) + 1));
	}
	dumpling_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *topic, *body;
	size_t topic_len;

	if (len-- == 0)
		return 0;
	topic_len = *data++;
	topic_len = topic_len < len ? topic_len : len;
	topic = malloc(topic_len + 1);
	body = malloc(len - topic_len + 1);
	if (topic && body) {
		/* Each ends where its allocation does, but for a byte. */
		memcpy(topic + 1, data, topic_len);
		memcpy(body + 1, data + topic_len, len - topic_len);
		check_topic(topic + 1, topic_len);
		check_body(body + 1, len - topic_len);
	}
	free(topic);
	free(body);
	return 0;
}
