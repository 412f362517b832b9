/* SPDX-License-Identifier: MIT */
#include "host.h"

#include "packet.h"
#include "payload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One chef: what the kitchen has as its `self`. */
struct chef {
	struct chef *next;
	char *module;
	char *name;
	PyObject *object;
	PyObject *packet;    /* its handlers, bound */
	PyObject *interval;  /* or NULL */
	PyObject *arguments; /* interval_handler()'s keyword */
	bool scapy;          /* its packets are scapy's own */
};

static struct {
	const struct host_kitchen *kitchen;
	PyObject *helper; /* netdumplings._host */
	PyThreadState *resting;
	PyObject *file; /* of the last call of file() */
	struct chef *chefs;
} host;

/* --- errors -------------------------------------------------------------- */

/* Calls a function of the helper; NULL and a Python exception. */
static PyObject *call(const char *function, PyObject *arguments)
{
	PyObject *f, *result = NULL;

	if (!arguments)
		return NULL;
	f = PyObject_GetAttrString(host.helper, function);
	if (f)
		result = PyObject_CallObject(f, arguments);
	Py_XDECREF(f);
	Py_DECREF(arguments);
	return result;
}

/* Takes the pending exception; NULL for none. */
static PyObject *take_error(void)
{
	PyObject *type, *value, *trace;

	PyErr_Fetch(&type, &value, &trace);
	if (!type)
		return NULL;
	PyErr_NormalizeException(&type, &value, &trace);
	if (trace)
		PyException_SetTraceback(value, trace);
	Py_XDECREF(type);
	Py_XDECREF(trace);
	return value;
}

/* Makes a sentence of the pending exception.  -EINVAL. */
static int fail(const char *what, char *why, size_t why_size)
{
	PyObject *error = take_error(), *text = NULL;
	const char *s = NULL;

	if (error && host.helper)
		text = call("why", Py_BuildValue("(O)", error));
	else if (error)
		text = PyObject_Str(error);
	if (text)
		s = PyUnicode_AsUTF8(text);
	snprintf(why, why_size, "%s: %s", what, s ? s : "out of memory");
	Py_XDECREF(text);
	Py_XDECREF(error);
	PyErr_Clear();
	return -EINVAL;
}

/* A handler failed: tells its kind once.  -EINVAL. */
static int tell(const struct chef *c, const char *handler)
{
	PyObject *error = take_error(), *lines;

	lines = call("explain",
		     Py_BuildValue("(Oss)", error, c->name, handler));
	for (Py_ssize_t i = 0; lines && i < PyList_GET_SIZE(lines); i++) {
		const char *line = PyUnicode_AsUTF8(PyList_GET_ITEM(lines, i));

		host.kitchen->log(line ? line : "an error without words");
	}
	Py_XDECREF(lines);
	Py_XDECREF(error);
	PyErr_Clear();
	return -EINVAL;
}

/* --- handlers ------------------------------------------------------------ */

/* Serves what a handler returned; takes the reference. */
static int serve(const struct chef *c, const char *handler, PyObject *result,
		 struct nd_dumpling *out)
{
	int rc = 0;

	if (!result)
		return tell(c, handler);
	if (result != Py_None)
		rc = payload_put(out, result) < 0 ? tell(c, handler) : ND_SERVE;
	Py_DECREF(result);
	return rc;
}

static int on_packet(void *self, const struct nd_packet *pkt,
		     struct nd_dumpling *out)
{
	struct chef *c = self;
	PyObject *view = packet_lend(pkt), *packet = view, *result = NULL;

	if (view && c->scapy)
		packet = PyObject_CallMethod(view, "scapy", NULL);
	if (packet)
		result = PyObject_CallOneArg(c->packet, packet);
	if (packet != view)
		Py_XDECREF(packet);
	if (view)
		packet_return(view);
	return serve(c, "packet", result, out);
}

static int on_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct chef *c = self;
	PyObject *none, *result = NULL;

	(void)time_ns;
	if (!c->interval)
		return 0;
	none = PyTuple_New(0);
	if (none)
		result = PyObject_Call(c->interval, none, c->arguments);
	Py_XDECREF(none);
	return serve(c, "interval", result, out);
}

static void free_chef(struct chef *c)
{
	Py_XDECREF(c->packet);
	Py_XDECREF(c->interval);
	Py_XDECREF(c->arguments);
	Py_XDECREF(c->object);
	free(c->module);
	free(c->name);
	free(c);
}

static void on_close(void *self)
{
	struct chef **at = &host.chefs;

	while (*at && *at != self)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = (*at)->next;
	free_chef(self);
}

/* --- chefs --------------------------------------------------------------- */

/* Fills in what the helper made: (object, packet, interval or None, scapy). */
static int take_chef(struct chef *c, PyObject *made)
{
	PyObject *object, *packet, *interval;
	int scapy;

	if (!PyArg_ParseTuple(made, "OOOp", &object, &packet, &interval,
			      &scapy))
		return -EINVAL;
	Py_XSETREF(c->object, Py_NewRef(object));
	Py_XSETREF(c->packet, Py_NewRef(packet));
	Py_XSETREF(c->interval,
		   interval == Py_None ? NULL : Py_NewRef(interval));
	c->scapy = scapy;
	return 0;
}

