/* SPDX-License-Identifier: MIT */
/*
 * A load of WebSocket clients (RFC 6455) in one thread, as cheap as can be, so
 * that the gateway is what is measured:
 *	ws_clients [-H HOST] [-p PORT] [-n CLIENTS] [-m HELLO] [-t TOTAL]
 *		[-s SECONDS] [-l]
 * Ends when each client knows of TOTAL dumplings, or after SECONDS.  With -l
 * it also tells how old dumplings are, from a "sent" in ns in their payload.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NEEDLE "{\"metadata\":{\"chef\":\""
#define NEEDLE_LEN (sizeof(NEEDLE) - 1)
#define NOTICE "GatewayChef\""
#define READ_SIZE ((size_t)256 * 1024)
/* Bytes behind a needle that are looked at; kept until they are here. */
#define LOOK 1024
#define AGES_MAX 1000000

struct client {
	int fd;
	uint64_t left; /* of the frame's payload */
	uint8_t head[14];
	size_t head_len;
	char kept[LOOK];
	size_t kept_len;
	uint64_t dumplings;
	uint64_t lost;
	bool done;
};

static struct {
	const char *host, *port, *hello;
	unsigned clients;
	uint64_t total;
	double seconds;
	bool ages;
} options = {
	"127.0.0.1", "11348",    "{\"eater_name\":\"load\",\"batch\":true}",
	1,           UINT64_MAX, 10,
	false};

static char room[LOOK + READ_SIZE];
static int64_t *ages;
static size_t age_count;
static unsigned done_count, closed_count;
static int64_t first_ns, last_ns;

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "ws_clients: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- connecting ---------------------------------------------------------- */

static int dial(void)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *a;
	int fd;

	if (getaddrinfo(options.host, options.port, &hints, &a) != 0)
		die("no such host");
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, a->ai_addr, a->ai_addrlen) < 0)
		die("cannot connect");
	freeaddrinfo(a);
	return fd;
}

