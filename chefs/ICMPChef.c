/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each ping (ICMP, RFC 792, and ICMPv6, RFC 4443) with its
 * answer, one for each error, and at intervals who pinged whom:
 *
 *	{"ping": {"time": 1795352291.86, "src": "192.0.2.10",
 *	 "dst": "198.51.100.7", "id": 7, "seq": 1, "size": 56, "ttl": 64,
 *	 "answered": true, "latency": 0.021, "reply_ttl": 57}}
 *	{"error": {"time": 1795352291.9, "src": "192.0.2.1", "dst":
 *	 "192.0.2.10", "type": "unreachable", "code": "port", "quoted": {...}}}
 *	{"pings": [{"src": "192.0.2.10", "dst": "198.51.100.7", "sent": 5,
 *	 "answered": 4, "loss": 0.2, "min": 0.02, "avg": 0.021, "max": 0.03}],
 *	 "waiting": 0, "messages": {"echo": 5, "echo reply": 4}}
 */
#include <errno.h>
#include <netdumplings/bytes.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>

#define KINDS(X)                                              \
	X(OTHER, "other")                                     \
	X(ECHO, "echo")                                       \
	X(ECHO_REPLY, "echo reply")                           \
	X(UNREACHABLE, "unreachable")                         \
	X(TOO_BIG, "too big")                                 \
	X(TIME_EXCEEDED, "time exceeded")                     \
	X(PARAMETER, "parameter")                             \
	X(REDIRECT, "redirect")                               \
	X(SOURCE_QUENCH, "source quench")                     \
	X(ROUTER_SOLICITATION, "router solicitation")         \
	X(ROUTER_ADVERTISEMENT, "router advertisement")       \
	X(NEIGHBOUR_SOLICITATION, "neighbour solicitation")   \
	X(NEIGHBOUR_ADVERTISEMENT, "neighbour advertisement") \
	X(LISTENERS, "multicast listeners")                   \
	X(TIMESTAMP, "timestamp")
#define KIND(kind, name) kind,
#define NAME(kind, name) name,

enum kind {
	KINDS(KIND) KIND_COUNT
};
static const char *const kind_names[] = {KINDS(NAME)};

/* A ping that waits, by both addresses, id and sequence number. */
struct key {
	uint8_t src[16], dst[16];
	uint16_t id, seq;
	uint32_t ip_len;
};

struct ping {
	int64_t time_ns;
	uint32_t size;
	uint32_t repeats; /* the same again, while it waits */
	uint8_t ttl;
};

/* What a pair of addresses came to since it was remembered. */
struct pair {
	uint64_t sent, answered, unanswered;
	double min, max, sum; /* seconds */
};

struct entry {
	const struct pair *pair;
	const struct key *key;
};

struct icmp {
	uint64_t max_pings, max_pairs, top; /* options */
	double timeout;
	bool neighbours;
	struct nd_table *pings, *pairs;
	struct entry *sorted; /* room for all pairs */
	uint64_t counts[KIND_COUNT];
	uint64_t changes, told;
	bool ended;       /* no packet comes any more */
	uint64_t waiting; /* pings, when it did */
};

static const struct nd_option icmp_options[] = {
	{"timeout", ND_OPTION_DOUBLE, offsetof(struct icmp, timeout), "5",
	 "Seconds after which a ping is told as unanswered.", .min = 0.001,
	 .max = 3600},
	{"pings", ND_OPTION_UINT, offsetof(struct icmp, max_pings), "16384",
	 "Pings that may wait for their answers; beyond that the oldest is "
	 "told as unanswered.",
	 .min = 1, .max = 1048576},
	{"pairs", ND_OPTION_UINT, offsetof(struct icmp, max_pairs), "10000",
	 "Pairs of addresses that are remembered.", .min = 1, .max = 1048576},
	{"top", ND_OPTION_UINT, offsetof(struct icmp, top), "100",
	 "Pairs in an interval dumpling, those with most pings.", .max = 10000},
	{"neighbours", ND_OPTION_BOOL, offsetof(struct icmp, neighbours), "no",
	 "Tell each message of router and neighbour discovery."},
	{0},
};

