/* SPDX-License-Identifier: MIT */
#include <dumpling.h>
#include <errno.h>
#include <json.h>
#include <presence.h>
#include <put.h>
#include <stdlib.h>
#include <string.h>

/* The bytes are a subscription that says it is for a client. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* What is taken can be written as JSON, wherever a status has it. */
static void check_status(const struct presence *p)
{
	struct nd_dumpling *d = dumpling_new(1 << 16);
	struct nd_value v;
	struct text t = {0};

	check(d != NULL);
	put_begin(d);
	for (int i = 0; i < 8; i++)
		nd_put_array(d, NULL);
	put_raw(d, NULL, p->hello, p->hello_len);
	for (int i = 0; i < 8; i++)
		nd_end(d);
	check(put_finish(d) == 0);
	put_expose(d);
	check(nd_payload(d, &v) == 0);
	check(json_value(&t, &v) == 0);
	text_free(&t);
	dumpling_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char topic[PRESENCE_MAX];
	struct presence p, again;
	int rc = presence_read(&p, data, len);

	check(rc == 0 || rc == -EBADMSG);
	if (rc < 0)
		return 0;
	check_status(&p);
	rc = presence_write(topic, &p);
	/* Written in full, the time may make it too long. */
	check(rc > 0 || rc == -EMSGSIZE);
	if (rc < 0)
		return 0;
	check(presence_read(&again, topic, (size_t)rc) == 0);
	check(again.connected_ns == p.connected_ns && again.port == p.port);
	check(strcmp(again.host, p.host) == 0 && strcmp(again.id, p.id) == 0);
	check(again.hello_len == p.hello_len);
	return 0;
}
