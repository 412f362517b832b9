/* SPDX-License-Identifier: MIT */
#include "py_input.h"

#include "nmsg_input.h"
#include "py_lines.h"
#include "py_message.h"

#include <errno.h>

/* How many messages may be left out before signals are heard. */
#define LEFT_OUT_MAX 1024

struct filter {
	unsigned int vid, msgtype; /* 0: any */
	unsigned int source, operator_id, group;
};

struct py_input {
	PyObject ob_base;
	/* One of them, or none once it is closed. */
	struct nmsg_input *in;
	struct py_lines *lines;
	PyThread_type_lock lock; /* for what is above */
	PyObject *file;          /* whose descriptor it is, kept alive */
	struct filter filter;
	bool blocking, end, closing;
};

static struct py_input *input_of(PyObject *object)
{
	return (struct py_input *)object;
}

/* --- opening and closing ------------------------------------------------- */

static int open_source(struct py_input *self, const char *kind,
		       const char *what, int fd)
{
	if (strcmp(kind, "memory") == 0)
		self->in = nmsg_input_open_memory();
	else if (strcmp(kind, "fd") == 0)
		self->in = nmsg_input_open_fd(fd);
	else if (strcmp(kind, "json") == 0)
		self->lines = py_lines_open(fd, &py_nmsg_aliases);
	else if (strcmp(kind, "sock") == 0)
		self->in = nmsg_input_open_socket(what);
	else if (strcmp(kind, "zmq") == 0)
		self->in = nmsg_input_open_zmq(what);
	else
		errno = EINVAL;
	if (self->in || self->lines)
		return 0;
	py_nmsg_error(errno, what);
	return -1;
}

static PyObject *input_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	struct py_input *self = (struct py_input *)type->tp_alloc(type, 0);

	(void)args;
	(void)kwargs;
	if (!self)
		return NULL;
	self->blocking = true;
	self->lock = PyThread_allocate_lock();
	if (self->lock)
		return &self->ob_base;
	Py_DECREF(self);
	return PyErr_NoMemory();
}

/* Input(kind, what, fd=-1, file=None); without arguments it is closed. */
static int input_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	struct py_input *self = input_of(object);
	const char *kind = NULL, *what = "";
	PyObject *file = NULL;
	int fd = -1;

	(void)kwargs;
	if (!PyArg_ParseTuple(args, "|ssiO:Input", &kind, &what, &fd, &file))
		return -1;
	if (!kind)
		return 0;
	if (self->in || self->lines) {
		PyErr_SetString(PyExc_ValueError, "the input is open");
		return -1;
	}
	Py_XSETREF(self->file, Py_XNewRef(file));
	return open_source(self, kind, what, fd);
}

static void close_source(struct py_input *self)
{
	nmsg_input_close(self->in);
	py_lines_close(self->lines);
	self->in = NULL;
	self->lines = NULL;
}

static PyObject *input_close(PyObject *object, PyObject *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	self->closing = true;
	py_nmsg_lock(self->lock);
	close_source(self);
	PyThread_release_lock(self->lock);
	self->closing = false;
	Py_CLEAR(self->file);
	Py_RETURN_NONE;
}

static void input_free(PyObject *object)
{
	struct py_input *self = input_of(object);

	close_source(self);
	if (self->lock)
		PyThread_free_lock(self->lock);
	Py_XDECREF(self->file);
	Py_TYPE(object)->tp_free(object);
}

static bool is_open(const struct py_input *self)
{
	if ((self->in || self->lines) && !self->closing)
		return true;
	PyErr_SetString(PyExc_ValueError, "the input is closed");
	return false;
}

/* --- reading ------------------------------------------------------------- */

static int next(const struct py_input *self, struct message *m, int timeout_ms)
{
	return self->in ? nmsg_input_next(self->in, m, timeout_ms)
			: py_lines_next(self->lines, m, timeout_ms);
}

