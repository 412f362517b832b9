/* SPDX-License-Identifier: MIT */
#ifndef FRAGMENT_H
#define FRAGMENT_H

#include <netdumplings/chef.h>

/* A packet that is put together is so long at most, as its lengths say. */
#define FRAGMENT_WHOLE_MAX 65535u
/* Headers before a fragment's payload, at most. */
#define FRAGMENT_HEADERS_MAX 1024u
#define FRAGMENT_MENDS 12

/* Of one IP packet: no padding inside, as all of it is compared. */
struct fragment_key {
	uint8_t src[16];
	uint8_t dst[16];
	uint32_t id;
	int32_t vlan;
	uint32_t tunnel_id;
	uint16_t protocol; /* of IPv4; IPv6 does not count it */
	uint16_t version;
};

/* A length to be mended: how many bytes there are from `from` to the end. */
struct fragment_mend {
	uint16_t at; /* where the length is, 16 bits */
	uint16_t from;
	uint16_t checksum; /* where a header starts that has one, or 0xffff */
	uint16_t zero;     /* where a checksum becomes 0, or 0xffff */
};

/* The headers of a whole: what the first fragment tells. */
struct fragment_head {
	uint8_t bytes[FRAGMENT_HEADERS_MAX];
	uint32_t len;
	uint32_t ip; /* where the IP header starts */
	int linktype;
	/* The first is the IP header's own; those around it follow. */
	struct fragment_mend mend[FRAGMENT_MENDS];
	uint32_t mends;
	bool bare; /* what is around cannot be mended */
};

/* One fragment, found in a frame. */
struct fragment {
	struct fragment_key key;
	uint32_t index;       /* in pkt->layer, of its IP header, */
	uint32_t ip;          /* and where that starts */
	uint32_t header_end;  /* where the IP headers of the whole end */
	uint32_t next_header; /* where IPv6 tells of the fragment header */
	uint32_t payload;
	uint32_t len;    /* of the payload */
	uint32_t offset; /* of it in the whole */
	bool more;
};

enum {
	FRAGMENT_FOUND,
	FRAGMENT_INVALID,
	FRAGMENT_CUT, /* by the capture */
};

/* Finds the outermost fragment of a frame, one of those above. */
int fragment_find(const struct nd_packet *pkt, struct fragment *f);

/* Notes the headers of a first fragment; false if they are too long. */
bool fragment_head(const struct nd_packet *pkt, const struct fragment *f,
		   struct fragment_head *head);

/* Whether its own length can tell of a payload of `len` bytes. */
bool fragment_fits(const struct fragment_head *head, uint32_t len);

/*
 * Mends the headers for a payload of `len` bytes.  Returns how many of their
 * first bytes the whole goes without, and its link type.
 */
uint32_t fragment_mend(struct fragment_head *head, uint32_t len, int *linktype);

#endif
