/* SPDX-License-Identifier: MIT */
#include "nmsg_sequence.h"

#include "nmsg_container.h"

#include <stdlib.h>
#include <string.h>

#include <netdumplings/chef.h>

#define SOURCES_MAX 4096
#define GAP_MAX 1048576U
#define LATE_MAX 1024U
#define FORGET_NS (120 * INT64_C(1000000000))

struct source {
	uint32_t next;
	int64_t heard_ns;
};

struct nmsg_sequence {
	struct nd_table *sources;
	struct nmsg_sequence_stats stats;
};

struct nmsg_sequence *nmsg_sequence_new(void)
{
	struct nmsg_sequence *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->sources = nd_table_new(SOURCES_MAX, sizeof(struct source));
	if (s->sources)
		return s;
	free(s);
	return NULL;
}

void nmsg_sequence_free(struct nmsg_sequence *s)
{
	if (!s)
		return;
	nd_table_free(s->sources);
	free(s);
}

static void count(struct nmsg_sequence *s, struct source *source,
		  uint32_t number)
{
	uint32_t gap = number - source->next;

	if (-gap <= LATE_MAX && gap != 0) {
		s->stats.late++;
		return;
	}
	if (gap <= GAP_MAX)
		s->stats.lost += gap;
	source->next = number + 1;
}

void nmsg_sequence_take(struct nmsg_sequence *s, uint64_t id, uint32_t number,
			const void *peer, size_t peer_len, int64_t now_ns)
{
	uint8_t key[8 + NMSG_CONTAINER_PEER_MAX];
	struct source *source;
	bool is_new;

	if (peer_len > NMSG_CONTAINER_PEER_MAX)
		return;
	memcpy(key, &id, 8);
	if (peer_len > 0)
		memcpy(key + 8, peer, peer_len);
	source = nd_table_add(s->sources, key, 8 + peer_len, &is_new);
	if (!source)
		return;
	if (is_new || now_ns - source->heard_ns > FORGET_NS)
		source->next = number + 1;
	else
		count(s, source, number);
	source->heard_ns = now_ns;
}

const struct nmsg_sequence_stats *
nmsg_sequence_stats(const struct nmsg_sequence *s)
{
	return &s->stats;
}
