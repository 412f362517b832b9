/* SPDX-License-Identifier: MIT */
#include "nmsg_parse.h"

#include "nmsg_dig_read.h"
#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <netinet/in.h>
#include <strings.h>

void nmsg_parse_start(struct nmsg_parse *p)
{
	p->has_type = p->has_class = false;
}

void nmsg_parse_seen(struct nmsg_parse *p, const struct nmsg_field *field,
		     const struct nmsg_value *v)
{
	if (field->style == NMSG_RRTYPE && strcmp(field->name, "rrtype") == 0) {
		p->has_type = true;
		p->type = (uint16_t)v->u;
	}
	if (field->style == NMSG_RRCLASS &&
	    strcmp(field->name, "rrclass") == 0) {
		p->has_class = true;
		p->klass = (uint16_t)v->u;
	}
}

static bool is_bytes(const struct nmsg_field *field)
{
	return field->kind == NMSG_BYTES || field->kind == NMSG_STRING ||
	       field->kind == NMSG_MLSTRING || field->kind == NMSG_IP;
}

bool nmsg_parse_number(const struct nmsg_field *field, const char *text,
		       size_t len, struct nmsg_value *v)
{
	bool negative;

	if (is_bytes(field))
		return false;
	if (field->kind == NMSG_DOUBLE)
		return nmsg_text_double_read(text, len, &v->d);
	if (!nmsg_text_int_read(text, len, &v->u, &negative))
		return false;
	/*
	 * nmsgtool writes negative numbers as if they had no sign: for a field
	 * that is signed they are what they were.
	 */
	if (negative)
		return field->kind == NMSG_ENUM || field->kind == NMSG_INT16 ||
		       field->kind == NMSG_INT32 || field->kind == NMSG_INT64;
	return true;
}

/* The last number of "NAME (5)", "<UNKNOWN ENUM VAL=5>" or just "5". */
static bool last_number(const struct nmsg_field *field, const char *text,
			size_t len, struct nmsg_value *v)
{
	size_t end = len;

	if (end > 0 && (text[end - 1] == ')' || text[end - 1] == '>'))
		end--;
	len = end;
	while (len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9')
		len--;
	if (len > 0 && text[len - 1] == '-')
		len--;
	if (len > 0 && text[len - 1] != '(' && text[len - 1] != '=')
		return false;
	return nmsg_parse_number(field, text + len, end - len, v);
}

static bool protocol(const char *text, size_t len, struct nmsg_value *v)
{
	static const struct nmsg_name names[] = {
		{"UDP", IPPROTO_UDP},
		{"TCP", IPPROTO_TCP},
		{"ICMP", IPPROTO_ICMP},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i].name) != len ||
		    strncasecmp(names[i].name, text, len) != 0)
			continue;
		v->u = (uint64_t)names[i].number;
		return true;
	}
	return false;
}

static bool boolean(const char *text, size_t len, struct nmsg_value *v)
{
	v->u = len == 4 && strncasecmp(text, "true", 4) == 0;
	return v->u || (len == 5 && strncasecmp(text, "false", 5) == 0);
}

static bool take_bytes(const struct nmsg_parse *p, struct nmsg_value *v)
{
	v->bytes = (const uint8_t *)p->bytes.at;
	v->len = p->bytes.len;
	return true;
}

static bool name(struct nmsg_parse *p, const char *text, size_t len,
		 struct nmsg_value *v)
{
	uint8_t wire[NMSG_DNS_NAME_MAX];

	/* What was no name is shown as nothing. */
	if (len == 0)
		return take_bytes(p, v);
	if (!nmsg_dns_name_read(text, len, wire, &len))
		return false;
	text_put(&p->bytes, wire, len);
	return take_bytes(p, v);
}

static bool base64(struct nmsg_parse *p, const char *text, size_t len,
		   struct nmsg_value *v)
{
	return nmsg_text_base64_read(&p->bytes, text, len) && take_bytes(p, v);
}

static bool rdata(struct nmsg_parse *p, const char *text, size_t len,
		  struct nmsg_value *v)
{
	return p->has_type && p->has_class &&
	       nmsg_rdata_read(&p->bytes, text, len, p->type, p->klass) == 0 &&
	       take_bytes(p, v);
}

/* A number of DNS: its name, or its number in the end. */
static bool dns_number(const struct nmsg_field *field, const char *text,
		       size_t len, struct nmsg_value *v,
		       bool (*find)(const char *, size_t, uint16_t *))
{
	uint16_t n;

	if (find(text, len, &n)) {
		v->u = n;
		return true;
	}
	return last_number(field, text, len, v);
}

/* What the kind alone says. */
static bool plain(struct nmsg_parse *p, const struct nmsg_field *field,
		  const char *text, size_t len, struct nmsg_value *v)
{
	uint8_t address[16];
	int32_t number;

	switch (field->kind) {
	case NMSG_BYTES:
		return base64(p, text, len, v);
	case NMSG_STRING:
	case NMSG_MLSTRING:
		v->bytes = (const uint8_t *)text;
		v->len = len;
		return true;
	case NMSG_IP:
		len = nmsg_text_ip_read(text, len, address);
		if (len > 0)
			text_put(&p->bytes, address, len);
		return len > 0 && take_bytes(p, v);
	case NMSG_ENUM:
		if (nmsg_type_enum_number(field, text, len, &number)) {
			v->u = (uint64_t)(int64_t)number;
			return true;
		}
		return last_number(field, text, len, v);
	case NMSG_BOOL:
		return boolean(text, len, v) ||
		       nmsg_parse_number(field, text, len, v);
	default:
		return nmsg_parse_number(field, text, len, v);
	}
}

bool nmsg_parse_text(struct nmsg_parse *p, const struct nmsg_field *field,
		     const char *text, size_t len, struct nmsg_value *v)
{
	uint32_t hex, nsec;
	int64_t seconds;

	p->bytes.len = 0;
	switch (field->style) {
	case NMSG_NAME:
		return name(p, text, len, v);
	case NMSG_RRTYPE:
		return dns_number(field, text, len, v, nmsg_dns_type_number);
	case NMSG_RRCLASS:
		return dns_number(field, text, len, v, nmsg_dns_class_number);
	case NMSG_RCODE:
		return dns_number(field, text, len, v, nmsg_dns_rcode_number);
	case NMSG_PROTO:
		return protocol(text, len, v) ||
		       last_number(field, text, len, v);
	case NMSG_RDATA:
		return rdata(p, text, len, v);
	case NMSG_DIG_TEXT:
		if (!memchr(text, '\n', len))
			return base64(p, text, len, v);
		return nmsg_dig_read(&p->bytes, text, len) && take_bytes(p, v);
	case NMSG_HEX:
		v->u = nmsg_text_hex_read(text, len, &hex) ? hex : UINT64_MAX;
		return v->u != UINT64_MAX;
	case NMSG_TIME:
		if (!nmsg_text_time_read(text, len, &seconds, &nsec))
			return nmsg_parse_number(field, text, len, v);
		v->u = (uint64_t)seconds;
		return true;
	default:
		return plain(p, field, text, len, v);
	}
}

void nmsg_parse_free(struct nmsg_parse *p)
{
	text_free(&p->bytes);
}
