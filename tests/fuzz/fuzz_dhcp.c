/* SPDX-License-Identifier: MIT */
#include "../../chefs/DHCPChef.c"

#include "dumpling.h"
#include "put.h"

#include <stdlib.h>

/* The first byte chooses the port; the rest is the message. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t address[4] = {192, 0, 2, 1};
	struct nd_packet pkt = {.layers = UINT64_C(1) << ND_UDP,
				.ip_src = address,
				.ip_dst = address,
				.ip_len = 4,
				.vlan = -1};
	struct nd_dumpling *out = dumpling_new(1 << 20);
	struct dhcp d = {.max_devices = 2};
	char why[64];
	uint8_t *copy;

	if (len == 0 || !out) {
		dumpling_free(out);
		return 0;
	}
	copy = malloc(len);
	check(copy && nd_chef.open(&d, why, sizeof(why)) == 0);
	memcpy(copy, data + 1, len - 1);
	pkt.port_dst = dhcp_ports[data[0] & 3];
	pkt.payload = copy;
	pkt.payload_len = (uint32_t)len - 1;
	for (int i = 0; i < 2; i++) {
		uint8_t *exact = realloc(copy, len - 1 ? len - 1 : 1);

		check(exact != NULL);
		copy = exact;
		pkt.payload = copy;
		put_begin(out);
		if (nd_chef.packet(&d, &pkt, out) == ND_SERVE)
			check(put_finish(out) == 0);
		out->len = 0;
	}
	nd_chef.close(&d);
	free(copy);
	dumpling_free(out);
	return 0;
}
