/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each TCP connection that somebody tries to open: when it is
 * accepted, refused, or not answered in time.
 *
 *	{"client": {"ip": "192.0.2.10", "port": 33000, "country":
 *	  {"code": "CH", "name": "Switzerland"}, "city": "Bern",
 *	  "latitude": 46.9, "longitude": 7.4, "asn": 64496,
 *	  "organisation": "Example AG"},
 *	 "server": {"ip": "198.51.100.7", "port": 80},
 *	 "community_id": "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
 *	 "time": 1700000002.0, "outcome": "accepted", "latency": 0.02,
 *	 "attempts": 1}
 *
 * Where the ends are is told with geoip=FILE alone.
 */
#include <errno.h>
#include <maxminddb.h>
#include <netdumplings/flow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Times beyond leave no room to count on from. */
#define TIME_MAX (INT64_MAX / 2)

enum {
	SYN = 2,
	RST = 4,
	ACK = 16,
};

/* An attempt to connect; it stays for a while after it was told. */
struct attempt {
	int64_t first_ns, last_ns; /* of its SYNs */
	uint32_t seq;              /* of the SYN */
	uint32_t count;            /* SYNs seen; 0 where they were missed */
	uint8_t client;            /* which side of the key */
	bool is_told;
};

struct connections {
	struct nd_list geoip; /* options */
	uint64_t max;
	double timeout;
	MMDB_s *databases;
	size_t database_count;
	struct nd_table *attempts;
	int64_t timeout_ns;
	uint64_t forgotten;
};

static const struct nd_option connection_options[] = {
	{"geoip", ND_OPTION_LIST, offsetof(struct connections, geoip), NULL,
	 "A database in MaxMind's format that tells where addresses are; given "
	 "several times for several.",
	 "FILE"},
	{"timeout", ND_OPTION_DOUBLE, offsetof(struct connections, timeout),
	 "10", "Seconds without an answer or another try.", .min = 0.001,
	 .max = 1e6},
	{"attempts", ND_OPTION_UINT, offsetof(struct connections, max), "65536",
	 "Attempts to connect that are remembered; beyond that the oldest is "
	 "told and forgotten.",
	 .min = 1, .max = 16777216},
	{0},
};

/* --- where addresses are ------------------------------------------------- */

static int open_databases(struct connections *c, char *why, size_t why_size)
{
	c->databases = calloc(c->geoip.count + 1, sizeof(*c->databases));
	if (!c->databases)
		return -ENOMEM;
	for (size_t i = 0; i < c->geoip.count; i++) {
		const char *path = c->geoip.items[i];
		int rc = MMDB_open(path, MMDB_MODE_MMAP, &c->databases[i]);

		if (rc == MMDB_SUCCESS) {
			c->database_count++;
			continue;
		}
		snprintf(why, why_size, "geoip=%s: %s", path,
			 rc == MMDB_FILE_OPEN_ERROR || rc == MMDB_IO_ERROR
				 ? strerror(errno)
				 : MMDB_strerror(rc));
		return -EINVAL;
	}
	return 0;
}

/* What is at a path of an entry, if it is of this type. */
static bool get(MMDB_entry_s *entry, const char *const *path, uint32_t type,
		MMDB_entry_data_s *data)
{
	return MMDB_aget_value(entry, data, path) == MMDB_SUCCESS &&
	       data->has_data && data->type == type;
}

/* Adds a text, unless another database has told it. */
static void put_text(MMDB_entry_s *entry, const char *const *path,
		     struct nd_dumpling *out, const char *key, bool *is_told)
{
	MMDB_entry_data_s data;

	if (*is_told || !get(entry, path, MMDB_DATA_TYPE_UTF8_STRING, &data))
		return;
	nd_put_strn(out, key, data.utf8_string, data.data_size);
	*is_told = true;
}

/* What was told of one address, by the first database that has it. */
struct told {
	bool country, city, location, asn, organisation;
};

static void put_country(MMDB_entry_s *entry, struct nd_dumpling *out,
			struct told *told)
{
	static const char *const code[] = {"country", "iso_code", NULL};
	static const char *const name[] = {"country", "names", "en", NULL};
	MMDB_entry_data_s data;
	bool has_code, has_name;

	has_code = get(entry, code, MMDB_DATA_TYPE_UTF8_STRING, &data);
	has_name = get(entry, name, MMDB_DATA_TYPE_UTF8_STRING, &data);
	if (told->country || (!has_code && !has_name))
		return;
	told->country = true;
	has_code = has_name = false;
	nd_put_map(out, "country");
	put_text(entry, code, out, "code", &has_code);
	put_text(entry, name, out, "name", &has_name);
	nd_end(out);
}

