/* SPDX-License-Identifier: MIT */
/* nd-sniff: hands every packet to its chefs, and their dumplings to a hub. */
#include "bus.h"
#include "chef_list.h"
#include "command_line.h"
#include "finish.h"
#include "log.h"
#include "loop.h"
#include "menu.h"
#include "run.h"
#include "workers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT(member) offsetof(struct kitchen_settings, member)

static const struct nd_option options[] = {
	{"kitchen-name", ND_OPTION_STR, AT(name), "default_kitchen",
	 "Name of this kitchen: 1 to 64 of A-Z a-z 0-9 _ . and -.",
	 "KITCHEN_NAME", 'n'},
	{"hub", ND_OPTION_STR, AT(hub), "127.0.0.1:11357",
	 "Where nd-hub receives dumplings: HOST:PORT, or an endpoint such as "
	 "ipc:///run/nd/in; or, with ws://HOST or HOST:11347, nd-gateway, "
	 "which hands them on.",
	 "HOST:PORT", 'h'},
	{"interface", ND_OPTION_LIST, AT(interfaces), NULL,
	 "Network interface to sniff; all is libpcap's any. Several can be "
	 "given. Default is all.",
	 "INTERFACE", 'i'},
	{"filter", ND_OPTION_STR, AT(filter), NULL,
	 "Only packets that match; see pcap-filter(7).", "PCAP_FILTER", 'f'},
	{"read", ND_OPTION_LIST, AT(read), NULL,
	 "Read packets from a pcap or pcapng savefile in place of an "
	 "interface, also a compressed one (gz, zst, lz4, xz, bz2); - is "
	 "standard input, and a directory is all files in it, from the oldest "
	 "to the newest. Several can be given: their packets are merged by "
	 "time.",
	 "FILE", 'r'},
	{"read-nmsg", ND_OPTION_LIST, AT(read_nmsg), NULL,
	 "Read a file of NMSG messages in place of an interface; - is standard "
	 "input. Its base:packet, base:pkt and base:ncap messages are packets "
	 "for the chefs, others become dumplings of a chef nmsg.VENDOR.TYPE. "
	 "Several can be given, and --read with them: all is merged by time.",
	 "FILE"},
	{"listen", ND_OPTION_LIST, AT(listen), NULL,
	 "Receive NMSG messages over UDP, and make the same of them, in place "
	 "of an interface, or beside those that --interface names. An address "
	 "of multicast is joined; port 0 is any that is free. Several can be "
	 "given.",
	 "ADDR/PORT[..PORT]"},
	{"listen-zmq", ND_OPTION_LIST, AT(listen_zmq), NULL,
	 "The same over ZeroMQ, where accept and pubsub are the defaults: "
	 "others connect to the endpoint, and publish. Several can be given.",
	 "ENDPOINT[,accept|connect][,pubsub|pushpull]"},
	{"source-name", ND_OPTION_STR, AT(source_name), NULL,
	 "What the status has for an interface, in place of the interfaces' or "
	 "files' names; for packets that come through a pipe.",
	 "TEXT"},
	{"follow", ND_OPTION_FLAG, AT(follow), NULL,
	 "Go on with what comes into the directory that --read names: each "
	 "savefile when it is finished, as rotating captures leave them, until "
	 "a signal comes."},
	{"speed", ND_OPTION_STR, AT(speed), "max",
	 "Speed of --read and --read-nmsg: max, or as many times real time, so "
	 "1 is as it "
	 "was captured.",
	 "N|max"},
	{"chef-module", ND_OPTION_LIST, AT(modules), NULL,
	 "Python module with chefs: a name to import, or a path to a .py "
	 "file. Several can be given. Without --chef all its chefs work, in "
	 "place of the bundled ones.",
	 "PYTHON_MODULE", 'm'},
	{"chef", ND_OPTION_LIST, AT(chefs), NULL,
	 "Chef to hand packets to: the name of one in a --chef-module, or of a "
	 "bundled one, or a path to a .so, or to a .c file that is compiled "
	 "first; options follow a colon, as in DNSLookupChef:top=100. Several "
	 "can be given. Default is all bundled chefs.",
	 "CHEF", 'c'},
	{"chef-list", ND_OPTION_FLAG, AT(chef_list), NULL,
	 "List the chefs of the --chef-modules, or the bundled ones, and exit.",
	 NULL, 'l'},
	{"chef-help", ND_OPTION_STR, AT(chef_help), NULL,
	 "Show a chef's options, and exit.", "CHEF"},
	{"reload", ND_OPTION_FLAG, AT(reload), NULL,
	 "Look at the chefs' files, .py and .c, once a second, and swap a chef "
	 "whose file was changed; one that does not load changes nothing."},
	{"slow-chef", ND_OPTION_DOUBLE, AT(slow_chef), "100",
	 "A chef that takes longer for a packet, on average, is named in the "
	 "log and in the status; 0 for none.",
	 "MICROSECONDS", 0, 0, 1e9},
	{"poke-interval", ND_OPTION_DOUBLE, AT(poke_interval), "5",
	 "Seconds between pokes, for which chefs make interval dumplings; 0 "
	 "for none. With --read at full speed this is packet time.",
	 "SECONDS", 'p', 0, 86400},
	{"snaplen", ND_OPTION_UINT, AT(snaplen), "262144",
	 "Bytes of each packet to capture, at most.", "BYTES", 's', 64, 262144},
	{"promiscuous", ND_OPTION_BOOL, AT(promiscuous), "yes",
	 "Also capture what is not addressed to this host."},
	{"buffer-size", ND_OPTION_SIZE, AT(buffer_size), "32MiB",
	 "The kernel's capture buffer.", NULL, 'B', 65536, 2147483647},
	{"buffer-delay", ND_OPTION_UINT, AT(buffer_delay), "1",
	 "Milliseconds for which the kernel may gather packets before it "
	 "hands them over; 0 hands over each by itself, at many times the "
	 "cost.",
	 "MS", 0, 0, 10000},
	{"batch-delay", ND_OPTION_DOUBLE, AT(batch_delay), "2",
	 "Milliseconds that a dumpling may wait for others while more packets "
	 "come; when none do it goes at once.",
	 "MS", 0, 0, 60000},
	{"queue-size", ND_OPTION_SIZE, AT(queue_size), "64MiB",
	 "Bytes of batches that may wait for the hub. Beyond, a live kitchen "
	 "drops new ones, and counts them, and --read waits.",
	 NULL, 0, 1048576, 1099511627776.0},
	{"max-message", ND_OPTION_SIZE, AT(max_message), "1MiB",
	 "The largest dumpling; the hub's option of that name must fit.", NULL,
	 0, 1024, 1 << 30},
	{"linger", ND_OPTION_DOUBLE, AT(linger), "5",
	 "Seconds to wait at the end for the hub to take everything.",
	 "SECONDS", 0, 0, 86400},
	{"reassembly", ND_OPTION_BOOL, AT(reassembly), "yes",
	 "Put fragments of IP packets together, so that chefs see the whole "
	 "one."},
	{"reassembly-memory", ND_OPTION_SIZE, AT(reassembly_memory), "4MiB",
	 "Memory for fragments whose packets are not complete; the oldest "
	 "make room.",
	 NULL, 0, 262144, 1099511627776.0},
	{"stream-memory", ND_OPTION_SIZE, AT(stream_memory), "64MiB",
	 "Memory for TCP connections, for chefs that ask for them; the one "
	 "that was quiet for longest makes room.",
	 NULL, 0, 1048576, 1099511627776.0},
	{"workers", ND_OPTION_UINT, AT(workers), "1",
	 "Processes that share the work by flow, each a kitchen of its own "
	 "named KITCHEN_NAME.0, .1 and so on; 0 is one for each core.",
	 "N", 'w', 0, 256},
	{"user", ND_OPTION_STR, AT(user), "nobody",
	 "When started as root, become this user once the capture is open.",
	 "USER"},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-sniff",
	.summary = "sniff packets and make dumplings of them",
	.description =
		"A dumpling kitchen. It sniffs packets, from an interface or a "
		"savefile, hands each one, decoded, to its chefs, and sends "
		"the dumplings they make to nd-hub.\n\n"
		"Sniffing an interface needs the right to: start it with sudo "
		"(it becomes an ordinary user once the capture is open), or "
		"allow it with setcap. Reading a savefile needs none.\n\n"
		"A hub that is not there yet is waited for. At the end of the "
		"files, and on Ctrl-C, everything in hand is delivered first.",
	.options = options,
	.sections = chef_list_man,
};

