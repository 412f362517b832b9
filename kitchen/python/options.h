/* SPDX-License-Identifier: MIT */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "packet.h"

/* Lists of options; what is cut off or broken ends them. */

/* 0, or -1 and an exception. */
int options_open(PyObject *module);

/* RFC 791 section 3.1: (copy_flag, optclass, option, length, value). */
PyObject *options_ip(const uint8_t *p, uint32_t len);
/* RFC 9293 section 3.2, as scapy has them: (name, value). */
PyObject *options_tcp(const uint8_t *p, uint32_t len);
/* RFC 6891 section 6.1.2: (optcode, optlen, optdata). */
PyObject *options_edns(const uint8_t *p, uint32_t len);

#endif
