/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each message of DHCP (RFC 2131) and DHCPv6 (RFC 8415), and
 * who joined with those that give an address away:
 *
 *	{"time": 1795352291.86, "version": 4, "type": "ACK", "xid": 305419896,
 *	 "src": "192.0.2.1", "dst": "192.0.2.10", "mac": "02:00:5e:10:00:10",
 *	 "given": ["192.0.2.10"], "server": "192.0.2.1", "lease": 3600,
 *	 "routers": ["192.0.2.1"], "dns": ["192.0.2.1"],
 *	 "domain": "example.com", "joined": {"mac": "02:00:5e:10:00:10",
 *	 "ip": "192.0.2.10", "hostname": "laptop", "is_new": true}}
 *
 * What a message does not have is not there.
 */
#include <errno.h>
#include <netdumplings/bytes.h>
#include <netdumplings/chef.h>
#include <netdumplings/dhcp.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 256
/* RFC 8415 section 11.1; who has a longer one is not remembered. */
#define DUID_MAX 130

/* A device, by its hardware address or DUID. */
struct device {
	bool joined;
	char hostname[TEXT_MAX];
};

struct dhcp {
	uint64_t max_devices; /* option */
	struct nd_table *devices;
	uint64_t messages, told;
};

/* A message being told. */
struct message {
	struct dhcp *d;
	struct nd_dumpling *out;
	struct nd_dhcp_bytes
		device;    /* key: hardware type and address, or DUID */
	uint8_t given[16]; /* the first address given */
	uint8_t given_len;
	char hostname[TEXT_MAX];
	struct nd_dhcp dhcp;
};

static const struct nd_option dhcp_options[] = {
	{"devices", ND_OPTION_UINT, offsetof(struct dhcp, max_devices), "16384",
	 "Devices remembered, to tell new ones; beyond that the one not heard "
	 "for longest is forgotten.",
	 .min = 1, .max = 1048576},
	{0},
};

static int dhcp_open(void *self, char *why, size_t why_size)
{
	struct dhcp *d = self;

	(void)why;
	(void)why_size;
	d->devices = nd_table_new(d->max_devices, sizeof(struct device));
	return d->devices ? 0 : -errno;
}

static void dhcp_close(void *self)
{
	struct dhcp *d = self;

	nd_table_free(d->devices);
}

/* --- values -------------------------------------------------------------- */

static void put_text(struct message *m, const char *key,
		     struct nd_dhcp_bytes text)
{
	while (text.len && !text.at[text.len - 1])
		text.len--;
	if (text.len)
		nd_put_strn(m->out, key, (const char *)text.at,
			    text.len < TEXT_MAX ? text.len : TEXT_MAX);
}

static void put_hex(struct message *m, const char *key,
		    struct nd_dhcp_bytes bytes)
{
	size_t len = bytes.len < 128 ? bytes.len : 128;
	char text[257];

	if (!len)
		return;
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes.at[i]);
	nd_put_strn(m->out, key, text, 2 * len);
}

static void put_addresses(struct message *m, const char *key,
			  struct nd_dhcp_bytes list, size_t each)
{
	if (list.len < each)
		return;
	nd_put_array(m->out, key);
	for (size_t i = 0; i + each <= list.len && i < 16 * each; i += each)
		nd_put_ip(m->out, NULL, list.at + i, each);
	nd_end(m->out);
}

/* The options that were asked for, in their order: a fingerprint. */
static void put_numbers(struct message *m, struct nd_dhcp_bytes list,
			size_t each)
{
	char text[128 * 6 + 1];
	size_t len = 0;

	for (size_t i = 0; i + each <= list.len && i < 128 * each; i += each)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u",
					i ? "," : "",
					each == 1 ? list.at[i]
						  : nd_be16(list.at + i));
	if (len)
		nd_put_strn(m->out, "parameters", text, len);
}

static void put_name(struct message *m, const char *key,
		     struct nd_dhcp_bytes wire)
{
	char text[TEXT_MAX];
	size_t len = nd_dhcp_name(wire, text, sizeof(text));

	if (len)
		nd_put_strn(m->out, key, text, len);
}

