/* SPDX-License-Identifier: MIT */
#include "nmsg_dumpling.h"

#include "json.h"
#include "nmsg_case.h"
#include "nmsg_json.h"
#include "put.h"

static struct nd_dumpling *d;
static struct nmsg_build build;
static char chef[NMSG_DUMPLING_CHEF];

static int set_up(void **state)
{
	(void)state;
	memset(&build, 0, sizeof(build));
	d = dumpling_new(1 << 20);
	return !d;
}

static int tear_down(void **state)
{
	(void)state;
	dumpling_free(d);
	nmsg_build_free(&build);
	return 0;
}

static void make(const struct message *m, const struct nmsg_aliases *aliases)
{
	nmsg_dumpling_chef(chef, m->vid, m->msgtype);
	d->chef = chef;
	d->time_ns = m->time_sec * 1000000000 + m->time_nsec;
	put_begin(d);
	assert_int_equal(nmsg_dumpling_put(d, m, aliases), 0);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
}

static void has(const char *json)
{
	struct text t = {0};
	struct nd_value v;

	assert_int_equal(nd_payload(d, &v), 0);
	assert_int_equal(json_value(&t, &v), 0);
	assert_text(&t, json);
	text_free(&t);
}

static void comes_back(const struct message *m)
{
	struct message back;

	make(m, NULL);
	assert_int_equal(nmsg_dumpling_get(&build, d, NULL, &back), 0);
	assert_message(&back, m);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(nmsg_vectors); i++) {
		struct message m = vector_message(&nmsg_vectors[i]);

		comes_back(&m);
		free_message(&m);
	}
}

static void test_forms(void **state)
{
	struct message m = vector_message(&nmsg_vectors[4]);
	struct message dns = vector_message(&nmsg_vectors[6]);
	struct message packet = vector_message(&nmsg_vectors[0]);

	(void)state;
	make(&m, NULL);
	assert_string_equal(chef, "nmsg.base.ipconn");
	has("{\"source\":\"a1ba02cf\",\"operator\":7,\"group\":9,\"proto\":6,"
	    "\"srcip\":\"10.0.1.51\",\"srcport\":61929,\"dstip\":"
	    "\"2001:db8::1\",\"dstport\":22}");
	make(&dns, NULL);
	has("{\"qname\":\"www.example.com.\",\"qclass\":\"IN\",\"qtype\":\"A\","
	    "\"section\":1,\"rrname\":\"www.example.com.\",\"rrclass\":\"IN\","
	    "\"rrtype\":\"A\",\"rrttl\":300,\"rdata\":[\"192.0.2.1\","
	    "\"192.0.2.2\"]}");
	make(&packet, NULL);
	has("{\"type\":\"IPV4\",\"proto\":6,\"payload\":"
	    "\"RQAAKAABAABABnzNfwAAAX8AAAEE0gBQAAAAAAAAAABQAiAAAAAAAA==\"}");
	free_message(&m);
	free_message(&dns);
	free_message(&packet);
}

/* Data and names that texts cannot tell stay bytes. */
static void test_what_texts_cannot_tell(void **state)
{
	struct message m = made_message(1, 7, "0a0401616200100118012a03010203");
	struct message cut = made_message(2, 1, "0a02036110011801");

	(void)state;
	comes_back(&m);
	has("{\"rrname\":\"AWFiAA==\",\"rrclass\":\"IN\",\"rrtype\":\"A\","
	    "\"rdata\":[\"AQID\"]}");
	comes_back(&cut);
	free_message(&m);
	free_message(&cut);
}

static void test_times_and_numbers(void **state)
{
	struct message m = made_message(2, 1, "58e40160c0cdb2d0056801");
	struct message types = made_message(1, 7, "10a1fe0318a0fe03");

	(void)state;
	comes_back(&m);
	comes_back(&types);
	has("{\"rrclass\":65312,\"rrtype\":65313}");
	free_message(&m);
	free_message(&types);
}

static void test_types_that_are_not_known(void **state)
{
	struct message m = made_message(300, 5, "00ff");
	uint32_t vid, msgtype;

	(void)state;
	m.source = 16;
	comes_back(&m);
	assert_string_equal(chef, "nmsg.300.5");
	has("{\"source\":\"00000010\",\"payload\":\"AP8=\"}");
	free_message(&m);
	assert_true(nmsg_dumpling_type("nmsg.SIE.DNSnx", &vid, &msgtype));
	assert_int_equal(vid, 2);
	assert_int_equal(msgtype, 6);
	assert_true(nmsg_dumpling_type("nmsg.SIE.7", &vid, &msgtype));
	assert_false(nmsg_dumpling_type("nmsg.base", &vid, &msgtype));
	assert_false(nmsg_dumpling_type("nmsg.base.", &vid, &msgtype));
	assert_false(nmsg_dumpling_type("nmsg.base.none", &vid, &msgtype));
	assert_false(nmsg_dumpling_type("DNSChef", &vid, &msgtype));
}

static void test_payloads_of_another_type(void **state)
{
	struct message m = made_message(1, 12, "0801"), back;

	(void)state;
	d->chef = "nmsg.base.packet";
	put_begin(d);
	assert_int_equal(nmsg_dumpling_put(d, &m, NULL), -EBADMSG);
	put_begin(d);
	nd_put_str(d, NULL, "no map");
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	assert_int_equal(nmsg_dumpling_get(&build, d, NULL, &back), -EBADMSG);
	put_begin(d);
	nd_put_int(d, "payload", 5);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	assert_int_equal(nmsg_dumpling_get(&build, d, NULL, &back), -EBADMSG);
	d->chef = "OtherChef";
	assert_int_equal(nmsg_dumpling_get(&build, d, NULL, &back), -ENOENT);
	free_message(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_vectors, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_texts_cannot_tell,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times_and_numbers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_types_that_are_not_known,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_payloads_of_another_type,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