static bool is_pipe(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		!S_ISDIR(st.st_mode));
}

static bool has_pipe(const struct nd_list *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (is_pipe(files->items[i]))
			return true;
	return false;
}

static int check_workers(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;

	k->base = s->name;
	k->workers =
		s->workers ? (uint32_t)s->workers : (uint32_t)workers_cores();
	if (k->workers > 1 && strlen(s->name) > TOPIC_NAME_MAX - 4) {
		fprintf(stderr,
			"nd-sniff: kitchen-name: '%s' is too long for workers, "
			"which add their number to it\n",
			s->name);
		return -EINVAL;
	}
	if (k->workers > 1 && kitchen_listens(k)) {
		fprintf(stderr, "nd-sniff: workers: they cannot share what "
				"--listen and --listen-zmq receive\n");
		return -EINVAL;
	}
	if (k->workers > 1 && (has_pipe(&s->read) || has_pipe(&s->read_nmsg))) {
		fprintf(stderr, "nd-sniff: workers: each reads the file, so a "
				"pipe cannot be shared\n");
		return -EINVAL;
	}
	return 0;
}

/* Which places packets come from go together. */
static int check_sources(const struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;

	if (kitchen_reads_files(k) && s->interfaces.count > 0) {
		fprintf(stderr,
			"nd-sniff: %s: it takes the place of --interface; "
			"give one of the two\n",
			s->read.count > 0 ? "read" : "read-nmsg");
		return -EINVAL;
	}
	if (kitchen_reads_files(k) && kitchen_listens(k)) {
		fprintf(stderr,
			"nd-sniff: %s: what is read from files ends, and what "
			"comes to --listen and --listen-zmq does not; give one "
			"of the two\n",
			s->read.count > 0 ? "read" : "read-nmsg");
		return -EINVAL;
	}
	if (s->follow && (s->read.count != 1 || s->read_nmsg.count > 0)) {
		fprintf(stderr, "nd-sniff: follow: it wants one directory in "
				"--read\n");
		return -EINVAL;
	}
	return 0;
}

