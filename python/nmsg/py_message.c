/* SPDX-License-Identifier: MIT */
#include "py_message.h"

#include "loop.h"
#include "nmsg_json.h"
#include "py_fields.h"
#include "py_value.h"

#include <string.h>

static struct py_message *message_of(PyObject *object)
{
	return (struct py_message *)object;
}

static const struct nmsg_type *type_of(const struct py_message *self)
{
	return nmsg_type_find(self->m.vid, self->m.msgtype);
}

/* --- making one ---------------------------------------------------------- */

static int set_payload(struct py_message *self, PyObject *bytes)
{
	if (!bytes)
		return -1;
	Py_XSETREF(self->payload, bytes);
	self->m.payload = (const uint8_t *)PyBytes_AS_STRING(bytes);
	self->m.payload_len = (size_t)PyBytes_GET_SIZE(bytes);
	return 0;
}

PyObject *py_message_new(const struct message *m)
{
	struct py_message *self =
		PyObject_New(struct py_message, &py_message_type);

	if (!self)
		return NULL;
	self->m = *m;
	self->payload = self->fields = NULL;
	self->changed = false;
	if (m->payload &&
	    set_payload(self,
			PyBytes_FromStringAndSize((const char *)m->payload,
						  (Py_ssize_t)m->payload_len)) <
		    0) {
		Py_DECREF(self);
		return NULL;
	}
	return &self->ob_base;
}

/* message(vid, msgtype[, payload]) */
static int message_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char vid[] = "vid", msgtype[] = "msgtype", bytes[] = "payload";
	static char *words[] = {vid, msgtype, bytes, NULL};
	struct py_message *self = message_of(object);
	PyObject *payload = NULL;
	struct message m = {0};

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "II|S:message", words,
					 &m.vid, &m.msgtype, &payload))
		return -1;
	if (!payload && !nmsg_type_find(m.vid, m.msgtype)) {
		PyErr_Format(PyExc_ValueError, "no known type is %u:%u", m.vid,
			     m.msgtype);
		return -1;
	}
	self->m = m;
	self->changed = payload == NULL;
	Py_CLEAR(self->fields);
	Py_CLEAR(self->payload);
	if (payload)
		return set_payload(self, Py_NewRef(payload));
	self->fields = PyDict_New();
	return self->fields ? 0 : -1;
}

static void message_free(PyObject *object)
{
	struct py_message *self = message_of(object);

	Py_XDECREF(self->payload);
	Py_XDECREF(self->fields);
	Py_TYPE(object)->tp_free(object);
}

static PyObject *from_json(PyObject *unused, PyObject *object)
{
	struct nmsg_json json = {.aliases = &py_nmsg_aliases};
	PyObject *message = NULL;
	struct message m;
	const char *text;
	Py_ssize_t len;
	size_t used;
	Py_buffer view = {0};

	(void)unused;
	if (PyUnicode_Check(object)) {
		text = PyUnicode_AsUTF8AndSize(object, &len);
	} else if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) == 0) {
		text = view.buf;
		len = view.len;
	} else {
		return NULL;
	}
	if (text && nmsg_json_next(&json, text, (size_t)len, true,
				   loop_wall_ns(), &used, &m) == 1)
		message = py_message_new(&m);
	else if (text)
		PyErr_SetString(PyExc_ValueError, "not a message as JSON");
	nmsg_json_free(&json);
	PyBuffer_Release(&view);
	return message;
}

/* --- fields -------------------------------------------------------------- */

int py_message_sync(struct py_message *self)
{
	if (!self->changed)
		return 0;
	if (set_payload(self, py_fields_write(self->fields, type_of(self))) < 0)
		return -1;
	/* A list may still be changed where it is. */
	return 0;
}

/* What is on the wire, lent. */
static PyObject *wire_fields(struct py_message *self)
{
	if (!self->fields)
		self->fields = py_fields_read(&self->m);
	return self->fields;
}

/* All fields, new. */
static PyObject *all_fields(struct py_message *self)
{
	PyObject *dict = wire_fields(self);

	if (!dict || !py_fields_has_virtual(type_of(self)))
		return Py_XNewRef(dict);
	if (py_message_sync(self) < 0)
		return NULL;
	dict = PyDict_Copy(dict);
	if (dict && py_fields_add_virtual(dict, &self->m) < 0)
		Py_CLEAR(dict);
	return dict;
}

/* The field's value, new; NULL without an exception where there is none. */
static PyObject *find(struct py_message *self, PyObject *key)
{
	PyObject *dict = wire_fields(self), *value;
	const struct nmsg_field *field;

	if (!dict)
		return NULL;
	value = PyDict_GetItemWithError(dict, key);
	if (value || PyErr_Occurred())
		return Py_XNewRef(value);
	field = py_fields_named(type_of(self), key);
	if (!field || !field->get || py_message_sync(self) < 0)
		return NULL;
	return py_fields_virtual(&self->m, field);
}

