/* SPDX-License-Identifier: MIT */
#include <netdumplings/quic.h>

#include <errno.h>
#include <string.h>

#define PLAIN_MAX 2048 /* of a packet; a datagram rarely has 1500 bytes */

/* Takes a packet's frames, and learns from the messages that are whole. */
static int take_frames(struct nd_quic_begin *b, const uint8_t *frames,
		       size_t len, bool of_server, int64_t time_ns)
{
	struct nd_quic_crypto piece;
	struct nd_tls_message m;
	size_t at = 0;
	int rc;

	while ((rc = nd_quic_crypto(frames, len, &at, &piece)) > 0) {
		rc = nd_quic_gather(&b->gather, &piece);
		if (rc < 0)
			return rc;
	}
	if (rc < 0)
		return rc;
	/* From the first on each time; what is known is not learned again. */
	for (at = 0; nd_tls_handshake(b->gather.bytes + at, b->gather.len - at,
				      &m) == 1;
	     at += 4 + m.len)
		if (nd_tls_learn(&b->seen, &m, of_server, time_ns) == 1)
			return 1;
	/* From here on it gathers what the server says. */
	if (!of_server && b->seen.has_client)
		memset(&b->gather, 0, sizeof(b->gather));
	return 0;
}

static int open_packet(struct nd_quic_begin *b, const struct nd_quic_packet *p,
		       bool of_server, uint8_t *plain)
{
	int rc = 0;

	if (b->keys_version != p->version || b->keys_of_server != of_server)
		rc = nd_quic_initial_keys(p->version, b->dcid, b->dcid_len,
					  of_server, &b->keys);
	if (rc < 0)
		return rc;
	b->keys_version = p->version;
	b->keys_of_server = of_server;
	return nd_quic_open(p, &b->keys, plain, PLAIN_MAX);
}

/*
 * A client's packet with an id that keys are not from: after a Retry they are
 * made anew from it (RFC 9001 section 5.2).
 */
static int after_retry(struct nd_quic_begin *b, const struct nd_quic_packet *p,
		       uint8_t *plain)
{
	struct nd_quic_keys keys;
	int len;

	len = nd_quic_initial_keys(p->version, p->dcid, p->dcid_len, false,
				   &keys);
	if (len == 0)
		len = nd_quic_open(p, &keys, plain, PLAIN_MAX);
	if (len < 0)
		return len;
	memset(&b->gather, 0, sizeof(b->gather));
	b->keys = keys;
	b->keys_of_server = false;
	b->keys_version = p->version;
	b->dcid_len = p->dcid_len;
	memcpy(b->dcid, p->dcid, p->dcid_len);
	return len;
}

int nd_quic_learn(struct nd_quic_begin *b, const struct nd_quic_packet *p,
		  bool of_server, int64_t time_ns)
{
	uint8_t plain[PLAIN_MAX];
	bool same_id;
	int len = -EBADMSG;

	if (of_server) {
		if (!b->seen.has_client)
			return 0;
		len = open_packet(b, p, true, plain);
		return len < 0 ? len
			       : take_frames(b, plain, (size_t)len, true,
					     time_ns);
	}
	same_id = b->keys_version && p->dcid_len == b->dcid_len &&
		  memcmp(p->dcid, b->dcid, p->dcid_len) == 0;
	/* What a client says behind its hello is of no use. */
	if (same_id && b->seen.has_client)
		return 0;
	if (b->keys_version && !b->seen.has_client)
		len = open_packet(b, p, false, plain);
	if (len == -EBADMSG && !same_id)
		len = after_retry(b, p, plain);
	if (len < 0 || b->seen.has_client)
		return len < 0 ? len : 0;
	b->seen.quic = true;
	return take_frames(b, plain, (size_t)len, false, time_ns);
}