static void set_hostname(struct message *m, const void *text, size_t len)
{
	const char *p = text;

	while (len && !p[len - 1])
		len--;
	if (len >= TEXT_MAX)
		len = TEXT_MAX - 1;
	for (size_t i = 0; i < len; i++)
		m->hostname[i] = p[i] ? p[i] : ' ';
	m->hostname[len] = '\0';
}

static void put_hardware(struct message *m, uint32_t type,
			 struct nd_dhcp_bytes address)
{
	if (type == 1 && address.len == 6)
		nd_put_mac(m->out, "mac", address.at);
	else
		put_hex(m, "hardware", address);
}

/* --- who joined ---------------------------------------------------------- */

/* What is told of a device lasts until it is told to have joined. */
static void remember(struct message *m)
{
	struct device *device;

	if (!m->hostname[0] || !m->device.len)
		return;
	device = nd_table_add(m->d->devices, m->device.at, m->device.len, NULL);
	if (device)
		memcpy(device->hostname, m->hostname, TEXT_MAX);
}

static void put_joined(struct message *m, struct nd_dhcp_bytes mac)
{
	struct device *device;

	if (!m->given_len || !m->device.len)
		return;
	device = nd_table_add(m->d->devices, m->device.at, m->device.len, NULL);
	if (!device)
		return;
	nd_put_map(m->out, "joined");
	if (mac.len == 6)
		nd_put_mac(m->out, "mac", mac.at);
	else
		nd_put_nil(m->out, "mac");
	nd_put_ip(m->out, "ip", m->given, m->given_len);
	nd_put_str(m->out, "hostname",
		   device->hostname[0] ? device->hostname : NULL);
	nd_put_bool(m->out, "is_new", !device->joined);
	nd_end(m->out);
	device->joined = true;
}

static void put_start(struct message *m, const struct nd_packet *pkt,
		      unsigned version, const char *type, uint32_t xid)
{
	m->d->messages++;
	nd_put_time(m->out, "time", pkt->time_ns);
	nd_put_uint(m->out, "version", version);
	nd_put_str(m->out, "type", type);
	nd_put_uint(m->out, "xid", xid);
	nd_put_ip(m->out, "src", pkt->ip_src, pkt->ip_len);
	nd_put_ip(m->out, "dst", pkt->ip_dst, pkt->ip_len);
	if (pkt->vlan >= 0)
		nd_put_int(m->out, "vlan", pkt->vlan);
}

/* --- DHCP of IPv4, RFC 2131 and RFC 2132 --------------------------------- */

/* Nothing for 0.0.0.0. */
static void put_address(struct message *m, const char *key, const uint8_t *p)
{
	if (nd_be32(p))
		nd_put_ip(m->out, key, p, 4);
}

/* RFC 4702: three bytes, then ASCII, or as in DNS. */
static void put_fqdn4(struct message *m)
{
	struct nd_dhcp_bytes name = nd_dhcp_option(&m->dhcp, 81);
	char text[TEXT_MAX];
	size_t len;

	if (name.len <= 3)
		return;
	if (name.at[0] & 4) {
		len = nd_dhcp_name((struct nd_dhcp_bytes){name.at + 3,
							  name.len - 3},
				   text, sizeof(text));
		if (len)
			nd_put_strn(m->out, "fqdn", text, len);
		set_hostname(m, text, len);
		return;
	}
	put_text(m, "fqdn", (struct nd_dhcp_bytes){name.at + 3, name.len - 3});
	set_hostname(m, name.at + 3, name.len - 3);
}

