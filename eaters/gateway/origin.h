/* SPDX-License-Identifier: MIT */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <netdumplings/chef.h>

/*
 * Whether a page of this Origin (RFC 6454 section 7, "" for none) may open a
 * WebSocket to this Host.  An empty list allows any; otherwise it names
 * origins, HOST:PORTs or HOSTs that may beside the gateway's own pages, and
 * what is no page.
 */
bool origin_allowed(const struct nd_list *list, const char *origin,
		    const char *host);

#endif
