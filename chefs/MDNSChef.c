/* SPDX-License-Identifier: MIT */
/*
 * Who offers what in the neighbourhood: multicast DNS (RFC 6762) read as
 * service discovery (RFC 6763).  A dumpling when a service is new, has changed
 * or is gone,
 *
 *	{"event": "new", "instance": "Printer 2", "type": "_ipp._tcp",
 *	 "domain": "local", "host": "printer.local", "port": 631,
 *	 "txt": {"rp": "ipp/print"}, "addresses": ["192.0.2.30"],
 *	 "from": "192.0.2.30", "ttl": 4500, "time": 1795352291.5}
 *
 * and at intervals those known: {"services": [...], "known": 1,
 * "odd": 0}.
 */
#include <errno.h>
#include <netdumplings/dns.h>
#include <string.h>

#define PORT 5353
#define NAME_SIZE 512
#define HOST_SIZE 256
#define TXT_SIZE 1024
#define ADDRESSES 8
#define CACHE_FLUSH 0x8000 /* RFC 6762 section 10.2 */
#define SECOND_NS INT64_C(1000000000)

enum {
	TYPE_A = 1,
	TYPE_PTR = 12,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
};

/* A service instance; its key is its whole name in small letters. */
struct service {
	uint64_t message; /* the last one that told of it */
	int64_t seen_ns, expires_ns;
	uint32_t ttl;
	uint16_t port, txt_len;
	uint8_t from[16], from_len;
	bool has_host, has_txt, is_new, changed, gone;
	char name[NAME_SIZE]; /* as it was written first */
	char host[HOST_SIZE];
	uint8_t txt[TXT_SIZE];
};

/* A host's addresses, each with its length; its key is its name. */
struct host {
	uint64_t message; /* the last one that told of it */
	uint64_t changed; /* by this message */
	uint8_t count;
	uint8_t len[ADDRESSES];
	uint8_t address[ADDRESSES][16];
};

struct mdns {
	uint64_t max, top;
	bool asks;
	struct nd_table *services, *hosts;
	uint64_t message; /* the number of the one being read */
	uint64_t odd;     /* records that are broken or too long */
	struct nd_dns_record record;
};

static const uint16_t mdns_ports[] = {PORT, 0};

static const struct nd_option mdns_options[] = {
	{"services", ND_OPTION_UINT, offsetof(struct mdns, max), "1024",
	 "Services and hosts remembered; beyond that the one not heard of for "
	 "longest is forgotten.",
	 .min = 1, .max = 1048576},
	{"top", ND_OPTION_UINT, offsetof(struct mdns, top), "100",
	 "Services in an interval dumpling, those heard of last.",
	 .max = 10000},
	{"asks", ND_OPTION_BOOL, offsetof(struct mdns, asks), "no",
	 "Tell queries too."},
	{0},
};

static int mdns_open(void *self, char *why, size_t why_size)
{
	struct mdns *m = self;

	(void)why;
	(void)why_size;
	m->services = nd_table_new(m->max, sizeof(struct service));
	m->hosts = nd_table_new(m->max, sizeof(struct host));
	return m->services && m->hosts ? 0 : -ENOMEM;
}

static void mdns_close(void *self)
{
	struct mdns *m = self;

	nd_table_free(m->services);
	nd_table_free(m->hosts);
}

/* --- names --------------------------------------------------------------- */

static void lower(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (char)(from[i] +
			       (from[i] >= 'A' && from[i] <= 'Z') * 32);
}

/* What follows the first label and its dot, or NULL. */
static const char *behind_label(const char *name)
{
	for (; *name && *name != '.'; name++)
		if (*name == '\\' && name[1])
			name++;
	return *name ? name + 1 : NULL;
}

/*
 * Finds the parts of "Instance._service._tcp.domain", RFC 6763 section 4.1;
 * false for what is no name of a service instance.
 */
static bool split(const char *name, const char **type, const char **domain)
{
	const char *protocol;

	*type = behind_label(name);
	if (*name == '_' || !*type || **type != '_')
		return false;
	protocol = behind_label(*type);
	*domain = protocol ? behind_label(protocol) : NULL;
	return *domain && (strncmp(protocol, "_tcp.", 5) == 0 ||
			   strncmp(protocol, "_udp.", 5) == 0);
}

