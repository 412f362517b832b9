/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "command_line.h"
#include "mapping.h"
#include "outlets.h"

/* What nd-nmsg is told on its command line. */
struct settings {
	const char *hub, *name;
	struct nd_list chefs, kitchens;
	const char *write;
	struct nd_list sockets, zeromqs;
	bool mirror, zlib, quiet;
	uint64_t mtu, rate, count;
	double flush_seconds;
	uint64_t rotate_count, rotate_size;
	double rotate_seconds;
	const char *kicker;
	const char *source, *operator_name, *group;
	struct nd_list types;
	const char *encode;

	/* What settings_check() makes of them. */
	struct nmsg_aliases aliases;
	uint32_t source_id, operator_id, group_id;
	struct nmsg_rate limit;
};

extern const struct command_line settings_command_line;

/* False, and a sentence was printed, if the settings cannot be. */
bool settings_check(struct settings *s);
void settings_free(struct settings *s);

/* The settings as others want them; they are lent. */
struct outlets_config settings_outlets(struct settings *s, int signal_fd);
struct mapping_config settings_mapping(const struct settings *s);

#endif
