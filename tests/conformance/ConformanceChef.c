/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each packet with what another reader can be asked for as
 * well:
 *
 *	{"n": 0, "layers": bits 1 << enum nd_layer, "vlans": [20], "arp": 1,
 *	 "dns": {"response": false, "name": "example.com", "type": 1}}
 */
#include <netdumplings/chef.h>

#define VLAN_ID 0x0fff

static uint32_t read_u16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* Whether the packet's bytes end before its innermost IP header says. */
static bool is_cut(const struct nd_packet *pkt)
{
	const struct nd_layer_at *ip =
		nd_layer_of(pkt, pkt->ip_len == 4 ? ND_IP : ND_IPV6);
	uint32_t len;

	if (!ip || ip->header_len < 20)
		return true;
	len = pkt->ip_len == 4 ? read_u16(pkt->data + ip->offset + 2)
			       : 40 + read_u16(pkt->data + ip->offset + 4);
	return len > pkt->caplen - ip->offset;
}

/*
 * One of several fragments, but not the one that completes the packet; the
 * other reader takes one that is cut off for a packet of its own.
 */
static bool is_part(const struct nd_packet *pkt)
{
	return pkt->ip_fragment && pkt->fragments == 0 && !is_cut(pkt);
}

/*
 * The layers that the packet has.  The first fragment has a transport's header
 * too, but the other reader tells that with the fragment that is last.
 */
static uint64_t layers_of(const struct nd_packet *pkt)
{
	uint64_t layers = 0, pending = 0;

	if (!is_part(pkt))
		return pkt->layers;
	for (uint32_t i = 0; i < pkt->layer_count; i++) {
		uint32_t layer = pkt->layer[i].layer;

		if (layer < ND_LAYER_BITS)
			pending |= UINT64_C(1) << layer;
		if (layer == ND_IP || layer == ND_IPV6) {
			layers |= pending;
			pending = 0;
		}
	}
	return layers;
}

static void put_layers(const struct nd_packet *pkt, struct nd_dumpling *out)
{
	nd_put_uint(out, "layers", layers_of(pkt));
	nd_put_array(out, "vlans");
	for (uint32_t i = 0; i < pkt->layer_count; i++) {
		const struct nd_layer_at *at = &pkt->layer[i];

		if ((at->layer == ND_VLAN || at->layer == ND_VLAN_AD) &&
		    at->header_len >= 2)
			nd_put_uint(out, NULL,
				    read_u16(pkt->data + at->offset) & VLAN_ID);
	}
	nd_end(out);
}

static int conformance_packet(void *self, const struct nd_packet *pkt,
			      struct nd_dumpling *out)
{
	uint64_t *n = self;
	struct nd_dns dns;

	nd_put_uint(out, "n", (*n)++);
	put_layers(pkt, out);
	if (pkt->arp && pkt->arp_len >= 8)
		nd_put_uint(out, "arp", read_u16(pkt->arp + 6));
	if (nd_has(pkt, ND_UDP) && !is_part(pkt) && nd_dns(pkt, &dns)) {
		nd_put_map(out, "dns");
		nd_put_bool(out, "response", dns.response);
		if (dns.questions > 0) {
			nd_put_strn(out, "name", dns.name, dns.name_len);
			nd_put_uint(out, "type", dns.qtype);
		}
		nd_end(out);
	}
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "ConformanceChef",
	.summary = "what another reader can be asked for as well",
	.state_size = sizeof(uint64_t),
	.packet = conformance_packet,
};
