/* SPDX-License-Identifier: MIT */
#ifndef WIRE_H
#define WIRE_H

/* The other end of a bus, for tests: at an address of this process alone. */

#include "batch.h"
#include "bus.h"
#include "loop.h"
#include "unit.h"

#include <unistd.h>

/* Linux' abstract sockets leave no file behind. */
static inline const char *wire_endpoint(void)
{
	static char endpoint[64];

	snprintf(endpoint, sizeof(endpoint), "ipc://@nd-unit-%d",
		 (int)getpid());
	return endpoint;
}

/* A bound socket; what held the address before may still be closing. */
static inline struct bus *wire_bind(enum bus_type type, int queue)
{
	const struct bus_config config = {.type = type, .queue = queue};
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	struct bus *bus = bus_new(&config);
	int rc;

	assert_non_null(bus);
	do
		rc = bus_bind(bus, wire_endpoint());
	while (rc == -EADDRINUSE && loop_now_ns() < deadline);
	assert_int_equal(rc, 0);
	return bus;
}

/* The next message, which must come. */
static inline int wire_receive(struct bus *bus, struct bus_message *m)
{
	struct bus_poll item = {.bus = bus};
	int rc;

	while ((rc = bus_receive(bus, m)) == -EAGAIN)
		assert_int_equal(bus_wait(&item, 1, PATIENCE_MS), 1);
	return rc;
}

/* Reads an XPUB's subscriptions up to one that begins so. */
static inline void wire_await(struct bus *bus, char what, const char *prefix)
{
	struct bus_message m = {0};
	const char *topic;
	size_t len;

	do {
		assert_int_equal(wire_receive(bus, &m), 0);
		topic = bus_topic(&m, &len);
	} while (len < strlen(prefix) + 1 || *topic != what ||
		 memcmp(topic + 1, prefix, strlen(prefix)) != 0);
	bus_message_free(&m);
}

static inline void wire_send(struct bus *bus, const char *topic,
			     const void *body, size_t len)
{
	struct bus_message m = {0};

	assert_int_equal(bus_message_make(&m, topic, strlen(topic), body, len),
			 0);
	assert_int_equal(bus_send(bus, &m, PATIENCE_MS), 0);
	bus_message_free(&m);
}

#endif
