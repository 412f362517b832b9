/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include "pcapng.h"
#include "version.h"

#include <errno.h>
#include <inttypes.h>
#include <netdumplings/chef.h>
#include <stdio.h>
#include <stdlib.h>

/* Interfaces of a section; when there are more, a new one begins. */
#define INTERFACES_MAX 1024

/* Kitchens whose numbers are followed. */
#define KITCHENS_MAX 1024

/* What readers believe a packet may have; they stop at a longer one. */
#define PACKET_MAX 262144

/* Linux has 15 bytes, others more. */
#define INTERFACE_NAME_MAX 255

struct interface {
	uint32_t id; /* in its section */
	uint64_t packets, dropped;
};

struct kitchen {
	bool known;
	uint64_t next_seq;
};

struct recorder {
	uint32_t snaplen;
	struct nd_table *interfaces; /* by link type and name */
	struct nd_table *kitchens;   /* by name */
	uint64_t last_ns;            /* the latest packet's time */
	uint64_t missing;            /* of all, those accounted for */
	uint64_t missing_before;     /* when the section began */
};

/* What a dumpling says of its packet. */
struct packet {
	int64_t time_ns;
	uint64_t linktype, len;
	struct nd_value bytes, interface;
};

struct recorder *recorder_new(uint32_t snaplen)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->snaplen = snaplen;
	r->kitchens = nd_table_new(KITCHENS_MAX, sizeof(struct kitchen));
	if (r->kitchens)
		return r;
	recorder_free(r);
	errno = ENOMEM;
	return NULL;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	nd_table_free(r->interfaces);
	nd_table_free(r->kitchens);
	free(r);
}

int recorder_begin(struct recorder *r, struct text *t)
{
	nd_table_free(r->interfaces);
	r->interfaces = nd_table_new(INTERFACES_MAX, sizeof(struct interface));
	r->missing_before = r->missing;
	pcapng_section(t, "nd-pcap " VERSION, NULL);
	return r->interfaces ? t->error : -ENOMEM;
}

/* --- packets ------------------------------------------------------------- */

static bool find_uint(const struct nd_value *map, const char *key,
		      uint64_t limit, uint64_t *to)
{
	struct nd_value v;

	if (nd_find(map, key, &v) < 0 || v.type != ND_UINT || v.as.u > limit)
		return false;
	*to = v.as.u;
	return true;
}

/* 0, or -EBADMSG for what is not as PacketChef makes it. */
static int read_packet(struct packet *p, const struct nd_dumpling *d)
{
	struct nd_value map, time;

	if (nd_payload(d, &map) < 0 || map.type != ND_MAP ||
	    nd_find(&map, "time", &time) < 0 || time.type != ND_TIME ||
	    time.as.i < 0 || nd_find(&map, "bytes", &p->bytes) < 0 ||
	    p->bytes.type != ND_BIN || p->bytes.len > PACKET_MAX ||
	    !find_uint(&map, "linktype", UINT16_MAX, &p->linktype) ||
	    !find_uint(&map, "len", UINT32_MAX, &p->len))
		return -EBADMSG;
	p->time_ns = time.as.i;
	if (nd_find(&map, "interface", &p->interface) < 0 ||
	    p->interface.type != ND_STR)
		p->interface = (struct nd_value){.type = ND_STR};
	if (p->interface.len > INTERFACE_NAME_MAX)
		p->interface.len = INTERFACE_NAME_MAX;
	return 0;
}

/* "KITCHEN:INTERFACE", or "KITCHEN" where that is not known. */
static void name_interface(char *to, size_t size, const struct nd_dumpling *d,
			   const struct packet *p)
{
	const char *kitchen = nd_kitchen_name(d);

	snprintf(to, size, "%s%s%.*s", kitchen ? kitchen : "-",
		 p->interface.len > 0 ? ":" : "", (int)p->interface.len,
		 p->interface.len > 0 ? (const char *)p->interface.as.bytes
				      : "");
}

/* The packet's interface, written down if it is new.  NULL: no memory. */
static struct interface *find_interface(struct recorder *r, struct text *t,
					const struct nd_dumpling *d,
					const struct packet *p)
{
	char key[sizeof(uint16_t) + 64 + 1 + INTERFACE_NAME_MAX + 1];
	uint16_t linktype = (uint16_t)p->linktype;
	char *name = key + sizeof(linktype);
	struct interface *i;
	size_t len;

	memcpy(key, &linktype, sizeof(linktype));
	name_interface(name, sizeof(key) - sizeof(linktype), d, p);
	len = sizeof(linktype) + strlen(name);
	i = nd_table_find(r->interfaces, key, len);
	if (i)
		return i;
	if (nd_table_count(r->interfaces) == INTERFACES_MAX) {
		recorder_end(r, t, r->missing);
		if (recorder_begin(r, t) < 0)
			return NULL;
	}
	i = nd_table_add(r->interfaces, key, len, NULL);
	if (!i)
		return NULL;
	i->id = (uint32_t)nd_table_count(r->interfaces) - 1;
	pcapng_interface(t, linktype, r->snaplen, name);
	return i;
}

/*
 * How many dumplings of its kitchen are missing before this one: a hole in the
 * numbers, unless it comes from the kitchen's having started anew, of which
 * the eater knows.
 */
static uint64_t hole_before(struct recorder *r, const struct nd_dumpling *d,
			    uint64_t missing)
{
	const char *name = nd_kitchen_name(d);
	uint64_t seq = nd_seq(d), hole = 0;
	struct kitchen *k;

	k = nd_table_add(r->kitchens, name ? name : "-",
			 strlen(name ? name : "-"), NULL);
	if (!k)
		return 0;
	if (k->known && seq > k->next_seq)
		hole = seq - k->next_seq;
	else if (!k->known)
		hole = seq;
	if (hole > missing - r->missing)
		hole = missing - r->missing;
	k->known = true;
	k->next_seq = seq + 1;
	r->missing += hole;
	return hole;
}

int recorder_packet(struct recorder *r, struct text *t,
		    const struct nd_dumpling *d, uint64_t missing)
{
	struct pcapng_packet out;
	struct interface *i;
	struct packet p;
	uint64_t dropped = hole_before(r, d, missing);

	if (read_packet(&p, d) < 0)
		return -EBADMSG;
	i = find_interface(r, t, d, &p);
	if (!i)
		return -ENOMEM;
	out = (struct pcapng_packet){
		.interface = i->id,
		.time_ns = (uint64_t)p.time_ns,
		.data = p.bytes.as.bytes,
		.caplen = p.bytes.len,
		.len = (uint32_t)p.len,
		.dropped = dropped,
	};
	if (r->snaplen > 0 && out.caplen > r->snaplen)
		out.caplen = r->snaplen;
	if (out.len < p.bytes.len)
		out.len = p.bytes.len;
	pcapng_packet(t, &out);
	i->packets++;
	i->dropped += dropped;
	if (out.time_ns > r->last_ns)
		r->last_ns = out.time_ns;
	return t->error;
}

void recorder_end(struct recorder *r, struct text *t, uint64_t missing)
{
	uint64_t lost = missing - r->missing_before;
	char comment[128] = "";
	void *position = NULL;
	struct interface *i;

	if (lost > 0)
		snprintf(comment, sizeof(comment),
			 "%" PRIu64 " packets of all kitchens are known to be "
			 "missing in this section",
			 lost);
	while (r->interfaces &&
	       (i = nd_table_each(r->interfaces, &position, NULL, NULL)))
		pcapng_statistics(t, i->id, r->last_ns, i->packets, i->dropped,
				  *comment ? comment : NULL);
	r->missing = missing;
}
