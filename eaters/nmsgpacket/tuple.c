/* SPDX-License-Identifier: MIT */
#include "tuple.h"

#define TCP 6
#define UDP 17

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* RFC 791 section 3.1.  Where the transport's header is, or 0. */
static size_t read_ipv4(struct tuple *t, const uint8_t *at, size_t len)
{
	size_t header = (at[0] & 15U) * 4;

	if (len < 20 || header < 20 || (get16(at + 6) & 0x1fff))
		return 0;
	t->src = at + 12;
	t->dst = at + 16;
	t->ip_len = 4;
	t->proto = at[9];
	return header;
}

/* RFC 8200 section 4; AH is RFC 4302's. */
static size_t read_ipv6(struct tuple *t, const uint8_t *at, size_t len)
{
	size_t header = 40;

	if (len < 40)
		return 0;
	t->src = at + 8;
	t->dst = at + 24;
	t->ip_len = 16;
	t->proto = at[6];
	while (t->proto != TCP && t->proto != UDP) {
		const uint8_t *next = at + header;

		if (len < header + 8)
			return 0;
		switch (t->proto) {
		case 44: /* a fragment */
			if (get16(next + 2) >> 3)
				return 0;
			header += 8;
			break;
		case 51: /* AH */
			header += (next[1] + 2U) * 4;
			break;
		case 0:   /* hop-by-hop options */
		case 43:  /* routing */
		case 60:  /* destination options */
		case 135: /* mobility */
		case 139: /* HIP */
		case 140: /* Shim6 */
			header += (next[1] + 1U) * 8;
			break;
		default:
			return 0;
		}
		t->proto = next[0];
	}
	return header;
}

bool tuple_read(struct tuple *t, const uint8_t *packet, size_t len)
{
	size_t header = 0;

	if (len > 0 && packet[0] >> 4 == 4)
		header = read_ipv4(t, packet, len);
	else if (len > 0 && packet[0] >> 4 == 6)
		header = read_ipv6(t, packet, len);
	if (!header || len < header + 4 || (t->proto != TCP && t->proto != UDP))
		return false;
	t->src_port = get16(packet + header);
	t->dst_port = get16(packet + header + 2);
	return true;
}
