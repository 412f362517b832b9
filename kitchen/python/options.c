/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <netdumplings/bytes.h>

static PyStructSequence_Field ip_fields[] = {
	{"copy_flag", NULL}, {"optclass", NULL}, {"option", NULL},
	{"length", NULL},    {"value", NULL},    {NULL, NULL},
};

static PyStructSequence_Field edns_fields[] = {
	{"optcode", NULL},
	{"optlen", NULL},
	{"optdata", NULL},
	{NULL, NULL},
};

static PyStructSequence_Desc ip_desc = {
	"netdumplings.packet.IPOption",
	"An option of an IP header.",
	ip_fields,
	5,
};

static PyStructSequence_Desc edns_desc = {
	"netdumplings.packet.EDNS0TLV",
	"An option of a DNS message.",
	edns_fields,
	3,
};

static PyTypeObject *ip_type, *edns_type;

int options_open(PyObject *module)
{
	ip_type = PyStructSequence_NewType(&ip_desc);
	edns_type = PyStructSequence_NewType(&edns_desc);
	if (!ip_type || !edns_type ||
	    PyModule_AddObjectRef(module, "IPOption", (PyObject *)ip_type) < 0)
		return -1;
	return PyModule_AddObjectRef(module, "EDNS0TLV", (PyObject *)edns_type);
}

/* Takes the member, also on failure; the list is gone then. */
static bool add(PyObject **list, PyObject *member)
{
	if (!member || PyList_Append(*list, member) < 0)
		Py_CLEAR(*list);
	Py_XDECREF(member);
	return *list != NULL;
}

static PyObject *ip_option(const uint8_t *p, uint32_t len)
{
	if (len < 2)
		return Py_BuildValue("iiiOy#", p[0] >> 7, p[0] >> 5 & 3,
				     p[0] & 31, Py_None, "", (Py_ssize_t)0);
	return Py_BuildValue("iiiiy#", p[0] >> 7, p[0] >> 5 & 3, p[0] & 31,
			     p[1], p + 2, (Py_ssize_t)len - 2);
}

/* A tuple's members with names; the tuple is taken. */
static PyObject *named(PyTypeObject *type, PyObject *tuple)
{
	PyObject *made = tuple ? PyStructSequence_New(type) : NULL;

	for (Py_ssize_t i = 0; made && i < PyTuple_GET_SIZE(tuple); i++)
		PyStructSequence_SetItem(made, i,
					 Py_NewRef(PyTuple_GET_ITEM(tuple, i)));
	Py_XDECREF(tuple);
	return made;
}

PyObject *options_ip(const uint8_t *p, uint32_t len)
{
	PyObject *list = PyList_New(0);
	uint32_t size;

	while (list && len > 0) {
		size = (p[0] & 31) < 2 ? 1 : len < 2 || p[1] < 2 ? len : p[1];
		if (size > len)
			size = len;
		if (!add(&list, named(ip_type, ip_option(p, size))))
			break;
		p += size;
		len -= size;
	}
	return list;
}

PyObject *options_edns(const uint8_t *p, uint32_t len)
{
	PyObject *list = PyList_New(0);
	uint32_t size;

	while (list && len >= 4) {
		size = nd_be16(p + 2);
		if (size > len - 4)
			size = len - 4;
		if (!add(&list,
			 named(edns_type,
			       Py_BuildValue("iiy#", nd_be16(p), nd_be16(p + 2),
					     p + 4, (Py_ssize_t)size))))
			break;
		p += 4 + size;
		len -= 4 + size;
	}
	return list;
}

static const char *tcp_name(unsigned kind)
{
	switch (kind) {
	case 2:
		return "MSS";
	case 3:
		return "WScale";
	case 4:
		return "SAckOK";
	case 5:
		return "SAck";
	case 8:
		return "Timestamp";
	case 14:
		return "AltChkSum";
	case 15:
		return "AltChkSumOpt";
	case 19:
		return "MD5";
	case 25:
		return "Mood";
	case 28:
		return "UTO";
	case 29:
		return "AO";
	case 34:
		return "TFO";
	}
	return NULL;
}

/* Edges of blocks, RFC 2018 section 3: a tuple of all. */
static PyObject *edges(const uint8_t *p, uint32_t len)
{
	PyObject *tuple = PyTuple_New(len / 4), *edge;

	for (uint32_t i = 0; tuple && i < len / 4; i++) {
		edge = PyLong_FromUnsignedLong(nd_be32(p + 4 * (size_t)i));
		if (edge)
			PyTuple_SET_ITEM(tuple, i, edge);
		else
			Py_CLEAR(tuple);
	}
	return tuple;
}

/* A number or a tuple of them where the length is right; bytes otherwise. */
static PyObject *tcp_value(unsigned kind, const uint8_t *p, uint32_t len)
{
	switch (kind << 8 | len) {
	case 2 << 8 | 2:
	case 28 << 8 | 2:
		return PyLong_FromLong(nd_be16(p));
	case 3 << 8 | 1:
		return PyLong_FromLong(p[0]);
	case 8 << 8 | 8:
	case 34 << 8 | 8:
		return edges(p, 8);
	case 14 << 8 | 3:
		return Py_BuildValue("ii", p[0], nd_be16(p + 1));
	}
	if (kind == 5 && len % 4 == 0 && len > 4)
		return edges(p, len);
	return PyBytes_FromStringAndSize((const char *)p, len);
}

static PyObject *tcp_option(unsigned kind, const uint8_t *p, uint32_t len)
{
	PyObject *value = tcp_value(kind, p, len);
	const char *name = tcp_name(kind);

	if (!value)
		return NULL;
	return name ? Py_BuildValue("sN", name, value)
		    : Py_BuildValue("iN", (int)kind, value);
}

PyObject *options_tcp(const uint8_t *p, uint32_t len)
{
	PyObject *list = PyList_New(0);
	uint32_t size;

	while (list && len > 0) {
		if (p[0] < 2) {
			add(&list,
			    Py_BuildValue("sO", p[0] ? "NOP" : "EOL", Py_None));
			if (!p[0])
				break;
			p++;
			len--;
			continue;
		}
		size = len < 2 || p[1] < 2 ? 2 : p[1];
		if (size > len)
			size = len;
		if (!add(&list, tcp_option(p[0], p + (size < 2 ? size : 2),
					   size < 2 ? 0 : size - 2)))
			break;
		p += size;
		len -= size;
	}
	return list;
}
