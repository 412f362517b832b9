/* SPDX-License-Identifier: MIT */
#include "nmsg_build.h"
#include "nmsg_record.h"

#include "nmsg_case.h"

static int read_payload(unsigned vid, unsigned msgtype, const char *hex)
{
	struct message m = made_message(vid, msgtype, hex);
	struct nmsg_record r;
	int rc = nmsg_record_read(&r, &m);

	free_message(&m);
	return rc;
}

/* The tables keep what the code builds upon. */
static void test_tables(void **state)
{
	const struct nmsg_type *type;
	size_t n = 0;

	(void)state;
	for (; (type = nmsg_type_at(n)); n++) {
		uint32_t vid, msgtype;

		assert_ptr_equal(nmsg_type_find(type->vid, type->msgtype),
				 type);
		assert_true(nmsg_type_named(type->vname, strlen(type->vname),
					    type->mname, strlen(type->mname),
					    &vid, &msgtype));
		assert_int_equal(vid, type->vid);
		assert_int_equal(msgtype, type->msgtype);
		assert_true(type->field_count <= NMSG_FIELDS_MAX);
		for (size_t i = 0; i < type->field_count; i++) {
			const struct nmsg_field *f = &type->fields[i];

			assert_ptr_equal(nmsg_type_field(type, f->name,
							 strlen(f->name)),
					 f);
			assert_true(f->number > 0 || f->get);
			assert_int_equal(f->kind == NMSG_ENUM,
					 f->names != NULL);
			for (size_t j = 0; j < i; j++)
				assert_false(
					f->number > 0 &&
					type->fields[j].number == f->number &&
					type->fields[j].inside == f->inside);
		}
	}
	assert_int_equal(n, 20);
	assert_null(nmsg_type_find(0, 1));
	assert_null(nmsg_type_find(1, 0));
	assert_null(nmsg_type_find(1, 15));
	assert_null(nmsg_type_find(2, 7));
	assert_int_equal(nmsg_type_vendor_id("isc", 3), 1);
	assert_int_equal(nmsg_type_vendor_id("Defintel", 8), 4);
	assert_null(nmsg_type_vendor(99));
}

static void test_broken_payloads(void **state)
{
	static const char *const payloads[] = {
		"08",                         /* no value */
		"0880",                       /* one that does not end */
		"08808080808080808080808000", /* one that is too long */
		"1205c00002",                 /* a length that lies */
		"12ffffffffffffffffff01",     /* one that is beyond all */
		"0a01",                       /* a number as bytes */
		"1001",                       /* bytes as a number */
		"0b",                         /* a group */
		"0001",                       /* field 0 */
		"0dffffffff",                 /* a number of another size */
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(payloads); i++)
		if (read_payload(1, 5, payloads[i]) != -EBADMSG)
			fail_msg("taken: %s", payloads[i]);
	assert_int_equal(read_payload(1, 5, ""), 0);
	assert_int_equal(read_payload(1, 12, "0801"), -EBADMSG);
	assert_int_equal(read_payload(1, 12, "08011200"), 0);
	assert_int_equal(read_payload(9, 9, ""), -ENOENT);
	/* Inside dnstap's message too. */
	assert_int_equal(read_payload(1, 13,
				      "7801"
				      "7203100118"),
			 -EBADMSG);
	assert_int_equal(read_payload(1, 13,
				      "7801"
				      "72021001"),
			 -EBADMSG);
	assert_int_equal(read_payload(1, 13,
				      "7801"
				      "72020801"),
			 0);
}

static void test_unknown_fields_and_last_values(void **state)
{
	struct message m = made_message(1, 5,
					"0801"
					"d23f0461626364"
					"d13f0102030405060708"
					"0806");
	struct nmsg_record r;
	struct nmsg_value v;

	(void)state;
	assert_int_equal(nmsg_record_read(&r, &m), 0);
	assert_true(nmsg_record_named(&r, "proto", &v));
	assert_int_equal(v.u, 6);
	assert_false(nmsg_record_named(&r, "srcip", &v));
	assert_false(nmsg_record_named(&r, "nothing", &v));
	free_message(&m);
}

