/* SPDX-License-Identifier: MIT */
/* An eater that prints the host names that are looked up. */
#include <netdumplings/eater.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	const struct nd_eater_config config = {
		.hub = argc > 1 ? argv[1] : "127.0.0.1",
		.name = "names",
	};
	struct nd_eater *eater = nd_eater_new(&config);
	const struct nd_dumpling *d;
	struct nd_eater_stats stats;

	if (!eater)
		return 1;
	nd_eater_want(eater, "DNSLookupChef");
	while (nd_eater_next(eater, &d, -1) > 0) {
		const char *name = nd_get_str(d, "lookup.hostname", NULL);

		if (name)
			puts(name);
		fflush(stdout);
	}
	nd_eater_stats(eater, &stats);
	fprintf(stderr, "%llu missing\n", (unsigned long long)stats.missing);
	nd_eater_free(eater);
	return 0;
}
