/* SPDX-License-Identifier: MIT */
#include <netdumplings/bytes.h>
#include <netdumplings/tls.h>

#include <errno.h>
#include <string.h>

#define RECORD_HEADER_LEN 5
#define RECORD_MAX (16384 + 2048) /* RFC 5246 section 6.2.3 */
#define HANDSHAKE_HEADER_LEN 4
#define RANDOM_LEN 32

/* RFC 8446 section 4.2, and what has joined it since. */
enum {
	EXT_SERVER_NAME = 0,
	EXT_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_TICKET = 35,
	EXT_PSK = 41,
	EXT_EARLY_DATA = 42,
	EXT_VERSIONS = 43,
	EXT_KEY_SHARE = 51,
	EXT_ECH = 0xfe0d,
};

static inline size_t get24(const uint8_t *p)
{
	return (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2];
}

/* --- records ---------------------------------------------------------------
 */

struct record {
	uint8_t type;
	const uint8_t *content;
	size_t len;   /* as its header says */
	size_t there; /* of that, so far */
};

/* The record at data[at]: 1, 0 if its header is not whole yet, -EBADMSG. */
static int get_record(const struct nd_tls_reader *r, size_t at,
		      struct record *record)
{
	const uint8_t *p = r->data + at;
	size_t left = r->len - at;

	if (left == 0)
		return 0;
	if (p[0] < ND_TLS_CHANGE_CIPHER_SPEC || p[0] > ND_TLS_DATA + 1 ||
	    (left > 1 && p[1] != 3))
		return -EBADMSG;
	if (left < RECORD_HEADER_LEN)
		return 0;
	record->type = p[0];
	record->len = nd_be16(p + 3);
	if (record->len > RECORD_MAX ||
	    (record->len == 0 && p[0] != ND_TLS_DATA))
		return -EBADMSG;
	record->content = p + RECORD_HEADER_LEN;
	left -= RECORD_HEADER_LEN;
	record->there = left < record->len ? left : record->len;
	return 1;
}

int nd_tls_handshake(const uint8_t *data, size_t len, struct nd_tls_message *m)
{
	if (len < HANDSHAKE_HEADER_LEN ||
	    len - HANDSHAKE_HEADER_LEN < get24(data + 1))
		return 0;
	m->record = ND_TLS_HANDSHAKE;
	m->type = data[0];
	m->body = data + HANDSHAKE_HEADER_LEN;
	m->len = get24(data + 1);
	return 1;
}

/* Moves on behind `len` bytes of a record's content. */
static void advance(struct nd_tls_reader *r, const struct record *record,
		    size_t len)
{
	r->inside += len;
	if (r->inside < record->len)
		return;
	r->inside = 0;
	r->at = (size_t)(record->content - r->data) + record->len;
}

/* A message that is cut: its pieces go to scratch. */
static int put_together(struct nd_tls_reader *r, struct nd_tls_message *m)
{
	struct nd_tls_reader ahead = *r;
	size_t got = 0, need = HANDSHAKE_HEADER_LEN;
	struct record record;
	size_t n;
	int rc;

	while (got < need) {
		r->missing = need - got;
		rc = get_record(&ahead, ahead.at, &record);
		if (rc <= 0)
			return rc;
		if (record.type != ND_TLS_HANDSHAKE)
			return -EBADMSG;
		n = record.there - ahead.inside;
		n = n < need - got ? n : need - got;
		if (n == 0)
			return 0;
		memcpy(r->scratch + got, record.content + ahead.inside, n);
		got += n;
		advance(&ahead, &record, n);
		if (got == HANDSHAKE_HEADER_LEN && need == got)
			need += get24(r->scratch + 1);
		if (need > r->scratch_size)
			return -EMSGSIZE;
	}
	*r = ahead;
	return nd_tls_handshake(r->scratch, got, m);
}

