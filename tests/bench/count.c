/* SPDX-License-Identifier: MIT */
/*
 * count HUB CHEF COUNT [PATH]: an eater that takes a chef's dumplings until it
 * has COUNT of them, those known to be missing counted in.  Says "ready" when
 * the hub has all its subscriptions.  PATH names a payload's integer of
 * nanoseconds since 1970, for how old dumplings were when they came.
 */
#include <errno.h>
#include <inttypes.h>
#include <netdumplings/eater.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STATUS "SystemStatusChef"

struct count {
	uint64_t wanted, received;
	int64_t first_ns, last_ns;
	const char *path;
	int64_t *ages;
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Subscriptions are taken in order: after the last come the others' too. */
static int get_ready(struct nd_eater *eater, const char *chef)
{
	const struct nd_dumpling *d;
	int rc = nd_eater_want(eater, chef);

	if (rc == 0)
		rc = nd_eater_want(eater, STATUS);
	while (rc >= 0) {
		rc = nd_eater_next(eater, &d, -1);
		if (rc > 0 && strcmp(nd_chef_name(d), STATUS) == 0)
			break;
	}
	puts("ready");
	fflush(stdout);
	return rc;
}

static void take(struct count *c, const struct nd_dumpling *d)
{
	if (c->received == 0)
		c->first_ns = clock_ns(CLOCK_MONOTONIC);
	if (c->path)
		c->ages[c->received] =
			clock_ns(CLOCK_REALTIME) - nd_get_int(d, c->path, 0);
	c->received++;
}

static int count_all(struct count *c, struct nd_eater *eater, const char *chef)
{
	const struct nd_dumpling *d;
	struct nd_eater_stats stats = {0};
	int rc = 0;

	/* The missing show when something comes: a batch, or a status. */
	while (rc >= 0 && c->received + stats.missing < c->wanted) {
		rc = nd_eater_next(eater, &d, -1);
		if (rc <= 0)
			continue;
		if (*nd_chef_name(d) == *chef &&
		    strcmp(nd_chef_name(d), chef) == 0)
			take(c, d);
		else
			nd_eater_stats(eater, &stats);
	}
	c->last_ns = clock_ns(CLOCK_MONOTONIC);
	return rc < 0 ? rc : 0;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print(struct count *c, uint64_t missing)
{
	uint64_t n = c->received;

	printf("{\"received\": %" PRIu64 ", \"missing\": %" PRIu64
	       ", \"first_ns\": %" PRId64 ", \"last_ns\": %" PRId64,
	       n, missing, c->first_ns, c->last_ns);
	if (c->path && n > 0) {
		qsort(c->ages, n, sizeof(*c->ages), compare);
		printf(", \"p50_us\": %.1f, \"p99_us\": %.1f, "
		       "\"max_us\": %.1f",
		       (double)c->ages[n / 2] / 1e3,
		       (double)c->ages[n * 99 / 100] / 1e3,
		       (double)c->ages[n - 1] / 1e3);
	}
	puts("}");
}

int main(int argc, char **argv)
{
	struct nd_eater_config config = {.name = "bench"};
	struct nd_eater_stats stats;
	struct nd_eater *eater = NULL;
	struct count c = {0};
	int rc = -ENOMEM;

	if (argc < 4) {
		fprintf(stderr, "usage: count HUB CHEF COUNT [PATH]\n");
		return 2;
	}
	config.hub = argv[1];
	c.wanted = strtoull(argv[3], NULL, 10);
	c.path = argv[4];
	c.ages = calloc(c.path ? c.wanted : 1, sizeof(*c.ages));
	eater = nd_eater_new(&config);
	if (c.ages && eater)
		rc = get_ready(eater, argv[2]);
	if (rc > 0)
		rc = count_all(&c, eater, argv[2]);
	if (rc < 0) {
		fprintf(stderr, "count: %s\n", strerror(-rc));
	} else {
		nd_eater_stats(eater, &stats);
		print(&c, stats.missing);
	}
	nd_eater_free(eater);
	free(c.ages);
	return rc < 0;
}
