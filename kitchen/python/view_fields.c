/* SPDX-License-Identifier: MIT */
#include "view_fields.h"

#include "dns_view.h"
#include "fields.h"

/* All names, and for each kind the number of each of its fields' names. */
static PyObject *names[VIEW_FIELDS_NAMES_MAX];
static unsigned name_count;
static uint16_t numbers[LAYERS_COUNT][LAYERS_FIELDS_MAX];
static uint8_t field_count[LAYERS_COUNT];

/* The value of this layer's own field. */
static PyObject *own(struct view *v, unsigned number)
{
	unsigned kind = view_kind(v);
	const struct layers_field *fields = layers_of(kind)->fields;
	PyObject *value;

	for (unsigned i = 0; i < field_count[kind]; i++) {
		if (numbers[kind][i] != number)
			continue;
		if (v->fields) {
			value = PyDict_GetItemWithError(v->fields,
							names[number]);
			return Py_XNewRef(value);
		}
		value = fields_read(v, &fields[i]);
		if (value || PyErr_Occurred())
			return value;
	}
	return NULL;
}

/* What follows, or NULL at the end; the one before is given back. */
static struct view *step(struct view *v)
{
	PyObject *next = view_payload(v);

	Py_DECREF(v);
	if (next && view_kind((struct view *)next) == LAYERS_NOTHING)
		Py_CLEAR(next);
	return (struct view *)next;
}

static bool has(unsigned kind, unsigned number)
{
	for (unsigned i = 0; i < field_count[kind]; i++)
		if (numbers[kind][i] == number)
			return true;
	return false;
}

/* The next of the packet's layers that may have such a field. */
static PyObject *behind(struct view *v, unsigned number)
{
	const struct nd_packet *pkt = v->frame->pkt;
	PyObject *layer, *value;

	for (uint32_t i = v->index + 1; i < pkt->layer_count; i++) {
		if (!has(view_layer_kind(v->frame, i), number))
			continue;
		layer = view_of_layer(v->frame, i);
		if (!layer)
			return NULL;
		value = own((struct view *)layer, number);
		Py_DECREF(layer);
		if (value || PyErr_Occurred())
			return value;
	}
	return NULL;
}

static PyObject *behind_record(struct view *v, unsigned number)
{
	PyObject *value = NULL;

	v = (struct view *)Py_NewRef(v);
	while (!value && v && !PyErr_Occurred()) {
		v = step(v);
		if (v)
			value = own(v, number);
	}
	Py_XDECREF(v);
	return value;
}

static PyObject *numbered(struct view *v, unsigned number)
{
	PyObject *value = own(v, number);

	if (!value && !PyErr_Occurred())
		value = v->section == VIEW_NO_SECTION
				? behind(v, number)
				: behind_record(v, number);
	if (!value && !PyErr_Occurred())
		PyErr_SetObject(PyExc_AttributeError, names[number]);
	return value;
}

static PyObject *get(PyObject *self, void *closure)
{
	return numbered((struct view *)self, (unsigned)(uintptr_t)closure);
}

PyObject *view_fields_get(struct view *v, PyObject *name)
{
	for (unsigned i = 0; i < name_count; i++)
		if (names[i] == name || PyUnicode_Compare(names[i], name) == 0)
			return numbered(v, i);
	PyErr_SetObject(PyExc_AttributeError, name);
	return NULL;
}

PyObject *view_fields_dict(struct view *v)
{
	unsigned kind = view_kind(v);
	const struct layers_field *fields = layers_of(kind)->fields;
	PyObject *dict, *value;
	int rc = 0;

	if (v->fields)
		return Py_NewRef(v->fields);
	dict = PyDict_New();
	for (unsigned i = 0; dict && rc == 0 && i < field_count[kind]; i++) {
		value = fields_read(v, &fields[i]);
		if (value)
			rc = PyDict_SetItem(dict, names[numbers[kind][i]],
					    value);
		else if (PyErr_Occurred())
			rc = -1;
		Py_XDECREF(value);
	}
	if (rc < 0)
		Py_CLEAR(dict);
	v->fields = Py_XNewRef(dict);
	return dict;
}

/* The number of a name, a new one if need be; -1 and an exception. */
static int number_of(const char *name)
{
	PyObject *interned = PyUnicode_InternFromString(name);

	if (!interned)
		return -1;
	for (unsigned i = 0; i < name_count; i++)
		if (names[i] == interned) {
			Py_DECREF(interned);
			return (int)i;
		}
	assert(name_count < VIEW_FIELDS_NAMES_MAX);
	names[name_count] = interned;
	return (int)name_count++;
}

static int number_fields(unsigned kind)
{
	const struct layers_field *field = layers_of(kind)->fields;
	int number;

	for (; field->name; field++) {
		assert(field_count[kind] < LAYERS_FIELDS_MAX);
		number = number_of(field->name);
		if (number < 0)
			return -1;
		numbers[kind][field_count[kind]++] = (uint16_t)number;
	}
	return 0;
}

int view_fields_open(PyGetSetDef getters[VIEW_FIELDS_NAMES_MAX + 1])
{
	for (unsigned kind = 0; kind < LAYERS_COUNT; kind++)
		if (number_fields(kind) < 0)
			return -1;
	for (unsigned i = 0; i < name_count; i++)
		getters[i] = (PyGetSetDef){
			.name = PyUnicode_AsUTF8(names[i]),
			.get = get,
			.closure = (void *)(uintptr_t)i,
		};
	getters[name_count] = (PyGetSetDef){NULL};
	return (int)name_count;
}
