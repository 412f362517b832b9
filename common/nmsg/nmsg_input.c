/* SPDX-License-Identifier: MIT */
#include "nmsg_input.h"

#include "loop.h"
#include "nmsg_container.h"
#include "nmsg_datagrams.h"
#include "nmsg_fragments.h"
#include "nmsg_sequence.h"
#include "nmsg_stream.h"
#include "nmsg_zlib.h"
#include "nmsg_zmq.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define FRAGMENT_MEMORY ((size_t)64 * 1024 * 1024)

#define PASSED_MAX 1024

#define COUNTER(member) offsetof(struct nmsg_input_stats, member)

const struct stat_counter nmsg_input_counters[] = {
	{"containers", "Containers taken.", COUNTER(containers), false},
	{"payloads", "Messages taken.", COUNTER(payloads), false},
	{"containers_lost",
	 "Containers that senders numbered and that did not come in their "
	 "turn.",
	 COUNTER(containers_lost), false},
	{"containers_late", "Of the lost, those that came later.",
	 COUNTER(containers_late), false},
	{"containers_bad", "Containers that were not well formed, or cut off.",
	 COUNTER(containers_bad), false},
	{"payloads_bad", "Messages whose checksum was wrong.",
	 COUNTER(payloads_bad), false},
	{"fragments", "Fragments of containers taken.", COUNTER(fragments),
	 false},
	{"fragments_bad", "Fragments that were not well formed.",
	 COUNTER(fragments_bad), false},
	{"fragments_expired",
	 "Containers of which a fragment did not come in time, or that had to "
	 "make room for others.",
	 COUNTER(fragments_expired), false},
	{"bytes_skipped", "Bytes of files that belonged to no good container.",
	 COUNTER(bytes_skipped), false},
	{"bytes", "Bytes of containers and fragments that came.",
	 COUNTER(bytes), false},
	{0},
};

struct nmsg_input {
	/* One of them is where it comes from, or `fed`. */
	struct nmsg_stream *stream;
	struct nmsg_datagrams *datagrams;
	struct nmsg_zmq *zmq;
	const uint8_t *fed;
	size_t fed_len;

	struct nmsg_container container; /* that is being read */
	struct nmsg_fragments *fragments;
	struct nmsg_sequence *sequence;
	struct nmsg_zlib_unpack *zlib;
	struct nmsg_input_stats stats;
};

/* What came, and from whom. */
struct arrival {
	unsigned int flags;
	const uint8_t *body;
	size_t len;
	const uint8_t *peer;
	size_t peer_len;
	int64_t now_ns;
};

/* --- opening ------------------------------------------------------------- */

static struct nmsg_input *new_input(void)
{
	struct nmsg_input *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->fragments = nmsg_fragments_new(FRAGMENT_MEMORY);
	in->sequence = nmsg_sequence_new();
	in->zlib = nmsg_zlib_unpack_new();
	if (in->fragments && in->sequence && in->zlib)
		return in;
	nmsg_input_close(in);
	errno = ENOMEM;
	return NULL;
}

/* The input, if what it reads from was opened. */
static struct nmsg_input *opened(struct nmsg_input *in)
{
	int error = errno;

	if (!in || in->stream || in->datagrams || in->zmq)
		return in;
	nmsg_input_close(in);
	errno = error;
	return NULL;
}

struct nmsg_input *nmsg_input_open_file(const char *path)
{
	struct nmsg_input *in = new_input();

	if (in)
		in->stream = nmsg_stream_open(path);
	return opened(in);
}

struct nmsg_input *nmsg_input_open_fd(int fd)
{
	struct nmsg_input *in = new_input();

	if (in)
		in->stream = nmsg_stream_open_fd(fd);
	return opened(in);
}

struct nmsg_input *nmsg_input_open_socket(const char *spec)
{
	struct nmsg_input *in = new_input();

	if (in)
		in->datagrams = nmsg_datagrams_open(spec);
	return opened(in);
}

struct nmsg_input *nmsg_input_open_zmq(const char *endpoint)
{
	struct nmsg_input *in = new_input();

	if (in)
		in->zmq = nmsg_zmq_open(endpoint, false);
	return opened(in);
}

struct nmsg_input *nmsg_input_open_memory(void)
{
	return new_input();
}

