/* SPDX-License-Identifier: MIT */
#include "nmsg_pres_value.h"

#include "nmsg_datagram.h"
#include "nmsg_dig.h"
#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <netdumplings/bytes.h>
#include <netinet/in.h>

static void put_plain(struct text *t, const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	const char *name;

	switch (field->kind) {
	case NMSG_BYTES:
		text_printf(t, "<BYTE ARRAY LEN=%zu>", v->len);
		break;
	case NMSG_STRING:
		if (v->len > 0)
			text_put(t, v->bytes, v->len);
		break;
	case NMSG_IP:
		if (v->len == 4 || v->len == 16)
			nmsg_text_ip(t, v->bytes, v->len);
		else
			text_printf(t, "<INVALID IP len=%zu>", v->len);
		break;
	case NMSG_DOUBLE:
		text_printf(t, "%f", v->d);
		break;
	case NMSG_BOOL:
		text_puts(t, v->u ? "True" : "False");
		break;
	case NMSG_ENUM:
		name = nmsg_type_enum(field, (int64_t)v->u);
		if (name)
			text_puts(t, name);
		else
			text_printf(t, "<UNKNOWN ENUM VAL=%u>", (uint32_t)v->u);
		break;
	case NMSG_INT16:
	case NMSG_INT32:
	case NMSG_INT64:
		text_printf(t, "%lld", (long long)v->u);
		break;
	case NMSG_UINT16:
		text_uint(t, (uint16_t)v->u);
		break;
	default:
		text_uint(t, v->u);
		break;
	}
}

static void put_named(struct text *t, const char *name, uint16_t number)
{
	text_printf(t, "%s (%u)", name ? name : "<UNKNOWN>", number);
}

static void put_protocol(struct text *t, uint16_t number)
{
	const char *name = number == IPPROTO_UDP    ? "UDP"
			   : number == IPPROTO_TCP  ? "TCP"
			   : number == IPPROTO_ICMP ? "ICMP"
						    : NULL;

	if (name)
		put_named(t, name, number);
	else
		text_uint(t, number);
}

static void put_rdata(struct text *t, const struct nmsg_record *r,
		      const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	struct nmsg_value type, klass;

	if (nmsg_record_named(r, "rrtype", &type) &&
	    nmsg_record_named(r, "rrclass", &klass))
		nmsg_rdata_write(t, v->bytes, v->len, (uint16_t)type.u,
				 (uint16_t)klass.u);
	else
		put_plain(t, field, v);
}

static void put_dig(struct text *t, const struct nmsg_value *v,
		    const char *endline)
{
	size_t from = t->len;

	text_printf(t, "[%zu octets]%s", v->len, endline);
	if (nmsg_dig_text(t, v->bytes, v->len)) {
		text_puts(t, "---");
		return;
	}
	t->len = from;
	text_puts(t, "<PARSE ERROR>");
}

static bool is_dns(uint16_t port)
{
	return port == 53 || port == 5353;
}

static uint16_t port(struct nmsg_record *r, const char *name)
{
	struct nmsg_value v;

	return nmsg_record_named(r, name, &v) ? (uint16_t)v.u : 0;
}

/* Of ncap's packet the addresses, and a message of DNS, if it is UDP. */
static void put_datagram(struct text *t, struct nmsg_record *r,
			 const struct nmsg_value *v, const char *endline)
{
	struct nmsg_value type = {0}, legacy = {0}, src = {0}, dst = {0};
	struct nmsg_value body = *v;
	struct nmsg_datagram d;
	uint16_t from, to;

	nmsg_record_named(r, "type", &type);
	nmsg_record_named(r, "ltype", &legacy);
	if (type.u == 2 && legacy.u == 0) {
		if (!nmsg_record_named(r, "srcip", &src) ||
		    !nmsg_record_named(r, "dstip", &dst))
			return;
		from = port(r, "lint0");
		to = port(r, "lint1");
	} else if (type.u < 2 && nmsg_datagram_read(&d, v->bytes, v->len) &&
		   d.udp) {
		src.bytes = d.src;
		dst.bytes = d.dst;
		src.len = dst.len = d.address_len;
		from = nd_be16(d.udp);
		to = nd_be16(d.udp + 2);
		body.bytes = d.payload;
		body.len = d.payload_len;
	} else {
		return;
	}
	if ((src.len != 4 && src.len != 16) || (dst.len != 4 && dst.len != 16))
		return;
	text_putc(t, '[');
	nmsg_text_ip(t, src.bytes, src.len);
	text_printf(t, "].%u [", from);
	nmsg_text_ip(t, dst.bytes, dst.len);
	text_printf(t, "].%u udp [%zu]%s", to, body.len, endline);
	if (!is_dns(from) && !is_dns(to))
		text_putc(t, '\n');
	else if (nmsg_dig_text(t, body.bytes, body.len))
		text_putc(t, '\n');
	else
		text_printf(t, "<ERROR: payload parse failed>%s", endline);
}

void nmsg_pres_value_put(struct text *t, struct nmsg_record *r,
			 const struct nmsg_field *field,
			 const struct nmsg_value *v, const char *endline)
{
	uint16_t n = (uint16_t)v->u;

	if (field->style == NMSG_NAME &&
	    (v->len == 0 || v->len > NMSG_DNS_NAME_MAX))
		return;
	text_puts(t, field->name);
	text_putc(t, ':');
	if (field->kind == NMSG_MLSTRING) {
		text_puts(t, endline);
		if (v->len > 0)
			text_put(t, v->bytes, v->len);
		text_putc(t, '.');
		text_puts(t, endline);
		return;
	}
	if (field->style == NMSG_DATAGRAM) {
		text_puts(t, endline);
		put_datagram(t, r, v, endline);
		return;
	}
	text_putc(t, ' ');
	switch (field->style) {
	case NMSG_NAME:
		nmsg_dns_name(t, v->bytes, v->len);
		break;
	case NMSG_RRTYPE:
		put_named(t, nmsg_dns_type(n), n);
		break;
	case NMSG_RRCLASS:
		put_named(t, nmsg_dns_class(n), n);
		break;
	case NMSG_RCODE:
		put_named(t, nmsg_dns_rcode(n), n);
		break;
	case NMSG_PROTO:
		put_protocol(t, n);
		break;
	case NMSG_RDATA:
		put_rdata(t, r, field, v);
		break;
	case NMSG_DIG:
	case NMSG_DIG_TEXT:
		put_dig(t, v, endline);
		break;
	case NMSG_HEX:
		text_printf(t, "%x", (uint32_t)v->u);
		break;
	case NMSG_TIME:
		nmsg_text_date(t, (int64_t)v->u);
		break;
	default:
		put_plain(t, field, v);
		break;
	}
	text_puts(t, endline);
}
