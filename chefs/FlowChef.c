/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each flow that is over, silent or long, and at intervals the
 * busiest; docs/chefs/FlowChef.md has every member and an example.
 */
#include <errno.h>
#include <netdumplings/flow.h>
#include <stdlib.h>
#include <string.h>

/* How long a TCP flow that is over may still be followed by packets. */
#define LINGER_NS INT64_C(1000000000)

/* Flows that are over and not told yet; a power of 2. */
#define OVER_MAX 32768U

#define TIME_MAX (INT64_MAX / 2)

enum {
	TCP = 6, /* the protocol, and its flags */
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
};

/* What one end sent since the last part was told. */
struct side {
	uint64_t packets, bytes, payload;
	uint32_t retransmissions_told;
	uint8_t flags;
	uint8_t ttl; /* of its first packet */
	bool seen;
};

struct flow {
	struct side side[2]; /* as in the key */
	int64_t start_ns, first_ns, last_ns;
	uint64_t recent_bytes, recent_packets; /* since the last interval */
	uint32_t part;
	uint8_t client; /* which side */
	bool is_over;   /* FIN both ways, or RST */
	bool is_moved;  /* the latest, but for no packet */
	bool is_icmp;
	struct nd_flow_icmp icmp; /* the first message */
	struct nd_flow_tcp tcp;
};

/* A flow that is over, until what follows is in as well. */
struct over {
	struct nd_flow_key key;
	int64_t start_ns, due_ns;
};

struct busy {
	const struct nd_flow_key *key;
	struct flow *f;
};

struct flows {
	double idle, active;                /* options, in s */
	uint64_t max, top, community_seed;  /* options */
	bool community_id, count_fragments; /* options */
	struct nd_table *table;
	struct over *over;
	uint32_t over_first, over_count;
	struct busy *busiest;
	int64_t idle_ns, active_ns;
	int64_t due_ns; /* nothing is to be told before */
	uint64_t started, ended, forgotten;
	uint64_t fragments; /* those that are in no flow (yet) */
};

static const struct nd_option flow_options[] = {
	{"idle", ND_OPTION_DOUBLE, offsetof(struct flows, idle), "60",
	 "Seconds of silence that end a flow.", .min = 0.001, .max = 1e6},
	{"active", ND_OPTION_DOUBLE, offsetof(struct flows, active), "300",
	 "Seconds that a part of a flow lasts.", .min = 0.001, .max = 1e6},
	{"flows", ND_OPTION_UINT, offsetof(struct flows, max), "262144",
	 "Flows remembered; beyond that the one silent for longest is told and "
	 "forgotten.",
	 .min = 1, .max = 16777216},
	{"top", ND_OPTION_UINT, offsetof(struct flows, top), "100",
	 "Flows in an interval dumpling, those with most bytes since the last.",
	 .max = 10000},
	{"community_id", ND_OPTION_BOOL, offsetof(struct flows, community_id),
	 "yes", "Tell each flow's Community ID, version 1."},
	{"community_seed", ND_OPTION_UINT,
	 offsetof(struct flows, community_seed), "0",
	 "The seed of the Community ID.", .max = 65535},
	{"fragments", ND_OPTION_BOOL, offsetof(struct flows, count_fragments),
	 "no", "Count fragments as they come, for --no-reassembly."},
	{0},
};

static int flow_open(void *self, char *why, size_t why_size)
{
	struct flows *c = self;

	(void)why;
	(void)why_size;
	c->idle_ns = (int64_t)(c->idle * 1e9);
	c->active_ns = (int64_t)(c->active * 1e9);
	c->due_ns = INT64_MAX;
	/* One more than may stay, so that none goes without being told. */
	c->table = nd_table_new(c->max + 1, sizeof(struct flow));
	c->over = calloc(OVER_MAX, sizeof(*c->over));
	c->busiest = calloc(c->top + 1, sizeof(*c->busiest));
	return c->table && c->over && c->busiest ? 0 : -ENOMEM;
}

static void flow_close(void *self)
{
	struct flows *c = self;

	nd_table_free(c->table);
	free(c->over);
	free(c->busiest);
}

/* --- telling ------------------------------------------------------------- */

