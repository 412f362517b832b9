/* SPDX-License-Identifier: MIT */
#ifndef KINDS_H
#define KINDS_H

#include <netdumplings/chef.h>
#include <topic.h>

/*
 * The kinds of dumplings that came: each chef of each kitchen has a small
 * number, and others for what sums are made of, and for sums.  When all are
 * taken, the kind that is longest unheard gives its number away.
 */

#define KINDS_MAX 4096

enum kind_form {
	KIND_ANY,
	KIND_PART, /* counts of one kitchen */
	KIND_SUM, /* the same of all of them, in its place for who wants sums */
};

struct kind {
	enum kind_form form;
	char chef[TOPIC_NAME_MAX + 1];
	char kitchen[TOPIC_NAME_MAX + 1]; /* "" for none */
	uint64_t last; /* the ring's number of its latest, plus 1; 0: none */
};

struct kinds {
	struct kind *all;
	uint32_t count;
	uint32_t recent; /* the one asked for last */
	struct nd_table *numbers;
};

/* 0 or -ENOMEM. */
int kinds_init(struct kinds *k);
void kinds_free(struct kinds *k);

/*
 * The number of a chef, kitchen ("" for none) and form.  *is_new: the number
 * stands for it from now on; what it stood for was last heard before *forget.
 * -ENOMEM.
 */
int kinds_number(struct kinds *k, const char *chef, const char *kitchen,
		 enum kind_form form, bool *is_new, uint64_t *forget);

#endif
