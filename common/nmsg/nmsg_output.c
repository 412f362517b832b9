/* SPDX-License-Identifier: MIT */
#include "nmsg_output.h"

#include "loop.h"
#include "nmsg_container.h"
#include "nmsg_crc.h"
#include "nmsg_fragments.h"
#include "nmsg_packer.h"
#include "nmsg_sender.h"
#include "nmsg_socket.h"
#include "nmsg_zmq.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATAGRAM_MAX 65507 /* IPv4's 65535 without its header and UDP's */
#define LINGER_MS 1000
/* A fragment is so much smaller than the largest container. */
#define FRAGMENT_LESS 32

#define COUNTER(member) offsetof(struct nmsg_output_stats, member)

const struct stat_counter nmsg_output_counters[] = {
	{"payloads", "Messages taken.", COUNTER(payloads), false},
	{"containers", "Containers made.", COUNTER(containers), false},
	{"fragments", "Fragments of containers sent.", COUNTER(fragments),
	 false},
	{"bytes", "Bytes of containers and fragments.", COUNTER(bytes), false},
	{"containers_refused",
	 "Datagrams that nobody listened for, or that the network refused.",
	 COUNTER(containers_refused), false},
	{"payloads_too_long", "Messages too long for any container.",
	 COUNTER(payloads_too_long), false},
	{0},
};

struct nmsg_output {
	struct nmsg_output_config config;
	struct nmsg_packer *packer;
	/* One of them is where it goes. */
	struct nmsg_sender *sender;
	struct nmsg_zmq *zmq;
	int fd;
	bool owned;

	bool due;         /* what is in the packer is to go now */
	bool overfull;    /* and is too large */
	int64_t flush_ns; /* when it is to go, 0 if nothing waits */
	uint8_t *fragment;
	struct nmsg_rate rate; /* of the spec, where config has none */
	struct nmsg_output_stats stats;
};

/* --- opening ------------------------------------------------------------- */

static size_t clamp(size_t n, size_t least, size_t most)
{
	return n < least ? least : n > most ? most : n;
}

static struct nmsg_output *new_output(const struct nmsg_output_config *c,
				      size_t usual, size_t most, bool sequenced)
{
	struct nmsg_output *out = calloc(1, sizeof(*out));
	struct nmsg_packer_config pack = {.sequenced = sequenced};

	if (!out)
		return NULL;
	if (c)
		out->config = *c;
	out->fd = -1;
	if (out->config.mtu == 0)
		out->config.mtu = usual;
	out->config.mtu = clamp(out->config.mtu, NMSG_CONTAINER_MIN, most);
	pack.max = out->config.mtu;
	pack.zlib = out->config.zlib;
	pack.level = out->config.level;
	out->packer = nmsg_packer_new(&pack);
	out->fragment = malloc(out->config.mtu + NMSG_FRAGMENTS_ROOM);
	if (out->packer && out->fragment)
		return out;
	nmsg_output_close(out);
	errno = ENOMEM;
	return NULL;
}

static struct nmsg_output *fail(struct nmsg_output *out, int error)
{
	nmsg_output_close(out);
	errno = error;
	return NULL;
}

struct nmsg_output *nmsg_output_open_fd(int fd,
					const struct nmsg_output_config *c)
{
	struct nmsg_output *out =
		new_output(c, NMSG_CONTAINER_MAX, NMSG_CONTAINER_MAX, false);

	if (out)
		out->fd = fd;
	return out;
}

struct nmsg_output *nmsg_output_open_file(const char *path,
					  const struct nmsg_output_config *c)
{
	struct nmsg_output *out;
	int fd = STDOUT_FILENO;

	if (strcmp(path, "-") == 0)
		return nmsg_output_open_fd(fd, c);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	out = fd < 0 ? NULL : nmsg_output_open_fd(fd, c);
	if (out)
		out->owned = true;
	else if (fd >= 0)
		close(fd);
	return out;
}