static PyObject *message_get_item(PyObject *object, PyObject *key)
{
	PyObject *value = find(message_of(object), key);

	if (!value && !PyErr_Occurred())
		PyErr_SetObject(PyExc_KeyError, key);
	return value;
}

static int message_contains(PyObject *object, PyObject *key)
{
	PyObject *value = find(message_of(object), key);

	if (!value)
		return PyErr_Occurred() ? -1 : 0;
	Py_DECREF(value);
	return 1;
}

static int message_set_item(PyObject *object, PyObject *key, PyObject *value)
{
	struct py_message *self = message_of(object);
	const struct nmsg_field *field = py_fields_named(type_of(self), key);
	PyObject *dict;
	int rc;

	if (!field) {
		PyErr_SetObject(PyExc_KeyError, key);
		return -1;
	}
	if (field->number == 0) {
		PyErr_Format(PyExc_ValueError, "%s is made of other fields",
			     field->name);
		return -1;
	}
	dict = wire_fields(self);
	if (!dict)
		return -1;
	rc = value ? PyDict_SetItem(dict, key, value)
		   : PyDict_DelItem(dict, key);
	if (rc == 0)
		self->changed = true;
	return rc;
}

static PyObject *message_get(PyObject *object, PyObject *args)
{
	PyObject *key, *otherwise = Py_None, *value;

	if (!PyArg_ParseTuple(args, "O|O:get", &key, &otherwise))
		return NULL;
	value = find(message_of(object), key);
	if (value || PyErr_Occurred())
		return value;
	return Py_NewRef(otherwise);
}

/* What a dict of all fields says when one of its methods is called. */
static PyObject *ask_fields(PyObject *object, const char *method)
{
	PyObject *dict = all_fields(message_of(object)), *answer;

	if (!dict)
		return NULL;
	answer = PyObject_CallMethod(dict, method, NULL);
	Py_DECREF(dict);
	return answer;
}

static PyObject *message_keys(PyObject *object, PyObject *unused)
{
	(void)unused;
	return ask_fields(object, "keys");
}

static PyObject *message_items(PyObject *object, PyObject *unused)
{
	(void)unused;
	return ask_fields(object, "items");
}

static PyObject *message_iter(PyObject *object)
{
	return ask_fields(object, "__iter__");
}

static PyObject *message_repr(PyObject *object)
{
	return ask_fields(object, "__repr__");
}

static PyObject *to_json(PyObject *object, PyObject *unused)
{
	struct py_message *self = message_of(object);
	struct text t = {0};
	PyObject *json = NULL;
	int rc;

	(void)unused;
	if (py_message_sync(self) < 0)
		return NULL;
	rc = nmsg_json_write(&t, &self->m, &py_nmsg_aliases);
	if (rc < 0)
		PyErr_SetString(PyExc_ValueError,
				"the payload is not of its type");
	else if (t.error)
		PyErr_NoMemory();
	else
		json = PyUnicode_DecodeUTF8(t.at, (Py_ssize_t)t.len - 1,
					    "replace");
	text_free(&t);
	return json;
}

/* --- attributes ---------------------------------------------------------- */

static PyObject *get_fields(PyObject *object, void *unused)
{
	(void)unused;
	return all_fields(message_of(object));
}

static PyObject *get_field_types(PyObject *object, void *unused)
{
	(void)unused;
	return py_fields_kinds(type_of(message_of(object)));
}

static PyObject *get_field_names(PyObject *object, void *unused)
{
	(void)unused;
	return py_fields_names(type_of(message_of(object)));
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

/* --- the type ------------------------------------------------------------ */

#define PLACE(of) ((void *)(uintptr_t)&place_##of)

static PyGetSetDef message_attributes[] = {
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

static PyMethodDef message_methods[] = {
	{"keys", message_keys, METH_NOARGS, "names of the fields it has"},
	{"items", message_items, METH_NOARGS, "these and their values"},
	{"get", message_get, METH_VARARGS, "get(name, otherwise=None)"},
	{"to_json", to_json, METH_NOARGS, "as JSON, a str"},
	{"from_json", from_json, METH_O | METH_STATIC,
	 "from_json(text): a message"},
	{0},
};

static PyMappingMethods message_mapping = {
	.mp_subscript = message_get_item,
	.mp_ass_subscript = message_set_item,
};

static PySequenceMethods message_sequence = {
	.sq_contains = message_contains,
};

PyTypeObject py_message_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "netdumplings._nmsg.message",
	.tp_doc = "message(vid, msgtype, payload=None): its fields by name",
	.tp_basicsize = sizeof(struct py_message),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.tp_new = PyType_GenericNew,
	.tp_init = message_init,
	.tp_dealloc = message_free,
	.tp_as_mapping = &message_mapping,
	.tp_as_sequence = &message_sequence,
	.tp_iter = message_iter,
	.tp_repr = message_repr,
	.tp_methods = message_methods,
	.tp_getset = message_attributes,
};