static void put_entry(MMDB_entry_s *entry, struct nd_dumpling *out,
		      struct told *told)
{
	static const char *const city[] = {"city", "names", "en", NULL};
	static const char *const lat[] = {"location", "latitude", NULL};
	static const char *const lon[] = {"location", "longitude", NULL};
	static const char *const asn[] = {"autonomous_system_number", NULL};
	static const char *const org[] = {"autonomous_system_organization",
					  NULL};
	MMDB_entry_data_s a, b;

	put_country(entry, out, told);
	put_text(entry, city, out, "city", &told->city);
	if (!told->location && get(entry, lat, MMDB_DATA_TYPE_DOUBLE, &a) &&
	    get(entry, lon, MMDB_DATA_TYPE_DOUBLE, &b)) {
		nd_put_double(out, "latitude", a.double_value);
		nd_put_double(out, "longitude", b.double_value);
		told->location = true;
	}
	if (!told->asn && get(entry, asn, MMDB_DATA_TYPE_UINT32, &a)) {
		nd_put_uint(out, "asn", a.uint32);
		told->asn = true;
	}
	put_text(entry, org, out, "organisation", &told->organisation);
}

static void put_place(struct connections *c, const uint8_t *ip, uint8_t ip_len,
		      struct nd_dumpling *out)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	const struct sockaddr *address = (const struct sockaddr *)&in;
	struct told told = {0};

	if (ip_len == 4) {
		memcpy(&in.sin_addr, ip, 4);
	} else {
		memcpy(&in6.sin6_addr, ip, 16);
		address = (const struct sockaddr *)&in6;
	}
	for (size_t i = 0; i < c->database_count; i++) {
		int error;
		MMDB_lookup_result_s found =
			MMDB_lookup_sockaddr(&c->databases[i], address, &error);

		if (error == MMDB_SUCCESS && found.found_entry)
			put_entry(&found.entry, out, &told);
	}
}

/* --- telling ------------------------------------------------------------- */

static void tell(struct connections *c, const struct nd_flow_key *key,
		 struct attempt *a, const char *outcome, int64_t latency_ns,
		 struct nd_dumpling *out)
{
	char id[ND_COMMUNITY_ID_SIZE];

	for (unsigned i = 0; i < 2; i++) {
		unsigned side = a->client ^ i;

		nd_flow_put_end(out, i ? "server" : "client", key, side);
		put_place(c, nd_flow_ip(key, side), key->ip_len, out);
		nd_end(out);
	}
	nd_flow_put_way(out, key);
	if (nd_community_id(key, a->client, NULL, 0, id) == 0)
		nd_put_strn(out, "community_id", id, sizeof(id) - 1);
	nd_put_time(out, "time", a->first_ns);
	nd_put_str(out, "outcome", outcome);
	if (latency_ns >= 0)
		nd_put_double(out, "latency", (double)latency_ns / 1e9);
	nd_put_uint(out, "attempts", a->count);
	nd_serve(out);
	a->is_told = true;
}

/* --- packets ------------------------------------------------------------- */

static const char forgotten[] = "forgotten";

static void drop_oldest(struct connections *c, const char *outcome,
			struct nd_dumpling *out)
{
	const void *key;
	size_t len;
	struct attempt *a = nd_table_oldest(c->attempts, &key, &len);

	if (!a->is_told) {
		c->forgotten += outcome == forgotten;
		tell(c, key, a, outcome, -1, out);
	}
	nd_table_remove(c->attempts, key, len);
}

/* A time far in the future is that of a clock that was set back since. */
static void expire(struct connections *c, int64_t now_ns,
		   struct nd_dumpling *out)
{
	const struct attempt *a;

	while ((a = nd_table_oldest(c->attempts, NULL, NULL)) &&
	       (a->last_ns + c->timeout_ns <= now_ns ||
		a->last_ns - c->timeout_ns > now_ns))
		drop_oldest(c, "unanswered", out);
}

/* The attempt that a SYN, or the answer to one, is part of. */
static struct attempt *attempt_of(struct connections *c,
				  const struct nd_flow_key *key, uint8_t client,
				  uint32_t seq, int64_t now_ns,
				  struct nd_dumpling *out)
{
	size_t len = nd_flow_key_len(key);
	bool is_new;
	struct attempt *a = nd_table_add(c->attempts, key, len, &is_new);

	if (!a)
		return NULL;
	if (!is_new && a->seq == seq && a->client == client)
		return a;
	/* The same ports again, in another connection. */
	if (!is_new && !a->is_told)
		tell(c, key, a, "unanswered", -1, out);
	*a = (struct attempt){.first_ns = now_ns,
			      .last_ns = now_ns,
			      .seq = seq,
			      .client = client};
	if (nd_table_count(c->attempts) > c->max)
		drop_oldest(c, forgotten, out);
	return a;
}