void nmsg_input_close(struct nmsg_input *in)
{
	if (!in)
		return;
	nmsg_stream_close(in->stream);
	nmsg_datagrams_close(in->datagrams);
	nmsg_zmq_close(in->zmq, 0);
	nmsg_fragments_free(in->fragments);
	nmsg_sequence_free(in->sequence);
	nmsg_zlib_unpack_free(in->zlib);
	free(in);
}

/* --- what comes ---------------------------------------------------------- */

/* A datagram, and a part of ZeroMQ, is one container and no more. */
static int split(struct arrival *a, const uint8_t *data, size_t len)
{
	struct nmsg_container_header header;

	if (nmsg_container_header(data, len, &header) != 1 ||
	    header.version != 2 || header.len + header.body_len != len)
		return -EBADMSG;
	a->flags = header.flags;
	a->body = data + header.len;
	a->len = header.body_len;
	return 1;
}

static int get_stream(struct nmsg_input *in, struct arrival *a)
{
	struct nmsg_stream_one one;
	const struct nmsg_stream_stats *s = nmsg_stream_stats(in->stream);
	uint64_t cut = s->cut;
	int rc = nmsg_stream_next(in->stream, &one);

	in->stats.containers_bad += s->cut - cut;
	in->stats.bytes_skipped = s->skipped;
	if (rc != 1)
		return rc;
	a->flags = one.header.flags;
	a->body = one.body;
	a->len = one.header.body_len;
	in->stats.bytes += one.header.len + a->len;
	return 1;
}

static int get_datagram(struct nmsg_input *in, struct arrival *a)
{
	struct nmsg_datagrams_one one;
	int rc = nmsg_datagrams_next(in->datagrams, &one);

	if (rc != 1)
		return rc;
	a->peer = one.peer;
	a->peer_len = one.peer_len;
	in->stats.bytes += one.len;
	return split(a, one.data, one.len);
}

static int get_zmq(struct nmsg_input *in, struct arrival *a)
{
	const uint8_t *data;
	size_t len;
	int rc = nmsg_zmq_receive(in->zmq, &data, &len);

	if (rc != 1)
		return rc;
	in->stats.bytes += len;
	return split(a, data, len);
}

static int get_fed(struct nmsg_input *in, struct arrival *a)
{
	const uint8_t *data = in->fed;

	if (!data)
		return -ENODATA;
	in->fed = NULL;
	in->stats.bytes += in->fed_len;
	return split(a, data, in->fed_len);
}

/* 1; 0 for nothing now; -EBADMSG for what is no container; -ENODATA; -errno. */
static int get_arrival(struct nmsg_input *in, struct arrival *a)
{
	if (in->stream)
		return get_stream(in, a);
	if (in->datagrams)
		return get_datagram(in, a);
	if (in->zmq)
		return get_zmq(in, a);
	return get_fed(in, a);
}

/* --- containers ---------------------------------------------------------- */

/* 1 if a fragment was the last of a body, and then *a is all of it. */
static int take_fragment(struct nmsg_input *in, struct arrival *a)
{
	const struct nmsg_fragments_stats *s =
		nmsg_fragments_stats(in->fragments);
	struct nmsg_fragments_whole whole;
	int rc = nmsg_fragments_take(in->fragments, a->body, a->len, a->flags,
				     a->peer, a->peer_len, a->now_ns, &whole);

	in->stats.fragments = s->taken;
	in->stats.fragments_bad = s->bad;
	in->stats.fragments_expired = s->expired;
	if (rc != 1)
		return rc;
	a->flags = whole.flags;
	a->body = whole.body;
	a->len = whole.len;
	return 1;
}

static void take_sequence(struct nmsg_input *in, const struct arrival *a)
{
	const struct nmsg_sequence_stats *s = nmsg_sequence_stats(in->sequence);
	const struct nmsg_container *c = &in->container;

	if (!c->has_sequence)
		return;
	nmsg_sequence_take(in->sequence, c->sequence_id, c->sequence, a->peer,
			   a->peer_len, a->now_ns);
	in->stats.containers_lost = s->lost;
	in->stats.containers_late = s->late;
}