static bool passes(const struct filter *f, const struct message *m)
{
	return (!f->vid || f->vid == m->vid) &&
	       (!f->msgtype || f->msgtype == m->msgtype) &&
	       (!f->source || f->source == m->source) &&
	       (!f->operator_id || f->operator_id == m->operator_id) &&
	       (!f->group || f->group == m->group);
}

/*
 * The next message that passes.  1; 0 if there is none now; -ENODATA; -1 with
 * an exception.
 */
static int next_passing(struct py_input *self, struct message *m, bool wait)
{
	unsigned int left_out = 0;
	int rc;

	while (is_open(self)) {
		if (wait) {
			Py_BEGIN_ALLOW_THREADS rc =
				next(self, m, PY_NMSG_PATIENCE_MS);
			Py_END_ALLOW_THREADS
		} else {
			rc = next(self, m, 0);
		}
		if (rc == 1 && passes(&self->filter, m))
			return 1;
		if (rc == 1 && ++left_out % LEFT_OUT_MAX > 0)
			continue;
		if (rc == -ENODATA) {
			self->end = true;
			return rc;
		}
		if (rc < 0 && rc != -EINTR) {
			py_nmsg_error(-rc, "what is read is broken");
			return -1;
		}
		if (PyErr_CheckSignals() < 0)
			return -1;
		if (rc == 0 && !wait)
			return 0;
	}
	return -1;
}

/* The same, as an object; NULL, without an exception where there is none. */
static PyObject *read_message(struct py_input *self)
{
	PyObject *message = NULL;
	struct message m;
	int rc;

	py_nmsg_lock(self->lock);
	rc = next_passing(self, &m, false);
	if (rc == 0 && self->blocking)
		rc = next_passing(self, &m, true);
	if (rc == 1)
		message = py_message_new(&m);
	PyThread_release_lock(self->lock);
	return message;
}

static PyObject *input_read(PyObject *object, PyObject *unused)
{
	PyObject *message = read_message(input_of(object));

	(void)unused;
	if (message || PyErr_Occurred())
		return message;
	Py_RETURN_NONE;
}

static PyObject *input_iternext(PyObject *object)
{
	return read_message(input_of(object));
}

/* Appends what is there, up to `max`, and -1 with an exception. */
static int take(struct py_input *self, PyObject *list, Py_ssize_t max)
{
	struct message m;
	int rc = 1;

	while (rc == 1 && PyList_GET_SIZE(list) < max) {
		rc = next_passing(self, &m, false);
		if (rc == 1) {
			PyObject *message = py_message_new(&m);

			if (!message || PyList_Append(list, message) < 0)
				rc = -1;
			Py_XDECREF(message);
		}
	}
	return rc == -1 ? -1 : 0;
}

static PyObject *input_take(PyObject *object, PyObject *args)
{
	struct py_input *self = input_of(object);
	PyObject *list;
	Py_ssize_t max;

	if (!PyArg_ParseTuple(args, "n:take", &max) || !(list = PyList_New(0)))
		return NULL;
	py_nmsg_lock(self->lock);
	if (take(self, list, max) < 0)
		Py_CLEAR(list);
	PyThread_release_lock(self->lock);
	return list;
}

/* Of a "memory": the messages of a container. */
static PyObject *input_read_bytes(PyObject *object, PyObject *args)
{
	struct py_input *self = input_of(object);
	PyObject *list = PyList_New(0);
	Py_buffer view;

	if (!list || !PyArg_ParseTuple(args, "y*:read_bytes", &view)) {
		Py_XDECREF(list);
		return NULL;
	}
	py_nmsg_lock(self->lock);
	if (is_open(self) && self->in) {
		nmsg_input_feed(self->in, view.buf, (size_t)view.len);
		if (take(self, list, PY_SSIZE_T_MAX) < 0)
			Py_CLEAR(list);
	} else {
		Py_CLEAR(list);
	}
	PyThread_release_lock(self->lock);
	PyBuffer_Release(&view);
	return list;
}

