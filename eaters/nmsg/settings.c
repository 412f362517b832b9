/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include "nmsg/nmsg_container.h"
#include "nmsg/nmsg_text.h"
#include "topic.h"
#include "uplink.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Datagrams for one call to the kernel. */
#define BATCH 64

/* How long a write waits for a peer before signals are looked for. */
#define LOOK_MS 100

/* How long the end waits for a peer. */
#define PATIENCE_MS 2000

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"write", ND_OPTION_STR, AT(write), NULL,
	 "Write to this file; - is standard output, as is nothing where "
	 "nothing is sent either.",
	 "FILE", 'w'},
	{"send", ND_OPTION_LIST, AT(sockets), NULL,
	 "Send to this UDP socket; a range of ports is several. Give it "
	 "several times for several.",
	 "HOST/PORT[..PORT]", 's'},
	{"send-zmq", ND_OPTION_LIST, AT(zeromqs), NULL,
	 "Send to this endpoint of ZeroMQ: connect to it, unless ',accept' is "
	 "behind it, and publish, unless ',pushpull' is. Give it several times "
	 "for several.",
	 "ENDPOINT", 'S'},
	{"mirror", ND_OPTION_FLAG, AT(mirror), NULL,
	 "Send each message to all sockets and endpoints; without it, they "
	 "take turns. A file has all messages always."},
	{"hub", ND_OPTION_STR, AT(hub), "127.0.0.1:11358", UPLINK_HELP,
	 "ENDPOINT|HOST:PORT", 'h'},
	{"chef", ND_OPTION_LIST, AT(chefs), NULL,
	 "Take this chef's dumplings; give it several times for several. "
	 "Without it, all chefs'.",
	 "CHEF_NAME", 'c'},
	{"kitchen", ND_OPTION_LIST, AT(kitchens), NULL,
	 "Take this kitchen's dumplings; give it several times for several. "
	 "Without it, all kitchens'.",
	 "KITCHEN_NAME", 'k'},
	{"eater-name", ND_OPTION_STR, AT(name), "nmsgeater",
	 "How the hub's status names this eater.", "EATER_NAME", 'n'},
	{"count", ND_OPTION_UINT, AT(count), NULL,
	 "End after so many dumplings.", "N", .min = 1, .max = 1e15},
	{"as", ND_OPTION_LIST, AT(types), NULL,
	 "Make a chef's dumplings packet, pkt, dnsqr, dns, ipconn or encode "
	 "where they can be that. Give it several times for several.",
	 "CHEF_NAME=TYPE"},
	{"encode", ND_OPTION_STR, AT(encode), "msgpack",
	 "How dumplings that no type is made for are put into base:encode.",
	 "msgpack|json"},
	{"source", ND_OPTION_STR, AT(source), NULL,
	 "Set the source of all messages, as in 0xa1ba02cf.", "NUMBER"},
	{"operator", ND_OPTION_STR, AT(operator_name), NULL,
	 "Set the operator of all messages.", "NAME|NUMBER"},
	{"group", ND_OPTION_STR, AT(group), NULL,
	 "Set the group of all messages.", "NAME|NUMBER"},
	{"mtu", ND_OPTION_UINT, AT(mtu), "8192",
	 "Bytes of a datagram, at most.", "BYTES", 'm',
	 .min = NMSG_CONTAINER_MIN, .max = 65507},
	{"rate", ND_OPTION_UINT, AT(rate), NULL,
	 "Datagrams in a second, at most, of all sockets.", "N", .min = 1,
	 .max = 1e9},
	{"zlib", ND_OPTION_FLAG, AT(zlib), NULL, "Compress containers.", NULL,
	 'z'},
	{"flush-interval", ND_OPTION_DOUBLE, AT(flush_seconds), "1",
	 "How long a message waits for others to share its container; 0: until "
	 "that is full.",
	 "SECONDS", .max = 1e6},
	{"rotate-count", ND_OPTION_UINT, AT(rotate_count), NULL,
	 "Begin a new file when one has so many messages.", "N", .min = 1,
	 .max = 1e15},
	{"rotate-size", ND_OPTION_SIZE, AT(rotate_size), NULL,
	 "Begin a new file when one has about so many bytes.", "SIZE", 'C',
	 .min = 1024, .max = 1e15},
	{"rotate-time", ND_OPTION_DOUBLE, AT(rotate_seconds), NULL,
	 "Begin a new file so long after the last one was begun.", "SECONDS",
	 'G', .min = 0.001, .max = 1e9},
	{"kicker", ND_OPTION_STR, AT(kicker), NULL,
	 "Run this shell command, with its name behind it, for each file that "
	 "is finished.",
	 "COMMAND"},
	{"quiet", ND_OPTION_FLAG, AT(quiet), NULL,
	 "Say only what goes wrong on standard error.", NULL, 'q'},
	{0},
};

