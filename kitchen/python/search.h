/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_H
#define SEARCH_H

#include "view.h"

/*
 * Layers by kind: a str that is a class's name or what the layer is called
 * ("Ether", "Ethernet"), a class of that name, ours or scapy's, or a number.
 * The records of a DNS message count as layers behind it.
 */

/* Methods of a view. */
PyObject *search_haslayer(PyObject *self, PyObject *wanted);
PyObject *search_getlayer(PyObject *self, PyObject *const *args,
			  Py_ssize_t count, PyObject *names);
PyObject *search_subscript(PyObject *self, PyObject *wanted);
int search_contains(PyObject *self, PyObject *wanted);
PyObject *search_layers(PyObject *self, PyObject *none);
PyObject *search_iterpayloads(PyObject *self, PyObject *none);
PyObject *search_firstlayer(PyObject *self, PyObject *none);
PyObject *search_lastlayer(PyObject *self, PyObject *none);

#endif
