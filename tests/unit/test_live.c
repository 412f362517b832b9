/* SPDX-License-Identifier: MIT */
/* Needs the right to capture on the loopback interface. */
#include "live.h"
#include "unit.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLOWS 64

static char why[512], filter[64];
static int seen[2][FLOWS];

static struct capture_config config = {.snaplen = 2048,
				       .buffer_size = 1 << 20,
				       .delay_ms = 1,
				       .filter = filter,
				       .fanout_group = -1};

/* The last byte of each says which it is. */
static void on_packet(void *host, const struct capture_packet *pkt)
{
	int *mine = host;
	uint8_t n;

	assert_string_equal(pkt->interface, "lo");
	assert_int_equal(pkt->linktype, 1);
	assert_int_equal(pkt->caplen, 14 + 20 + 8 + 1);
	n = pkt->data[pkt->caplen - 1];
	assert_true(n < FLOWS);
	mine[n]++;
}

static struct live *open_lo(void)
{
	struct live *l = live_open(&config, "lo", 0, why, sizeof(why));

	if (!l && strstr(why, "no right"))
		skip();
	if (!l)
		fail_msg("%s", why);
	return l;
}

/* A datagram of one byte from a port of its own. */
static void send_flow(const struct sockaddr_in *to, uint8_t n)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, &n, 1, 0, (const void *)to, sizeof(*to)),
			 1);
	close(fd);
}

static int sum_of(const int *counts)
{
	int sum = 0;

	for (int i = 0; i < FLOWS; i++)
		sum += counts[i];
	return sum;
}

/* Sends to a port that a socket of ours holds, so nobody else does. */
static void exchange(struct live **lives, int count)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct pollfd fds[2];

	for (int i = 0; i < count; i++)
		fds[i] = (struct pollfd){live_fd(lives[i]), POLLIN, 0};
	to.sin_port = htons((uint16_t)atoi(strrchr(filter, ' ')));
	for (uint8_t n = 0; n < FLOWS; n++)
		send_flow(&to, n);
	while (sum_of(seen[0]) + sum_of(seen[1]) < FLOWS) {
		assert_true(poll(fds, (nfds_t)count, PATIENCE_MS) > 0);
		for (int i = 0; i < count; i++)
			assert_true(live_dispatch(lives[i], 1000, on_packet,
						  seen[i]) >= 0);
	}
}

static int bind_port(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	if (fd < 0 || bind(fd, (const void *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (void *)&at, &len) < 0)
		return -1;
	snprintf(filter, sizeof(filter), "udp dst port %d", ntohs(at.sin_port));
	memset(seen, 0, sizeof(seen));
	config.fanout_group = -1;
	return 0;
}

static void test_one(void **state)
{
	struct live *l = open_lo();
	uint64_t kernel = 1, interface = 1;

	(void)state;
	assert_int_equal(live_linktype(l), 1);
	exchange(&l, 1);
	for (int n = 0; n < FLOWS; n++)
		assert_int_equal(seen[0][n], 1);
	live_dropped(l, &kernel, &interface);
	assert_int_equal(kernel, 1); /* added to what was there */
	assert_int_equal(interface, 1);
	live_close(l);
	live_close(NULL);
}

/* Of two that share, each has some flows, and no packet comes twice. */
static void test_fanout(void **state)
{
	struct live *lives[2];

	(void)state;
	config.fanout_group = getpid() & 0xffff;
	lives[0] = open_lo();
	lives[1] = open_lo();
	exchange(lives, 2);
	for (int n = 0; n < FLOWS; n++)
		assert_int_equal(seen[0][n] + seen[1][n], 1);
	assert_true(sum_of(seen[0]) > 0);
	assert_true(sum_of(seen[1]) > 0);
	live_close(lives[0]);
	live_close(lives[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one, bind_port),
		cmocka_unit_test_setup(test_fanout, bind_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
