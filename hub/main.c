/* SPDX-License-Identifier: MIT */
/* nd-hub: takes dumplings from kitchens and publishes them to eaters. */
#include "command_line.h"
#include "eaters.h"
#include "forward.h"
#include "hub.h"
#include "kitchens.h"
#include "log.h"
#include "loop.h"
#include "rights.h"
#include "stall.h"
#include "status.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define AT(member) offsetof(struct hub_settings, member)

static const struct nd_option options[] = {
	{"address", ND_OPTION_STR, AT(address), "127.0.0.1",
	 "Address or name to listen at, for both ports; * for all of this "
	 "host's.",
	 "HOSTNAME", 'a'},
	{"in-port", ND_OPTION_UINT, AT(in_port), "11357",
	 "Port to receive dumplings from kitchens on.", "PORT", 'i', 1, 65535},
	{"out-port", ND_OPTION_UINT, AT(out_port), "11358",
	 "Port to send dumplings to eaters on.", "PORT", 'o', 1, 65535},
	{"in", ND_OPTION_LIST, AT(in), NULL,
	 "Endpoint to receive on, tcp:// or ipc://, in place of --address and "
	 "--in-port. Several can be given.",
	 "ENDPOINT"},
	{"out", ND_OPTION_LIST, AT(out), NULL,
	 "Endpoint to send on, likewise. Several can be given.", "ENDPOINT"},
	{"status-freq", ND_OPTION_DOUBLE, AT(status_freq), "5",
	 "Seconds between status dumplings.", "SECONDS", 'f', 0.1, 86400},
	{"max-message", ND_OPTION_SIZE, AT(max_message), "1MiB",
	 "The largest message taken from a kitchen.", NULL, 0, 1024, 1 << 30},
	{"queue", ND_OPTION_UINT, AT(queue), "4000",
	 "Messages waiting for one eater, at most. A message is a batch of up "
	 "to 32 KiB, or one larger dumpling.",
	 NULL, 0, 1, 1000000},
	{"user", ND_OPTION_STR, AT(user), "nobody",
	 "When started as root, become this user.", "USER"},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-hub",
	.summary = "take dumplings from kitchens and publish them to eaters",
	.description =
		"The dumpling hub. Kitchens (nd-sniff) PUSH their dumplings to "
		"it, and it PUBlishes them, by chef, to all eaters (nd-print, "
		"nd-gateway and others), with ZeroMQ.\n\n"
		"It counts what the kitchens numbered and it never saw, and "
		"tells that and who is connected in a SystemStatusChef "
		"dumpling. An eater that does not read costs only itself: what "
		"does not fit in its queue is left out, and it knows that by "
		"the dumplings' numbers.",
	.options = options,
};

static int listen_at(struct bus *bus, const char *endpoint, const char *option)
{
	int rc = bus_bind(bus, endpoint);

	if (rc < 0)
		log_error("cannot listen at %s: %s%s (see --%s)", endpoint,
			  strerror(-rc),
			  rc == -EADDRINUSE ? "; is another nd-hub running?"
					    : "",
			  option);
	return rc;
}

static bool is_twice(const struct addrinfo *first, const struct addrinfo *a)
{
	for (; first != a; first = first->ai_next)
		if (first->ai_addrlen == a->ai_addrlen &&
		    memcmp(first->ai_addr, a->ai_addr, a->ai_addrlen) == 0)
			return true;
	return false;
}

