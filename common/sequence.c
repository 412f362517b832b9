/* SPDX-License-Identifier: MIT */
#include "sequence.h"

#include "topic.h"

#include <string.h>

_Static_assert(SEQUENCE_KEY_MAX >= TOPIC_MAX + 8, "a topic, an incarnation");

size_t sequence_key(uint8_t key[SEQUENCE_KEY_MAX], const void *topic,
		    size_t topic_len, uint64_t incarnation)
{
	memcpy(key, &incarnation, 8);
	memcpy(key + 8, topic, topic_len);
	return topic_len + 8;
}

/* Everything up to `next` was sent; what of it did not come is missing. */
static uint64_t catch_up(struct sequence *s, uint64_t next)
{
	uint64_t gap = s->known && next > s->next ? next - s->next : 0;

	if (!s->known || next > s->next)
		s->next = next;
	s->known = 1;
	s->missing += gap;
	return gap;
}

uint64_t sequence_batch(struct sequence *s, uint64_t first_seq, uint32_t count)
{
	uint64_t gap = catch_up(s, first_seq);

	s->received += count;
	if (first_seq + count > s->next)
		s->next = first_seq + count;
	return gap;
}

uint64_t sequence_told(struct sequence *s, uint64_t next)
{
	return catch_up(s, next);
}
