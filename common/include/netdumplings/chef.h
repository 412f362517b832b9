/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_CHEF_H
#define NETDUMPLINGS_CHEF_H

/*
 * A chef sees every packet of a kitchen, decoded, and makes dumplings of what
 * it finds.  It is one shared object that exports one constant, nd_chef; a
 * whole one is a dozen lines (docs/writing-a-chef.md).
 *
 * The kitchen calls a chef from one thread, and never two calls at once.
 */

#include <netdumplings/dumpling.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- what was sniffed ---------------------------------------------------- */

/*
 * The layers that the kitchen knows.  nd_layer_name() gives the names that
 * scapy and so netdumplings have for them.  Those below ND_LAYER_BITS have a
 * bit in nd_packet.layers.
 */
enum nd_layer {
	ND_ETHERNET,
	ND_DOT3, /* Ethernet with a length in place of a type, IEEE 802.3 */
	ND_LLC,
	ND_SNAP,
	ND_VLAN,     /* 802.1Q */
	ND_VLAN_AD,  /* 802.1ad service tag */
	ND_SLL,      /* Linux cooked capture v1 */
	ND_SLL2,     /* Linux cooked capture v2 */
	ND_LOOPBACK, /* BSD null and loop */
	ND_ARP,
	ND_IP,
	ND_IPV6,
	ND_IPV6_EXT, /* any IPv6 extension header but the fragment one */
	ND_IPV6_FRAGMENT,
	ND_TCP,
	ND_UDP,
	ND_ICMP,
	ND_ICMPV6, /* any ICMPv6 message */
	ND_DNS,    /* DNS and mDNS */
	ND_LLMNR,
	ND_RAW, /* bytes that nobody here decodes */
	ND_PADDING,
	ND_MPLS,
	ND_PPPOE, /* a session's, or discovery */
	ND_PPP,
	ND_GRE, /* any version */
	ND_VXLAN,
	ND_GENEVE,
	ND_ERSPAN, /* any type */
	ND_GTP_U,
	ND_L2TP,
	ND_TEREDO,
	ND_DOT11, /* IEEE 802.11 */
	ND_RADIOTAP,
	ND_NFLOG,
	ND_PKTAP,
	ND_SCTP,
	ND_IGMP,
	ND_ESP,
	ND_AH, /* over IPv4; over IPv6 it is an extension header */
	ND_LAYER_BITS = 64,
	/* Closer names for the layers of a packet; no bit of their own. */
	ND_IPV6_HOP_BY_HOP = ND_LAYER_BITS,
	ND_IPV6_ROUTING,
	ND_IPV6_DESTINATION,
	ND_IPV6_AH,
	ND_IP_IN_ICMP,
	ND_TCP_IN_ICMP,
	ND_UDP_IN_ICMP,
	ND_ICMP_IN_ICMP,
	ND_ICMPV6_UNREACHABLE,
	ND_ICMPV6_TOO_BIG,
	ND_ICMPV6_TIME_EXCEEDED,
	ND_ICMPV6_PARAMETER,
	ND_ICMPV6_ECHO_REQUEST,
	ND_ICMPV6_ECHO_REPLY,
	ND_MLD_QUERY,
	ND_MLD_REPORT,
	ND_MLD_DONE,
	ND_MLD2_REPORT,
	ND_ND_ROUTER_SOLICITATION,
	ND_ND_ROUTER_ADVERTISEMENT,
	ND_ND_NEIGHBOR_SOLICITATION,
	ND_ND_NEIGHBOR_ADVERTISEMENT,
	ND_ND_REDIRECT,
	ND_ND_OPT_SOURCE_ADDRESS,
	ND_ND_OPT_TARGET_ADDRESS,
	ND_ND_OPT_PREFIX,
	ND_ND_OPT_REDIRECTED,
	ND_ND_OPT_MTU,
	ND_ND_OPT_RDNSS,
	ND_ND_OPT_DNSSL,
	ND_ND_OPT_UNKNOWN,
	ND_LLMNR_RESPONSE,
	ND_IPV6_SEGMENT_ROUTING,
	ND_IPV6_IN_ICMP,
	ND_MLD2_QUERY,
	ND_ND_INVERSE_SOLICITATION,
	ND_ND_INVERSE_ADVERTISEMENT,
	ND_MOBILE_HOME_AGENT_REQUEST,
	ND_MOBILE_HOME_AGENT_REPLY,
	ND_MOBILE_PREFIX_SOLICITATION,
	ND_MOBILE_PREFIX_ADVERTISEMENT,
	ND_MRD_ADVERTISEMENT,
	ND_MRD_SOLICITATION,
	ND_MRD_TERMINATION,
	ND_RPL,
	ND_ND_OPT_SHORTCUT_LIMIT,
	ND_ND_OPT_INTERVAL,
	ND_ND_OPT_HOME_AGENT,
	ND_ND_OPT_SOURCE_LIST,
	ND_ND_OPT_TARGET_LIST,
	ND_ND_OPT_IP_ADDRESS,
	ND_ND_OPT_NEW_PREFIX,
	ND_ND_OPT_LINK_ADDRESS,
	ND_ND_OPT_MAP,
	ND_ND_OPT_ROUTE,
	ND_ND_OPT_FLAGS,
	ND_LAYER_COUNT
};

