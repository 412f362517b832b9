/* SPDX-License-Identifier: MIT */
#include "fragment.h"

#include <netdumplings/bytes.h>
#include <string.h>

enum {
	DLT_RAW = 12,
	NOWHERE = 0xffff,
};

static void put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Where the packet of an IP layer ends, by its own length. */
static uint32_t end_of(const struct nd_packet *pkt, const struct nd_layer_at *l)
{
	const uint8_t *p = pkt->data + l->offset;
	uint32_t len = 0;

	if (l->layer == ND_IP && l->header_len >= 20)
		len = nd_be16(p + 2);
	else if (l->layer == ND_IPV6 && nd_be16(p + 4))
		len = 40 + nd_be16(p + 4);
	return len >= l->header_len ? l->offset + len : UINT32_MAX;
}

static bool is_ip_fragment(const struct nd_packet *pkt,
			   const struct nd_layer_at *l)
{
	const uint8_t *p = pkt->data + l->offset;

	if (l->layer == ND_IP)
		return l->header_len >= 20 && (nd_be16(p + 6) & 0x3fff);
	return l->layer == ND_IPV6_FRAGMENT && l->header_len >= 8 &&
	       (nd_be16(p + 2) & 0xfff9);
}

/* RFC 791 section 3.1 */
static void found4(const struct nd_packet *pkt, struct fragment *f)
{
	const uint8_t *p = pkt->data + f->ip;
	uint32_t word = nd_be16(p + 6);

	f->header_end = f->payload = f->ip + (p[0] & 15U) * 4;
	f->more = (word & 0x2000) != 0;
	f->offset = (word & 0x1fff) * 8;
	memcpy(f->key.src, p + 12, 4);
	memcpy(f->key.dst, p + 16, 4);
	f->key.id = nd_be16(p + 4);
	f->key.protocol = p[9];
	f->key.version = 4;
}

/* RFC 8200 section 4.5; what is before the fragment header stays. */
static void found6(const struct nd_packet *pkt, const struct nd_layer_at *l,
		   struct fragment *f)
{
	const uint8_t *ip = pkt->data + f->ip, *p = pkt->data + l->offset;
	uint32_t word = nd_be16(p + 2);

	f->header_end = l->offset;
	f->payload = l->offset + 8;
	f->next_header = l[-1].layer == ND_IPV6 ? f->ip + 6 : l[-1].offset;
	f->more = word & 1;
	f->offset = word & 0xfff8;
	memcpy(f->key.src, ip + 8, 16);
	memcpy(f->key.dst, ip + 24, 16);
	f->key.id = nd_be32(p + 4);
	f->key.version = 6;
}

/* Lengths that hold, RFC 791 section 3.2 and RFC 8200 section 4.5. */
static bool possible(const struct fragment *f, uint32_t end)
{
	uint32_t headers = f->header_end - f->ip;

	/* IPv6 does not count its first header in the length it tells */
	if (f->key.version == 6)
		headers -= 40;
	return end > f->payload && (!f->more || f->len % 8 == 0) &&
	       headers + f->offset + f->len <= FRAGMENT_WHOLE_MAX;
}

/* The tunnel that counts is one around the fragment, not one inside it. */
static uint32_t tunnel_around(const struct nd_packet *pkt, uint32_t index)
{
	for (uint32_t i = index + 1; i < pkt->layer_count; i++)
		if (pkt->layer[i].layer == ND_IP ||
		    pkt->layer[i].layer == ND_IPV6)
			return 0;
	return pkt->tunnel_id;
}

int fragment_find(const struct nd_packet *pkt, struct fragment *f)
{
	const struct nd_layer_at *l = pkt->layer, *ip = NULL;
	const struct nd_layer_at *last = l + pkt->layer_count;
	uint32_t around = UINT32_MAX, own = UINT32_MAX;

	for (; l < last; l++) {
		if (l->layer == ND_IP_IN_ICMP || l->layer == ND_IPV6_IN_ICMP)
			return FRAGMENT_INVALID;
		if (l->layer == ND_IP || l->layer == ND_IPV6) {
			around = own < around ? own : around;
			own = end_of(pkt, l);
			ip = l;
		}
		if (ip && is_ip_fragment(pkt, l) &&
		    (l == ip || ip->layer == ND_IPV6))
			break;
	}
	if (l == last)
		return FRAGMENT_INVALID;
	memset(f, 0, sizeof(*f));
	f->index = (uint32_t)(ip - pkt->layer);
	f->ip = ip->offset;
	if (l->layer == ND_IP)
		found4(pkt, f);
	else
		found6(pkt, l, f);
	f->key.vlan = pkt->vlan;
	f->key.tunnel_id = tunnel_around(pkt, f->index);
	if (own == UINT32_MAX || own > around)
		return FRAGMENT_INVALID;
	f->len = own - f->payload;
	if (!possible(f, own))
		return FRAGMENT_INVALID;
	return own > pkt->caplen ? FRAGMENT_CUT : FRAGMENT_FOUND;
}

