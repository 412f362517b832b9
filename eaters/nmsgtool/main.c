/* SPDX-License-Identifier: MIT */
/* nd-nmsgtool: moves NMSG messages between files, sockets and texts. */
#include "background.h"
#include "log.h"
#include "loop.h"
#include "rights.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, int rc)
{
	log_error("%s: %s", what, strerror(-rc));
	return 1;
}

/* What follows once all is open.  The exit status if it cannot be, or 0. */
static int settle(const struct settings *s, int ready_fd)
{
	char why[256];
	int rc;

	if (s->pidfile) {
		rc = background_write_pid(s->pidfile);
		if (rc < 0)
			return fail(s->pidfile, rc);
	}
	if (s->username && rights_drop(s->username, 0, why, sizeof(why)) < 0) {
		log_error("%s", why);
		return 1;
	}
	if (ready_fd >= 0)
		background_ready(ready_fd);
	return 0;
}

static int work(struct tool *t)
{
	const struct settings *s = &t->settings;
	int ready_fd = -1, rc, status;

	if (s->daemon) {
		ready_fd = background_begin();
		if (ready_fd < 0)
			return fail("cannot go to the background", ready_fd);
	}
	rc = loop_signals();
	if (rc < 0)
		return fail("cannot wait for signals", rc);
	if (tool_open(t) < 0)
		return loop_stopped() ? 0 : 1;
	status = settle(s, ready_fd);
	if (status == 0) {
		tool_run(t);
		status = tool_finish(t);
	}
	if (s->pidfile)
		unlink(s->pidfile);
	return status;
}

int main(int argc, char **argv)
{
	static struct tool t;
	enum command_line_outcome outcome;
	int status = 2;

	log_open("nd-nmsgtool");
	outcome = command_line_parse(&settings_command_line, &t.settings, NULL,
				     argc, argv);
	if (outcome == COMMAND_LINE_DONE)
		status = 0;
	else if (outcome == COMMAND_LINE_RUN &&
		 settings_check(&t.settings) == 0)
		status = work(&t);
	tool_free(&t);
	settings_free(&t.settings);
	return status;
}
