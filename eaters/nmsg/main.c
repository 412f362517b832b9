/* SPDX-License-Identifier: MIT */
/* nd-nmsg: gives dumplings to those who speak NMSG. */
#include "bus.h"
#include "log.h"
#include "loop.h"
#include "mapping.h"
#include "outlets.h"
#include "settings.h"
#include "uplink.h"

#include <errno.h>
#include <inttypes.h>
#include <netdumplings/eater.h>
#include <poll.h>

/* Signals and clocks are looked at after so many dumplings. */
#define LOOK_EVERY 256

struct nmsg {
	struct settings s;
	struct nd_eater *eater;
	struct mapping *mapping;
	struct outlets *outlets;
	struct uplink uplink;
	int signal_fd;
	uint64_t taken;      /* dumplings */
	uint64_t written;    /* messages */
	uint64_t unreadable; /* dumplings that are none */
	int error;           /* the eater's, for good */
};

/* --- what is wanted ------------------------------------------------------ */

static bool check(struct nmsg *n)
{
	int rc;

	if (!settings_check(&n->s))
		return false;
	rc = bus_endpoint(n->uplink.endpoint, sizeof(n->uplink.endpoint),
			  n->s.hub, BUS_PORT_OUT);
	if (rc == 0)
		return true;
	fprintf(stderr, "nd-nmsg: --hub: '%s' %s\n", n->s.hub,
		bus_endpoint_error(rc));
	return false;
}

static int want(struct nmsg *n)
{
	const struct nd_list *chefs = &n->s.chefs, *kitchens = &n->s.kitchens;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < chefs->count; i++) {
		if (kitchens->count == 0)
			rc = nd_eater_want(n->eater, chefs->items[i]);
		for (size_t k = 0; rc == 0 && k < kitchens->count; k++)
			rc = nd_eater_want_from(n->eater, chefs->items[i],
						kitchens->items[k]);
	}
	return rc;
}

/* Of all chefs, no kitchen can be asked for. */
static bool is_wanted(const struct nmsg *n, const struct nd_dumpling *d)
{
	const struct nd_list *kitchens = &n->s.kitchens;
	const char *kitchen = nd_kitchen_name(d);

	for (size_t i = 0; kitchen && i < kitchens->count; i++)
		if (strcmp(kitchens->items[i], kitchen) == 0)
			return true;
	return kitchens->count == 0;
}

/* --- writing ------------------------------------------------------------- */

static int write_message(void *arg, const struct message *m)
{
	struct nmsg *n = arg;
	int rc = outlets_write(n->outlets, m);

	n->written += rc == 0;
	return rc;
}

static int write_dumpling(struct nmsg *n, const struct nd_dumpling *d)
{
	int rc;

	if (!is_wanted(n, d))
		return 0;
	n->taken++;
	rc = mapping_make(n->mapping, d);
	if (rc != -EBADMSG)
		return rc;
	n->unreadable++;
	return 0;
}

/* --- the connection ------------------------------------------------------ */

static bool is_enough(const struct nmsg *n)
{
	return n->s.count > 0 && n->taken >= n->s.count;
}

/* Takes all that is waiting.  1 to go on, 0 when it is enough, -errno. */
static int take(struct nmsg *n)
{
	const struct nd_dumpling *d;
	unsigned taken = 0;
	int rc;

	while ((rc = nd_eater_next(n->eater, &d, 0)) != 0) {
		if (rc == -EINTR)
			continue;
		if (rc < 0) {
			n->error = rc;
			return 0;
		}
		rc = write_dumpling(n, d);
		if (rc < 0)
			return rc;
		if (is_enough(n))
			return 0;
		if (++taken % LOOK_EVERY != 0)
			continue;
		if (loop_stopped())
			return 0;
		rc = outlets_tick(n->outlets);
		if (rc < 0)
			return rc;
	}
	uplink_follow(&n->uplink, n->eater);
	return 1;
}

