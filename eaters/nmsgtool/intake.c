/* SPDX-License-Identifier: MIT */
#include "intake.h"

#include "log.h"

#include <string.h>

static bool is_wanted(const struct settings *s, const struct message *m)
{
	const struct settings_stamp *keep = &s->keep;

	return (!s->has_type || (m->vid == s->vid && m->msgtype == s->type)) &&
	       (!keep->has_source || m->source == keep->source) &&
	       (!keep->has_operator || m->operator_id == keep->operator_id) &&
	       (!keep->has_group || m->group == keep->group);
}

void intake_give(struct intake *in, struct message *m)
{
	const struct settings_stamp *set = &in->settings->set;

	if (!is_wanted(in->settings, m))
		return;
	if (set->has_source)
		m->source = set->source;
	if (set->has_operator)
		m->operator_id = set->operator_id;
	if (set->has_group)
		m->group = set->group;
	in->take(in->host, m);
}

void intake_malformed(struct intake *in, const char *what)
{
	if (in->malformed++ == 0)
		log_error("%s: %s; it is passed over, and others like it",
			  in->name, what);
}
