/* SPDX-License-Identifier: MIT */
#include "view.h"

#include "dns_view.h"
#include "fields.h"
#include "view_class.h"
#include "view_fields.h"

/* Views that nobody holds, for the next packet. */
#define SPARE_MAX 64

static PyTypeObject types[LAYERS_COUNT];
static struct view *spare;
static unsigned spare_count;
static struct frame *spare_frame;

/* What NoPayload is a view of. */
static const struct nd_packet no_packet;
static struct frame no_frame = {.pkt = &no_packet};
static PyObject *no_payload;

unsigned view_kind(const struct view *v)
{
	return (unsigned)(v->ob_base.ob_type - types);
}

PyTypeObject *view_type(unsigned kind)
{
	return &types[kind];
}

struct frame *view_frame(const struct nd_packet *pkt)
{
	struct frame *frame = spare_frame;

	spare_frame = NULL;
	if (!frame)
		frame = PyMem_Malloc(sizeof(*frame));
	if (!frame) {
		PyErr_NoMemory();
		return NULL;
	}
	*frame = (struct frame){.pkt = pkt, .refs = 1};
	return frame;
}

void view_drop(struct frame *frame)
{
	if (--frame->refs > 0)
		return;
	PyMem_Free(frame->kept);
	if (spare_frame)
		PyMem_Free(frame);
	else
		spare_frame = frame;
}

struct view *view_new(struct frame *frame, unsigned kind)
{
	struct view *v = spare;

	if (v) {
		spare = v->next;
		spare_count--;
	} else {
		v = PyObject_Malloc(sizeof(*v));
		if (!v)
			return (struct view *)PyErr_NoMemory();
	}
	PyObject_Init((PyObject *)v, &types[kind]);
	v->frame = frame;
	frame->refs++;
	v->next = NULL;
	v->fields = NULL;
	v->index = v->at = v->base = v->head = v->end = 0;
	v->number = v->left = 0;
	v->section = VIEW_NO_SECTION;
	return v;
}

static void unlink_view(struct view *v)
{
	struct view **at = &v->frame->views;

	while (*at && *at != v)
		at = &(*at)->next;
	if (*at)
		*at = v->next;
}

static void dealloc(PyObject *self)
{
	struct view *v = (struct view *)self;

	if (v->section == VIEW_NO_SECTION)
		unlink_view(v);
	view_drop(v->frame);
	Py_CLEAR(v->fields);
	if (spare_count == SPARE_MAX) {
		PyObject_Free(v);
		return;
	}
	v->next = spare;
	spare = v;
	spare_count++;
}

bool view_is(PyObject *object)
{
	return Py_TYPE(object)->tp_dealloc == dealloc;
}

unsigned view_layer_kind(const struct frame *frame, uint32_t index)
{
	uint32_t kind = ND_RAW;

	if (index < frame->pkt->layer_count)
		kind = frame->pkt->layer[index].layer;
	return layers_of(kind)->class_name ? kind : ND_RAW;
}

/* Where the layer is; the first one starts where the packet does. */
static void place(struct view *v, uint32_t index)
{
	const struct nd_packet *pkt = v->frame->pkt;
	const struct nd_layer_at *l = &pkt->layer[index];

	v->index = index;
	if (index >= pkt->layer_count) {
		v->end = pkt->caplen;
		return;
	}
	v->base = l->offset;
	v->at = index ? l->offset : 0;
	/* over TCP two octets of length come first, RFC 1035 section 4.2.2 */
	if (l->layer == ND_DNS && index && l[-1].layer == ND_TCP &&
	    l[-1].offset + l[-1].header_len + 2 == l->offset)
		v->at -= 2;
	v->head = l->offset + l->header_len;
	v->end = pkt->caplen;
	if (index + 1 < pkt->layer_count)
		v->end = l[1].offset > v->head ? l[1].offset : v->head;
	/* what it has encrypted is its own, and nobody's else */
	if (l->layer == ND_ESP && index + 1 < pkt->layer_count)
		v->end += l[1].header_len;
}

PyObject *view_of_layer(struct frame *frame, uint32_t index)
{
	struct view *v;

	for (v = frame->views; v; v = v->next)
		if (v->index == index)
			return Py_NewRef(v);
	v = view_new(frame, view_layer_kind(frame, index));
	if (!v)
		return NULL;
	place(v, index);
	v->next = frame->views;
	frame->views = v;
	return (PyObject *)v;
}

PyObject *view_payload(struct view *v)
{
	PyObject *next;

	if (v->section == VIEW_NO_SECTION) {
		if (v->index + 1 < v->frame->pkt->layer_count)
			return view_of_layer(v->frame, v->index + 1);
		return Py_NewRef(no_payload);
	}
	next = dns_view_next(v);
	if (next != Py_None)
		return next;
	Py_DECREF(next);
	return Py_NewRef(no_payload);
}

PyObject *view_bytes(struct view *v)
{
	uint32_t end = v->section == VIEW_NO_SECTION ? UINT32_MAX : v->end, len;
	const uint8_t *p = fields_bytes(v, v->at, end, &len);

	return PyBytes_FromStringAndSize((const char *)p, len);
}

/* A class for a kind, that has its names. */
static int open_type(PyObject *module, PyTypeObject *base, unsigned kind)
{
	static char full[LAYERS_COUNT][64];
	const struct layers_kind *k = layers_of(kind);
	const char *name = k->name ? k->name : nd_layer_name(kind);
	PyTypeObject *type = &types[kind];
	PyObject *text;
	int rc;

	if (!k->class_name)
		return 0;
	snprintf(full[kind], sizeof(full[kind]), "netdumplings.packet.%s",
		 k->class_name);
	*type = (PyTypeObject){
		PyVarObject_HEAD_INIT(NULL, 0).tp_name = full[kind],
		.tp_basicsize = sizeof(struct view),
		.tp_flags =
			Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
		.tp_base = base,
		.tp_dealloc = dealloc,
		.tp_dict = PyDict_New(),
	};
	text = PyUnicode_InternFromString(name);
	if (!text || !type->tp_dict)
		return -1;
	rc = PyDict_SetItemString(type->tp_dict, "name", text);
	if (rc == 0)
		rc = PyDict_SetItemString(type->tp_dict, "_name", text);
	Py_DECREF(text);
	if (rc < 0 || PyType_Ready(type) < 0)
		return -1;
	if (PyObject_HasAttrString(module, k->class_name))
		return 0;
	return PyModule_AddObjectRef(module, k->class_name, (PyObject *)type);
}

int view_open(PyObject *module)
{
	PyTypeObject *base = view_class_open();

	if (!base)
		return -1;
	for (unsigned kind = 0; kind < LAYERS_COUNT; kind++)
		if (open_type(module, base, kind) < 0)
			return -1;
	no_frame.refs = 1;
	no_payload = (PyObject *)view_new(&no_frame, LAYERS_NOTHING);
	if (!no_payload)
		return -1;
	return PyModule_AddObjectRef(module, "Packet", (PyObject *)base);
}
