/* SPDX-License-Identifier: MIT */
#ifndef FLOW_H
#define FLOW_H

#include <stdint.h>

/* The name that dumplings have of an IP protocol, or NULL. */
const char *flow_protocol(uint8_t protocol);

#endif
