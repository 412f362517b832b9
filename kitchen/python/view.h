/* SPDX-License-Identifier: MIT */
#ifndef VIEW_H
#define VIEW_H

#include "layers.h"
#include "packet.h"

/* A packet that views look at. */
struct frame {
	const struct nd_packet *pkt; /* lent, or kept */
	struct nd_packet *kept;      /* a copy of its own, or NULL */
	size_t refs;        /* views of it, and the kitchen's lending */
	struct view *views; /* of its layers: each has one at most */
};

/*
 * One layer of a packet and all behind it, or one record of a DNS message and
 * all behind that.  Its type tells its kind.
 */
struct view {
	PyObject_HEAD struct frame *frame;
	struct view *next; /* in the frame's list */
	PyObject *fields;  /* the dict, once it was asked for */
	uint32_t index;    /* of the layer, or of the one a record is in */
	/*
	 * Offsets in the packet's data: where it starts, where the fields
	 * are counted from, where its header and what else is its own end.
	 */
	uint32_t at, base, head, end;
	/* Of a record: its section, its number there, and how many follow. */
	uint16_t section, number, left;
};

#define VIEW_NO_SECTION UINT16_MAX

/* 0, or -1 and an exception. */
int view_open(PyObject *module);

/* What a frame that has lost its last view is given to; taken. */
void view_drop(struct frame *frame);
/* A frame for a packet, with one reference; NULL and an exception. */
struct frame *view_frame(const struct nd_packet *pkt);

bool view_is(PyObject *object);
unsigned view_kind(const struct view *v);
/* The Python class of a kind; lent. */
PyTypeObject *view_type(unsigned kind);
/* The kind of the packet's layer with this index. */
unsigned view_layer_kind(const struct frame *frame, uint32_t index);

/* New references; NULL and an exception. */
PyObject *view_of_layer(struct frame *frame, uint32_t index);
/* An unfinished one, for a record: frame, kind and no more. */
struct view *view_new(struct frame *frame, unsigned kind);
/* What follows it: a view, or NoPayload. */
PyObject *view_payload(struct view *v);
PyObject *view_bytes(struct view *v);

#endif
