/* SPDX-License-Identifier: MIT */
#include "view_class.h"

#include "dns_view.h"
#include "fields.h"
#include "search.h"
#include "view_fields.h"

static Py_ssize_t length(PyObject *self)
{
	struct view *v = (struct view *)self;
	uint32_t end = v->section == VIEW_NO_SECTION ? UINT32_MAX : v->end, len;

	fields_bytes(v, v->at, end, &len);
	return len;
}

static PyObject *get_payload(PyObject *self, void *closure)
{
	(void)closure;
	return view_payload((struct view *)self);
}

static PyObject *get_underlayer(PyObject *self, void *closure)
{
	struct view *v = (struct view *)self;

	(void)closure;
	if (v->section != VIEW_NO_SECTION)
		return dns_view_before(v);
	if (!v->index)
		Py_RETURN_NONE;
	return view_of_layer(v->frame, v->index - 1);
}

static PyObject *get_fields(PyObject *self, void *closure)
{
	(void)closure;
	return view_fields_dict((struct view *)self);
}

static PyObject *get_time(PyObject *self, void *closure)
{
	int64_t ns = ((struct view *)self)->frame->pkt->time_ns;

	(void)closure;
	/* The nearest to the decimal number: ns themselves are no double. */
	return PyFloat_FromDouble((double)(ns / 1000000000) +
				  (double)(ns % 1000000000) / 1e9);
}

static PyObject *get_time_ns(PyObject *self, void *closure)
{
	(void)closure;
	return PyLong_FromLongLong(((struct view *)self)->frame->pkt->time_ns);
}

static PyObject *get_wirelen(PyObject *self, void *closure)
{
	(void)closure;
	return PyLong_FromUnsignedLong(((struct view *)self)->frame->pkt->len);
}

static PyObject *get_linktype(PyObject *self, void *closure)
{
	(void)closure;
	return PyLong_FromLong(((struct view *)self)->frame->pkt->linktype);
}

static PyObject *get_sniffed_on(PyObject *self, void *closure)
{
	const char *name = ((struct view *)self)->frame->pkt->interface;

	(void)closure;
	if (!name)
		Py_RETURN_NONE;
	return PyUnicode_DecodeFSDefault(name);
}

static PyObject *get_bytes(PyObject *self, void *closure)
{
	(void)closure;
	return view_bytes((struct view *)self);
}

static PyObject *as_bytes(PyObject *self, PyObject *none)
{
	(void)none;
	return view_bytes((struct view *)self);
}

static PyObject *same(PyObject *self, PyObject *none)
{
	(void)none;
	return Py_NewRef(self);
}

static PyObject *get_field_value(PyObject *self, PyObject *name)
{
	if (!PyUnicode_Check(name)) {
		PyErr_SetString(PyExc_TypeError, "a field's name is a str");
		return NULL;
	}
	return view_fields_get((struct view *)self, name);
}

/* What is written in Python: netdumplings/packet.py. */
static PyObject *help(PyObject *self, const char *function, PyObject *args,
		      PyObject *keywords)
{
	PyObject *module = PyImport_ImportModule("netdumplings.packet");
	PyObject *all = NULL, *found = NULL, *result = NULL;
	Py_ssize_t count = args ? PyTuple_GET_SIZE(args) : 0;

	if (module)
		found = PyObject_GetAttrString(module, function);
	if (found)
		all = PyTuple_New(count + 1);
	if (all) {
		PyTuple_SET_ITEM(all, 0, Py_NewRef(self));
		for (Py_ssize_t i = 0; i < count; i++)
			PyTuple_SET_ITEM(all, i + 1,
					 Py_NewRef(PyTuple_GET_ITEM(args, i)));
		result = PyObject_Call(found, all, keywords);
	}
	Py_XDECREF(all);
	Py_XDECREF(found);
	Py_XDECREF(module);
	return result;
}

static PyObject *summary(PyObject *self, PyObject *args, PyObject *keywords)
{
	return help(self, "_summary", args, keywords);
}

static PyObject *show(PyObject *self, PyObject *args, PyObject *keywords)
{
	return help(self, "_show", args, keywords);
}

static PyObject *scapy(PyObject *self, PyObject *none)
{
	(void)none;
	return help(self, "_scapy", NULL, NULL);
}

static PyObject *formatted(PyObject *self, PyObject *args, PyObject *keywords)
{
	return help(self, "_sprintf", args, keywords);
}

static PyObject *represented(PyObject *self)
{
	return help(self, "_repr", NULL, NULL);
}

static PyObject *as_text(PyObject *self)
{
	return help(self, "_summary", NULL, NULL);
}

static int truth(PyObject *self)
{
	return view_kind((struct view *)self) != LAYERS_NOTHING;
}

