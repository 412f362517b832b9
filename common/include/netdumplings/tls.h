/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_TLS_H
#define NETDUMPLINGS_TLS_H

/*
 * What a TLS handshake shows to who listens: TLS 1.3 (RFC 8446), 1.2 to 1.0
 * (RFC 5246, 4346, 2246) and SSL 3.0 (RFC 6101).  The functions take bytes and
 * give pointers into them; what they give is lent as long as the bytes are.
 */

#include <netdumplings/dumpling.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nd_tls_bytes {
	const uint8_t *at;
	size_t len;
};

/* --- records and handshake messages -------------------------------------- */

enum nd_tls_record {
	ND_TLS_CHANGE_CIPHER_SPEC = 20,
	ND_TLS_ALERT = 21,
	ND_TLS_HANDSHAKE = 22,
	ND_TLS_DATA = 23,
};

enum nd_tls_handshake {
	ND_TLS_CLIENT_HELLO = 1,
	ND_TLS_SERVER_HELLO = 2,
	ND_TLS_CERTIFICATE = 11,
};

/* One record of another kind than handshake, or one handshake message. */
struct nd_tls_message {
	uint8_t record; /* enum nd_tls_record */
	uint8_t type;   /* enum nd_tls_handshake; 0 outside a handshake */
	const uint8_t *body;
	size_t len;
};

/*
 * One direction of a connection, from the start of a record on (RFC 8446
 * section 5.1).  Handshake messages that are cut into several records are put
 * together in `scratch`, which is yours.
 */
struct nd_tls_reader {
	const uint8_t *data;
	size_t len;
	uint8_t *scratch;
	size_t scratch_size;
	size_t at;      /* of the record that comes next; never above len */
	size_t inside;  /* bytes of its content that were told already */
	size_t missing; /* of a message that is not whole yet, at least */
};

/*
 * The next message, which is lent until the next call.  1 for a message; 0
 * where it is not whole yet: go on with the bytes from `at` on, with those
 * that follow them, and the same `inside`, and not before `missing` more have
 * come, as each call begins with the message's first byte.  -EBADMSG for what
 * is not TLS, -EMSGSIZE for a message that scratch has no room for.
 */
ND_PUBLIC int nd_tls_next(struct nd_tls_reader *reader,
			  struct nd_tls_message *message);

/* The same for the bytes of a handshake without records, as QUIC has it. */
ND_PUBLIC int nd_tls_handshake(const uint8_t *data, size_t len,
			       struct nd_tls_message *message);

/* --- hellos --------------------------------------------------------------- */

