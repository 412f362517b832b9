/* SPDX-License-Identifier: MIT */
#include "search.h"

#include "dns_view.h"
#include "view_fields.h"

#include <netdumplings/dns.h>

/* What was asked for, resolved once; found again by the object's address. */
struct wanted {
	PyObject *key;
	uint64_t kinds[(LAYERS_COUNT + 63) / 64];
	bool records;    /* some are records of DNS */
	PyObject *field; /* "src" of "IP.src", or NULL */
};

#define CACHE 64

static struct wanted cache[CACHE];

static inline bool is_wanted(const struct wanted *w, unsigned kind)
{
	return w->kinds[kind / 64] >> kind % 64 & 1;
}

/* Adds the kinds of a name; scapy's classes have no others than theirs. */
static bool add_named(struct wanted *w, const char *name, bool is_class)
{
	bool any = false;

	for (unsigned kind = 0; kind < LAYERS_COUNT; kind++) {
		const struct layers_kind *k = layers_of(kind);
		const char *known = k->name ? k->name : nd_layer_name(kind);

		if (!k->class_name || kind == LAYERS_NOTHING)
			continue;
		if (strcmp(name, k->class_name) != 0 &&
		    (is_class || strcmp(name, known) != 0))
			continue;
		w->kinds[kind / 64] |= UINT64_C(1) << kind % 64;
		w->records = w->records || kind >= LAYERS_DNSQR;
		any = true;
	}
	return any;
}

/* "IP.src"; but "802.1Q" is a name. */
static void add_text(struct wanted *w, const char *text)
{
	const char *dot = strchr(text, '.');
	char name[64];

	if (add_named(w, text, false) || !dot)
		return;
	if ((size_t)(dot - text) >= sizeof(name))
		return;
	memcpy(name, text, (size_t)(dot - text));
	name[dot - text] = '\0';
	if (add_named(w, name, false))
		w->field = PyUnicode_InternFromString(dot + 1);
}

static const struct wanted *resolve(struct wanted *w, PyObject *key)
{
	const char *text;

	Py_CLEAR(w->key);
	Py_CLEAR(w->field);
	*w = (struct wanted){.key = Py_NewRef(key)};
	if (PyType_Check(key)) {
		text = strrchr(((PyTypeObject *)key)->tp_name, '.');
		add_named(w, text ? text + 1 : ((PyTypeObject *)key)->tp_name,
			  true);
	} else if (PyUnicode_Check(key)) {
		text = PyUnicode_AsUTF8(key);
		if (text)
			add_text(w, text);
	}
	if (PyErr_Occurred())
		PyErr_Clear();
	return w;
}

static inline const struct wanted *want(PyObject *key)
{
	uintptr_t address = (uintptr_t)key;
	struct wanted *w = &cache[(address >> 4 ^ address >> 10) % CACHE];

	return w->key == key ? w : resolve(w, key);
}

/* The index of the nth layer of a kind from a view on, or UINT32_MAX. */
static inline uint32_t scan(const struct view *v, const struct wanted *w,
			    Py_ssize_t nth)
{
	const struct nd_packet *pkt = v->frame->pkt;

	for (uint32_t i = v->index; i < pkt->layer_count; i++)
		if (is_wanted(w, pkt->layer[i].layer) && --nth <= 0)
			return i;
	return UINT32_MAX;
}

static bool has_records(const struct view *v)
{
	unsigned kind = view_kind(v);

	return kind == ND_DNS || kind == ND_LLMNR || kind == ND_LLMNR_RESPONSE;
}

/* The first record of the sections from one on, or None. */
static PyObject *records_from(struct view *v, unsigned section)
{
	PyObject *found = Py_NewRef(Py_None);

	while (found == Py_None && section <= ND_DNS_ADDITIONAL) {
		Py_DECREF(found);
		found = dns_view_first(v->frame, v->index, section++);
	}
	return found;
}

/*
 * What follows in the order of scapy: a layer, the records in it, the layers
 * behind it.  None at the end; `v` is taken.
 */
