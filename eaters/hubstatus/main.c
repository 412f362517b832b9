/* SPDX-License-Identifier: MIT */
/* nd-hubstatus: a hub's status in one line that is kept up to date. */
#include "command_line.h"
#include "monitor.h"

#include <inttypes.h>
#include <time.h>

static const struct nd_option options[] = {MONITOR_OPTIONS("statuseater"), {0}};

static const struct command_line command_line = {
	.name = "nd-hubstatus",
	.summary = "watch a hub's status",
	.description =
		"Shows in one line how long the hub has run, how many "
		"dumplings it took and sent, and how many kitchens and eaters "
		"are here, and writes that line anew whenever the hub tells "
		"its status (nd-hub's --status-freq). \"missing\" at the end, "
		"if it is there, counts the dumplings that kitchens numbered "
		"and the hub never saw.\n\n"
		"It waits for a hub that is not there, and for one that goes "
		"away.",
	.options = options,
};

/* How much of a terminal's line the last status took. */
static size_t shown;

static void greet(struct monitor *m)
{
	text_puts(&m->out.text, "nd-hub status from ");
	text_puts(&m->out.text, m->uplink.endpoint);
	text_puts(&m->out.text, "\nWaiting for data... ");
}

static void put(struct monitor *m, size_t *width, const char *name,
		const char *value)
{
	text_printf(&m->out.text, m->colour ? "%s\033[1m%s\033[0m" : "%s%s",
		    name, value);
	*width += strlen(name) + strlen(value);
}

static void put_count(struct monitor *m, size_t *width, const char *name,
		      const struct nd_dumpling *d, const char *path)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRId64, nd_get_int(d, path, 0));
	put(m, width, name, value);
}

static void put_times(struct monitor *m, size_t *width,
		      const struct nd_dumpling *d)
{
	time_t made = (time_t)(nd_creation_time_ns(d) / 1000000000);
	double uptime = nd_get_double(d, "server_uptime", 0);
	uint64_t s = uptime > 0 && uptime < 1e15 ? (uint64_t)uptime : 0;
	char text[40];
	struct tm tm;

	localtime_r(&made, &tm);
	strftime(text, sizeof(text), "%F %T", &tm);
	put(m, width, "", text);
	snprintf(text, sizeof(text), "%02" PRIu64 ":%02u:%02u", s / 3600,
		 (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	put(m, width, "  uptime: ", text);
}

static int status(struct monitor *m, const struct nd_dumpling *d)
{
	size_t width = 0;

	text_putc(&m->out.text, '\r');
	put_times(m, &width, d);
	put_count(m, &width, "  dumplings in: ", d, "total_dumplings_in");
	put_count(m, &width, "  out: ", d, "total_dumplings_out");
	put_count(m, &width, "  kitchens: ", d, "dumpling_kitchen_count");
	put_count(m, &width, "  eaters: ", d, "dumpling_eater_count");
	text_putc(&m->out.text, ' ');
	if (nd_get_int(d, "dumplings_missing", 0) > 0) {
		put_count(m, &width, " missing: ", d, "dumplings_missing");
		text_putc(&m->out.text, ' ');
	}
	/* Over what a longer line has left there. */
	for (size_t i = width; m->out.terminal && i < shown; i++)
		text_putc(&m->out.text, ' ');
	shown = width;
	return m->out.text.error;
}

/* What is told of it has a line of its own. */
static void lost(struct monitor *m)
{
	text_putc(&m->out.text, '\n');
}

static void end(struct monitor *m)
{
	if (m->greeted && m->out.terminal)
		text_putc(&m->out.text, '\n');
}

int main(int argc, char **argv)
{
	static const struct monitor_program program = {
		.command_line = &command_line,
		.greet = greet,
		.lost = lost,
		.status = status,
		.end = end,
	};

	return monitor_run(&program, argc, argv);
}
