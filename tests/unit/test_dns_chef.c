/* SPDX-License-Identifier: MIT */
/* DNSChef by itself: packets and streams made here, what it serves as JSON. */
#include "../../chefs/DNSChef.c"

#include "chef_driver.h"

#define SECOND INT64_C(1000000000)
#define QUESTION "\1a\4test\0\0\1\0\1"
#define QUERY "\0\7\1\0\0\1\0\0\0\0\0\0" QUESTION
#define ANSWER                                  \
	"\0\7\x81\x80\0\1\0\1\0\0\0\0" QUESTION \
	"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc0\0\2\1"
#define HOST "\xc0\0\2\x0a"
#define SERVER "\xc0\0\2\1"
#define HEAD                                                 \
	"{\"client\":{\"ip\":\"192.0.2.10\",\"port\":4000}," \
	"\"server\":{\"ip\":\"192.0.2.1\",\"port\":53},\"transport\":"
#define NAME "\"id\":7,\"name\":\"a.test\",\"type\":\"A\","

static bool fragment;

/* A message that ends where its allocation does. */
static void send(int64_t time_ns, const char *src, uint16_t src_port,
		 const char *dst, uint16_t dst_port, const char *message,
		 size_t len)
{
	uint8_t *copy = malloc(len);
	const struct nd_layer_at layer = {ND_DNS, 0, (uint32_t)len};
	struct nd_packet pkt = {
		.time_ns = time_ns,
		.data = copy,
		.caplen = (uint32_t)len,
		.layer = &layer,
		.layer_count = 1,
		.layers = UINT64_C(1) << ND_DNS,
		.ip_src = (const uint8_t *)src,
		.ip_dst = (const uint8_t *)dst,
		.ip_len = 4,
		.ip_protocol = 17,
		.ip_fragment = fragment,
		.port_src = src_port,
		.port_dst = dst_port,
		.payload_wire_len = (uint32_t)len + 100,
	};

	assert_non_null(copy);
	memcpy(copy, message, len);
	driver_packet(&pkt);
	free(copy);
}

static void ask(int64_t time_ns)
{
	send(time_ns, HOST, 4000, SERVER, 53, BYTES(QUERY));
}

static void answer(int64_t time_ns)
{
	send(time_ns, SERVER, 53, HOST, 4000, BYTES(ANSWER));
}

static void test_transaction(void **state)
{
	(void)state;
	driver_start("");
	ask(SECOND);
	driver_check(0, NULL);
	answer(SECOND + SECOND / 4);
	driver_check(1, HEAD "\"udp\"," NAME "\"query_time\":1.0,\"queries\":1,"
			     "\"query_size\":124,\"rcode\":\"NOERROR\","
			     "\"flags\":\"rd ra\",\"response_time\":1.25,"
			     "\"latency\":0.25,\"response_size\":140,"
			     "\"answers\":[{\"name\":\"a.test\","
			     "\"type\":\"A\",\"ttl\":300,"
			     "\"data\":\"192.0.2.1\"}]}");
	/* It was answered: another response comes to nobody's query. */
	answer(2 * SECOND);
	driver_check(2, HEAD "\"udp\"," NAME "\"rcode\":\"NOERROR\"");
	driver_check(2, "\"latency\":null");
	assert_null(strstr(driver_line(1), "query_time"));
	driver_interval(3 * SECOND);
	driver_check(3, "{\"totals\":{\"queries\":1,\"responses\":2,"
			"\"answered\":1,\"unanswered\":0,\"without_query\":1,"
			"\"waiting\":0,\"forgotten\":0,\"broken\":0}}");
	driver_stop();
}

static void test_asked_again(void **state)
{
	(void)state;
	driver_start("timeout=3");
	ask(SECOND);
	ask(3 * SECOND);
	ask(5 * SECOND); /* each starts the time anew */
	answer(7 * SECOND);
	driver_check(1, "\"query_time\":1.0,\"queries\":3,"
			"\"last_query_time\":5.0,");
	driver_check(1, "\"latency\":6.0");
	driver_stop();
}

static void test_unanswered(void **state)
{
	(void)state;
	driver_start("timeout=2");
	ask(SECOND);
	driver_interval(3 * SECOND - 1);
	driver_check(1, "\"waiting\":1");
	send(3 * SECOND, HOST, 1, SERVER, 2, BYTES("")); /* any packet */
	driver_check(2, HEAD "\"udp\"," NAME "\"query_time\":1.0,\"queries\":1,"
			     "\"query_size\":124,\"flags\":\"rd\","
			     "\"unanswered\":true}");
	ask(4 * SECOND);
	driver_interval(6 * SECOND);
	driver_check(4, "\"unanswered\":2");
	assert_non_null(strstr(driver_line(2), "\"unanswered\":true}"));
	/* A query from the future does not keep those behind it from it. */
	ask(1000 * SECOND);
	send(10 * SECOND, HOST, 4001, SERVER, 53, BYTES(QUERY));
	driver_check(5, "\"query_time\":1000.0,");
	send(12 * SECOND, HOST, 1, SERVER, 2, BYTES(""));
	driver_check(6, "\"query_time\":10.0,");
	driver_stop();
}

