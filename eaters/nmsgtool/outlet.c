/* SPDX-License-Identifier: MIT */
#include "outlet.h"

#include "log.h"

#include <errno.h>

const char *outlet_path(const struct outlet *o)
{
	return o->rotates ? o->rotate.part : o->name;
}

/* Opens the next file, under a name of its own if it is to be renamed. */
static int begin(struct outlet *o)
{
	int rc = 0;

	if (o->rotates)
		rc = rotate_begin(&o->rotate);
	if (rc == 0)
		rc = o->kind->open(o);
	o->opened = rc == 0;
	o->count = 0;
	return rc;
}

static int end(struct outlet *o)
{
	int rc;

	if (!o->opened)
		return 0;
	o->opened = o->dirty = o->touched = false;
	o->since_ns = 0;
	rc = o->kind->close(o);
	if (rc == 0 && o->rotates)
		rc = rotate_end(&o->rotate);
	return rc;
}

int outlet_open(struct outlet *o)
{
	o->rotates = o->kind->suffix && o->settings->kicker;
	if (o->rotates) {
		o->rotate.path = o->name;
		o->rotate.suffix = o->kind->suffix;
		o->rotate.kicker = o->settings->kicker;
	}
	return begin(o);
}

bool outlet_is_full(const struct outlet *o)
{
	uint64_t count = o->settings->count;

	return count > 0 && o->count >= count && !o->settings->kicker;
}

int outlet_write(struct outlet *o, const struct message *m)
{
	const struct settings *s = o->settings;
	int rc = 0;

	if (outlet_is_full(o))
		return 0;
	if (s->count > 0 && o->count >= s->count && o->rotates)
		rc = outlet_rotate(o);
	if (rc == 0)
		rc = o->kind->write(o, m);
	if (rc == -EBADMSG) {
		if (o->unfit++ == 0)
			log_error("%s: a message is not of its type, and is "
				  "left out, as are others like it",
				  o->name);
		return 0;
	}
	if (rc < 0)
		return rc;
	o->count++;
	o->total++;
	o->dirty = o->touched = true;
	return 0;
}

int outlet_send(struct outlet *o)
{
	if (!o->touched)
		return 0;
	o->touched = false;
	if (o->settings->unbuffered)
		o->dirty = false;
	return o->kind->send(o);
}

int outlet_flush(struct outlet *o)
{
	o->dirty = false;
	o->since_ns = 0;
	return o->kind->flush(o);
}

int outlet_rotate(struct outlet *o)
{
	int rc = end(o);

	return rc < 0 ? rc : begin(o);
}

int outlet_close(struct outlet *o)
{
	return end(o);
}

void outlet_free(struct outlet *o)
{
	if (o->kind)
		o->kind->free(o);
}