static PyObject *compare(PyObject *self, PyObject *other, int op)
{
	PyObject *a, *b, *result;

	if ((op != Py_EQ && op != Py_NE) || !view_is(self) || !view_is(other))
		Py_RETURN_NOTIMPLEMENTED;
	if (self == other || Py_TYPE(self) != Py_TYPE(other))
		return PyBool_FromLong((self == other) == (op == Py_EQ));
	a = view_bytes((struct view *)self);
	b = view_bytes((struct view *)other);
	result = a && b ? PyObject_RichCompare(a, b, op) : NULL;
	Py_XDECREF(a);
	Py_XDECREF(b);
	return result;
}

static int refuse(PyObject *self, PyObject *name, PyObject *value)
{
	(void)self;
	(void)value;
	PyErr_Format(PyExc_AttributeError,
		     "cannot set %R: the packet is the kitchen's; "
		     "packet.scapy() gives one that can be changed",
		     name);
	return -1;
}

#define KEYWORDS(f) ((PyCFunction)(void (*)(void))(f))

static PyMethodDef methods[] = {
	{"haslayer", search_haslayer, METH_O,
	 "Whether this layer or one behind it is of a kind."},
	{"getlayer", KEYWORDS(search_getlayer), METH_FASTCALL | METH_KEYWORDS,
	 "The nb-th layer of a kind, with these values, or None."},
	{"layers", search_layers, METH_NOARGS, "The classes of all layers."},
	{"iterpayloads", search_iterpayloads, METH_NOARGS,
	 "Steps through this layer and those behind it."},
	{"firstlayer", search_firstlayer, METH_NOARGS, "The outermost layer."},
	{"lastlayer", search_lastlayer, METH_NOARGS, "The innermost layer."},
	{"getfieldval", get_field_value, METH_O, "A field's value."},
	{"summary", KEYWORDS(summary), METH_VARARGS | METH_KEYWORDS,
	 "One line."},
	{"show", KEYWORDS(show), METH_VARARGS | METH_KEYWORDS,
	 "Prints all layers and fields; dump=True returns them."},
	{"show2", KEYWORDS(show), METH_VARARGS | METH_KEYWORDS,
	 "The same as show()."},
	{"sprintf", KEYWORDS(formatted), METH_VARARGS | METH_KEYWORDS,
	 "A text with values of fields, made by scapy."},
	{"scapy", scapy, METH_NOARGS, "The packet as scapy decodes it."},
	{"build", as_bytes, METH_NOARGS, "The bytes."},
	{"copy", same, METH_NOARGS, "Itself: it does not change."},
	{"__copy__", same, METH_NOARGS, NULL},
	{"__deepcopy__", same, METH_O, NULL},
	{"__bytes__", as_bytes, METH_NOARGS, NULL},
	{NULL},
};

#define OWN_GETTERS 10

static PyGetSetDef getters[OWN_GETTERS + VIEW_FIELDS_NAMES_MAX + 1] = {
	{"payload", get_payload, NULL, "What is behind this layer.", NULL},
	{"underlayer", get_underlayer, NULL, "What it is in, or None.", NULL},
	{"fields", get_fields, NULL, "A dict of this layer's fields.", NULL},
	{"time", get_time, NULL, "Of capture, in seconds since 1970.", NULL},
	{"time_ns", get_time_ns, NULL, "The same in nanoseconds.", NULL},
	{"wirelen", get_wirelen, NULL, "Its length on the wire.", NULL},
	{"linktype", get_linktype, NULL, "libpcap's DLT_ value.", NULL},
	{"sniffed_on", get_sniffed_on, NULL, "The interface, or None.", NULL},
	{"original", get_bytes, NULL, "The bytes from here on.", NULL},
	{"raw", get_bytes, NULL, "The bytes from here on.", NULL},
};

static PyNumberMethods as_number = {.nb_bool = truth};
static PySequenceMethods as_sequence = {
	.sq_length = length,
	.sq_contains = search_contains,
};
static PyMappingMethods as_mapping = {
	.mp_length = length,
	.mp_subscript = search_subscript,
};

static PyTypeObject base = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "netdumplings.packet.Packet",
	.tp_basicsize = sizeof(struct view),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE |
		    Py_TPFLAGS_DISALLOW_INSTANTIATION,
	.tp_doc = PyDoc_STR("A layer of a packet, and all behind it."),
	.tp_repr = represented,
	.tp_str = as_text,
	.tp_richcompare = compare,
	.tp_hash = PyObject_HashNotImplemented,
	.tp_getattro = PyObject_GenericGetAttr,
	.tp_setattro = refuse,
	.tp_methods = methods,
	.tp_getset = getters,
	.tp_as_number = &as_number,
	.tp_as_sequence = &as_sequence,
	.tp_as_mapping = &as_mapping,
};

PyTypeObject *view_class_open(void)
{
	if (view_fields_open(getters + OWN_GETTERS) < 0 ||
	    PyType_Ready(&base) < 0)
		return NULL;
	return &base;
}