/* What waits when the capture ends is neither answered nor unanswered. */
static void test_finish(void **state)
{
	(void)state;
	driver_start("timeout=2");
	ask(SECOND);
	send(2 * SECOND, HOST, 4001, SERVER, 53, BYTES(QUERY));
	driver_finish(3 * SECOND);
	driver_check(2, "\"flags\":\"rd\",\"waiting\":true}");
	assert_non_null(strstr(driver_line(0), "\"port\":4000}"));
	assert_non_null(strstr(driver_line(0), "\"unanswered\":true}"));
	driver_interval(3 * SECOND);
	driver_check(3, "\"queries\":2,\"responses\":0,\"answered\":0,"
			"\"unanswered\":1,\"without_query\":0,"
			"\"waiting\":1,");
	driver_stop();
}

static void test_bound(void **state)
{
	(void)state;
	driver_start("pending=1");
	ask(SECOND);
	ask(SECOND);
	send(SECOND, HOST, 4001, SERVER, 53, BYTES(QUERY));
	driver_check(1, "\"queries\":2");
	driver_check(1, "\"unanswered\":true,\"forgotten\":true}");
	assert_int_equal(nd_chef.forgotten(driver.self), 1);
	driver_stop();
}

/* The client is who asks, whatever the ports are; letters have no case. */
static void test_matching(void **state)
{
	static const char upper[] = "\0\7\1\0\0\1\0\0\0\0\0\0"
				    "\1A\4TesT\0\0\1\0\1";
	static const char other[] = "\0\x08\x81\x80\0\1\0\0\0\0\0\0" QUESTION;

	(void)state;
	driver_start("");
	send(SECOND, HOST, 53, SERVER, 53, BYTES(upper));
	send(SECOND, SERVER, 53, HOST, 53, BYTES(other));
	driver_check(1, "\"id\":8,");
	driver_check(1, "\"latency\":null");
	send(2 * SECOND, SERVER, 53, HOST, 53, BYTES(ANSWER));
	driver_check(2, "{\"client\":{\"ip\":\"192.0.2.10\",\"port\":53},"
			"\"server\":{\"ip\":\"192.0.2.1\",\"port\":53},");
	driver_check(2, "\"name\":\"a.test\"");
	driver_check(2, "\"latency\":1.0");
	send(2 * SECOND, HOST, 5353, SERVER, 5353, BYTES(QUERY));
	send(2 * SECOND, HOST, 4000, SERVER, 53, BYTES("\0\7\1\0\0\1"));
	driver_interval(2 * SECOND);
	driver_check(3, "\"queries\":1,");
	driver_check(3, "\"broken\":1}}");
	driver_stop();
}

/* A server that refuses may repeat nothing of the question. */
static void test_no_question(void **state)
{
	(void)state;
	driver_start("");
	ask(SECOND);
	send(SECOND, HOST, 4001, SERVER, 53, BYTES(QUERY));
	send(2 * SECOND, SERVER, 53, HOST, 4000,
	     BYTES("\0\7\x80\1\0\0\0\0\0\0\0\0"));
	driver_check(1, HEAD "\"udp\"," NAME);
	driver_check(1, "\"rcode\":\"FORMERR\",\"flags\":\"\","
			"\"response_time\":2.0,\"latency\":1.0");
	send(2 * SECOND, SERVER, 53, HOST, 4000,
	     BYTES("\0\7\x80\1\0\0\0\0\0\0\0\0"));
	driver_check(2,
		     "\"name\":\"\",\"type\":\"TYPE0\",\"class\":\"CLASS0\"");
	driver_stop();
}

static void test_edns(void **state)
{
	static const char query[] = "\0\7\1\0\0\1\0\0\0\0\0\1" QUESTION
				    "\0\0\x29\4\xd0\0\0\x80\0\0\0";
	static const char response[] = "\0\7\x81\x80\0\1\0\0\0\0\0\1" QUESTION
				       "\0\0\x29\2\0\1\0\0\0\0\0";

	(void)state;
	driver_start("sections=all");
	send(SECOND, HOST, 4000, SERVER, 53, BYTES(query));
	send(SECOND, SERVER, 53, HOST, 4000, BYTES(response));
	driver_check(1, "\"query_edns\":{\"udp_size\":1232,\"do\":true},"
			"\"rcode\":\"BADVERS\"");
	driver_check(1, "\"edns\":{\"udp_size\":512,\"version\":0,"
			"\"do\":false,\"extended_rcode\":1,\"options\":[]},"
			"\"additionals\":[]}");
	driver_stop();
}

