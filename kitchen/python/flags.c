/* SPDX-License-Identifier: MIT */
#include "flags.h"

#define BITS_MAX 9

/* The flags of one protocol; `between` separates names of several letters. */
struct set {
	const char *names[BITS_MAX];
	const char *between;
	unsigned bits;
	PyObject *values[1u << BITS_MAX]; /* made once each */
};

static struct set sets[] = {
	{{"F", "S", "R", "P", "A", "U", "E", "C", "N"}, "", 9, {0}},
	{{"MF", "DF", "evil"}, "+", 3, {0}},
	{{"OAM", "R", "NextProtocol", "Instance", "V1", "V2", "R", "G"},
	 "+",
	 8,
	 {0}},
};

#define SETS (sizeof(sets) / sizeof(*sets))

static PyTypeObject base;
static PyTypeObject types[SETS];
static PyNumberMethods numbers;

static struct set *set_of(PyObject *self)
{
	for (size_t i = 0; i < SETS; i++)
		if (Py_TYPE(self) == &types[i])
			return &sets[i];
	return NULL;
}

static bool is_flags(PyObject *o)
{
	return PyObject_TypeCheck(o, &base);
}

static PyObject *make(struct set *set, unsigned long value)
{
	PyObject *number, *args, *made;

	value &= (1u << set->bits) - 1;
	if (set->values[value])
		return Py_NewRef(set->values[value]);
	number = PyLong_FromUnsignedLong(value);
	args = number ? PyTuple_Pack(1, number) : NULL;
	made = args ? PyLong_Type.tp_new(&types[set - sets], args, NULL) : NULL;
	Py_XDECREF(args);
	Py_XDECREF(number);
	if (made)
		set->values[value] = Py_NewRef(made);
	return made;
}

PyObject *flags_value(enum layers_type type, unsigned value)
{
	return make(&sets[type - LAYERS_TCP_FLAGS], value);
}

/* The bit that a name starting at *text stands for; *text moves behind it. */
static int bit_of(const struct set *set, const char **text)
{
	size_t best = 0;
	int bit = -1;

	for (unsigned i = 0; i < set->bits; i++) {
		size_t len = strlen(set->names[i]);

		if (len > best && strncmp(*text, set->names[i], len) == 0) {
			best = len;
			bit = (int)i;
		}
	}
	*text += best;
	return bit;
}

/* The bits that a number or a text tells: 1; 0 if it tells none; -1. */
static int bits_of(const struct set *set, PyObject *o, unsigned long *value)
{
	const char *text;
	int bit;

	if (PyLong_Check(o)) {
		*value = PyLong_AsUnsignedLongMask(o);
		return 1;
	}
	if (!PyUnicode_Check(o))
		return 0;
	text = PyUnicode_AsUTF8(o);
	if (!text)
		return -1;
	*value = 0;
	while (*text) {
		if (*text == '+') {
			text++;
			continue;
		}
		bit = bit_of(set, &text);
		if (bit < 0)
			return 0;
		*value |= 1ul << bit;
	}
	return 1;
}

static PyObject *as_text(PyObject *self)
{
	const struct set *set = set_of(self);
	unsigned long value = PyLong_AsUnsignedLongMask(self);
	char text[64] = "";

	if (!set)
		return PyLong_Type.tp_repr(self);
	for (unsigned i = 0; i < set->bits; i++) {
		if (!(value >> i & 1))
			continue;
		if (*text)
			strcat(text, set->between);
		strcat(text, set->names[i]);
	}
	return PyUnicode_FromString(text);
}

static PyObject *represented(PyObject *self)
{
	PyObject *text = as_text(self), *made;

	if (!text)
		return NULL;
	made = PyUnicode_FromFormat("<Flag %lu (%U)>",
				    PyLong_AsUnsignedLongMask(self), text);
	Py_DECREF(text);
	return made;
}

static PyObject *compare(PyObject *self, PyObject *other, int op)
{
	const struct set *set = set_of(self);
	unsigned long value;
	PyObject *number, *result;
	int rc;

	if (!set || !PyUnicode_Check(other))
		return PyLong_Type.tp_richcompare(self, other, op);
	rc = bits_of(set, other, &value);
	if (rc < 0)
		return NULL;
	if (rc == 0)
		Py_RETURN_NOTIMPLEMENTED;
	number = PyLong_FromUnsignedLong(value);
	if (!number)
		return NULL;
	result = PyLong_Type.tp_richcompare(self, number, op);
	Py_DECREF(number);
	return result;
}

