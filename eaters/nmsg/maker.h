/* SPDX-License-Identifier: MIT */
#ifndef MAKER_H
#define MAKER_H

#include "nmsg/nmsg_build.h"

#include <netdumplings/dumpling.h>

/*
 * What messages are made with of a dumpling.  Start one zeroed, with take and
 * arg set, and maker_free() it.
 */
struct maker {
	const struct nd_dumpling *d; /* lent */
	struct nd_value payload;
	int64_t time_ns; /* of the messages */
	/*
	 * Who gets them, lent for the call.  0, or -errno, which ends the
	 * dumpling.
	 */
	int (*take)(void *arg, const struct message *m);
	void *arg;

	struct nmsg_build build;
	struct text text; /* scratch */
};

/* Begins with a dumpling.  0, or -EBADMSG for a payload that is none. */
int maker_start(struct maker *k, const struct nd_dumpling *d);
void maker_free(struct maker *k);

/* --- what a map has ------------------------------------------------------ */

/* The value at a path, if it is of that type. */
bool maker_find(const struct nd_value *map, const char *path, enum nd_type type,
		struct nd_value *v);
/* The same for an unsigned number up to max. */
bool maker_find_uint(const struct nd_value *map, const char *path, uint64_t max,
		     uint64_t *n);
/* The same for an address in text; its bytes, 4 or 16 of them. */
struct maker_ip {
	uint8_t bytes[16];
	size_t len;
};
bool maker_find_ip(const struct nd_value *map, const char *path,
		   struct maker_ip *ip);
/* The same for a time; of seconds as a number, which JSON has, the nearest. */
bool maker_find_time(const struct nd_value *map, const char *path,
		     int64_t *time_ns);

/* --- a message ----------------------------------------------------------- */

/* Begins a message of vendor base, whose fields are then added by name. */
void maker_begin(struct maker *k, uint32_t msgtype);
void maker_uint(struct maker *k, const char *field, uint64_t n);
void maker_bytes(struct maker *k, const char *field, const void *bytes,
		 size_t len);
/* Ends it and gives it away. */
int maker_end(struct maker *k);

/* The second that a time is in, and ns since that began. */
int64_t maker_second(int64_t time_ns, uint32_t *nsec);

/* Gives away a message that has all but its time. */
int maker_give(struct maker *k, struct message *m);

#endif
