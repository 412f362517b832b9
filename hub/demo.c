/* SPDX-License-Identifier: MIT */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

const struct demo_site demo_sites[DEMO_SITES] = {
	{"office", "demo: office"},
	{"datacentre", "demo: data centre"},
};

bool demo_fits(const struct arguments *kitchen)
{
	static const struct {
		const char *name;
		char short_name;
	} wrong[] = {{"--interface", 'i'}, {"--read", 'r'},
		     {"--read-nmsg", 0},   {"--listen", 0},
		     {"--listen-zmq", 0},  {"--kitchen-name", 'n'},
		     {"--workers", 'w'}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (arguments_have(kitchen, wrong[i].name,
				   wrong[i].short_name)) {
			fprintf(stderr,
				"netdumplings: demo: it makes its own packets, "
				"for two kitchens of its own; leave out one of "
				"--demo and %s\n",
				wrong[i].name);
			return false;
		}
	return true;
}

void demo_save_memory(void)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

int demo_start(struct child *demo, const struct demo_site *site,
	       const char *user, struct child *kitchen)
{
	const char *at[8] = {"nd-demo", "--site", site->name};
	struct arguments a = {at, 3};
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	if (user)
		arguments_add_pair(&a, "--user", user);
	demo->name = at[0];
	demo->out = fds[1];
	rc = children_start(demo, a.at, 0);
	close(fds[1]);
	if (rc == 0)
		kitchen->in = fds[0];
	else
		close(fds[0]);
	return rc;
}
