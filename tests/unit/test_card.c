/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <card.h>
#include <json.h>
#include <put.h>

static struct card card;

static int tear_down(void **state)
{
	(void)state;
	card_free(&card);
	return 0;
}

static int read_str(const char *text)
{
	const char *why = NULL;

	card_free(&card);
	return card_read(&card, text, strlen(text), &why);
}

/* What is put of a card that was read. */
static void check_put(const char *text, const char *name, const char *json)
{
	struct nd_dumpling *out = dumpling_new(1 << 20);
	struct text t = {0};
	struct nd_value v;

	if (read_str(text) < 0)
		fail_msg("refused: %s", text);
	assert_string_equal(card.name, name);
	put_begin(out);
	nd_put_map(out, NULL);
	card_put(&card, out);
	nd_end(out);
	assert_int_equal(put_finish(out), 0);
	put_expose(out);
	assert_int_equal(nd_payload(out, &v), 0);
	assert_int_equal(json_value(&t, &v), 0);
	assert_string_equal(text_str(&t), json);
	text_free(&t);
	dumpling_free(out);
}

static void puts_what_eaters_expect(void **state)
{
	(void)state;
	check_put("{\"kitchen_name\":\"k\",\"interface\":\"lo\","
		  "\"filter\":\"arp\",\"chefs\":[\"m.A\",\"B\"],"
		  "\"poke_interval\":5.5}",
		  "k",
		  "{\"kitchen_name\":\"k\",\"interface\":\"lo\","
		  "\"filter\":\"arp\",\"chefs\":[\"m.A\",\"B\"],"
		  "\"poke_interval\":5.5}");
	check_put("{\"kitchen_name\":\"a b\"}", "a_b",
		  "{\"kitchen_name\":\"a b\",\"interface\":\"\","
		  "\"filter\":\"\",\"chefs\":[],\"poke_interval\":0.0}");
	check_put("{\"kitchen_name\":7,\"interface\":null,\"filter\":[],"
		  "\"chefs\":{\"a\":1},\"poke_interval\":NaN}",
		  "7",
		  "{\"kitchen_name\":\"7\",\"interface\":\"\","
		  "\"filter\":\"\",\"chefs\":[],\"poke_interval\":0.0}");
}

static void keeps_what_has_no_other_meaning(void **state)
{
	(void)state;
	check_put("{\"kitchen_name\":\"x\",\"kitchen_name\":\"-\","
		  "\"closing\":true,\"chef_stats\":{},\"peer_port\":7,"
		  "\"k\\u0000\":{\"a\":[1]},\"patient\":1,\"b\":null}",
		  "_",
		  "{\"kitchen_name\":\"-\",\"interface\":\"\","
		  "\"filter\":\"\",\"chefs\":[],\"poke_interval\":0.0,"
		  "\"k\\u0000\":{\"a\":[1]},\"b\":null}");
}

static void has_bounds(void **state)
{
	char *text = malloc(1 << 20);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	len += (size_t)sprintf(text, "{\"kitchen_name\":\"%0*d\",\"chefs\":[",
			       100000, 7);
	for (int i = 0; i < 10000; i++)
		len += (size_t)sprintf(text + len, "\"chef%d\",", i);
	len += (size_t)sprintf(text + len, "0]");
	for (int i = 0; i < 10000; i++)
		len += (size_t)sprintf(text + len, ",\"key%d\":%d", i, i);
	sprintf(text + len, ",\"deep\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0"
			    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]],\"\":0}");
	assert_int_equal(read_str(text), 0);
	assert_int_equal(strlen(card.name), TOPIC_NAME_MAX);
	assert_true(card.d->payload_len > 27 * 1024);
	assert_true(card.d->payload_len < 29 * 1024);
	free(text);
}

static void refuses_the_rest(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"7",
		"{\"name\":1}",
		"{\"kitchen_name\":[]}",
		"{\"kitchen_name\":{}}",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_int_equal(read_str(texts[i]), -EINVAL);
	assert_int_equal(read_str(""), -EBADMSG);
	assert_int_equal(read_str("{\"kitchen_name\":1"), -EBADMSG);
}

static void check_clean(const char *text, size_t len, const char *name)
{
	const struct nd_value v = {
		.type = ND_STR,
		.len = (uint32_t)len,
		.as.bytes = (const uint8_t *)text,
	};
	char out[TOPIC_NAME_MAX + 1];

	assert_int_equal(card_clean(out, &v), 0);
	assert_string_equal(out, name);
}

static void names_are_cleaned(void **state)
{
	(void)state;
	check_clean(BYTES("DNS-Chef_1.x"), "DNS-Chef_1.x");
	check_clean(BYTES(""), "_");
	check_clean(BYTES("\x80\xbf"), "_");
	check_clean(BYTES("!a/b\0c"), "_a_b_c");
	check_clean(BYTES("caf\xc3\xa9 \xf0\x9f\x8d\x9a!"), "caf____");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(puts_what_eaters_expect),
		TEST(keeps_what_has_no_other_meaning),
		TEST(has_bounds),
		TEST(refuses_the_rest),
		TEST(names_are_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
