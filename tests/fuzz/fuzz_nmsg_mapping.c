/* SPDX-License-Identifier: MIT */
#include "dumpling.h"
#include "mapping.h"

#include "nmsg/nmsg_record.h"

#include <errno.h>
#include <stdlib.h>

/* A byte that says whose dumpling it is and as what, and the payload. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* What is made is of its type. */
static int take(void *arg, const struct message *m)
{
	unsigned *taken = arg;
	struct nmsg_record r;

	(*taken)++;
	check(m->time_nsec < 1000000000);
	if (nmsg_type_find(m->vid, m->msgtype))
		check(nmsg_record_read(&r, m) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const chefs[] = {
		"PacketChef",       "DNSChef",        "ConnectionChef",
		"AnyChef",          "nmsg.base.dns",  "nmsg.base.dnsqr",
		"nmsg.base.ipconn", "nmsg.base.http",
	};
	unsigned taken = 0;
	const struct mapping_config config = {.json = len > 0 && data[0] & 8,
					      .take = take,
					      .arg = &taken};
	struct mapping *map;
	struct nd_dumpling *d;
	int rc;

	if (len == 0)
		return 0;
	map = mapping_new(&config);
	d = dumpling_new(0);
	check(map && d);
	if (data[0] & 16)
		check(mapping_set(map, "DNSChef=dns") == 0 &&
		      mapping_set(map, "PacketChef=pkt") == 0);
	d->chef = chefs[data[0] & 7];
	d->time_ns = 5;
	d->payload = data + 1;
	d->payload_len = len - 1;
	rc = mapping_make(map, d);
	check(rc == 0 ? taken > 0 : rc == -EBADMSG);
	mapping_free(map);
	dumpling_free(d);
	return 0;
}