static void put_side(struct nd_dumpling *out, const char *name,
		     const struct nd_flow_key *key, const struct flow *f,
		     unsigned side)
{
	const struct side *s = &f->side[side];
	char flags[ND_FLOW_FLAGS_SIZE];

	nd_flow_put_end(out, name, key, side);
	nd_put_uint(out, "packets", s->packets);
	nd_put_uint(out, "bytes", s->bytes);
	if (s->packets > 0) {
		nd_put_uint(out, "payload", s->payload);
		nd_put_uint(out, "ttl", s->ttl);
	}
	if (s->packets > 0 && key->protocol == TCP) {
		nd_put_strn(out, "flags", flags,
			    nd_flow_tcp_flags(s->flags, flags));
		nd_put_uint(out, "retransmissions",
			    f->tcp.side[side].retransmissions -
				    s->retransmissions_told);
	}
	nd_end(out);
}

/* What the flow is; its ends follow. */
static void put_key(const struct flows *c, const struct nd_flow_key *key,
		    const struct flow *f, struct nd_dumpling *out)
{
	const struct nd_flow_icmp *icmp = f->is_icmp ? &f->icmp : NULL;
	char id[ND_COMMUNITY_ID_SIZE];

	if (c->community_id &&
	    nd_community_id(key, f->client, icmp, (uint16_t)c->community_seed,
			    id) == 0)
		nd_put_strn(out, "community_id", id, sizeof(id) - 1);
	nd_flow_put_protocol(out, key, icmp);
	nd_flow_put_way(out, key);
}

static void put_seconds(struct nd_dumpling *out, const char *name, int64_t ns)
{
	nd_put_double(out, name, (double)ns / 1e9);
}

static void put_tcp(const struct nd_flow_tcp *tcp, struct nd_dumpling *out)
{
	nd_put_str(out, "state", nd_flow_tcp_state(tcp));
	if (tcp->has_rtt_server)
		put_seconds(out, "rtt_server", tcp->rtt_server_ns);
	if (tcp->has_rtt_client)
		put_seconds(out, "rtt_client", tcp->rtt_client_ns);
}

static void put_flow(const struct flows *c, const struct nd_flow_key *key,
		     const struct flow *f, const char *ended,
		     struct nd_dumpling *out)
{
	put_key(c, key, f, out);
	put_side(out, "client", key, f, f->client);
	put_side(out, "server", key, f, !f->client);
	nd_put_time(out, "first", f->first_ns);
	nd_put_time(out, "last", f->last_ns);
	put_seconds(out, "duration", llabs(f->last_ns - f->first_ns));
	if (key->protocol == TCP)
		put_tcp(&f->tcp, out);
	nd_put_uint(out, "part", f->part);
	nd_put_str(out, "reason", ended);
}

static void end(struct flows *c, const struct nd_flow_key *key,
		const struct flow *f, const char *ended,
		struct nd_dumpling *out)
{
	uint8_t flags = f->tcp.side[0].flags | f->tcp.side[1].flags;

	if (f->is_over)
		ended = flags & RST ? "rst" : "fin";
	put_flow(c, key, f, ended, out);
	nd_serve(out);
	c->ended++;
	nd_table_remove(c->table, key, nd_flow_key_len(key));
}

/* The flow goes on: its counters begin anew. */
static void tell_part(struct flows *c, const struct nd_flow_key *key,
		      struct flow *f, int64_t time_ns, struct nd_dumpling *out)
{
	put_flow(c, key, f, "active", out);
	nd_serve(out);
	for (unsigned i = 0; i < 2; i++) {
		struct side *s = &f->side[i];

		s->packets = s->bytes = s->payload = 0;
		s->retransmissions_told = f->tcp.side[i].retransmissions;
		s->flags = 0;
	}
	f->tcp.has_rtt_server = f->tcp.has_rtt_client = false;
	f->first_ns = time_ns;
	f->part++;
}

/* --- timeouts ------------------------------------------------------------ */

static void tell_over(struct flows *c, struct nd_dumpling *out)
{
	const struct over *o = &c->over[c->over_first];
	struct nd_flow_key key = o->key;
	struct flow *f = nd_table_find(c->table, &key, nd_flow_key_len(&key));

	if (f && f->is_over && f->start_ns == o->start_ns)
		end(c, &key, f, "", out);
	else if (f)
		f->is_moved = true;
	c->over_first = (c->over_first + 1) % OVER_MAX;
	c->over_count--;
}

/*
 * Tells the flows whose time is up at this time of a packet, or of a poke.
 * A time far in the future is that of a clock that has been set back since.
 */