static PyObject *step(PyObject *object, const struct view *root)
{
	struct view *v = (struct view *)object;
	bool record = v->section != VIEW_NO_SECTION;
	PyObject *next = Py_NewRef(Py_None);

	if (record || has_records(v)) {
		Py_DECREF(next);
		next = record ? dns_view_next(v) : records_from(v, 0);
		if (next == Py_None && record &&
		    root->section == VIEW_NO_SECTION) {
			Py_DECREF(next);
			next = records_from(v, v->section + 1U);
		}
	}
	if (next == Py_None && root->section == VIEW_NO_SECTION &&
	    v->index + 1 < v->frame->pkt->layer_count) {
		Py_DECREF(next);
		next = view_of_layer(v->frame, v->index + 1);
	}
	Py_DECREF(object);
	return next;
}

/* Whether a view has these values; -1 and an exception. */
static int matches(PyObject *view, PyObject *const *values, PyObject *names)
{
	Py_ssize_t count = names ? PyTuple_GET_SIZE(names) : 0;

	for (Py_ssize_t i = 0; i < count; i++) {
		PyObject *name = PyTuple_GET_ITEM(names, i), *value;
		int rc;

		if (*PyUnicode_AsUTF8(name) == '_' ||
		    PyUnicode_CompareWithASCIIString(name, "nb") == 0 ||
		    PyUnicode_CompareWithASCIIString(name, "cls") == 0)
			continue;
		value = view_fields_get((struct view *)view, name);
		if (!value)
			return -1;
		rc = PyObject_RichCompareBool(value, values[i], Py_EQ);
		Py_DECREF(value);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* The nth of all, or of those wanted, that has these values; None. */
static PyObject *walk(struct view *root, const struct wanted *w, Py_ssize_t nth,
		      PyObject *const *values, PyObject *names)
{
	PyObject *at = Py_NewRef(root);
	int rc;

	while (at && at != Py_None) {
		rc = !w || is_wanted(w, view_kind((struct view *)at));
		if (rc && names)
			rc = matches(at, values, names);
		if (rc < 0)
			Py_CLEAR(at);
		else if (rc && --nth <= 0)
			return at;
		else
			at = step(at, root);
	}
	return at;
}

PyObject *search_haslayer(PyObject *self, PyObject *key)
{
	struct view *v = (struct view *)self;
	const struct wanted *w = want(key);
	PyObject *found;
	bool is;

	if (w->field)
		Py_RETURN_FALSE;
	if (!w->records && v->section == VIEW_NO_SECTION)
		return PyBool_FromLong(key == Py_None ||
				       scan(v, w, 1) != UINT32_MAX);
	found = walk(v, key == Py_None ? NULL : w, 1, NULL, NULL);
	if (!found)
		return NULL;
	is = found != Py_None;
	Py_DECREF(found);
	return PyBool_FromLong(is);
}

int search_contains(PyObject *self, PyObject *key)
{
	PyObject *found = search_haslayer(self, key);

	if (!found)
		return -1;
	Py_DECREF(found);
	return found == Py_True;
}

/* A view, or the field of it that was asked for; the view is taken. */
static PyObject *field_of(PyObject *found, const struct wanted *w)
{
	PyObject *value;

	if (!found || found == Py_None || !w->field)
		return found;
	value = view_fields_get((struct view *)found, w->field);
	Py_DECREF(found);
	return value;
}

static PyObject *find(struct view *v, PyObject *key, Py_ssize_t nth,
		      PyObject *const *values, PyObject *names)
{
	const struct wanted *w;
	uint32_t index;

	if (PyLong_Check(key)) {
		nth = PyLong_AsSsize_t(key);
		if (nth == -1 && PyErr_Occurred())
			return NULL;
		if (nth < 0 || view_kind(v) == LAYERS_NOTHING)
			Py_RETURN_NONE;
		return walk(v, NULL, nth + 1, values, names);
	}
	w = want(key);
	if (!w->records && v->section == VIEW_NO_SECTION && !names) {
		index = scan(v, w, nth);
		if (index == UINT32_MAX)
			Py_RETURN_NONE;
		return field_of(view_of_layer(v->frame, index), w);
	}
	return field_of(walk(v, w, nth, values, names), w);
}

PyObject *search_getlayer(PyObject *self, PyObject *const *args,
			  Py_ssize_t count, PyObject *names)
{
	PyObject *key = count > 0 ? args[0] : NULL;
	PyObject *number = count > 1 ? args[1] : NULL;
	Py_ssize_t nth = 1;

	for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names); i++) {
		PyObject *name = PyTuple_GET_ITEM(names, i);

		if (PyUnicode_CompareWithASCIIString(name, "nb") == 0)
			number = args[count + i];
		else if (PyUnicode_CompareWithASCIIString(name, "cls") == 0)
			key = args[count + i];
	}
	if (!key) {
		PyErr_SetString(PyExc_TypeError, "getlayer() needs a layer");
		return NULL;
	}
	if (number)
		nth = PyLong_AsSsize_t(number);
	if (nth == -1 && PyErr_Occurred())
		return NULL;
	return find((struct view *)self, key, nth, args + count, names);
}

