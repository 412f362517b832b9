/* SPDX-License-Identifier: MIT */
/* nd-demo: packets of a simulated office and data centre, as a savefile. */
#include "datacentre.h"
#include "office.h"

#include <command_line.h>
#include <errno.h>
#include <log.h>
#include <loop.h>
#include <poll.h>
#include <rights.h>
#include <string.h>
#include <unistd.h>

/* How late a packet may be, so that several are written at a time. */
#define GATHER_NS (5 * WORLD_MS)

/* After such a delay time goes on from there: nobody wants to have it all. */
#define TOO_LATE_NS WORLD_SECOND

struct settings {
	const char *site;
	uint64_t seed;
	double rate, duration, start;
	const char *speed;
	const char *user;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"site", ND_OPTION_STR, AT(site), "both",
	 "The network whose packets these are: office, datacentre, or both.",
	 "SITE"},
	{"seed", ND_OPTION_UINT, AT(seed), "1",
	 "What chance begins with: with the same seed the same happens.", "N"},
	{"rate", ND_OPTION_DOUBLE, AT(rate), "1",
	 "How lively it is: 1 is some hundred packets a second.", "N", 0, 0.01,
	 20},
	{"duration", ND_OPTION_DOUBLE, AT(duration), "0",
	 "Seconds after which it ends; 0 is never.", "SECONDS", 0, 0, 1e8},
	{"speed", ND_OPTION_STR, AT(speed), "1",
	 "1 is as it would happen, max as fast as the reader takes it.",
	 "1|max"},
	{"start", ND_OPTION_DOUBLE, AT(start), "0",
	 "The first packet's time, seconds since 1970 UTC; 0 is now.",
	 "SECONDS", 0, 0, 4e9},
	{"user", ND_OPTION_STR, AT(user), "nobody",
	 "When started as root, become this user.", "USER"},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-demo",
	.summary = "packets of a simulated office and data centre",
	.description =
		"Writes a savefile (pcap) to standard output, packet by "
		"packet as things happen in a small office or data centre "
		"that do not exist: people browse, phone and print, servers "
		"answer, look after each other and fail over; now and then "
		"someone scans ports, and a new device comes in. All "
		"addresses and names are those for private use and for "
		"documentation, and no packet goes to any network.\n\n"
		"\"nd-demo | nd-sniff --read -\" hands them to chefs as they "
		"come; \"netdumplings --demo\" does that and the rest.\n\n"
		"With the same seed, start and rate the packets are the same. "
		"It ends when its reader does, and on Ctrl-C.",
	.options = options,
};

/* 0, or -EINVAL and a line on stderr. */
static int check(const struct settings *s)
{
	if (strcmp(s->site, "office") != 0 &&
	    strcmp(s->site, "datacentre") != 0 &&
	    strcmp(s->site, "both") != 0) {
		fprintf(stderr,
			"nd-demo: site: '%s' is neither office, datacentre "
			"nor both\n",
			s->site);
		return -EINVAL;
	}
	if (strcmp(s->speed, "1") != 0 && strcmp(s->speed, "max") != 0) {
		fprintf(stderr, "nd-demo: speed: '%s' is neither 1 nor max\n",
			s->speed);
		return -EINVAL;
	}
	if (isatty(STDOUT_FILENO)) {
		fprintf(stderr, "nd-demo: packets are nothing for a terminal; "
				"try \"nd-demo | nd-sniff --read -\"\n");
		return -EINVAL;
	}
	return 0;
}

/* Waits for a signal, the reader's end or the time. */
static void wait_until(const struct record *r, int64_t until_ns)
{
	struct pollfd fds[] = {{.fd = r->fd},
			       {.fd = loop_signals_fd(), .events = POLLIN}};

	poll(fds, 2, loop_timeout_ms(until_ns));
}

/* True if the reader is there no more. */
static bool is_alone(const struct record *r)
{
	struct pollfd fd = {.fd = r->fd};

	return poll(&fd, 1, 0) > 0 && fd.revents & (POLLERR | POLLNVAL);
}

/* As it would happen: `began_ns` is when, by loop_now_ns(). */
static void pace(struct world *w, int64_t *began_ns, int64_t next_ns)
{
	int64_t late_ns = loop_now_ns() - *began_ns - next_ns;

	if (late_ns >= 0 && late_ns < TOO_LATE_NS)
		return;
	if (late_ns >= TOO_LATE_NS) {
		*began_ns += late_ns;
		w->clock_ns += late_ns;
		return;
	}
	record_flush(w->record);
	while (!w->record->error && !loop_stopped() && !is_alone(w->record) &&
	       loop_now_ns() - *began_ns < next_ns)
		wait_until(w->record, *began_ns + next_ns + GATHER_NS);
}

static int run(struct world *w, const struct settings *s)
{
	const int64_t end_ns =
		s->duration > 0 ? (int64_t)(s->duration * 1e9) : INT64_MAX;
	const bool paced = strcmp(s->speed, "1") == 0;
	int64_t began_ns = loop_now_ns();

	while (!loop_stopped() && !w->record->error && !is_alone(w->record)) {
		int64_t next_ns = agenda_next_ns(&w->agenda);

		if (next_ns >= end_ns)
			break;
		if (paced)
			pace(w, &began_ns, next_ns);
		world_step(w);
	}
	record_flush(w->record);
	return w->record->error;
}

static int simulate(const struct settings *s)
{
	static struct world w;
	static struct record record;
	static struct place office, datacentre;
	int rc = world_open(&w, &record, s->seed);

	record_begin(&record, STDOUT_FILENO);
	w.rate = s->rate;
	w.clock_ns = s->start > 0 ? (int64_t)(s->start * 1e9) : loop_wall_ns();
	if (rc == 0) {
		if (strcmp(s->site, "datacentre") != 0)
			office_open(&w, &office);
		if (strcmp(s->site, "office") != 0)
			datacentre_open(&w, &datacentre);
		rc = run(&w, s);
	}
	world_close(&w);
	return rc;
}

int main(int argc, char **argv)
{
	struct settings s = {0};
	char why[256];
	int status = 2, rc;

	log_open("nd-demo");
	loop_signals();
	switch (command_line_parse(&command_line, &s, NULL, argc, argv)) {
	case COMMAND_LINE_WRONG:
		break;
	case COMMAND_LINE_DONE:
		status = 0;
		break;
	case COMMAND_LINE_RUN:
		if (check(&s) < 0)
			break;
		status = 1;
		if (rights_drop(s.user, 0, why, sizeof(why)) < 0) {
			log_error("%s", why);
			break;
		}
		rc = simulate(&s);
		/* That the reader has gone is how it ends as a rule. */
		if (rc == 0 || rc == -EPIPE || rc == -EINTR)
			status = 0;
		else
			log_error("cannot go on: %s", strerror(-rc));
		break;
	}
	option_free(options, &s);
	return status;
}