static void expire(struct flows *c, int64_t now_ns, struct nd_dumpling *out)
{
	const struct flow *f;
	const void *key;
	size_t len;

	while (c->over_count > 0 &&
	       (c->over[c->over_first].due_ns <= now_ns ||
		c->over[c->over_first].due_ns > now_ns + 2 * LINGER_NS))
		tell_over(c, out);
	while ((f = nd_table_oldest(c->table, &key, &len)) &&
	       (f->last_ns + c->idle_ns <= now_ns ||
		f->last_ns - c->idle_ns > now_ns))
		end(c, key, f, "idle", out);
	c->due_ns = f ? f->last_ns + c->idle_ns : INT64_MAX;
	if (c->over_count > 0 && c->over[c->over_first].due_ns < c->due_ns)
		c->due_ns = c->over[c->over_first].due_ns;
}

static void put_over(struct flows *c, const struct nd_flow_key *key,
		     struct flow *f, int64_t now_ns, struct nd_dumpling *out)
{
	struct over *o;

	if (c->over_count == OVER_MAX)
		tell_over(c, out);
	f->is_over = true;
	o = &c->over[(c->over_first + c->over_count++) % OVER_MAX];
	memcpy(&o->key, key, nd_flow_key_len(key));
	o->start_ns = f->start_ns;
	o->due_ns = now_ns + LINGER_NS;
	if (o->due_ns < c->due_ns)
		c->due_ns = o->due_ns;
}

/* --- packets ------------------------------------------------------------- */

static void count_tcp(struct flows *c, const struct nd_flow_key *key,
		      struct flow *f, const struct nd_packet *pkt,
		      unsigned side, int64_t now_ns, struct nd_dumpling *out)
{
	uint8_t flags = pkt->tcp_flags;

	nd_flow_tcp(&f->tcp, pkt, side, now_ns);
	f->client = f->tcp.client;
	f->side[side].flags |= flags;
	if (flags & (FIN | RST) && !f->is_over &&
	    (flags & RST || f->tcp.side[!side].flags & FIN))
		put_over(c, key, f, now_ns, out);
}

static void start(struct flows *c, struct flow *f, const struct nd_packet *pkt,
		  unsigned side, int64_t now_ns)
{
	c->started++;
	f->start_ns = f->first_ns = f->last_ns = now_ns;
	f->client = (uint8_t)side;
	f->is_icmp = nd_flow_icmp(pkt, &f->icmp);
	if (now_ns + c->idle_ns < c->due_ns)
		c->due_ns = now_ns + c->idle_ns;
}

/* The flow of a packet, a new one if need be; NULL and errno. */
static struct flow *flow_of(struct flows *c, const struct nd_flow_key *key,
			    const struct nd_packet *pkt, unsigned side,
			    int64_t now_ns, struct nd_dumpling *out)
{
	size_t key_len = nd_flow_key_len(key);
	bool is_new;
	struct flow *f = nd_table_add(c->table, key, key_len, &is_new);

	if (f && !is_new && f->is_over &&
	    (pkt->tcp_flags & (SYN | ACK)) == SYN) {
		/* The same ports again, in a new connection. */
		end(c, key, f, "", out);
		f = nd_table_add(c->table, key, key_len, &is_new);
	}
	if (f && is_new)
		start(c, f, pkt, side, now_ns);
	if (f && nd_table_count(c->table) > c->max) {
		const void *oldest;
		const struct flow *g =
			nd_table_oldest(c->table, &oldest, &key_len);

		c->forgotten++;
		end(c, oldest, g, "forgotten", out);
	}
	return f;
}

/* A fragment that comes again as part of a whole packet is left out. */
static bool is_counted(struct flows *c, const struct nd_packet *pkt)
{
	uint64_t again = pkt->fragments > 1 ? pkt->fragments - 1 : 0;

	c->fragments -= again < c->fragments ? again : c->fragments;
	if (!pkt->ip_fragment || pkt->fragments || c->count_fragments)
		return true;
	c->fragments++;
	return false;
}

/* A time that leaves room to count on from. */
static int64_t believed(int64_t time_ns)
{
	return time_ns < 0 ? 0 : time_ns < TIME_MAX ? time_ns : TIME_MAX;
}

static int flow_packet(void *self, const struct nd_packet *pkt,
		       struct nd_dumpling *out)
{
	struct flows *c = self;
	uint32_t packets = pkt->fragments ? pkt->fragments : 1;
	uint32_t bytes = pkt->fragments ? pkt->fragments_len : pkt->len;
	int64_t now_ns = believed(pkt->time_ns);
	struct nd_flow_key key;
	struct side *s;
	struct flow *f;
	int side;

