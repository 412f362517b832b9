/* SPDX-License-Identifier: MIT */
/*
 * netdumplings._bus: libnetdumplings' eater for Python.  A dumpling becomes a
 * tuple (chef, kitchen, driver, creation_time, seq, payload), the payload built
 * of its msgpack values.  Nothing here waits: eater.py does, on fileno().
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <netdumplings/eater.h>

struct eater {
	PyObject object;
	struct nd_eater *eater; /* NULL once it was closed */
	/* The last dumpling's names; the next one's are mostly the same. */
	PyObject *chef, *kitchen;
};

PyMODINIT_FUNC PyInit__bus(void);

/* --- values -------------------------------------------------------------- */

static PyObject *make_value(const struct nd_value *v);

/* Text of a network; where it is no UTF-8, U+FFFD, as in JSON. */
static PyObject *make_text(const struct nd_value *v)
{
	return PyUnicode_DecodeUTF8((const char *)v->as.bytes, v->len,
				    "replace");
}

static PyObject *make_bytes(const struct nd_value *v)
{
	return PyBytes_FromStringAndSize((const char *)v->as.bytes, v->len);
}

static PyObject *bad_message(void)
{
	PyErr_SetString(PyExc_ValueError, "a payload is not msgpack");
	return NULL;
}

static PyObject *make_list(struct nd_value array)
{
	PyObject *list = PyList_New(0);
	struct nd_value item;
	int rc = 0;

	while (list && (rc = nd_each(&array, NULL, &item)) > 0) {
		PyObject *value = make_value(&item);

		if (!value || PyList_Append(list, value) < 0)
			Py_CLEAR(list);
		Py_XDECREF(value);
	}
	if (list && rc < 0) {
		Py_DECREF(list);
		return bad_message();
	}
	return list;
}

/* A key that is no text becomes that of its JSON or, failing that, str(). */
static PyObject *make_key(const struct nd_value *v)
{
	PyObject *json, *key, *value;

	if (v->type == ND_STR)
		return make_text(v);
	value = make_value(v);
	if (!value)
		return NULL;
	json = PyImport_ImportModule("json");
	key = json ? PyObject_CallMethod(json, "dumps", "O", value) : NULL;
	if (!key && PyErr_ExceptionMatches(PyExc_TypeError)) {
		PyErr_Clear();
		key = PyObject_Str(value);
	}
	Py_XDECREF(json);
	Py_DECREF(value);
	return key;
}

static PyObject *make_dict(struct nd_value map)
{
	PyObject *dict = PyDict_New();
	struct nd_value name, item;
	int rc = 0;

	while (dict && (rc = nd_each(&map, &name, &item)) > 0) {
		PyObject *key = make_key(&name);
		PyObject *value = key ? make_value(&item) : NULL;

		if (!value || PyDict_SetItem(dict, key, value) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(key);
		Py_XDECREF(value);
	}
	if (dict && rc < 0) {
		Py_DECREF(dict);
		return bad_message();
	}
	return dict;
}

/* The library let nothing through that nests deeper than ND_DEPTH_MAX. */
static PyObject *make_value(const struct nd_value *v)
{
	switch (v->type) {
	case ND_NIL:
		Py_RETURN_NONE;
	case ND_BOOL:
		return PyBool_FromLong(v->as.b);
	case ND_UINT:
		return PyLong_FromUnsignedLongLong(v->as.u);
	case ND_INT:
		return PyLong_FromLongLong(v->as.i);
	case ND_DOUBLE:
		return PyFloat_FromDouble(v->as.d);
	case ND_STR:
		return make_text(v);
	case ND_BIN:
	case ND_EXT:
		return make_bytes(v);
	case ND_TIME:
		return PyFloat_FromDouble((double)v->as.i / 1e9);
	case ND_ARRAY:
		return make_list(*v);
	case ND_MAP:
		return make_dict(*v);
	}
	return bad_message();
}

/* --- dumplings ----------------------------------------------------------- */

/* The text as an object, lent; the one of the last call if it is the same. */
static PyObject *same_name(PyObject **last, const char *name)
{
	if (*last && PyUnicode_CompareWithASCIIString(*last, name) == 0)
		return *last;
	Py_XSETREF(*last, PyUnicode_FromString(name));
	return *last;
}

static PyObject *make_record(struct eater *self, const struct nd_dumpling *d)
{
	const char *kitchen_name = nd_kitchen_name(d);
	PyObject *chef = same_name(&self->chef, nd_chef_name(d));
	PyObject *kitchen = kitchen_name
				    ? same_name(&self->kitchen, kitchen_name)
				    : Py_None;
	PyObject *record, *payload;
	struct nd_value v;

	if (!chef || !kitchen)
		return NULL;
	payload = nd_payload(d, &v) < 0 ? bad_message() : make_value(&v);
	if (!payload)
		return NULL;
	record = Py_BuildValue("(OOidKN)", chef, kitchen, (int)nd_driver(d),
			       (double)nd_creation_time_ns(d) / 1e9,
			       (unsigned long long)nd_seq(d), payload);
	return record;
}

/* --- the eater ----------------------------------------------------------- */

static PyObject *raise_error(int error, const char *what)
{
	if (error == EINVAL) {
		PyErr_SetString(PyExc_ValueError, what);
		return NULL;
	}
	errno = error;
	return PyErr_SetFromErrno(PyExc_OSError);
}

static struct nd_eater *opened(struct eater *self)
{
	if (!self->eater)
		PyErr_SetString(PyExc_ValueError, "the eater is closed");
	return self->eater;
}

static PyObject *eater_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	static char hub[] = "hub", name[] = "name";
	static char *words[] = {hub, name, NULL};
	struct nd_eater_config config = {0};
	struct eater *self;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|s:Eater", words,
					 &config.hub, &config.name))
		return NULL;
	self = (struct eater *)type->tp_alloc(type, 0);
	if (!self)
		return NULL;
	self->eater = nd_eater_new(&config);
	if (!self->eater) {
		Py_DECREF(self);
		return raise_error(errno, "not a hub's endpoint, or a name");
	}
	return (PyObject *)self;
}