/* RFC 6455 sections 4.1 and 5.2; a mask of zeroes is a mask, too. */
static void greet(struct client *c)
{
	char request[512], answer[2048], frame[8 + 4096];
	size_t len = strlen(options.hello), n = 0;
	ssize_t got;

	snprintf(request, sizeof(request),
		 "GET / HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		 options.host, options.port);
	if (write(c->fd, request, strlen(request)) < 0)
		die("cannot write");
	do {
		got = read(c->fd, answer + n, sizeof(answer) - 1 - n);
		if (got <= 0)
			die("no handshake");
		n += (size_t)got;
		answer[n] = '\0';
	} while (!strstr(answer, "\r\n\r\n") && n < sizeof(answer) - 1);
	if (strncmp(answer, "HTTP/1.1 101", 12) != 0) {
		fprintf(stderr, "ws_clients: refused: %.40s\n", answer);
		exit(1);
	}
	if (len > 4096)
		exit(2);
	memset(frame, 0, 8);
	frame[0] = (char)0x81;
	frame[1] = (char)(0x80 | 126);
	frame[2] = (char)(len >> 8);
	frame[3] = (char)len;
	memcpy(frame + 8, options.hello, len);
	if (write(c->fd, frame, 8 + len) < 0)
		die("cannot write");
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
}

/* --- counting ------------------------------------------------------------ */

static void take_age(const char *from, size_t len)
{
	const char *sent = memmem(from, len, "\"sent\":", 7);

	if (sent && age_count < AGES_MAX)
		ages[age_count++] =
			now_ns(CLOCK_REALTIME) - strtoll(sent + 7, NULL, 10);
}

static void take(struct client *c, const char *at, size_t len)
{
	const char *lost;

	if (len < sizeof(NOTICE) - 1 ||
	    memcmp(at, NOTICE, sizeof(NOTICE) - 1) != 0) {
		c->dumplings++;
		if (options.ages)
			take_age(at, len < LOOK ? len : LOOK - NEEDLE_LEN);
		return;
	}
	lost = memmem(at, len, "\"lost\":", 7);
	if (lost)
		c->lost += strtoull(lost + 7, NULL, 10);
}

/*
 * The next needle.  Most dumplings are as long as the one before, so it is
 * looked for there first, at a tenth of the cost of reading all.
 */
static const char *find(const char *at, const char *end)
{
	static size_t usual;
	const char *hit = at + usual;

	if (usual > 0 && (size_t)(end - at) >= usual + NEEDLE_LEN &&
	    memcmp(hit, NEEDLE, NEEDLE_LEN) == 0)
		return hit;
	hit = memmem(at, (size_t)(end - at), NEEDLE, NEEDLE_LEN);
	if (hit && hit - at >= 64)
		usual = (size_t)(hit - at);
	return hit;
}

/*
 * Counts in text[0..len), which is followed by a NUL.  Returns how many bytes
 * at its end are to be seen again with what follows.
 */
static size_t count(struct client *c, const char *text, size_t len, bool last)
{
	const char *at = text, *end = text + len, *hit;

	while ((hit = find(at, end))) {
		if (!last && end - hit < LOOK)
			return (size_t)(end - hit);
		at = hit + NEEDLE_LEN;
		take(c, at, (size_t)(end - at));
	}
	if (last)
		return 0;
	return (size_t)(end - at) < NEEDLE_LEN ? (size_t)(end - at)
					       : NEEDLE_LEN - 1;
}

/* --- frames, RFC 6455 section 5.2 ---------------------------------------- */

static size_t head_size(const struct client *c)
{
	uint8_t len = c->head_len < 2 ? 0 : c->head[1] & 0x7f;

	return len == 127 ? 10 : len == 126 ? 4 : 2;
}

static void read_head(struct client *c)
{
	size_t size = head_size(c);

	c->left = c->head[1] & 0x7f;
	if (size > 2)
		c->left = 0;
	for (size_t i = 2; i < size; i++)
		c->left = c->left << 8 | c->head[i];
	if ((c->head[0] & 0x0f) == 8)
		closed_count++;
}

/* Takes one piece; room before `at` has what was kept. */
static void piece(struct client *c, char *at, size_t len)
{
	bool last = len == c->left;
	char *from = at - c->kept_len;
	char after = at[len];

	memcpy(from, c->kept, c->kept_len);
	at[len] = '\0';
	len += c->kept_len;
	c->kept_len = count(c, from, len, last);
	memcpy(c->kept, from + len - c->kept_len, c->kept_len);
	from[len] = after;
}

static void feed(struct client *c, char *at, size_t len)
{
	while (len > 0) {
		size_t n;

		if (c->left == 0) {
			c->head[c->head_len++] = (uint8_t)*at++;
			len--;
			if (c->head_len >= 2 && c->head_len == head_size(c)) {
				read_head(c);
				c->head_len = 0;
			}
			continue;
		}
		n = len < c->left ? len : (size_t)c->left;
		/* What is kept is put over bytes that were used. */
		piece(c, at, n);
		c->left -= n;
		at += n;
		len -= n;
	}
}

static bool readable(struct client *c)
{
	ssize_t n = read(c->fd, room + LOOK, READ_SIZE - 1);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	last_ns = now_ns(CLOCK_MONOTONIC);
	if (first_ns == 0)
		first_ns = last_ns;
	feed(c, room + LOOK, (size_t)n);
	if (!c->done && c->dumplings + c->lost >= options.total) {
		c->done = true;
		done_count++;
	}
	return true;
}

/* --- all ----------------------------------------------------------------- */

static int by_age(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void report(const struct client *all)
{
	double seconds = (double)(last_ns - first_ns) / 1e9;
	uint64_t dumplings = 0, lost = 0, least = UINT64_MAX;

	for (unsigned i = 0; i < options.clients; i++) {
		dumplings += all[i].dumplings;
		lost += all[i].lost;
		if (all[i].dumplings + all[i].lost < least)
			least = all[i].dumplings + all[i].lost;
	}
	printf("clients %u deliveries %llu lost %llu least %llu closed %u "
	       "seconds %.3f rate %.0f/s",
	       options.clients, (unsigned long long)dumplings,
	       (unsigned long long)lost, (unsigned long long)least,
	       closed_count, seconds,
	       seconds > 0 ? (double)dumplings / seconds : 0);
	if (age_count > 0) {
		qsort(ages, age_count, sizeof(*ages), by_age);
		printf(" p50 %.0f us p99 %.0f us",
		       (double)ages[age_count / 2] / 1e3,
		       (double)ages[age_count * 99 / 100] / 1e3);
	}
	printf("\n");
}

static void run(struct client *all, int epoll)
{
	int64_t end =
		now_ns(CLOCK_MONOTONIC) + (int64_t)(options.seconds * 1e9);
	unsigned open = options.clients;

	while (open > 0 && done_count < options.clients) {
		struct epoll_event events[256];
		int64_t left = end - now_ns(CLOCK_MONOTONIC);
		int n = left <= 0 ? 0
				  : epoll_wait(epoll, events, 256,
					       (int)(left / 1000000) + 1);

		if (left <= 0)
			break;
		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;

			if (!readable(c)) {
				close(c->fd);
				open--;
			}
		}
	}
	report(all);
}

static void read_options(int argc, char **argv)
{
	int o;

	while ((o = getopt(argc, argv, "H:p:n:m:t:s:l")) != -1) {
		switch (o) {
		case 'H':
			options.host = optarg;
			break;
		case 'p':
			options.port = optarg;
			break;
		case 'n':
			options.clients = (unsigned)atoi(optarg);
			break;
		case 'm':
			options.hello = optarg;
			break;
		case 't':
			options.total = strtoull(optarg, NULL, 10);
			break;
		case 's':
			options.seconds = atof(optarg);
			break;
		case 'l':
			options.ages = true;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct client *all;
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	read_options(argc, argv);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	all = calloc(options.clients, sizeof(*all));
	ages = malloc(AGES_MAX * sizeof(*ages));
	if (!all || !ages || epoll < 0)
		die("cannot begin");
	for (unsigned i = 0; i < options.clients; i++) {
		struct epoll_event event = {.events = EPOLLIN,
					    .data.ptr = &all[i]};

		all[i].fd = dial();
		greet(&all[i]);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event) < 0)
			die("epoll");
	}
	run(all, epoll);
	free(all);
	free(ages);
	close(epoll);
	return 0;
}
