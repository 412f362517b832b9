/* SPDX-License-Identifier: MIT */
#include "log.h"
#include "loop.h"
#include "nmsg_output.h"
#include "outlet.h"

#include <errno.h>
#include <inttypes.h>

/* Datagrams for one call to the kernel. */
#define BATCH 64

/* How long a write waits for a peer before it looks for signals. */
#define LOOK_MS 100

/* How often it looks once more, at the end after a signal. */
#define PATIENCE 20

typedef struct nmsg_output *open_fn(const char *name,
				    const struct nmsg_output_config *config);

static int open_output(struct outlet *o, open_fn *open)
{
	const struct settings *s = o->settings;
	const struct nmsg_output_config config = {
		.mtu = o->kind == &to_nmsg_udp ? s->mtu : 0,
		.zlib = s->zlibout,
		.level = (int)s->zlib_level,
		.unbuffered = s->unbuffered,
		.batch = BATCH,
		.timeout_ms = LOOK_MS,
		.patient = o->patient,
		.rate = o->rate,
	};

	o->state = open(outlet_path(o), &config);
	return o->state ? 0 : -errno;
}

static int open_file(struct outlet *o)
{
	return open_output(o, nmsg_output_open_file);
}

static int open_udp(struct outlet *o)
{
	return open_output(o, nmsg_output_open_socket);
}

static int open_zeromq(struct outlet *o)
{
	return open_output(o, nmsg_output_open_zmq);
}

/* A peer that makes no room is waited for, until a signal comes. */
static bool goes_on(int rc)
{
	return (rc == -EAGAIN || rc == -EINTR) && !loop_stopped();
}

static int write_message(struct outlet *o, const struct message *m)
{
	int rc;

	do
		rc = nmsg_output_write(o->state, m);
	while (goes_on(rc));
	if (rc == -EMSGSIZE)
		return -EBADMSG;
	return rc == -EAGAIN ? -EINTR : rc;
}

static int flush(struct outlet *o)
{
	int rc;

	do
		rc = nmsg_output_flush(o->state);
	while (goes_on(rc));
	return rc == -EAGAIN ? -EINTR : rc;
}

static int send_ready(struct outlet *o)
{
	int rc;

	do
		rc = nmsg_output_send(o->state);
	while (goes_on(rc));
	return rc == -EAGAIN ? -EINTR : rc;
}

static void tell(const struct outlet *o)
{
	const struct nmsg_output_stats *s = nmsg_output_stats(o->state);

	if (s->containers_refused > 0)
		log_error("%s: %" PRIu64 " container%s refused, for nobody "
			  "listens there",
			  o->name, s->containers_refused,
			  s->containers_refused == 1 ? "" : "s");
}

static int close_output(struct outlet *o)
{
	int rc, closed;

	for (int i = 0; i < PATIENCE; i++) {
		rc = flush(o);
		if (rc != -EINTR)
			break;
	}
	tell(o);
	closed = nmsg_output_close(o->state);
	o->state = NULL;
	if (rc == -EINTR)
		rc = -ETIMEDOUT;
	return rc < 0 ? rc : closed;
}

static void free_output(struct outlet *o)
{
	if (o->state)
		nmsg_output_close(o->state);
	o->state = NULL;
}

const struct outlet_kind to_nmsg_file = {
	".nmsg",    open_file,    write_message, flush,
	send_ready, close_output, free_output,
};

const struct outlet_kind to_nmsg_udp = {
	NULL,       open_udp,     write_message, flush,
	send_ready, close_output, free_output,
};

const struct outlet_kind to_nmsg_zeromq = {
	NULL,       open_zeromq,  write_message, flush,
	send_ready, close_output, free_output,
};
