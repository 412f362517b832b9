/* SPDX-License-Identifier: MIT */
#include "py_value.h"

#include <arpa/inet.h>

/* --- of fields ----------------------------------------------------------- */

static PyObject *make_bytes(const struct nmsg_value *v)
{
	return PyBytes_FromStringAndSize((const char *)v->bytes,
					 (Py_ssize_t)v->len);
}

static PyObject *make_enum(const struct nmsg_field *field,
			   const struct nmsg_value *v)
{
	const char *name = nmsg_type_enum(field, (int64_t)v->u);

	return name ? PyUnicode_InternFromString(name)
		    : PyLong_FromLongLong((long long)v->u);
}

static PyObject *make_ip(const struct nmsg_value *v)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(v->len == 4 ? AF_INET : AF_INET6, v->bytes, text,
		  sizeof(text));
	return PyUnicode_FromString(text);
}

static PyObject *make(const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	switch ((enum nmsg_kind)field->kind) {
	case NMSG_ENUM:
		return make_enum(field, v);
	case NMSG_BYTES:
	case NMSG_STRING:
	case NMSG_MLSTRING:
		return make_bytes(v);
	case NMSG_IP:
		return make_ip(v);
	case NMSG_UINT16:
	case NMSG_UINT32:
	case NMSG_UINT64:
		return PyLong_FromUnsignedLongLong(v->u);
	case NMSG_INT16:
	case NMSG_INT32:
	case NMSG_INT64:
		return PyLong_FromLongLong((long long)v->u);
	case NMSG_DOUBLE:
		return PyFloat_FromDouble(v->d);
	case NMSG_BOOL:
		return PyBool_FromLong(v->u != 0);
	}
	Py_UNREACHABLE();
}

int py_value_make(const struct nmsg_field *field, const struct nmsg_value *v,
		  PyObject **object)
{
	if (field->kind == NMSG_IP && v->len != 4 && v->len != 16)
		return 0;
	*object = make(field, v);
	return *object ? 1 : -1;
}

/* --- for fields ---------------------------------------------------------- */

static int refuse(const struct nmsg_field *field, PyObject *object)
{
	PyErr_Format(PyExc_TypeError, "%s cannot be of type %s", field->name,
		     Py_TYPE(object)->tp_name);
	return -1;
}

/* Bytes, or text as UTF-8. */
static int take_bytes(const struct nmsg_field *field, PyObject *object,
		      struct py_value *value)
{
	Py_ssize_t len;

	if (PyUnicode_Check(object)) {
		const char *text = PyUnicode_AsUTF8AndSize(object, &len);

		value->v.bytes = (const uint8_t *)text;
		value->v.len = (size_t)len;
		return text ? 0 : -1;
	}
	if (!PyObject_CheckBuffer(object))
		return refuse(field, object);
	value->held = PyBytes_FromObject(object);
	if (!value->held)
		return -1;
	value->v.bytes = (const uint8_t *)PyBytes_AS_STRING(value->held);
	value->v.len = (size_t)PyBytes_GET_SIZE(value->held);
	return 0;
}

/* The text of an address, or its 4 or 16 bytes. */
static int take_ip(const struct nmsg_field *field, PyObject *object,
		   struct py_value *value)
{
	struct nmsg_value *v = &value->v;
	const char *text;

	if (!PyUnicode_Check(object))
		return take_bytes(field, object, value);
	text = PyUnicode_AsUTF8(object);
	if (!text)
		return -1;
	v->bytes = value->ip;
	v->len = 4;
	if (inet_pton(AF_INET, text, value->ip) == 1)
		return 0;
	v->len = 16;
	if (inet_pton(AF_INET6, text, value->ip) == 1)
		return 0;
	PyErr_Format(PyExc_ValueError, "%s: %R is no IP address", field->name,
		     object);
	return -1;
}

PyObject *py_value_int(PyObject *object)
{
	if (PyNumber_Check(object))
		return PyNumber_Long(object);
	PyErr_Format(PyExc_TypeError, "a number is needed, not %s",
		     Py_TYPE(object)->tp_name);
	return NULL;
}

static int take_number(const struct nmsg_field *field, PyObject *object,
		       struct nmsg_value *v)
{
	bool is_unsigned =
		field->kind >= NMSG_UINT16 && field->kind <= NMSG_UINT64;
	PyObject *n;

	if (!PyNumber_Check(object))
		return refuse(field, object);
	n = PyNumber_Long(object);
	if (!n)
		return -1;
	v->u = is_unsigned ? PyLong_AsUnsignedLongLong(n)
			   : (unsigned long long)PyLong_AsLongLong(n);
	Py_DECREF(n);
	return PyErr_Occurred() ? -1 : 0;
}

static int take_enum(const struct nmsg_field *field, PyObject *object,
		     struct py_value *value)
{
	int32_t number;

	if (PyNumber_Check(object))
		return take_number(field, object, &value->v);
	if (take_bytes(field, object, value) < 0)
		return -1;
	if (nmsg_type_enum_number(field, (const char *)value->v.bytes,
				  value->v.len, &number)) {
		value->v.u = (uint64_t)(int64_t)number;
		return 0;
	}
	PyErr_Format(PyExc_ValueError, "%s: %R is none of its names",
		     field->name, object);
	py_value_drop(value);
	return -1;
}

int py_value_take(const struct nmsg_field *field, PyObject *object,
		  struct py_value *value)
{
	int truth;

	value->v = (struct nmsg_value){0};
	value->held = NULL;
	switch ((enum nmsg_kind)field->kind) {
	case NMSG_ENUM:
		return take_enum(field, object, value);
	case NMSG_BYTES:
	case NMSG_STRING:
	case NMSG_MLSTRING:
		return take_bytes(field, object, value);
	case NMSG_IP:
		return take_ip(field, object, value);
	case NMSG_DOUBLE:
		value->v.d = PyFloat_AsDouble(object);
		return PyErr_Occurred() ? -1 : 0;
	case NMSG_BOOL:
		truth = PyObject_IsTrue(object);
		value->v.u = truth > 0;
		return truth < 0 ? -1 : 0;
	default:
		return take_number(field, object, &value->v);
	}
}

void py_value_drop(struct py_value *value)
{
	Py_CLEAR(value->held);
}
