/* SPDX-License-Identifier: MIT */
#include "../../chefs/HTTPChef.c"

#include "stream_driver.h"

#define MS 1000000
#define SAID(from, text, ms)                          \
	{                                             \
		from, BYTES(text), (ms) * (int64_t)MS \
	}
#define MISSED(from, len, ms)                       \
	{                                           \
		from, NULL, len, (ms) * (int64_t)MS \
	}

static const char *options;
static bool midstream;
static uint16_t port = 80;
static enum nd_stream_end how = ND_STREAM_FIN;

static const char *run(const struct piece *p, size_t count, size_t at,
		       bool bytewise)
{
	struct talk talk;

	driver_start(options);
	talk_start(&talk, 3);
	talk.s.midstream = midstream;
	talk.s.server_port = port;
	talk_pieces(&talk, p, count, at, bytewise);
	talk_end(&talk, how, 900 * (int64_t)MS);
	assert_int_equal(nd_table_count(((struct http *)driver.self)->open), 0);
	return driver_told();
}

/* The same is told however the bytes are cut into pieces. */
static void check(const struct piece *p, size_t count, const char *want)
{
	size_t longest = 0, i;

	for (i = 0; i < count; i++)
		if (p[i].text && p[i].len > longest)
			longest = p[i].len;
	for (i = 0; i < longest; i++)
		assert_string_equal(run(p, count, i, false), want);
	assert_string_equal(run(p, count, 0, true), want);
}

#define CHECK(pieces, want) check(pieces, LENGTH(pieces), want)
static struct text want;

/* A line that is expected, host "h"; texts as they are in JSON. */
static void expect(const char *time, const char *method, const char *path,
		   const char *status, const char *reason, const char *numbers)
{
	bool asked = *method != 'n', told = *status != 'n';

	text_printf(&want,
		    "{\"time\":%s,\"client\":{\"ip\":\"192.0.2.10\",\"port\":"
		    "33000},\"server\":{\"ip\":\"198.51.100.7\",\"port\":%u},",
		    time, port);
	text_printf(&want,
		    "\"method\":%s,\"host\":%s,\"path\":%s,"
		    "\"version\":\"HTTP/1.1\",\"user_agent\":null,"
		    "\"referer\":null,\"status\":%s,\"reason\":%s,",
		    method, asked ? "\"h\"" : "null", path, status,
		    told ? reason : "null");
	text_printf(&want, "\"content_type\":null,%s}\n", numbers);
}

static const char *numbers(const char *asked, const char *given,
			   const char *latency, const char *duration,
			   const char *more)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "\"request_bytes\":%s,\"response_bytes\":%s,\"latency\":%s,"
		 "\"duration\":%s%s",
		 asked, given, latency, duration, more);
	return text;
}

static void check_want(const struct piece *p, size_t count)
{
	char *text = strdup(want.len ? text_str(&want) : "");

	want.len = 0;
	check(p, count, text);
	free(text);
}

#define CHECK_WANT(pieces) check_want(pieces, LENGTH(pieces))

static void test_one(void **state)
{
	static const struct piece p[] = {
		SAID('c',
		     "GET /a?b=c HTTP/1.1\r\nHost: www.example.com\r\n"
		     "User-Agent: curl/8.5\r\nAuthorization: Basic c2VjcmV0\r\n"
		     "Cookie: s=1\r\nreferer:http://u:p@example.org/x\r\n\r\n",
		     100),
		SAID('s',
		     "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		     "Content-Length: 5\r\n\r\nhello",
		     120)};

	(void)state;
	CHECK(p,
	      "{\"time\":0.1,\"client\":{\"ip\":\"192.0.2.10\",\"port\":33000},"
	      "\"server\":{\"ip\":\"198.51.100.7\",\"port\":80},\"method\":"
	      "\"GET\",\"host\":\"www.example.com\",\"path\":\"/a?b=c\","
	      "\"version\":\"HTTP/1.1\",\"user_agent\":\"curl/8.5\","
	      "\"referer\":\"example.org/x\",\"status\":200,\"reason\":\"OK\","
	      "\"content_type\":\"text/html\",\"request_bytes\":0,"
	      "\"response_bytes\":5,\"latency\":0.02,\"duration\":0.02}\n");
}

