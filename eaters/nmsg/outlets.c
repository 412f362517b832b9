/* SPDX-License-Identifier: MIT */
#include "outlets.h"

#include "log.h"
#include "loop.h"
#include "nmsg/nmsg_socket.h"
#include "pipe.h"
#include "uplink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEERS_MAX 256
#define STDOUT_NAME "standard output"

struct peer {
	char name[512];
	struct nmsg_output *out;
	bool stuck; /* it takes nothing, and that was said */
};

struct outlets {
	struct outlets_config config;
	struct files *files;
	struct pipe *pipe;
	struct peer peers[PEERS_MAX];
	size_t peer_count;
	size_t turn;       /* the next peer's, unless mirrored */
	char failed[4096]; /* whose error it was, "" for none */
	uint64_t too_long;
	uint64_t undelivered; /* messages that a peer did not take */
};

/* --- opening ------------------------------------------------------------- */

/* -errno, after a line in the log. */
static int fail(const char *name, int rc)
{
	const char *why = strerror(-rc);

	if (rc == -EINVAL)
		why = "it is not well formed";
	else if (rc == -ENXIO)
		why = "that host is not known";
	log_error("cannot write to %s: %s", name, why);
	return rc;
}

static struct peer *next_peer(struct outlets *o, const char *name)
{
	struct peer *p = &o->peers[o->peer_count];

	if (o->peer_count == PEERS_MAX)
		return NULL;
	snprintf(p->name, sizeof(p->name), "%s", name);
	return p;
}

static int add_peer(struct outlets *o, struct peer *p, struct nmsg_output *out)
{
	if (!out)
		return fail(p->name, -errno);
	p->out = out;
	o->peer_count++;
	return 0;
}

/* A range of ports is so many peers. */
static int open_socket(struct outlets *o, const char *text)
{
	struct nmsg_output_config config = o->config.output;
	struct nmsg_socket_spec spec;
	char one[sizeof(spec.host) + 32];
	struct peer *p;
	int rc = nmsg_socket_parse(&spec, text);

	if (rc < 0 || spec.first == 0)
		return fail(text, -EINVAL);
	for (int port = spec.first; rc == 0 && port <= spec.last; port++) {
		snprintf(one, sizeof(one), "%s/%d,%u", spec.host, port,
			 spec.rate);
		p = next_peer(o, one);
		if (!p)
			return fail(text, -E2BIG);
		*strrchr(p->name, ',') = '\0';
		rc = add_peer(o, p, nmsg_output_open_socket(one, &config));
	}
	return rc;
}

static int open_zeromq(struct outlets *o, const char *endpoint)
{
	struct peer *p = next_peer(o, endpoint);
	struct nmsg_output *out;
	int rc;

	if (!p)
		return fail(endpoint, -E2BIG);
	out = nmsg_output_open_zmq(endpoint, &o->config.output);
	rc = add_peer(o, p, out);
	if (rc == 0 && strstr(endpoint, ",accept"))
		log_info("sends at %s", nmsg_output_endpoint(out));
	return rc;
}

static int open_file(struct outlets *o)
{
	const struct files_config *c = &o->config.file;
	int rc;

	if (!c->path)
		return 0;
	if (strcmp(c->path, "-") == 0)
		o->pipe = pipe_new(&c->output, o->config.signal_fd);
	else
		o->files = files_new(c);
	if (o->pipe || o->files)
		return 0;
	rc = -errno;
	log_error("cannot write to %s: %s", c->path, strerror(errno));
	return rc;
}

struct outlets *outlets_new(const struct outlets_config *config)
{
	struct outlets *o = calloc(1, sizeof(*o));
	int rc;

	if (!o)
		return NULL;
	o->config = *config;
	rc = open_file(o);
	for (size_t i = 0; rc == 0 && i < config->sockets->count; i++)
		rc = open_socket(o, config->sockets->items[i]);
	for (size_t i = 0; rc == 0 && i < config->zeromqs->count; i++)
		rc = open_zeromq(o, config->zeromqs->items[i]);
	if (rc == 0)
		return o;
	outlets_free(o);
	errno = -rc;
	return NULL;
}

void outlets_free(struct outlets *o)
{
	if (!o)
		return;
	files_free(o->files);
	pipe_free(o->pipe);
	for (size_t i = 0; i < o->peer_count; i++)
		nmsg_output_close(o->peers[i].out);
	free(o);
}

/* --- writing ------------------------------------------------------------- */

/* Remembers what an error was of. */
static int note(struct outlets *o, const char *name, int rc)
{
	if (rc < 0 && rc != -EMSGSIZE && rc != -EINTR && !*o->failed)
		snprintf(o->failed, sizeof(o->failed), "%s", name);
	return rc;
}

static bool is_later(int rc)
{
	return rc == -EAGAIN || rc == -EINTR;
}

