/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_FLOW_H
#define NETDUMPLINGS_FLOW_H

/* What chefs need who gather packets into flows. */

#include <netdumplings/chef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the packets of one flow have in common, in both directions: the lower
 * address comes first, and of equal addresses the lower port.  It has no
 * holes, so its first nd_flow_key_len() bytes are a key for an nd_table.
 */
struct nd_flow_key {
	uint8_t protocol;
	uint8_t ip_len; /* 4 or 16 */
	int16_t vlan;   /* or -1 */
	/*
	 * Of each end, where the protocol has ports.  Of ICMP and ICMPv6 the
	 * first is the identifier or 0, the second the type, that of the
	 * request where there is one, times 256 plus the code.
	 */
	uint16_t port[2];
	uint32_t tunnel;    /* as in nd_packet, with its id, */
	uint32_t tunnel_id; /* but 0 where each way has its own */
	uint8_t ip[2 * 16]; /* both addresses, ip_len bytes each */
};

static inline size_t nd_flow_key_len(const struct nd_flow_key *key)
{
	return offsetof(struct nd_flow_key, ip) + 2 * (size_t)key->ip_len;
}

static inline const uint8_t *nd_flow_ip(const struct nd_flow_key *key,
					unsigned side)
{
	return key->ip + side * key->ip_len;
}

/*
 * Fills in the key of the packet's flow.  Which of its two ends sent the
 * packet, 0 or 1; -ENOENT for what is not IP.
 */
ND_PUBLIC int nd_flow_key(const struct nd_packet *pkt, struct nd_flow_key *key);

/* Of a message of ICMP (RFC 792) or ICMPv6 (RFC 4443). */
struct nd_flow_icmp {
	uint8_t type;
	uint8_t code;
	bool has_id;
	uint16_t id;
};

/* False for a packet that is no such message, or is cut off before its id. */
ND_PUBLIC bool nd_flow_icmp(const struct nd_packet *pkt,
			    struct nd_flow_icmp *icmp);

/*
 * Puts "protocol", a name or a number, and "icmp" with "type", "code" and "id"
 * unless the message is NULL.
 */
ND_PUBLIC void nd_flow_put_protocol(struct nd_dumpling *out,
				    const struct nd_flow_key *key,
				    const struct nd_flow_icmp *icmp);
/*
 * Puts "vlan" and "tunnel" where there are such, and opens a map with one end's
 * "ip" and, of TCP, UDP and SCTP, "port"; nd_end() closes it.
 */
ND_PUBLIC void nd_flow_put_way(struct nd_dumpling *out,
			       const struct nd_flow_key *key);
ND_PUBLIC void nd_flow_put_end(struct nd_dumpling *out, const char *name,
			       const struct nd_flow_key *key, unsigned side);

/* Puts an end of a connection as a map of its "ip" and "port". */
ND_PUBLIC void nd_put_endpoint(struct nd_dumpling *out, const char *name,
			       const uint8_t *ip, uint8_t ip_len,
			       uint16_t port);

/* --- TCP ----------------------------------------------------------------- */

/* What one end of a connection sent, in a fixed amount of memory. */
struct nd_flow_tcp_side {
	uint32_t retransmissions;
	uint32_t next_seq;           /* behind all that was seen */
	uint32_t hole_from, hole_to; /* the latest part of it that was not */
	uint8_t flags;               /* all that were seen, by their bits */
	bool seen;
};

/* A connection as seen by somebody between its ends; zeroed at first. */
struct nd_flow_tcp {
	struct nd_flow_tcp_side side[2];
	bool is_begun;
	uint8_t client; /* the side that opened it, or was seen first */
	bool has_rtt_server, has_rtt_client;
	int64_t rtt_server_ns; /* from SYN to SYN and ACK */
	int64_t rtt_client_ns; /* from there to the first ACK */
	int64_t mark_ns;       /* of the handshake's last packet */
};

/*
 * Follows a TCP packet that came from this side.  A retransmission is one that
 * holds what was sent before; what fills the latest hole was late, or lost
 * before it came by, and is none, nor is a keep-alive (RFC 9293 section 3.8.4).
 * A SYN that is repeated counts from the last.
 */
ND_PUBLIC void nd_flow_tcp(struct nd_flow_tcp *tcp, const struct nd_packet *pkt,
			   unsigned side, int64_t time_ns);

/*
 * "unanswered", "refused", "half-open", "established", "closing" after one
 * FIN, "closed" or "reset"; static.  A connection that began before it was
 * seen counts as established.
 */
ND_PUBLIC const char *nd_flow_tcp_state(const struct nd_flow_tcp *tcp);

/* The flags' first letters as in "SAFP", in the order SAFRPUEC. */
#define ND_FLOW_FLAGS_SIZE 9
ND_PUBLIC size_t nd_flow_tcp_flags(uint8_t flags,
				   char text[ND_FLOW_FLAGS_SIZE]);

/* --- Community ID -------------------------------------------------------- */

/* "1:", 28 characters, NUL. */
#define ND_COMMUNITY_ID_SIZE 31

/*
 * Writes a flow's Community ID, version 1, as Zeek, Suricata and others have
 * it (https://github.com/corelight/community-id-spec): the same for both
 * directions, but for ICMP messages that ask for no answer.  Of ICMP and
 * ICMPv6 it needs to know a message, or NULL, and which side sent that.
 * `seed` is 0 unless all who compare agree on another.  0; -EINVAL for a key
 * without addresses; -ENOTSUP where OpenSSL has no SHA-1.
 */
ND_PUBLIC int nd_community_id(const struct nd_flow_key *key, unsigned side,
			      const struct nd_flow_icmp *icmp, uint16_t seed,
			      char text[ND_COMMUNITY_ID_SIZE]);

/* The same for a packet's flow; also -ENOENT for what is not IP. */
ND_PUBLIC int nd_community_id_packet(const struct nd_packet *pkt, uint16_t seed,
				     char text[ND_COMMUNITY_ID_SIZE]);

#ifdef __cplusplus
}
#endif
#endif