static void put_options4(struct message *m)
{
	struct nd_dhcp_bytes value;

	put_hex(m, "client_id", nd_dhcp_option(&m->dhcp, 61));
	put_fqdn4(m);
	value = nd_dhcp_option(&m->dhcp, 12);
	put_text(m, "hostname", value);
	if (value.len)
		set_hostname(m, value.at, value.len);
	put_text(m, "vendor_class", nd_dhcp_option(&m->dhcp, 60));
	put_numbers(m, nd_dhcp_option(&m->dhcp, 55), 1);
	value = nd_dhcp_option(&m->dhcp, 50);
	if (value.len == 4)
		nd_put_ip(m->out, "requested", value.at, 4);
	value = nd_dhcp_option(&m->dhcp, 54);
	if (value.len == 4)
		nd_put_ip(m->out, "server", value.at, 4);
	value = nd_dhcp_option(&m->dhcp, 51);
	if (value.len == 4)
		nd_put_uint(m->out, "lease", nd_be32(value.at));
	value = nd_dhcp_option(&m->dhcp, 1);
	if (value.len == 4)
		nd_put_ip(m->out, "mask", value.at, 4);
	put_addresses(m, "routers", nd_dhcp_option(&m->dhcp, 3), 4);
	put_addresses(m, "dns", nd_dhcp_option(&m->dhcp, 6), 4);
	put_text(m, "domain", nd_dhcp_option(&m->dhcp, 15));
	put_text(m, "message", nd_dhcp_option(&m->dhcp, 56));
}

static int message4(struct message *m, const struct nd_packet *pkt)
{
	const uint8_t *p = pkt->payload;
	struct nd_dhcp_bytes mac;
	uint8_t key[18];
	const char *type;

	if (!nd_dhcp(&m->dhcp, p, pkt->payload_len))
		return 0;
	type = nd_dhcp_type(&m->dhcp);
	put_start(m, pkt, 4, type, nd_be32(p + 4));
	mac = (struct nd_dhcp_bytes){p + 28, p[2]};
	key[0] = p[1];
	key[1] = p[2];
	memcpy(key + 2, mac.at, mac.len);
	if (mac.len)
		m->device = (struct nd_dhcp_bytes){key, 2 + mac.len};
	put_hardware(m, p[1], mac);
	put_address(m, "client", p + 12);
	if (nd_be32(p + 16))
		put_addresses(m, "given", (struct nd_dhcp_bytes){p + 16, 4}, 4);
	put_address(m, "relay", p + 24);
	put_options4(m);
	remember(m);
	if (strcmp(type, "ACK") == 0 && nd_be32(p + 16)) {
		memcpy(m->given, p + 16, 4);
		m->given_len = 4;
		put_joined(m,
			   p[1] == 1 ? mac : (struct nd_dhcp_bytes){NULL, 0});
	}
	return ND_SERVE;
}

/* --- DHCPv6, RFC 8415 ---------------------------------------------------- */

/* The addresses and prefixes in all IAs, sections 21.4 to 21.6, 21.21. */
static void put_given6(struct message *m, struct nd_dhcp_bytes list,
		       bool prefixes)
{
	struct nd_dhcp_bytes ia, options, value;
	uint16_t code, inner;
	unsigned count = 0;

	while (nd_dhcp6_each(&list, &code, &ia)) {
		size_t head = code == 4 ? 4 : 12;

		if ((prefixes ? code != 25 : code != 3 && code != 4) ||
		    ia.len < head)
			continue;
		options = (struct nd_dhcp_bytes){ia.at + head, ia.len - head};
		while (count < 16 && nd_dhcp6_each(&options, &inner, &value)) {
			const uint8_t *ip = value.at + (prefixes ? 9 : 0);

			if (inner != (prefixes ? 26 : 5) ||
			    value.len < (prefixes ? 25 : 24))
				continue;
			if (!count++)
				nd_put_array(m->out,
					     prefixes ? "prefixes" : "given");
			nd_put_ip(m->out, NULL, ip, 16);
			if (!m->given_len && !prefixes &&
			    nd_be32(value.at + 20)) {
				m->given_len = 16;
				memcpy(m->given, ip, 16);
			}
		}
	}
	if (count)
		nd_end(m->out);
}