const struct command_line settings_command_line = {
	.name = "nd-nmsg",
	.summary = "write dumplings as NMSG",
	.description =
		"Takes dumplings from a hub and gives them to nmsgtool and its "
		"like, as messages of NMSG: in a file, to UDP sockets, to "
		"endpoints of ZeroMQ.\n\n"
		"Flows, connections and whatever tells addresses, ports and a "
		"protocol become base:ipconn, PacketChef's packets "
		"base:packet, DNSChef's transactions base:dnsqr, what came "
		"from messages of NMSG (nmsg.VENDOR.TYPE) what it was, and "
		"everything else base:encode, with the whole dumpling in "
		"it.\n\n"
		"With --rotate-... files are FILE.TIME.nmsg, each by that name "
		"once it is finished; until then it is .FILE.TIME.part.\n\n"
		"It waits for a hub that is not there, and for one that goes "
		"away; Ctrl-C ends it when all is delivered that has come. The "
		"exit status is 1 where that could not be.",
	.options = options,
};

/* --- whether they can be ------------------------------------------------- */

static bool refuse(const char *sentence)
{
	fprintf(stderr, "nd-nmsg: %s\n", sentence);
	return false;
}

static bool is_good_name(const char *name, const char *option)
{
	if (topic_is_name(name, strlen(name)))
		return true;
	fprintf(stderr,
		"nd-nmsg: --%s: a name is 1 to %d of A-Z a-z 0-9 _ . -, "
		"which '%s' is not\n",
		option, TOPIC_NAME_MAX, name);
	return false;
}

static bool check_names(const struct settings *s)
{
	for (size_t i = 0; i < s->chefs.count; i++)
		if (!is_good_name(s->chefs.items[i], "chef"))
			return false;
	for (size_t i = 0; i < s->kitchens.count; i++)
		if (!is_good_name(s->kitchens.items[i], "kitchen"))
			return false;
	return is_good_name(s->name, "eater-name");
}

static bool check_file(struct settings *s)
{
	bool rotates = s->rotate_count > 0 || s->rotate_size > 0 ||
		       s->rotate_seconds > 0;
	bool is_stdout;

	if (!s->write && s->sockets.count == 0 && s->zeromqs.count == 0)
		s->write = strdup("-");
	if (!s->write && s->sockets.count == 0 && s->zeromqs.count == 0)
		return refuse("out of memory");
	is_stdout = s->write && strcmp(s->write, "-") == 0;
	if (rotates && (!s->write || is_stdout))
		return refuse("--rotate-...: it needs a file, named with "
			      "--write");
	if (s->kicker && (!s->write || is_stdout))
		return refuse("--kicker: it needs a file, named with --write");
	if (is_stdout && isatty(STDOUT_FILENO))
		return refuse("standard output is a terminal; name a file with "
			      "--write, or pipe it into a program");
	return true;
}

static bool check_number(const char *option, const char *text,
			 const struct nmsg_alias *names, uint32_t *number)
{
	bool negative;
	uint64_t n;

	if (!text)
		return true;
	if (nmsg_text_int_read(text, strlen(text), &n, &negative) &&
	    !negative && n <= UINT32_MAX)
		*number = (uint32_t)n;
	else
		*number = nmsg_alias_number(names, text, strlen(text));
	if (*number == 0 && !nmsg_text_hex_read(text, strlen(text), number))
		*number = 0;
	if (*number > 0)
		return true;
	fprintf(stderr,
		"nd-nmsg: --%s: '%s' is neither a number from 1 on nor a name "
		"of the alias file\n",
		option, text);
	return false;
}

static bool check_ids(struct settings *s)
{
	nmsg_alias_load(&s->aliases, "/etc");
	return check_number("source", s->source, NULL, &s->source_id) &&
	       check_number("operator", s->operator_name, s->aliases.operators,
			    &s->operator_id) &&
	       check_number("group", s->group, s->aliases.groups, &s->group_id);
}

bool settings_check(struct settings *s)
{
	if (strcmp(s->encode, "msgpack") != 0 && strcmp(s->encode, "json") != 0)
		return refuse("--encode: it is msgpack or json");
	s->limit.per_second = (uint32_t)s->rate;
	return check_names(s) && check_file(s) && check_ids(s);
}

void settings_free(struct settings *s)
{
	nmsg_alias_unload(&s->aliases);
	option_free(options, s);
}

/* --- for others ---------------------------------------------------------- */

struct outlets_config settings_outlets(struct settings *s, int signal_fd)
{
	struct nmsg_output_config output = {
		.zlib = s->zlib,
		.flush_ms = (int)(s->flush_seconds * 1e3),
		.timeout_ms = LOOK_MS,
		.linger_ms = PATIENCE_MS,
		.patient = true,
		.source = s->source_id,
		.operator_id = s->operator_id,
		.group = s->group_id,
	};
	struct outlets_config c = {
		.file =
			{
				.path = s->write,
				.output = output,
				.count = s->rotate_count,
				.bytes = s->rotate_size,
				.lasts_ns = (int64_t)(s->rotate_seconds * 1e9),
				.kicker = s->kicker,
			},
		.sockets = &s->sockets,
		.zeromqs = &s->zeromqs,
		.mirror = s->mirror,
		.output = output,
		.signal_fd = signal_fd,
	};

	c.output.mtu = s->mtu;
	c.output.batch = BATCH;
	c.output.rate = s->rate > 0 ? &s->limit : NULL;
	return c;
}

struct mapping_config settings_mapping(const struct settings *s)
{
	return (struct mapping_config){
		.json = strcmp(s->encode, "json") == 0,
		.aliases = &s->aliases,
	};
}