int nd_tls_next(struct nd_tls_reader *r, struct nd_tls_message *m)
{
	struct record record;
	int rc;

	r->missing = 1;
	rc = get_record(r, r->at, &record);
	if (rc <= 0)
		return rc;
	if (r->inside > record.there)
		return -EBADMSG;
	if (record.type != ND_TLS_HANDSHAKE) {
		r->missing = record.len - record.there;
		if (r->missing > 0)
			return 0;
		m->record = record.type;
		m->type = 0;
		m->body = record.content;
		m->len = record.len;
		advance(r, &record, record.len);
		return 1;
	}
	if (nd_tls_handshake(record.content + r->inside,
			     record.there - r->inside, m) == 1) {
		advance(r, &record, HANDSHAKE_HEADER_LEN + m->len);
		return 1;
	}
	if (r->scratch_size < HANDSHAKE_HEADER_LEN)
		return -EMSGSIZE;
	return put_together(r, m);
}

/* --- pieces of messages ----------------------------------------------------
 */

/* Takes `len` bytes from the front; false, and nothing left, if too short. */
static bool take(struct nd_tls_bytes *rest, size_t len, struct nd_tls_bytes *to)
{
	if (rest->len < len) {
		rest->len = 0;
		return false;
	}
	to->at = rest->at;
	to->len = len;
	rest->at += len;
	rest->len -= len;
	return true;
}

/* Takes what has its length in `width` bytes before it. */
static bool take_vector(struct nd_tls_bytes *rest, size_t width,
			struct nd_tls_bytes *to)
{
	struct nd_tls_bytes head;
	size_t len = 0;

	if (!take(rest, width, &head))
		return false;
	while (width-- > 0)
		len = len << 8 | *head.at++;
	return take(rest, len, to);
}

static bool take16(struct nd_tls_bytes *rest, uint16_t *to)
{
	struct nd_tls_bytes number;

	if (!take(rest, 2, &number))
		return false;
	*to = nd_be16(number.at);
	return true;
}

int nd_tls_extension(struct nd_tls_bytes *rest, uint16_t *type,
		     struct nd_tls_bytes *content)
{
	if (rest->len == 0)
		return 0;
	return take16(rest, type) && take_vector(rest, 2, content) ? 1
								   : -EBADMSG;
}

int nd_tls_text(struct nd_tls_bytes *rest, struct nd_tls_bytes *text)
{
	if (rest->len == 0)
		return 0;
	return take_vector(rest, 1, text) ? 1 : -EBADMSG;
}

int nd_tls_key_share(struct nd_tls_bytes *rest, uint16_t *group,
		     struct nd_tls_bytes *key)
{
	return nd_tls_extension(rest, group, key);
}

/* A vector that fills what it is in, its elements `unit` bytes each. */
static void whole_vector(struct nd_tls_bytes content, size_t width, size_t unit,
			 struct nd_tls_bytes *to)
{
	struct nd_tls_bytes vector;

	if (!to->at && take_vector(&content, width, &vector) &&
	    vector.len % unit == 0)
		*to = vector;
}

/* The first host name of the list, RFC 6066 section 3. */
static void host_name(struct nd_tls_bytes content, struct nd_tls_bytes *to)
{
	struct nd_tls_bytes list = {0}, kind, name;

	whole_vector(content, 2, 1, &list);
	while (!to->at && take(&list, 1, &kind) && take_vector(&list, 2, &name))
		if (*kind.at == 0)
			*to = name;
}

/* --- hellos ----------------------------------------------------------------
 */

static void client_extension(struct nd_tls_client_hello *h, uint16_t type,
			     struct nd_tls_bytes content)
{
	switch (type) {
	case EXT_SERVER_NAME:
		h->has_sni = true;
		host_name(content, &h->sni);
		break;
	case EXT_GROUPS:
		whole_vector(content, 2, 2, &h->groups);
		break;
	case EXT_POINT_FORMATS:
		whole_vector(content, 1, 1, &h->point_formats);
		break;
	case EXT_SIGNATURES:
		whole_vector(content, 2, 2, &h->signatures);
		break;
	case EXT_ALPN:
		whole_vector(content, 2, 1, &h->alpn);
		break;
	case EXT_TICKET:
		h->ticket = content.len > 0;
		break;
	case EXT_PSK:
		h->psk = true;
		break;
	case EXT_EARLY_DATA:
		h->early_data = true;
		break;
	case EXT_VERSIONS:
		whole_vector(content, 1, 2, &h->versions);
		break;
	case EXT_KEY_SHARE:
		whole_vector(content, 2, 1, &h->key_shares);
		break;
	case EXT_ECH:
		h->ech = true;
		break;
	}
}

