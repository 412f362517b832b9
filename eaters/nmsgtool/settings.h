/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "command_line.h"
#include "nmsg_alias.h"
#include "nmsg_type.h"

/* Who a message is of, or must be; what is not given is left as it is. */
struct settings_stamp {
	bool has_source, has_operator, has_group;
	uint32_t source, operator_id, group;
};

/* What the command line says, under the names that nmsgtool has for it. */
struct settings {
	struct nd_list readnmsg, readsock, readchan, readzsock, readzchan;
	struct nd_list readpcap, readif, readpres, readjson;
	struct nd_list writenmsg, writesock, writezsock, writepres, writejson;
	struct nd_list readkafka, writekafka, filters, statsmods;
	const char *kafkakey, *policy;

	const char *bpf, *vendor, *msgtype;
	const char *getsource, *getoperator, *getgroup;
	const char *setsource, *setoperator, *setgroup;
	uint64_t byterate;

	const char *endline;
	uint64_t mtu, zlib_level;
	bool zlibout, unbuffered, mirror;
	double flush;

	uint64_t count, interval;
	bool randomize;
	const char *kicker; /* NULL: not given; "" rotates all the same */

	bool daemon, debug;
	const char *pidfile, *username;

	/* What was made of them. */
	struct nmsg_aliases aliases;
	bool has_type;
	uint32_t vid, type;
	struct settings_stamp keep, set;
	char *separator; /* of endline */
};

extern const struct command_line settings_command_line;

/* Begins zeroed.  0, or -EINVAL and a sentence was printed. */
int settings_check(struct settings *s);
void settings_free(struct settings *s);

#endif
