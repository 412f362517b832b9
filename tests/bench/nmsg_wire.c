/* SPDX-License-Identifier: MIT */
/*
 * Moves messages of NMSG with nothing around the library that does it.
 *
 *   nmsg-wire FROM TO [unbuffered] [batch=N] [patient] [zlib[=LEVEL]]
 *             [mtu=N]
 *
 * FROM is make:COUNT, or as TO file:PATH, udp:HOST/PORT or zmq:ENDPOINT; TO
 * may be nothing:, too.  Of a socket it says where it listens, and ends when a
 * message of type 0 comes, or none for some seconds.
 */
#include "nmsg_input.h"
#include "nmsg_output.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MS 3000
#define PAYLOAD 70 /* so that a message takes 95 bytes of a container */

static struct nmsg_output_config config;
static struct nmsg_input *in;
static struct nmsg_output *out;

static const char *after(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

static bool open_from(const char *from)
{
	const char *name;

	if ((name = after(from, "file:")))
		in = nmsg_input_open_file(name);
	else if ((name = after(from, "udp:")))
		in = nmsg_input_open_socket(name);
	else if ((name = after(from, "zmq:")))
		in = nmsg_input_open_zmq(name);
	return in || after(from, "make:");
}

static bool open_to(const char *to)
{
	const char *name;

	if ((name = after(to, "file:")))
		out = nmsg_output_open_file(name, &config);
	else if ((name = after(to, "udp:")))
		out = nmsg_output_open_socket(name, &config);
	else if ((name = after(to, "zmq:")))
		out = nmsg_output_open_zmq(name, &config);
	return out || after(to, "nothing:");
}

static void set_option(const char *text)
{
	const char *value;

	if (strcmp(text, "unbuffered") == 0)
		config.unbuffered = true;
	else if (strcmp(text, "patient") == 0)
		config.patient = true;
	else if ((value = after(text, "batch=")))
		config.batch = (unsigned int)atoi(value);
	else if ((value = after(text, "mtu=")))
		config.mtu = (size_t)atoi(value);
	else
		config.zlib = true;
	if ((value = after(text, "zlib=")))
		config.level = atoi(value);
}

static bool put(const struct message *m)
{
	return !out || nmsg_output_write(out, m) == 0;
}

/* Packets that differ as those of a few connections do. */
static uint64_t make(uint64_t count)
{
	uint8_t payload[PAYLOAD] = {8, 1, 18, 60, 0x45, [13] = 6};
	struct message m = {.vid = MESSAGE_BASE,
			    .msgtype = MESSAGE_PACKET,
			    .payload = payload,
			    .payload_len = sizeof(payload)};
	uint64_t i, random = 1;

	for (i = 0; i < count; i++) {
		m.time_sec = 1704164645 + (int64_t)(i / 1000000);
		m.time_nsec = (uint32_t)(i % 1000000 * 1000);
		random = random * 6364136223846793005U + 1442695040888963407U;
		memcpy(payload + 16, &i, 4);
		payload[24] = (uint8_t)(random >> 60);
		memcpy(payload + 40, &random, 8);
		if (!put(&m))
			break;
	}
	return i;
}

static uint64_t move(bool socket)
{
	struct message m;
	uint64_t count = 0;

	while (nmsg_input_next(in, &m, IDLE_MS) == 1 && put(&m)) {
		if (socket && m.msgtype == 0)
			break;
		count++;
	}
	return count;
}

int main(int argc, char **argv)
{
	const struct nmsg_input_stats *s;
	struct message end = {.vid = MESSAGE_BASE};
	uint64_t count;
	bool socket;

	for (int i = 3; i < argc; i++)
		set_option(argv[i]);
	if (argc < 3 || !open_from(argv[1]) || !open_to(argv[2])) {
		perror("nmsg-wire");
		return 1;
	}
	socket = in && !after(argv[1], "file:");
	if (socket) {
		if (nmsg_input_port(in))
			printf("%d\n", nmsg_input_port(in));
		else
			puts(nmsg_input_endpoint(in));
		fflush(stdout);
	}
	count = in ? move(socket)
		   : make(strtoull(argv[1] + strlen("make:"), NULL, 10));
	if (out && !after(argv[2], "file:"))
		nmsg_output_write(out, &end);
	printf("{\"count\": %" PRIu64, count);
	if (in) {
		s = nmsg_input_stats(in);
		printf(", \"lost\": %" PRIu64 ", \"containers\": %" PRIu64,
		       s->containers_lost, s->containers);
	}
	puts("}");
	nmsg_input_close(in);
	return nmsg_output_close(out) < 0;
}
