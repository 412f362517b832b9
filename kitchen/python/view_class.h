/* SPDX-License-Identifier: MIT */
#ifndef VIEW_CLASS_H
#define VIEW_CLASS_H

#include "view.h"

/*
 * Packet, the class of which each kind of layer has one of its own: what all
 * views can do.  Lent; NULL and an exception.
 */
PyTypeObject *view_class_open(void);

#endif
