/* SPDX-License-Identifier: MIT */
#ifndef PAGE_H
#define PAGE_H

#include <netdumplings/chef.h>

/* Where the gateway's pages are. */

/* Of the addresses that they are served at one of ours that stands for all. */
const char *page_host(const struct nd_list *addresses);

/* Whether someone listens there; it is this machine, so it knows at once. */
bool page_answers(const char *host, uint64_t port);

/* Tells the user. */
void page_print(const char *host, uint64_t port);

#endif