/* Listens at each address of a host's name; localhost is often two. */
static int listen_at_host(struct bus *bus, const struct addrinfo *addresses,
			  unsigned port)
{
	char host[NI_MAXHOST], endpoint[NI_MAXHOST + 32];
	int rc = -EADDRNOTAVAIL;
	bool listens = false;

	for (const struct addrinfo *a = addresses; a; a = a->ai_next) {
		if (is_twice(addresses, a) ||
		    getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof(host),
				NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		snprintf(endpoint, sizeof(endpoint),
			 a->ai_family == AF_INET6 ? "tcp://[%s]:%u"
						  : "tcp://%s:%u",
			 host, port);
		rc = bus_bind(bus, endpoint);
		/* A name may have an address of a family that is off here. */
		if (rc < 0 &&
		    (rc != -EADDRNOTAVAIL || (!a->ai_next && !listens)))
			return listen_at(bus, endpoint, "address");
		listens |= rc == 0;
	}
	return listens ? 0 : rc;
}

/* Listens at each endpoint, or at the address and port if there is none. */
static int listen_all(struct hub *h, struct bus *bus,
		      const struct nd_list *endpoints, uint64_t port,
		      const char *option)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *addresses;
	char endpoint[512];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < endpoints->count; i++)
		rc = listen_at(bus, endpoints->items[i], option);
	if (endpoints->count > 0)
		return rc;
	if (getaddrinfo(h->settings.address, NULL, &hints, &addresses) == 0) {
		rc = listen_at_host(bus, addresses, (unsigned)port);
		freeaddrinfo(addresses);
		return rc;
	}
	/* What libzmq knows beside: * and names of interfaces. */
	snprintf(endpoint, sizeof(endpoint), "tcp://%s:%u", h->settings.address,
		 (unsigned)port);
	return listen_at(bus, endpoint, "address");
}

static int open_hub(struct hub *h)
{
	const struct hub_settings *s = &h->settings;
	const struct bus_config in = {
		.type = BUS_PULL,
		.queue = 1000,
		/* Beyond this libzmq cuts the sender off, unheard. */
		.max_message = 2 * s->max_message,
	};
	const struct bus_config out = {
		.type = BUS_XPUB,
		.queue = (int)s->queue,
		.max_message = 1024,
	};
	char why[256];
	int rc;

	h->started_ns = loop_wall_ns();
	h->in = bus_new(&in);
	h->out = bus_new(&out);
	h->kitchens = kitchens_new();
	h->eaters = eaters_new();
	h->stall = stall_new();
	if (!h->in || !h->out || !h->kitchens || !h->eaters || !h->stall ||
	    status_open(h) < 0) {
		log_error("cannot start: %s", strerror(errno));
		return -ENOMEM;
	}
	if (listen_all(h, h->in, &s->in, s->in_port, "in") < 0 ||
	    listen_all(h, h->out, &s->out, s->out_port, "out") < 0)
		return -EADDRINUSE;
	rc = rights_drop(s->user, 0, why, sizeof(why));
	if (rc < 0)
		log_error("%s", why);
	return rc;
}

/* What is still on its way in goes out before the end. */
static void close_hub(struct hub *h)
{
	if (h->in && h->out)
		forward_turn(h);
	bus_free(h->in, 0);
	status_close(h);
	bus_free(h->out, 1000);
	kitchens_free(h->kitchens);
	eaters_free(h->eaters);
	stall_free(h->stall);
}

/* How long an eater of live kitchens may take nothing. */
#define STALL_NS (30 * INT64_C(1000000000))
#define TICK_NS INT64_C(1000000000)

static void run(struct hub *h, int signal_fd)
{
	struct bus_poll items[] = {{.bus = h->in},
				   {.bus = h->out},
				   {.fd = signal_fd}};
	int64_t next_tick = 0;

	while (!loop_stopped()) {
		int64_t now = loop_now_ns(), next;

		if (now >= next_tick) {
			kitchens_tick(h->kitchens);
			forward_break_stalls(h, STALL_NS);
			next_tick = now + TICK_NS;
		}
		status_tick(h);
		next = status_next_ns(h);
		bus_wait(items, 3,
			 loop_timeout_ms(next < next_tick ? next : next_tick));
		forward_connections(h);
		forward_turn(h);
	}
}

int main(int argc, char **argv)
{
	struct hub h = {0};
	int signal_fd = loop_signals(), status = 1;

	log_open("nd-hub");
	switch (command_line_parse(&command_line, &h.settings, NULL, argc,
				   argv)) {
	case COMMAND_LINE_WRONG:
		status = 2;
		break;
	case COMMAND_LINE_DONE:
		status = 0;
		break;
	case COMMAND_LINE_RUN:
		if (open_hub(&h) == 0) {
			log_info("Dumpling hub initiated; waiting for "
				 "connections");
			run(&h, signal_fd);
			status = 0;
		}
		close_hub(&h);
		if (status == 0)
			log_info("Dumpling hub signing off.  Thanks!");
		break;
	}
	option_free(options, &h.settings);
	return status;
}