struct nmsg_output *nmsg_output_open_socket(const char *text,
					    const struct nmsg_output_config *c)
{
	struct nmsg_socket_spec spec;
	struct nmsg_output *out;
	int fd, rc = nmsg_socket_parse(&spec, text);

	if (rc < 0 || spec.first == 0) {
		errno = EINVAL;
		return NULL;
	}
	out = new_output(c, NMSG_CONTAINER_UDP, DATAGRAM_MAX, true);
	if (!out)
		return NULL;
	fd = nmsg_socket_connect(&spec, spec.first);
	if (fd < 0)
		return fail(out, -fd);
	out->rate.per_second = spec.rate;
	out->sender = nmsg_sender_new(fd, out->config.mtu + NMSG_FRAGMENTS_ROOM,
				      out->config.batch,
				      out->config.rate ? out->config.rate
						       : &out->rate);
	return out->sender ? out : fail(out, ENOMEM);
}

struct nmsg_output *nmsg_output_open_zmq(const char *endpoint,
					 const struct nmsg_output_config *c)
{
	struct nmsg_output_config copy =
		c ? *c : (struct nmsg_output_config){0};
	struct nmsg_output *out;

	copy.mtu = NMSG_CONTAINER_UDP;
	out = new_output(&copy, copy.mtu, copy.mtu, true);
	if (!out)
		return NULL;
	out->zmq = nmsg_zmq_open(endpoint, true);
	if (!out->zmq)
		return fail(out, errno);
	nmsg_zmq_set_patient(out->zmq, copy.patient);
	return out;
}

/* --- sending ------------------------------------------------------------- */

