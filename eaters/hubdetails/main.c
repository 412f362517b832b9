/* SPDX-License-Identifier: MIT */
/* nd-hubdetails: a hub's status, once and whole. */
#include "command_line.h"
#include "monitor.h"
#include "pretty.h"

#include <errno.h>

static const struct nd_option options[] = {MONITOR_OPTIONS("detailseater"),
					   {0}};

static const struct command_line command_line = {
	.name = "nd-hubdetails",
	.summary = "show a hub's status in full",
	.description =
		"Waits for the hub to tell its status, shows all of it as "
		"JSON, and ends. The hub does so at intervals: nd-hub's "
		"--status-freq. It waits for a hub that is not there.\n\n"
		"The exit status is 1 when it was interrupted before.",
	.options = options,
};

static void greet(struct monitor *m)
{
	text_puts(&m->out.text, "Connected to nd-hub at ");
	text_puts(&m->out.text, m->uplink.endpoint);
	text_puts(&m->out.text, "\nWaiting for a SystemStatus dumpling...\n\n");
}

static int status(struct monitor *m, const struct nd_dumpling *d)
{
	struct nd_value payload;

	if (nd_payload(d, &payload) < 0 ||
	    pretty_value(&m->out.text, &payload, m->colour) < 0)
		return -EBADMSG;
	text_puts(&m->out.text, "\n\n");
	return m->out.text.error;
}

int main(int argc, char **argv)
{
	static const struct monitor_program program = {
		.command_line = &command_line,
		.greet = greet,
		.status = status,
		.once = true,
	};

	return monitor_run(&program, argc, argv);
}