static int icmp_open(void *self, char *why, size_t why_size)
{
	struct icmp *m = self;

	(void)why;
	(void)why_size;
	m->pings = nd_table_new(m->max_pings, sizeof(struct ping));
	m->pairs = nd_table_new(m->max_pairs, sizeof(struct pair));
	m->sorted = calloc(m->max_pairs + 1, sizeof(*m->sorted));
	return m->pings && m->pairs && m->sorted ? 0 : -ENOMEM;
}

static void icmp_close(void *self)
{
	struct icmp *m = self;

	nd_table_free(m->pings);
	nd_table_free(m->pairs);
	free(m->sorted);
}

static struct pair *pair_of(struct icmp *m, const struct key *key)
{
	struct key pair = *key;

	pair.id = 0;
	pair.seq = 0;
	return nd_table_add(m->pairs, &pair, sizeof(pair), NULL);
}

/* latency is negative for a ping without an answer. */
static void put_ping(struct icmp *m, const struct key *key,
		     const struct ping *ping, double latency, int reply_ttl,
		     struct nd_dumpling *out)
{
	struct pair *pair = pair_of(m, key);

	nd_put_map(out, "ping");
	nd_put_time(out, "time", ping->time_ns);
	nd_put_ip(out, "src", key->src, key->ip_len);
	nd_put_ip(out, "dst", key->dst, key->ip_len);
	nd_put_uint(out, "id", key->id);
	nd_put_uint(out, "seq", key->seq);
	nd_put_uint(out, "size", ping->size);
	nd_put_uint(out, "ttl", ping->ttl);
	if (ping->repeats)
		nd_put_uint(out, "repeats", ping->repeats);
	nd_put_bool(out, "answered", latency >= 0);
	if (latency >= 0) {
		nd_put_double(out, "latency", latency);
		nd_put_int(out, "reply_ttl", reply_ttl);
	}
	if (m->ended)
		nd_put_bool(out, "waiting", true);
	nd_end(out);
	nd_serve(out);
	m->waiting += m->ended;
	if (!pair || m->ended)
		return;
	pair->unanswered += latency < 0;
	if (latency < 0)
		return;
	if (!pair->answered++ || latency < pair->min)
		pair->min = latency;
	if (latency > pair->max)
		pair->max = latency;
	pair->sum += latency;
}

/* Tells who waits too long, or from the future, or is more than `most`. */
static void expire(struct icmp *m, int64_t now_ns, uint64_t most,
		   struct nd_dumpling *out)
{
	int64_t long_ns = (int64_t)(m->timeout * 1e9);
	const struct ping *ping;
	const void *at;
	struct key key;
	size_t key_len;

	while ((ping = nd_table_oldest(m->pings, &at, &key_len)) &&
	       (nd_table_count(m->pings) > most ||
		ping->time_ns <= now_ns - long_ns ||
		ping->time_ns >= now_ns + long_ns)) {
		memcpy(&key, at, sizeof(key));
		put_ping(m, &key, ping, -1, 0, out);
		m->changes++;
		nd_table_remove(m->pings, &key, sizeof(key));
	}
}

static void on_request(struct icmp *m, const struct nd_packet *pkt,
		       const struct key *key, struct nd_dumpling *out)
{
	struct ping *ping = nd_table_find(m->pings, key, sizeof(*key));
	struct pair *pair;

	if (ping) {
		ping->repeats++;
		return;
	}
	expire(m, pkt->time_ns, m->max_pings - 1, out);
	ping = nd_table_add(m->pings, key, sizeof(*key), NULL);
	if (!ping)
		return;
	ping->time_ns = pkt->time_ns;
	ping->size = pkt->payload_wire_len > pkt->payload_len
			     ? pkt->payload_wire_len
			     : pkt->payload_len;
	ping->ttl = pkt->ip_ttl;
	pair = pair_of(m, key);
	if (pair)
		pair->sent++;
}