enum operation {
	AND,
	OR,
	XOR,
	SUBTRACT
};

/* Either side may be the flags; the other a number or a text. */
static PyObject *operate(PyObject *a, PyObject *b, enum operation operation)
{
	struct set *set = set_of(is_flags(a) ? a : b);
	unsigned long x, y;
	int left, right;

	if (!set)
		Py_RETURN_NOTIMPLEMENTED;
	left = bits_of(set, a, &x);
	right = left > 0 ? bits_of(set, b, &y) : 0;
	if (left < 0 || right < 0)
		return NULL;
	if (!left || !right)
		Py_RETURN_NOTIMPLEMENTED;
	switch (operation) {
	case AND:
		return make(set, x & y);
	case OR:
		return make(set, x | y);
	case XOR:
		return make(set, x ^ y);
	default:
		return make(set, x & ~y);
	}
}

static PyObject *with_and(PyObject *a, PyObject *b)
{
	return operate(a, b, AND);
}

static PyObject *with_or(PyObject *a, PyObject *b)
{
	return operate(a, b, OR);
}

static PyObject *with_xor(PyObject *a, PyObject *b)
{
	return operate(a, b, XOR);
}

static PyObject *without(PyObject *a, PyObject *b)
{
	return operate(a, b, SUBTRACT);
}

/* The names that are set, so that `"S" in flags` works as with scapy. */
static PyObject *each(PyObject *self)
{
	const struct set *set = set_of(self);
	unsigned long value = PyLong_AsUnsignedLongMask(self);
	PyObject *list = PyList_New(0), *one, *iterator;

	for (unsigned i = 0; list && set && i < set->bits; i++) {
		if (!(value >> i & 1))
			continue;
		one = PyUnicode_FromString(set->names[i]);
		if (!one || PyList_Append(list, one) < 0)
			Py_CLEAR(list);
		Py_XDECREF(one);
	}
	iterator = list ? PyObject_GetIter(list) : NULL;
	Py_XDECREF(list);
	return iterator;
}

/* flags.S tells whether S is set. */
static PyObject *named(PyObject *self, PyObject *name)
{
	const struct set *set = set_of(self);
	unsigned long value;

	if (set && bits_of(set, name, &value) == 1 && value)
		return PyBool_FromLong(
			(PyLong_AsUnsignedLongMask(self) & value) == value);
	PyErr_Clear();
	return PyObject_GenericGetAttr(self, name);
}

static PyTypeObject base = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name =
		"netdumplings.packet.FlagValue",
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE |
		    Py_TPFLAGS_LONG_SUBCLASS |
		    Py_TPFLAGS_DISALLOW_INSTANTIATION,
	.tp_doc = PyDoc_STR("A number whose bits have names."),
	.tp_str = as_text,
	.tp_repr = represented,
	.tp_richcompare = compare,
	.tp_iter = each,
	.tp_getattro = named,
	.tp_as_number = &numbers,
};

static PyNumberMethods numbers = {
	.nb_add = with_or, /* as scapy has it */
	.nb_subtract = without,
	.nb_and = with_and,
	.nb_or = with_or,
	.nb_xor = with_xor,
};

int flags_open(PyObject *module)
{
	static const char *const names[SETS] = {
		"netdumplings.packet.TCPFlags",
		"netdumplings.packet.IPFlags",
		"netdumplings.packet.VXLANFlags",
	};

	base.tp_base = &PyLong_Type;
	base.tp_hash = PyLong_Type.tp_hash;
	if (PyType_Ready(&base) < 0)
		return -1;
	for (size_t i = 0; i < SETS; i++) {
		types[i] = (PyTypeObject){
			PyVarObject_HEAD_INIT(NULL, 0).tp_name = names[i],
			.tp_flags = Py_TPFLAGS_DEFAULT |
				    Py_TPFLAGS_LONG_SUBCLASS |
				    Py_TPFLAGS_DISALLOW_INSTANTIATION,
			.tp_base = &base,
		};
		if (PyType_Ready(&types[i]) < 0)
			return -1;
	}
	return PyModule_AddObjectRef(module, "FlagValue", (PyObject *)&base);
}
