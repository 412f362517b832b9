/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"debug", ND_OPTION_FLAG, AT(debug), NULL,
	 "Name each input and output, and at the end what went through. Given "
	 "several times it says no more.",
	 NULL, 'd'},

	{"readnmsg", ND_OPTION_LIST, AT(readnmsg), NULL,
	 "Read a file of NMSG containers; - is standard input.", "FILE", 'r'},
	{"readsock", ND_OPTION_LIST, AT(readsock), NULL,
	 "Receive containers as UDP datagrams.", "ADDR/PORT[..PORT]", 'l'},
	{"readchan", ND_OPTION_LIST, AT(readchan), NULL,
	 "Receive as --readsock does, from the addresses that the channel "
	 "alias file has for this name.",
	 "NAME", 'C'},
	{"readzsock", ND_OPTION_LIST, AT(readzsock), NULL,
	 "Receive containers from a ZeroMQ endpoint; accept and pubsub unless "
	 "it says otherwise.",
	 "ENDPOINT[,accept|connect][,pubsub|pushpull]", 'L'},
	{"readzchan", ND_OPTION_LIST, AT(readzchan), NULL,
	 "Receive as --readzsock does, from the endpoints that the channel "
	 "alias file has for this name.",
	 "NAME", 'Z'},
	{"readkafka", ND_OPTION_LIST, AT(readkafka), NULL,
	 "Not to be had here: Kafka.", "TOPIC"},
	{"readpcap", ND_OPTION_LIST, AT(readpcap), NULL,
	 "Make messages of the packets of a pcap or pcapng file, also a "
	 "compressed one; - is standard input. It needs --msgtype: packet, "
	 "pkt or ncap.",
	 "FILE", 'p'},
	{"readif", ND_OPTION_LIST, AT(readif), NULL,
	 "The same of a network interface; + is promiscuous, and SNAPLEN "
	 "(1522) how much of each packet is captured.",
	 "INTERFACE[+][,SNAPLEN]", 'i'},
	{"readpres", ND_OPTION_LIST, AT(readpres), NULL,
	 "Read presentation form, as --writepres writes it; - is standard "
	 "input. Text that has no header lines needs --msgtype.",
	 "FILE", 'f'},
	{"readjson", ND_OPTION_LIST, AT(readjson), NULL,
	 "Read JSON, one message a line; - is standard input.", "FILE", 'j'},
	{"byterate", ND_OPTION_UINT, AT(byterate), NULL,
	 "Read each file of --readnmsg at so many bytes a second.", "BYTES",
	 'B', .min = 1, .max = 1e12},
	{"bpf", ND_OPTION_STR, AT(bpf), NULL,
	 "Take only packets that match, of --readpcap and --readif; see "
	 "pcap-filter(7). NMSG_BPF in the environment is the default.",
	 "FILTER", 'b'},
	{"vendor", ND_OPTION_STR, AT(vendor), NULL,
	 "The vendor that --msgtype is of; base if that is given alone.",
	 "NAME", 'V'},
	{"msgtype", ND_OPTION_STR, AT(msgtype), NULL,
	 "The type that packets and text become; of other inputs only "
	 "messages of this type are taken.",
	 "NAME", 'T'},
	{"getsource", ND_OPTION_STR, AT(getsource), NULL,
	 "Take only messages of this source.", "NUMBER"},
	{"getoperator", ND_OPTION_STR, AT(getoperator), NULL,
	 "Take only messages of this operator.", "NAME|NUMBER"},
	{"getgroup", ND_OPTION_STR, AT(getgroup), NULL,
	 "Take only messages of this group.", "NAME|NUMBER"},

	{"writenmsg", ND_OPTION_LIST, AT(writenmsg), NULL,
	 "Write containers to a file; - is standard output.", "FILE", 'w'},
	{"writesock", ND_OPTION_LIST, AT(writesock), NULL,
	 "Send containers as UDP datagrams, at most RATE a second.",
	 "ADDR/PORT[..PORT][,RATE[,FREQ]]", 's'},
	{"writezsock", ND_OPTION_LIST, AT(writezsock), NULL,
	 "Send containers to a ZeroMQ endpoint; connect and pubsub unless it "
	 "says otherwise.",
	 "ENDPOINT[,accept|connect][,pubsub|pushpull]", 'S'},
	{"writekafka", ND_OPTION_LIST, AT(writekafka), NULL,
	 "Not to be had here: Kafka.", "TOPIC"},
	{"kafkakey", ND_OPTION_STR, AT(kafkakey), NULL,
	 "Not to be had here: Kafka.", "FIELD"},
	{"writepres", ND_OPTION_LIST, AT(writepres), NULL,
	 "Write presentation form; - is standard output, which is also what "
	 "happens when no output is given.",
	 "FILE", 'o'},
	{"writejson", ND_OPTION_LIST, AT(writejson), NULL,
	 "Write JSON, one message a line; - is standard output.", "FILE", 'J'},
	{"endline", ND_OPTION_STR, AT(endline), "\\n",
	 "What ends the lines of presentation form; \\n, \\t and \\\\ mean "
	 "what they do in C.",
	 "TEXT", 'e'},
	{"mtu", ND_OPTION_UINT, AT(mtu), "8192",
	 "Bytes of a datagram of --writesock, at most; between 512 and 65507.",
	 "BYTES", 'm'},
	{"zlibout", ND_OPTION_FLAG, AT(zlibout), NULL, "Compress containers.",
	 NULL, 'z'},
	{"zlib-level", ND_OPTION_UINT, AT(zlib_level), NULL,
	 "How hard --zlibout tries, from 1, quick, to 9, small.", "N", .min = 1,
	 .max = 9},
	{"unbuffered", ND_OPTION_FLAG, AT(unbuffered), NULL,
	 "Send and write each message at once, by itself."},
	{"flush", ND_OPTION_DOUBLE, AT(flush), "0.5",
	 "Seconds that a message may wait for others in an output, while an "
	 "input is a pipe, a socket or an interface; 0 for as long as it "
	 "takes.",
	 "SECONDS", .min = 0, .max = 86400},
	{"mirror", ND_OPTION_FLAG, AT(mirror), NULL,
	 "Give each message to every output. Without it they take turns."},
	{"setsource", ND_OPTION_STR, AT(setsource), NULL,
	 "Set the source of all messages.", "NUMBER"},
	{"setoperator", ND_OPTION_STR, AT(setoperator), NULL,
	 "Set the operator of all messages.", "NAME|NUMBER"},
	{"setgroup", ND_OPTION_STR, AT(setgroup), NULL,
	 "Set the group of all messages.", "NAME|NUMBER"},

	{"count", ND_OPTION_UINT, AT(count), NULL,
	 "End when every output has so many messages; with --kicker begin a "
	 "new file instead.",
	 "N", 'c'},
	{"interval", ND_OPTION_UINT, AT(interval), NULL,
	 "End, or with --kicker begin new files, when the clock comes to a "
	 "multiple of so many seconds since 1970.",
	 "SECONDS", 't', .min = 1, .max = 1e9},
	{"randomize", ND_OPTION_FLAG, AT(randomize), NULL,
	 "Move --interval's moments by a random part of it.", NULL, 'R'},
	{"kicker", ND_OPTION_STR, AT(kicker), NULL,
	 "A shell's command to start for each finished file, whose name is put "
	 "behind it; '' for none. NMSG_KICKER in the environment is the "
	 "default.",
	 "COMMAND", 'k'},
	{"filter", ND_OPTION_LIST, AT(filters), NULL,
	 "Not to be had here: plug-ins of nmsg.", "PLUGIN", 'F'},
	{"policy", ND_OPTION_STR, AT(policy), NULL,
	 "Not to be had here: plug-ins of nmsg.", "ACCEPT|DROP"},
	{"statsmod", ND_OPTION_LIST, AT(statsmods), NULL,
	 "Not to be had here: plug-ins of nmsg.", "PLUGIN", 'M'},
	{"daemon", ND_OPTION_FLAG, AT(daemon), NULL,
	 "Go on in the background once all is open.", NULL, 'D'},
	{"pidfile", ND_OPTION_STR, AT(pidfile), NULL,
	 "Write the process id to this file; it is removed at the end.", "FILE",
	 'P'},
	{"username", ND_OPTION_STR, AT(username), NULL,
	 "When started as root, become this user once all is open.", "USER",
	 'U'},
	{0},
};

