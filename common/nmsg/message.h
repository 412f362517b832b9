/* SPDX-License-Identifier: MIT */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * One message of NMSG as a container carries it (NmsgPayload): who sent it,
 * when, and the bytes of its own type, which is (vid, msgtype).  0 is an unset
 * source, operator or group.
 */
struct message {
	uint32_t vid;
	uint32_t msgtype;
	int64_t time_sec; /* since 1970-01-01 UTC */
	uint32_t time_nsec;
	uint32_t source;
	uint32_t operator_id;
	uint32_t group;
	const uint8_t *payload; /* lent */
	size_t payload_len;
};

/* Vendors and types that this project makes itself. */
#define MESSAGE_BASE 1
#define MESSAGE_IPCONN 5
#define MESSAGE_DNS 7
#define MESSAGE_PKT 8
#define MESSAGE_DNSQR 9
#define MESSAGE_ENCODE 11
#define MESSAGE_PACKET 12

#endif