/* Notes one length; false if there are too many. */
static bool note(struct fragment_head *head, uint32_t at, uint32_t from,
		 uint32_t checksum, uint32_t zero)
{
	if (head->mends == FRAGMENT_MENDS)
		return false;
	head->mend[head->mends++] = (struct fragment_mend){
		.at = (uint16_t)at,
		.from = (uint16_t)from,
		.checksum = (uint16_t)checksum,
		.zero = (uint16_t)zero,
	};
	return true;
}

/* A layer around: its length noted, or none there; false if unknown. */
static bool note_around(struct fragment_head *head, const struct nd_packet *pkt,
			const struct nd_layer_at *l)
{
	const uint8_t *p = pkt->data + l->offset;
	uint32_t at = l->offset;

	switch (l->layer) {
	case ND_IP:
		return note(head, at + 2, at, at, NOWHERE);
	case ND_IPV6:
		return note(head, at + 4, at + 40, NOWHERE, NOWHERE);
	case ND_UDP: /* RFC 768 */
		return note(head, at + 4, at, NOWHERE, at + 6);
	case ND_PPPOE: /* RFC 2516 section 4 */
		return note(head, at + 4, at + 6, NOWHERE, NOWHERE);
	case ND_GTP_U: /* 3GPP TS 29.281 section 5.1 */
		return note(head, at + 2, at + 8, NOWHERE, NOWHERE);
	case ND_GRE: /* version 1 has a length, RFC 2637 section 4.1 */
		return l->header_len >= 2 && (p[1] & 7) == 0;
	case ND_L2TP: /* the length is there or not, RFC 2661 section 3.1 */
		return l->header_len >= 2 && !(p[0] & 0x40);
	case ND_ETHERNET:
	case ND_SLL:
	case ND_SLL2:
	case ND_LOOPBACK:
	case ND_MPLS:
	case ND_PPP:
	case ND_VXLAN:
	case ND_GENEVE:
	case ND_ERSPAN:
	case ND_IPV6_HOP_BY_HOP:
	case ND_IPV6_ROUTING:
	case ND_IPV6_DESTINATION:
		return true;
	case ND_VLAN: /* what follows may be a length, IEEE 802.3 */
	case ND_VLAN_AD:
		return l->header_len >= 4 && nd_be16(p + 2) > 1500;
	}
	return false;
}

bool fragment_head(const struct nd_packet *pkt, const struct fragment *f,
		   struct fragment_head *head)
{
	uint32_t i;

	if (f->header_end > FRAGMENT_HEADERS_MAX)
		return false;
	memcpy(head->bytes, pkt->data, f->header_end);
	head->len = f->header_end;
	head->ip = f->ip;
	head->linktype = pkt->linktype;
	head->mends = 0;
	head->bare = false;
	if (f->key.version == 4) {
		note(head, f->ip + 2, f->ip, f->ip, NOWHERE);
		put16(head->bytes + f->ip + 6, 0);
	} else {
		note(head, f->ip + 4, f->ip + 40, NOWHERE, NOWHERE);
		head->bytes[f->next_header] = pkt->data[f->header_end];
	}
	for (i = 0; i < f->index && !head->bare; i++)
		head->bare = !note_around(head, pkt, &pkt->layer[i]);
	return true;
}

/* RFC 791 section 3.1: the header's own checksum. */
static void mend_checksum(uint8_t *p)
{
	uint32_t len = (p[0] & 15U) * 4, sum = 0;

	put16(p + 10, 0);
	for (uint32_t i = 0; i < len; i += 2)
		sum += nd_be16(p + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(p + 10, ~sum);
}

bool fragment_fits(const struct fragment_head *head, uint32_t len)
{
	return head->len + len - head->mend[0].from <= FRAGMENT_WHOLE_MAX;
}

uint32_t fragment_mend(struct fragment_head *head, uint32_t len, int *linktype)
{
	uint32_t end = head->len + len;

	for (uint32_t i = 0; i < head->mends; i++)
		if (end - head->mend[i].from > 0xffff)
			head->bare = true;
	*linktype = head->bare ? DLT_RAW : head->linktype;
	for (uint32_t i = 0; i < (head->bare ? 1 : head->mends); i++) {
		const struct fragment_mend *m = &head->mend[i];

		put16(head->bytes + m->at, end - m->from);
		if (m->zero != NOWHERE)
			put16(head->bytes + m->zero, 0);
		if (m->checksum != NOWHERE)
			mend_checksum(head->bytes + m->checksum);
	}
	return head->bare ? head->ip : 0;
}
