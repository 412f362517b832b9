/* SPDX-License-Identifier: MIT */
#include "files.h"

#include "log.h"
#include "loop.h"
#include "rotate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a message takes in a container beside its payload, about. */
#define AROUND 24

struct files {
	struct files_config config;
	struct rotate rotate;
	struct nmsg_output *out; /* NULL until the file's first message */
	int64_t begun_ns;
	uint64_t count; /* of messages in this file */
	/* Messages that no container holds yet, their bytes; containers. */
	uint64_t held, held_bytes, containers;
	uint64_t lost;
	bool unkicked; /* the command did not start */
};

static bool rotates(const struct files *f)
{
	const struct files_config *c = &f->config;

	return c->count > 0 || c->bytes > 0 || c->lasts_ns > 0;
}

const char *files_name(const struct files *f)
{
	return rotates(f) ? f->rotate.part : f->config.path;
}

static int begin(struct files *f)
{
	int rc = rotates(f) ? rotate_begin(&f->rotate) : 0;

	if (rc < 0)
		return rc;
	f->out = nmsg_output_open_file(files_name(f), &f->config.output);
	if (!f->out)
		return -errno;
	f->begun_ns = loop_now_ns();
	f->count = f->held = f->held_bytes = f->containers = 0;
	return 0;
}

struct files *files_new(const struct files_config *config)
{
	struct files *f = calloc(1, sizeof(*f));
	int rc;

	if (!f)
		return NULL;
	f->config = *config;
	f->rotate = (struct rotate){
		.path = config->path,
		.suffix = ".nmsg",
		.kicker = config->kicker ? config->kicker : "",
	};
	rc = begin(f);
	if (rc == 0)
		return f;
	free(f);
	errno = -rc;
	return NULL;
}

/* The command need not be there; that it is not is said once. */
static int name_file(struct files *f)
{
	int rc;

	if (!rotates(f))
		rc = rotate_kick(&f->rotate, f->config.path);
	else if (f->count > 0)
		rc = rotate_end(&f->rotate);
	else
		rc = unlink(f->rotate.part) < 0 ? -errno : 0;
	if (rc != -ECHILD)
		return rc;
	if (!f->unkicked)
		log_error("the command '%s' cannot be run", f->config.kicker);
	f->unkicked = true;
	return 0;
}

/* The file is whole, even after an error, and gets its name. */
static int end(struct files *f)
{
	int rc = nmsg_output_close(f->out), named;

	f->out = NULL;
	if (rc < 0)
		f->lost += f->held;
	f->held = 0;
	named = name_file(f);
	return rc < 0 ? rc : named;
}

void files_free(struct files *f)
{
	if (!f)
		return;
	if (f->out)
		nmsg_output_close(f->out);
	free(f);
}

static bool is_full(const struct files *f)
{
	const struct files_config *c = &f->config;
	uint64_t bytes = nmsg_output_stats(f->out)->bytes + f->held_bytes;

	return (c->count > 0 && f->count >= c->count) ||
	       (c->bytes > 0 && bytes >= c->bytes);
}

int files_write(struct files *f, const struct message *m)
{
	int rc = f->out ? 0 : begin(f);

	if (rc == 0)
		rc = nmsg_output_write(f->out, m);
	if (rc == -EMSGSIZE)
		return rc;
	if (rc < 0) {
		f->lost += f->held + 1;
		f->held = 0;
		return rc;
	}
	f->count++;
	if (nmsg_output_stats(f->out)->containers != f->containers)
		f->held = f->held_bytes = 0;
	f->containers = nmsg_output_stats(f->out)->containers;
	f->held++;
	f->held_bytes += m->payload_len + AROUND;
	return is_full(f) ? end(f) : 0;
}

int files_wait_ms(const struct files *f)
{
	int flush_ms, end_ms;

	if (!f->out || f->count == 0)
		return -1;
	flush_ms = nmsg_output_wait_ms(f->out);
	if (f->config.lasts_ns == 0)
		return flush_ms;
	end_ms = loop_timeout_ms(f->begun_ns + f->config.lasts_ns);
	return flush_ms < 0 || end_ms < flush_ms ? end_ms : flush_ms;
}

int files_tick(struct files *f)
{
	int rc;

	if (!f->out || f->count == 0)
		return 0;
	if (f->config.lasts_ns > 0 &&
	    loop_now_ns() >= f->begun_ns + f->config.lasts_ns)
		return end(f);
	rc = nmsg_output_tick(f->out);
	if (rc < 0) {
		f->lost += f->held;
		f->held = 0;
	} else if (nmsg_output_stats(f->out)->containers != f->containers) {
		f->containers = nmsg_output_stats(f->out)->containers;
		f->held = f->held_bytes = 0;
	}
	return rc;
}

uint64_t files_lost(const struct files *f)
{
	return f->lost;
}

int files_finish(struct files *f)
{
	int rc = f->out ? end(f) : 0;

	return rc == 0 && f->unkicked ? -ECHILD : rc;
}
