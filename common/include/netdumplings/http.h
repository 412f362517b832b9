/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_HTTP_H
#define NETDUMPLINGS_HTTP_H

/*
 * HTTP/1 as it goes over a TCP connection (RFC 9112), for chefs that have
 * stream(): the head of a message, its fields, and where its body ends.
 * Nothing here allocates or copies; texts are lent from the bytes given.
 */

#include <netdumplings/chef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest head that is read: start line, fields and empty line. */
#define ND_HTTP_HEAD_MAX 65536
/* Bytes of a direction in which a new head is looked for at most. */
#define ND_HTTP_LOST_MAX 1048576

/* Bytes of a head; not NUL-terminated.  `at` is NULL where there are none. */
struct nd_http_text {
	const char *at;
	size_t len;
};

/* The head of a message, RFC 9112 sections 3, 4 and 5. */
struct nd_http_head {
	bool request;
	uint8_t major; /* of the version; 2 in HTTP/2's preface alone */
	uint8_t minor;
	uint16_t status;            /* of a response, 0 to 999 */
	struct nd_http_text reason; /* of a response; may be empty */
	struct nd_http_text method; /* of a request */
	struct nd_http_text target;
	struct nd_http_text fields; /* all lines of them, for nd_http_each() */
};

/* How far the end of a head has been looked for; zeroed at first. */
struct nd_http_scan {
	uint32_t start; /* of the start line, behind empty lines */
	uint32_t line;  /* start of the line that is not whole yet */
	uint32_t at;    /* bytes seen */
	bool started;   /* the start line is whole and good */
};

/*
 * Whether the bytes at the start of a connection's direction begin a message:
 * a method in common use and a space, or "HTTP/1.".  1 if so, 0 if there are
 * too few of them to tell, -EBADMSG.  It looks at the first bytes only.
 */
ND_PUBLIC int nd_http_begins(const void *bytes, size_t len);

/*
 * Reads the head that the bytes start with.  Returns its length, empty lines
 * before and after it included; 0 when it is not whole, to be called again
 * with the same bytes, those that follow and the same *scan, so that each byte
 * is looked at once; -EBADMSG when it is no head, as soon as that shows;
 * -EMSGSIZE when it is longer than ND_HTTP_HEAD_MAX.  Lines may end with a lone
 * LF; lines of fields without a colon are passed over (RFC 9112 section 2.2).
 */
ND_PUBLIC int nd_http_head(struct nd_http_head *head, struct nd_http_scan *scan,
			   const void *bytes, size_t len);

/*
 * Steps through the fields in their order: *position is 0 at first.  False at
 * the end.  Blanks around a value are left out; one folded over several lines
 * (RFC 9112 section 5.2) has their ends in it.
 */
ND_PUBLIC bool nd_http_each(const struct nd_http_head *head, size_t *position,
			    struct nd_http_text *name,
			    struct nd_http_text *value);

/* The value of the first field of that name, in any case; false if none. */
ND_PUBLIC bool nd_http_field(const struct nd_http_head *head, const char *name,
			     struct nd_http_text *value);

/* Whether a text is that one, in any case. */
ND_PUBLIC bool nd_http_is(const struct nd_http_text *text, const char *word);

/* How the end of a body is found, RFC 9112 section 6.3. */
enum nd_http_framing {
	ND_HTTP_LENGTH,  /* `left` bytes; 0 where there is no body */
	ND_HTTP_CHUNKED, /* section 7.1 */
	ND_HTTP_UNTIL_CLOSE,
	ND_HTTP_TUNNEL, /* no HTTP any more: 101, or CONNECT granted */
};

/* Where in a body one is. */
struct nd_http_body {
	uint64_t len;     /* of the body so far, without chunks' sizes */
	uint64_t left;    /* of it, or of the chunk */
	uint32_t outside; /* bytes of a size or of trailers so far */
	uint8_t framing;  /* enum nd_http_framing */
	uint8_t step;     /* what comes next in chunks */
	bool ended;
	bool gap; /* some of it was skipped, or its end was not found */
};

/*
 * Starts the body behind a head.  A response's depends on the method of its
 * request: `method` may be empty if that is not known.  -EBADMSG where the
 * fields contradict each other or the length is no number: then nobody can say
 * where the body ends.
 */
ND_PUBLIC int nd_http_body(struct nd_http_body *body,
			   const struct nd_http_head *head,
			   const struct nd_http_text *method);

/*
 * Takes the next bytes of a body; returns how many of them are its own, which
 * is fewer than len only when body->ended.  -EBADMSG for broken chunks.
 */
ND_PUBLIC int64_t nd_http_take(struct nd_http_body *body, const void *bytes,
			       size_t len);

