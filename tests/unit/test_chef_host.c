/* SPDX-License-Identifier: MIT */
/* Chefs at work: compiled here, their batches read where the hub would. */
#include "chef_host.h"
#include "folder.h"
#include "wire.h"

static struct chef_host host;
static struct batcher_way way;
static struct bus *hub;
static struct nd_dumpling *d;
static char why[512];

static struct chef_host_kitchen kitchen = {
	.name = "k", .incarnation = 5, .max_message = 1 << 20, .way = &way};

/*
 * Does what the packet's length tells: 0 nothing, 1 one dumpling, 3 three, 4
 * fails, 5 leaves one open, 6 puts and serves nothing.
 */
static const char source[] =
	"#include <errno.h>\n"
	"#include <stdio.h>\n"
	"#include <netdumplings/chef.h>\n"
	"struct state { uint64_t top; const char *text; uint64_t calls; };\n"
	"static const struct nd_option options[] = {\n"
	"{\"top\", ND_OPTION_UINT, offsetof(struct state, top), \"7\", "
	"\"h\"},\n"
	"{\"text\", ND_OPTION_STR, offsetof(struct state, text), 0, \"h\"},\n"
	"{0}};\n"
	"static int open_chef(void *self, char *why, size_t why_size)\n"
	"{ struct state *s = self;\n"
	"if (s->top == 0) { snprintf(why, why_size, \"no top\");\n"
	"return -EINVAL; }\n"
	"return 0; }\n"
	"static int packet(void *self, const struct nd_packet *p,\n"
	"struct nd_dumpling *out)\n"
	"{ struct state *s = self;\n"
	"s->calls++;\n"
	"for (unsigned i = 1; p->len == 3 && i < 3; i++) {\n"
	"nd_put_uint(out, \"part\", i); nd_serve(out); }\n"
	"if (p->len == 4) return -EIO;\n"
	"if (p->len > 0) nd_put_uint(out, \"calls\", s->calls);\n"
	"if (p->len == 5) nd_put_map(out, \"open\");\n"
	"return p->len == 0 || p->len == 6 ? 0 : ND_SERVE; }\n"
	"static int interval(void *self, int64_t now, struct nd_dumpling "
	"*out)\n"
	"{ struct state *s = self;\n"
	"nd_put_uint(out, \"top\", s->top);\n"
	"nd_put_str(out, \"text\", s->text);\n"
	"return ND_SERVE; }\n"
	"ND_CHEF = { ND_CHEF_HEAD, .name = \"HostedChef\",\n"
	".options = options, .state_size = sizeof(struct state),\n"
	".layers = 1ULL << ND_ARP, .open = open_chef, .packet = packet,\n"
	".interval = interval };\n";

static int set_up(void **state)
{
	(void)state;
	hub = wire_bind(BUS_PULL, 1000);
	way.push = push_new(wire_endpoint(), 1 << 20);
	way.stop_fd = -1;
	d = dumpling_new(0);
	return !way.push || !d;
}

static int tear_down(void **state)
{
	(void)state;
	push_free(way.push, 0);
	bus_free(hub, 0);
	dumpling_free(d);
	return 0;
}

static int open_with(const char *options)
{
	char spec[300];

	*why = '\0';
	snprintf(spec, sizeof(spec), "%s%s", folder_write("host.c", source),
		 options);
	return chef_host_open(&host, spec, &kitchen, why, sizeof(why));
}

static void packet(uint32_t len)
{
	const struct nd_packet pkt = {.len = len, .layers = 1ULL << ND_ARP};

	chef_host_packet(&host, &pkt, 1000 + len);
}

static struct bus_message message;
static struct batch_reader reader;

/* Sends what is in the batch, and takes it as the hub would. */
static void receive(uint64_t first_seq, uint32_t count)
{
	const void *body;
	size_t len;

	batcher_flush(&host.batcher, 1, 0);
	assert_int_equal(wire_receive(hub, &message), 0);
	assert_memory_equal(bus_topic(&message, &len), "HostedChef/k/", 13);
	body = bus_body(&message, &len);
	assert_int_equal(batch_open(&reader, body, len), 0);
	assert_int_equal(reader.incarnation, 5);
	assert_int_equal(reader.first_seq, first_seq);
	assert_int_equal(reader.count, count);
}

