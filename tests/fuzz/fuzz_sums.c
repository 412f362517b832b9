/* SPDX-License-Identifier: MIT */
#include <dumpling.h>
#include <errno.h>
#include <json_read.h>
#include <stdlib.h>
#include <string.h>
#include <sums.h>

/*
 * The bytes are payloads, each behind a byte of its length: even ones count
 * packets, odd ones are statuses.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* What is written is JSON, if deeper than it came where a list is in it. */
static void check_text(struct text *t)
{
	struct nd_dumpling *d = dumpling_new(1 << 20);
	struct nd_value v;
	const char *why;

	check(d != NULL);
	check(json_read_value(d, &v, t->at, t->len, &why) == 0 ||
	      strstr(why, "nested too deep"));
	dumpling_free(d);
}

static void sum(struct sums *s, struct nd_dumpling *d, unsigned n)
{
	static const char *const kitchens[] = {"a", "b", "c"};
	struct text t = {0};
	int rc;

	d->chef = n % 4 ? "PacketCountChef" : "DNSLookupChef";
	d->kitchen = kitchens[n % 3];
	d->driver = ND_DRIVER_INTERVAL;
	if (!sums_has(d))
		return;
	check(sums_take(s, d) == 0);
	rc = sums_write(s, &t, d);
	check(rc == 0 || rc == -EBADMSG);
	if (rc == 0)
		check_text(&t);
	text_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sums *s = sums_new();
	struct nd_dumpling *d = dumpling_new(0);

	check(s && d);
	for (unsigned n = 0; len > 0; n++) {
		size_t size = *data++;

		len--;
		size = size < len ? size : len;
		d->payload = data;
		d->payload_len = size;
		if (n % 2 == 0)
			sum(s, d, n);
		else
			sums_status(s, d);
		dumpling_forget_texts(d);
		data += size;
		len -= size;
	}
	dumpling_free(d);
	sums_free(s);
	return 0;
}
