/* SPDX-License-Identifier: MIT */
#include "intake.h"
#include "log.h"
#include "loop.h"
#include "nmsg_json.h"
#include "nmsg_pres.h"
#include "reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Messages of one step, at most. */
#define TURN 512

struct from_text {
	struct reader reader;
	bool is_json;
	struct nmsg_json json;
	struct nmsg_pres pres;
	int64_t now_ns;
};

/* As nmsg_json_next(), of what is at hand. */
static int next(struct from_text *t, struct message *m)
{
	struct reader *r = &t->reader;
	const char *text = r->buf + r->start;
	size_t len = r->end - r->start, used = 0;
	int rc;

	if (len == 0)
		return 0;
	if (t->is_json)
		rc = nmsg_json_next(&t->json, text, len, r->ended, t->now_ns,
				    &used, m);
	else
		rc = nmsg_pres_next(&t->pres, text, len, r->ended, t->now_ns,
				    &used, m);
	r->start += used;
	return rc;
}

static const char *what_is_wrong(const struct from_text *t, int rc)
{
	if (rc == -ENODATA)
		return "a message has bytes that the text does not show";
	if (rc == -EMSGSIZE)
		return "a message is too long";
	return t->is_json ? "a line is no message" : "text is no message";
}

/* More text: 1, 0 for none yet, -ENODATA at the end, or -errno. */
static int more(struct intake *in)
{
	struct from_text *t = in->state;
	struct reader *r = &t->reader;
	int rc;

	if (r->ended)
		return -ENODATA;
	rc = reader_more(r);
	if (rc == -ENODATA) /* what is at hand is whole now */
		return 1;
	if (rc != -EMSGSIZE)
		return rc;
	intake_malformed(in, what_is_wrong(t, rc));
	r->start = r->end;
	return 1;
}

static int step(struct intake *in)
{
	struct from_text *t = in->state;
	struct message m;
	int rc = 1;

	t->now_ns = loop_wall_ns();
	for (int i = 0; i < TURN && rc > 0; i++) {
		rc = next(t, &m);
		if (rc > 0) {
			intake_give(in, &m);
		} else if (rc == 0) {
			rc = more(in);
		} else if (rc != -ENOMEM) {
			intake_malformed(in, what_is_wrong(t, rc));
			rc = 1;
		}
	}
	if (rc < 0 && rc != -ENODATA)
		log_error("cannot read %s: %s", in->name, strerror(-rc));
	if (rc == -ENODATA && in->malformed)
		in->failed = true;
	return rc;
}

static void close_text(struct intake *in)
{
	struct from_text *t = in->state;

	if (!t)
		return;
	reader_close(&t->reader);
	nmsg_json_free(&t->json);
	nmsg_pres_free(&t->pres);
	free(t);
	in->state = NULL;
}

static int open_text(struct intake *in, bool is_json, char *why,
		     size_t why_size)
{
	static const struct intake_kind kind = {step, close_text, NULL};
	struct from_text *t = calloc(1, sizeof(*t));
	int rc = t ? reader_open(&t->reader, in->name) : -ENOMEM;

	in->kind = &kind;
	in->state = t;
	if (rc < 0) {
		snprintf(why, why_size, "cannot read %s: %s", in->name,
			 strerror(-rc));
		return rc;
	}
	t->is_json = is_json;
	t->json.aliases = &in->settings->aliases;
	t->pres.aliases = &in->settings->aliases;
	if (in->settings->has_type)
		t->pres.type =
			nmsg_type_find(in->settings->vid, in->settings->type);
	in->live = !t->reader.regular;
	in->fd = in->live ? t->reader.fd : -1;
	return 0;
}

int from_text_json(struct intake *in, char *why, size_t why_size)
{
	return open_text(in, true, why, why_size);
}

int from_text_pres(struct intake *in, char *why, size_t why_size)
{
	return open_text(in, false, why, why_size);
}