/* --- putting ------------------------------------------------------------- */

/* The first label, its dots and backslashes without the one before them. */
static void put_instance(struct nd_dumpling *out, const char *name)
{
	char text[NAME_SIZE], *to = text;

	for (; *name && *name != '.'; name++) {
		if (*name == '\\' && (name[1] == '.' || name[1] == '\\'))
			name++;
		*to++ = *name;
	}
	nd_put_strn(out, "instance", text, (size_t)(to - text));
}

static const struct host *host_of(struct mdns *m, const struct service *s)
{
	char key[HOST_SIZE];
	size_t len = strlen(s->host);

	lower(key, s->host, len);
	return s->has_host ? nd_table_find(m->hosts, key, len) : NULL;
}

static void put_addresses(struct nd_dumpling *out, const struct host *h)
{
	nd_put_array(out, "addresses");
	for (size_t i = 0; h && i < h->count; i++)
		nd_put_ip(out, NULL, h->address[i], h->len[i]);
	nd_end(out);
}

static void put_service(struct mdns *m, struct nd_dumpling *out,
			const struct service *s)
{
	const char *type, *domain;

	split(s->name, &type, &domain);
	put_instance(out, s->name);
	nd_put_strn(out, "type", type, (size_t)(domain - type) - 1);
	nd_put_str(out, "domain", domain);
	if (s->has_host) {
		nd_put_str(out, "host", s->host);
		nd_put_uint(out, "port", s->port);
		put_addresses(out, host_of(m, s));
	}
	if (s->has_txt)
		nd_put_dns_txt(out, "txt", s->txt, s->txt_len);
	nd_put_ip(out, "from", s->from, s->from_len);
	nd_put_uint(out, "ttl", s->ttl);
	nd_put_time(out, "time", s->seen_ns);
}

static void tell(struct mdns *m, struct nd_dumpling *out, struct service *s,
		 const char *event, const char *reason)
{
	nd_put_str(out, "event", event);
	if (reason)
		nd_put_str(out, "reason", reason);
	put_service(m, out, s);
	nd_serve(out);
	s->is_new = false;
	s->changed = false;
}

static void tell_gone(struct mdns *m, struct nd_dumpling *out,
		      struct service *s, const char *reason)
{
	char key[NAME_SIZE];
	size_t len = strlen(s->name);

	tell(m, out, s, "gone", reason);
	lower(key, s->name, len);
	nd_table_remove(m->services, key, len);
}

/* --- what a record says -------------------------------------------------- */

/* The service with a name, told of by this message; NULL for none. */
static struct service *service(struct mdns *m, struct nd_dumpling *out,
			       const char *name, size_t len, bool add)
{
	const char *type, *domain;
	char key[NAME_SIZE];
	struct service *s;
	bool is_new;

	m->odd += len >= NAME_SIZE;
	if (len >= NAME_SIZE || !split(name, &type, &domain))
		return NULL;
	lower(key, name, len);
	s = nd_table_find(m->services, key, len);
	if (!s && !add)
		return NULL;
	if (!s && nd_table_count(m->services) >= m->max) {
		struct service *old = nd_table_oldest(m->services, NULL, NULL);

		tell(m, out, old, "gone", "forgotten");
	}
	s = nd_table_add(m->services, key, len, &is_new);
	if (s && is_new) {
		memcpy(s->name, name, len + 1);
		s->is_new = true;
	}
	if (s)
		s->message = m->message;
	return s;
}

static void on_srv(struct mdns *m, struct service *s, const char *target,
		   size_t len)
{
	uint16_t port =
		(uint16_t)(m->record.rdata[4] << 8 | m->record.rdata[5]);

	if (len >= HOST_SIZE) {
		m->odd++;
		return;
	}
	if (s->has_host && s->port == port && strcmp(s->host, target) == 0)
		return;
	memcpy(s->host, target, len + 1);
	s->port = port;
	s->has_host = true;
	s->changed = true;
}