/* Pipelined, with bodies of all kinds and an interim response. */
static void test_many(void **state)
{
	static const struct piece p[] = {
		SAID('c',
		     "POST /1 HTTP/1.1\r\nHost:h\r\nContent-Length: 3\r\n\r\n"
		     "abcHEAD /2 HTTP/1.1\r\nHost:h\r\n\r\n"
		     "PUT /3 HTTP/1.1\nHost:h\nTransfer-Encoding: chunked\n\n"
		     "3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
		     100),
		SAID('s',
		     "HTTP/1.1 100 Continue\r\n\r\n"
		     "HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked"
		     "\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
		     "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
		     200),
		SAID('s',
		     "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
		     300),
		SAID('c', "GET /4 HTTP/1.1\r\nHost:h\r\n\r\n", 400),
		SAID('s', "HTTP/1.1 200\r\n\r\nuntil the end", 500)};

	(void)state;
	expect("0.1", "\"POST\"", "\"/1\"", "201", "\"Created\"",
	       numbers("3", "2", "0.1", "0.1", ""));
	expect("0.1", "\"HEAD\"", "\"/2\"", "200", "\"OK\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	expect("0.1", "\"PUT\"", "\"/3\"", "304", "\"Not Modified\"",
	       numbers("13", "0", "0.2", "0.2", ""));
	expect("0.4", "\"GET\"", "\"/4\"", "200", "\"\"",
	       numbers("0", "13", "0.1", "0.5", ""));
	CHECK_WANT(p);
}

/* The end of the connection is the end of the rest. */
static void test_ends(void **state)
{
	static const struct piece unanswered[] = {
		SAID('c', "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n", 100),
		SAID('c', "GET /2 HTTP/1.1\r\nHost:h\r\n\r\n", 200),
		SAID('s', "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
		     300)};
	static const struct piece upload[] = {
		SAID('c',
		     "PUT / HTTP/1.1\r\nHost:h\r\nContent-Length: 9\r\n\r\nabc",
		     100),
		SAID('s', "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n", 300)};

	(void)state;
	expect("0.1", "\"GET\"", "\"/1\"", "200", "\"OK\"",
	       numbers("0", "3", "0.2", "0.8", ",\"truncated\":true"));
	expect("0.2", "\"GET\"", "\"/2\"", "null", "",
	       numbers("0", "null", "null", "null", ",\"unanswered\":true"));
	CHECK_WANT(unanswered);
	expect("0.1", "\"PUT\"", "\"/\"", "413", "\"No\"",
	       numbers("3", "0", "null", "0.2", ",\"truncated\":true"));
	CHECK_WANT(upload);
	how = ND_STREAM_STOP;
	expect("0.1", "\"GET\"", "\"/1\"", "200", "\"OK\"",
	       numbers("0", "3", "0.2", "0.8",
		       ",\"waiting\":true,\"truncated\":true"));
	expect("0.2", "\"GET\"", "\"/2\"", "null", "",
	       numbers("0", "null", "null", "null", ",\"waiting\":true"));
	CHECK_WANT(unanswered);
	how = ND_STREAM_FIN;
}

static void test_one_direction(void **state)
{
	static const struct piece asked[] = {
		SAID('c',
		     "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n"
		     "GET /2 HTTP/1.1\r\nHost:h\r\n\r\n",
		     100)};
	static const struct piece given[] = {
		SAID('s',
		     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
		     "HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb",
		     100)};

	(void)state;
	expect("0.1", "\"GET\"", "\"/1\"", "null", "",
	       numbers("0", "null", "null", "null", ",\"unanswered\":true"));
	expect("0.1", "\"GET\"", "\"/2\"", "null", "",
	       numbers("0", "null", "null", "null", ",\"unanswered\":true"));
	CHECK_WANT(asked);
	expect("0.1", "null", "null", "200", "\"OK\"",
	       numbers("null", "1", "null", "null", ""));
	expect("0.1", "null", "null", "404", "\"No\"",
	       numbers("null", "1", "null", "null", ""));
	CHECK_WANT(given);
}

/* Who opened the connection was not seen, and guessed wrong. */
static void test_turned(void **state)
{
	static const struct piece p[] = {
		SAID('s', "GET / HTTP/1.1\r\nHost:h\r\n\r\n", 100),
		SAID('c', "HTTP/1.1 204 No\r\n\r\n", 200)};
	const char *told;

	(void)state;
	told = run(p, 2, 0, false);
	assert_non_null(strstr(told,
			       "\"client\":{\"ip\":\"198.51.100.7\",\"port\":"
			       "80},\"server\":{\"ip\":\"192.0.2.10\",\"port"
			       "\":33000},\"method\":\"GET\""));
	assert_non_null(strstr(told, "\"status\":204"));
	assert_null(strstr(strchr(told, '\n'), "{"));
}

/* Many more requests than are waited for: answers are not seen, or are. */
static void test_pipeline(void **state)
{
	static const char get[] = "GET / HTTP/1.1\r\n\r\n";
	static const char ok[] = "HTTP/1.1 204 No\r\n\r\n";
	struct talk talk;

	(void)state;
	for (int answered = 0; answered < 2; answered++) {
		const char *told;
		int lines = 0;

		driver_start(NULL);
		talk_start(&talk, 1);
		if (answered) {
			talk_data(&talk, true, BYTES(get), 1);
			talk_data(&talk, false, BYTES(ok), 2);
		}
		for (int i = 0; i < 40; i++)
			talk_data(&talk, true, BYTES(get), 3);
		assert_int_equal(talk.s.done, answered);
		talk_end(&talk, ND_STREAM_FIN, 4);
		for (told = driver_told(); *told; told++)
			lines += *told == '\n';
		assert_int_equal(lines, answered ? 34 : 40);
	}
}

