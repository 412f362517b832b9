/* SPDX-License-Identifier: MIT */
/* nd-pcap: writes the packets that kitchens send to a pcapng savefile. */
#include "bus.h"
#include "command_line.h"
#include "log.h"
#include "loop.h"
#include "recorder.h"
#include "sink.h"
#include "topic.h"
#include "uplink.h"

#include <errno.h>
#include <inttypes.h>
#include <netdumplings/eater.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define CHEF "PacketChef"

/* Signals are looked for after so many packets. */
#define SIGNALS_EVERY 256

struct settings {
	const char *hub, *name, *write;
	struct nd_list kitchens;
	uint64_t count, snaplen;
	uint64_t rotate_size, files;
	double rotate_seconds;
	bool quiet;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"write", ND_OPTION_STR, AT(write), "-",
	 "Write to this file; - is standard output.", "FILE", 'w'},
	{"hub", ND_OPTION_STR, AT(hub), "127.0.0.1:11358", UPLINK_HELP,
	 "ENDPOINT|HOST:PORT", 'h'},
	{"kitchen", ND_OPTION_LIST, AT(kitchens), NULL,
	 "Write this kitchen's packets; give it several times for several. "
	 "Without it, all kitchens'.",
	 "KITCHEN_NAME", 'k'},
	{"eater-name", ND_OPTION_STR, AT(name), "pcapeater",
	 "How the hub's status names this eater.", "EATER_NAME", 'n'},
	{"count", ND_OPTION_UINT, AT(count), NULL, "End after so many packets.",
	 "N", 'c', .min = 1, .max = 1e15},
	{"snaplen", ND_OPTION_UINT, AT(snaplen), NULL,
	 "Bytes of each packet to write, at most. Without it, all that came.",
	 "BYTES", 's', .min = 1, .max = 262144},
	{"rotate-size", ND_OPTION_SIZE, AT(rotate_size), NULL,
	 "Begin a new file when one has so many bytes.", "SIZE", 'C',
	 .min = 1024, .max = 1e15},
	{"rotate-seconds", ND_OPTION_DOUBLE, AT(rotate_seconds), NULL,
	 "Begin a new file with the first packet that comes so long after the "
	 "last one was begun.",
	 "SECONDS", 'G', .min = 0.001, .max = 1e9},
	{"files", ND_OPTION_UINT, AT(files), NULL,
	 "Keep so many files when they are rotated, and remove older ones.",
	 "N", 'W', .min = 1, .max = 1e9},
	{"quiet", ND_OPTION_FLAG, AT(quiet), NULL,
	 "Say only what goes wrong on standard error.", NULL, 'q'},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-pcap",
	.summary = "write the packets of kitchens to a pcapng savefile",
	.description =
		"Writes the packets that PacketChef sends, of one kitchen or "
		"of several at once, as pcapng: to a file, or to standard "
		"output for programs that dissect live, as in 'nd-pcap | "
		"wireshark -k -i -'. The kitchens must have the chef named: "
		"nd-sniff --chef PacketChef.\n\n"
		"Times and lengths are those of the capture. Each kitchen's "
		"interface is an interface there, KITCHEN:INTERFACE. Packets "
		"that were lost on the way are counted with the packet behind "
		"them (epb_dropcount) and with their interface at the end, and "
		"told on standard error.\n\n"
		"With --rotate-size or --rotate-seconds files are numbered "
		"before the extension: trace.pcapng gives "
		"trace.00000.pcapng, and each is whole by itself.\n\n"
		"It waits for a hub that is not there, and for one that goes "
		"away; Ctrl-C ends it with a file that is whole.",
	.options = options,
};

struct pcap {
	struct settings s;
	struct nd_eater *eater;
	struct recorder *recorder;
	struct sink out;
	struct uplink uplink;
	int64_t begun_ns;
	uint64_t written;
	uint64_t unreadable; /* dumplings that are no packets */
	int error;           /* the eater's, for good */
};

/* --- what is wanted ------------------------------------------------------ */

static bool is_good_name(const char *name, const char *option)
{
	if (topic_is_name(name, strlen(name)))
		return true;
	fprintf(stderr,
		"nd-pcap: --%s: a name is 1 to %d of A-Z a-z 0-9 _ . -, "
		"which '%s' is not\n",
		option, TOPIC_NAME_MAX, name);
	return false;
}

