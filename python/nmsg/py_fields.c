/* SPDX-License-Identifier: MIT */
#include "py_fields.h"

#include "nmsg_build.h"
#include "nmsg_record.h"
#include "py_value.h"

#include <errno.h>

#define TYPES_MAX 64

/* Fields' names as objects, made once. */
static struct type_names {
	const struct nmsg_type *type;
	PyObject *name[NMSG_FIELDS_MAX];
} known[TYPES_MAX];
static size_t known_count;

int py_fields_init(void)
{
	const struct nmsg_type *type;

	for (; known_count < TYPES_MAX && (type = nmsg_type_at(known_count));
	     known_count++) {
		struct type_names *names = &known[known_count];

		names->type = type;
		for (size_t i = 0; i < type->field_count; i++) {
			names->name[i] = PyUnicode_InternFromString(
				type->fields[i].name);
			if (!names->name[i])
				return -1;
		}
	}
	return 0;
}

static PyObject *const *names_of(const struct nmsg_type *type)
{
	size_t i = 0;

	while (known[i].type != type)
		i++;
	return known[i].name;
}

const struct nmsg_field *py_fields_named(const struct nmsg_type *type,
					 PyObject *name)
{
	PyObject *const *names;

	if (!type || !PyUnicode_Check(name))
		return NULL;
	names = names_of(type);
	for (size_t i = 0; i < type->field_count; i++)
		if (names[i] == name)
			return &type->fields[i];
	for (size_t i = 0; i < type->field_count; i++)
		if (PyUnicode_Compare(names[i], name) == 0)
			return &type->fields[i];
	return NULL;
}

/* --- reading ------------------------------------------------------------- */

static PyObject *read_list(const struct nmsg_record *r,
			   const struct nmsg_field *field)
{
	PyObject *list = PyList_New(0);
	struct nmsg_each each;
	struct nmsg_value v;

	if (!list)
		return NULL;
	nmsg_record_start(r, field, &each);
	while (nmsg_record_each(field, &each, &v)) {
		PyObject *value;
		int rc = py_value_make(field, &v, &value);

		if (rc > 0) {
			rc = PyList_Append(list, value);
			Py_DECREF(value);
		}
		if (rc < 0) {
			Py_DECREF(list);
			return NULL;
		}
	}
	return list;
}

/* As py_value_make(), of what is on the wire. */
static int read_field(const struct nmsg_record *r,
		      const struct nmsg_field *field, PyObject **value)
{
	struct nmsg_value v;

	if (field->flags & NMSG_REPEATED &&
	    r->count[field - r->type->fields] > 0) {
		*value = read_list(r, field);
		return *value ? 1 : -1;
	}
	return nmsg_record_wire(r, field, &v) ? py_value_make(field, &v, value)
					      : 0;
}

PyObject *py_fields_read(const struct message *m)
{
	PyObject *dict = PyDict_New();
	PyObject *const *names;
	struct nmsg_record r;

	if (!dict || nmsg_record_read(&r, m) < 0)
		return dict;
	names = names_of(r.type);
	for (size_t i = 0; i < r.type->field_count; i++) {
		PyObject *value;
		int rc = read_field(&r, &r.type->fields[i], &value);

		if (rc > 0) {
			rc = PyDict_SetItem(dict, names[i], value);
			Py_DECREF(value);
		}
		if (rc < 0) {
			Py_DECREF(dict);
			return NULL;
		}
	}
	return dict;
}

/* As py_value_make(), of a field that the wire does not have. */
static int make_virtual(struct nmsg_record *r, const struct nmsg_field *field,
			PyObject **value)
{
	struct text scratch = {0};
	struct nmsg_value v;
	int rc = 0;

	r->scratch = &scratch;
	r->whole.bytes = NULL;
	if (field->get(r, &v))
		rc = py_value_make(field, &v, value);
	text_free(&scratch);
	return rc;
}

