/* SPDX-License-Identifier: MIT */
#ifndef PACKET_H
#define PACKET_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <netdumplings/chef.h>

/*
 * A packet as chefs in Python see it: a view of its decoded layers, with
 * scapy's names.  Nothing is read or made before it is asked for.  All of
 * this is called with the interpreter's lock held.
 */

/*
 * Readies the types and puts them into a module, netdumplings._packet, of
 * which netdumplings.packet makes its own.  0, or -1 and a Python exception.
 * Once in the life of a process, and for all of it: while the interpreter
 * ends, what chefs registered with atexit, their threads and their __del__()
 * may still look at packets that they kept.
 */
int packet_open(void);

/*
 * Yours: packet_return().  The view of the outermost layer, or NULL and an
 * exception.  The packet is lent until then.
 */
PyObject *packet_lend(const struct nd_packet *pkt);

/*
 * The chef's call is over; the view is taken.  What the chef kept of it gets a
 * copy of the bytes, and stays as it is for ever; otherwise what was made for
 * this packet serves for the next one.
 */
void packet_return(PyObject *view);

#endif
