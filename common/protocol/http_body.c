/* SPDX-License-Identifier: MIT */
#include <netdumplings/http.h>

#include <errno.h>
#include <string.h>

#define SIZE_LINE_MAX 4096 /* of a chunk, with its extensions */

enum step {
	SIZE,      /* digits of a chunk's size */
	EXTENSION, /* what follows them, up to LF */
	DATA,
	DATA_END,      /* CR LF, or LF, behind the data */
	TRAILER_START, /* of a line; an empty one is the end */
	TRAILER,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct nd_http_text trim(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	return (struct nd_http_text){at, (size_t)(end - at)};
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "5", or "5, 5" as a proxy may have joined them, RFC 9110 section 8.6. */
static int read_length(struct nd_http_text value, uint64_t *len, bool *known)
{
	const char *p = value.at, *end = p + value.len;

	while (p <= end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		struct nd_http_text one = trim(p, comma ? comma : end);
		uint64_t n = 0;

		if (one.len == 0)
			return -EBADMSG;
		/* Any number of zeros may lead. */
		for (; one.len > 1 && *one.at == '0'; one.len--)
			one.at++;
		if (one.len > 18)
			return -EBADMSG;
		for (size_t i = 0; i < one.len; i++) {
			if (one.at[i] < '0' || one.at[i] > '9')
				return -EBADMSG;
			n = n * 10 + (uint64_t)(one.at[i] - '0');
		}
		if (*known && n != *len)
			return -EBADMSG;
		*len = n;
		*known = true;
		p = comma ? comma + 1 : end + 1;
	}
	return 0;
}

/* Whether the last coding of a list is "chunked". */
static bool ends_chunked(struct nd_http_text value)
{
	const char *end = value.at + value.len;
	const char *comma = memrchr(value.at, ',', value.len);
	struct nd_http_text last = trim(comma ? comma + 1 : value.at, end);

	return nd_http_is(&last, "chunked");
}

/* What the fields say: 0, or -EBADMSG. */
static int by_fields(struct nd_http_body *b, const struct nd_http_head *head)
{
	struct nd_http_text name, value;
	bool coded = false, chunked = false, known = false;
	size_t position = 0;
	int rc = 0;

	while (nd_http_each(head, &position, &name, &value)) {
		if (nd_http_is(&name, "transfer-encoding")) {
			coded = true;
			chunked = ends_chunked(value);
		} else if (nd_http_is(&name, "content-length") && rc == 0) {
			rc = read_length(value, &b->left, &known);
		}
	}
	if (coded) {
		b->left = 0;
		b->framing = chunked ? ND_HTTP_CHUNKED : ND_HTTP_UNTIL_CLOSE;
		return chunked || !head->request ? 0 : -EBADMSG;
	}
	if (!known && !head->request)
		b->framing = ND_HTTP_UNTIL_CLOSE;
	return rc;
}

int nd_http_body(struct nd_http_body *body, const struct nd_http_head *head,
		 const struct nd_http_text *method)
{
	bool connect = method && nd_http_is(method, "CONNECT");
	int rc = 0;

	memset(body, 0, sizeof(*body));
	if (head->request)
		rc = by_fields(body, head);
	else if (head->status == 101 || (connect && head->status / 100 == 2))
		body->framing = ND_HTTP_TUNNEL;
	else if (head->status / 100 != 1 && head->status != 204 &&
		 head->status != 304 && !(method && nd_http_is(method, "HEAD")))
		rc = by_fields(body, head);
	body->ended = body->framing == ND_HTTP_LENGTH && body->left == 0;
	return rc;
}

/* A byte that is none of the body's own: of a size, an end, a trailer. */
static int take_outside(struct nd_http_body *b, char c)
{
	if (++b->outside > (b->step < DATA ? SIZE_LINE_MAX : ND_HTTP_HEAD_MAX))
		return -EBADMSG;
	switch ((enum step)b->step) {
	case SIZE:
		if (hex(c) >= 0) {
			if (b->left >> 56)
				return -EBADMSG;
			b->left = b->left << 4 | (uint64_t)hex(c);
			return 0;
		}
		if (b->outside == 1 || (c != ';' && !is_blank(c)))
			return -EBADMSG;
		b->step = EXTENSION;
		/* fall through */
	case EXTENSION:
		if (c != '\n')
			return 0;
		b->step = b->left ? DATA : TRAILER_START;
		b->outside = 0;
		return 0;
	case DATA_END:
		if (c == '\n')
			b->step = SIZE;
		if (c != '\n' && (c != '\r' || b->outside > 1))
			return -EBADMSG;
		if (c == '\n')
			b->outside = 0;
		return 0;
	case TRAILER_START:
		b->ended = c == '\n';
		if (c != '\r' && c != '\n')
			b->step = TRAILER;
		return 0;
	case TRAILER:
		if (c == '\n')
			b->step = TRAILER_START;
		return 0;
	case DATA:
		break;
	}
	return -EBADMSG;
}

static uint64_t take_data(struct nd_http_body *b, uint64_t len)
{
	uint64_t n = len < b->left ? len : b->left;

	b->len += n;
	b->left -= n;
	if (b->left == 0 && b->framing == ND_HTTP_CHUNKED)
		b->step = DATA_END;
	else if (b->left == 0)
		b->ended = true;
	return n;
}

static int64_t take_chunks(struct nd_http_body *b, const char *p, size_t len)
{
	size_t at = 0;

	while (at < len && !b->ended) {
		if (b->step == DATA)
			at += take_data(b, len - at);
		else if (take_outside(b, p[at++]) < 0)
			return -EBADMSG;
	}
	return (int64_t)at;
}

int64_t nd_http_take(struct nd_http_body *body, const void *bytes, size_t len)
{
	if (body->ended)
		return 0;
	switch ((enum nd_http_framing)body->framing) {
	case ND_HTTP_LENGTH:
		return (int64_t)take_data(body, len);
	case ND_HTTP_CHUNKED:
		return take_chunks(body, bytes, len);
	case ND_HTTP_UNTIL_CLOSE:
	case ND_HTTP_TUNNEL:
		body->len += len;
	}
	return (int64_t)len;
}

int nd_http_skip(struct nd_http_body *body, uint64_t len)
{
	bool open_ended = body->framing == ND_HTTP_UNTIL_CLOSE ||
			  body->framing == ND_HTTP_TUNNEL;

	if (body->ended)
		return len ? -EBADMSG : 0;
	body->gap = true;
	if (open_ended) {
		body->len += len;
		return 0;
	}
	if (body->framing == ND_HTTP_CHUNKED && body->step != DATA)
		return -EBADMSG;
	if (len > body->left) {
		body->len += body->left;
		return -EBADMSG;
	}
	take_data(body, len);
	return 0;
}

/* --- one direction ------------------------------------------------------- */

enum state {
	START,
	HEAD,
	BODY,
	LOST,
};

/* Between two steps; never returned. */
#define AGAIN ((enum nd_http_event) - 1)

/* What follows is not understood; whose message was being read is told. */
static enum nd_http_event lose(struct nd_http_reader *r)
{
	bool inside = r->state == BODY;

	r->state = LOST;
	r->resumed = true;
	r->scan = (struct nd_http_scan){0};
	return inside ? ND_HTTP_BROKEN : ND_HTTP_LOST;
}

static enum nd_http_event more(struct nd_http_reader *r, size_t len)
{
	r->keep = len;
	return ND_HTTP_MORE;
}

/* The start of what may be a message; the rest of it is passed over if not. */
static enum nd_http_event look(struct nd_http_reader *r, const char *p,
			       size_t len, size_t *at)
{
	int rc = nd_http_begins(p, len);

	if (rc > 0)
		r->state = HEAD;
	if (rc > 0)
		return AGAIN;
	if (rc == 0)
		return more(r, len);
	*at += len;
	r->lost += len;
	if (r->state == START)
		return lose(r);
	return r->lost > ND_HTTP_LOST_MAX ? ND_HTTP_LOST : ND_HTTP_MORE;
}

static enum nd_http_event read_head(struct nd_http_reader *r, const char *p,
				    size_t len, size_t *at)
{
	int rc = nd_http_head(&r->head, &r->scan, p, len);

	if (rc == 0)
		return more(r, len);
	if (rc < 0) {
		*at += len;
		r->lost += len;
		lose(r);
		return rc == -EMSGSIZE ? ND_HTTP_TOO_LONG : ND_HTTP_LOST;
	}
	*at += (size_t)rc;
	r->scan = (struct nd_http_scan){0};
	r->body = (struct nd_http_body){.ended = true};
	r->state = BODY;
	return ND_HTTP_HEAD;
}

static enum nd_http_event read_body(struct nd_http_reader *r, const char *p,
				    size_t len, size_t *at)
{
	int64_t n = nd_http_take(&r->body, p, len);

	*at += n < 0 ? len : (size_t)n;
	if (n < 0)
		return lose(r);
	if (!r->body.ended)
		return ND_HTTP_MORE;
	r->state = HEAD;
	return ND_HTTP_WHOLE;
}

enum nd_http_event nd_http_read(struct nd_http_reader *reader,
				const void *bytes, size_t len, size_t *at)
{
	enum nd_http_event event = AGAIN;

	reader->keep = 0;
	while (event == AGAIN) {
		const char *p = (const char *)bytes + *at;
		size_t left = len - *at;

		if (left == 0 && !(reader->state == BODY && reader->body.ended))
			return ND_HTTP_MORE;
		if (reader->state == BODY)
			event = read_body(reader, p, left, at);
		else if (reader->state == HEAD)
			event = read_head(reader, p, left, at);
		else
			event = look(reader, p, left, at);
	}
	return event;
}

enum nd_http_event nd_http_gap(struct nd_http_reader *reader, uint64_t len)
{
	reader->keep = 0;
	if (reader->state != BODY || nd_http_skip(&reader->body, len) < 0)
		return lose(reader);
	if (!reader->body.ended)
		return ND_HTTP_MORE;
	reader->state = HEAD;
	return ND_HTTP_WHOLE;
}

enum nd_http_event nd_http_lose(struct nd_http_reader *reader)
{
	return lose(reader);
}