static bool refuse(const char *sentence)
{
	fprintf(stderr, "nd-pcap: %s\n", sentence);
	return false;
}

/* False, and a sentence was printed, if the settings cannot be. */
static bool check(struct pcap *p)
{
	const struct settings *s = &p->s;
	bool is_stdout = strcmp(s->write, "-") == 0;
	bool rotates = s->rotate_size > 0 || s->rotate_seconds > 0;
	int rc;

	for (size_t i = 0; i < s->kitchens.count; i++)
		if (!is_good_name(s->kitchens.items[i], "kitchen"))
			return false;
	if (!is_good_name(s->name, "eater-name"))
		return false;
	if (rotates && is_stdout)
		return refuse("--rotate-...: standard output cannot be "
			      "rotated; name a file with --write");
	if (s->files > 0 && !rotates)
		return refuse("--files: it needs --rotate-size or "
			      "--rotate-seconds");
	if (is_stdout && isatty(STDOUT_FILENO))
		return refuse("standard output is a terminal; name a file with "
			      "--write, or pipe it into a program");
	rc = bus_endpoint(p->uplink.endpoint, sizeof(p->uplink.endpoint),
			  s->hub, BUS_PORT_OUT);
	if (rc == 0)
		return true;
	fprintf(stderr, "nd-pcap: --hub: '%s' %s\n", s->hub,
		bus_endpoint_error(rc));
	return false;
}

static int want(struct pcap *p)
{
	const struct nd_list *kitchens = &p->s.kitchens;
	int rc = 0;

	if (kitchens->count == 0)
		rc = nd_eater_want(p->eater, CHEF);
	for (size_t i = 0; rc == 0 && i < kitchens->count; i++)
		rc = nd_eater_want_from(p->eater, CHEF, kitchens->items[i]);
	return rc;
}

/* --- writing ------------------------------------------------------------- */

static uint64_t missing(const struct pcap *p)
{
	struct nd_eater_stats stats;

	nd_eater_stats(p->eater, &stats);
	return stats.missing;
}

static int rotate_if_due(struct pcap *p)
{
	const struct settings *s = &p->s;
	uint64_t bytes = p->out.written + p->out.text.len;
	int64_t now = loop_now_ns();
	int rc;

	if (!(s->rotate_size > 0 && bytes >= s->rotate_size) &&
	    !(s->rotate_seconds > 0 &&
	      (double)(now - p->begun_ns) >= s->rotate_seconds * 1e9))
		return 0;
	recorder_end(p->recorder, &p->out.text, missing(p));
	rc = sink_next(&p->out);
	if (rc < 0)
		return rc;
	p->begun_ns = now;
	return recorder_begin(p->recorder, &p->out.text);
}

static int write_packet(struct pcap *p, const struct nd_dumpling *d)
{
	int rc = 0;

	if (p->written > 0)
		rc = rotate_if_due(p);
	if (rc == 0)
		rc = recorder_packet(p->recorder, &p->out.text, d, missing(p));
	if (rc == -EBADMSG) {
		p->unreadable++;
		return 0;
	}
	if (rc < 0)
		return rc;
	p->written++;
	return p->out.text.len >= SINK_BYTES ? sink_flush(&p->out) : 0;
}

/* --- the connection ------------------------------------------------------ */

/* Takes all that is waiting.  1 to go on, 0 when it is enough, -errno. */
static int take(struct pcap *p)
{
	const struct nd_dumpling *d;
	unsigned taken = 0;
	int rc;

	while ((rc = nd_eater_next(p->eater, &d, 0)) != 0) {
		if (rc == -EINTR)
			continue;
		if (rc < 0) {
			p->error = rc;
			return 0;
		}
		rc = write_packet(p, d);
		if (rc < 0)
			return rc;
		if (p->s.count > 0 && p->written == p->s.count)
			return 0;
		if (++taken % SIGNALS_EVERY == 0 && loop_stopped())
			return 0;
	}
	uplink_follow(&p->uplink, p->eater);
	return 1;
}