/* Layers of one packet, at most; what lies deeper stays undecoded. */
#define ND_LAYERS_MAX 256

/* One layer of a packet: where it starts in the frame, and its header. */
struct nd_layer_at {
	uint32_t layer; /* enum nd_layer */
	uint32_t offset;
	uint32_t header_len;
};

/*
 * A packet, decoded once for all chefs.  All pointers are lent until the
 * chef's call returns and point into the captured bytes; nothing behind
 * data + caplen may be read.  What a packet does not have is NULL, 0 or, for
 * the VLAN, -1.  Numbers are in host order.
 *
 * Of a packet in a tunnel the members tell the innermost one: its addresses,
 * ports, payload.  The layers around it are in `layer`.
 *
 * Each fragment of an IP packet is a packet here.  The one that completes it
 * comes whole: `data` is the first fragment's headers, mended to be those of a
 * packet never cut, and all of its payload; `frame` is what was captured.
 */
struct nd_packet {
	int64_t time_ns; /* of capture, since 1970-01-01 UTC */
	const uint8_t *data;
	uint32_t caplen; /* bytes at data */
	uint32_t len;    /* bytes on the wire */
	int linktype;    /* libpcap's DLT_ value */
	uint32_t layer_count;
	const struct nd_layer_at *layer; /* outermost first */
	uint64_t layers;                 /* bit 1 << layer for each of them */

	const uint8_t *mac_src; /* six bytes */
	const uint8_t *mac_dst;
	int32_t vlan;       /* the outermost VLAN's id, or -1 */
	const uint8_t *arp; /* the whole ARP packet, RFC 826 */
	uint32_t arp_len;

	const uint8_t *ip_src;
	const uint8_t *ip_dst;
	uint8_t ip_len;      /* bytes of an address: 4, 16, or 0 */
	uint8_t ip_protocol; /* the transport's, behind extension headers */
	uint8_t ip_ttl;      /* or hop limit */
	bool ip_fragment;    /* one of several fragments */

	uint8_t tcp_flags; /* RFC 9293 section 3.1, CWR to FIN */
	uint16_t port_src;
	uint16_t port_dst;
	uint32_t tcp_seq;
	uint32_t tcp_ack;

	const uint8_t *payload; /* the transport's, as far as captured */
	uint32_t payload_len;
	uint32_t payload_wire_len; /* as it was on the wire */

	const uint8_t *frame; /* as captured; data if it came in one piece */
	uint32_t frame_len;
	uint32_t fragments;     /* frames it was put together from, or 0 */
	uint32_t fragments_len; /* what those were on the wire, all together */
	uint32_t tunnel;    /* enum nd_layer that carries the innermost, or 0 */
	uint32_t tunnel_id; /* its VNI, key, TEID or session */
	uint32_t tunnel_depth; /* tunnels around the innermost packet */
	const char *interface; /* that it was captured on, where known */
	int frame_linktype;    /* of frame, as linktype is of data */
};

static inline bool nd_has(const struct nd_packet *pkt, enum nd_layer layer)
{
	return layer < ND_LAYER_BITS && (pkt->layers >> layer & 1) != 0;
}

/* The innermost layer of a kind, or NULL. */
static inline const struct nd_layer_at *nd_layer_of(const struct nd_packet *pkt,
						    enum nd_layer layer)
{
	for (uint32_t i = pkt->layer_count; i-- > 0;)
		if (pkt->layer[i].layer == (uint32_t)layer)
			return &pkt->layer[i];
	return (const struct nd_layer_at *)0;
}

/* The name that netdumplings has for a layer; never NULL, static. */
ND_PUBLIC const char *nd_layer_name(enum nd_layer layer);

/* A DNS message's header and first question, RFC 1035 section 4.1. */
struct nd_dns {
	uint16_t id;
	bool response;
	uint8_t opcode;
	uint8_t rcode;
	bool authoritative;
	bool truncated;
	bool recursion_desired;
	bool recursion_available;
	uint16_t questions; /* counts as the header tells them */
	uint16_t answers;
	uint16_t authorities;
	uint16_t additionals;
	uint16_t qtype; /* of the first question; 0 where there is none */
	uint16_t qclass;
	uint16_t name_len;
	/*
	 * The first question's name without the last dot, "" where there is
	 * none: bytes below 32 and what is not UTF-8 as \DDD, a dot or
	 * backslash inside a label as \. and \\ (RFC 1035 section 5.1).
	 */
	char name[1024];
};