	if (now_ns >= c->due_ns)
		expire(c, now_ns, out);
	if (!is_counted(c, pkt))
		return 0;
	side = nd_flow_key(pkt, &key);
	if (side < 0)
		return 0;
	f = flow_of(c, &key, pkt, (unsigned)side, now_ns, out);
	if (!f)
		return -ENOMEM;
	if (now_ns - f->first_ns >= c->active_ns)
		tell_part(c, &key, f, now_ns, out);
	if (pkt->ip_protocol == TCP && nd_has(pkt, ND_TCP))
		count_tcp(c, &key, f, pkt, (unsigned)side, now_ns, out);
	s = &f->side[side];
	if (!s->seen)
		s->ttl = pkt->ip_ttl;
	s->seen = true;
	s->packets += packets;
	s->bytes += bytes;
	s->payload += pkt->payload_wire_len;
	f->recent_packets += packets;
	f->recent_bytes += bytes;
	f->last_ns = now_ns;
	return 0;
}

static void flow_expect(void *self, const struct nd_packet *pkt)
{
	struct flows *c = self;
	struct nd_flow_key key;

	if (nd_flow_key(pkt, &key) >= 0)
		nd_table_expect(c->table, &key, nd_flow_key_len(&key));
}

/* --- intervals ----------------------------------------------------------- */

/* Into its place among those found so far, most bytes first. */
static size_t rank(struct flows *c, size_t count, const struct nd_flow_key *key,
		   struct flow *f)
{
	size_t at = count < c->top ? count : c->top;

	while (at > 0 && c->busiest[at - 1].f->recent_bytes < f->recent_bytes) {
		c->busiest[at] = c->busiest[at - 1];
		at--;
	}
	if (at < c->top)
		c->busiest[at] = (struct busy){key, f};
	return count < c->top ? count + 1 : count;
}

static void put_busiest(struct flows *c, struct nd_dumpling *out)
{
	void *position = NULL;
	const void *key;
	size_t len, count = 0;
	struct flow *f;

	/* Those that had packets since the last time are the latest. */
	while ((f = nd_table_each(c->table, &position, &key, &len)) &&
	       (f->recent_packets > 0 || f->is_moved))
		count = rank(c, count, key, f);
	nd_put_array(out, "busiest");
	for (struct busy *b = c->busiest; b < c->busiest + count; b++) {
		f = b->f;
		nd_put_map(out, NULL);
		put_key(c, b->key, f, out);
		nd_flow_put_end(out, "client", b->key, f->client);
		nd_end(out);
		nd_flow_put_end(out, "server", b->key, !f->client);
		nd_end(out);
		nd_put_uint(out, "packets", f->recent_packets);
		nd_put_uint(out, "bytes", f->recent_bytes);
		nd_end(out);
	}
	nd_end(out);
	position = NULL;
	while ((f = nd_table_each(c->table, &position, NULL, NULL)) &&
	       (f->recent_packets > 0 || f->is_moved)) {
		f->recent_packets = f->recent_bytes = 0;
		f->is_moved = false;
	}
}

static int flow_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct flows *c = self;

	nd_put_uint(out, "flows", nd_table_count(c->table));
	nd_put_uint(out, "started", c->started);
	nd_put_uint(out, "ended", c->ended);
	nd_put_uint(out, "forgotten", c->forgotten);
	nd_put_uint(out, "fragments", c->fragments);
	put_busiest(c, out);
	nd_serve(out);
	expire(c, believed(time_ns), out);
	return 0;
}

/* What is left is told as it stands, the longest silent first. */
static int flow_finish(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct flows *c = self;
	const struct flow *f;
	const void *key;
	size_t len;

	expire(c, believed(time_ns), out);
	while ((f = nd_table_oldest(c->table, &key, &len)))
		end(c, key, f, "stop", out);
	return 0;
}

static uint64_t flow_forgotten(const void *self)
{
	const struct flows *c = self;

	return c->forgotten;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "FlowChef",
	.summary = "flows in both directions, when they end, and the busiest",
	.options = flow_options,
	.state_size = sizeof(struct flows),
	.layers = 1 << ND_IP | 1 << ND_IPV6,
	.open = flow_open,
	.packet = flow_packet,
	.interval = flow_interval,
	.close = flow_close,
	.forgotten = flow_forgotten,
	.finish = flow_finish,
	.expect = flow_expect,
};
