/* SPDX-License-Identifier: MIT */
/* netdumplings: hub, kitchen and gateway of one machine, as one command. */
#include "children.h"
#include "command_line.h"
#include "demo.h"
#include "directory.h"
#include "log.h"
#include "loop.h"
#include "page.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* How often a gateway that starts is tried. */
#define ANSWER_EVERY_MS 20

/* How long each gets to end; nd-sniff hands over what it has. */
#define SNIFF_END_MS 15000
#define OTHERS_END_MS 5000

struct settings {
	struct nd_list addresses;
	uint64_t port;
	uint64_t in_port;
	const char *user;
	bool demo;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"address", ND_OPTION_LIST, AT(addresses), NULL,
	 "Where the pages are served, in place of this machine alone. Several "
	 "can be given.",
	 "ADDRESS"},
	{"port", ND_OPTION_UINT, AT(port), "11348",
	 "The port the pages are served at.", "PORT", 0, 1, 65535},
	{"in-port", ND_OPTION_UINT, AT(in_port), "11347",
	 "The port for WebSocket kitchens of this machine, such as the "
	 "original's; 0 for any that is free.",
	 "PORT", 0, 0, 65535},
	{"user", ND_OPTION_STR, AT(user), "nobody",
	 "When started as root, become this user.", "USER"},
	{"demo", ND_OPTION_FLAG, AT(demo), NULL,
	 "Show the traffic of a small office and a data centre that nd-demo "
	 "simulates, in place of this machine's: two kitchens, no network and "
	 "no rights needed."},
	{0},
};

static const struct command_line command_line = {
	.name = "netdumplings",
	.summary = "sniff this machine's packets and show them to a browser",
	.description =
		"Runs a hub, a kitchen and a gateway for one machine, and "
		"prints the address of its pages. The three are connected by "
		"sockets in a directory that nobody else may enter.\n\n"
		"All other options are the kitchen's and are passed on to "
		"nd-sniff, as in \"netdumplings --interface eth0 --filter "
		"'udp port 53'\" or \"netdumplings --read FILE --speed 1\"; "
		"so is everything behind \"--\". See nd-sniff --help. Chefs "
		"are poked every second, unless --poke-interval says "
		"otherwise.\n\n"
		"With --demo the packets are made up, for two kitchens named "
		"office and datacentre; all else is as it would be.\n\n"
		"When one of them fails, all end. When a savefile has "
		"been read, its pages stay until Ctrl-C.",
	.operands = "[ND-SNIFF OPTIONS]",
	.options = options,
};

struct launcher {
	struct settings s;
	struct arguments own, kitchen; /* argv, taken apart */
	struct child hub, gateway;
	/* One kitchen, or one for each site of a demo. */
	struct child sniff[DEMO_SITES], demo[DEMO_SITES];
	struct directory directory;
	int signal_fd, child_fd;
	bool failed;
};

/* --- command lines ------------------------------------------------------- */

/* How many of the arguments here are one of our options: 0, 1 or 2. */
static int own_arguments(const char *arg, bool more)
{
	static const char *const common[] = {"config", "help", "version",
					     "man"};
	size_t len = strcspn(arg, "=");
	int valued = arg[len] != '=' && more ? 2 : 1;
	const struct nd_option *option;

	if (strncmp(arg, "--", 2) != 0)
		return 0;
	option = option_find(options, arg + 2, len - 2);
	if (option)
		return option->type == ND_OPTION_FLAG ? 1 : valued;
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (strlen(common[i]) == len - 2 &&
		    memcmp(common[i], arg + 2, len - 2) == 0)
			return i == 0 ? valued : 1;
	return 0;
}

static bool is_kitchen(const struct launcher *l, const struct child *c)
{
	return c >= l->sniff && c < l->sniff + DEMO_SITES;
}

static bool is_demo(const struct launcher *l, const struct child *c)
{
	return c >= l->demo && c < l->demo + DEMO_SITES;
}

static void split(struct launcher *l, int argc, char **argv)
{
	int i = 1;

	arguments_add(&l->own, argv[0]);
	while (i < argc) {
		int own = own_arguments(argv[i], i + 1 < argc);

		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (own == 0)
			arguments_add(&l->kitchen, argv[i++]);
		while (own-- > 0)
			arguments_add(&l->own, argv[i++]);
	}
	while (i < argc)
		arguments_add(&l->kitchen, argv[i++]);
}

/* Whom a program is to become, or NULL. */
static const char *user(const struct launcher *l)
{
	return geteuid() == 0 ? l->s.user : NULL;
}

static int start(struct launcher *l, struct child *c, struct arguments *a,
		 int flags)
{
	int rc;

	if (user(l))
		arguments_add_pair(a, "--user", user(l));
	/* Ours come first, so that what the user says of the same counts. */
	for (size_t i = 0; is_kitchen(l, c) && i < l->kitchen.count; i++)
		arguments_add(a, l->kitchen.at[i]);
	rc = children_start(c, a->at, flags);
	if (rc < 0)
		log_error("cannot start %s: %s", c->name, strerror(-rc));
	return rc;
}