static int make(const char *module, const char *name, struct nd_chef *chef,
		void **self, char *why, size_t why_size)
{
	PyObject *made = call("make", Py_BuildValue("(ss)", module, name));
	struct chef *c = calloc(1, sizeof(*c));

	if (c) {
		c->module = strdup(module);
		c->name = strdup(name);
		c->arguments = Py_BuildValue("{sd}", "interval",
					     host.kitchen->poke_interval);
	}
	if (!made || !c || !c->module || !c->name || !c->arguments ||
	    take_chef(c, made) < 0) {
		Py_XDECREF(made);
		if (c)
			free_chef(c);
		return fail(name, why, why_size);
	}
	Py_DECREF(made);
	c->next = host.chefs;
	host.chefs = c;
	*self = c;
	*chef = (struct nd_chef){
		ND_CHEF_HEAD,
		.name = c->name,
		.summary = "a chef in Python",
		.packet = on_packet,
		.interval = on_interval,
		.close = on_close,
	};
	return 0;
}

/* The helper has a list of chefs as they were made; here the last is first. */
static int swap(const char *module, PyObject *list)
{
	Py_ssize_t i = PyList_GET_SIZE(list);

	for (struct chef *c = host.chefs; c && i > 0; c = c->next)
		if (strcmp(c->module, module) == 0 &&
		    take_chef(c, PyList_GET_ITEM(list, --i)) < 0)
			return -EINVAL;
	return 0;
}

static int reload(const char *module, char *why, size_t why_size)
{
	PyObject *list = call("reload", Py_BuildValue("(s)", module));
	int rc = list ? swap(module, list) : -EINVAL;

	Py_XDECREF(list);
	return rc < 0 ? fail(module, why, why_size) : 0;
}

static int each(const char *module, host_found *found, void *arg, char *why,
		size_t why_size)
{
	PyObject *list = call("classes", Py_BuildValue("(s)", module));

	for (Py_ssize_t i = 0; list && i < PyList_GET_SIZE(list); i++) {
		struct host_class c = {0};
		int assignable;

		if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "sp", &c.name,
				      &assignable))
			break;
		c.assignable = assignable;
		found(arg, &c);
	}
	Py_XDECREF(list);
	return PyErr_Occurred() ? fail(module, why, why_size) : 0;
}

static const char *file(const char *module)
{
	const char *name = NULL;

	Py_XSETREF(host.file, call("file_of", Py_BuildValue("(s)", module)));
	if (host.file && host.file != Py_None)
		name = PyUnicode_AsUTF8(host.file);
	PyErr_Clear();
	return name;
}

/* --- the interpreter ----------------------------------------------------- */

static int start(char *why, size_t why_size)
{
	PyStatus status;
	PyConfig config;

	PyConfig_InitPythonConfig(&config);
	config.install_signal_handlers = 0; /* the kitchen has its own */
	config.parse_argv = 0;
	config.write_bytecode = 0; /* root's files beside a user's chef */
	status = PyConfig_SetBytesString(&config, &config.program_name,
					 ND_PYTHON_PROGRAM);
	if (!PyStatus_Exception(status))
		status = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	if (!PyStatus_Exception(status))
		return 0;
	snprintf(why, why_size, "cannot start Python: %s",
		 status.err_msg ? status.err_msg : "it ends");
	return -EINVAL;
}

/* The package netdumplings is the one that came with this kitchen. */
static int import_helper(void)
{
	PyObject *path = PySys_GetObject("path"), *folder;
	PyObject *kitchen;
	int rc;

	folder = PyUnicode_DecodeFSDefault(host.kitchen->package);
	rc = folder && path ? PyList_Insert(path, 0, folder) : -1;
	Py_XDECREF(folder);
	if (rc < 0 || packet_open() < 0)
		return -EINVAL;
	host.helper = PyImport_ImportModule("netdumplings._host");
	if (!host.helper)
		return -EINVAL;
	kitchen = call("open_kitchen",
		       Py_BuildValue("(sssd)", host.kitchen->name,
				     host.kitchen->interface,
				     host.kitchen->filter,
				     host.kitchen->poke_interval));
	Py_XDECREF(kitchen);
	return kitchen ? 0 : -EINVAL;
}

static int open_host(const struct host_kitchen *kitchen, char *why,
		     size_t why_size)
{
	int rc = start(why, why_size);

	host.kitchen = kitchen;
	if (rc < 0)
		return rc;
	return import_helper() < 0
		       ? fail("cannot start Python's side", why, why_size)
		       : 0;
}

static void close_host(void)
{
	Py_CLEAR(host.file);
	Py_CLEAR(host.helper);
	Py_FinalizeEx();
}

static void rest(void)
{
	host.resting = PyEval_SaveThread();
}

static void wake(void)
{
	PyEval_RestoreThread(host.resting);
}

ND_PUBLIC extern const struct host nd_python_host;
const struct host nd_python_host = {
	.size = sizeof(struct host),
	.open = open_host,
	.close = close_host,
	.each = each,
	.make = make,
	.reload = reload,
	.file = file,
	.rest = rest,
	.wake = wake,
};
