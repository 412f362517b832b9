/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each ARP packet (RFC 826) of IPv4 on Ethernet, and a note
 * when a reply comes from a device not seen before:
 *
 *	{"operation": "reply", "src_hw": "02:00:00:00:00:01",
 *	 "src_ip": "192.0.2.1", "dst_hw": "02:00:00:00:00:02",
 *	 "dst_ip": "192.0.2.2", "time": 1795352291.86,
 *	 "notes": "source device is new"}
 */
#include <errno.h>
#include <netdumplings/chef.h>
#include <string.h>

struct arp {
	uint64_t devices;
	struct nd_table *macs; /* of who replied, by IPv4 address */
};

#define ARP_LEN 28
#define ARP_REQUEST 1
#define ARP_REPLY 2

static const struct nd_option arp_options[] = {
	{"devices", ND_OPTION_UINT, offsetof(struct arp, devices), "65536",
	 "Devices remembered, to note new ones; beyond that the one not heard "
	 "for longest is forgotten.",
	 .min = 1, .max = 16777216},
	{0},
};

static int arp_open(void *self, char *why, size_t why_size)
{
	struct arp *a = self;

	(void)why;
	(void)why_size;
	a->macs = nd_table_new(a->devices, 6);
	return a->macs ? 0 : -errno;
}

static void arp_close(void *self)
{
	struct arp *a = self;

	nd_table_free(a->macs);
}

/* Notes in netdumplings' words, where "IP address" means the MAC. */
static const char *note(struct arp *a, const uint8_t *ip, const uint8_t *mac)
{
	bool is_new;
	uint8_t *known = nd_table_add(a->macs, ip, 4, &is_new);
	bool changed;

	if (!known)
		return NULL;
	changed = memcmp(known, mac, 6) != 0;
	memcpy(known, mac, 6);
	if (is_new)
		return "source device is new";
	return changed ? "source device has new IP address" : NULL;
}

static int arp_packet(void *self, const struct nd_packet *pkt,
		      struct nd_dumpling *out)
{
	static const uint8_t ethernet_ipv4[] = {0, 1, 8, 0, 6, 4};
	const uint8_t *p = pkt->arp;
	unsigned op;

	if (!p || pkt->arp_len < ARP_LEN ||
	    memcmp(p, ethernet_ipv4, sizeof(ethernet_ipv4)) != 0)
		return 0;
	op = (unsigned)p[6] << 8 | p[7];
	if (op == ARP_REQUEST || op == ARP_REPLY)
		nd_put_str(out, "operation",
			   op == ARP_REQUEST ? "request" : "reply");
	else
		nd_put_uint(out, "operation", op);
	nd_put_mac(out, "src_hw", p + 8);
	nd_put_ip(out, "src_ip", p + 14, 4);
	nd_put_mac(out, "dst_hw", p + 18);
	nd_put_ip(out, "dst_ip", p + 24, 4);
	nd_put_time(out, "time", pkt->time_ns);
	nd_put_str(out, "notes",
		   op == ARP_REPLY ? note(self, p + 14, p + 8) : NULL);
	return ND_SERVE;
}

static uint64_t arp_forgotten(const void *self)
{
	const struct arp *a = self;

	return nd_table_forgotten(a->macs);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "ARPChef",
	.summary = "every ARP packet, with a note on new devices",
	.options = arp_options,
	.state_size = sizeof(struct arp),
	.layers = 1 << ND_ARP,
	.open = arp_open,
	.packet = arp_packet,
	.close = arp_close,
	.forgotten = arp_forgotten,
};
