/* SPDX-License-Identifier: MIT */
/* nd-nmsg: which messages dumplings become, without a bus. */
#include "mapping.h"

#include "put.h"
#include "unit.h"

#include "nmsg/nmsg_record.h"

#define TIME_NS INT64_C(-1500000000) /* before 1970, too */

static struct nd_dumpling *d;
static struct mapping *map;

/* What was taken last, and how many were. */
static uint8_t bytes[1 << 16];
static struct message last;
static unsigned taken;
static int answer;

static int take(void *arg, const struct message *m)
{
	assert_ptr_equal(arg, &last);
	last = *m;
	assert_true(m->payload_len <= sizeof(bytes));
	if (m->payload_len > 0)
		memcpy(bytes, m->payload, m->payload_len);
	last.payload = bytes;
	taken++;
	return answer;
}

static void restart(bool json)
{
	const struct mapping_config config = {.json = json,
					      .take = take,
					      .arg = &last};

	mapping_free(map);
	map = mapping_new(&config);
	assert_non_null(map);
	answer = 0;
}

static int set_up(void **state)
{
	(void)state;
	d = dumpling_new(1 << 20);
	restart(false);
	return !d;
}

static int tear_down(void **state)
{
	(void)state;
	dumpling_free(d);
	mapping_free(map);
	map = NULL;
	return 0;
}

static void begin(const char *chef)
{
	d->chef = chef;
	d->kitchen = "lab";
	d->time_ns = TIME_NS;
	d->len = 0;
	put_begin(d);
}

static int make(void)
{
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	taken = 0;
	return mapping_make(map, d);
}

static void makes(uint32_t msgtype)
{
	assert_int_equal(make(), 0);
	assert_int_equal(taken, 1);
	assert_int_equal(last.vid, MESSAGE_BASE);
	assert_int_equal(last.msgtype, msgtype);
}

static void put_ends(void)
{
	nd_put_map(d, "client");
	nd_put_str(d, "ip", "192.0.2.1");
	nd_put_uint(d, "port", 1024);
	nd_end(d);
	nd_put_map(d, "server");
	nd_put_str(d, "ip", "2001:db8::1");
	nd_put_uint(d, "port", 80);
	nd_end(d);
}

static uint64_t number(const char *name)
{
	struct nmsg_record r;
	struct nmsg_value v;

	assert_int_equal(nmsg_record_read(&r, &last), 0);
	assert_true(nmsg_record_named(&r, name, &v));
	return v.u;
}

static void test_time(void **state)
{
	(void)state;
	begin("FlowChef");
	put_ends();
	nd_put_str(d, "protocol", "TCP");
	makes(MESSAGE_IPCONN);
	assert_int_equal(last.time_sec, -2);
	assert_int_equal(last.time_nsec, 500000000);
	/* Its own time counts. */
	begin("FlowChef");
	put_ends();
	nd_put_str(d, "protocol", "TCP");
	nd_put_time(d, "time", 7000000009);
	makes(MESSAGE_IPCONN);
	assert_int_equal(last.time_sec, 7);
	assert_int_equal(last.time_nsec, 9);
}

static void test_every_protocol_by_its_name(void **state)
{
	static const struct {
		const char *name;
		unsigned number;
	} names[] = {
		{"TCP", 6},    {"tcp", 6},  {"UDP", 17},
		{"quic", 17},  {"ICMP", 1}, {"icmpv6", 58},
		{"SCTP", 132}, {"GRE", 47}, {"OSPF", 89},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		begin("AnyChef");
		put_ends();
		nd_put_str(d, "protocol", names[i].name);
		makes(MESSAGE_IPCONN);
		assert_int_equal(number("proto"), names[i].number);
		assert_int_equal(number("srcport"), 1024);
		assert_int_equal(number("dstport"), 80);
	}
	begin("AnyChef");
	put_ends();
	nd_put_uint(d, "protocol", 0);
	makes(MESSAGE_IPCONN);
	assert_int_equal(number("proto"), 0);
}

static void test_chefs_that_imply_a_protocol(void **state)
{
	(void)state;
	begin("ConnectionChef");
	put_ends();
	makes(MESSAGE_IPCONN);
	assert_int_equal(number("proto"), 6);
	begin("ConnectionChef2");
	put_ends();
	makes(MESSAGE_ENCODE);
}

static void test_sets(void **state)
{
	(void)state;
	assert_int_equal(mapping_set(map, "FlowChef"), -EINVAL);
	assert_int_equal(mapping_set(map, "FlowChef=flow"), -EINVAL);
	assert_int_equal(mapping_set(map, "=encode"), -EINVAL);
	assert_int_equal(mapping_set(map, "a b=encode"), -EINVAL);
	assert_int_equal(mapping_set(map, "FlowChef=encode"), 0);
	assert_int_equal(mapping_set(map, "Other=packet"), 0);
	begin("FlowChef");
	put_ends();
	nd_put_str(d, "protocol", "TCP");
	makes(MESSAGE_ENCODE);
	/* What it cannot be it is not. */
	begin("Other");
	put_ends();
	nd_put_str(d, "protocol", "TCP");
	makes(MESSAGE_IPCONN);
	for (unsigned i = 0; i < 254; i++)
		assert_int_equal(mapping_set(map, "Other=dns"), 0);
	assert_int_equal(mapping_set(map, "Other=dns"), -ENOMEM);
}

static void test_encode(void **state)
{
	static const char json[] = "{\"metadata\":{\"chef\":\"AnyChef\"";

	(void)state;
	begin("AnyChef");
	nd_put_array(d, NULL);
	nd_end(d);
	makes(MESSAGE_ENCODE);
	assert_int_equal(number("type"), 3);
	/* It ends with the payload as it came. */
	assert_memory_equal(bytes + last.payload_len - 9, "\xa7payload\x90", 9);
	restart(true);
	begin("AnyChef");
	nd_put_array(d, NULL);
	nd_end(d);
	makes(MESSAGE_ENCODE);
	assert_int_equal(number("type"), 1);
	assert_memory_equal(bytes + last.payload_len - 13, "\"payload\":[]}",
			    13);
	/* Behind the tag and one byte or two of length. */
	assert_non_null(memmem(bytes, last.payload_len, json, strlen(json)));
}

static void test_what_the_taker_says(void **state)
{
	(void)state;
	answer = -ENOSPC;
	begin("AnyChef");
	nd_put_uint(d, NULL, 1);
	assert_int_equal(make(), -ENOSPC);
	begin("FlowChef");
	put_ends();
	nd_put_str(d, "protocol", "TCP");
	assert_int_equal(make(), -ENOSPC);
	assert_int_equal(taken, 1);
}

static void test_a_payload_that_is_none(void **state)
{
	static const uint8_t broken[] = {0xc1};

	(void)state;
	begin("FlowChef");
	nd_put_uint(d, NULL, 1);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	d->payload = broken;
	d->payload_len = sizeof(broken);
	taken = 0;
	assert_int_equal(mapping_make(map, d), -EBADMSG);
	assert_int_equal(taken, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_protocol_by_its_name,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_chefs_that_imply_a_protocol, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_encode, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_the_taker_says,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_payload_that_is_none,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
