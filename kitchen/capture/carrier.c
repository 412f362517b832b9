/* SPDX-License-Identifier: MIT */
#include "carrier.h"

#include "log.h"
#include "nmsg_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NS INT64_C(1000000000)

/* Times of messages are bytes like others: 1970 to 2255. */
#define SECONDS_MAX INT64_C(9000000000)

/* libpcap's DLT_ values. */
enum {
	ETHERNET = 1,
	RAW_IP = 12,
};

/* Another type of message.h's kind, and what those that carry packets say. */
enum {
	MESSAGE_NCAP = 1,
	PACKET_IP = 1,
	NCAP_IPV6 = 1, /* 0 is IPv4; what comes behind has no header of IP */
};

struct carrier {
	struct nmsg_input *in;
	enum carrier_kind kind;
	const char *name; /* for people */
	struct message message;
	struct nmsg_record record;
	uint64_t invalid; /* messages that say they carry a packet */
	bool told;
	char error[256];
};

/* --- opening ------------------------------------------------------------- */

/* The library passes over words that it does not know, as nmsgtool does. */
static bool has_known_words(const char *endpoint)
{
	static const char *const words[] = {"accept", "connect", "pubsub",
					    "pushpull"};

	while ((endpoint = strchr(endpoint, ','))) {
		size_t len = strcspn(++endpoint, ","), i = 0;

		while (i < 4 && (strlen(words[i]) != len ||
				 strncasecmp(words[i], endpoint, len) != 0))
			i++;
		if (i == 4)
			return false;
	}
	return true;
}

static struct nmsg_input *open_input(enum carrier_kind kind, const char *name)
{
	switch (kind) {
	case CARRIER_FILE:
		return nmsg_input_open_file(name);
	case CARRIER_SOCKET:
		return nmsg_input_open_socket(name);
	case CARRIER_ZMQ:
		break;
	}
	if (has_known_words(name))
		return nmsg_input_open_zmq(name);
	errno = EINVAL;
	return NULL;
}

static void explain(enum carrier_kind kind, const char *name, char *why,
		    size_t why_size)
{
	int error = errno;

	if (kind == CARRIER_FILE)
		snprintf(why, why_size, "cannot read %s: %s", name,
			 strerror(error));
	else if (kind == CARRIER_SOCKET && error == EINVAL)
		snprintf(why, why_size,
			 "listen: '%s' is not ADDR/PORT, nor ADDR/PORT..PORT",
			 name);
	else if (kind == CARRIER_ZMQ && error == EINVAL)
		snprintf(why, why_size,
			 "listen-zmq: '%s' is no endpoint such as "
			 "tcp://127.0.0.1:9430, with accept or connect, and "
			 "pubsub or pushpull, behind commas",
			 name);
	else if (error == ENXIO)
		snprintf(why, why_size, "cannot listen at %s: no such host",
			 name);
	else
		snprintf(why, why_size, "cannot listen at %s: %s", name,
			 strerror(error));
}

/* Where it listens, if that was left open. */
static void tell_place(const struct carrier *c)
{
	if (c->kind == CARRIER_SOCKET)
		log_info("listening for NMSG at %s, from port %d", c->name,
			 nmsg_input_port(c->in));
	else if (c->kind == CARRIER_ZMQ)
		log_info("listening for NMSG at %s",
			 nmsg_input_endpoint(c->in));
}

struct carrier *carrier_open(enum carrier_kind kind, const char *name,
			     char *why, size_t why_size)
{
	struct carrier *c = calloc(1, sizeof(*c));

	if (!c) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	c->kind = kind;
	c->name = strcmp(name, "-") == 0 ? "standard input" : name;
	c->in = open_input(kind, name);
	if (!c->in) {
		explain(kind, name, why, why_size);
		free(c);
		return NULL;
	}
	tell_place(c);
	return c;
}

void carrier_close(struct carrier *c)
{
	if (!c)
		return;
	nmsg_input_close(c->in);
	free(c);
}

/* --- packets ------------------------------------------------------------- */

static int64_t time_of(const struct message *m)
{
	int64_t s = m->time_sec;

	s = s < 0 ? 0 : s > SECONDS_MAX ? SECONDS_MAX : s;
	return s * NS + m->time_nsec;
}

/* How long an IP packet says it is, if that is more than what is here. */
static uint32_t ip_len(const uint8_t *p, uint32_t len)
{
	uint32_t said = 0;

	if (len >= 20 && p[0] >> 4 == 4)
		said = (uint32_t)p[2] << 8 | p[3];
	else if (len >= 40 && p[0] >> 4 == 6)
		said = 40 + ((uint32_t)p[4] << 8 | p[5]);
	return said > len ? said : len;
}

