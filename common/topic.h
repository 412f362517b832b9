/* SPDX-License-Identifier: MIT */
#ifndef TOPIC_H
#define TOPIC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A topic is "CHEF/KITCHEN/", each name 1 to 64 of A-Z a-z 0-9 _ . -, the chef
 * of a system topic behind a "!" (docs/protocol.md).
 */
#define TOPIC_NAME_MAX 64
#define TOPIC_MAX (TOPIC_NAME_MAX * 2 + 3)

/* The kitchen of dumplings that no kitchen made. */
#define TOPIC_NO_KITCHEN "-"

/* What a kitchen says of itself; "!kitchen/NAME/". */
#define TOPIC_KITCHEN "!kitchen"
/* Subscribed to by an eater to be seen: "!eater/NAME/HOST/ID". */
#define TOPIC_EATER "!eater/"
/* Subscribed to for each client of an eater's own; presence.h. */
#define TOPIC_CLIENT "!client/"

struct topic {
	char chef[TOPIC_NAME_MAX + 2];
	char kitchen[TOPIC_NAME_MAX + 1];
};

bool topic_is_name(const char *name, size_t len);

/* Writes the topic, NUL-terminated; its length, or -EINVAL for bad names. */
int topic_write(char out[TOPIC_MAX + 1], const char *chef, const char *kitchen);

/* Reads a topic.  0 or -EBADMSG. */
int topic_read(struct topic *t, const void *bytes, size_t len);

/* Writes `from` with all that no name may have replaced by "_". */
void topic_clean(char out[TOPIC_NAME_MAX + 1], const char *from);

#endif