int nd_tls_client_hello(const uint8_t *body, size_t len,
			struct nd_tls_client_hello *hello)
{
	struct nd_tls_client_hello h = {0};
	struct nd_tls_bytes rest = {body, len}, bytes;
	uint16_t type;
	int rc = 0;

	if (!take16(&rest, &h.version) || !take(&rest, RANDOM_LEN, &bytes))
		return -EBADMSG;
	h.random = bytes.at;
	if (!take_vector(&rest, 1, &h.session_id) || h.session_id.len > 32 ||
	    !take_vector(&rest, 2, &h.ciphers) || h.ciphers.len % 2 != 0 ||
	    !take_vector(&rest, 1, &h.compression))
		return -EBADMSG;
	/* SSL 3.0 and TLS 1.0 may end here. */
	if (rest.len > 0 && !take_vector(&rest, 2, &h.extensions))
		return -EBADMSG;
	rest = h.extensions;
	while ((rc = nd_tls_extension(&rest, &type, &bytes)) > 0)
		client_extension(&h, type, bytes);
	if (rc == 0)
		*hello = h;
	return rc;
}

static void server_extension(struct nd_tls_server_hello *h, uint16_t type,
			     struct nd_tls_bytes content)
{
	struct nd_tls_bytes list = {0};

	switch (type) {
	case EXT_ALPN:
		whole_vector(content, 2, 1, &list);
		nd_tls_text(&list, &h->alpn);
		break;
	case EXT_PSK:
		h->psk = true;
		break;
	case EXT_VERSIONS:
		take16(&content, &h->version);
		break;
	case EXT_KEY_SHARE:
		take16(&content, &h->group);
		break;
	}
}

/* Drafts of TLS 1.3 before the 22nd had a server hello of their own. */
static bool is_early_draft(uint16_t version)
{
	return version >= 0x7f00 && version < 0x7f16;
}

int nd_tls_server_hello(const uint8_t *body, size_t len,
			struct nd_tls_server_hello *hello)
{
	/* RFC 8446 section 4.1.3: the random number of a retry request. */
	static const uint8_t retry[RANDOM_LEN] = {
		0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
		0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
		0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
		0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
	};
	struct nd_tls_server_hello h = {0};
	struct nd_tls_bytes rest = {body, len}, bytes;
	uint16_t type;
	bool draft;
	int rc;

	if (!take16(&rest, &h.version) || !take(&rest, RANDOM_LEN, &bytes))
		return -EBADMSG;
	draft = is_early_draft(h.version);
	h.random = bytes.at;
	h.retry = memcmp(h.random, retry, sizeof(retry)) == 0;
	if (!draft &&
	    (!take_vector(&rest, 1, &h.session_id) || h.session_id.len > 32))
		return -EBADMSG;
	if (!take16(&rest, &h.cipher) || (!draft && !take(&rest, 1, &bytes)))
		return -EBADMSG;
	if (rest.len > 0 && !take_vector(&rest, 2, &h.extensions))
		return -EBADMSG;
	rest = h.extensions;
	while ((rc = nd_tls_extension(&rest, &type, &bytes)) > 0)
		server_extension(&h, type, bytes);
	if (rc == 0)
		*hello = h;
	return rc;
}

int nd_tls_leaf(const uint8_t *body, size_t len, struct nd_tls_bytes *leaf)
{
	struct nd_tls_bytes rest = {body, len}, list;

	if (!take_vector(&rest, 3, &list))
		return -EBADMSG;
	if (list.len == 0)
		return -ENOENT;
	return take_vector(&list, 3, leaf) ? 0 : -EBADMSG;
}
