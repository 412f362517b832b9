/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include "log.h"
#include "loop.h"

#include <stdio.h>
#include <stdlib.h>

/* A reel and the packet that it gives next. */
struct head {
	struct reel *reel;
	struct capture_packet pkt;
	size_t number;
};

struct merge {
	struct reel **reels;
	size_t count;
	bool bad, begun;
	/* A binary heap by time of those that have not ended. */
	struct head *heap;
	size_t heads;
};

static bool is_before(const struct head *a, const struct head *b)
{
	if (a->pkt.time_ns != b->pkt.time_ns)
		return a->pkt.time_ns < b->pkt.time_ns;
	return a->number < b->number;
}

/* Puts the head at `at` where it belongs among those below it. */
static void sift(struct merge *m, size_t at)
{
	struct head moved = m->heap[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < m->heads &&
		    is_before(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (child >= m->heads || is_before(&moved, &m->heap[child]))
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = moved;
}

static void begin(struct merge *m)
{
	m->begun = true;
	for (size_t i = 0; i < m->count; i++) {
		struct head *head = &m->heap[m->heads];

		*head = (struct head){.reel = m->reels[i], .number = i};
		if (reel_next(head->reel, &head->pkt) > 0)
			m->heads++;
	}
	for (size_t i = m->heads / 2; i-- > 0;)
		sift(m, i);
}

/* The first has been used: what comes after it in its file takes its place. */
static void advance(struct merge *m)
{
	if (m->heads == 0)
		return;
	if (reel_next(m->heap[0].reel, &m->heap[0].pkt) <= 0)
		m->heap[0] = m->heap[--m->heads];
	if (m->heads > 0)
		sift(m, 0);
}

int merge_next(struct merge *m, struct capture_packet *pkt)
{
	if (m->count == 1)
		return reel_next(m->reels[0], pkt);
	if (m->begun)
		advance(m);
	else
		begin(m);
	if (m->heads == 0)
		return 0;
	*pkt = m->heap[0].pkt;
	return 1;
}

bool merge_peek(const struct merge *m, struct capture_packet *pkt)
{
	return m->count == 1 && reel_peek(m->reels[0], pkt);
}

static struct reel *open_reel(const struct capture_config *config, size_t i,
			      const struct input_waiter *waiter, char *why,
			      size_t why_size)
{
	const struct nd_list *files = config->files;
	size_t count = files ? files->count : 0;

	return i < count ? reel_open(files->items[i], config->follow, waiter,
				     why, why_size)
			 : reel_open_nmsg(config->nmsg_files->items[i - count],
					  waiter, why, why_size);
}

struct merge *merge_open(const struct capture_config *config,
			 const struct input_waiter *waiter, char *why,
			 size_t why_size)
{
	struct merge *m = calloc(1, sizeof(*m));
	size_t count = (config->files ? config->files->count : 0) +
		       (config->nmsg_files ? config->nmsg_files->count : 0);

	if (m) {
		m->reels = calloc(count, sizeof(*m->reels));
		m->heap = calloc(count, sizeof(*m->heap));
	}
	if (!m || !m->reels || !m->heap) {
		snprintf(why, why_size, "out of memory");
		merge_close(m);
		return NULL;
	}
	for (size_t i = 0; i < count && !loop_stopped(); i++) {
		struct reel *r = open_reel(config, i, waiter, why, why_size);

		if (r) {
			m->reels[m->count++] = r;
			continue;
		}
		m->bad = true;
		if (count > 1 && !loop_stopped())
			log_error("%s", why);
	}
	if (m->count > 0)
		return m;
	if (count > 1)
		snprintf(why, why_size, "none of the %zu files can be read",
			 count);
	merge_close(m);
	return NULL;
}

void merge_close(struct merge *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		reel_close(m->reels[i]);
	free(m->reels);
	free(m->heap);
	free(m);
}

size_t merge_count(const struct merge *m)
{
	return m->count;
}

int merge_linktype(const struct merge *m, size_t number)
{
	return reel_linktype(m->reels[number]);
}

bool merge_is_bad(const struct merge *m)
{
	bool bad = m->bad;

	for (size_t i = 0; i < m->count; i++)
		bad |= reel_is_bad(m->reels[i]);
	return bad;
}

void merge_count_nmsg(const struct merge *m, struct nmsg_input_stats *sum)
{
	for (size_t i = 0; i < m->count; i++)
		reel_count(m->reels[i], sum);
}