static PyObject *eater_close(PyObject *object, PyObject *args)
{
	struct eater *self = (struct eater *)object;

	(void)args;
	nd_eater_free(self->eater);
	self->eater = NULL;
	Py_RETURN_NONE;
}

static void eater_free(PyObject *object)
{
	struct eater *self = (struct eater *)object;

	nd_eater_free(self->eater);
	Py_XDECREF(self->chef);
	Py_XDECREF(self->kitchen);
	Py_TYPE(object)->tp_free(object);
}

static PyObject *eater_want(PyObject *object, PyObject *args)
{
	struct nd_eater *eater = opened((struct eater *)object);
	const char *chef, *kitchen = NULL;
	int rc;

	if (!eater || !PyArg_ParseTuple(args, "z|z:want", &chef, &kitchen))
		return NULL;
	rc = nd_eater_want_from(eater, chef, kitchen);
	if (rc < 0)
		return raise_error(-rc, "no chef's, or kitchen's, name");
	Py_RETURN_NONE;
}

static PyObject *eater_take(PyObject *object, PyObject *args)
{
	struct eater *self = (struct eater *)object;
	const struct nd_dumpling *d;
	Py_ssize_t max;
	PyObject *list;
	int rc = 0;

	if (!opened(self) || !PyArg_ParseTuple(args, "n:take", &max))
		return NULL;
	list = PyList_New(0);
	while (list && PyList_GET_SIZE(list) < max &&
	       (rc = nd_eater_next(self->eater, &d, 0)) > 0) {
		PyObject *record = make_record(self, d);

		if (!record || PyList_Append(list, record) < 0)
			Py_CLEAR(list);
		Py_XDECREF(record);
	}
	if (list && rc < 0 && rc != -EINTR) {
		Py_DECREF(list);
		return raise_error(-rc, "the eater is broken");
	}
	return list;
}

static PyObject *eater_fileno(PyObject *object, PyObject *args)
{
	struct nd_eater *eater = opened((struct eater *)object);

	(void)args;
	return eater ? PyLong_FromLong(nd_eater_fd(eater)) : NULL;
}

static PyObject *eater_stats(PyObject *object, PyObject *args)
{
	struct nd_eater *eater = opened((struct eater *)object);
	struct nd_eater_stats s;

	(void)args;
	if (!eater)
		return NULL;
	nd_eater_stats(eater, &s);
	return Py_BuildValue("{sKsKsKsKsN}", "dumplings",
			     (unsigned long long)s.dumplings, "missing",
			     (unsigned long long)s.missing, "invalid",
			     (unsigned long long)s.invalid, "connects",
			     (unsigned long long)s.connects, "connected",
			     PyBool_FromLong(s.connected));
}

/* --- the module ---------------------------------------------------------- */

static PyMethodDef eater_methods[] = {
	{"want", eater_want, METH_VARARGS,
	 "want(chef, kitchen=None): asks for a chef's dumplings, None: all"},
	{"take", eater_take, METH_VARARGS,
	 "take(max): a list of what waits, without waiting"},
	{"fileno", eater_fileno, METH_NOARGS,
	 "edge-triggered: once readable, take() until it gives nothing"},
	{"stats", eater_stats, METH_NOARGS, "counts, as in eater.h"},
	{"close", eater_close, METH_NOARGS, "gives the connection up"},
	{0},
};

static PyTypeObject eater_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "netdumplings._bus.Eater",
	.tp_doc = "Eater(hub, name='eater'): takes dumplings over ZeroMQ",
	.tp_basicsize = sizeof(struct eater),
	.tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_new = eater_new,
	.tp_dealloc = eater_free,
	.tp_methods = eater_methods,
};

static struct PyModuleDef bus_module = {
	PyModuleDef_HEAD_INIT,
	.m_name = "netdumplings._bus",
	.m_size = -1,
};

PyMODINIT_FUNC PyInit__bus(void)
{
	PyObject *module = PyModule_Create(&bus_module);

	if (module && PyModule_AddType(module, &eater_type) < 0)
		Py_CLEAR(module);
	return module;
}