/* The whole of it comes when it has been put together. */
static void test_fragment(void **state)
{
	(void)state;
	driver_start("");
	ask(SECOND);
	fragment = true;
	answer(SECOND);
	fragment = false;
	driver_check(0, NULL);
	answer(2 * SECOND);
	driver_check(1, "\"latency\":1.0");
	ask(3 * SECOND);
	fragment = true;
	answer(3 * SECOND);
	fragment = false;
	driver_interval(9 * SECOND);
	assert_non_null(strstr(driver_line(1), "\"unanswered\":true,"
					       "\"fragment\":true}"));
	driver_stop();
}

/* --- streams ------------------------------------------------------------- */

static struct nd_stream stream = {.ip_len = 4,
				  .client_port = 4000,
				  .server_port = 53};
static uint64_t state_bytes[8];

/* So much of the data is to be seen again. */
static void stream_data(bool to_server, const char *data, size_t len,
			uint64_t keep)
{
	uint8_t *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, data, len);
	stream.event = ND_STREAM_DATA;
	stream.to_server = to_server;
	stream.data = copy;
	stream.len = len;
	stream.keep = 0;
	driver_stream(&stream);
	assert_int_equal(stream.keep, keep);
	stream.offset += len - keep;
	free(copy);
}

static void open_stream(bool midstream)
{
	memset(state_bytes, 0, sizeof(state_bytes));
	assert_true(nd_chef.stream_size <= sizeof(state_bytes));
	stream.client_ip = (const uint8_t *)HOST;
	stream.server_ip = (const uint8_t *)SERVER;
	stream.state = state_bytes;
	stream.time_ns = SECOND;
	stream.midstream = midstream;
	stream.offset = 0;
}

#define TCP_QUERY "\0\x18" QUERY
#define TCP_ANSWER "\0\x28" ANSWER

static void test_stream(void **state)
{
	(void)state;
	driver_start("");
	open_stream(false);
	for (size_t i = 1; i < sizeof(TCP_QUERY) - 1; i++)
		stream_data(true, TCP_QUERY, i, i);
	stream_data(true, BYTES(TCP_QUERY "\0"), 1);
	stream.time_ns = 2 * SECOND;
	stream_data(false, BYTES(TCP_ANSWER TCP_ANSWER "\0"), 1);
	assert_int_equal(driver_count(), 2);
	assert_non_null(strstr(driver_line(0), HEAD "\"tcp\"," NAME));
	assert_non_null(strstr(driver_line(0), "\"query_size\":24,"));
	assert_non_null(strstr(driver_line(0), "\"latency\":1.0,"
					       "\"response_size\":40,"));
	driver_check(2, "\"latency\":null");
	driver_stop();
}

/* Behind a gap a message is looked for where data begins. */
static void test_stream_gap(void **state)
{
	(void)state;
	driver_start("");
	open_stream(false);
	stream_data(false, BYTES("\0\x28\0\7"), 4);
	stream.event = ND_STREAM_GAP;
	stream.data = NULL;
	driver_stream(&stream);
	stream_data(false, BYTES("\0\4rest"), 0);
	stream_data(false, BYTES("middle"), 0);
	driver_check(0, NULL);
	stream_data(false, BYTES(TCP_ANSWER "\0"), 1);
	driver_check(1, "\"transport\":\"tcp\"");
	stream_data(false, BYTES("\0\1x" TCP_ANSWER), 0);
	driver_check(2, "\"transport\":\"tcp\"");
	driver_interval(2 * SECOND);
	driver_check(3, "\"broken\":1}}");
	driver_stop();
}

static void test_midstream(void **state)
{
	(void)state;
	driver_start("");
	open_stream(true);
	stream_data(false, BYTES("\xff\xff of what came before"), 0);
	stream_data(false, BYTES(TCP_ANSWER), 0);
	driver_check(1, "\"transport\":\"tcp\"");
	driver_stop();
}

static void test_options(void **state)
{
	char why[256];

	(void)state;
	assert_int_equal(driver_open("sections=some", why, sizeof(why)),
			 -EINVAL);
	assert_string_equal(why, "sections: 'some' is not answers or all");
	driver_stop();
	driver_start("limit=0");
	answer(SECOND);
	driver_check(1, "\"answers\":[]}");
	driver_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transaction),
		cmocka_unit_test(test_asked_again),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_finish),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_no_question),
		cmocka_unit_test(test_edns),
		cmocka_unit_test(test_fragment),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_stream_gap),
		cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