static void on_reply(struct icmp *m, const struct nd_packet *pkt,
		     const struct key *key, struct nd_dumpling *out)
{
	struct ping *ping = nd_table_find(m->pings, key, sizeof(*key));
	double latency;

	if (!ping)
		return;
	latency = (double)(pkt->time_ns - ping->time_ns) / 1e9;
	put_ping(m, key, ping, latency > 0 ? latency : 0, pkt->ip_ttl, out);
	nd_table_remove(m->pings, key, sizeof(*key));
}

static void on_echo(struct icmp *m, const struct nd_packet *pkt,
		    const uint8_t *p, bool reply, struct nd_dumpling *out)
{
	struct key key = {.id = nd_be16(p + 4), .seq = nd_be16(p + 6)};

	key.ip_len = pkt->ip_len;
	memcpy(reply ? key.dst : key.src, pkt->ip_src, pkt->ip_len);
	memcpy(reply ? key.src : key.dst, pkt->ip_dst, pkt->ip_len);
	if (reply)
		on_reply(m, pkt, &key, out);
	else
		on_request(m, pkt, &key, out);
}

/* RFC 792, RFC 1256 and RFC 4443, RFC 4861, RFC 2710, RFC 3810. */
static enum kind kind_of(bool v6, uint8_t type)
{
	static const uint8_t v4_kinds[16] = {[0] = ECHO_REPLY,
					     [3] = UNREACHABLE,
					     [4] = SOURCE_QUENCH,
					     [5] = REDIRECT,
					     [8] = ECHO,
					     [9] = ROUTER_ADVERTISEMENT,
					     [10] = ROUTER_SOLICITATION,
					     [11] = TIME_EXCEEDED,
					     [12] = PARAMETER,
					     [13] = TIMESTAMP,
					     [14] = TIMESTAMP};

	if (!v6)
		return (enum kind)(type < 16 ? v4_kinds[type] : OTHER);
	if (type >= 1 && type <= 4)
		return (enum kind)(UNREACHABLE + type - 1);
	if (type >= 133 && type <= 136)
		return (enum kind)(ROUTER_SOLICITATION + type - 133);
	if (type == 128 || type == 129)
		return type == 128 ? ECHO : ECHO_REPLY;
	if (type == 137)
		return REDIRECT;
	return (type >= 130 && type <= 132) || type == 143 ? LISTENERS : OTHER;
}

/* The nth text of some with a NUL behind each, or NULL. */
static const char *nth(const char *texts, unsigned n)
{
	while (*texts && n--)
		texts += strlen(texts) + 1;
	return *texts ? texts : NULL;
}

/* The name of a code, or NULL. */
static const char *code_name(bool v6, enum kind kind, uint8_t code)
{
	if (kind == UNREACHABLE && v6)
		return nth("no route\0prohibited\0beyond scope\0address\0"
			   "port\0source address policy\0rejected route\0"
			   "source route\0",
			   code);
	if (kind == UNREACHABLE)
		return nth("network\0host\0protocol\0port\0"
			   "fragmentation needed\0source route failed\0"
			   "network unknown\0host unknown\0source isolated\0"
			   "network prohibited\0host prohibited\0"
			   "network for this service\0host for this service\0"
			   "prohibited\0host precedence\0precedence cutoff\0",
			   code);
	if (kind == TIME_EXCEEDED)
		return nth("hop limit\0reassembly\0", code);
	if (kind == PARAMETER && v6)
		return nth("header field\0next header\0option\0"
			   "header chain\0",
			   code);
	if (kind == REDIRECT && !v6)
		return nth("network\0host\0service and network\0"
			   "service and host\0",
			   code);
	return NULL;
}

