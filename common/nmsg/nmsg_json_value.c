/* SPDX-License-Identifier: MIT */
#include "nmsg_json_value.h"

#include "nmsg_dig.h"
#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_scan.h"
#include "nmsg_text.h"

#include <netinet/in.h>

/* The types of base:encode that are not shown as text. */
enum {
	ENCODE_JSON = 1,
	ENCODE_MSGPACK = 3,
};

static void put_quoted(struct text *t, const char *text)
{
	text_putc(t, '"');
	text_puts(t, text);
	text_putc(t, '"');
}

static void put_base64(struct text *t, const struct nmsg_value *v)
{
	if (v->len == 0) {
		text_puts(t, "null");
		return;
	}
	text_putc(t, '"');
	nmsg_text_base64(t, v->bytes, v->len);
	text_putc(t, '"');
}

static void put_ip(struct text *t, const struct nmsg_value *v)
{
	if (v->len != 4 && v->len != 16) {
		text_puts(t, "null");
		return;
	}
	text_putc(t, '"');
	nmsg_text_ip(t, v->bytes, v->len);
	text_putc(t, '"');
}

static void put_int(struct text *t, const struct nmsg_field *field, uint64_t u)
{
	bool is_signed = field->kind == NMSG_INT16 ||
			 field->kind == NMSG_INT32 ||
			 field->kind == NMSG_INT64 || field->kind == NMSG_ENUM;

	if (field->kind == NMSG_UINT16)
		u = (uint16_t)u;
	if (is_signed && (int64_t)u < 0) {
		text_putc(t, '-');
		u = -u;
	}
	text_uint(t, u);
}

static void put_plain(struct text *t, const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	const char *name;

	switch (field->kind) {
	case NMSG_BYTES:
		put_base64(t, v);
		break;
	case NMSG_STRING:
	case NMSG_MLSTRING:
		nmsg_scan_put_string(t, v->bytes, v->len);
		break;
	case NMSG_IP:
		put_ip(t, v);
		break;
	case NMSG_DOUBLE:
		nmsg_text_double(t, v->d);
		break;
	case NMSG_BOOL:
		text_puts(t, v->u ? "true" : "false");
		break;
	case NMSG_ENUM:
		name = nmsg_type_enum(field, (int64_t)v->u);
		if (name) {
			put_quoted(t, name);
			break;
		}
		/* fall through */
	default:
		put_int(t, field, v->u);
		break;
	}
}

/* A name where there is one, else the number behind a word. */
static void put_named(struct text *t, const char *name, const char *word,
		      uint16_t number)
{
	if (name)
		put_quoted(t, name);
	else
		text_printf(t, "\"%s%u\"", word, number);
}

static const char *protocol(uint16_t number)
{
	return number == IPPROTO_UDP    ? "UDP"
	       : number == IPPROTO_TCP  ? "TCP"
	       : number == IPPROTO_ICMP ? "ICMP"
					: NULL;
}

/* Text that was appended behind a quote, made a string. */
static void close_string(struct text *t, size_t from)
{
	struct text copy = {0};

	if (!t->error && (memchr(t->at + from, '"', t->len - from) ||
			  memchr(t->at + from, '\\', t->len - from))) {
		text_put(&copy, t->at + from, t->len - from);
		t->len = from - 1;
		nmsg_scan_put_string(t, (const uint8_t *)copy.at, copy.len);
		t->error |= copy.error;
		text_free(&copy);
		return;
	}
	text_putc(t, '"');
}

static void put_rdata(struct text *t, const struct nmsg_record *r,
		      const struct nmsg_value *v)
{
	struct nmsg_value type, klass;
	size_t from;

	if (!nmsg_record_named(r, "rrtype", &type) ||
	    !nmsg_record_named(r, "rrclass", &klass)) {
		text_puts(t, "{\"b64\":");
		put_base64(t, v);
		text_putc(t, '}');
		return;
	}
	text_putc(t, '"');
	from = t->len;
	nmsg_rdata_write(t, v->bytes, v->len, (uint16_t)type.u,
			 (uint16_t)klass.u);
	close_string(t, from);
}

/* JSON, of which line ends are between its words only. */
static void put_one_line(struct text *t, const uint8_t *bytes, size_t len)
{
	char *to = text_room(t, len);

	if (!to)
		return;
	for (size_t i = 0; i < len; i++)
		to[i] = bytes[i] == '\n' || bytes[i] == '\r' ? ' '
							     : (char)bytes[i];
	t->len += len;
}

static void put_tagged(struct text *t, const struct nmsg_record *r,
		       const struct nmsg_value *v)
{
	struct nmsg_value type = {0};

	nmsg_record_named(r, "type", &type);
	text_putc(t, '{');
	if (type.u == ENCODE_JSON) {
		if (nmsg_scan_valid((const char *)v->bytes, v->len)) {
			text_puts(t, "\"val\":");
			put_one_line(t, v->bytes, v->len);
			text_putc(t, ',');
		}
	} else if (type.u != ENCODE_MSGPACK) {
		text_puts(t, "\"val\":");
		nmsg_scan_put_string(t, v->bytes, v->len);
		text_putc(t, ',');
	}
	text_puts(t, "\"b64\":\"");
	nmsg_text_base64(t, v->bytes, v->len);
	text_puts(t, "\"}");
}

void nmsg_json_value_put(struct text *t, const struct nmsg_record *r,
			 const struct nmsg_field *field,
			 const struct nmsg_value *v)
{
	uint16_t n = (uint16_t)v->u;
	size_t from;

	switch (field->flags & NMSG_UNSTYLED ? NMSG_PLAIN : field->style) {
	case NMSG_NAME:
		text_putc(t, '"');
		from = t->len;
		if (v->len > 0 && v->len <= NMSG_DNS_NAME_MAX)
			nmsg_dns_name(t, v->bytes, v->len);
		close_string(t, from);
		break;
	case NMSG_RRTYPE:
		put_named(t, nmsg_dns_type(n), "TYPE", n);
		break;
	case NMSG_RRCLASS:
		put_named(t, nmsg_dns_class(n), "CLASS", n);
		break;
	case NMSG_RCODE:
		put_named(t, nmsg_dns_rcode(n), "", n);
		break;
	case NMSG_PROTO:
		put_named(t, protocol(n), "", n);
		break;
	case NMSG_RDATA:
		put_rdata(t, r, v);
		break;
	case NMSG_DIG_TEXT:
		text_putc(t, '"');
		from = t->len;
		if (!nmsg_dig_text(t, v->bytes, v->len))
			text_puts(t, "<PARSE ERROR>");
		close_string(t, from);
		break;
	case NMSG_DNS_JSON:
		if (!nmsg_dig_json(t, v->bytes, v->len))
			text_puts(t, "null");
		break;
	case NMSG_TAGGED:
		put_tagged(t, r, v);
		break;
	case NMSG_HEX:
		text_printf(t, "\"%x\"", (uint32_t)v->u);
		break;
	case NMSG_TIME:
		text_putc(t, '"');
		nmsg_text_date(t, (int64_t)v->u);
		text_putc(t, '"');
		break;
	default:
		put_plain(t, field, v);
		break;
	}
}
