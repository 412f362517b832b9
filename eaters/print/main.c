/* SPDX-License-Identifier: MIT */
#include "bus.h"
#include "command_line.h"
#include "json.h"
#include "log.h"
#include "loop.h"
#include "output.h"
#include "pretty.h"
#include "topic.h"
#include "uplink.h"

#include <errno.h>
#include <inttypes.h>
#include <netdumplings/eater.h>
#include <poll.h>

/* Signals are looked for after so many dumplings, however few are printed. */
#define SIGNALS_EVERY 1024

struct settings {
	const char *hub, *name;
	struct nd_list chefs, kitchens;
	bool interval, packet, payload, color, json;
	uint64_t count;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"hub", ND_OPTION_STR, AT(hub), "127.0.0.1:11358", UPLINK_HELP,
	 "ENDPOINT|HOST:PORT", 'h'},
	{"chef", ND_OPTION_LIST, AT(chefs), NULL,
	 "Print this chef's dumplings; give it several times for several. "
	 "Without it, all chefs'.",
	 "CHEF_NAME", 'c'},
	{"kitchen", ND_OPTION_LIST, AT(kitchens), NULL,
	 "Print this kitchen's dumplings; give it several times for several. "
	 "Without it, all kitchens'.",
	 "KITCHEN_NAME", 'k'},
	{"eater-name", ND_OPTION_STR, AT(name), "printereater",
	 "How the hub's status names this eater.", "EATER_NAME", 'n'},
	{"interval-dumplings", ND_OPTION_BOOL, AT(interval), "yes",
	 "Print what chefs make at intervals."},
	{"packet-dumplings", ND_OPTION_BOOL, AT(packet), "yes",
	 "Print what chefs make of packets."},
	{"payload", ND_OPTION_BOOL, AT(payload), "yes",
	 "Print payloads; without them, a line for each dumpling."},
	{"color", ND_OPTION_BOOL, AT(color), "yes",
	 "Use colour on a terminal, unless NO_COLOR is set."},
	{"json", ND_OPTION_FLAG, AT(json), NULL,
	 "Print each dumpling whole, as one line of JSON, and nothing else."},
	{"count", ND_OPTION_UINT, AT(count), NULL,
	 "End after so many dumplings.", "N", .min = 1, .max = 1e15},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-print",
	.summary = "print dumplings",
	.description =
		"Prints the dumplings that a hub publishes, to read or, with "
		"--json, for jq(1) and its like.  It waits for a hub that is "
		"not there, and for one that goes away.\n\nAt the end it says "
		"on standard error how many dumplings came and how many more "
		"the kitchens had sent.",
	.options = options,
};

struct print {
	struct settings s;
	struct nd_eater *eater;
	struct output out;
	struct uplink uplink;
	bool colour;
	bool greeted;
	uint64_t printed;
	int error;           /* the eater's, for good */
	uint64_t unreadable; /* nested deeper than any kitchen makes them */
};

/* --- what is wanted ------------------------------------------------------ */

static bool is_listed(const struct nd_list *list, const char *name)
{
	for (size_t i = 0; name && i < list->count; i++)
		if (strcmp(list->items[i], name) == 0)
			return true;
	return list->count == 0;
}

static bool is_wanted(const struct settings *s, const struct nd_dumpling *d)
{
	bool driver =
		nd_driver(d) == ND_DRIVER_INTERVAL ? s->interval : s->packet;

	return driver && is_listed(&s->kitchens, nd_kitchen_name(d));
}

static bool is_good_name(const char *name, const char *option)
{
	if (topic_is_name(name, strlen(name)))
		return true;
	fprintf(stderr,
		"nd-print: --%s: a name is 1 to %d of A-Z a-z 0-9 _ . -, "
		"which '%s' is not\n",
		option, TOPIC_NAME_MAX, name);
	return false;
}

/* False, and a sentence was printed, if the settings cannot be. */
static bool check(struct print *p)
{
	const struct settings *s = &p->s;
	int rc;

	for (size_t i = 0; i < s->chefs.count; i++)
		if (!is_good_name(s->chefs.items[i], "chef"))
			return false;
	for (size_t i = 0; i < s->kitchens.count; i++)
		if (!is_good_name(s->kitchens.items[i], "kitchen"))
			return false;
	if (!is_good_name(s->name, "eater-name"))
		return false;
	rc = bus_endpoint(p->uplink.endpoint, sizeof(p->uplink.endpoint),
			  s->hub, BUS_PORT_OUT);
	if (rc == 0)
		return true;
	fprintf(stderr, "nd-print: --hub: '%s' %s\n", s->hub,
		bus_endpoint_error(rc));
	return false;
}