/* The packet that an error is about, as far as it is quoted. */
static void put_quoted(const struct nd_packet *pkt, struct nd_dumpling *out)
{
	const struct nd_layer_at *ip = nd_layer_of(pkt, ND_IP_IN_ICMP);
	const struct nd_layer_at *ip6 = nd_layer_of(pkt, ND_IPV6_IN_ICMP);
	const struct nd_layer_at *ports = nd_layer_of(pkt, ND_TCP_IN_ICMP);
	const uint8_t *p;

	if (!ports)
		ports = nd_layer_of(pkt, ND_UDP_IN_ICMP);
	if ((!ip || ip->header_len < 20) && (!ip6 || ip6->header_len < 40))
		return;
	p = pkt->data + (ip ? ip : ip6)->offset;
	nd_put_map(out, "quoted");
	nd_put_ip(out, "src", p + (ip ? 12 : 8), ip ? 4 : 16);
	nd_put_ip(out, "dst", p + (ip ? 16 : 24), ip ? 4 : 16);
	nd_put_uint(out, "protocol", ip ? p[9] : p[6]);
	if (ports && ports->header_len >= 4) {
		p = pkt->data + ports->offset;
		nd_put_uint(out, "src_port", nd_be16(p));
		nd_put_uint(out, "dst_port", nd_be16(p + 2));
	}
	nd_end(out);
}

static void put_details(const struct nd_packet *pkt, const uint8_t *p,
			size_t len, enum kind kind, struct nd_dumpling *out)
{
	bool v6 = pkt->ip_len == 16;

	if (kind == TOO_BIG)
		nd_put_uint(out, "mtu", nd_be32(p + 4));
	else if (kind == UNREACHABLE && !v6 && p[1] == 4)
		nd_put_uint(out, "mtu", nd_be16(p + 6));
	else if (kind == PARAMETER)
		nd_put_uint(out, "pointer", v6 ? nd_be32(p + 4) : p[4]);
	else if (kind == REDIRECT && !v6)
		nd_put_ip(out, "gateway", p + 4, 4);
	else if (kind == REDIRECT && len >= 40)
		nd_put_ip(out, "gateway", p + 8, 16);
	else if (kind > ROUTER_ADVERTISEMENT && len >= 24)
		nd_put_ip(out, "target", p + 8, 16);
}

/* An error, or a message of neighbour discovery. */
static int put_message(const struct nd_packet *pkt, const uint8_t *p,
		       size_t len, enum kind kind, struct nd_dumpling *out)
{
	bool error = kind <= SOURCE_QUENCH;
	const char *code = code_name(pkt->ip_len == 16, kind, p[1]);

	nd_put_map(out, error ? "error" : "neighbour");
	nd_put_time(out, "time", pkt->time_ns);
	nd_put_ip(out, "src", pkt->ip_src, pkt->ip_len);
	nd_put_ip(out, "dst", pkt->ip_dst, pkt->ip_len);
	nd_put_str(out, "type", kind_names[kind]);
	if (code)
		nd_put_str(out, "code", code);
	else if (error)
		nd_put_uint(out, "code", p[1]);
	put_details(pkt, p, len, kind, out);
	put_quoted(pkt, out);
	nd_end(out);
	return ND_SERVE;
}

/* The message's first header, which is of 8 bytes or more; or NULL. */
static const struct nd_layer_at *message(const struct nd_packet *pkt)
{
	const struct nd_layer_at *l = pkt->layer;

	if (nd_has(pkt, ND_ICMP) && pkt->ip_len == 4)
		return nd_layer_of(pkt, ND_ICMP);
	for (uint32_t i = 0; i < pkt->layer_count; i++, l++)
		if (l->header_len >= 8 && ((l->layer >= ND_ICMPV6_UNREACHABLE &&
					    l->layer <= ND_ND_REDIRECT) ||
					   l->layer == ND_MLD2_QUERY))
			return l;
	return NULL;
}