/* What one option alone cannot say.  0, or -EINVAL and a line on stderr. */
static int check_settings(struct kitchen *k)
{
	struct kitchen_settings *s = &k->settings;
	char *end = NULL;
	int rc;

	if (!topic_is_name(s->name, strlen(s->name)) ||
	    strcmp(s->name, TOPIC_NO_KITCHEN) == 0) {
		fprintf(stderr,
			"nd-sniff: kitchen-name: '%s' is not 1 to 64 of A-Z "
			"a-z 0-9 _ . - (and not just -)\n",
			s->name);
		return -EINVAL;
	}
	if (strcmp(s->speed, "max") != 0) {
		k->speed = strtod(s->speed, &end);
		if (end == s->speed || *end || !isfinite(k->speed) ||
		    k->speed < 0) {
			fprintf(stderr,
				"nd-sniff: speed: '%s' is neither max nor a "
				"number\n",
				s->speed);
			return -EINVAL;
		}
	}
	if (s->queue_size < s->max_message) {
		fprintf(stderr, "nd-sniff: queue-size: it is less than one "
				"message of --max-message\n");
		return -EINVAL;
	}
	if (check_sources(k) < 0 || check_workers(k) < 0)
		return -EINVAL;
	rc = bus_endpoint(k->endpoint, sizeof(k->endpoint), s->hub,
			  BUS_PORT_IN);
	if (rc < 0) {
		fprintf(stderr, "nd-sniff: hub: '%s' %s\n", s->hub,
			bus_endpoint_error(rc));
		return -EINVAL;
	}
	return 0;
}

static int sniff(struct kitchen *k)
{
	uint64_t lost;
	int rc = kitchen_open(k);

	if (rc == 0 || rc == -ECANCELED) {
		rc = rc == 0 ? run_kitchen(k) : rc;
		lost = finish_kitchen(k);
		if (lost > 0)
			rc = -EIO;
	}
	kitchen_close(k);
	return rc < 0 && rc != -ECANCELED ? 1 : 0;
}

/* One worker's whole life. */
static int work(void *host, size_t worker)
{
	static char name[TOPIC_NAME_MAX + 1];
	struct kitchen *k = host;

	snprintf(name, sizeof(name), "%s.%zu", k->base, worker);
	k->settings.name = name;
	k->worker = (uint32_t)worker;
	log_open(name);
	return sniff(k);
}

static int share_out(struct kitchen *k)
{
	uint16_t group;
	const struct workers workers = {
		.count = k->workers,
		/* A file read once more would make its dumplings twice. */
		.again = !kitchen_reads_files(k),
		.name = k->base,
		.work = work,
		.host = k,
	};

	/* By chance, as process ids are the same in many containers. */
	if (getrandom(&group, sizeof(group), 0) < 0)
		group = (uint16_t)getpid();
	k->fanout_group = group;
	log_info("%zu workers share the packets", workers.count);
	return workers_run(&workers);
}

int main(int argc, char **argv)
{
	static struct kitchen k = {.fanout_group = -1};
	int status = 2;

	loop_signals();
	switch (command_line_parse(&command_line, &k.settings, NULL, argc,
				   argv)) {
	case COMMAND_LINE_WRONG:
		break;
	case COMMAND_LINE_DONE:
		status = 0;
		break;
	case COMMAND_LINE_RUN:
		log_open(k.settings.name);
		if (k.settings.chef_list)
			status = menu_list(&k);
		else if (k.settings.chef_help)
			status = chef_list_help(k.settings.chef_help);
		else if (check_settings(&k) == 0)
			status = k.workers > 1 ? share_out(&k) : sniff(&k);
		break;
	}
	option_free(options, &k.settings);
	return status;
}
