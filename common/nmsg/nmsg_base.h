/* SPDX-License-Identifier: MIT */
#ifndef NMSG_BASE_H
#define NMSG_BASE_H

#include "nmsg_type.h"

/* The types of vendor base, by number from 1. */
extern const struct nmsg_type nmsg_base_types[];
extern const size_t nmsg_base_count;

#endif