/* 1 if in->container can be read now, 0 if not yet, -EBADMSG, -ENOMEM. */
static int take(struct nmsg_input *in, struct arrival *a)
{
	int rc;

	a->now_ns = loop_now_ns();
	if (a->flags & NMSG_CONTAINER_FRAGMENT) {
		rc = take_fragment(in, a);
		if (rc != 1)
			return rc;
	}
	if (a->flags & NMSG_CONTAINER_ZLIB) {
		rc = nmsg_zlib_unpack(in->zlib, a->body, a->len, &a->body,
				      &a->len);
		if (rc < 0)
			return rc;
	}
	rc = nmsg_container_open(&in->container, a->body, a->len);
	if (rc < 0)
		return rc;
	in->stats.containers++;
	take_sequence(in, a);
	return 1;
}

static void expire(struct nmsg_input *in)
{
	nmsg_fragments_expire(in->fragments, loop_now_ns());
	in->stats.fragments_expired =
		nmsg_fragments_stats(in->fragments)->expired;
}

/* As take(), of the next that comes; -ENODATA, -errno of the source. */
static int next_container(struct nmsg_input *in)
{
	struct arrival a = {.peer_len = 0};
	int rc = get_arrival(in, &a);

	if (rc == 0)
		expire(in);
	if (rc == 1) {
		rc = take(in, &a);
		if (rc == 0)
			return 1; /* of a fragment no message is to be had */
		if (rc == -EBADMSG && in->stream)
			nmsg_stream_reject(in->stream);
	}
	if (rc != -EBADMSG)
		return rc;
	if (!(a.flags & NMSG_CONTAINER_FRAGMENT))
		in->stats.containers_bad++;
	return 1;
}

/* --- waiting ------------------------------------------------------------- */

static int wait_for(struct nmsg_input *in, int timeout_ms)
{
	struct pollfd p = {.events = POLLIN};
	int rc;

	if (in->zmq)
		return nmsg_zmq_wait(in->zmq, timeout_ms);
	p.fd = nmsg_input_fd(in);
	rc = poll(&p, 1, timeout_ms);
	return rc < 0 ? -errno : rc;
}

/*
 * Whether containers without messages have kept a caller that does not wait
 * from other things for long.  Of ZeroMQ's descriptor it would not learn that
 * there is more.
 */
static bool is_enough(const struct nmsg_input *in, int timeout_ms,
		      unsigned int passed)
{
	return timeout_ms == 0 && passed >= PASSED_MAX && !in->zmq;
}

int nmsg_input_next(struct nmsg_input *in, struct message *m, int timeout_ms)
{
	unsigned int passed = 0;
	int64_t deadline = -1;
	int rc;

	while (true) {
		rc = nmsg_container_next(&in->container, m);
		if (rc == 1) {
			in->stats.payloads++;
			return 1;
		}
		if (rc < 0) {
			in->stats.payloads_bad++;
			continue;
		}
		in->container = (struct nmsg_container){0};
		rc = next_container(in);
		if (rc == 1 && !is_enough(in, timeout_ms, ++passed))
			continue;
		if (rc == 1)
			return 0;
		if (rc < 0 || timeout_ms == 0)
			return rc;
		if (timeout_ms > 0 && deadline < 0)
			deadline =
				loop_now_ns() + (int64_t)timeout_ms * 1000000;
		if (deadline >= 0)
			timeout_ms = loop_timeout_ms(deadline);
		rc = wait_for(in, timeout_ms);
		if (rc < 0)
			return rc;
	}
}

int nmsg_input_fd(const struct nmsg_input *in)
{
	if (in->stream)
		return nmsg_stream_fd(in->stream);
	if (in->datagrams)
		return nmsg_datagrams_fd(in->datagrams);
	return in->zmq ? nmsg_zmq_fd(in->zmq) : -1;
}

void nmsg_input_feed(struct nmsg_input *in, const void *data, size_t len)
{
	in->fed = data;
	in->fed_len = len;
}

const struct nmsg_input_stats *nmsg_input_stats(const struct nmsg_input *in)
{
	return &in->stats;
}

int nmsg_input_port(const struct nmsg_input *in)
{
	return in->datagrams ? nmsg_datagrams_port(in->datagrams) : 0;
}

const char *nmsg_input_endpoint(const struct nmsg_input *in)
{
	return in->zmq ? nmsg_zmq_endpoint(in->zmq) : "";
}