static void on_txt(struct mdns *m, struct service *s)
{
	const struct nd_dns_record *r = &m->record;
	size_t at = 0;

	while (at < r->rdata_len)
		at += 1U + r->rdata[at];
	if (at != r->rdata_len || at > TXT_SIZE) {
		m->odd++;
		return;
	}
	if (s->has_txt && s->txt_len == at && memcmp(s->txt, r->rdata, at) == 0)
		return;
	memcpy(s->txt, r->rdata, at);
	s->txt_len = (uint16_t)at;
	s->has_txt = true;
	s->changed = true;
}

/* RFC 6762 section 10.2: a record that flushes is the first of a new set. */
static void on_address(struct mdns *m)
{
	const struct nd_dns_record *r = &m->record;
	uint8_t len = r->type == TYPE_A ? 4 : 16, i, kept = 0;
	bool known = false;
	char key[HOST_SIZE];
	struct host *h;

	if (r->name_len >= HOST_SIZE || r->rdata_len != len) {
		m->odd++;
		return;
	}
	lower(key, r->name, r->name_len);
	h = nd_table_add(m->hosts, key, r->name_len, NULL);
	if (!h)
		return;
	for (i = 0; i < h->count; i++) {
		bool same = h->len[i] == len &&
			    memcmp(h->address[i], r->rdata, len) == 0;

		known = known || same;
		if (same || (r->klass & CACHE_FLUSH && h->len[i] == len &&
			     h->message != m->message))
			continue;
		h->len[kept] = h->len[i];
		memmove(h->address[kept++], h->address[i], 16);
	}
	if (known ? r->ttl == 0 || kept + 1 != h->count : r->ttl > 0)
		h->changed = m->message;
	h->count = kept;
	h->message = m->message;
	if (r->ttl == 0 || h->count == ADDRESSES)
		return;
	h->len[h->count] = len;
	memcpy(h->address[h->count++], r->rdata, len);
}

/* A record of an instance: PTR names it, SRV and TXT are its own. */
static void on_instance(struct mdns *m, struct nd_dumpling *out,
			const struct nd_dns_reader *reader,
			const struct nd_packet *pkt)
{
	const struct nd_dns_record *r = &m->record;
	bool is_ptr = r->type == TYPE_PTR, is_srv = r->type == TYPE_SRV;
	char name[sizeof(r->name)];
	struct service *s;
	int len = 0;

	if (is_ptr || is_srv)
		len = nd_dns_data_name(reader, r, is_srv ? 6 : 0, name);
	m->odd += len < 0;
	if (len < 0)
		return;
	s = service(m, out, is_ptr ? name : r->name,
		    is_ptr ? (size_t)len : r->name_len, r->ttl > 0);
	if (!s)
		return;
	s->seen_ns = pkt->time_ns;
	s->from_len = pkt->ip_len;
	memcpy(s->from, pkt->ip_src, pkt->ip_len);
	s->gone = r->ttl == 0 && (s->gone || r->type != TYPE_TXT);
	if (r->ttl == 0)
		return;
	if (s->expires_ns < pkt->time_ns + r->ttl * SECOND_NS) {
		s->expires_ns = pkt->time_ns + r->ttl * SECOND_NS;
		s->ttl = r->ttl;
	}
	if (is_srv)
		on_srv(m, s, name, (size_t)len);
	else if (r->type == TYPE_TXT)
		on_txt(m, s);
}

/* The services that this message told of; they are the latest. */
static void tell_of_message(struct mdns *m, struct nd_dumpling *out)
{
	void *position = NULL;
	struct service *s, *next;
	const struct host *h;

	s = nd_table_each(m->services, &position, NULL, NULL);
	for (; s && s->message == m->message; s = next) {
		next = nd_table_each(m->services, &position, NULL, NULL);
		h = host_of(m, s);
		if (s->gone) {
			tell_gone(m, out, s, "goodbye");
		} else if (s->is_new) {
			tell(m, out, s, "new", NULL);
		} else if (s->changed || (h && h->changed == m->message)) {
			tell(m, out, s, "changed", NULL);
		}
	}
}

