/* SPDX-License-Identifier: MIT */
#ifndef NMSG_CASE_H
#define NMSG_CASE_H

/* Messages of NMSG made from hexadecimal digits, and compared. */

#include "nmsg_vectors.h"
#include "unit.h"

#include "message.h"
#include "text.h"

#define VECTOR_SEC 1704164645
#define VECTOR_NSEC 6007008

static inline size_t from_hex(const char *digits, uint8_t *to, size_t room)
{
	size_t len = 0;
	unsigned byte;

	for (; *digits; digits += 2) {
		assert_int_equal(sscanf(digits, "%2x", &byte), 1);
		assert_true(len < room);
		to[len++] = (uint8_t)byte;
	}
	return len;
}

/* The vector's message, in memory of its own so that overreads show. */
static inline struct message vector_message(const struct nmsg_vector *v)
{
	struct message m = {.vid = MESSAGE_BASE,
			    .msgtype = v->msgtype,
			    .time_sec = VECTOR_SEC,
			    .time_nsec = VECTOR_NSEC,
			    .source = v->source,
			    .operator_id = v->operator_id,
			    .group = v->group};
	size_t len = strlen(v->payload) / 2;
	uint8_t *payload = malloc(len ? len : 1);

	assert_non_null(payload);
	m.payload_len = from_hex(v->payload, payload, len);
	m.payload = payload;
	return m;
}

/* Gives back what vector_message() and made_message() made. */
static inline void free_message(struct message *m)
{
	free((void *)(uintptr_t)m->payload);
	m->payload = NULL;
}

static inline struct message made_message(unsigned vid, unsigned msgtype,
					  const char *payload)
{
	struct nmsg_vector v = {.msgtype = msgtype, .payload = payload};
	struct message m = vector_message(&v);

	m.vid = vid;
	return m;
}

static inline void assert_text(struct text *t, const char *expected)
{
	assert_int_equal(t->error, 0);
	assert_string_equal(text_str(t), expected);
}

static inline void assert_message(const struct message *m,
				  const struct message *expected)
{
	assert_int_equal(m->vid, expected->vid);
	assert_int_equal(m->msgtype, expected->msgtype);
	assert_int_equal(m->time_sec, expected->time_sec);
	assert_int_equal(m->time_nsec, expected->time_nsec);
	assert_int_equal(m->source, expected->source);
	assert_int_equal(m->operator_id, expected->operator_id);
	assert_int_equal(m->group, expected->group);
	assert_int_equal(m->payload_len, expected->payload_len);
	if (m->payload_len > 0)
		assert_memory_equal(m->payload, expected->payload,
				    m->payload_len);
}

#endif
