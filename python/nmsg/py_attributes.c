/* SPDX-License-Identifier: MIT */
#include "py_attributes.h"

#include "py_fields.h"
#include "py_message.h"
#include "py_value.h"

static struct py_message *message_of(PyObject *object)
{
	return (struct py_message *)object;
}

static const struct nmsg_type *type_of(PyObject *object)
{
	const struct message *m = &message_of(object)->m;

	return nmsg_type_find(m->vid, m->msgtype);
}

/* --- the message as a whole ---------------------------------------------- */

static PyObject *get_fields(PyObject *object, void *unused)
{
	(void)unused;
	return py_message_fields(message_of(object));
}

static PyObject *get_field_types(PyObject *object, void *unused)
{
	(void)unused;
	return py_fields_kinds(type_of(object));
}

static PyObject *get_field_names(PyObject *object, void *unused)
{
	(void)unused;
	return py_fields_names(type_of(object));
}

static PyObject *get_payload(PyObject *object, void *unused)
{
	struct py_message *self = message_of(object);

	(void)unused;
	if (py_message_sync(self) < 0)
		return NULL;
	return self->payload ? Py_NewRef(self->payload)
			     : PyBytes_FromStringAndSize(NULL, 0);
}

static PyObject *get_vid(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromUnsignedLong(message_of(object)->m.vid);
}

static PyObject *get_msgtype(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromUnsignedLong(message_of(object)->m.msgtype);
}

static PyObject *get_time_sec(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromLongLong(message_of(object)->m.time_sec);
}

static int cannot_delete(PyObject *value)
{
	if (value)
		return 0;
	PyErr_SetString(PyExc_AttributeError, "it cannot be deleted");
	return -1;
}

static int set_time_sec(PyObject *object, PyObject *value, void *unused)
{
	PyObject *n;
	long long sec;

	(void)unused;
	if (cannot_delete(value) < 0 || !(n = py_value_int(value)))
		return -1;
	sec = PyLong_AsLongLong(n);
	Py_DECREF(n);
	if (sec == -1 && PyErr_Occurred())
		return -1;
	message_of(object)->m.time_sec = sec;
	return 0;
}

/* --- numbers ------------------------------------------------------------- */

/* The others are uint32_t; `where` is their place in a struct py_message. */
static uint32_t *place(PyObject *object, void *where)
{
	return (uint32_t *)(void *)((char *)object + *(const size_t *)where);
}

static PyObject *get_number(PyObject *object, void *where)
{
	return PyLong_FromUnsignedLong(*place(object, where));
}

static int take_uint32(PyObject *value, uint32_t *number)
{
	PyObject *n = py_value_int(value);
	unsigned long u;

	if (!n)
		return -1;
	u = PyLong_AsUnsignedLong(n);
	Py_DECREF(n);
	if (PyErr_Occurred())
		return -1;
	if (u > UINT32_MAX) {
		PyErr_SetString(PyExc_OverflowError, "more than 32 bits");
		return -1;
	}
	*number = (uint32_t)u;
	return 0;
}

static int set_number(PyObject *object, PyObject *value, void *where)
{
	return cannot_delete(value) < 0
		       ? -1
		       : take_uint32(value, place(object, where));
}

static PyObject *get_has(PyObject *object, void *where)
{
	return PyBool_FromLong(*place(object, where) != 0);
}

static int set_has(PyObject *object, PyObject *value, void *where)
{
	int truth = value ? PyObject_IsTrue(value) : 0;

	if (truth == 0)
		*place(object, where) = 0;
	return truth < 0 ? -1 : 0;
}

static const size_t place_nsec = offsetof(struct py_message, m.time_nsec);
static const size_t place_source = offsetof(struct py_message, m.source);
static const size_t place_operator = offsetof(struct py_message, m.operator_id);
static const size_t place_group = offsetof(struct py_message, m.group);

/* --- names --------------------------------------------------------------- */

/* A name where it has one, else its digits, as bytes. */
static PyObject *get_name(PyObject *object, void *where)
{
	const struct nmsg_alias *names = where == &place_group
						 ? py_nmsg_aliases.groups
						 : py_nmsg_aliases.operators;
	uint32_t number = *place(object, where);
	const char *name = nmsg_alias_name(names, number);

	if (number == 0)
		Py_RETURN_NONE;
	return name ? PyBytes_FromString(name)
		    : PyBytes_FromFormat("%lu", (unsigned long)number);
}

static int take_name(const char *text, size_t len, void *where,
		     uint32_t *number)
{
	const struct nmsg_alias *names = where == &place_group
						 ? py_nmsg_aliases.groups
						 : py_nmsg_aliases.operators;
	unsigned long n;
	char *end;

	*number = nmsg_alias_number(names, text, len);
	if (*number)
		return 0;
	n = strtoul(text, &end, 10);
	if (len > 0 && *text >= '0' && *text <= '9' && end == text + len &&
	    n <= UINT32_MAX) {
		*number = (uint32_t)n;
		return 0;
	}
	PyErr_Format(PyExc_ValueError, "no %s is called '%s'",
		     where == &place_group ? "group" : "operator", text);
	return -1;
}

/* A name as bytes or str, a number, or None. */
static int set_name(PyObject *object, PyObject *value, void *where)
{
	uint32_t number = 0;
	Py_ssize_t len;
	const char *text = NULL;

	if (cannot_delete(value) < 0)
		return -1;
	if (PyUnicode_Check(value)) {
		text = PyUnicode_AsUTF8AndSize(value, &len);
		if (!text)
			return -1;
	} else if (PyBytes_Check(value)) {
		text = PyBytes_AS_STRING(value);
		len = PyBytes_GET_SIZE(value);
	}
	if (text) {
		if (take_name(text, (size_t)len, where, &number) < 0)
			return -1;
	} else if (value != Py_None && take_uint32(value, &number) < 0) {
		return -1;
	}
	*place(object, where) = number;
	return 0;
}

#define PLACE(of) ((void *)(uintptr_t)&place_##of)

PyGetSetDef py_attributes[] = {
	{"vid", get_vid, NULL, "the vendor's number", NULL},
	{"msgtype", get_msgtype, NULL, "the vendor's number of the type", NULL},
	{"time_sec", get_time_sec, set_time_sec, "seconds since 1970", NULL},
	{"time_nsec", get_number, set_number, "and nanoseconds", PLACE(nsec)},
	{"source", get_number, set_number, "0: unset", PLACE(source)},
	{"operator", get_name, set_name, "a name as bytes, or None",
	 PLACE(operator)},
	{"group", get_name, set_name, "a name as bytes, or None", PLACE(group)},
	{"has_source", get_has, set_has, "False unsets it", PLACE(source)},
	{"has_operator", get_has, set_has, "False unsets it", PLACE(operator)},
	{"has_group", get_has, set_has, "False unsets it", PLACE(group)},
	{"fields", get_fields, NULL, "the values by name", NULL},
	{"field_types", get_field_types, NULL, "the kinds by name", NULL},
	{"field_names", get_field_names, NULL, "the names of all", NULL},
	{"payload", get_payload, NULL, "the bytes of it all", NULL},
	{0},
};