static int icmp_packet(void *self, const struct nd_packet *pkt,
		       struct nd_dumpling *out)
{
	const struct nd_layer_at *l = message(pkt);
	struct icmp *m = self;
	const uint8_t *p;
	enum kind kind;

	m->changes++;
	expire(m, pkt->time_ns, m->max_pings, out);
	if (!l || l->header_len < 8 || !pkt->ip_len) {
		m->counts[OTHER]++;
		return 0;
	}
	p = pkt->data + l->offset;
	kind = kind_of(pkt->ip_len == 16, p[0]);
	m->counts[kind]++;
	if (kind == ECHO || kind == ECHO_REPLY)
		on_echo(m, pkt, p, kind == ECHO_REPLY, out);
	else if ((kind && kind <= SOURCE_QUENCH) ||
		 (kind > SOURCE_QUENCH && kind <= NEIGHBOUR_ADVERTISEMENT &&
		  m->neighbours))
		return put_message(pkt, p, l->header_len, kind, out);
	return 0;
}

static int by_sent(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->pair->sent != y->pair->sent)
		return x->pair->sent > y->pair->sent ? -1 : 1;
	return memcmp(x->key, y->key, sizeof(*x->key));
}

static void put_pair(const struct entry *e, struct nd_dumpling *out)
{
	const struct pair *pair = e->pair;
	uint64_t over = pair->answered + pair->unanswered;

	nd_put_map(out, NULL);
	nd_put_ip(out, "src", e->key->src, e->key->ip_len);
	nd_put_ip(out, "dst", e->key->dst, e->key->ip_len);
	nd_put_uint(out, "sent", pair->sent);
	nd_put_uint(out, "answered", pair->answered);
	if (over)
		nd_put_double(out, "loss",
			      (double)pair->unanswered / (double)over);
	if (pair->answered) {
		nd_put_double(out, "min", pair->min);
		nd_put_double(out, "avg", pair->sum / (double)pair->answered);
		nd_put_double(out, "max", pair->max);
	}
	nd_end(out);
}

static int icmp_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct icmp *m = self;
	struct entry *e = m->sorted;
	size_t key_len;
	void *position = NULL;
	const void *key;

	expire(m, time_ns, m->max_pings, out);
	if (m->told == m->changes)
		return 0;
	m->told = m->changes;
	while ((e->pair = nd_table_each(m->pairs, &position, &key, &key_len)))
		e++->key = key;
	qsort(m->sorted, (size_t)(e - m->sorted), sizeof(*e), by_sent);
	nd_put_array(out, "pings");
	for (size_t i = 0; m->sorted + i < e && i < m->top; i++)
		put_pair(&m->sorted[i], out);
	nd_end(out);
	nd_put_uint(out, "waiting", m->waiting + nd_table_count(m->pings));
	nd_put_map(out, "messages");
	for (unsigned i = 0; i < KIND_COUNT; i++)
		if (m->counts[i])
			nd_put_uint(out, kind_names[i], m->counts[i]);
	nd_end(out);
	return ND_SERVE;
}

static int icmp_finish(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct icmp *m = self;

	expire(m, time_ns, m->max_pings, out);
	m->ended = true;
	expire(m, time_ns, 0, out);
	return 0;
}

static uint64_t icmp_forgotten(const void *self)
{
	const struct icmp *m = self;

	return nd_table_forgotten(m->pairs);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "ICMPChef",
	.summary = "pings with their latency, and errors of ICMP",
	.options = icmp_options,
	.state_size = sizeof(struct icmp),
	.layers = UINT64_C(1) << ND_ICMP | UINT64_C(1) << ND_ICMPV6,
	.open = icmp_open,
	.packet = icmp_packet,
	.interval = icmp_interval,
	.close = icmp_close,
	.forgotten = icmp_forgotten,
	.finish = icmp_finish,
};
