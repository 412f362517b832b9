/* SPDX-License-Identifier: MIT */
#include "payload.h"

#include <errno.h>
#include <string.h>

static int put(struct nd_dumpling *out, const char *key, PyObject *v);

static int put_int(struct nd_dumpling *out, const char *key, PyObject *v)
{
	int overflow;
	long long n = PyLong_AsLongLongAndOverflow(v, &overflow);
	unsigned long long u;

	if (overflow == 0) {
		nd_put_int(out, key, n);
		return 0;
	}
	u = overflow > 0 ? PyLong_AsUnsignedLongLong(v)
			 : (unsigned long long)-1;
	if (overflow > 0 && !PyErr_Occurred()) {
		nd_put_uint(out, key, u);
		return 0;
	}
	PyErr_Clear();
	nd_put_double(out, key, PyLong_AsDouble(v));
	return PyErr_Occurred() ? -1 : 0;
}

static int put_text(struct nd_dumpling *out, const char *key, PyObject *v)
{
	Py_ssize_t len;
	const char *s = PyUnicode_AsUTF8AndSize(v, &len);
	PyObject *bytes;

	if (s) {
		nd_put_strn(out, key, s, (size_t)len);
		return 0;
	}
	/* Half a surrogate pair has no UTF-8. */
	PyErr_Clear();
	bytes = PyUnicode_AsEncodedString(v, "utf-8", "replace");
	if (!bytes)
		return -1;
	nd_put_strn(out, key, PyBytes_AS_STRING(bytes),
		    (size_t)PyBytes_GET_SIZE(bytes));
	Py_DECREF(bytes);
	return 0;
}

/* A key as text, a new reference: as json.dumps() has it. */
static PyObject *key_of(PyObject *k)
{
	if (PyUnicode_Check(k))
		return Py_NewRef(k);
	if (k == Py_True || k == Py_False || k == Py_None)
		return PyUnicode_FromString(k == Py_True    ? "true"
					    : k == Py_False ? "false"
							    : "null");
	if (PyLong_Check(k))
		return PyLong_Type.tp_repr(k);
	if (PyFloat_Check(k))
		return PyFloat_Type.tp_repr(k);
	PyErr_Format(PyExc_TypeError,
		     "keys must be str, int, float, bool or None, not %s",
		     Py_TYPE(k)->tp_name);
	return NULL;
}

static int put_pair(struct nd_dumpling *out, PyObject *k, PyObject *v)
{
	PyObject *text = key_of(k), *bytes = NULL;
	const char *key;
	int rc = -1;

	if (!text)
		return -1;
	key = PyUnicode_AsUTF8(text);
	if (!key) {
		PyErr_Clear();
		bytes = PyUnicode_AsEncodedString(text, "utf-8", "replace");
		key = bytes ? PyBytes_AS_STRING(bytes) : NULL;
	}
	if (key)
		rc = put(out, key, v);
	Py_XDECREF(bytes);
	Py_DECREF(text);
	return rc;
}

static int put_map(struct nd_dumpling *out, const char *key, PyObject *v)
{
	PyObject *k, *item;
	Py_ssize_t at = 0;
	int rc = 0;

	nd_put_map(out, key);
	while (rc == 0 && PyDict_Next(v, &at, &k, &item))
		rc = put_pair(out, k, item);
	nd_end(out);
	return rc;
}

static int put_array(struct nd_dumpling *out, const char *key, PyObject *v)
{
	int rc = 0;

	nd_put_array(out, key);
	for (Py_ssize_t i = 0; rc == 0 && i < PySequence_Fast_GET_SIZE(v); i++)
		rc = put(out, NULL, PySequence_Fast_GET_ITEM(v, i));
	nd_end(out);
	return rc;
}

static int put(struct nd_dumpling *out, const char *key, PyObject *v)
{
	if (nd_error(out) < 0)
		return 0; /* told at the end; and nothing goes deeper */
	if (PyUnicode_Check(v))
		return put_text(out, key, v);
	if (v == Py_None)
		nd_put_nil(out, key);
	else if (PyBool_Check(v))
		nd_put_bool(out, key, v == Py_True);
	else if (PyLong_Check(v))
		return put_int(out, key, v);
	else if (PyFloat_Check(v))
		nd_put_double(out, key, PyFloat_AS_DOUBLE(v));
	else if (PyDict_Check(v))
		return put_map(out, key, v);
	else if (PyList_Check(v) || PyTuple_Check(v))
		return put_array(out, key, v);
	else {
		PyErr_Format(PyExc_TypeError,
			     "Object of type %s is not JSON serializable",
			     Py_TYPE(v)->tp_name);
		return -1;
	}
	return 0;
}

int payload_put(struct nd_dumpling *out, PyObject *value)
{
	int rc = put(out, NULL, value);

	if (rc == 0 && nd_error(out) < 0) {
		PyErr_Format(PyExc_ValueError, "the payload cannot be sent: %s",
			     nd_error(out) == -ELOOP ? "it is nested too deep"
			     : nd_error(out) == -EMSGSIZE
				     ? "it is larger than --max-message"
				     : strerror(-nd_error(out)));
		rc = -1;
	}
	return rc;
}
