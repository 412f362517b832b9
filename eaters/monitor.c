/* SPDX-License-Identifier: MIT */
#include "monitor.h"

#include "bus.h"
#include "command_line.h"
#include "log.h"
#include "loop.h"
#include "topic.h"

#include <errno.h>
#include <poll.h>

#define STATUS_CHEF "SystemStatusChef"

/* False, and a sentence was printed, if the settings cannot be. */
static bool check(struct monitor *m, const char *program)
{
	const struct monitor_settings *s = &m->s;
	int rc;

	if (!topic_is_name(s->name, strlen(s->name))) {
		fprintf(stderr,
			"%s: --eater-name: a name is 1 to %d of A-Z a-z 0-9 "
			"_ . -, which '%s' is not\n",
			program, TOPIC_NAME_MAX, s->name);
		return false;
	}
	rc = bus_endpoint(m->uplink.endpoint, sizeof(m->uplink.endpoint),
			  s->hub, BUS_PORT_OUT);
	if (rc == 0)
		return true;
	fprintf(stderr, "%s: --hub: '%s' %s\n", program, s->hub,
		bus_endpoint_error(rc));
	return false;
}

/* Tells what became of the connection. */
static void follow(struct monitor *m, const struct monitor_program *program)
{
	struct nd_eater_stats stats;

	nd_eater_stats(m->eater, &stats);
	if (program->lost && m->uplink.connected && !stats.connected) {
		program->lost(m);
		output_flush(&m->out);
	}
	uplink_follow(&m->uplink, m->eater);
	if (m->uplink.met && !m->greeted)
		program->greet(m);
	m->greeted = m->uplink.met;
}

/* Takes all that is waiting.  0 or -errno. */
static int take(struct monitor *m, const struct monitor_program *program)
{
	static struct log_limit limit;
	const struct nd_dumpling *d;
	int rc;

	while (!m->enough && (rc = nd_eater_next(m->eater, &d, 0)) != 0) {
		if (rc == -EINTR)
			continue;
		if (rc < 0) {
			log_error("cannot receive: %s", strerror(-rc));
			return rc;
		}
		follow(m, program);
		if (program->status(m, d) < 0)
			log_limited(&limit, "a status came that cannot be "
					    "read");
		else
			m->enough = program->once;
	}
	follow(m, program);
	return 0;
}

/* Until it is enough, a signal comes, or stdout goes.  0 or -errno. */
static int run(struct monitor *m, const struct monitor_program *program)
{
	struct pollfd polled[] = {
		{.fd = nd_eater_fd(m->eater), .events = POLLIN},
		{.fd = m->out.signal_fd, .events = POLLIN},
		{.fd = m->out.fd}, /* only for its being closed */
	};

	while (!loop_stopped()) {
		int rc = take(m, program);

		if (rc == 0)
			rc = output_flush(&m->out);
		if (rc < 0 || m->enough)
			return rc == -EINTR ? 0 : rc;
		rc = poll(polled, 3,
			  m->uplink.connected ? -1 : UPLINK_CONNECTING_MS);
		if (rc < 0 && errno != EINTR)
			return -errno;
		if (polled[2].revents)
			return -EPIPE;
	}
	return 0;
}

static int start(struct monitor *m)
{
	const struct nd_eater_config config = {
		.hub = m->s.hub,
		.name = m->s.name,
	};
	int signal_fd = loop_signals();

	if (signal_fd < 0)
		return signal_fd;
	output_open(&m->out, signal_fd);
	m->colour = m->s.color && output_has_colour(&m->out);
	uplink_start(&m->uplink);
	m->eater = nd_eater_new(&config);
	return m->eater ? nd_eater_want(m->eater, STATUS_CHEF) : -errno;
}

static int eat(struct monitor *m, const struct monitor_program *program)
{
	int rc = start(m), status;

	if (rc < 0) {
		log_error("cannot connect to that hub: %s", strerror(-rc));
		return 1;
	}
	rc = run(m, program);
	if (program->end)
		program->end(m);
	status = output_finish(&m->out, rc);
	/* What was to be shown was not. */
	return program->once && !m->enough && rc != -EPIPE ? 1 : status;
}

int monitor_run(const struct monitor_program *program, int argc, char **argv)
{
	const struct command_line *c = program->command_line;
	struct monitor m = {.out.fd = -1};
	int status = 2;

	log_open(c->name);
	switch (command_line_parse(c, &m.s, NULL, argc, argv)) {
	case COMMAND_LINE_WRONG:
		break;
	case COMMAND_LINE_DONE:
		status = 0;
		break;
	case COMMAND_LINE_RUN:
		if (check(&m, c->name))
			status = eat(&m, program);
		break;
	}
	nd_eater_free(m.eater);
	output_close(&m.out);
	option_free(c->options, &m.s);
	return status;
}
