/* SPDX-License-Identifier: MIT */
#include "packet.h"

#include "flags.h"
#include "options.h"
#include "search.h"
#include "view.h"

static PyModuleDef module_def = {
	PyModuleDef_HEAD_INIT,
	.m_name = "netdumplings._packet",
	.m_doc = "What netdumplings.packet is made of.",
	.m_size = -1,
};

int packet_open(void)
{
	PyObject *module = PyModule_Create(&module_def);
	int rc = -1;

	if (module && view_open(module) == 0 && flags_open(module) == 0 &&
	    options_open(module) == 0)
		rc = PyDict_SetItemString(PyImport_GetModuleDict(),
					  module_def.m_name, module);
	Py_XDECREF(module);
	return rc;
}

PyObject *packet_lend(const struct nd_packet *pkt)
{
	struct frame *frame = view_frame(pkt);
	PyObject *view = frame ? view_of_layer(frame, 0) : NULL;

	if (frame && !view)
		view_drop(frame);
	return view;
}

/* The bytes at *p, copied to *to, which moves on. */
static const uint8_t *carry(uint8_t **to, const void *p, size_t len)
{
	uint8_t *copy = *to;

	if (!p)
		return NULL;
	memcpy(copy, p, len);
	*to += len;
	return copy;
}

/* A packet of its own for what stays; one without bytes if there is no room. */
static void keep(struct frame *frame)
{
	static const struct nd_packet nothing;
	const struct nd_packet *pkt = frame->pkt;
	size_t layers = pkt->layer_count * sizeof(*pkt->layer);
	size_t name = pkt->interface ? strlen(pkt->interface) + 1 : 0;
	struct nd_packet *kept =
		PyMem_Malloc(sizeof(*kept) + layers + pkt->caplen + name);
	uint8_t *to;

	frame->pkt = kept ? kept : &nothing;
	frame->kept = kept;
	if (!kept)
		return;
	to = (uint8_t *)(kept + 1);
	*kept = (struct nd_packet){
		.time_ns = pkt->time_ns,
		.caplen = pkt->caplen,
		.len = pkt->len,
		.linktype = pkt->linktype,
		.layer_count = pkt->layer_count,
		.layers = pkt->layers,
	};
	kept->layer = (const void *)carry(&to, pkt->layer, layers);
	kept->data = carry(&to, pkt->data, pkt->caplen);
	kept->interface = (const void *)carry(&to, pkt->interface, name);
}

void packet_return(PyObject *view)
{
	struct frame *frame = ((struct view *)view)->frame;

	Py_DECREF(view);
	if (frame->refs > 1)
		keep(frame);
	view_drop(frame);
}