static int on_syn(struct connections *c, const struct nd_flow_key *key,
		  uint8_t side, const struct nd_packet *pkt, int64_t now_ns,
		  struct nd_dumpling *out)
{
	struct attempt *a = attempt_of(c, key, side, pkt->tcp_seq, now_ns, out);

	if (!a)
		return -ENOMEM;
	if (!a->is_told)
		a->count++;
	a->last_ns = now_ns;
	return 0;
}

static int on_syn_ack(struct connections *c, const struct nd_flow_key *key,
		      uint8_t side, const struct nd_packet *pkt, int64_t now_ns,
		      struct nd_dumpling *out)
{
	struct attempt *a =
		attempt_of(c, key, !side, pkt->tcp_ack - 1, now_ns, out);

	if (!a)
		return -ENOMEM;
	if (!a->is_told)
		tell(c, key, a, "accepted",
		     a->count > 0 ? now_ns - a->first_ns : -1, out);
	return 0;
}

/* RFC 9293 section 3.5.2: who does not listen answers so. */
static void on_reset(struct connections *c, const struct nd_flow_key *key,
		     uint8_t side, int64_t now_ns, struct nd_dumpling *out)
{
	struct attempt *a = NULL;

	if (nd_table_count(c->attempts) > 0)
		a = nd_table_find(c->attempts, key, nd_flow_key_len(key));
	if (a && !a->is_told)
		tell(c, key, a, side == a->client ? "aborted" : "refused",
		     now_ns - a->first_ns, out);
}

static int64_t believed(int64_t time_ns)
{
	return time_ns < 0 ? 0 : time_ns < TIME_MAX ? time_ns : TIME_MAX;
}

static int connection_packet(void *self, const struct nd_packet *pkt,
			     struct nd_dumpling *out)
{
	struct connections *c = self;
	struct nd_flow_key key;
	int64_t now_ns;
	int side;

	if (!(pkt->tcp_flags & (SYN | RST)))
		return 0;
	/* A first fragment comes again as part of the whole packet. */
	if (pkt->ip_fragment && !pkt->fragments)
		return 0;
	side = nd_flow_key(pkt, &key);
	if (side < 0)
		return 0;
	now_ns = believed(pkt->time_ns);
	expire(c, now_ns, out);
	if (pkt->tcp_flags & RST)
		on_reset(c, &key, (uint8_t)side, now_ns, out);
	else if (pkt->tcp_flags & ACK)
		return on_syn_ack(c, &key, (uint8_t)side, pkt, now_ns, out);
	else
		return on_syn(c, &key, (uint8_t)side, pkt, now_ns, out);
	return 0;
}

static int connection_interval(void *self, int64_t time_ns,
			       struct nd_dumpling *out)
{
	expire(self, believed(time_ns), out);
	return 0;
}

/* Those that nobody has answered yet. */
static int connection_finish(void *self, int64_t time_ns,
			     struct nd_dumpling *out)
{
	struct connections *c = self;

	expire(c, believed(time_ns), out);
	while (nd_table_count(c->attempts) > 0)
		drop_oldest(c, "waiting", out);
	return 0;
}

/* --- the chef ------------------------------------------------------------ */

static void connection_close(void *self)
{
	struct connections *c = self;

	for (size_t i = 0; i < c->database_count; i++)
		MMDB_close(&c->databases[i]);
	free(c->databases);
	nd_table_free(c->attempts);
}

static int connection_open(void *self, char *why, size_t why_size)
{
	struct connections *c = self;
	int rc = open_databases(c, why, why_size);

	c->timeout_ns = (int64_t)(c->timeout * 1e9);
	/* One more than may stay, so that none goes without being told. */
	if (rc == 0)
		c->attempts = nd_table_new(c->max + 1, sizeof(struct attempt));
	if (rc == 0 && !c->attempts)
		rc = -errno;
	if (rc < 0)
		connection_close(c);
	return rc;
}

static uint64_t connection_forgotten(const void *self)
{
	const struct connections *c = self;

	return c->forgotten;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "ConnectionChef",
	.summary = "every attempt to open a TCP connection, and where its ends "
		   "are",
	.options = connection_options,
	.state_size = sizeof(struct connections),
	.layers = 1 << ND_TCP,
	.open = connection_open,
	.packet = connection_packet,
	.interval = connection_interval,
	.close = connection_close,
	.forgotten = connection_forgotten,
	.finish = connection_finish,
};
