/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_QUIC_H
#define NETDUMPLINGS_QUIC_H

/*
 * QUIC's Initial packets, which anybody on the way can read: versions 1 (RFC
 * 9000, 9001) and 2 (RFC 9369), and the drafts from 23 on.
 */

#include <netdumplings/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a connection id, at most: RFC 9000 section 17.2. */
#define ND_QUIC_ID_MAX 20
/* Bytes of a handshake's first messages that are kept, at most. */
#define ND_QUIC_GATHER_MAX 8192

enum nd_quic_type {
	ND_QUIC_INITIAL,
	ND_QUIC_0RTT,
	ND_QUIC_HANDSHAKE,
	ND_QUIC_RETRY,
};

/* A packet with a long header; pointers go into the datagram. */
struct nd_quic_packet {
	const uint8_t *at;
	size_t len; /* all of it, as its length field says */
	uint32_t version;
	enum nd_quic_type type;
	const uint8_t *dcid, *scid;
	uint8_t dcid_len, scid_len;
	size_t token_len; /* of an Initial */
	size_t number_at; /* where the protected packet number is */
};

/*
 * Reads the packet that a datagram, or the rest of one, starts with.  0;
 * -ENOENT for what is no long header of a version known here, which costs next
 * to nothing; -EBADMSG where it is broken or cut off.
 */
ND_PUBLIC int nd_quic_packet(const uint8_t *data, size_t len,
			     struct nd_quic_packet *packet);

/* What Initial packets of one side are protected with. */
struct nd_quic_keys {
	uint8_t key[16], iv[12], hp[16];
};

/*
 * RFC 9001 section 5.2, from the id that the client's first packet is sent to.
 * 0, -ENOENT for an unknown version, -EINVAL for a longer id, -ENOMEM.
 */
ND_PUBLIC int nd_quic_initial_keys(uint32_t version, const uint8_t *dcid,
				   size_t dcid_len, bool of_server,
				   struct nd_quic_keys *keys);

/*
 * Opens an Initial packet (RFC 9001 sections 5.3 and 5.4) into plain[size].
 * Returns how many bytes of frames that gave; -EBADMSG if it is not of these
 * keys or broken, -EMSGSIZE, -ENOMEM.
 */
ND_PUBLIC int nd_quic_open(const struct nd_quic_packet *packet,
			   const struct nd_quic_keys *keys, uint8_t *plain,
			   size_t size);

/* A piece of the handshake, RFC 9000 section 19.6. */
struct nd_quic_crypto {
	uint64_t offset;
	const uint8_t *data;
	size_t len;
};

/*
 * Steps through the CRYPTO frames of an Initial packet's frames: start with
 * *at 0.  1 for one, 0 at the end, -EBADMSG.
 */
ND_PUBLIC int nd_quic_crypto(const uint8_t *frames, size_t len, size_t *at,
			     struct nd_quic_crypto *piece);

/* Pieces put together, in whatever order they come; zeroed at first. */
struct nd_quic_gather {
	uint32_t len; /* bytes from the start without a hole */
	uint8_t bytes[ND_QUIC_GATHER_MAX];
	uint8_t there[ND_QUIC_GATHER_MAX / 8]; /* a bit for each byte */
};

/* Adds a piece; 0, or -EMSGSIZE if it lies too far behind.  First one wins. */
ND_PUBLIC int nd_quic_gather(struct nd_quic_gather *gather,
			     const struct nd_quic_crypto *piece);

/* --- a connection --------------------------------------------------------- */

/* A connection's beginning; zeroed at first, which is also how it is reset. */
struct nd_quic_begin {
	struct nd_tls_seen seen;
	bool keys_of_server;
	uint32_t keys_version; /* 0 for no keys yet */
	struct nd_quic_keys keys;
	uint8_t dcid_len, dcid[ND_QUIC_ID_MAX]; /* that they are made from */
	struct nd_quic_gather gather; /* the client's, then the server's */
};

/*
 * Learns from an Initial packet of one side.  1 once nothing more comes in the
 * clear, 0 before; -EBADMSG for a packet that is not of this connection, and
 * other errors of nd_quic_open() and nd_quic_gather().  The client's packets
 * come first; one after a Retry is found out.
 */
ND_PUBLIC int nd_quic_learn(struct nd_quic_begin *begin,
			    const struct nd_quic_packet *packet, bool of_server,
			    int64_t time_ns);

#ifdef __cplusplus
}
#endif
#endif