/* Until it is enough, a signal comes, or the reader goes.  0 or -errno. */
static int run(struct pcap *p)
{
	int rc = 1;

	while (!loop_stopped()) {
		struct pollfd polled[] = {
			{.fd = nd_eater_fd(p->eater), .events = POLLIN},
			{.fd = p->out.signal_fd, .events = POLLIN},
			{.fd = p->out.fd}, /* only for its being closed */
		};

		rc = take(p);
		/* Now that nothing waits, so that readers see it live. */
		if (rc > 0)
			rc = sink_flush(&p->out);
		else
			return rc;
		if (rc < 0)
			return rc == -EINTR ? 0 : rc;
		polled[2].fd = p->out.fd;
		if (poll(polled, 3,
			 p->uplink.connected ? -1 : UPLINK_CONNECTING_MS) < 0 &&
		    errno != EINTR)
			return -errno;
		if (polled[2].revents & (POLLERR | POLLHUP))
			return -EPIPE;
	}
	return 0;
}

/* --- the end ------------------------------------------------------------- */

static void tell_totals(const struct pcap *p)
{
	struct nd_eater_stats stats;
	char losses[UPLINK_LOSSES];

	nd_eater_stats(p->eater, &stats);
	if (p->s.quiet && stats.missing == 0 &&
	    stats.invalid + p->unreadable == 0)
		return;
	uplink_losses(losses, &stats, p->unreadable);
	log_info("%" PRIu64 " packet%s written, %s", p->written,
		 uplink_plural(p->written), losses);
}

/* The exit status after an error. */
static int fail(const char *what, int rc)
{
	log_error("%s: %s", what, strerror(-rc));
	return 1;
}

static int fail_to_write(const struct pcap *p, int rc)
{
	if (rc == -EPIPE)
		log_error("nobody reads standard output any more");
	else if (rc == -ETIMEDOUT)
		log_error("%s takes nothing: %zu bytes were not written",
			  p->out.name, p->out.text.len);
	else
		log_error("cannot write to %s: %s", p->out.name, strerror(-rc));
	return 1;
}

/* Ends the file, and says what went wrong, if anything.  The exit status. */
static int finish(struct pcap *p, int rc)
{
	int status = 0, closed;

	if (rc == 0) {
		recorder_end(p->recorder, &p->out.text, missing(p));
		rc = sink_finish(&p->out);
	}
	closed = sink_close(&p->out);
	if (rc == 0)
		rc = closed;
	if (rc < 0)
		status = fail_to_write(p, rc);
	if (p->error)
		status = fail("cannot receive", p->error);
	tell_totals(p);
	return status;
}

/* The exit status if it cannot be, or 0. */
static int start(struct pcap *p)
{
	const struct nd_eater_config config = {
		.hub = p->s.hub,
		.name = p->s.name,
	};
	int rc;

	p->out.path = p->s.write;
	p->out.numbered = p->s.rotate_size > 0 || p->s.rotate_seconds > 0;
	p->out.files = p->s.files;
	p->out.signal_fd = loop_signals();
	if (p->out.signal_fd < 0)
		return fail("cannot wait for signals", p->out.signal_fd);
	uplink_start(&p->uplink);
	p->begun_ns = loop_now_ns();
	p->recorder = recorder_new((uint32_t)p->s.snaplen);
	p->eater = nd_eater_new(&config);
	rc = p->eater && p->recorder ? want(p) : -errno;
	if (rc < 0)
		return fail("cannot connect to that hub", rc);
	rc = sink_open(&p->out);
	if (rc == 0)
		rc = recorder_begin(p->recorder, &p->out.text);
	return rc < 0 ? fail_to_write(p, rc) : 0;
}

int main(int argc, char **argv)
{
	static struct pcap p = {.out.fd = -1};
	enum command_line_outcome outcome;
	int status = 2;

	log_open("nd-pcap");
	outcome = command_line_parse(&command_line, &p.s, NULL, argc, argv);
	if (outcome != COMMAND_LINE_RUN)
		status = outcome == COMMAND_LINE_DONE ? 0 : 2;
	else if (check(&p)) {
		status = start(&p);
		if (status == 0)
			status = finish(&p, run(&p));
	}
	nd_eater_free(p.eater);
	recorder_free(p.recorder);
	sink_close(&p.out);
	option_free(options, &p.s);
	return status;
}