PyObject *py_fields_virtual(const struct message *m,
			    const struct nmsg_field *field)
{
	struct nmsg_record r;
	PyObject *value;

	if (!field->get || nmsg_record_read(&r, m) < 0)
		return NULL;
	return make_virtual(&r, field, &value) > 0 ? value : NULL;
}

bool py_fields_has_virtual(const struct nmsg_type *type)
{
	for (size_t i = 0; type && i < type->field_count; i++)
		if (type->fields[i].get)
			return true;
	return false;
}

int py_fields_add_virtual(PyObject *dict, const struct message *m)
{
	PyObject *const *names;
	struct nmsg_record r;

	if (nmsg_record_read(&r, m) < 0)
		return 0;
	names = names_of(r.type);
	for (size_t i = 0; i < r.type->field_count; i++) {
		PyObject *value;
		int rc = 0;

		if (r.type->fields[i].get && r.count[i] == 0)
			rc = make_virtual(&r, &r.type->fields[i], &value);
		if (rc > 0) {
			rc = PyDict_SetItem(dict, names[i], value);
			Py_DECREF(value);
		}
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* --- writing ------------------------------------------------------------- */

static int write_value(struct nmsg_build *b, const struct nmsg_field *field,
		       PyObject *object)
{
	struct py_value value;
	int rc;

	if (py_value_take(field, object, &value) < 0)
		return -1;
	rc = nmsg_build_add(b, field, &value.v);
	py_value_drop(&value);
	if (rc == 0)
		return 0;
	PyErr_Format(PyExc_ValueError, "%s cannot be %R", field->name, object);
	return -1;
}

/* A list has the values of a repeated field; one that is none counts as one. */
static int write_field(struct nmsg_build *b, const struct nmsg_field *field,
		       PyObject *object)
{
	PyObject *values;
	int rc = 0;

	if (!PyList_Check(object) && !PyTuple_Check(object))
		return write_value(b, field, object);
	values = PySequence_Tuple(object);
	if (!values)
		return -1;
	for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_GET_SIZE(values); i++)
		rc = write_value(b, field, PyTuple_GET_ITEM(values, i));
	Py_DECREF(values);
	return rc;
}

static int write_fields(struct nmsg_build *b, PyObject *dict,
			const struct nmsg_type *type)
{
	PyObject *const *names = names_of(type);

	for (size_t i = 0; i < type->field_count; i++) {
		PyObject *value = PyDict_GetItemWithError(dict, names[i]);
		int rc;

		if (!value) {
			if (PyErr_Occurred())
				return -1;
			continue;
		}
		Py_INCREF(value); /* converting it may run anything */
		rc = write_field(b, &type->fields[i], value);
		Py_DECREF(value);
		if (rc < 0)
			return -1;
	}
	return 0;
}

PyObject *py_fields_write(PyObject *dict, const struct nmsg_type *type)
{
	struct nmsg_build b = {0};
	struct message m = {0};
	PyObject *payload = NULL;

	nmsg_build_start(&b, type);
	if (write_fields(&b, dict, type) == 0) {
		if (nmsg_build_finish(&b, &m) < 0)
			PyErr_NoMemory();
		else
			payload = PyBytes_FromStringAndSize(
				(const char *)m.payload,
				(Py_ssize_t)m.payload_len);
	}
	nmsg_build_free(&b);
	return payload;
}

/* --- what there is ------------------------------------------------------- */

PyObject *py_fields_kinds(const struct nmsg_type *type)
{
	PyObject *dict = PyDict_New();

	for (size_t i = 0; dict && type && i < type->field_count; i++) {
		PyObject *kind = PyLong_FromLong(type->fields[i].kind);

		if (!kind || PyDict_SetItem(dict, names_of(type)[i], kind) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(kind);
	}
	return dict;
}

PyObject *py_fields_names(const struct nmsg_type *type)
{
	PyObject *set = PySet_New(NULL);

	for (size_t i = 0; set && type && i < type->field_count; i++)
		if (PySet_Add(set, names_of(type)[i]) < 0)
			Py_CLEAR(set);
	return set;
}