static int want(struct print *p)
{
	const struct nd_list *chefs = &p->s.chefs, *kitchens = &p->s.kitchens;
	int rc = 0;

	for (size_t i = 0; i < chefs->count; i++) {
		if (kitchens->count == 0)
			rc = nd_eater_want(p->eater, chefs->items[i]);
		for (size_t k = 0; rc == 0 && k < kitchens->count; k++)
			rc = nd_eater_want_from(p->eater, chefs->items[i],
						kitchens->items[k]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* --- printing ------------------------------------------------------------ */

static int print_json(struct print *p, const struct nd_dumpling *d)
{
	struct text *t = &p->out.text;
	size_t from = t->len;

	if (json_dumpling(t, d) < 0)
		return -EBADMSG;
	if (p->out.terminal)
		pretty_ascii(t, from);
	text_putc(t, '\n');
	return 0;
}

static int print_pretty(struct print *p, const struct nd_dumpling *d)
{
	struct text *t = &p->out.text;
	size_t from = t->len;
	struct nd_value payload;

	pretty_summary(t, d, p->colour);
	text_putc(t, '\n');
	if (!p->s.payload)
		return 0;
	text_putc(t, '\n');
	if (nd_payload(d, &payload) < 0 ||
	    pretty_value(t, &payload, p->colour) < 0) {
		t->len = from;
		return -EBADMSG;
	}
	text_puts(t, "\n\n");
	return 0;
}

static int print_dumpling(struct print *p, const struct nd_dumpling *d)
{
	int rc;

	if (!is_wanted(&p->s, d))
		return 0;
	rc = p->s.json ? print_json(p, d) : print_pretty(p, d);
	if (rc == 0)
		p->printed++;
	else
		p->unreadable++;
	if (p->out.text.error)
		return p->out.text.error;
	return p->out.text.len >= OUTPUT_BYTES ? output_flush(&p->out) : 0;
}

/* --- the connection ------------------------------------------------------ */

/* Tells what became of the connection. */
static void follow_connection(struct print *p)
{
	uplink_follow(&p->uplink, p->eater);
	if (!p->uplink.met || p->greeted)
		return;
	p->greeted = true;
	if (p->s.json)
		return;
	text_puts(&p->out.text, "Connected to nd-hub at ");
	text_puts(&p->out.text, p->uplink.endpoint);
	text_puts(&p->out.text, "\nWaiting for dumplings...\n\n");
}

/* Takes all that is waiting.  1 to go on, 0 when it is enough, -errno. */
static int take(struct print *p)
{
	const struct nd_dumpling *d;
	unsigned taken = 0;
	int rc;

	while ((rc = nd_eater_next(p->eater, &d, 0)) != 0) {
		if (rc == -EINTR)
			continue;
		if (!p->greeted)
			follow_connection(p);
		if (rc < 0) {
			p->error = rc;
			return 0;
		}
		rc = print_dumpling(p, d);
		if (rc < 0)
			return rc;
		if (p->s.count > 0 && p->printed == p->s.count)
			return 0;
		if (++taken % SIGNALS_EVERY == 0 && loop_stopped())
			return 0;
	}
	follow_connection(p);
	return 1;
}

/* Until it is enough, a signal comes, or stdout goes.  0 or -errno. */
static int run(struct print *p)
{
	struct pollfd polled[] = {
		{.fd = nd_eater_fd(p->eater), .events = POLLIN},
		{.fd = p->out.signal_fd, .events = POLLIN},
		{.fd = p->out.fd}, /* only for its being closed */
	};

	while (!loop_stopped()) {
		int rc = take(p);

		if (rc > 0 && (rc = output_flush(&p->out)) == 0)
			rc = poll(polled, 3,
				  p->uplink.connected ? -1
						      : UPLINK_CONNECTING_MS);
		else if (rc <= 0)
			return rc == -EINTR ? 0 : rc;
		if (rc < 0 && errno != EINTR)
			return -errno;
		if (polled[2].revents)
			return -EPIPE;
	}
	return 0;
}

/* --- the end ------------------------------------------------------------- */

static void tell_totals(const struct print *p)
{
	struct nd_eater_stats stats;
	char received[64] = "", losses[UPLINK_LOSSES];

	nd_eater_stats(p->eater, &stats);
	if (stats.dumplings != p->printed)
		snprintf(received, sizeof(received), " of %" PRIu64 " received",
			 stats.dumplings);
	uplink_losses(losses, &stats, p->unreadable);
	log_info("%" PRIu64 " dumpling%s%s, %s", p->printed,
		 uplink_plural(p->printed), received, losses);
}

/* The exit status after an error. */
static int fail(const char *what, int rc)
{
	log_error("%s: %s", what, strerror(-rc));
	return 1;
}

/* Says what went wrong, if anything.  The exit status. */
static int finish(struct print *p, int rc)
{
	int status = output_finish(&p->out, rc);

	if (p->error)
		status = fail("cannot receive", p->error);
	tell_totals(p);
	return status;
}

static int start(struct print *p)
{
	const struct nd_eater_config config = {
		.hub = p->s.hub,
		.name = p->s.name,
	};
	int signal_fd = loop_signals();

	if (signal_fd < 0)
		return signal_fd;
	output_open(&p->out, signal_fd);
	p->colour = p->s.color && output_has_colour(&p->out);
	uplink_start(&p->uplink);
	p->eater = nd_eater_new(&config);
	return p->eater ? want(p) : -errno;
}

int main(int argc, char **argv)
{
	struct print p = {.out.fd = -1};
	enum command_line_outcome outcome;
	int rc, status = 2;

	log_open("nd-print");
	outcome = command_line_parse(&command_line, &p.s, NULL, argc, argv);
	if (outcome != COMMAND_LINE_RUN) {
		status = outcome == COMMAND_LINE_DONE ? 0 : 2;
		goto out;
	}
	if (!check(&p))
		goto out;
	rc = start(&p);
	if (rc == 0)
		status = finish(&p, run(&p));
	else
		status = fail("cannot connect to that hub", rc);
out:
	nd_eater_free(p.eater);
	output_close(&p.out);
	option_free(options, &p.s);
	return status;
}