static void put_options6(struct message *m, struct nd_dhcp_bytes list)
{
	struct nd_dhcp_bytes value = nd_dhcp6_option(list, 39, 2);
	char text[TEXT_MAX];

	if (value.len > 1) {
		value = (struct nd_dhcp_bytes){value.at + 1, value.len - 1};
		put_name(m, "fqdn", value);
		set_hostname(m, text, nd_dhcp_name(value, text, sizeof(text)));
	}
	value = nd_dhcp6_option(list, 16, 6);
	if (value.len) {
		size_t len = nd_be16(value.at + 4);

		len = len < value.len - 6 ? len : value.len - 6;
		put_text(m, "vendor_class",
			 (struct nd_dhcp_bytes){value.at + 6, len});
	}
	put_numbers(m, nd_dhcp6_option(list, 6, 2), 2);
	put_hex(m, "server_id", nd_dhcp6_option(list, 2, 1));
	put_addresses(m, "dns", nd_dhcp6_option(list, 23, 16), 16);
	put_name(m, "domain", nd_dhcp6_option(list, 24, 1));
	value = nd_dhcp6_option(list, 13, 2);
	if (value.len) {
		nd_put_uint(m->out, "status", nd_be16(value.at));
		put_text(m, "message",
			 (struct nd_dhcp_bytes){value.at + 2, value.len - 2});
	}
}

static int message6(struct message *m, const struct nd_packet *pkt)
{
	struct nd_dhcp_bytes duid, mac, link, outer;
	struct nd_dhcp6 dhcp;

	if (!nd_dhcp6(&dhcp, pkt->payload, pkt->payload_len))
		return 0;
	put_start(m, pkt, 6, dhcp.type, dhcp.xid);
	duid = nd_dhcp6_option(dhcp.options, 1, 2);
	if (duid.len <= DUID_MAX)
		m->device = duid;
	mac = nd_dhcp6_mac(duid);
	if (dhcp.relays) {
		nd_put_array(m->out, "relays");
		for (unsigned i = 0; i < dhcp.relays; i++)
			nd_put_ip(m->out, NULL, dhcp.relay[i].at + 2, 16);
		nd_end(m->out);
		/* RFC 6939: the relay next to the client knows its address. */
		outer = dhcp.relay[dhcp.relays - 1];
		outer = (struct nd_dhcp_bytes){outer.at + 34, outer.len - 34};
		link = nd_dhcp6_option(outer, 79, 8);
		if (link.len == 8 && nd_be16(link.at) == 1)
			mac = (struct nd_dhcp_bytes){link.at + 2, 6};
	}
	if (mac.len)
		nd_put_mac(m->out, "mac", mac.at);
	put_hex(m, "duid", duid);
	put_given6(m, dhcp.options, false);
	put_given6(m, dhcp.options, true);
	put_options6(m, dhcp.options);
	remember(m);
	if (strcmp(dhcp.type, "REPLY") == 0)
		put_joined(m, mac);
	return ND_SERVE;
}

/* ------------------------------------------------------------------------- */

static int dhcp_packet(void *self, const struct nd_packet *pkt,
		       struct nd_dumpling *out)
{
	struct message m;

	m.d = self;
	m.out = out;
	m.device.len = 0;
	m.given_len = 0;
	m.hostname[0] = '\0';
	switch (nd_has(pkt, ND_UDP) ? pkt->port_dst : 0) {
	case 67:
	case 68:
		return message4(&m, pkt);
	case 546:
	case 547:
		return message6(&m, pkt);
	}
	return 0;
}

static int dhcp_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct dhcp *d = self;

	(void)time_ns;
	if (d->told == d->messages)
		return 0;
	d->told = d->messages;
	nd_put_uint(out, "messages", d->messages);
	nd_put_uint(out, "devices", nd_table_count(d->devices));
	return ND_SERVE;
}

static uint64_t dhcp_forgotten(const void *self)
{
	const struct dhcp *d = self;

	return nd_table_forgotten(d->devices);
}

static const uint16_t dhcp_ports[] = {67, 68, 546, 547, 0};

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "DHCPChef",
	.summary = "messages of DHCP, and who joined",
	.options = dhcp_options,
	.state_size = sizeof(struct dhcp),
	.layers = 1 << ND_UDP,
	.ports = dhcp_ports,
	.open = dhcp_open,
	.packet = dhcp_packet,
	.interval = dhcp_interval,
	.close = dhcp_close,
	.forgotten = dhcp_forgotten,
};
