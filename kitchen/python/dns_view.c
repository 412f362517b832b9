/* SPDX-License-Identifier: MIT */
#include "dns_view.h"

#include "fields.h"
#include "options.h"

#include <netdumplings/bytes.h>
#include <netdumplings/dns.h>

#define NAME_MAX_OCTETS 255
/* One name goes through so many pointers; each label may be its own. */
#define POINTERS_MAX 128

/* A message; offsets are those of the packet's data. */
struct message {
	const uint8_t *data;
	uint32_t start, end;
};

/* A record: where its fixed part starts, and where it and its data end. */
struct record {
	uint32_t at, base, end;
};

static struct message message_of(const struct frame *frame, uint32_t index)
{
	const struct nd_packet *pkt = frame->pkt;
	struct message m = {pkt->data, 0, 0};

	if (index >= pkt->layer_count)
		return m;
	m.start = pkt->layer[index].offset;
	m.end = m.start + pkt->layer[index].header_len;
	if (m.end > pkt->caplen)
		m.end = pkt->caplen;
	return m;
}

/* Where the bytes behind a name are, or 0 if it does not end. */
static uint32_t pass_name(const struct message *m, uint32_t at)
{
	while (at < m->end) {
		uint8_t len = m->data[at];

		if (len == 0)
			return at + 1;
		if (len >= 0xc0)
			return at + 2 <= m->end ? at + 2 : 0;
		if (len > 63)
			return 0;
		at += 1U + len;
	}
	return 0;
}

/* The name as bytes; b"." for the root where scapy has that. */
static PyObject *name(const struct message *m, uint32_t at, const char *root)
{
	char text[NAME_MAX_OCTETS + 1];
	uint32_t used = 0, pointers = 0;

	while (at < m->end && m->data[at]) {
		uint8_t len = m->data[at];

		if (len >= 0xc0) {
			if (at + 2 > m->end || ++pointers > POINTERS_MAX)
				break;
			at = m->start + (nd_be16(m->data + at) & 0x3fff);
			continue;
		}
		if (len > 63 || len >= m->end - at ||
		    used + len + 1 > NAME_MAX_OCTETS)
			break;
		memcpy(text + used, m->data + at + 1, len);
		used += len;
		text[used++] = '.';
		at += 1U + len;
	}
	if (!used)
		return PyBytes_FromString(root);
	return PyBytes_FromStringAndSize(text, used);
}

/* The record at r->at; its data may be cut off. */
static bool read_record(const struct message *m, unsigned section,
			struct record *r)
{
	uint32_t fixed = section == ND_DNS_QUESTION ? 4 : 10, len = 0;

	r->base = pass_name(m, r->at);
	if (!r->base || m->end - r->base < fixed)
		return false;
	if (section != ND_DNS_QUESTION)
		len = nd_be16(m->data + r->base + 8);
	r->end = r->base + fixed;
	r->end += len < m->end - r->end ? len : m->end - r->end;
	return true;
}

static unsigned kind_of(const struct message *m, unsigned section,
			const struct record *r)
{
	if (section == ND_DNS_QUESTION)
		return LAYERS_DNSQR;
	switch (nd_be16(m->data + r->base)) {
	case 6:
		return LAYERS_DNSRR_SOA;
	case 15:
		return LAYERS_DNSRR_MX;
	case 33:
		return LAYERS_DNSRR_SRV;
	case 41:
		return LAYERS_DNSRR_OPT;
	case 43:
		return LAYERS_DNSRR_DS;
	case 46:
		return LAYERS_DNSRR_RRSIG;
	case 47:
		return LAYERS_DNSRR_NSEC;
	case 48:
		return LAYERS_DNSRR_DNSKEY;
	case 50:
		return LAYERS_DNSRR_NSEC3;
	case 51:
		return LAYERS_DNSRR_NSEC3PARAM;
	case 250:
		return LAYERS_DNSRR_TSIG;
	case 32769:
		return LAYERS_DNSRR_DLV;
	}
	return LAYERS_DNSRR;
}

static PyObject *view_of(struct frame *frame, uint32_t index,
			 const struct message *m, unsigned section,
			 const struct record *r)
{
	struct view *v = view_new(frame, kind_of(m, section, r));

	if (!v)
		return NULL;
	v->index = index;
	v->at = r->at;
	v->base = r->base;
	v->head = v->end = r->end;
	v->section = (uint16_t)section;
	return (PyObject *)v;
}