/* A file that could not take all of it ends where it was whole. */
static int write_file(const struct nmsg_output *out, const uint8_t *data,
		      size_t len)
{
	struct pollfd p = {.fd = out->fd, .events = POLLOUT};
	size_t done = 0;
	struct stat st;
	int error;

	while (done < len) {
		ssize_t n = write(out->fd, data + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			poll(&p, 1, -1); /* a pipe that another made so */
		else if (errno != EINTR)
			break;
	}
	if (done == len)
		return 0;
	error = errno;
	if (done > 0 && fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t end = lseek(out->fd, -(off_t)done, SEEK_CUR);

		if (end < 0 || ftruncate(out->fd, end) < 0)
			return -error;
	}
	return -error;
}

static int zmq_timeout(const struct nmsg_output *out)
{
	return out->config.timeout_ms > 0 ? out->config.timeout_ms : -1;
}

/* Sends one container or fragment, header and all. */
static int send_one(struct nmsg_output *out, const uint8_t *data, size_t len)
{
	int rc;

	out->stats.bytes += len;
	if (out->zmq)
		return nmsg_zmq_send(out->zmq, data, len, zmq_timeout(out));
	if (!out->sender)
		return write_file(out, data, len);
	rc = nmsg_sender_put(out->sender, data, len);
	out->stats.containers_refused = nmsg_sender_refused(out->sender);
	return rc;
}

static int send_fragments(struct nmsg_output *out, const uint8_t *body,
			  size_t len, unsigned int flags)
{
	size_t most = out->config.mtu - FRAGMENT_LESS;
	struct nmsg_fragments_part part = {
		.last = (uint32_t)((len - 1) / most),
		.crc = nmsg_crc(body, len),
	};
	int rc = 0;

	if (getrandom(&part.id, sizeof(part.id), 0) < 0)
		return -errno;
	for (; len > 0 && rc == 0; part.current++) {
		size_t n = len < most ? len : most;

		rc = send_one(out, out->fragment,
			      nmsg_fragments_put(out->fragment, &part, flags,
						 body, n));
		out->stats.fragments++;
		body += n;
		len -= n;
	}
	return rc;
}

/* Whether the container may still go out, if the same is asked again. */
static bool is_later(int rc)
{
	return rc == -EAGAIN || rc == -EINTR;
}

/* What waits for ZeroMQ's peer to make room. */
static int send_waiting(struct nmsg_output *out)
{
	if (!out->zmq || !nmsg_zmq_waits(out->zmq))
		return 0;
	return nmsg_zmq_send(out->zmq, NULL, 0, zmq_timeout(out));
}

/* Sends that, and then what is in the packer. */
static int send_container(struct nmsg_output *out)
{
	bool overfull = out->overfull;
	unsigned int flags;
	uint8_t *body;
	size_t len;
	int rc = send_waiting(out);

	if (rc < 0)
		return rc;
	out->flush_ns = 0;
	out->due = out->overfull = false;
	if (nmsg_packer_count(out->packer) == 0)
		return 0;
	rc = nmsg_packer_seal(out->packer, &body, &len, &flags);
	if (rc < 0)
		return rc;
	out->stats.containers++;
	if (overfull && !out->zmq && len > out->config.mtu - FRAGMENT_LESS)
		return send_fragments(out, body, len, flags);
	nmsg_container_put_header(body - NMSG_CONTAINER_HEADER, flags, len);
	rc = send_one(out, body - NMSG_CONTAINER_HEADER,
		      len + NMSG_CONTAINER_HEADER);
	/* ZeroMQ's own queue is not the only place where one may wait. */
	return is_later(rc) ? 0 : rc;
}

/* --- messages ------------------------------------------------------------ */

static int add(struct nmsg_output *out, const struct message *m)
{
	const struct nmsg_output_config *c = &out->config;
	struct message set;

	if (c->source || c->operator_id || c->group) {
		set = *m;
		set.source = c->source ? c->source : m->source;
		set.operator_id =
			c->operator_id ? c->operator_id : m->operator_id;
		set.group = c->group ? c->group : m->group;
		m = &set;
	}
	return nmsg_packer_add(out->packer, m);
}

int nmsg_output_write(struct nmsg_output *out, const struct message *m)
{
	int rc = out->due ? send_container(out) : 0;

	if (rc < 0)
		return rc;
	rc = add(out, m);
	if (rc == -ENOSPC) {
		rc = send_container(out);
		if (rc == 0)
			rc = add(out, m);
	}
	out->stats.payloads_too_long += rc == -EMSGSIZE;
	if (rc < 0)
		return rc;
	out->stats.payloads++;
	out->overfull = rc == 1;
	out->due = rc == 1 || out->config.unbuffered;
	if (!out->due) {
		if (out->config.flush_ms > 0 && out->flush_ns == 0)
			out->flush_ns = loop_now_ns() +
					(int64_t)out->config.flush_ms * 1000000;
		return 0;
	}
	rc = send_container(out);
	return is_later(rc) ? 0 : rc; /* with the next */
}

int nmsg_output_set_zlib(struct nmsg_output *out, bool zlib)
{
	return nmsg_packer_set_zlib(out->packer, zlib);
}

int nmsg_output_flush(struct nmsg_output *out)
{
	int rc = send_container(out);

	/* It may have become what waits for the peer. */
	return rc < 0 ? rc : nmsg_output_send(out);
}

int nmsg_output_send(struct nmsg_output *out)
{
	int rc;

	if (!out->sender)
		return out->due ? send_container(out) : send_waiting(out);
	rc = nmsg_sender_flush(out->sender);
	out->stats.containers_refused = nmsg_sender_refused(out->sender);
	return rc;
}

int nmsg_output_wait_ms(const struct nmsg_output *out)
{
	return out->flush_ns ? loop_timeout_ms(out->flush_ns) : -1;
}

int nmsg_output_tick(struct nmsg_output *out)
{
	if (out->flush_ns == 0 || loop_now_ns() < out->flush_ns)
		return 0;
	return nmsg_output_flush(out);
}

int nmsg_output_close(struct nmsg_output *out)
{
	int rc = 0;

	if (!out)
		return 0;
	if (out->config.linger_ms <= 0)
		out->config.linger_ms = LINGER_MS;
	out->config.timeout_ms = out->config.linger_ms;
	if (out->sender || out->zmq || out->fd >= 0)
		rc = nmsg_output_flush(out);
	nmsg_sender_free(out->sender);
	nmsg_zmq_close(out->zmq, out->config.linger_ms);
	if (out->owned && close(out->fd) < 0 && rc == 0)
		rc = -errno;
	nmsg_packer_free(out->packer);
	free(out->fragment);
	free(out);
	return rc;
}

const struct nmsg_output_stats *nmsg_output_stats(const struct nmsg_output *o)
{
	return &o->stats;
}

const char *nmsg_output_endpoint(const struct nmsg_output *out)
{
	return out->zmq ? nmsg_zmq_endpoint(out->zmq) : "";
}
