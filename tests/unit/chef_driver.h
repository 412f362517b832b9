/* SPDX-License-Identifier: MIT */
#ifndef CHEF_DRIVER_H
#define CHEF_DRIVER_H

/* Runs the chef whose source is included before this; what it serves is JSON.
 */

#include "dumpling.h"
#include "json.h"
#include "option.h"
#include "put.h"
#include "text.h"
#include "unit.h"

#include <netdumplings/chef.h>

static struct {
	struct nd_dumpling *out;
	struct text told; /* a line for each dumpling */
	void *self;
} driver;

static inline int driver_serve(void *host)
{
	struct nd_value v;

	(void)host;
	assert_int_equal(put_finish(driver.out), 0);
	put_expose(driver.out);
	assert_int_equal(nd_payload(driver.out, &v), 0);
	assert_int_equal(json_value(&driver.told, &v), 0);
	text_putc(&driver.told, '\n');
	put_begin(driver.out);
	return 0;
}

static inline void driver_settle(int rc)
{
	assert_true(rc >= 0);
	if (rc == ND_SERVE)
		driver_serve(NULL);
}

static inline void driver_stop(void)
{
	if (nd_chef.close && driver.self)
		nd_chef.close(driver.self);
	if (driver.self)
		option_free(nd_chef.options, driver.self);
	free(driver.self);
	dumpling_free(driver.out);
	text_free(&driver.told);
	memset(&driver, 0, sizeof(driver));
}

/* What open() came to; driver_stop() afterwards. */
static inline int driver_open(const char *options, char *why, size_t why_size)
{
	driver.self = calloc(1, nd_chef.state_size);
	driver.out = dumpling_new(1 << 20);
	assert_non_null(driver.self);
	assert_non_null(driver.out);
	driver.out->serve = driver_serve;
	put_begin(driver.out);
	assert_int_equal(option_defaults(nd_chef.options, driver.self, why,
					 why_size),
			 0);
	if (options)
		assert_int_equal(option_set_all(nd_chef.options, driver.self,
						options, why, why_size),
				 0);
	return nd_chef.open ? nd_chef.open(driver.self, why, why_size) : 0;
}

static inline void driver_start(const char *options)
{
	char why[256] = "";

	driver_stop();
	assert_int_equal(driver_open(options, why, sizeof(why)), 0);
}

/* All that was told since the last call, lent until the next. */
static inline const char *driver_told(void)
{
	static char *last;

	free(last);
	last = strdup(driver.told.len ? text_str(&driver.told) : "");
	driver.told.len = 0;
	return last;
}

static inline void driver_forget(void)
{
	driver.told.len = 0;
}

/* How many dumplings were told since the start, or since driver_forget(). */
static inline size_t driver_count(void)
{
	const char *p = driver.told.len ? text_str(&driver.told) : "";
	size_t count = 0;

	while ((p = strchr(p, '\n'))) {
		count++;
		p++;
	}
	return count;
}

/* One of them, from 0 on; lent until the next call. */
static inline const char *driver_line(size_t n)
{
	static char *line;
	const char *p;

	assert_true(n < driver_count());
	for (p = text_str(&driver.told); n; n--)
		p = strchr(p, '\n') + 1;
	free(line);
	line = strndup(p, strcspn(p, "\n"));
	return line;
}

/* So many were told, and the last has these words in it, unless NULL. */
static inline void driver_check(size_t count, const char *words)
{
	assert_int_equal(driver_count(), count);
	if (words && !strstr(driver_line(count - 1), words))
		fail_msg("told: %s", driver_line(count - 1));
}

static inline void driver_packet(const struct nd_packet *pkt)
{
	put_begin(driver.out);
	driver_settle(nd_chef.packet(driver.self, pkt, driver.out));
}

static inline void driver_stream(struct nd_stream *stream)
{
	put_begin(driver.out);
	driver_settle(nd_chef.stream(driver.self, stream, driver.out));
}

static inline void driver_finish(int64_t time_ns)
{
	put_begin(driver.out);
	driver_settle(nd_chef.finish(driver.self, time_ns, driver.out));
}

static inline void driver_interval(int64_t time_ns)
{
	put_begin(driver.out);
	driver_settle(nd_chef.interval(driver.self, time_ns, driver.out));
}

#endif
