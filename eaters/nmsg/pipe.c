/* SPDX-License-Identifier: MIT */
#include "pipe.h"

#include "log.h"
#include "loop.h"
#include "nmsg/nmsg_container.h"
#include "nmsg/nmsg_packer.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>

struct pipe {
	struct nmsg_output_config config;
	struct nmsg_packer *packer;
	struct output out;
	int64_t flush_ns; /* when it is to go, 0 if nothing waits */
};

struct pipe *pipe_new(const struct nmsg_output_config *config, int signal_fd)
{
	const struct nmsg_packer_config pack = {
		.max = NMSG_CONTAINER_MAX,
		.zlib = config->zlib,
	};
	struct pipe *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->config = *config;
	p->packer = nmsg_packer_new(&pack);
	output_open(&p->out, signal_fd);
	if (p->packer)
		return p;
	pipe_free(p);
	errno = ENOMEM;
	return NULL;
}

void pipe_free(struct pipe *p)
{
	if (!p)
		return;
	nmsg_packer_free(p->packer);
	output_close(&p->out);
	free(p);
}

static int seal(struct pipe *p)
{
	uint8_t header[NMSG_CONTAINER_HEADER], *body;
	unsigned int flags;
	size_t len;
	int rc;

	p->flush_ns = 0;
	if (nmsg_packer_count(p->packer) == 0)
		return 0;
	rc = nmsg_packer_seal(p->packer, &body, &len, &flags);
	if (rc < 0)
		return rc;
	nmsg_container_put_header(header, flags, len);
	text_put(&p->out.text, header, sizeof(header));
	text_put(&p->out.text, body, len);
	return p->out.text.error;
}

int pipe_flush(struct pipe *p)
{
	int rc = seal(p);

	return rc < 0 ? rc : output_flush(&p->out);
}

int pipe_write(struct pipe *p, const struct message *m)
{
	int rc = nmsg_packer_add(p->packer, m);

	if (rc == -ENOSPC) {
		rc = pipe_flush(p);
		if (rc == 0)
			rc = nmsg_packer_add(p->packer, m);
	}
	if (rc == 1)
		return pipe_flush(p);
	if (rc == 0 && p->config.flush_ms > 0 && p->flush_ns == 0)
		p->flush_ns =
			loop_now_ns() + (int64_t)p->config.flush_ms * 1000000;
	return rc;
}

int pipe_wait_ms(const struct pipe *p)
{
	return p->flush_ns ? loop_timeout_ms(p->flush_ns) : -1;
}

int pipe_tick(struct pipe *p)
{
	if (p->flush_ns == 0 || loop_now_ns() < p->flush_ns)
		return 0;
	return pipe_flush(p);
}

int pipe_fd(const struct pipe *p)
{
	return p->out.fd;
}

int pipe_finish(struct pipe *p, int rc)
{
	/* A signal that came is no reason not to wait for the rest. */
	if (rc == 0 || (rc == -EINTR && loop_stopped()))
		rc = seal(p);
	if (rc == 0 && p->out.text.len > 0)
		rc = output_finish(&p->out, 0) == 0 ? 0 : -ETIMEDOUT;
	else if (rc == -EPIPE)
		log_error("nobody reads standard output any more");
	else if (rc < 0)
		output_finish(&p->out, rc);
	return rc < 0;
}