static void next(const char *name, int64_t value, int64_t time_ns)
{
	assert_int_equal(batch_read(&reader, d), 1);
	assert_int_equal(nd_get_int(d, name, -1), value);
	assert_int_equal(nd_creation_time_ns(d), time_ns);
}

static void test_packets(void **state)
{
	(void)state;
	assert_int_equal(open_with(""), 0);
	packet(1);
	packet(0);
	packet(6); /* left out by the chef itself */
	packet(1);
	receive(0, 2);
	next("calls", 1, 1001);
	assert_int_equal(nd_driver(d), ND_DRIVER_PACKET);
	next("calls", 4, 1001);
	packet(3);
	receive(2, 3);
	next("part", 1, 1003);
	next("part", 2, 1003);
	next("calls", 5, 1003);
	assert_int_equal(host.batcher.stats.errors, 0);
	bus_message_free(&message);
	chef_host_close(&host);
}

/* An error costs its dumpling, and no number. */
static void test_errors(void **state)
{
	(void)state;
	assert_int_equal(open_with(""), 0);
	packet(1);
	packet(4);
	packet(5);
	packet(1);
	assert_int_equal(host.batcher.stats.errors, 2);
	receive(0, 2);
	next("calls", 1, 1001);
	next("calls", 4, 1001);
	bus_message_free(&message);
	chef_host_close(&host);
}

static void test_interval(void **state)
{
	(void)state;
	assert_int_equal(open_with(":top=3,text=words"), 0);
	chef_host_interval(&host, 77);
	receive(0, 1);
	next("top", 3, 77);
	assert_int_equal(nd_driver(d), ND_DRIVER_INTERVAL);
	assert_string_equal(nd_get_str(d, "text", "?"), "words");
	bus_message_free(&message);
	chef_host_close(&host);
}

static void test_options(void **state)
{
	(void)state;
	assert_int_equal(open_with(":top=x"), -EINVAL);
	assert_string_equal(why,
			    "chef HostedChef: top: 'x' is not a whole number");
	assert_int_equal(open_with(":none=1"), -EINVAL);
	assert_string_equal(why, "chef HostedChef: there is no option 'none'");
	assert_int_equal(open_with(":top=0"), -EINVAL);
	assert_string_equal(why, "chef HostedChef: no top");
	assert_int_equal(open_with(":"), 0);
	chef_host_close(&host);
}

static void test_bad(void **state)
{
	(void)state;
	assert_int_equal(chef_host_open(&host, "NoChef:top=1", &kitchen, why,
					sizeof(why)),
			 -ENOENT);
	assert_non_null(strstr(why, "'NoChef'"));
	kitchen.name = "no way";
	assert_int_equal(open_with(""), -EINVAL);
	kitchen.name = "k";
}

static void check_split(const char *spec, const char *what, const char *rest)
{
	char out[64];
	const char *got = chef_host_split(spec, out, sizeof(out));

	assert_string_equal(out, what);
	if (rest)
		assert_string_equal(got, rest);
	else
		assert_null(got);
}

static void test_split(void **state)
{
	(void)state;
	check_split("Chef", "Chef", NULL);
	check_split("Chef:", "Chef", "");
	check_split("Chef:top=1,b=c:d", "Chef", "top=1,b=c:d");
	check_split("./a:b/chef.c", "./a:b/chef.c", NULL);
	check_split("./a:b/chef.so:top=1", "./a:b/chef.so", "top=1");
}

/* Options may name files. */
static void test_split_slash(void **state)
{
	(void)state;
	check_split("Chef:file=/dir/file", "Chef", "file=/dir/file");
	check_split("./chef.c:file=/dir/a:b", "./chef.c", "file=/dir/a:b");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_packets),
		TEST(test_errors),
		TEST(test_interval),
		TEST(test_options),
		TEST(test_bad),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_slash),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
