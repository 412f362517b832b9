/* SPDX-License-Identifier: MIT */
#include <netdumplings/chef.h>

#include <stdlib.h>
#include <string.h>

/* The bytes are one DNS message. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nd_layer_at layer = {ND_DNS, 0, (uint32_t)len};
	struct nd_packet pkt = {.layer = &layer,
				.layer_count = 1,
				.layers = UINT64_C(1) << ND_DNS,
				.caplen = (uint32_t)len};
	struct nd_dns dns;
	uint8_t *message;
	size_t i;

	message = malloc(len ? len : 1);
	if (!message)
		return 0;
	if (len)
		memcpy(message, data, len);
	pkt.data = message;
	memset(&dns, 0xaa, sizeof(dns));
	if (nd_dns(&pkt, &dns)) {
		check(len >= 12);
		check(dns.name_len <= 1003);
		check(strlen(dns.name) == dns.name_len);
		for (i = 0; i < dns.name_len; i++)
			check((uint8_t)dns.name[i] >= 32);
	}
	free(message);
	return 0;
}