const struct command_line settings_command_line = {
	.name = "nd-nmsgtool",
	.summary = "move NMSG messages between files, sockets and texts",
	.description =
		"Reads messages of NMSG from files, UDP, ZeroMQ, packets, "
		"JSON or presentation form, and writes them to any of these, "
		"without a hub. It has the options of nmsgtool, with their "
		"meaning.\n\n"
		"Several inputs are read at once. Several outputs take turns, "
		"message by message, unless --mirror is given. Without an "
		"output, presentation form goes to standard output.\n\n"
		"Addresses may be names. What is malformed is counted, told "
		"and passed over; containers that never came are told at the "
		"end. Ctrl-C writes what is in hand, and is no failure.",
	.options = options,
	.short_help = true,
};

/* --- what one option alone cannot say ------------------------------------ */

static int refuse(const char *option, const char *what)
{
	fprintf(stderr, "nd-nmsgtool: %s: %s\n", option, what);
	return -EINVAL;
}

/* What it does not do is said, not passed over. */
static int check_absent(const struct settings *s)
{
	if (s->readkafka.count || s->writekafka.count || s->kafkakey)
		return refuse("--readkafka, --writekafka, --kafkakey",
			      "nd-nmsgtool does not speak Kafka");
	if (s->filters.count || s->policy || s->statsmods.count)
		return refuse("--filter, --policy, --statsmod",
			      "plug-ins of nmsg cannot be loaded here");
	return 0;
}

