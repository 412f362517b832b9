/* SPDX-License-Identifier: MIT */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "option.h"

/*
 * Names for addresses: lines of "name address address ..." in the file that
 * NMSG_CHALIAS_FILE in the environment names, or else /etc/nmsg.chalias, or
 * nmsgtool.chalias here.
 */

/* Adds the addresses of a name.  0, or -errno and a sentence in `why`. */
int channels_find(const char *name, struct nd_list *addresses, char *why,
		  size_t why_size);

#endif