/*
 * Reads the packet's DNS message (layer ND_DNS or ND_LLMNR).  False if there
 * is none, or its header or first question is cut off or broken; *dns then
 * holds nothing of use.
 */
ND_PUBLIC bool nd_dns(const struct nd_packet *pkt, struct nd_dns *dns);

/* --- memory with a bound ------------------------------------------------- */

/*
 * A table of keys, any bytes, and fixed-size values, with a bound: when it is
 * full a new key takes the place of the one not looked up for longest.  The
 * hash is keyed at random, so that hostile keys do no harm.
 */
struct nd_table;

/* Yours: nd_table_free().  NULL and errno ENOMEM, or EINVAL for a max of 0. */
ND_PUBLIC struct nd_table *nd_table_new(size_t max_entries, size_t value_size);
ND_PUBLIC void nd_table_free(struct nd_table *table);

/*
 * The value of a key, added and zeroed if it is new, and from now on the
 * latest.  Lent until the entry is forgotten, at the earliest by the next
 * call of this function.  NULL and errno ENOMEM.  is_new may be NULL.
 */
ND_PUBLIC void *nd_table_add(struct nd_table *table, const void *key,
			     size_t key_len, bool *is_new);
/* The same, but NULL with errno ENOENT for a key that is not there. */
ND_PUBLIC void *nd_table_find(struct nd_table *table, const void *key,
			      size_t key_len);
/*
 * This key will be looked up, though not as the next: its entry is fetched from
 * memory meanwhile, part of it by the next call of one of the two above.
 */
ND_PUBLIC void nd_table_expect(struct nd_table *table, const void *key,
			       size_t key_len);
/*
 * The entry that a new key would take the place of once the table is full: the
 * one not looked up for longest.  Its value, and its key unless NULL; lent.
 * NULL for an empty table.  It stays where it is.
 */
ND_PUBLIC void *nd_table_oldest(const struct nd_table *table, const void **key,
				size_t *key_len);
/* 0 or -ENOENT. */
ND_PUBLIC int nd_table_remove(struct nd_table *table, const void *key,
			      size_t key_len);

/*
 * Steps through the entries, latest first: start with *position NULL, stop at
 * NULL.  Meanwhile none may be looked up, added or removed.  Returns the value,
 * and the key in *key and *key_len.
 */
ND_PUBLIC void *nd_table_each(const struct nd_table *table, void **position,
			      const void **key, size_t *key_len);

ND_PUBLIC size_t nd_table_count(const struct nd_table *table);
/* Entries that had to make room, since the table was made. */
ND_PUBLIC uint64_t nd_table_forgotten(const struct nd_table *table);

/* --- TCP streams --------------------------------------------------------- */

enum nd_stream_event {
	ND_STREAM_DATA, /* the next bytes of one direction */
	ND_STREAM_GAP,  /* bytes of it that are not to be had */
	ND_STREAM_END,  /* the last call for this connection */
};

/* Why a connection is over, as far as the kitchen is concerned. */
enum nd_stream_end {
	ND_STREAM_FIN,       /* both sides closed it */
	ND_STREAM_RST,       /* one side broke it off */
	ND_STREAM_IDLE,      /* nothing came for long */
	ND_STREAM_FORGOTTEN, /* it had to make room for others */
	ND_STREAM_STOP,      /* the capture ends */
};

/* A message that a chef keeps until it is whole is so long at most. */
#define ND_STREAM_KEEP_MAX 65536

/*
 * A TCP connection, put together from its segments (RFC 9293 section 3.4) and
 * told in the order of its bytes: each byte once, however often it was sent.
 * Where two segments disagree the one captured first is right.  Pointers are
 * lent until the call returns.
 */
struct nd_stream {
	enum nd_stream_event event;
	enum nd_stream_end end; /* of ND_STREAM_END */
	bool to_server;         /* the direction of these bytes */
	bool midstream;         /* how the connection began was not seen */
	uint8_t ip_len;         /* 4 or 16 */
	uint16_t client_port;
	uint16_t server_port;
	int32_t vlan;             /* or -1 */
	const uint8_t *client_ip; /* who opened the connection, or seems to */
	const uint8_t *server_ip;
	int64_t time_ns;     /* of the packet that brought the last byte */
	int64_t start_ns;    /* of the connection's first packet seen */
	uint64_t number;     /* of this connection, counted from 0 */
	uint64_t offset;     /* of data in its direction */
	const uint8_t *data; /* of ND_STREAM_DATA; NULL otherwise */
	uint64_t len;        /* of data, or of the gap */
	void *state;         /* the chef's stream_size bytes, zeroed at first */
	/*
	 * For the chef to set: `keep` is how many of the last bytes of data it
	 * wants to see again with those that follow them, as a message is not
	 * whole yet; more than ND_STREAM_KEEP_MAX become a gap.  `done` says
	 * that it wants no more of this connection, not even its end.
	 */
	uint64_t keep;
	bool done;
};