/* Whether it is one that carries packets, and this one does. */
static bool carries(const struct nmsg_record *r, uint32_t msgtype)
{
	struct nmsg_value v;

	switch (msgtype) {
	case MESSAGE_PACKET:
		return nmsg_record_named(r, "payload_type", &v) &&
		       v.u == PACKET_IP;
	case MESSAGE_NCAP:
		return nmsg_record_named(r, "type", &v) && v.u <= NCAP_IPV6;
	}
	return true;
}

/* Makes *pkt what the message is.  0, or -EBADMSG. */
static int unpack(struct carrier *c, struct capture_packet *pkt)
{
	const struct message *m = &c->message;
	struct nmsg_value payload, len;

	*pkt = (struct capture_packet){.time_ns = time_of(m), .message = m};
	if (m->vid != MESSAGE_BASE ||
	    (m->msgtype != MESSAGE_PACKET && m->msgtype != MESSAGE_PKT &&
	     m->msgtype != MESSAGE_NCAP))
		return 0;
	if (nmsg_record_read(&c->record, m) < 0 ||
	    !nmsg_record_named(&c->record, "payload", &payload) ||
	    payload.len > CAPTURE_SNAPLEN_MAX)
		return -EBADMSG;
	if (!carries(&c->record, m->msgtype))
		return 0;
	pkt->message = NULL;
	pkt->data = payload.bytes;
	pkt->caplen = (uint32_t)payload.len;
	pkt->linktype = m->msgtype == MESSAGE_PKT ? ETHERNET : RAW_IP;
	if (pkt->linktype == RAW_IP)
		pkt->len = ip_len(pkt->data, pkt->caplen);
	else if (nmsg_record_named(&c->record, "len_frame", &len) &&
		 len.u > pkt->caplen)
		pkt->len = (uint32_t)len.u;
	else
		pkt->len = pkt->caplen;
	return 0;
}

int carrier_next(struct carrier *c, struct capture_packet *pkt)
{
	int rc;

	for (;;) {
		rc = nmsg_input_next(c->in, &c->message, 0);
		if (rc == 1 && unpack(c, pkt) == 0)
			return 1;
		if (rc == 1)
			c->invalid++;
		else if (rc != -EINTR)
			break;
	}
	if (rc == 0 || rc == -ENODATA)
		return rc;
	snprintf(c->error, sizeof(c->error), "%s: %s", c->name, strerror(-rc));
	return -EIO;
}

const char *carrier_error(const struct carrier *c)
{
	return c->error;
}

int carrier_fd(const struct carrier *c)
{
	return nmsg_input_fd(c->in);
}

/* --- what was lost, and what was bad ------------------------------------- */

static bool is_bad(const struct carrier *c)
{
	const struct nmsg_input_stats *s = nmsg_input_stats(c->in);

	return s->containers_bad || s->payloads_bad || s->fragments_bad ||
	       s->fragments_expired || s->bytes_skipped || c->invalid;
}

void carrier_count(struct carrier *c, struct nmsg_input_stats *sum)
{
	const struct nmsg_input_stats *s = nmsg_input_stats(c->in);

	for (const struct stat_counter *n = nmsg_input_counters; n->name; n++) {
		uint64_t value = stats_get(n, sum) + stats_get(n, s);

		memcpy((char *)sum + n->offset, &value, sizeof(value));
	}
	sum->payloads_bad += c->invalid;
	if (c->kind == CARRIER_FILE || c->told || !is_bad(c))
		return;
	c->told = true;
	log_error("not all that comes to %s is well formed NMSG: what is not "
		  "is counted and passed over",
		  c->name);
}

bool carrier_tell_damage(const struct carrier *c)
{
	const struct nmsg_input_stats *s = nmsg_input_stats(c->in);

	if (!is_bad(c))
		return false;
	log_error("%s is damaged: %llu containers, %llu fragments and %llu "
		  "messages were not well formed or not whole, %llu bytes "
		  "belonged to no container; the other %llu messages were "
		  "used",
		  c->name, (unsigned long long)s->containers_bad,
		  (unsigned long long)(s->fragments_bad + s->fragments_expired),
		  (unsigned long long)(s->payloads_bad + c->invalid),
		  (unsigned long long)s->bytes_skipped,
		  (unsigned long long)(s->payloads - c->invalid));
	return true;
}
