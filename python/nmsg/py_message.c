/* SPDX-License-Identifier: MIT */
#include "py_message.h"

#include "loop.h"
#include "nmsg_json.h"
#include "py_attributes.h"
#include "py_fields.h"

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

PyObject *py_message_fields(struct py_message *self)
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
	PyObject *dict = py_message_fields(message_of(object)), *answer;

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

/* --- the type ------------------------------------------------------------ */

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
	.tp_getset = py_attributes,
};
