/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "json_read.h"
#include "unit.h"

#include <stdio.h>

static char topic[PRESENCE_MAX];

/* Writes the topic of a client with this hello, JSON. */
static int write_json(const char *host, const char *hello)
{
	struct presence p = {
		.id = "0123abc",
		.connected_ns = 1795352291764482300,
		.port = 54728,
	};
	struct nd_dumpling *d = dumpling_new(1 << 20);
	struct nd_value v;
	const char *why;
	int rc;

	assert_non_null(d);
	assert_int_equal(json_read_value(d, &v, hello, strlen(hello), &why), 0);
	p.hello = d->payload;
	p.hello_len = d->payload_len;
	snprintf(p.host, sizeof(p.host), "%s", host);
	rc = presence_write(topic, &p);
	dumpling_free(d);
	return rc;
}

/* Reads a copy that ends where its allocation does. */
static int read_copy(struct presence *p, const void *bytes, size_t len)
{
	void *copy = malloc(len ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	rc = presence_read(p, copy, len);
	free(copy);
	return rc;
}

static void reads_what_it_wrote(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "::1", "fe80::1%eth0"};
	static const char *const hellos[] = {
		"{\"eater_name\":\"x\"}",
		"{\"eater_name\":null,\"more\":[{\"a\":1.5}]}",
		"{\"eater_name\":\"a/b\\u0000/\"}",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct presence p;
		int len = write_json(hosts[i], hellos[i]);

		assert_true(len > 0);
		assert_int_equal(presence_read(&p, topic, (size_t)len), 0);
		assert_string_equal(p.id, "0123abc");
		assert_string_equal(p.host, hosts[i]);
		assert_true(p.connected_ns == 1795352291764482300);
		assert_int_equal(p.port, 54728);
		assert_ptr_equal((const char *)p.hello + p.hello_len,
				 topic + len);
		/* Cut anywhere, it is not right. */
		while (len-- > 0)
			assert_int_equal(read_copy(&p, topic, (size_t)len),
					 -EBADMSG);
	}
}

static void bounds_what_is_said(void **state)
{
	char hello[4096];

	(void)state;
	snprintf(hello, sizeof(hello), "{\"eater_name\":\"%0*d\"}", 700, 0);
	assert_true(write_json("::1", hello) > 0);
	snprintf(hello, sizeof(hello), "{\"eater_name\":\"%0*d\"}", 900, 0);
	assert_int_equal(write_json("::1", hello), -EMSGSIZE);
	assert_true(write_json("::1", "{\"eater_name\":[[[[[[[[[[[[[[[1]]]]]]]]"
				      "]]]]]]]}") > 0);
	assert_int_equal(write_json("::1", "{\"eater_name\":[[[[[[[[[[[[[[[[1]]"
					   "]]]]]]]]]]]]]]}"),
			 -EINVAL);
	assert_int_equal(write_json("::1", "{\"name\":1}"), -EINVAL);
	assert_int_equal(write_json("::1", "[\"eater_name\"]"), -EINVAL);
	assert_int_equal(write_json("", "{\"eater_name\":1}"), -EINVAL);
	assert_int_equal(write_json("a/b", "{\"eater_name\":1}"), -EINVAL);
}

#define HELLO      \
	"\x81\xaa" \
	"eater_name\xc0"

static void refuses_what_is_not_right(void **state)
{
	static const char *const heads[] = {
		"!eater/1/18ea5f65ad4e30fc/::1/1/",
		"!client//18ea5f65ad4e30fc/::1/1/",
		"!client/ /18ea5f65ad4e30fc/::1/1/",
		"!client/1//::1/1/",
		"!client/1/x/::1/1/",
		"!client/1/-1/::1/1/",
		"!client/1/8000000000000000/::1/1/",
		"!client/1/00000000000000000/::1/1/",
		"!client/1/18ea5f65ad4e30fc//1/",
		"!client/1/18ea5f65ad4e30fc/a b/1/",
		("!client/1/18ea5f65ad4e30fc/"
		 "123456789012345678901234567890123456789012345678/1/"),
		"!client/1/18ea5f65ad4e30fc/::1//",
		"!client/1/18ea5f65ad4e30fc/::1/65536/",
		"!client/1/18ea5f65ad4e30fc/::1/99999999/",
		"!client/1/18ea5f65ad4e30fc/::1/a/",
		"!client/1/18ea5f65ad4e30fc/::1/1",
	};
	static const struct {
		const char *bytes;
		size_t len;
	} hellos[] = {
		{"", 0},
		{"\xc0", 1},
		{"\x90", 1},
		{"\xaa"
		 "eater_name",
		 11},
		{HELLO "\xc0", 14}, /* more behind it */
		{"\x82\xaa"
		 "eater_name\xc0\x01\x02",
		 15}, /* no text for a key */
		{"\x82\xaa"
		 "eater_name\xc0\x90\x02",
		 15},
		{"\xdf\xff\xff\xff\xff\xaa"
		 "eater_name\xc0",
		 17},
	};
	char bytes[256];
	struct presence p;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		int n = snprintf(bytes, sizeof(bytes), "%s", heads[i]);

		memcpy(bytes + n, HELLO, 13);
		if (read_copy(&p, bytes, (size_t)n + 13) != -EBADMSG)
			fail_msg("taken: %s", heads[i]);
	}
	for (size_t i = 0; i < sizeof(hellos) / sizeof(*hellos); i++) {
		int n = snprintf(bytes, sizeof(bytes), "!client/1/1/::1/1/");

		memcpy(bytes + n, hellos[i].bytes, hellos[i].len);
		if (read_copy(&p, bytes, (size_t)n + hellos[i].len) != -EBADMSG)
			fail_msg("taken: hello %zu", i);
	}
	memcpy(bytes + 18, HELLO, 13);
	assert_int_equal(read_copy(&p, bytes, 18 + 13), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(bounds_what_is_said),
		cmocka_unit_test(refuses_what_is_not_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