/*
 * The same for bytes that nobody has.  -EBADMSG where they reach over the end
 * of the body or of a chunk; the body is then as before but for its len.
 */
ND_PUBLIC int nd_http_skip(struct nd_http_body *body, uint64_t len);

/* --- one direction of a connection ---------------------------------------- */

enum nd_http_event {
	ND_HTTP_MORE,     /* all is taken but reader->keep bytes at the end */
	ND_HTTP_HEAD,     /* reader->head; now call nd_http_body() */
	ND_HTTP_WHOLE,    /* the message whose head came last is over */
	ND_HTTP_BROKEN,   /* so is it, but its end is not known */
	ND_HTTP_LOST,     /* this is no HTTP, or is not understood any more */
	ND_HTTP_TOO_LONG, /* a head longer than ND_HTTP_HEAD_MAX */
};

/* The messages of one direction, one behind the other; zeroed at first. */
struct nd_http_reader {
	struct nd_http_head head; /* its texts live as long as the bytes */
	struct nd_http_scan scan;
	struct nd_http_body body;
	size_t keep;
	uint64_t lost; /* bytes that were passed over */
	uint8_t state;
	bool resumed; /* messages may have been missed; yours to clear */
};

/*
 * Reads on at bytes[*at] up to the next event and moves *at behind it; call
 * it until it gives ND_HTTP_MORE.  Bytes that were kept are given again with
 * those that follow.  Behind ND_HTTP_LOST it may go on: what starts like a head
 * at the start of later bytes is one.
 */
ND_PUBLIC enum nd_http_event nd_http_read(struct nd_http_reader *reader,
					  const void *bytes, size_t len,
					  size_t *at);
/* The same for bytes that nobody has: all events but ND_HTTP_HEAD. */
ND_PUBLIC enum nd_http_event nd_http_gap(struct nd_http_reader *reader,
					 uint64_t len);
/* Breaks off, as nd_http_body() has failed: ND_HTTP_BROKEN or _LOST. */
ND_PUBLIC enum nd_http_event nd_http_lose(struct nd_http_reader *reader);

/* --- a connection ----------------------------------------------------------
 */

/* Requests of a connection that wait for their responses, at most. */
#define ND_HTTP_PIPELINE_MAX 32

enum nd_http_what {
	ND_HTTP_NOTHING, /* until the next call of stream() */
	ND_HTTP_REQUEST, /* talk->now->reader.head, until stream() returns */
	ND_HTTP_REQUEST_END,
	ND_HTTP_RESPONSE,
	ND_HTTP_RESPONSE_END,
	ND_HTTP_INTERIM,    /* a response of 100 to 199: another one follows */
	ND_HTTP_UNANSWERED, /* its response was missed, or is not waited for */
	ND_HTTP_OVER,       /* no more HTTP to come; s->done is set */
};

struct nd_http_side {
	struct nd_http_reader reader;
	int64_t head_ns; /* of the message's first byte; 0 between messages */
	uint64_t number; /* of the message that is read */
	bool interim;
};

/*
 * The requests and responses of a connection, matched in their order; zeroed
 * at first, as a chef's stream_size bytes are.  Which side asks is seen from
 * what it says, so `turned` may tell that the kitchen took the client for the
 * server.  A PROXY header before them is passed over, and so is SOCKS.
 */
struct nd_http_talk {
	struct nd_http_side side[2]; /* by to_server */
	struct nd_http_side *now;    /* whose event this is */
	uint64_t number;             /* of the request it belongs to, from 0 */
	bool whole;                  /* of an end: it was seen to the end */
	bool asked;                  /* of a response: its request was seen */
	bool known;                  /* HTTP has been seen */
	bool turned;
	bool answered;  /* a response has been seen */
	bool long_head; /* it is over as a head was too long */
	/* What follows is its own. */
	bool head_waits, end_waits, over, socks;
	uint32_t heads, connects; /* requests by their methods */
	uint64_t requests, responses, give_up;
	size_t at;
};

/*
 * What the bytes, the gap or the end in *s mean; call it from stream() until it
 * gives ND_HTTP_NOTHING or ND_HTTP_OVER.  It sets s->keep and s->done.
 */
ND_PUBLIC enum nd_http_what nd_http_talk(struct nd_http_talk *talk,
					 struct nd_stream *s);

/* --- for those who tell what they read ------------------------------------ */

/* Whether fields of that name hold passwords and the like. */
ND_PUBLIC bool nd_http_secret(const char *name);

/*
 * Moves a URL such as "http://user:secret@host/path" on to its host, and gives
 * the length of that; 0 where there is none, and the URL stays as it is.
 */
ND_PUBLIC size_t nd_http_authority(struct nd_http_text *url);

#ifdef __cplusplus
}
#endif
#endif