/* A peer that makes no room is waited for, until a signal comes. */
static int write_peer(struct outlets *o, struct peer *p,
		      const struct message *m)
{
	int rc;

	while (is_later(rc = nmsg_output_write(p->out, m))) {
		if (loop_stopped()) {
			o->undelivered++;
			return -EINTR;
		}
		if (!p->stuck)
			log_info("%s takes nothing; waiting for it", p->name);
		p->stuck = true;
	}
	if (rc == 0)
		p->stuck = false;
	return note(o, p->name, rc);
}

static int write_file(struct outlets *o, const struct message *m)
{
	if (o->pipe)
		return note(o, STDOUT_NAME, pipe_write(o->pipe, m));
	if (!o->files)
		return 0;
	return note(o, files_name(o->files), files_write(o->files, m));
}

static int write_peers(struct outlets *o, const struct message *m)
{
	size_t turn = o->turn;
	int rc = 0, first = 0;

	if (o->peer_count == 0)
		return 0;
	if (!o->config.mirror) {
		o->turn = (turn + 1) % o->peer_count;
		return write_peer(o, &o->peers[turn], m);
	}
	/* What one does not take others may. */
	for (size_t i = 0; i < o->peer_count; i++) {
		rc = write_peer(o, &o->peers[i], m);
		first = first < 0 ? first : rc;
	}
	return first;
}

int outlets_write(struct outlets *o, const struct message *m)
{
	int rc = write_file(o, m);

	if (rc == 0)
		rc = write_peers(o, m);
	if (rc != -EMSGSIZE)
		return rc;
	o->too_long++;
	return 0;
}

int outlets_send(struct outlets *o)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < o->peer_count; i++) {
		rc = nmsg_output_send(o->peers[i].out);
		/* What waits for its peer goes with the next. */
		rc = is_later(rc) ? 0 : note(o, o->peers[i].name, rc);
	}
	return rc;
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int outlets_wait_ms(const struct outlets *o)
{
	int ms = -1;

	if (o->pipe)
		ms = pipe_wait_ms(o->pipe);
	if (o->files)
		ms = files_wait_ms(o->files);
	for (size_t i = 0; i < o->peer_count; i++)
		ms = sooner(ms, nmsg_output_wait_ms(o->peers[i].out));
	return ms;
}

int outlets_tick(struct outlets *o)
{
	int rc = 0;

	if (o->pipe)
		rc = note(o, STDOUT_NAME, pipe_tick(o->pipe));
	if (o->files)
		rc = note(o, files_name(o->files), files_tick(o->files));
	for (size_t i = 0; rc == 0 && i < o->peer_count; i++) {
		rc = nmsg_output_tick(o->peers[i].out);
		/* What waits for its peer goes with the next. */
		rc = is_later(rc) ? 0 : note(o, o->peers[i].name, rc);
	}
	return rc;
}

int outlets_fd(const struct outlets *o)
{
	return o->pipe ? pipe_fd(o->pipe) : -1;
}

/* --- the end ------------------------------------------------------------- */

/* What errors of before were of was said already. */
static int finish_peer(struct outlets *o, struct peer *p)
{
	bool failed = strcmp(o->failed, p->name) == 0;
	uint64_t refused;
	int rc = nmsg_output_flush(p->out), closed;

	refused = nmsg_output_stats(p->out)->containers_refused;
	closed = nmsg_output_close(p->out);
	p->out = NULL;
	rc = closed < 0 || is_later(rc) ? closed : rc;
	if (refused > 0)
		log_error("%s: %" PRIu64 " container%s refused, for nobody "
			  "listens there",
			  p->name, refused, uplink_plural(refused));
	if (is_later(rc))
		log_error("%s takes nothing: its last messages were not "
			  "delivered",
			  p->name);
	else if (rc < 0 && !failed)
		fail(p->name, rc);
	return refused > 0 || rc < 0;
}

static int finish_files(struct outlets *o)
{
	bool failed = strcmp(o->failed, files_name(o->files)) == 0;
	int rc = files_finish(o->files);
	uint64_t lost = files_lost(o->files);

	if (rc < 0 && rc != -ECHILD && !failed)
		fail(files_name(o->files), rc);
	if (lost > 0)
		log_error("%" PRIu64 " message%s not written to %s", lost,
			  uplink_plural(lost), o->config.file.path);
	return rc < 0 || lost > 0;
}

static int tell(uint64_t n, const char *what)
{
	if (n > 0)
		log_error("%" PRIu64 " message%s %s", n, uplink_plural(n),
			  what);
	return n > 0;
}

int outlets_finish(struct outlets *o, int rc)
{
	/* poll() may have told of that, too. */
	bool pipe = o->pipe &&
		    (rc == -EPIPE || strcmp(o->failed, STDOUT_NAME) == 0);
	int status = 0;

	if (rc < 0 && rc != -EINTR && !pipe)
		status = fail(*o->failed ? o->failed : "anything", rc) < 0;
	if (o->pipe)
		status |= pipe_finish(o->pipe, pipe ? rc : 0);
	if (o->files)
		status |= finish_files(o);
	for (size_t i = 0; i < o->peer_count; i++)
		status |= finish_peer(o, &o->peers[i]);
	o->peer_count = 0;
	status |= tell(o->too_long, "too long for any container");
	return status | tell(o->undelivered, "not delivered");
}
