/* SPDX-License-Identifier: MIT */
#include "py_output.h"

#include "nmsg_json.h"
#include "nmsg_output.h"
#include "py_message.h"

#include <errno.h>
#include <unistd.h>

/* Of JSON, gathered before it is written. */
#define TEXT_MAX ((size_t)64 * 1024)

struct text_stats {
	uint64_t payloads;
	uint64_t bytes;
};

struct py_output {
	PyObject ob_base;
	/* One of them, or none once it is closed: -1. */
	struct nmsg_output *out;
	int json_fd;
	struct text text; /* JSON that is to be written */
	size_t written;   /* of it */
	struct text_stats stats;
	PyThread_type_lock lock;   /* for what is above */
	PyObject *file;            /* whose descriptor it is, kept alive */
	unsigned int vid, msgtype; /* only such messages, 0: any */
	bool buffered;
};

static struct py_output *output_of(PyObject *object)
{
	return (struct py_output *)object;
}

/* --- opening ------------------------------------------------------------- */

static int open_target(struct py_output *self, const char *kind,
		       const char *what, int fd, size_t bufsz)
{
	struct nmsg_output_config config = {
		.mtu = bufsz,
		.timeout_ms = PY_NMSG_PATIENCE_MS,
	};

	if (strcmp(kind, "json") == 0)
		self->json_fd = fd;
	else if (strcmp(kind, "fd") == 0)
		self->out = nmsg_output_open_fd(fd, &config);
	else if (strcmp(kind, "sock") == 0)
		self->out = nmsg_output_open_socket(what, &config);
	else if (strcmp(kind, "zmq") == 0)
		self->out = nmsg_output_open_zmq(what, &config);
	else
		errno = EINVAL;
	if (self->out || self->json_fd >= 0)
		return 0;
	py_nmsg_error(errno, what);
	return -1;
}

static PyObject *output_new(PyTypeObject *type, PyObject *args,
			    PyObject *kwargs)
{
	struct py_output *self = (struct py_output *)type->tp_alloc(type, 0);

	(void)args;
	(void)kwargs;
	if (!self)
		return NULL;
	self->json_fd = -1;
	self->buffered = true;
	self->lock = PyThread_allocate_lock();
	if (self->lock)
		return &self->ob_base;
	Py_DECREF(self);
	return PyErr_NoMemory();
}

/* Output(kind, what, fd=-1, file=None, bufsz=0); without any it is closed. */
static int output_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	struct py_output *self = output_of(object);
	const char *kind = NULL, *what = "";
	PyObject *file = NULL;
	Py_ssize_t bufsz = 0;
	int fd = -1;

	(void)kwargs;
	if (!PyArg_ParseTuple(args, "|ssiOn:Output", &kind, &what, &fd, &file,
			      &bufsz))
		return -1;
	if (!kind)
		return 0;
	if (self->out || self->json_fd >= 0 || bufsz < 0) {
		PyErr_SetString(PyExc_ValueError,
				bufsz < 0 ? "bufsz is negative"
					  : "the output is open");
		return -1;
	}
	Py_XSETREF(self->file, Py_XNewRef(file));
	return open_target(self, kind, what, fd, (size_t)bufsz);
}

static bool is_open(const struct py_output *self)
{
	if (self->out || self->json_fd >= 0)
		return true;
	PyErr_SetString(PyExc_ValueError, "the output is closed");
	return false;
}

/* --- writing ------------------------------------------------------------- */

/* Writes JSON that was gathered: 0, -EINTR or -errno, and the rest stays. */
static int write_text(struct py_output *self)
{
	while (self->written < self->text.len) {
		ssize_t n = write(self->json_fd, self->text.at + self->written,
				  self->text.len - self->written);

		if (n < 0)
			return -errno;
		self->written += (size_t)n;
		self->stats.bytes += (uint64_t)n;
	}
	self->text.len = self->written = 0;
	return 0;
}

static int write_json(struct py_output *self, const struct message *m)
{
	int rc;

	if (self->text.len - self->written >= TEXT_MAX) {
		rc = write_text(self);
		if (rc < 0)
			return rc;
	}
	rc = nmsg_json_write(&self->text, m, &py_nmsg_aliases);
	if (self->text.error) {
		self->text.error = 0;
		rc = -ENOMEM;
	}
	self->stats.payloads += rc == 0;
	return rc;
}

static int flush(struct py_output *self)
{
	return self->out ? nmsg_output_flush(self->out) : write_text(self);
}

/*
 * Calls the library with a message, or to flush, until it is done.  -1 with an
 * exception.
 */
static int push(struct py_output *self, const struct message *m)
{
	int rc = -EINTR;

	while (rc == -EINTR || rc == -EAGAIN) {
		if (!is_open(self) || PyErr_CheckSignals() < 0)
			return -1;
		Py_BEGIN_ALLOW_THREADS if (!m) rc = flush(self);
		else if (self->out) rc = nmsg_output_write(self->out, m);
		else rc = write_json(self, m);
		Py_END_ALLOW_THREADS
	}
	if (rc == 0)
		return 0;
	if (rc == -EMSGSIZE || rc == -EBADMSG)
		PyErr_SetString(PyExc_ValueError,
				rc == -EMSGSIZE
					? "the message is too long"
					: "the payload is not of its type");
	else
		py_nmsg_error(-rc, "the output is broken");
	return -1;
}

