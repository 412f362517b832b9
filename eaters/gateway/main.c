/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <command_line.h>
#include <errno.h>
#include <log.h>
#include <loop.h>
#include <rights.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "nd-gateway"

#define OPTION(member) offsetof(struct gateway_settings, member)

static const struct nd_option options[] = {
	{"hub", ND_OPTION_STR, OPTION(hub), "127.0.0.1",
	 "The hub: HOST, HOST:PORT, or the endpoint it sends dumplings from.",
	 .metavar = "ENDPOINT", .short_name = 'h'},
	{"address", ND_OPTION_LIST, OPTION(addresses), NULL,
	 "Where to listen; may be given several times. Without it only this "
	 "machine is served, at 127.0.0.1 and ::1.",
	 .metavar = "HOST", .short_name = 'a'},
	{"port", ND_OPTION_UINT, OPTION(port), "11348",
	 "The port for pages and WebSocket eaters; 0 for any that is free.",
	 .metavar = "PORT", .short_name = 'p', .min = 0, .max = 65535},
	{"hub-in", ND_OPTION_STR, OPTION(hub_in), NULL,
	 "Where the hub takes dumplings, for those of WebSocket kitchens; "
	 "without it at port 11357 of the hub's host.",
	 .metavar = "ENDPOINT"},
	{"kitchens", ND_OPTION_BOOL, OPTION(takes_kitchens), "yes",
	 "Take dumplings from WebSocket kitchens."},
	{"in-address", ND_OPTION_LIST, OPTION(in_addresses), NULL,
	 "Where to listen for WebSocket kitchens; may be given several times. "
	 "Without it only this machine's may come, at 127.0.0.1 and ::1.",
	 .metavar = "HOST"},
	{"in-port", ND_OPTION_UINT, OPTION(in_port), "11347",
	 "The port for WebSocket kitchens; 0 for any that is free.",
	 .metavar = "PORT", .short_name = 'i', .min = 0, .max = 65535},
	{"eater-name", ND_OPTION_STR, OPTION(eater_name), "gateway",
	 "How the hub's status names this gateway.", .metavar = "NAME",
	 .short_name = 'n'},
	{"queue", ND_OPTION_SIZE, OPTION(queue), "16MiB",
	 "How much of the latest dumplings is kept for clients that lag.",
	 .min = 2097152, .max = 1099511627776.0},
	{"lag", ND_OPTION_DOUBLE, OPTION(lag_s), "30",
	 "A client that has not taken a byte for this long, though dumplings "
	 "wait for it, is closed.",
	 .metavar = "SECONDS", .min = 0.1, .max = 1e6},
	{"frame-interval", ND_OPTION_UINT, OPTION(frame_interval_ms), "20",
	 "The time from one batch to the next while dumplings come fast, at "
	 "most; with few clients it is shorter.",
	 .metavar = "MS", .min = 0, .max = 10000},
	{"ping", ND_OPTION_UINT, OPTION(ping_s), "20",
	 "Who was not heard for this long is pinged, and after twice "
	 "the time closed.",
	 .metavar = "SECONDS", .min = 1, .max = 3600},
	{"max-clients", ND_OPTION_UINT, OPTION(max_clients), "2000",
	 "WebSocket clients at a time; more are refused.", .min = 1,
	 .max = 1000000},
	{"classic", ND_OPTION_STR, OPTION(classic), "all",
	 "What an eater gets that says nothing but its name, as those of "
	 "netdumplings do: all; kitchen=NAME, what that kitchen makes; or sum, "
	 "all, with the counters of all kitchens as one.",
	 .metavar = "WHAT"},
	{"pages", ND_OPTION_STR, OPTION(pages), NULL,
	 "The folder of the pages to serve, instead of the installed ones.",
	 .metavar = "DIR"},
	{"oui", ND_OPTION_STR, OPTION(oui), NULL,
	 "Whose MAC addresses are: IEEE's oui.txt, or Wireshark's manuf; '' "
	 "for none. Without it the one that the system has, such as that of "
	 "Debian's package ieee-data.",
	 .metavar = "FILE"},
	{"origin", ND_OPTION_LIST, OPTION(origins), NULL,
	 "Only pages of this host may connect, and the gateway's own; may be "
	 "given several times. Without it pages of any origin may.",
	 .metavar = "HOST"},
	{"user", ND_OPTION_STR, OPTION(user), "nobody",
	 "Started as root, become this user once all is open.",
	 .metavar = "USER", .short_name = 'u'},
	{0},
};

static const struct command_line command_line = {
	.name = NAME,
	.summary = "serves dumplings to browsers",
	.description =
		"Serves pages that show what the kitchens see, and dumplings "
		"as JSON over WebSockets: to those pages, and to any eater "
		"that was written for netdumplings. What netdumplings' own "
		"kitchens send to it, it passes on to the hub.\n\n"
		"Beside the pages it answers /metrics, for Prometheus, "
		"/healthz, and /oui/ADDRESS with the vendor of a MAC address.",
	.options = options,
};

/* Opens what kitchens need, if there is a hub that can take what they send. */
static int open_kitchens(struct gateway *g, struct listener *l, char *why,
			 size_t why_size)
{
	const struct gateway_settings *s = g->settings;
	char endpoint[256];
	int rc;

	if (!s->takes_kitchens)
		return 0;
	rc = intake_endpoint(endpoint, sizeof(endpoint), s->hub_in, s->hub);
	if (rc == -ENOENT) {
		log_info("no dumplings are taken from WebSocket kitchens: "
			 "where the hub takes them is not known (see "
			 "--hub-in)");
		return 0;
	}
	if (rc < 0) {
		snprintf(why, why_size, "no hub can be at '%s'",
			 s->hub_in ? s->hub_in : s->hub);
		return rc;
	}
	rc = listener_open(l, &s->in_addresses, (uint16_t)s->in_port, why,
			   why_size);
	return rc < 0 ? rc : gateway_take_kitchens(g, endpoint, why, why_size);
}

static int serve(const struct gateway_settings *settings)
{
	static struct gateway g;
	struct listener eaters = {0}, kitchens = {0};
	struct server *server = NULL;
	char why[512] = "out of memory";
	int signal_fd = loop_signals();
	int rc = listener_open(&eaters, &settings->addresses,
			       (uint16_t)settings->port, why, sizeof(why));

	if (rc == 0)
		rc = gateway_open(&g, settings, why, sizeof(why));
	if (rc == 0)
		rc = open_kitchens(&g, &kitchens, why, sizeof(why));
	if (rc == 0) {
		server = server_new(&g, &eaters, &kitchens, signal_fd);
		rc = server ? rights_drop(settings->user, 0, why, sizeof(why))
			    : -1;
	}
	if (rc == 0) {
		if (g.intake.push)
			log_info("taking dumplings from kitchens at ws://%s/",
				 kitchens.first);
		log_info("serving http://%s/", eaters.first);
		rc = server_run(server);
		snprintf(why, sizeof(why), "%s", strerror(-rc));
	}
	if (rc < 0)
		log_error("%s", why);
	server_free(server);
	listener_close(&eaters);
	listener_close(&kitchens);
	gateway_close(&g);
	return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct gateway_settings settings = {0};
	int status = 2;

	log_open(NAME);
	switch (command_line_parse(&command_line, &settings, NULL, argc,
				   argv)) {
	case COMMAND_LINE_RUN:
		status = serve(&settings);
		break;
	case COMMAND_LINE_DONE:
		status = EXIT_SUCCESS;
		break;
	case COMMAND_LINE_WRONG:
		break;
	}
	option_free(options, &settings);
	return status;
}