/* Values that say nothing and are to be passed over: GREASE, RFC 8701. */
static inline bool nd_tls_grease(uint16_t value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

/* How many 16-bit numbers a list has, and one of them. */
static inline size_t nd_tls_count(const struct nd_tls_bytes *list)
{
	return list->len / 2;
}

static inline uint16_t nd_tls_number(const struct nd_tls_bytes *list, size_t i)
{
	return (uint16_t)(list->at[2 * i] << 8 | list->at[2 * i + 1]);
}

/*
 * Steps through a block of extensions (RFC 8446 section 4.2): moves `rest` on,
 * which is therefore a copy of yours.  1 for one, 0 at the end, -EBADMSG.
 */
ND_PUBLIC int nd_tls_extension(struct nd_tls_bytes *rest, uint16_t *type,
			       struct nd_tls_bytes *content);
/*
 * The same for a list of texts that each have their length before them, such
 * as the names of ALPN (RFC 7301 section 3.1).
 */
ND_PUBLIC int nd_tls_text(struct nd_tls_bytes *rest, struct nd_tls_bytes *text);

/*
 * RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2.  What is not there, or is
 * broken, has a NULL `at` and the length 0.
 */
struct nd_tls_client_hello {
	uint16_t version;                /* legacy_version */
	const uint8_t *random;           /* 32 bytes */
	struct nd_tls_bytes session_id;  /* at most 32 */
	struct nd_tls_bytes ciphers;     /* numbers */
	struct nd_tls_bytes compression; /* a byte each */
	struct nd_tls_bytes extensions;  /* for nd_tls_extension() */
	struct nd_tls_bytes sni;         /* host name, RFC 6066 section 3 */
	struct nd_tls_bytes alpn;        /* for nd_tls_text() */
	struct nd_tls_bytes versions;    /* numbers, section 4.2.1 */
	struct nd_tls_bytes groups;      /* numbers, section 4.2.7 */
	struct nd_tls_bytes signatures;  /* numbers, section 4.2.3 */
	struct nd_tls_bytes key_shares;  /* section 4.2.8; nd_tls_key_share() */
	struct nd_tls_bytes point_formats; /* a byte each, RFC 8422 */
	bool has_sni;                      /* the extension, whatever it says */
	bool ech;        /* an encrypted hello, RFC 9849, or GREASE as one */
	bool psk;        /* pre_shared_key, section 4.2.11 */
	bool early_data; /* section 4.2.10 */
	bool ticket;     /* a session ticket to resume with, RFC 5077 */
};

/* The message's body.  0, or -EBADMSG. */
ND_PUBLIC int nd_tls_client_hello(const uint8_t *body, size_t len,
				  struct nd_tls_client_hello *hello);

/* Steps through key shares: 1 with the group, 0 at the end, -EBADMSG. */
ND_PUBLIC int nd_tls_key_share(struct nd_tls_bytes *rest, uint16_t *group,
			       struct nd_tls_bytes *key);

/* RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3. */
struct nd_tls_server_hello {
	uint16_t version; /* the negotiated one */
	uint16_t cipher;
	uint16_t group;        /* of the key share, or 0 */
	bool retry;            /* it asks for another client hello */
	bool psk;              /* a pre-shared key was taken */
	const uint8_t *random; /* 32 bytes */
	struct nd_tls_bytes session_id;
	struct nd_tls_bytes extensions;
	struct nd_tls_bytes alpn; /* the one name; TLS 1.3 hides it */
};

ND_PUBLIC int nd_tls_server_hello(const uint8_t *body, size_t len,
				  struct nd_tls_server_hello *hello);

/* --- fingerprint ---------------------------------------------------------- */

#define ND_JA4_SIZE 37

/*
 * The hello's JA4, as FoxIO specifies it; `transport` is 't' for TCP, 'q' for
 * QUIC.  0, -E2BIG for lists too long to be a client's, -ENOMEM.
 */
ND_PUBLIC int nd_ja4(const struct nd_tls_client_hello *hello, char transport,
		     char text[ND_JA4_SIZE]);

/* --- a connection --------------------------------------------------------- */

enum nd_tls_begin {
	ND_TLS_NOT,       /* no hello */
	ND_TLS_SHORT,     /* too few bytes to tell */
	ND_TLS_CLIENT,    /* a record with a client hello */
	ND_TLS_CLIENT_V2, /* SSL 2.0's client hello, RFC 5246 appendix E.2 */
	ND_TLS_SERVER,    /* a record with a server hello, or an alert */
};

/* What bytes begin with, from no more than the first dozen of them. */
ND_PUBLIC enum nd_tls_begin nd_tls_begin(const uint8_t *data, size_t len);
/*
 * How long the header of HAProxy's PROXY protocol (version 1 or 2) is that the
 * bytes begin with; 0 for none, or one that is not whole.
 */
ND_PUBLIC size_t nd_tls_proxy(const uint8_t *data, size_t len);
/*
 * Whether a client that begins like this may go over to TLS: HTTP's CONNECT,
 * SOCKS, XMPP, LDAP, PostgreSQL, RDP, PROXY.  Where the server speaks first,
 * as in SMTP, IMAP and FTP, any may.
 */
ND_PUBLIC bool nd_tls_upgrades(const uint8_t *data, size_t len);

/* Numbers of a hello without GREASE, those that there was room for. */
struct nd_tls_numbers {
	uint16_t all;
	uint16_t kept;
	uint16_t at[64];
};

struct nd_tls_kept {
	uint8_t len;
	uint8_t at[255];
};

/* What was learned of a handshake; nothing in it points elsewhere. */
struct nd_tls_seen {
	bool quic; /* yours to set */
	bool has_client, has_server;
	bool resumed; /* an earlier session goes on */
	bool retry;   /* the server asked for another client hello */
	bool ech;     /* in the client hello, as are the next two */
	bool early_data;
	bool v2; /* it was SSL 2.0's */
	bool has_certificate;
	bool has_alert, alert_of_server;
	uint8_t alert_level, alert;   /* of the first alert */
	int64_t client_ns, server_ns; /* when the hellos were whole */
	struct nd_tls_numbers versions, ciphers, groups;
	struct nd_tls_kept sni, session_id;
	struct nd_tls_kept alpn;         /* for nd_tls_text() */
	char ja4[ND_JA4_SIZE];           /* "" for none */
	uint16_t version, cipher, group; /* the server's choice */
	struct nd_tls_kept alpn_chosen;
};

/*
 * Learns from the next message of one side.  1 once nothing more comes in the
 * clear, 0 before.
 */
ND_PUBLIC int nd_tls_learn(struct nd_tls_seen *seen,
			   const struct nd_tls_message *message, bool of_server,
			   int64_t time_ns);
/*
 * Learns from SSL 2.0's client hello.  Returns its length; 0 if it is not
 * whole, -EBADMSG.
 */
ND_PUBLIC int nd_tls_learn_v2(struct nd_tls_seen *seen, const uint8_t *data,
			      size_t len, int64_t time_ns);

/* --- certificates --------------------------------------------------------- */

/* A certificate (RFC 5280); texts are NUL-terminated UTF-8, cut to fit. */
struct nd_tls_certificate {
	char subject[256]; /* as RFC 2253 writes names */
	char issuer[256];
	char serial[65];      /* hexadecimal */
	int64_t not_before_s; /* since 1970-01-01 UTC */
	int64_t not_after_s;
	uint8_t fingerprint[32]; /* SHA-256 */
	uint32_t names_count;    /* of subject alternative names; all of them */
	/* Those that are host names and addresses, each with its NUL. */
	uint32_t names_len;
	char names[1024];
};

/*
 * The first certificate's bytes of a certificate message as TLS 1.2 and before
 * have it (RFC 5246 section 7.4.2).  0, -ENOENT for none, -EBADMSG.
 */
ND_PUBLIC int nd_tls_leaf(const uint8_t *body, size_t len,
			  struct nd_tls_bytes *leaf);
/* SHA-256 of bytes.  0 or -ENOMEM. */
ND_PUBLIC int nd_tls_fingerprint(const struct nd_tls_bytes *bytes,
				 uint8_t fingerprint[32]);
/* Reads one in DER.  0, -EBADMSG, -ENOMEM. */
ND_PUBLIC int nd_tls_certificate(const struct nd_tls_bytes *der,
				 struct nd_tls_certificate *certificate);

/* --- telling -------------------------------------------------------------- */

/*
 * Puts what was seen into the map that is open, or the dumpling's own: all but
 * times and addresses.  list_ciphers: those offered, not just how many.
 */
ND_PUBLIC void nd_tls_put_seen(struct nd_dumpling *out,
			       const struct nd_tls_seen *seen,
			       bool list_ciphers);
/* Puts a map "certificate"; of one that is NULL the fingerprint alone. */
ND_PUBLIC void
nd_tls_put_certificate(struct nd_dumpling *out, const uint8_t fingerprint[32],
		       const struct nd_tls_certificate *certificate);

/* --- names: IANA's, static; NULL for those not in the tables -------------- */

ND_PUBLIC const char *nd_tls_version_name(uint16_t version);
ND_PUBLIC const char *nd_tls_cipher_name(uint16_t cipher);
ND_PUBLIC const char *nd_tls_group_name(uint16_t group);
ND_PUBLIC const char *nd_tls_alert_name(uint8_t alert);

#ifdef __cplusplus
}
#endif
#endif
