/* SPDX-License-Identifier: MIT */
#ifndef SERVED_H
#define SERVED_H

/* A bundled chef without a kitchen: what it serves is kept as JSON. */

#include "chef_file.h"
#include "dumpling.h"
#include "option.h"
#include "put.h"
#include "unit.h"

#define SERVED_MAX 32

static struct chef_file chef_file;
static const struct nd_chef *chef;
static void *chef_self;
static struct nd_dumpling *chef_out;
static char *served[SERVED_MAX];
static size_t served_count;
static char chef_why[256];

static inline int serve(void *host)
{
	const char *text;

	(void)host;
	assert_int_equal(put_finish(chef_out), 0);
	put_expose(chef_out);
	text = nd_json(chef_out, NULL);
	assert_non_null(text);
	assert_true(served_count < SERVED_MAX);
	served[served_count++] = strdup(strstr(text, "\"payload\":") + 10);
	dumpling_forget_texts(chef_out);
	put_begin(chef_out);
	return 0;
}

static inline void forget_served(void)
{
	while (served_count > 0)
		free(served[--served_count]);
}

/* What the chef's call came to. */
static inline void settle(int rc)
{
	assert_true(rc >= 0);
	if (rc == ND_SERVE)
		serve(NULL);
}

/* 0, or what the chef's open() or an option came to. */
static inline int open_chef(const char *name, const char *options)
{
	int rc;

	assert_int_equal(chef_file_open(&chef_file, name, chef_why,
					sizeof(chef_why)),
			 0);
	chef = &chef_file.chef;
	chef_self = calloc(1, chef->state_size);
	chef_out = dumpling_new(1 << 20);
	assert_true(chef_self && chef_out);
	chef_out->chef = name;
	chef_out->serve = serve;
	put_begin(chef_out);
	rc = option_defaults(chef->options, chef_self, chef_why,
			     sizeof(chef_why));
	if (rc == 0)
		rc = option_set_all(chef->options, chef_self, options, chef_why,
				    sizeof(chef_why));
	return rc < 0 ? rc : chef->open(chef_self, chef_why, sizeof(chef_why));
}

static inline void close_chef(void)
{
	chef->close(chef_self);
	option_free(chef->options, chef_self);
	free(chef_self);
	dumpling_free(chef_out);
	forget_served();
	chef_file_close(&chef_file);
}

/* So many were served, and the last has these words in it. */
static inline void check_served(size_t count, const char *words)
{
	assert_int_equal(served_count, count);
	if (!words)
		return;
	if (!strstr(served[count - 1], words))
		print_message("served: %s", served[count - 1]);
	assert_non_null(strstr(served[count - 1], words));
}

#endif