static void on_response(struct mdns *m, const struct nd_packet *pkt,
			struct nd_dns_reader *reader, struct nd_dumpling *out)
{
	int rc;

	m->message++;
	while ((rc = nd_dns_next(reader, &m->record)) > 0) {
		if (m->record.section != ND_DNS_ANSWER &&
		    m->record.section != ND_DNS_ADDITIONAL)
			continue;
		switch (m->record.type) {
		case TYPE_A:
		case TYPE_AAAA:
			on_address(m);
			break;
		case TYPE_PTR:
		case TYPE_SRV:
		case TYPE_TXT:
			on_instance(m, out, reader, pkt);
		}
	}
	m->odd += rc < 0;
	tell_of_message(m, out);
}

/* RFC 6762 section 5.4: the highest bit asks for an answer by unicast. */
static void on_query(struct mdns *m, const struct nd_packet *pkt,
		     struct nd_dns_reader *reader, struct nd_dumpling *out)
{
	char text[ND_DNS_TEXT];

	nd_put_array(out, "asks");
	while (nd_dns_next(reader, &m->record) > 0 &&
	       m->record.section == ND_DNS_QUESTION) {
		nd_put_map(out, NULL);
		nd_put_strn(out, "name", m->record.name, m->record.name_len);
		nd_put_str(out, "type", nd_dns_type(m->record.type, text));
		nd_put_bool(out, "unicast", m->record.klass & CACHE_FLUSH);
		nd_end(out);
	}
	nd_end(out);
	nd_put_ip(out, "from", pkt->ip_src, pkt->ip_len);
	nd_put_time(out, "time", pkt->time_ns);
	nd_serve(out);
}

static int mdns_packet(void *self, const struct nd_packet *pkt,
		       struct nd_dumpling *out)
{
	struct mdns *m = self;
	struct nd_dns_reader reader;
	const uint8_t *bytes;
	size_t len = 0;

	if ((pkt->port_src != PORT && pkt->port_dst != PORT) ||
	    pkt->ip_fragment)
		return 0;
	bytes = nd_dns_bytes(pkt, &len);
	if (!bytes || nd_dns_start(&reader, bytes, len) < 0)
		return 0;
	if (bytes[2] & 0x80)
		on_response(m, pkt, &reader, out);
	else if (m->asks)
		on_query(m, pkt, &reader, out);
	return 0;
}

static void forget_expired(struct mdns *m, int64_t now_ns,
			   struct nd_dumpling *out)
{
	void *position = NULL;
	struct service *s, *next;

	s = nd_table_each(m->services, &position, NULL, NULL);
	for (; s; s = next) {
		next = nd_table_each(m->services, &position, NULL, NULL);
		if (now_ns >= s->expires_ns)
			tell_gone(m, out, s, "expired");
	}
}

static int mdns_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct mdns *m = self;
	const struct service *s;
	void *position = NULL;

	forget_expired(m, time_ns, out);
	nd_put_array(out, "services");
	for (size_t i = 0; i < m->top; i++) {
		s = nd_table_each(m->services, &position, NULL, NULL);
		if (!s)
			break;
		nd_put_map(out, NULL);
		put_service(m, out, s);
		nd_end(out);
	}
	nd_end(out);
	nd_put_uint(out, "known", nd_table_count(m->services));
	nd_put_uint(out, "odd", m->odd);
	return ND_SERVE;
}

static uint64_t mdns_forgotten(const void *self)
{
	const struct mdns *m = self;

	return nd_table_forgotten(m->services) + nd_table_forgotten(m->hosts);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "MDNSChef",
	.summary = "who offers what in the neighbourhood, by multicast DNS",
	.options = mdns_options,
	.state_size = sizeof(struct mdns),
	.layers = UINT64_C(1) << ND_DNS,
	.open = mdns_open,
	.packet = mdns_packet,
	.interval = mdns_interval,
	.close = mdns_close,
	.forgotten = mdns_forgotten,
	.ports = mdns_ports,
};