static int check_type(struct settings *s)
{
	char why[160];

	if (s->vendor && !s->msgtype)
		return refuse("--vendor", "it needs --msgtype");
	if (s->msgtype) {
		const char *vendor = s->vendor ? s->vendor : "base";

		s->has_type =
			nmsg_type_named(vendor, strlen(vendor), s->msgtype,
					strlen(s->msgtype), &s->vid, &s->type);
		if (s->has_type)
			return 0;
		snprintf(why, sizeof(why),
			 "there is no type '%.40s' of '%.40s'", s->msgtype,
			 vendor);
		return refuse("--msgtype", why);
	}
	if (s->readpcap.count || s->readif.count)
		return refuse("--readpcap, --readif",
			      "they need --msgtype: packet, pkt or ncap");
	return 0;
}

/* A number, or a name that the aliases have. */
static int parse_id(const char *option, const char *text,
		    const struct nmsg_alias *aliases, bool *given, uint32_t *to)
{
	char *end, why[160];
	unsigned long long n;

	if (!text)
		return 0;
	*given = true;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (*text >= '0' && *text <= '9' && *end == '\0' && !errno &&
	    n <= UINT32_MAX) {
		*to = (uint32_t)n;
		return 0;
	}
	if (aliases)
		*to = nmsg_alias_number(aliases, text, strlen(text));
	if (*to)
		return 0;
	snprintf(why, sizeof(why), "'%.80s' is no number%s", text,
		 strcmp(option + strlen(option) - 6, "source") == 0
			 ? ""
			 : ", nor a name of the alias file");
	return refuse(option, why);
}

static int check_stamps(struct settings *s)
{
	const struct nmsg_alias *operators = s->aliases.operators;
	const struct nmsg_alias *groups = s->aliases.groups;
	struct settings_stamp *keep = &s->keep, *set = &s->set;
	const struct {
		const char *option, *text;
		const struct nmsg_alias *names;
		bool *given;
		uint32_t *to;
	} all[] = {
		{"--getsource", s->getsource, NULL, &keep->has_source,
		 &keep->source},
		{"--getoperator", s->getoperator, operators,
		 &keep->has_operator, &keep->operator_id},
		{"--getgroup", s->getgroup, groups, &keep->has_group,
		 &keep->group},
		{"--setsource", s->setsource, NULL, &set->has_source,
		 &set->source},
		{"--setoperator", s->setoperator, operators, &set->has_operator,
		 &set->operator_id},
		{"--setgroup", s->setgroup, groups, &set->has_group,
		 &set->group},
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(all) / sizeof(*all); i++)
		rc = parse_id(all[i].option, all[i].text, all[i].names,
			      all[i].given, all[i].to);
	return rc;
}