/* Until something comes, or is to be done. */
static int wait(struct nmsg *n)
{
	struct pollfd polled[] = {
		{.fd = nd_eater_fd(n->eater), .events = POLLIN},
		{.fd = n->signal_fd, .events = POLLIN},
		{.fd = outlets_fd(n->outlets)}, /* only for its being closed */
	};
	int ms = outlets_wait_ms(n->outlets);

	if (!n->uplink.connected && (ms < 0 || ms > UPLINK_CONNECTING_MS))
		ms = UPLINK_CONNECTING_MS;
	if (poll(polled, 3, ms) < 0 && errno != EINTR)
		return -errno;
	return polled[2].revents & (POLLERR | POLLHUP) ? -EPIPE : 0;
}

/* Until it is enough, or a signal comes.  0 or -errno. */
static int run(struct nmsg *n)
{
	int rc;

	while (!loop_stopped()) {
		rc = take(n);
		if (rc <= 0)
			return rc;
		rc = outlets_tick(n->outlets);
		if (rc == 0)
			rc = outlets_send(n->outlets);
		if (rc == 0)
			rc = wait(n);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* --- the end ------------------------------------------------------------- */

static void tell_totals(const struct nmsg *n)
{
	struct nd_eater_stats stats;
	char losses[UPLINK_LOSSES];

	nd_eater_stats(n->eater, &stats);
	if (n->s.quiet && stats.missing == 0 &&
	    stats.invalid + n->unreadable == 0)
		return;
	uplink_losses(losses, &stats, n->unreadable);
	log_info("%" PRIu64 " message%s of %" PRIu64 " dumpling%s written, %s",
		 n->written, uplink_plural(n->written), n->taken,
		 uplink_plural(n->taken), losses);
}

/* The exit status after an error. */
static int fail(const char *what, int rc)
{
	log_error("%s: %s", what, strerror(-rc));
	return 1;
}

/* Delivers the rest, and says what went wrong, if anything. */
static int finish(struct nmsg *n, int rc)
{
	int status = outlets_finish(n->outlets, rc);

	if (n->error)
		status = fail("cannot receive", n->error);
	tell_totals(n);
	return status;
}

static int set_types(struct nmsg *n)
{
	const struct nd_list *types = &n->s.types;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < types->count; i++) {
		rc = mapping_set(n->mapping, types->items[i]);
		if (rc == -EINVAL)
			fprintf(stderr,
				"nd-nmsg: --as: '%s' is no CHEF_NAME=TYPE "
				"with packet, pkt, dnsqr, dns, ipconn or "
				"encode\n",
				types->items[i]);
	}
	return rc;
}

/* The exit status if it cannot be, or 0. */
static int start(struct nmsg *n)
{
	const struct nd_eater_config config = {
		.hub = n->s.hub,
		.name = n->s.name,
	};
	struct mapping_config mapping = settings_mapping(&n->s);
	struct outlets_config outlets;
	int rc;

	mapping.take = write_message;
	mapping.arg = n;
	n->mapping = mapping_new(&mapping);
	rc = n->mapping ? set_types(n) : -errno;
	if (rc == -EINVAL)
		return 2;
	if (rc < 0)
		return fail("cannot start", rc);
	n->signal_fd = loop_signals();
	if (n->signal_fd < 0)
		return fail("cannot wait for signals", n->signal_fd);
	outlets = settings_outlets(&n->s, n->signal_fd);
	n->outlets = outlets_new(&outlets);
	if (!n->outlets)
		return 1;
	uplink_start(&n->uplink);
	n->eater = nd_eater_new(&config);
	rc = n->eater ? want(n) : -errno;
	return rc < 0 ? fail("cannot connect to that hub", rc) : 0;
}

int main(int argc, char **argv)
{
	static struct nmsg n;
	enum command_line_outcome outcome;
	int status = 2;

	log_open("nd-nmsg");
	outcome = command_line_parse(&settings_command_line, &n.s, NULL, argc,
				     argv);
	if (outcome != COMMAND_LINE_RUN)
		status = outcome == COMMAND_LINE_DONE ? 0 : 2;
	else if (check(&n)) {
		status = start(&n);
		if (status == 0)
			status = finish(&n, run(&n));
	}
	nd_eater_free(n.eater);
	mapping_free(n.mapping);
	outlets_free(n.outlets);
	settings_free(&n.s);
	return status;
}