static int start_hub(struct launcher *l, const char *in, const char *out)
{
	const char *at[16] = {"nd-hub", "--in",          in, "--out",
			      out,      "--status-freq", "1"};
	struct arguments a = {at, 7};

	l->hub.name = at[0];
	return start(l, &l->hub, &a, CHILD_OPEN_SOCKETS);
}

static int start_gateway(struct launcher *l, const char *in, const char *out)
{
	struct arguments a = {0};
	char port[8], in_port[8];
	int rc = arguments_init(&a, 2 * l->s.addresses.count);

	if (rc < 0)
		return rc;
	snprintf(port, sizeof(port), "%" PRIu64, l->s.port);
	arguments_add(&a, "nd-gateway");
	arguments_add_pair(&a, "--hub", out);
	arguments_add_pair(&a, "--port", port);
	snprintf(in_port, sizeof(in_port), "%" PRIu64, l->s.in_port);
	arguments_add_pair(&a, "--hub-in", in);
	arguments_add_pair(&a, "--in-port", in_port);
	for (size_t i = 0; i < l->s.addresses.count; i++)
		arguments_add_pair(&a, "--address", l->s.addresses.items[i]);
	l->gateway.name = a.at[0];
	rc = start(l, &l->gateway, &a, 0);
	free(a.at);
	return rc;
}

/* A kitchen, of a demo's site unless that is NULL. */
static int start_sniff(struct launcher *l, struct child *c, const char *in,
		       const struct demo_site *site)
{
	struct arguments a = {0};
	int rc = arguments_init(&a, l->kitchen.count);

	if (rc < 0)
		return rc;
	arguments_add(&a, "nd-sniff");
	arguments_add_pair(&a, "--hub", in);
	arguments_add_pair(&a, "--poke-interval", "1");
	if (site) {
		arguments_add_pair(&a, "--kitchen-name", site->name);
		arguments_add_pair(&a, "--source-name", site->source);
		arguments_add_pair(&a, "--read", "-");
	}
	c->name = a.at[0];
	rc = start(l, c, &a, isatty(STDIN_FILENO) ? 0 : CHILD_KEEPS_STDIN);
	free(a.at);
	return rc;
}

static int start_site(struct launcher *l, size_t i, const char *in)
{
	int rc = demo_start(&l->demo[i], &demo_sites[i], user(l), &l->sniff[i]);

	if (rc < 0) {
		log_error("cannot start nd-demo: %s", strerror(-rc));
		return rc;
	}
	rc = start_sniff(l, &l->sniff[i], in, &demo_sites[i]);
	close(l->sniff[i].in);
	return rc;
}

static int start_kitchens(struct launcher *l, const char *in)
{
	int rc = 0;

	if (!l->s.demo)
		return start_sniff(l, l->sniff, in, NULL);
	for (size_t i = 0; i < DEMO_SITES && rc == 0; i++)
		rc = start_site(l, i, in);
	return rc;
}

/* --- waiting ------------------------------------------------------------- */

/* Says so if it has ended, which for most is a failure. */
static void check_child(struct launcher *l, struct child *c)
{
	char how[64];

	if (!children_reap(c))
		return;
	children_describe(c, how, sizeof(how));
	if (is_demo(l, c) && children_ended_well(c))
		return; /* with its reader */
	if (is_kitchen(l, c) && children_ended_well(c)) {
		log_info("nd-sniff has ended with %s: no more packets come, "
			 "the pages stay until Ctrl-C",
			 how);
		return;
	}
	log_error("%s has ended with %s, and so all end", c->name, how);
	l->failed = true;
}

/*
 * Waits for a signal, a child's end, `fd` (-1: none) or the time.  0 to go
 * on, -EINTR when it is time to end.
 */