/* --- a chef -------------------------------------------------------------- */

enum nd_option_type {
	ND_OPTION_BOOL,   /* bool: yes, no, true, false, 1, 0 */
	ND_OPTION_UINT,   /* uint64_t */
	ND_OPTION_DOUBLE, /* double */
	ND_OPTION_SIZE,   /* uint64_t of bytes: 64MiB, 512k, 1000 */
	ND_OPTION_STR,    /* const char *, lent by the kitchen for life */
	ND_OPTION_LIST,   /* struct nd_list, of texts; given several times */
	ND_OPTION_FLAG,   /* bool: no value; named, it is true */
};

/* What ND_OPTION_LIST fills in. */
struct nd_list {
	const char **items;
	size_t count;
};

/* An option; a table of them ends with one whose name is NULL. */
struct nd_option {
	const char *name;
	enum nd_option_type type;
	size_t offset;       /* of the member of the struct it fills in */
	const char *def;     /* the default as text; NULL for none */
	const char *help;    /* one sentence */
	const char *metavar; /* how help calls the value; NULL: by type */
	char short_name;     /* programs only; 0 for none */
	double min, max;     /* of a number; both 0 for no bounds */
};

/* packet() and interval() return this to have `out` sent. */
#define ND_SERVE 1

/*
 * Sends what is in `out` now and empties it, for a chef that makes several
 * dumplings of one packet or poke.  0 or -errno, which is then counted.
 */
ND_PUBLIC int nd_serve(struct nd_dumpling *out);

#define ND_CHEF_ABI 1

/*
 * A chef.  Every function may be NULL.  `self` is state_size zeroed bytes that
 * the kitchen allocates, with the options filled in.  open() writes a sentence
 * into `why` when it fails.  packet() and interval() return ND_SERVE, 0 for
 * nothing to send, or -errno, which costs that dumpling alone.  forgotten()
 * tells how much the chef's memory has had to let go, for the kitchen's status.
 *
 * A chef that has stream() is told of TCP connections as struct nd_stream says;
 * it returns what packet() returns.  Connections are put together only when
 * some chef asks for them.  `ports` chooses among packets, beside `layers`, and
 * among connections.
 */
struct nd_chef {
	uint32_t abi;     /* ND_CHEF_ABI; these two stay where they are */
	uint32_t size;    /* sizeof(struct nd_chef) */
	const char *name; /* 1 to 64 of A-Z a-z 0-9 _ . - */
	const char *summary;
	const struct nd_option *options;
	size_t state_size;
	/* Bits 1 << enum nd_layer: packets with any of them; 0 for all. */
	uint64_t layers;
	int (*open)(void *self, char *why, size_t why_size);
	int (*packet)(void *self, const struct nd_packet *pkt,
		      struct nd_dumpling *out);
	int (*interval)(void *self, int64_t time_ns, struct nd_dumpling *out);
	void (*close)(void *self);
	uint64_t (*forgotten)(const void *self);
	uint32_t flags; /* ND_CHEF_... */
	/* Those with any of these on either side; ends with 0.  NULL: all. */
	const uint16_t *ports;
	size_t stream_size; /* bytes of state for each connection */
	int (*stream)(void *self, struct nd_stream *stream,
		      struct nd_dumpling *out);
	/* Once, behind the last packet and before the last interval(). */
	int (*finish)(void *self, int64_t time_ns, struct nd_dumpling *out);
	/*
	 * A packet that will come behind the next one, for nd_table_expect();
	 * most never come this way.  It leaves nothing that would show.
	 */
	void (*expect)(void *self, const struct nd_packet *pkt);
};

/* Works only where it is named, not where a kitchen takes all chefs. */
#define ND_CHEF_ON_REQUEST 1u

#ifdef __cplusplus
#define ND_CHEF extern "C" ND_PUBLIC const struct nd_chef nd_chef
#define ND_CHEF_HEAD ND_CHEF_ABI, sizeof(struct nd_chef)
#else
#define ND_CHEF ND_PUBLIC const struct nd_chef nd_chef
#define ND_CHEF_HEAD .abi = ND_CHEF_ABI, .size = sizeof(struct nd_chef)
#endif

#ifdef __cplusplus
}
#endif
#endif
