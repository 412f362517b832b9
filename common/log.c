/* SPDX-License-Identifier: MIT */
#include "log.h"

#include "loop.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static const char *log_name = "netdumplings";

void log_open(const char *name)
{
	log_name = name;
}

/* A name from a wire or a folder cannot look like a line of its own. */
static void clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 32 || *text == 127)
			*text = '?';
}

__attribute__((format(printf, 3, 0))) static void
line(const char *level, uint64_t left_out, const char *format, va_list args)
{
	struct timespec now;
	struct tm tm;
	char date[32], text[1024], more[64] = "";

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	vsnprintf(text, sizeof(text), format, args);
	clean(text);
	if (left_out > 0)
		snprintf(more, sizeof(more), " (and %llu more like this)",
			 (unsigned long long)left_out);
	/* One write, so that lines of several programs do not mix. */
	fprintf(stderr, "%s.%03ld %s %s: %s%s\n", date, now.tv_nsec / 1000000,
		level, log_name, text, more);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("INFO", 0, format, args);
	va_end(args);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line("ERROR", 0, format, args);
	va_end(args);
}

void log_limited(struct log_limit *limit, const char *format, ...)
{
	int64_t now = loop_now_ns();
	va_list args;

	if (now < limit->next_ns) {
		limit->left_out++;
		return;
	}
	va_start(args, format);
	line("ERROR", limit->left_out, format, args);
	va_end(args);
	limit->next_ns = now + 1000000000;
	limit->left_out = 0;
}