/* The record with a number in a section; how many the header counts. */
static bool find(const struct message *m, unsigned section, uint32_t number,
		 struct record *r, uint16_t *count)
{
	if (m->end - m->start < 12)
		return false;
	r->end = m->start + 12;
	for (unsigned s = ND_DNS_QUESTION; s <= section; s++) {
		*count = nd_be16(m->data + m->start + 4 + 2 * s);
		for (uint32_t i = 0; i < *count; i++) {
			r->at = r->end;
			if (!read_record(m, s, r))
				return false;
			if (s == section && i == number)
				return true;
		}
	}
	return false;
}

static PyObject *numbered(struct frame *frame, uint32_t index, unsigned section,
			  uint32_t number)
{
	struct message m = message_of(frame, index);
	struct record r;
	uint16_t count;
	PyObject *made;

	if (!find(&m, section, number, &r, &count))
		Py_RETURN_NONE;
	made = view_of(frame, index, &m, section, &r);
	if (made) {
		((struct view *)made)->number = (uint16_t)number;
		((struct view *)made)->left = (uint16_t)(count - number - 1);
	}
	return made;
}

PyObject *dns_view_first(struct frame *frame, uint32_t index, unsigned section)
{
	return numbered(frame, index, section, 0);
}

PyObject *dns_view_before(struct view *v)
{
	if (!v->number)
		Py_RETURN_NONE;
	return numbered(v->frame, v->index, v->section, v->number - 1U);
}

PyObject *dns_view_next(struct view *v)
{
	struct message m = message_of(v->frame, v->index);
	struct record r = {v->end, 0, 0};
	PyObject *made;

	if (!v->left || !read_record(&m, v->section, &r))
		Py_RETURN_NONE;
	made = view_of(v->frame, v->index, &m, v->section, &r);
	if (made) {
		((struct view *)made)->number = (uint16_t)(v->number + 1);
		((struct view *)made)->left = (uint16_t)(v->left - 1);
	}
	return made;
}

uint32_t dns_view_behind(const struct view *v, uint32_t at, unsigned names)
{
	struct message m = message_of(v->frame, v->index);

	if (m.end > v->end)
		m.end = v->end;
	while (at && names-- > 0)
		at = pass_name(&m, at);
	return at;
}

/* RFC 1035 section 3.3.14: strings of a byte's length each. */
static PyObject *texts(const uint8_t *p, uint32_t left)
{
	PyObject *list = PyList_New(0), *one;
	uint32_t len;
	int rc;

	while (list && left > 0) {
		len = *p++;
		left--;
		if (len > left)
			len = left;
		one = PyBytes_FromStringAndSize((const char *)p, len);
		rc = one ? PyList_Append(list, one) : -1;
		Py_XDECREF(one);
		if (rc < 0)
			Py_CLEAR(list);
		p += len;
		left -= len;
	}
	return list;
}

static PyObject *data(struct view *v, const struct message *m, uint32_t at)
{
	static const struct layers_field ip = {"",   LAYERS_IP, 80, 32,
					       NULL, 0,         0};
	static const struct layers_field ipv6 = {"",   LAYERS_IPV6, 80, 128,
						 NULL, 0,           0};
	uint32_t len;
	const uint8_t *p = fields_bytes(v, at, v->end, &len);

	switch (nd_be16(m->data + v->base)) {
	case 1:
		if (len == 4)
			return fields_read(v, &ip);
		break;
	case 28:
		if (len == 16)
			return fields_read(v, &ipv6);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
	case 12:
		return name(m, at, "");
	case 16:
		return texts(p, len);
	}
	return PyBytes_FromStringAndSize((const char *)p, len);
}

/* The two octets of length over TCP, RFC 1035 section 4.2.2. */
static PyObject *length(const struct view *v)
{
	uint32_t len;
	const uint8_t *p = fields_bytes(v, v->at, v->base, &len);

	return len == 2 ? PyLong_FromLong(nd_be16(p)) : NULL;
}

PyObject *dns_view_field(struct view *v, const struct layers_field *f,
			 uint32_t at)
{
	struct message m = message_of(v->frame, v->index);
	uint32_t len;
	const uint8_t *p;

	if (m.end < v->base || m.end - m.start < 12)
		return NULL;
	switch (f->type) {
	case LAYERS_DNS_LENGTH:
		return length(v);
	case LAYERS_DNS_SECTION:
		return dns_view_first(v->frame, v->index, f->at / 8);
	case LAYERS_DNS_OWNER:
		return name(&m, v->at, ".");
	case LAYERS_DNS_NAME:
		return name(&m, at, "");
	case LAYERS_DNS_OPTIONS:
		p = fields_bytes(v, at, v->end, &len);
		return options_edns(p, len);
	default:
		return data(v, &m, at);
	}
}