/* Numbers that come one by one and packed, as protobuf allows. */
static void test_packed_numbers(void **state)
{
	struct message m = made_message(2, 5,
					"b00101"
					"b201020001"
					"b00101");
	struct nmsg_record r;
	const struct nmsg_field *field;
	struct nmsg_each each;
	struct nmsg_value v;
	char seen[8] = "";

	(void)state;
	assert_int_equal(nmsg_record_read(&r, &m), 0);
	field = nmsg_type_field(r.type, "new_rr", 6);
	nmsg_record_start(&r, field, &each);
	while (nmsg_record_each(field, &each, &v))
		strcat(seen, v.u ? "1" : "0");
	assert_string_equal(seen, "1011");
	free_message(&m);
}

static void test_strings_lose_their_nul(void **state)
{
	struct message m = made_message(1, 6, "0a0361620012026162");
	struct nmsg_record r;
	struct nmsg_value v;

	(void)state;
	assert_int_equal(nmsg_record_read(&r, &m), 0);
	assert_true(nmsg_record_named(&r, "category", &v));
	assert_int_equal(v.len, 2);
	assert_true(nmsg_record_named(&r, "message", &v));
	assert_int_equal(v.len, 2);
	free_message(&m);
}

static void add(struct nmsg_build *b, const char *name, uint64_t u,
		const char *bytes)
{
	struct nmsg_value v = {.u = u,
			       .bytes = (const uint8_t *)bytes,
			       .len = bytes ? strlen(bytes) : 0};

	assert_int_equal(
		nmsg_build_add(b, nmsg_type_field(b->type, name, strlen(name)),
			       &v),
		0);
}

static void test_order(void **state)
{
	struct nmsg_build b = {0};
	struct message m;

	(void)state;
	for (int round = 0; round < 2; round++) {
		nmsg_build_start(&b, nmsg_type_find(1, 7));
		add(&b, "qname", 0, "\1q");
		add(&b, "rdata", 0, "one");
		add(&b, "rrttl", 300, NULL);
		add(&b, "rdata", 0, "two");
		add(&b, "rrttl", 65, NULL);
		add(&b, "rrname", 0, "\1r");
		assert_int_equal(nmsg_build_finish(&b, &m), 0);
		assert_int_equal(m.payload_len, 4 + 2 + 10 + 4);
		assert_memory_equal(m.payload,
				    "\x0a\2\1r\x20\x41\x2a\3one\x2a\3two\x3a\2"
				    "\1q",
				    20);
	}
	nmsg_build_free(&b);
}

static void test_numbers_that_do_not_fit(void **state)
{
	const struct nmsg_type *type = nmsg_type_find(1, 4);
	const struct nmsg_field *port = nmsg_type_field(type, "srcport", 7);
	const struct nmsg_field *dist = nmsg_type_field(type, "p0f_dist", 8);
	const struct nmsg_field *ip = nmsg_type_field(type, "srcip", 5);
	struct nmsg_value v = {.u = 65536};
	struct nmsg_build b = {0};
	struct message m;

	(void)state;
	nmsg_build_start(&b, type);
	assert_int_equal(nmsg_build_add(&b, port, &v), -EINVAL);
	v.u = UINT64_C(1) << 31;
	assert_int_equal(nmsg_build_add(&b, dist, &v), -EINVAL);
	v.u = -(UINT64_C(1) << 31);
	assert_int_equal(nmsg_build_add(&b, dist, &v), 0);
	assert_int_equal(nmsg_build_add(&b, ip, &v), -EINVAL);
	/* What is required and was not added is 0. */
	assert_int_equal(nmsg_build_finish(&b, &m), 0);
	assert_int_equal(m.payload_len, 2 + 12);
	assert_memory_equal(m.payload,
			    "\x08\0\x98\x04\x80\x80\x80\x80\xf8\xff\xff\xff\xff"
			    "\x01",
			    14);
	nmsg_build_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_broken_payloads),
		cmocka_unit_test(test_unknown_fields_and_last_values),
		cmocka_unit_test(test_packed_numbers),
		cmocka_unit_test(test_strings_lose_their_nul),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_numbers_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
