/* SPDX-License-Identifier: MIT */
#include "nmsg_dumpling.h"
#include "nmsg_json.h"
#include "nmsg_pres.h"
#include "nmsg_scan.h"
#include "put.h"

#include <stdlib.h>

/* A byte that chooses a type, and a payload, to all that it can become. */

#define DUMPLING_MAX (64 * 1024 * 1024)

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* A dumpling says all of it: one made of what came back is the same. */
static void check_dumpling(const struct message *m)
{
	struct nd_dumpling *d = dumpling_new(DUMPLING_MAX);
	struct nd_dumpling *again = dumpling_new(DUMPLING_MAX);
	char chef[NMSG_DUMPLING_CHEF];
	struct nmsg_build build = {0};
	struct message back;

	check(d && again);
	nmsg_dumpling_chef(chef, m->vid, m->msgtype);
	d->chef = chef;
	put_begin(d);
	check(nmsg_dumpling_put(d, m, NULL) == 0);
	check(put_finish(d) == 0);
	put_expose(d);
	if (nmsg_dumpling_get(&build, d, NULL, &back) == 0) {
		put_begin(again);
		check(nmsg_dumpling_put(again, &back, NULL) == 0);
		check(put_finish(again) == 0);
		put_expose(again);
		check(again->payload_len == d->payload_len);
		check(memcmp(again->payload, d->payload, d->payload_len) == 0);
	}
	nmsg_build_free(&build);
	dumpling_free(d);
	dumpling_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct nmsg_type *type;
	struct text t = {0};
	struct message m = {0};

	if (len == 0)
		return 0;
	type = nmsg_type_at(data[0] & 31);
	m.vid = type ? type->vid : 77;
	m.msgtype = type ? type->msgtype : 1;
	m.payload = data + 1;
	m.payload_len = len - 1;
	nmsg_pres_write(&t, &m, NULL, "\n");
	t.len = 0;
	if (nmsg_json_write(&t, &m, NULL) == 0) {
		check(!t.error && nmsg_scan_valid(t.at, t.len));
		check_dumpling(&m);
	}
	text_free(&t);
	return 0;
}
