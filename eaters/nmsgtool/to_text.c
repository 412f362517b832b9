/* SPDX-License-Identifier: MIT */
#include "loop.h"
#include "nmsg_json.h"
#include "nmsg_pres.h"
#include "outlet.h"
#include "sink.h"

#include <errno.h>
#include <stdlib.h>

static int open_text(struct outlet *o)
{
	struct sink *s = o->state;

	if (!s)
		o->state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->fd = -1;
	s->path = outlet_path(o);
	s->signal_fd = loop_signals_fd();
	return sink_open(s);
}

static int write_if_much(struct sink *s)
{
	return s->text.len >= SINK_BYTES || s->text.error ? sink_flush(s) : 0;
}

/* -EBADMSG for a payload that is not of its type. */
static int write_json(struct outlet *o, const struct message *m)
{
	struct sink *s = o->state;
	int rc = nmsg_json_write(&s->text, m, &o->settings->aliases);

	return rc < 0 ? rc : write_if_much(s);
}

static int write_pres(struct outlet *o, const struct message *m)
{
	struct sink *s = o->state;

	nmsg_pres_write(&s->text, m, &o->settings->aliases,
			o->settings->separator);
	return write_if_much(s);
}

static int flush(struct outlet *o)
{
	return sink_flush(o->state);
}

static int send_text(struct outlet *o)
{
	return o->settings->unbuffered ? sink_flush(o->state) : 0;
}

static int close_text(struct outlet *o)
{
	int rc = sink_finish(o->state), closed = sink_close(o->state);

	return rc < 0 ? rc : closed;
}

static void free_text(struct outlet *o)
{
	if (o->state)
		sink_close(o->state);
	free(o->state);
	o->state = NULL;
}

const struct outlet_kind to_text_json = {
	".json", open_text, write_json, flush, send_text, close_text, free_text,
};

const struct outlet_kind to_text_pres = {
	"", open_text, write_pres, flush, send_text, close_text, free_text,
};
