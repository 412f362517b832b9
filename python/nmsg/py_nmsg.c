/* SPDX-License-Identifier: MIT */
/*
 * netdumplings._nmsg: messages of NMSG for netdumplings.nmsg, by the same
 * library as the programs'.
 */
#include "py_nmsg.h"

#include "nmsg_type.h"
#include "py_fields.h"
#include "py_input.h"
#include "py_message.h"
#include "py_output.h"

#include <errno.h>

PyMODINIT_FUNC PyInit__nmsg(void);

struct nmsg_aliases py_nmsg_aliases;

PyObject *py_nmsg_error(int error, const char *what)
{
	if (error == EINVAL) {
		PyErr_Format(PyExc_ValueError, "not well formed: %s", what);
		return NULL;
	}
	errno = error;
	if (error == ENXIO) {
		PyErr_Format(PyExc_OSError, "no such host: %s", what);
		return NULL;
	}
	return PyErr_SetFromErrno(PyExc_OSError);
}

PyObject *py_nmsg_counters(const struct stat_counter *table,
			   const void *counters)
{
	PyObject *dict = PyDict_New();

	for (; dict && table->name; table++) {
		PyObject *n =
			PyLong_FromUnsignedLongLong(stats_get(table, counters));

		if (!n || PyDict_SetItemString(dict, table->name, n) < 0)
			Py_CLEAR(dict);
		Py_XDECREF(n);
	}
	return dict;
}

void py_nmsg_lock(PyThread_type_lock lock)
{
	if (PyThread_acquire_lock(lock, NOWAIT_LOCK))
		return;
	Py_BEGIN_ALLOW_THREADS PyThread_acquire_lock(lock, WAIT_LOCK);
	Py_END_ALLOW_THREADS
}

/* --- the tables ---------------------------------------------------------- */

static PyObject *module_types(PyObject *module, PyObject *unused)
{
	PyObject *list = PyList_New(0);
	const struct nmsg_type *type;

	(void)module;
	(void)unused;
	for (size_t i = 0; list && (type = nmsg_type_at(i)); i++) {
		PyObject *item = Py_BuildValue("(IsIs)", type->vid, type->vname,
					       type->msgtype, type->mname);

		if (!item || PyList_Append(list, item) < 0)
			Py_CLEAR(list);
		Py_XDECREF(item);
	}
	return list;
}

static PyObject *module_vendor(PyObject *module, PyObject *args)
{
	unsigned int vid;
	const char *name;

	(void)module;
	if (!PyArg_ParseTuple(args, "I:vendor", &vid))
		return NULL;
	name = nmsg_type_vendor(vid);
	return Py_BuildValue("z", name);
}

static PyObject *module_vendor_id(PyObject *module, PyObject *args)
{
	const char *name;
	Py_ssize_t len;

	(void)module;
	if (!PyArg_ParseTuple(args, "s#:vendor_id", &name, &len))
		return NULL;
	return PyLong_FromUnsignedLong(nmsg_type_vendor_id(name, (size_t)len));
}

static PyObject *number_of(const struct nmsg_alias *alias, PyObject *args)
{
	const char *name;
	Py_ssize_t len;

	if (!PyArg_ParseTuple(args, "s#", &name, &len))
		return NULL;
	return PyLong_FromUnsignedLong(
		nmsg_alias_number(alias, name, (size_t)len));
}

static PyObject *module_operator_id(PyObject *module, PyObject *args)
{
	(void)module;
	return number_of(py_nmsg_aliases.operators, args);
}

static PyObject *module_group_id(PyObject *module, PyObject *args)
{
	(void)module;
	return number_of(py_nmsg_aliases.groups, args);
}

/* --- the module ---------------------------------------------------------- */

static PyMethodDef module_methods[] = {
	{"types", module_types, METH_NOARGS,
	 "a list of (vid, vendor, msgtype, name)"},
	{"vendor", module_vendor, METH_VARARGS,
	 "vendor(vid): its name, or None"},
	{"vendor_id", module_vendor_id, METH_VARARGS,
	 "vendor_id(name): its number, or 0"},
	{"operator_id", module_operator_id, METH_VARARGS,
	 "operator_id(name): its number, or 0"},
	{"group_id", module_group_id, METH_VARARGS,
	 "group_id(name): its number, or 0"},
	{0},
};

static struct PyModuleDef nmsg_module = {
	PyModuleDef_HEAD_INIT,
	.m_name = "netdumplings._nmsg",
	.m_size = -1,
	.m_methods = module_methods,
};

PyMODINIT_FUNC PyInit__nmsg(void)
{
	PyObject *module = PyModule_Create(&nmsg_module);

	if (!module)
		return NULL;
	nmsg_alias_load(&py_nmsg_aliases, "/etc");
	if (py_fields_init() < 0 ||
	    PyModule_AddType(module, &py_message_type) < 0 ||
	    PyModule_AddType(module, &py_input_type) < 0 ||
	    PyModule_AddType(module, &py_output_type) < 0)
		Py_CLEAR(module);
	return module;
}
