/* SPDX-License-Identifier: MIT */
#include "path.h"

#include "share.h"

#include <errno.h>

/* A whole that is a fragment of another, in a tunnel, so often at most. */
#define WHOLES_MAX 4

/* Between two looks for connections that are idle. */
#define TICK_NS INT64_C(1000000000)

/* A part of a connection, for the chef that asked for it. */
static void tell(void *host, size_t chef, struct nd_stream *stream)
{
	struct path *p = host;

	chef_host_stream(p->asking[chef], stream, p->made_ns);
}

static int open_streams(struct path *p)
{
	const struct path_config *config = &p->config;

	for (size_t i = 0; i < config->chef_count; i++) {
		struct chef_host *h = &config->chefs[i];
		int number;

		if (!h->file.chef.stream)
			continue;
		if (!p->streams)
			p->streams =
				streams_new(config->stream_memory, tell, p);
		if (!p->streams)
			return -errno;
		number = streams_chef(p->streams, h->file.chef.ports,
				      h->file.chef.stream_size);
		if (number < 0)
			return number;
		p->asking[number] = h;
	}
	return 0;
}

int path_new_chefs(struct path *p)
{
	int rc = dispatch_init(&p->dispatch, p->config.chefs,
			       p->config.chef_count);

	if (rc == 0 && !p->streams)
		rc = open_streams(p);
	p->looks_ahead = p->streams || p->dispatch.expecting;
	return rc;
}

int path_open(struct path *p, const struct path_config *config)
{
	p->config = *config;
	if (config->fragment_memory) {
		p->fragments = fragments_new(config->fragment_memory);
		if (!p->fragments)
			return -errno;
	}
	return path_new_chefs(p);
}

void path_forget_streams(struct path *p, int64_t made_ns)
{
	path_stop(p, made_ns);
	streams_free(p->streams);
	p->streams = NULL;
}

void path_close(struct path *p)
{
	fragments_free(p->fragments);
	p->fragments = NULL;
	streams_free(p->streams);
	p->streams = NULL;
}

/* Once the last of its fragments is here, the whole packet takes its place. */
static void put_together(struct path *p, const struct capture_packet *packet)
{
	struct decode *d = &p->decode[p->turn];
	struct nd_packet *pkt = &d->pkt;
	uint64_t len = 0;
	uint32_t count = 0;

	for (int i = 0; i < WHOLES_MAX && pkt->ip_fragment; i++) {
		struct fragments_whole whole;

		if (fragments_take(p->fragments, pkt, &whole) <= 0)
			break;
		decode_packet(d, whole.linktype, packet->time_ns, whole.data,
			      whole.len, packet->len);
		count += whole.count;
		len += whole.wire_len;
		pkt->frame = packet->data;
		pkt->frame_len = packet->caplen;
		pkt->fragments = count;
		pkt->fragments_len =
			len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
	}
}

static void decode(struct path *p, unsigned turn,
		   const struct capture_packet *packet)
{
	/* Which decoding leaves as it is. */
	p->decode[turn].pkt.interface = packet->interface;
	p->decode[turn].pkt.frame_linktype = packet->linktype;
	decode_packet(&p->decode[turn], packet->linktype, packet->time_ns,
		      packet->data, packet->caplen, packet->len);
}

/* Whether it is another worker's. */
static bool others(const struct path *p, const struct nd_packet *pkt)
{
	return p->config.workers > 1 &&
	       share_of(pkt, p->config.workers) != p->config.worker;
}

/* The next packet: what will be looked up for it is fetched meanwhile. */
static void look_ahead(struct path *p, const struct capture_packet *next)
{
	const struct nd_packet *pkt = &p->decode[!p->turn].pkt;

	decode(p, !p->turn, next);
	p->ahead = next->data;
	if (others(p, pkt))
		return;
	if (p->streams)
		streams_expect(p->streams, pkt);
	dispatch_expect(&p->dispatch, pkt);
}

bool path_take(struct path *p, const struct capture_packet *packet,
	       int64_t made_ns)
{
	struct nd_packet *pkt;

	if (p->ahead && p->ahead == packet->data)
		p->turn = !p->turn;
	else
		decode(p, p->turn, packet);
	p->ahead = NULL;
	if (packet->next && p->looks_ahead)
		look_ahead(p, packet->next);
	pkt = &p->decode[p->turn].pkt;
	if (pkt->ip_fragment && p->fragments)
		put_together(p, packet);
	if (others(p, pkt))
		return false;
	p->made_ns = made_ns;
	if (p->streams) {
		/* Or it is of before the last look: a clock was set back. */
		if (packet->time_ns >= p->next_tick_ns ||
		    packet->time_ns < p->next_tick_ns - 2 * TICK_NS)
			path_tick(p, packet->time_ns, made_ns);
		streams_packet(p->streams, pkt);
		streams_fetch(p->streams);
	}
	dispatch_packet(&p->dispatch, pkt, made_ns);
	if (p->streams)
		streams_fetch(p->streams);
	return true;
}

void path_tick(struct path *p, int64_t time_ns, int64_t made_ns)
{
	p->made_ns = made_ns;
	p->next_tick_ns = time_ns + TICK_NS;
	if (p->streams)
		streams_tick(p->streams, time_ns);
}

void path_stop(struct path *p, int64_t made_ns)
{
	p->made_ns = made_ns;
	if (p->streams)
		streams_stop(p->streams);
}

void path_count(const struct path *p, struct stats_kitchen *stats)
{
	/* Workers that read the same file all see the same fragments. */
	if (p->fragments && p->config.worker == 0) {
		const struct fragments_stats *f = fragments_stats(p->fragments);

		stats->packets_reassembled = f->reassembled;
		stats->packets_incomplete = f->expired + f->dropped;
		stats->fragments_overlapping = f->overlaps;
		stats->fragments_invalid = f->invalid + f->cut;
	}
	if (p->streams) {
		const struct streams_stats *s = streams_stats(p->streams);

		stats->streams = s->connections;
		stats->streams_live = s->live;
		stats->streams_forgotten = s->forgotten;
		stats->stream_gap_bytes = s->gap_bytes;
		stats->stream_conflicts = s->conflicts;
		stats->stream_memory = s->memory;
	}
}