static int wait_for(struct launcher *l, int fd, int timeout_ms)
{
	struct pollfd polled[] = {
		{.fd = l->signal_fd, .events = POLLIN},
		{.fd = l->child_fd, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	poll(polled, 3, timeout_ms);
	children_drain(l->child_fd);
	check_child(l, &l->hub);
	check_child(l, &l->gateway);
	for (size_t i = 0; i < DEMO_SITES; i++) {
		check_child(l, &l->sniff[i]);
		check_child(l, &l->demo[i]);
	}
	return l->failed || loop_stopped() ? -EINTR : 0;
}

static bool is_there(const struct launcher *l, const char *name)
{
	return faccessat(l->directory.fd, name, F_OK, 0) == 0;
}

/* Until both of the hub's sockets are there. */
static int wait_for_hub(struct launcher *l, int watch_fd)
{
	char events[4096];
	int rc = 0;

	while (rc == 0 && !(is_there(l, "in") && is_there(l, "out"))) {
		rc = wait_for(l, watch_fd, -1);
		if (read(watch_fd, events, sizeof(events)) < 0 &&
		    errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return rc;
}

/* --- running ------------------------------------------------------------- */

static int run_hub(struct launcher *l, const char *in, const char *out)
{
	int watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), rc;

	if (watch_fd < 0 ||
	    inotify_add_watch(watch_fd, l->directory.path, IN_CREATE) < 0) {
		log_error("cannot watch %s: %s", l->directory.path,
			  strerror(errno));
		rc = -EIO;
	} else {
		rc = start_hub(l, in, out);
	}
	if (rc == 0)
		rc = wait_for_hub(l, watch_fd);
	if (watch_fd >= 0)
		close(watch_fd);
	return rc;
}

static int run_gateway(struct launcher *l, const char *in, const char *out)
{
	const char *host = page_host(&l->s.addresses);
	int rc;

	if (page_answers(host, l->s.port)) {
		log_error("someone listens at %s port %" PRIu64 " already; is "
			  "another netdumplings running? (see --port)",
			  host, l->s.port);
		return -EADDRINUSE;
	}
	rc = start_gateway(l, in, out);
	while (rc == 0 && !page_answers(host, l->s.port))
		rc = wait_for(l, -1, ANSWER_EVERY_MS);
	return rc;
}

/* Until it is time to end.  0, or -EINTR, or -errno. */
static int run(struct launcher *l)
{
	char in[96], out[96];
	bool drops = geteuid() == 0 && *l->s.user;
	int rc = directory_make(&l->directory, drops ? l->s.user : NULL);

	if (rc < 0)
		return rc;
	snprintf(in, sizeof(in), "ipc://%s/in", l->directory.path);
	snprintf(out, sizeof(out), "ipc://%s/out", l->directory.path);
	rc = run_hub(l, in, out);
	if (rc == 0)
		rc = run_gateway(l, in, out);
	if (rc == 0) {
		page_print(page_host(&l->s.addresses), l->s.port);
		rc = start_kitchens(l, in);
	}
	while (rc == 0)
		rc = wait_for(l, -1, -1);
	return rc;
}

/* Ends one, and says so if it did not end well. */
static void end(struct launcher *l, struct child *c, int timeout_ms)
{
	char how[64];

	if (c->pid == 0)
		return;
	children_end(c, l->child_fd, l->signal_fd, timeout_ms);
	if (children_ended_well(c))
		return;
	children_describe(c, how, sizeof(how));
	log_error("%s has ended with %s", c->name, how);
	l->failed = true;
}

static int launch(struct launcher *l)
{
	int rc;

	l->signal_fd = loop_signals();
	l->child_fd = children_open();
	if (l->signal_fd < 0 || l->child_fd < 0) {
		log_error("cannot start: no descriptors for signals");
		return 1;
	}
	if (l->s.demo)
		demo_save_memory();
	rc = run(l);
	/* In this order, so that what is in hand is delivered. */
	for (size_t i = 0; i < DEMO_SITES; i++)
		end(l, &l->sniff[i], SNIFF_END_MS);
	for (size_t i = 0; i < DEMO_SITES; i++)
		end(l, &l->demo[i], OTHERS_END_MS);
	end(l, &l->gateway, OTHERS_END_MS);
	end(l, &l->hub, OTHERS_END_MS);
	directory_remove(&l->directory);
	return rc == -EINTR && !l->failed ? 0 : 1;
}

/* What the kitchen only says, it says alone. */
static int ask_kitchen(struct launcher *l)
{
	const char *name = "nd-sniff";
	int rc;

	memmove(l->kitchen.at + 1, l->kitchen.at,
		l->kitchen.count * sizeof(*l->kitchen.at));
	l->kitchen.at[0] = name;
	rc = children_exec(name, l->kitchen.at);
	log_error("cannot run %s: %s", name, strerror(-rc));
	return 1;
}

int main(int argc, char **argv)
{
	struct launcher l = {.directory.fd = -1};
	enum command_line_outcome outcome;
	int status = 2;

	log_open("netdumplings");
	if (arguments_init(&l.own, (size_t)argc) < 0 ||
	    arguments_init(&l.kitchen, (size_t)argc) < 0) {
		log_error("out of memory");
		status = 1;
		goto out;
	}
	split(&l, argc, argv);
	outcome =
		command_line_parse(&command_line, &l.s, NULL, (int)l.own.count,
				   (char **)(uintptr_t)l.own.at);
	if (outcome == COMMAND_LINE_DONE)
		status = 0;
	else if (outcome == COMMAND_LINE_WRONG)
		status = 2;
	else if (arguments_have(&l.kitchen, "--hub", 'h'))
		fprintf(stderr, "netdumplings: it has a hub of its own; for "
				"--hub there is nd-sniff\n");
	else if (arguments_have(&l.kitchen, "--chef-list", 'l') ||
		 arguments_have(&l.kitchen, "--chef-help", 0))
		status = ask_kitchen(&l);
	else if (!l.s.demo || demo_fits(&l.kitchen))
		status = launch(&l);
out:
	option_free(options, &l.s);
	free(l.own.at);
	free(l.kitchen.at);
	return status;
}
