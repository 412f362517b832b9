/* SPDX-License-Identifier: MIT */
#include "port.h"

#include "walk.h"

/*
 * RFC 1035 section 4.1.2: whether the bytes at p start with a question of a
 * class there is; mDNS has a bit of its own in it, RFC 6762 section 5.4.
 */
static bool is_question(const uint8_t *p, uint32_t len)
{
	uint32_t at = 0, class;

	while (at < len && p[at]) {
		if (p[at] > 63)
			return false;
		at += 1U + p[at];
	}
	if (at > 254 || len < 5 || at > len - 5)
		return false;
	class = walk_get16(p + at + 3) & 0x7fff;
	return class == 1 || class == 3 || class == 4 || class == 254 ||
	       class == 255;
}

/*
 * RFC 1035 section 4.1: whether len bytes, of which not all need be captured,
 * can be a message.  Its counts want a question's 5 bytes and a record's 11 at
 * least.  One that is broken there has a question that can be read, or is an
 * ordinary query with a few of them.
 */
static bool is_dns(const uint8_t *p, uint32_t captured, uint64_t len)
{
	uint32_t opcode, questions, records;

	if (captured < 12)
		return false;
	opcode = p[2] >> 3 & 15;
	questions = walk_get16(p + 4);
	records = walk_get16(p + 6) + walk_get16(p + 8) + walk_get16(p + 10);
	if (opcode <= 6 && opcode != 3 &&
	    12 + 5 * (uint64_t)questions + 11 * (uint64_t)records <= len)
		return true;
	if (!questions)
		return false;
	if (opcode == 0 && !(p[3] & 0x40) && questions < 16)
		return true;
	return is_question(p + 12, captured - 12);
}

/* The message is whatever is left, and goes on in a packet's fragments. */
static bool is_name_packet(const struct decode *d)
{
	uint64_t len = (uint64_t)walk_left(d) + d->missing;

	if (d->pkt.ip_fragment || d->quoted)
		len = UINT16_MAX;
	return is_dns(walk_here(d), walk_left(d), len);
}

/* RFC 1035, RFC 6762 */
static enum proto dns(struct decode *d)
{
	if (!is_name_packet(d))
		return PROTO_RAW;
	walk_add(d, ND_DNS, walk_left(d));
	return PROTO_DONE;
}

/* RFC 4795 section 2.1.1 */
static enum proto llmnr(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (!is_name_packet(d))
		return PROTO_RAW;
	walk_mark(d, ND_LLMNR);
	walk_add(d, p[2] & 0x80 ? ND_LLMNR_RESPONSE : ND_LLMNR, walk_left(d));
	return PROTO_DONE;
}

/* RFC 3948 section 2: no marker of four zeros, and no keepalive. */
static enum proto nat_esp(struct decode *d)
{
	if (walk_left(d) < 8 || !walk_get32(walk_here(d)))
		return PROTO_RAW;
	return PROTO_ESP;
}

/*
 * RFC 4380 section 5.1.1: indications, and then IPv6 no longer than UDP says.
 * How long they are, or UINT32_MAX.
 */
static uint32_t teredo_len(const struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t left = walk_left(d), at = 0;

	if (left >= 13 && walk_get16(p) == 1)
		at = 13U + p[2] + p[3];
	if (at + 8 <= left && !walk_get16(p + at))
		at += 8;
	if (at + 40 > left || p[at] >> 4 != 6)
		return UINT32_MAX;
	if (40 + walk_get16(p + at + 4) > left - at + (uint64_t)d->missing)
		return UINT32_MAX;
	return at;
}

static enum proto teredo(struct decode *d)
{
	uint32_t len = teredo_len(d);

	if (len == UINT32_MAX)
		return PROTO_RAW;
	walk_add(d, ND_TEREDO, len);
	walk_tunnel(d, ND_TEREDO, 0);
	return PROTO_IPV6;
}

static enum proto name_at(struct decode *d, uint32_t port)
{
	switch (port) {
	case 53:
	case 5353:
		return dns(d);
	case 5355:
		return llmnr(d);
	}
	return PROTO_RAW;
}

/* Those that both ends may use, and so may be answered from. */
static enum proto peer_at(struct decode *d, uint32_t port)
{
	switch (port) {
	case 1701:
		return PROTO_L2TP;
	case 2152:
		return PROTO_GTP_U;
	case 3544:
		return teredo(d);
	case 4500:
		return nat_esp(d);
	}
	return PROTO_RAW;
}

/* Tunnels that are sent to their port; the other one tells nothing. */
static enum proto tunnel_to(struct decode *d, uint32_t port)
{
	switch (port) {
	case 4789:
	case 8472:
		return PROTO_VXLAN;
	case 4790:
		return PROTO_VXLAN_GPE;
	case 6081:
		return PROTO_GENEVE;
	case 6635:
		return PROTO_MPLS;
	}
	return peer_at(d, port);
}

enum proto port_udp(struct decode *d)
{
	const uint8_t *p = walk_here(d) - 8;
	uint32_t src = walk_get16(p), dst = walk_get16(p + 2);
	enum proto proto;

	proto = name_at(d, dst);
	if (proto == PROTO_RAW)
		proto = name_at(d, src);
	if (proto == PROTO_RAW && !d->quoted)
		proto = tunnel_to(d, dst);
	if (proto == PROTO_RAW && !d->quoted)
		proto = peer_at(d, src);
	return proto;
}

/* RFC 1035 section 4.2.2: a segment that starts with a whole message. */
enum proto port_tcp(struct decode *d)
{
	uint32_t len;

	if (walk_left(d) < 2 + 12)
		return PROTO_RAW;
	len = walk_get16(walk_here(d));
	if (len > walk_left(d) - 2 || !is_dns(walk_here(d) + 2, len, len))
		return PROTO_RAW;
	d->at += 2;
	walk_add(d, ND_DNS, len);
	return PROTO_RAW;
}