/* --- the rest ------------------------------------------------------------ */

static PyObject *input_set_filter(PyObject *object, PyObject *args)
{
	struct filter f;

	if (!PyArg_ParseTuple(args, "IIIII:set_filter", &f.vid, &f.msgtype,
			      &f.source, &f.operator_id, &f.group))
		return NULL;
	input_of(object)->filter = f;
	Py_RETURN_NONE;
}

static PyObject *input_set_blocking(PyObject *object, PyObject *flag)
{
	int truth = PyObject_IsTrue(flag);

	if (truth < 0)
		return NULL;
	input_of(object)->blocking = truth;
	Py_RETURN_NONE;
}

static PyObject *input_fileno(PyObject *object, PyObject *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	if (!is_open(self))
		return NULL;
	return PyLong_FromLong(self->in ? nmsg_input_fd(self->in)
					: py_lines_fd(self->lines));
}

static const struct stat_counter lines_counters[] = {
	{"payloads", "", offsetof(struct py_lines_stats, payloads), false},
	{"payloads_bad", "", offsetof(struct py_lines_stats, payloads_bad),
	 false},
	{"bytes", "", offsetof(struct py_lines_stats, bytes), false},
	{0},
};

static PyObject *input_stats(PyObject *object, PyObject *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	if (!is_open(self))
		return NULL;
	if (self->in)
		return py_nmsg_counters(nmsg_input_counters,
					nmsg_input_stats(self->in));
	return py_nmsg_counters(lines_counters, py_lines_stats(self->lines));
}

static PyObject *get_port(PyObject *object, void *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	return PyLong_FromLong(self->in ? nmsg_input_port(self->in) : 0);
}

static PyObject *get_endpoint(PyObject *object, void *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	return PyUnicode_FromString(self->in ? nmsg_input_endpoint(self->in)
					     : "");
}

static PyObject *get_end(PyObject *object, void *unused)
{
	(void)unused;
	return PyBool_FromLong(input_of(object)->end);
}

static PyObject *get_closed(PyObject *object, void *unused)
{
	struct py_input *self = input_of(object);

	(void)unused;
	return PyBool_FromLong(!self->in && !self->lines);
}

static PyMethodDef input_methods[] = {
	{"read", input_read, METH_NOARGS,
	 "the next message; None at the end, or if none is there and reading "
	 "does not wait"},
	{"take", input_take, METH_VARARGS,
	 "take(max): a list of the messages that are there"},
	{"read_bytes", input_read_bytes, METH_VARARGS,
	 "read_bytes(container): a list of its messages"},
	{"set_filter", input_set_filter, METH_VARARGS,
	 "set_filter(vid, msgtype, source, operator, group), 0: any"},
	{"set_blocking_io", input_set_blocking, METH_O,
	 "whether read() waits for a message"},
	{"fileno", input_fileno, METH_NOARGS, "readable when messages may be"},
	{"stats", input_stats, METH_NOARGS, "what came and what was lost"},
	{"close", input_close, METH_NOARGS, "gives the source up"},
	{0},
};

static PyGetSetDef input_attributes[] = {
	{"port", get_port, NULL, "the first one it listens at, or 0", NULL},
	{"endpoint", get_endpoint, NULL, "ZeroMQ's where it listens", NULL},
	{"at_end", get_end, NULL, "whether no more messages can come", NULL},
	{"closed", get_closed, NULL, "whether it was closed", NULL},
	{0},
};

PyTypeObject py_input_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "netdumplings._nmsg.Input",
	.tp_doc = "Input(kind, what, fd=-1, file=None): reads messages",
	.tp_basicsize = sizeof(struct py_input),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.tp_new = input_new,
	.tp_init = input_init,
	.tp_dealloc = input_free,
	.tp_iter = PyObject_SelfIter,
	.tp_iternext = input_iternext,
	.tp_methods = input_methods,
	.tp_getset = input_attributes,
};
