/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <command_line.h>
#include <log.h>
#include <loop.h>
#include <rights.h>
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
	 "A client that was not heard for this long is pinged, and after twice "
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
		"that was written for netdumplings.\n\n"
		"Beside the pages it answers /metrics, for Prometheus, and "
		"/healthz.",
	.options = options,
};

static int serve(const struct gateway_settings *settings)
{
	static struct gateway g;
	struct listener listener = {0};
	struct server *server = NULL;
	char why[512] = "out of memory";
	int signal_fd = loop_signals();
	int rc = listener_open(&listener, &settings->addresses,
			       (uint16_t)settings->port, why, sizeof(why));

	if (rc == 0)
		rc = gateway_open(&g, settings, why, sizeof(why));
	if (rc == 0) {
		server = server_new(&g, &listener, signal_fd);
		rc = server ? rights_drop(settings->user, 0, why, sizeof(why))
			    : -1;
	}
	if (rc == 0) {
		log_info("serving http://%s/", listener.first);
		rc = server_run(server);
		snprintf(why, sizeof(why), "%s", strerror(-rc));
	}
	if (rc < 0)
		log_error("%s", why);
	server_free(server);
	listener_close(&listener);
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
