/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include "dns_view.h"
#include "flags.h"
#include "options.h"

#include <arpa/inet.h>

/* The bytes of a field's layer, or those behind the names it comes after. */
struct span {
	const uint8_t *p;
	uint32_t at;        /* of p in the packet */
	uint32_t head, len; /* to the end of the header, and of the layer */
};

const uint8_t *fields_bytes(const struct view *v, uint32_t at, uint32_t end,
			    uint32_t *len)
{
	const struct nd_packet *pkt = v->frame->pkt;

	if (end > pkt->caplen)
		end = pkt->caplen;
	if (at > end)
		at = end;
	*len = end - at;
	return pkt->data ? pkt->data + at : (const uint8_t *)"";
}

static PyObject *bytes(const uint8_t *p, uint32_t len)
{
	return PyBytes_FromStringAndSize((const char *)p, len);
}

/* Of up to 64 bits; `at` counts bits. */
static uint64_t number(const uint8_t *p, uint32_t at, uint32_t bits)
{
	uint32_t last = (at + bits - 1) / 8;
	uint64_t value = 0;

	for (uint32_t i = at / 8; i <= last; i++)
		value = value << 8 | p[i];
	value >>= (last + 1) * 8 - (at + bits);
	return bits < 64 ? value & ((UINT64_C(1) << bits) - 1) : value;
}

static PyObject *little(const uint8_t *p, uint32_t len)
{
	uint64_t value = 0;

	while (len-- > 0)
		value = value << 8 | p[len];
	return PyLong_FromUnsignedLongLong(value);
}

static PyObject *mac(const uint8_t *p)
{
	static const char digits[] = "0123456789abcdef";
	char text[18], *out = text;

	for (int i = 0; i < 6; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
		*out++ = ':';
	}
	return PyUnicode_FromStringAndSize(text, 17);
}

/* inet_ntop() goes through printf. */
static PyObject *ip(const uint8_t *p)
{
	char text[16], *out = text;

	for (int i = 0; i < 4; i++) {
		if (p[i] > 99)
			*out++ = (char)('0' + p[i] / 100);
		if (p[i] > 9)
			*out++ = (char)('0' + p[i] / 10 % 10);
		*out++ = (char)('0' + p[i] % 10);
		*out++ = '.';
	}
	return PyUnicode_FromStringAndSize(text, out - text - 1);
}

static PyObject *ipv6(const uint8_t *p)
{
	char text[INET6_ADDRSTRLEN];

	return PyUnicode_FromString(inet_ntop(AF_INET6, p, text, sizeof(text)));
}

static PyObject *ipv6_prefix(const uint8_t *p, uint32_t len)
{
	uint8_t address[16] = {0};

	memcpy(address, p, len < 16 ? len : 16);
	return ipv6(address);
}

static PyObject *ipv6_list(const uint8_t *p, uint32_t len)
{
	PyObject *list = PyList_New(len / 16), *one;

	for (uint32_t i = 0; list && i < len / 16; i++) {
		one = ipv6(p + 16 * (size_t)i);
		if (one)
			PyList_SET_ITEM(list, i, one);
		else
			Py_CLEAR(list);
	}
	return list;
}

/* RFC 826: both senders' addresses, then both targets'. */
static PyObject *arp(const struct span *s, const struct layers_field *f)
{
	bool hardware = f->type == LAYERS_ARP_HARDWARE;
	uint32_t at = 8, len, type;
	const uint8_t *p;

	if (s->head < 8)
		return NULL;
	if (f->at)
		at += (uint32_t)s->p[4] + s->p[5];
	if (!hardware)
		at += s->p[4];
	len = s->p[hardware ? 4 : 5];
	if (at + len > s->head)
		return NULL;
	p = s->p + at;
	type = (uint32_t)number(s->p, hardware ? 0 : 16, 16);
	if (hardware && type == 1 && len == 6)
		return mac(p);
	if (!hardware && type == 0x0800 && len == 4)
		return ip(p);
	if (!hardware && type == 0x86dd && len == 16)
		return ipv6(p);
	return bytes(p, len);
}

/* A part whose length is in the byte, or the two, before it. */
static PyObject *counted(const struct span *s, uint32_t at, uint32_t count)
{
	uint32_t len;

	if (at < count || at > s->head)
		return NULL;
	len = (uint32_t)number(s->p + at - count, 0, count * 8);
	if (len > s->head - at)
		return NULL;
	return bytes(s->p + at, len);
}

/* Those whose length is not told by the table. */
static PyObject *open_ended(struct view *v, const struct layers_field *f,
			    const struct span *s)
{
	uint32_t at = f->at / 8;
	const uint8_t *p = s->p + at;
	uint32_t end = f->type == LAYERS_TAIL ? s->len : s->head;
	uint32_t left;

	if (f->type == LAYERS_ARP_HARDWARE || f->type == LAYERS_ARP_PROTOCOL)
		return arp(s, f);
	if (f->type == LAYERS_DNS_OWNER || f->type == LAYERS_DNS_SECTION ||
	    f->type == LAYERS_DNS_LENGTH)
		return dns_view_field(v, f, 0);
	if (at > end)
		return NULL;
	left = end - at;
	switch (f->type) {
	case LAYERS_COUNTED:
		return counted(s, at, 1);
	case LAYERS_LONG:
		return counted(s, at, 2);
	case LAYERS_IPV6S:
		return ipv6_list(p, left);
	case LAYERS_IPV6_PREFIX:
		return ipv6_prefix(p, left);
	case LAYERS_IP_OPTIONS:
		return options_ip(p, left);
	case LAYERS_TCP_OPTIONS:
		return options_tcp(p, left);
	case LAYERS_DNS_NAME:
	case LAYERS_DNS_DATA:
	case LAYERS_DNS_OPTIONS:
		return dns_view_field(v, f, s->at + at);
	default:
		return bytes(p, left);
	}
}

static PyObject *read_span(struct view *v, const struct layers_field *f,
			   const struct span *s)
{
	const uint8_t *p = s->p + f->at / 8;

	if (f->when && !f->when(s->p, s->head))
		return NULL;
	if (!f->bits)
		return open_ended(v, f, s);
	if (f->at + (uint32_t)f->bits > s->head * 8)
		return NULL;
	switch (f->type) {
	case LAYERS_LITTLE:
		return little(p, f->bits / 8);
	case LAYERS_MAC:
		return mac(p);
	case LAYERS_IP:
		return ip(p);
	case LAYERS_IPV6:
		return ipv6(p);
	case LAYERS_BYTES:
		return bytes(p, f->bits / 8);
	case LAYERS_TCP_FLAGS:
	case LAYERS_IP_FLAGS:
	case LAYERS_VXLAN_FLAGS:
		return flags_value(f->type,
				   (unsigned)number(s->p, f->at, f->bits));
	default:
		return PyLong_FromUnsignedLongLong(
			number(s->p, f->at, f->bits));
	}
}

PyObject *fields_read(struct view *v, const struct layers_field *f)
{
	struct span s;
	uint32_t base = v->base;

	if (f->names) {
		base = dns_view_behind(v, base + f->names_at, f->names);
		if (!base)
			return NULL;
	}
	s.at = base;
	s.p = fields_bytes(v, base, v->end, &s.len);
	s.head = v->head > base ? v->head - base : 0;
	if (s.head > s.len)
		s.head = s.len;
	return read_span(v, f, &s);
}