static PyObject *output_write(PyObject *object, PyObject *argument)
{
	struct py_output *self = output_of(object);
	struct py_message *message = (struct py_message *)argument;
	struct message m;
	PyObject *payload;
	int rc;

	if (argument == Py_None && is_open(self))
		Py_RETURN_NONE;
	if (!PyObject_TypeCheck(argument, &py_message_type))
		return PyErr_Format(PyExc_TypeError, "not a message: %R",
				    argument);
	if (!is_open(self) || py_message_sync(message) < 0)
		return NULL;
	m = message->m;
	if ((self->vid && self->vid != m.vid) ||
	    (self->msgtype && self->msgtype != m.msgtype))
		Py_RETURN_NONE;
	/* Another thread may set fields meanwhile. */
	payload = Py_XNewRef(message->payload);
	py_nmsg_lock(self->lock);
	rc = push(self, &m);
	if (rc == 0 && !self->buffered)
		rc = push(self, NULL);
	PyThread_release_lock(self->lock);
	Py_XDECREF(payload);
	if (rc < 0)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *output_flush(PyObject *object, PyObject *unused)
{
	struct py_output *self = output_of(object);
	int rc;

	(void)unused;
	py_nmsg_lock(self->lock);
	rc = push(self, NULL);
	PyThread_release_lock(self->lock);
	if (rc < 0)
		return NULL;
	Py_RETURN_NONE;
}

/* --- closing ------------------------------------------------------------- */

/* What is left of it is nobody's but the caller's. */
static int close_target(struct py_output *self, struct nmsg_output *out)
{
	int rc = nmsg_output_close(out);

	if (self->json_fd >= 0)
		while ((rc = write_text(self)) == -EINTR)
			;
	self->json_fd = -1;
	text_free(&self->text);
	return rc;
}

static PyObject *output_close(PyObject *object, PyObject *unused)
{
	struct py_output *self = output_of(object);
	struct nmsg_output *out;
	int rc;

	(void)unused;
	py_nmsg_lock(self->lock);
	out = self->out;
	self->out = NULL;
	Py_BEGIN_ALLOW_THREADS rc = close_target(self, out);
	Py_END_ALLOW_THREADS PyThread_release_lock(self->lock);
	Py_CLEAR(self->file);
	if (rc < 0)
		return py_nmsg_error(-rc, "not all could be written");
	Py_RETURN_NONE;
}

static void output_free(PyObject *object)
{
	struct py_output *self = output_of(object);

	close_target(self, self->out);
	if (self->lock)
		PyThread_free_lock(self->lock);
	Py_XDECREF(self->file);
	Py_TYPE(object)->tp_free(object);
}

/* --- the rest ------------------------------------------------------------ */

static PyObject *output_set_filter(PyObject *object, PyObject *args)
{
	struct py_output *self = output_of(object);

	if (!PyArg_ParseTuple(args, "II:set_filter", &self->vid,
			      &self->msgtype))
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *output_set_buffered(PyObject *object, PyObject *flag)
{
	int truth = PyObject_IsTrue(flag);

	if (truth < 0)
		return NULL;
	output_of(object)->buffered = truth;
	Py_RETURN_NONE;
}

static PyObject *output_set_zlibout(PyObject *object, PyObject *flag)
{
	struct py_output *self = output_of(object);
	int truth = PyObject_IsTrue(flag), rc = 0;

	if (truth < 0)
		return NULL;
	py_nmsg_lock(self->lock);
	if (self->out)
		rc = nmsg_output_set_zlib(self->out, truth);
	PyThread_release_lock(self->lock);
	if (rc < 0)
		return PyErr_NoMemory();
	Py_RETURN_NONE;
}

static const struct stat_counter text_counters[] = {
	{"payloads", "", offsetof(struct text_stats, payloads), false},
	{"bytes", "", offsetof(struct text_stats, bytes), false},
	{0},
};

static PyObject *output_stats(PyObject *object, PyObject *unused)
{
	struct py_output *self = output_of(object);

	(void)unused;
	if (!is_open(self))
		return NULL;
	if (self->out)
		return py_nmsg_counters(nmsg_output_counters,
					nmsg_output_stats(self->out));
	return py_nmsg_counters(text_counters, &self->stats);
}

static PyObject *get_endpoint(PyObject *object, void *unused)
{
	struct py_output *self = output_of(object);

	(void)unused;
	return PyUnicode_FromString(self->out ? nmsg_output_endpoint(self->out)
					      : "");
}

static PyObject *get_closed(PyObject *object, void *unused)
{
	struct py_output *self = output_of(object);

	(void)unused;
	return PyBool_FromLong(!self->out && self->json_fd < 0);
}

static PyMethodDef output_methods[] = {
	{"write", output_write, METH_O, "write(message): it is copied"},
	{"flush", output_flush, METH_NOARGS, "sends all that was written"},
	{"set_filter", output_set_filter, METH_VARARGS,
	 "set_filter(vid, msgtype), 0: any"},
	{"set_buffered", output_set_buffered, METH_O,
	 "whether messages wait for others, to go together"},
	{"set_zlibout", output_set_zlibout, METH_O,
	 "whether containers are compressed"},
	{"stats", output_stats, METH_NOARGS, "what was sent"},
	{"close", output_close, METH_NOARGS, "sends all, and gives it up"},
	{0},
};

static PyGetSetDef output_attributes[] = {
	{"endpoint", get_endpoint, NULL, "ZeroMQ's where it listens", NULL},
	{"closed", get_closed, NULL, "whether it was closed", NULL},
	{0},
};

PyTypeObject py_output_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "netdumplings._nmsg.Output",
	.tp_doc = "Output(kind, what, fd=-1, file=None, bufsz=0): writes "
		  "messages",
	.tp_basicsize = sizeof(struct py_output),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.tp_new = output_new,
	.tp_init = output_init,
	.tp_dealloc = output_free,
	.tp_methods = output_methods,
	.tp_getset = output_attributes,
};
