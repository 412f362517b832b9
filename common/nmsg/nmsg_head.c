/* SPDX-License-Identifier: MIT */
#include "nmsg_head.h"

#include "nmsg_text.h"

bool nmsg_head_time(const struct nmsg_scan_value *v, struct message *m)
{
	double d;

	if (v->kind == NMSG_SCAN_STRING)
		return nmsg_text_time_read(v->text, v->len, &m->time_sec,
					   &m->time_nsec);
	if (v->kind != NMSG_SCAN_NUMBER)
		return v->kind == NMSG_SCAN_NULL;
	if (nmsg_text_seconds_read(v->text, v->len, &m->time_sec,
				   &m->time_nsec))
		return true;
	/* With an exponent: as exact as a double is. */
	if (!nmsg_text_double_read(v->text, v->len, &d) || d < 0 || d > 1e11)
		return false;
	m->time_sec = (int64_t)d;
	m->time_nsec = (uint32_t)((d - (double)m->time_sec) * 1e9);
	return true;
}

bool nmsg_head_source(const struct nmsg_scan_value *v, uint32_t *source)
{
	uint64_t n;
	bool negative;

	if (v->kind == NMSG_SCAN_STRING)
		return nmsg_text_hex_read(v->text, v->len, source);
	if (v->kind != NMSG_SCAN_NUMBER)
		return v->kind == NMSG_SCAN_NULL;
	if (!nmsg_text_int_read(v->text, v->len, &n, &negative) || negative ||
	    n > UINT32_MAX)
		return false;
	*source = (uint32_t)n;
	return true;
}

bool nmsg_head_alias(const struct nmsg_scan_value *v,
		     const struct nmsg_alias *alias, uint32_t *number)
{
	uint64_t n;
	bool negative;

	if (v->kind == NMSG_SCAN_STRING) {
		*number = nmsg_alias_number(alias, v->text, v->len);
		if (*number > 0)
			return true;
	} else if (v->kind != NMSG_SCAN_NUMBER) {
		return v->kind == NMSG_SCAN_NULL;
	}
	if (nmsg_text_int_read(v->text, v->len, &n, &negative) && !negative &&
	    n <= UINT32_MAX)
		*number = (uint32_t)n;
	else
		return v->kind == NMSG_SCAN_STRING;
	return true;
}