static void test_gaps(void **state)
{
	static const struct piece body[] = {
		SAID('c', "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n", 100),
		SAID('s', "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
		     200),
		MISSED('s', 5, 250),
		SAID('s', "d", 300),
		SAID('c', "GET /2 HTTP/1.1\r\nHost:h\r\n\r\n", 400),
		SAID('s', "HTTP/1.1 204 No\r\n\r\n", 500)};
	static const struct piece head[] = {
		SAID('c', "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n", 100),
		SAID('s', "HTTP/1.1 200 OK\r\nConte", 200), MISSED('s', 5, 250),
		SAID('c', "GET /2 HTTP/1.1\r\nHost:h\r\n\r\n", 400),
		SAID('s', "HTTP/1.1 204 No\r\n\r\n", 500)};

	(void)state;
	expect("0.1", "\"GET\"", "\"/1\"", "200", "\"OK\"",
	       numbers("0", "9", "0.1", "0.2", ",\"gap\":true"));
	expect("0.4", "\"GET\"", "\"/2\"", "204", "\"No\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	CHECK_WANT(body);
	expect("0.1", "\"GET\"", "\"/1\"", "null", "",
	       numbers("0", "null", "null", "null", ",\"unanswered\":true"));
	expect("0.4", "\"GET\"", "\"/2\"", "204", "\"No\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	CHECK_WANT(head);
}

/* Other protocols cost one look. */
static void test_other_protocols(void **state)
{
	static const char *const first[] = {
		"\x16\x03\x01",
		"SSH-2.0-x",
		"EHLO example.com\r\n",
		"GETX",
		"220 hello\r\n",
		"HTTP/2.0 200\r\n",
		"\0\0",
		"get / HTTP/1.1",
		"OPTIONS rtsp://h/ RTSP/1.0\r\n",
		"GET /\r\n",
	};
	struct talk talk;

	(void)state;
	driver_start(NULL);
	for (size_t i = 0; i < LENGTH(first); i++) {
		talk_start(&talk, i);
		talk_data(&talk, true, first[i], strlen(first[i]) + 1, 1);
		assert_true(talk.s.done);
		talk_end(&talk, ND_STREAM_FIN, 2);
	}
	assert_string_equal(driver_told(), "");
}

/* What a client says to a proxy first, each in one segment. */
static void test_preludes(void **state)
{
	static const struct piece socks[] = {
		SAID('c', "\5\1\0", 100),
		SAID('s', "\5\0", 110),
		SAID('c', "\5\1\0\3\1h\0\x50", 120),
		SAID('s', "\5\0\0\1\0\0\0\0\0\0", 130),
		SAID('c', "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n", 200),
		SAID('s', "HTTP/1.1 204 No\r\n\r\n", 300)};
	static const struct piece header[] = {
		SAID('c',
		     "PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n"
		     "GET /1 HTTP/1.1\r\nHos",
		     200),
		SAID('c', "t:h\r\n\r\n", 200),
		SAID('s', "HTTP/1.1 204 No\r\n\r\n", 300)};

	(void)state;
	expect("0.2", "\"GET\"", "\"/1\"", "204", "\"No\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	assert_string_equal(run(socks, LENGTH(socks), 0, false),
			    text_str(&want));
	assert_string_equal(run(header, LENGTH(header), 0, false),
			    text_str(&want));
	want.len = 0;
}

static const char *with_options(const char *given, const struct piece *p,
				size_t count)
{
	const char *told;

	options = given;
	told = run(p, count, 0, false);
	options = NULL;
	return told;
}

static void test_upgrades(void **state)
{
	static const struct piece socket[] = {
		SAID('c',
		     "GET /ws HTTP/1.1\r\nHost:h\r\nUpgrade: websocket\r\n\r\n",
		     100),
		SAID('s', "HTTP/1.1 101 Now\r\n\r\n\x81\x01x", 200),
		SAID('c', "GET /no HTTP/1.1\r\n\r\n", 300)};
	static const struct piece tunnel[] = {
		SAID('c', "CONNECT h HTTP/1.1\r\nHost: x\r\n\r\n", 100),
		SAID('s', "HTTP/1.1 200 Go\r\nContent-Length: 5\r\n\r\n", 200),
		SAID('c', "GET /no HTTP/1.1\r\n\r\n", 300)};
	static const struct piece nowhere[] = {
		SAID('c', "CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n", 100),
		SAID('s', "HTTP/1.1 200 Go\r\n\r\n", 200)};
	static const struct piece two[] = {
		SAID('c', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", 100),
		SAID('s', "\0\0\0", 200)};
	const char *told;

	(void)state;
	expect("0.1", "\"GET\"", "\"/ws\"", "101", "\"Now\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	CHECK_WANT(socket);
	expect("0.1", "\"CONNECT\"", "\"h\"", "200", "\"Go\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	CHECK_WANT(tunnel);
	/* A path is not where to; then it is the field that tells. */
	expect("0.1", "\"CONNECT\"", "\"/\"", "200", "\"Go\"",
	       numbers("0", "0", "0.1", "0.1", ""));
	CHECK_WANT(nowhere);
	told = run(two, 2, 0, false);
	assert_non_null(strstr(told, "\"version\":\"HTTP/2\""));
	assert_null(strstr(told, "unanswered"));
	assert_null(strstr(strchr(told, '\n'), "{"));
}

static void test_proxy(void **state)
{
	static const struct piece p[] = {SAID(
		'c', "GET http://u:secret@h:81/p?q HTTP/1.1\r\nHost: x\r\n\r\n",
		100)};
	const char *told;

	(void)state;
	told = run(p, 1, 0, false);
	assert_non_null(strstr(told, "\"host\":\"h:81\",\"path\":\"/p?q\""));
	assert_non_null(strstr(told, "\"proxy\":true"));
	assert_null(strstr(told, "secret"));
	told = with_options("query=no,path=1", p, 1);
	assert_non_null(strstr(told, "\"path\":\"/\","));
}

static void test_headers(void **state)
{
	static const struct piece p[] = {
		SAID('c', "GET / HTTP/1.1\r\nx-A: 1\r\n 2\r\n\r\n", 100),
		SAID('s', "HTTP/1.1 204 No\r\nServer : \xff\r\n\r\n", 100)};
	char why[256] = "";
	const char *told;

	(void)state;
	told = with_options("headers=X-A,headers=server", p, 2);
	assert_non_null(strstr(told, "\"request_headers\":{\"X-A\":\"1   2\","
				     "\"server\":null}"));
	assert_non_null(strstr(told, "\"response_headers\":{\"X-A\":null,"
				     "\"server\":\"\xef\xbf\xbd\"}"));
	driver_stop();
	assert_int_equal(driver_open("headers=COOKIE", why, sizeof(why)),
			 -EINVAL);
	assert_non_null(strstr(why, "COOKIE"));
}

/* One that has to make room is told, once. */
static void test_forgotten(void **state)
{
	static const char get[] = "GET /1 HTTP/1.1\r\nHost:h\r\n\r\n";
	static const char ok[] = "HTTP/1.1 204 No\r\n\r\n";
	struct talk talk[2];
	const char *told;

	(void)state;
	driver_start("pending=1");
	talk_start(&talk[0], 0);
	talk_start(&talk[1], 1);
	talk_data(&talk[0], true, BYTES(get), 1);
	assert_string_equal(driver_told(), "");
	talk_data(&talk[1], true, BYTES(get), 2);
	told = driver_told();
	assert_non_null(strstr(told, "\"forgotten\":true}"));
	talk_data(&talk[0], false, BYTES(ok), 3);
	talk_end(&talk[0], ND_STREAM_FIN, 4);
	assert_string_equal(driver_told(), "");
	talk_data(&talk[1], false, BYTES(ok), 3);
	assert_non_null(strstr(driver_told(), "\"status\":204"));
	talk_end(&talk[1], ND_STREAM_FIN, 4);
	assert_string_equal(driver_told(), "");
	assert_int_equal(nd_chef.forgotten(driver.self), 1);
	driver_interval(5);
	assert_string_equal(driver_told(),
			    "{\"transactions\":2,\"unanswered\":0,"
			    "\"connections\":2,\"open\":0,\"long_heads\":0}\n");
	driver_interval(6);
	assert_string_equal(driver_told(), "");
}

static void test_long_head(void **state)
{
	char *text = malloc(70000);
	struct talk talk;

	(void)state;
	memset(text, 'a', 70000);
	memcpy(text, BYTES("GET / HTTP/1.1\r\nX: "));
	driver_start(NULL);
	talk_start(&talk, 0);
	for (size_t i = 0; i < 70000; i += 1000)
		talk_data(&talk, true, text + i, 1000, 1);
	assert_true(talk.s.done);
	talk_end(&talk, ND_STREAM_FIN, 2);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_one_direction),
		cmocka_unit_test(test_turned),
		cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_preludes),
		cmocka_unit_test(test_upgrades),
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_long_head)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	driver_stop();
	text_free(&want);
	return rc;
}
