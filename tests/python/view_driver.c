/* SPDX-License-Identifier: MIT */
/* The kitchen's reader and decoder, and views of what they give. */
#include "capture.h"
#include "decode.h"
#include "packet.h"

static PyObject *callback;
static struct decode decode;
static bool failed;

/* Calls callback(view); the view is returned when that has. */
static bool call(const struct nd_packet *pkt)
{
	PyObject *view = packet_lend(pkt), *result;

	if (!view)
		return false;
	result = PyObject_CallOneArg(callback, view);
	packet_return(view);
	Py_XDECREF(result);
	return result != NULL;
}

static void packet(void *host, const struct capture_packet *p)
{
	(void)host;
	if (failed)
		return;
	decode.pkt.interface = p->interface;
	decode_packet(&decode, p->linktype, p->time_ns, p->data, p->caplen,
		      p->len);
	failed = !call(&decode.pkt);
}

/* read(path, callback): each packet of a savefile. */
static PyObject *read_file(PyObject *self, PyObject *args)
{
	const char *path;
	char why[256];
	struct nd_list files = {&path, 1};
	struct capture_config config = {
		.files = &files,
		.snaplen = CAPTURE_SNAPLEN_MAX,
	};
	struct capture *capture;
	int rc = 0;

	(void)self;
	if (!PyArg_ParseTuple(args, "sO", &path, &callback))
		return NULL;
	failed = false;
	capture = capture_open(&config, NULL, NULL, why, sizeof(why));
	if (!capture)
		return PyErr_Format(PyExc_OSError, "%s", why);
	while (rc >= 0 && !failed)
		rc = capture_dispatch(capture, 64, packet, NULL);
	capture_close(capture);
	if (failed)
		return NULL;
	Py_RETURN_NONE;
}

/*
 * look(bytes, linktype, callback, times=1): a frame by itself, in memory that
 * ends where it does and is gone when this returns.
 */
static PyObject *look(PyObject *self, PyObject *args)
{
	const char *bytes;
	Py_ssize_t len;
	int linktype, times = 1;
	uint8_t *data;

	(void)self;
	if (!PyArg_ParseTuple(args, "y#iO|i", &bytes, &len, &linktype,
			      &callback, &times))
		return NULL;
	data = malloc(len ? (size_t)len : 1);
	if (!data)
		return PyErr_NoMemory();
	memcpy(data, bytes, (size_t)len);
	decode.pkt.interface = "lo";
	decode_packet(&decode, linktype, INT64_C(1700000000123456789), data,
		      (uint32_t)len, (uint32_t)len);
	failed = false;
	while (times-- > 0 && !failed)
		failed = !call(&decode.pkt);
	memset(data, 0xee, (size_t)len);
	free(data);
	if (failed)
		return NULL;
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"read", read_file, METH_VARARGS, NULL},
	{"look", look, METH_VARARGS, NULL},
	{NULL},
};

static PyModuleDef module_def = {
	PyModuleDef_HEAD_INIT,
	.m_name = "view_driver",
	.m_size = -1,
	.m_methods = methods,
};

PyMODINIT_FUNC PyInit_view_driver(void);

PyMODINIT_FUNC PyInit_view_driver(void)
{
	return packet_open() < 0 ? NULL : PyModule_Create(&module_def);
}
