/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SIE_H
#define NMSG_SIE_H

#include "nmsg_type.h"

/* The types of vendor SIE, by number from 1. */
extern const struct nmsg_type nmsg_sie_types[];
extern const size_t nmsg_sie_count;

#endif
