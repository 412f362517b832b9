/* SPDX-License-Identifier: MIT */
/* The public headers by themselves, in C++17: an eater and a chef. */
#include <netdumplings/eater.h>

#include <netdumplings/chef.h>

#include <netdumplings/dns.h>

#include <netdumplings/bytes.h>

#include <netdumplings/checksum.h>

#include <netdumplings/dhcp.h>

#include <netdumplings/dumpling.h>

#include <netdumplings/flow.h>

#include <netdumplings/http.h>

#include <netdumplings/quic.h>

#include <netdumplings/tls.h>

#include <type_traits>

static_assert(std::is_standard_layout<nd_chef>::value, "as in C");
static_assert(std::is_standard_layout<nd_packet>::value, "as in C");
static_assert(std::is_trivial<nd_value>::value, "as in C");

static int packet(void *, const nd_packet *pkt, nd_dumpling *out)
{
	if (!nd_has(pkt, ND_ARP))
		return 0;
	nd_put_mac(out, "mac", pkt->mac_src);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD, "TestChef", "made to be compiled",
	nullptr,      0,          0,
	nullptr,      packet,     nullptr,
	nullptr,      nullptr,    0,
	nullptr,      0,          nullptr,
	nullptr,      nullptr,
};

int main()
{
	nd_eater_config config = {};
	nd_eater *eater = nd_eater_new(&config);
	const nd_dumpling *d = nullptr;
	nd_value v;

	if (!eater)
		return 1;
	while (nd_eater_next(eater, &d, -1) > 0)
		if (nd_payload(d, &v) == 0 && v.type == ND_MAP)
			nd_eater_want_from(eater, "TestChef", "home");
	nd_eater_free(eater);
	return 0;
}