static PyObject *not_found(PyObject *key)
{
	if (PyType_Check(key))
		PyErr_Format(PyExc_IndexError, "Layer [%s] not found",
			     _PyType_Name((PyTypeObject *)key));
	else
		PyErr_Format(PyExc_IndexError, "Layer [%R] not found", key);
	return NULL;
}

/* packet[IP], and packet[IP:2] for the second. */
PyObject *search_subscript(PyObject *self, PyObject *key)
{
	PyObject *found;
	Py_ssize_t nth = 1;

	if (PySlice_Check(key)) {
		PySliceObject *slice = (PySliceObject *)key;

		if (slice->stop != Py_None)
			nth = PyLong_AsSsize_t(slice->stop);
		if (nth == -1 && PyErr_Occurred())
			return NULL;
		key = slice->start;
	}
	found = find((struct view *)self, key, nth, NULL, NULL);
	if (found != Py_None)
		return found;
	Py_DECREF(found);
	return not_found(key);
}

/* All views from one on, by payload. */
static PyObject *chain(PyObject *self)
{
	PyObject *list = PyList_New(0), *at = Py_NewRef(self), *next;

	while (list && at && view_kind((struct view *)at) != LAYERS_NOTHING) {
		if (PyList_Append(list, at) < 0)
			Py_CLEAR(list);
		next = view_payload((struct view *)at);
		Py_DECREF(at);
		at = next;
	}
	if (!at)
		Py_CLEAR(list);
	Py_XDECREF(at);
	return list;
}

PyObject *search_layers(PyObject *self, PyObject *none)
{
	PyObject *list = chain(self);

	(void)none;
	for (Py_ssize_t i = 0; list && i < PyList_GET_SIZE(list); i++) {
		PyObject *view = PyList_GET_ITEM(list, i);

		PyList_SET_ITEM(list, i, Py_NewRef(Py_TYPE(view)));
		Py_DECREF(view);
	}
	return list;
}

PyObject *search_iterpayloads(PyObject *self, PyObject *none)
{
	PyObject *list = chain(self), *iterator;

	(void)none;
	iterator = list ? PyObject_GetIter(list) : NULL;
	Py_XDECREF(list);
	return iterator;
}

PyObject *search_firstlayer(PyObject *self, PyObject *none)
{
	struct view *v = (struct view *)self;

	(void)none;
	if (v->section != VIEW_NO_SECTION)
		return dns_view_first(v->frame, v->index, v->section);
	if (view_kind(v) == LAYERS_NOTHING)
		return Py_NewRef(self);
	return view_of_layer(v->frame, 0);
}

PyObject *search_lastlayer(PyObject *self, PyObject *none)
{
	PyObject *list = chain(self), *last;
	Py_ssize_t count;

	(void)none;
	if (!list)
		return NULL;
	count = PyList_GET_SIZE(list);
	last = Py_NewRef(count ? PyList_GET_ITEM(list, count - 1) : self);
	Py_DECREF(list);
	return last;
}