/* \n, \t and \\ of --endline. */
static int unescape(struct settings *s)
{
	char *to = malloc(strlen(s->endline) + 1);

	s->separator = to;
	if (!to)
		return refuse("--endline", "out of memory");
	for (const char *at = s->endline; *at; at++) {
		if (*at != '\\' || !at[1] || !strchr("nt\\", at[1])) {
			*to++ = *at;
			continue;
		}
		at++;
		*to++ = *at == 'n' ? '\n' : *at == 't' ? '\t' : '\\';
	}
	*to = '\0';
	return 0;
}

static int from_environment(const char **setting, const char *name)
{
	const char *value = getenv(name);

	if (*setting || !value)
		return 0;
	*setting = strdup(value);
	return *setting ? 0 : refuse(name, "out of memory");
}

static size_t count_stdin(const struct nd_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += strcmp(list->items[i], "-") == 0;
	return count;
}

static int check_inputs(struct settings *s)
{
	size_t from_stdin =
		count_stdin(&s->readnmsg) + count_stdin(&s->readpcap) +
		count_stdin(&s->readpres) + count_stdin(&s->readjson);

	if (from_stdin > 1)
		return refuse("-", "standard input can be read once only");
	if (s->readnmsg.count + s->readsock.count + s->readchan.count +
	    s->readzsock.count + s->readzchan.count + s->readpcap.count +
	    s->readif.count + s->readpres.count + s->readjson.count)
		return 0;
	return refuse("no input", "give one of --readnmsg, --readsock, "
				  "--readzsock, --readpcap, --readif, "
				  "--readjson, --readpres (see --help)");
}

static int check_outputs(struct settings *s)
{
	size_t to_stdout = count_stdin(&s->writenmsg) +
			   count_stdin(&s->writepres) +
			   count_stdin(&s->writejson);

	if (to_stdout == 0 &&
	    s->writenmsg.count + s->writesock.count + s->writezsock.count +
			    s->writepres.count + s->writejson.count ==
		    0) {
		if (option_list_add(&s->writepres, "-") < 0)
			return refuse("--writepres", "out of memory");
		to_stdout = 1;
	}
	if (to_stdout && s->daemon)
		return refuse("--daemon",
			      "nothing in the background can be seen on "
			      "standard output; name a file");
	if (to_stdout && s->kicker)
		return refuse("--kicker", "standard output cannot be renamed; "
					  "name a file");
	if (s->kicker && !s->count && !s->interval)
		return refuse("--kicker", "it needs --count or --interval");
	if (s->randomize && !s->interval)
		return refuse("--randomize", "it needs --interval");
	return 0;
}

int settings_check(struct settings *s)
{
	int rc = check_absent(s);

	nmsg_alias_load(&s->aliases, "/etc");
	if (rc == 0)
		rc = from_environment(&s->bpf, "NMSG_BPF");
	if (rc == 0 && (s->count || s->interval))
		rc = from_environment(&s->kicker, "NMSG_KICKER");
	if (rc == 0)
		rc = check_type(s);
	if (rc == 0)
		rc = check_stamps(s);
	if (rc == 0)
		rc = unescape(s);
	if (rc == 0)
		rc = check_inputs(s);
	if (rc == 0)
		rc = check_outputs(s);
	/* As nmsgtool, which takes any number for the nearest that will do. */
	if (s->mtu < 512)
		s->mtu = 512;
	else if (s->mtu > 65507)
		s->mtu = 65507;
	return rc;
}

void settings_free(struct settings *s)
{
	option_free(options, s);
	nmsg_alias_unload(&s->aliases);
	free(s->separator);
}
