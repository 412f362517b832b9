/* SPDX-License-Identifier: MIT */
#include "maker.h"

#include "nmsg/nmsg_text.h"

#include <assert.h>
#include <math.h>

#define SECOND INT64_C(1000000000)

/* Seconds since 1970 that a time in ns can tell. */
#define SECONDS_MAX 9.2e9

int maker_start(struct maker *k, const struct nd_dumpling *d)
{
	k->d = d;
	k->time_ns = nd_creation_time_ns(d);
	return nd_payload(d, &k->payload);
}

void maker_free(struct maker *k)
{
	nmsg_build_free(&k->build);
	text_free(&k->text);
}

/* --- what a map has ------------------------------------------------------ */

bool maker_find(const struct nd_value *map, const char *path, enum nd_type type,
		struct nd_value *v)
{
	return nd_find(map, path, v) == 0 && v->type == type;
}

bool maker_find_uint(const struct nd_value *map, const char *path, uint64_t max,
		     uint64_t *n)
{
	struct nd_value v;

	if (!maker_find(map, path, ND_UINT, &v) || v.as.u > max)
		return false;
	*n = v.as.u;
	return true;
}

bool maker_find_ip(const struct nd_value *map, const char *path,
		   struct maker_ip *ip)
{
	struct nd_value v;

	if (!maker_find(map, path, ND_STR, &v))
		return false;
	ip->len = nmsg_text_ip_read((const char *)v.as.bytes, v.len, ip->bytes);
	return ip->len > 0;
}

bool maker_find_time(const struct nd_value *map, const char *path,
		     int64_t *time_ns)
{
	struct nd_value v;

	if (nd_find(map, path, &v) < 0)
		return false;
	if (v.type == ND_TIME)
		*time_ns = v.as.i;
	else if (v.type == ND_DOUBLE && fabs(v.as.d) < SECONDS_MAX)
		*time_ns = llround(v.as.d * 1e9);
	else if (v.type == ND_UINT && v.as.u < (uint64_t)SECONDS_MAX)
		*time_ns = (int64_t)v.as.u * SECOND;
	else
		return false;
	return true;
}

/* --- a message ----------------------------------------------------------- */

void maker_begin(struct maker *k, uint32_t msgtype)
{
	nmsg_build_start(&k->build, nmsg_type_find(MESSAGE_BASE, msgtype));
}

static void add(struct maker *k, const char *name, const struct nmsg_value *v)
{
	const struct nmsg_field *field =
		nmsg_type_field(k->build.type, name, strlen(name));
	int rc = nmsg_build_add(&k->build, field, v);

	assert(rc == 0);
	(void)rc;
}

void maker_uint(struct maker *k, const char *field, uint64_t n)
{
	add(k, field, &(struct nmsg_value){.u = n});
}

void maker_bytes(struct maker *k, const char *field, const void *bytes,
		 size_t len)
{
	add(k, field, &(struct nmsg_value){.bytes = bytes, .len = len});
}

int maker_end(struct maker *k)
{
	struct message m = {
		.vid = k->build.type->vid,
		.msgtype = k->build.type->msgtype,
	};
	int rc = nmsg_build_finish(&k->build, &m);

	return rc < 0 ? rc : maker_give(k, &m);
}

int maker_give(struct maker *k, struct message *m)
{
	m->time_sec = maker_second(k->time_ns, &m->time_nsec);
	return k->take(k->arg, m);
}

int64_t maker_second(int64_t time_ns, uint32_t *nsec)
{
	int64_t part = time_ns % SECOND;

	*nsec = (uint32_t)(part < 0 ? part + SECOND : part);
	return time_ns / SECOND - (part < 0);
}
