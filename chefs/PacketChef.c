/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each packet, with its bytes as they were captured, for eaters
 * that dissect by themselves and for nd-pcap:
 *
 *	{"time": 1795352291.764471800, "linktype": 1, "len": 1514,
 *	 "bytes": the first snaplen of them, "interface": "eth0"}
 *
 * linktype is a LINKTYPE_ value, which savefiles have and which means the same
 * on each system; len is bytes on the wire; interface is left out where it is
 * not known.  It works only where it is named: a kitchen that sniffs its own
 * way to the hub would feed on what it sends.
 */
#include <netdumplings/chef.h>

struct packet {
	uint64_t snaplen, sample;
	uint64_t until_next; /* packets to pass over */
};

static const struct nd_option packet_options[] = {
	{"snaplen", ND_OPTION_UINT, offsetof(struct packet, snaplen), "65535",
	 "Bytes of each packet to send, at most.", .min = 1, .max = 262144},
	{"sample", ND_OPTION_UINT, offsetof(struct packet, sample), "1",
	 "Send one packet of so many: the first, then each Nth.", .min = 1,
	 .max = 1e12},
	{0},
};

/* libpcap's DLT_ values here that are not the LINKTYPE_ of the same name. */
static uint32_t linktype_of(int dlt)
{
	static const struct {
		int dlt;
		uint32_t linktype;
	} others[] = {
		{11, 100}, /* ATM, RFC 1483 */
		{12, 101}, /* raw IP */
		{15, 102}, /* SLIP of BSD/OS */
		{16, 103}, /* PPP of BSD/OS */
		{18, 246}, /* pfsync */
		{19, 106}, /* classical IP over ATM */
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (others[i].dlt == dlt)
			return others[i].linktype;
	return (uint32_t)dlt;
}

static int packet_packet(void *self, const struct nd_packet *pkt,
			 struct nd_dumpling *out)
{
	struct packet *p = self;
	const uint8_t *bytes = pkt->data;
	uint32_t bytes_len = pkt->caplen;
	int linktype = pkt->linktype;

	if (p->until_next > 0) {
		p->until_next--;
		return 0;
	}
	p->until_next = p->sample - 1;
	/* A packet put together from fragments: its last frame, as it was. */
	if (pkt->frame && pkt->frame != pkt->data) {
		bytes = pkt->frame;
		bytes_len = pkt->frame_len;
		linktype = pkt->frame_linktype;
	}
	nd_put_time(out, "time", pkt->time_ns);
	nd_put_uint(out, "linktype", linktype_of(linktype));
	nd_put_uint(out, "len", pkt->len);
	nd_put_bin(out, "bytes", bytes,
		   bytes_len < p->snaplen ? bytes_len : p->snaplen);
	if (pkt->interface)
		nd_put_str(out, "interface", pkt->interface);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "PacketChef",
	.summary = "the packets themselves, for nd-pcap",
	.options = packet_options,
	.state_size = sizeof(struct packet),
	.packet = packet_packet,
	.flags = ND_CHEF_ON_REQUEST,
};
