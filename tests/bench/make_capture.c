/* SPDX-License-Identifier: MIT */
/*
 * make-capture FILE PACKETS: a savefile for the benchmarks, always the same
 * bytes, so that a shorter one is the beginning of a longer one.  The traffic
 * is an office's: 60 % TCP, 24 % DNS, 6 % other UDP, 4.5 % IPv6 (a third of it
 * DNS), 2.5 % TCP in a VLAN, 1.5 % ARP and as much ICMP; 550 bytes a packet.
 * Prints how many packets, bytes and DNS questions are in it.
 */
#include "frame.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES 4000
#define NAME_SIZE 64
#define SEGMENT 1448 /* of TCP with timestamps over Ethernet */
#define FILE_BUFFER (1024 * 1024)

/* 50,000 packets a second, so that --speed sets a rate. */
#define GAP_NS 20000
struct name {
	uint8_t wire[NAME_SIZE]; /* labels, RFC 1035 section 3.1 */
	size_t len;
};

static struct name names[NAMES];
static uint64_t packets, bytes, questions;

/* --- frames -------------------------------------------------------------- */

static void ethernet(struct frame *m, uint32_t type)
{
	frame_put32(m, 0x02000000);
	frame_put16(m, 1 + frame_below(m, 200));
	frame_put32(m, 0x02000001);
	frame_put16(m, 1 + frame_below(m, 200));
	frame_put16(m, type);
}

/* Returns where the header starts, for end_ipv4(). */
static size_t ipv4(struct frame *m, uint32_t protocol)
{
	size_t at = m->len;

	frame_put32(m, 0x45000000);
	frame_put32(m, frame_below(m, 65536) << 16 | 0x4000);
	frame_put32(m, 64U << 24 | protocol << 16);
	frame_put32(m, 0x0a000000 + frame_below(m, 2000));
	frame_put32(m, 0xc6336400 + frame_below(m, 256));
	return at;
}

static void end_ipv4(struct frame *m, size_t at)
{
	frame_set16(m->r.frame + at + 2, m->len - at);
	frame_checksum(m->r.frame + at, 20, 10);
}

static size_t ipv6(struct frame *m, uint32_t next)
{
	static const uint8_t prefix[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0,
					 0,    0,    0,    0,    0, 0};
	size_t at = m->len;

	frame_put32(m, 0x60000000);
	frame_put32(m, next << 8 | 64);
	frame_put(m, prefix, sizeof(prefix));
	frame_put32(m, frame_below(m, 2000));
	frame_put(m, prefix, sizeof(prefix));
	frame_put32(m, frame_below(m, 256));
	return at;
}

static void end_ipv6(struct frame *m, size_t at)
{
	frame_set16(m->r.frame + at + 4, m->len - at - 40);
}

/* A segment with the timestamp option: an ACK, a full one, or between. */
static void tcp(struct frame *m, uint32_t room)
{
	uint32_t kind = frame_below(m, 100);
	bool ack = kind < 45;
	uint32_t len = ack ? 0 : kind < 85 ? room : 1 + frame_below(m, room);

	frame_put16(m, 32768 + frame_below(m, 28000));
	frame_put16(m, frame_below(m, 4) ? 443 : 80);
	frame_put32(m, (uint32_t)frame_draw(m));
	frame_put32(m, (uint32_t)frame_draw(m));
	frame_put16(m, 0x8000 | (ack ? 0x10 : 0x18));
	frame_put16(m, 501);
	frame_put32(m, 0);
	frame_put32(m, 0x0101080a);
	frame_put32(m, (uint32_t)packets);
	frame_put32(m, (uint32_t)packets);
	frame_noise(m, len);
}

static size_t udp(struct frame *m, uint32_t src, uint32_t dst)
{
	size_t at = m->len;

	frame_put16(m, src);
	frame_put16(m, dst);
	frame_put32(m, 0);
	return at;
}

static void end_udp(struct frame *m, size_t at)
{
	frame_set16(m->r.frame + at + 4, m->len - at);
}

/* Few names are asked for often and many seldom. */
static void dns(struct frame *m)
{
	const struct name *name = &names[(uint64_t)frame_below(m, NAMES) *
					 frame_below(m, NAMES) / NAMES];
	bool response = frame_below(m, 2);
	uint32_t answers = response ? 1 + frame_below(m, 3) : 0;
	uint32_t port = 32768 + frame_below(m, 28000);
	size_t at = response ? udp(m, 53, port) : udp(m, port, 53);

	frame_put16(m, frame_below(m, 65536));
	frame_put16(m, response ? 0x8180 : 0x0100);
	frame_put16(m, 1);
	frame_put16(m, answers);
	frame_put32(m, 0);
	frame_put(m, name->wire, name->len);
	frame_put16(m, 1);
	frame_put16(m, 1);
	for (uint32_t i = 0; i < answers; i++) {
		frame_put32(m, 0xc00c0001);
		frame_put32(m, 0x00010000);
		frame_put32(m, 300U << 16 | 4);
		frame_put32(m, 0xcb007100 + frame_below(m, 256));
	}
	end_udp(m, at);
	questions++;
}

static void arp(struct frame *m)
{
	uint32_t host = frame_below(m, 2000);

	ethernet(m, 0x0806);
	frame_put32(m, 0x00010800);
	frame_put32(m, 0x06040000 | (1 + frame_below(m, 2)));
	frame_put32(m, 0x02000001);
	frame_put16(m, host);
	frame_put32(m, 0x0a000000 + host);
	frame_put32(m, 0);
	frame_put16(m, 0);
	frame_put32(m, 0x0a000000 + frame_below(m, 2000));
	frame_noise(m, 18);
}

static void icmp(struct frame *m)
{
	size_t at, echo;

	ethernet(m, 0x0800);
	at = ipv4(m, 1);
	echo = m->len;
	frame_put32(m, 0x08000000);
	frame_put32(m, (uint32_t)packets);
	frame_noise(m, 56);
	frame_checksum(m->r.frame + echo, m->len - echo, 2);
	end_ipv4(m, at);
}

static void over_ipv4(struct frame *m, void (*rest)(struct frame *m),
		      uint32_t protocol)
{
	size_t at;

	ethernet(m, 0x0800);
	at = ipv4(m, protocol);
	rest(m);
	end_ipv4(m, at);
}

static void segment(struct frame *m)
{
	tcp(m, SEGMENT);
}

static void datagram(struct frame *m)
{
	size_t at = udp(m, 32768 + frame_below(m, 28000), 4500);

	frame_noise(m, 1 + frame_below(m, 1200));
	end_udp(m, at);
}

static void over_ipv6(struct frame *m)
{
	bool is_dns = frame_below(m, 3) == 0;
	size_t at;

	ethernet(m, 0x86dd);
	at = ipv6(m, is_dns ? 17 : 6);
	if (is_dns)
		dns(m);
	else
		tcp(m, SEGMENT - 20);
	end_ipv6(m, at);
}

static void in_vlan(struct frame *m)
{
	size_t at;

	ethernet(m, 0x8100);
	frame_put16(m, 1 + frame_below(m, 20));
	frame_put16(m, 0x0800);
	at = ipv4(m, 6);
	tcp(m, SEGMENT);
	end_ipv4(m, at);
}

static void packet(struct frame *m)
{
	uint32_t kind = frame_below(m, 1000);

	m->len = 0;
	if (kind < 600)
		over_ipv4(m, segment, 6);
	else if (kind < 840)
		over_ipv4(m, dns, 17);
	else if (kind < 900)
		over_ipv4(m, datagram, 17);
	else if (kind < 945)
		over_ipv6(m);
	else if (kind < 970)
		in_vlan(m);
	else if (kind < 985)
		arp(m);
	else
		icmp(m);
}

/* --- the file ------------------------------------------------------------ */

static void make_names(void)
{
	static const char *const hosts[] = {"www", "api", "cdn", "mail",
					    "img", "ntp", "git", "static"};
	static const char *const ends[] = {"example", "test", "invalid"};

	for (size_t i = 0; i < NAMES; i++) {
		struct name *n = &names[i];
		char labels[3][16];

		snprintf(labels[0], sizeof(labels[0]), "%s", hosts[i % 8]);
		snprintf(labels[1], sizeof(labels[1]), "site%zu", i / 3);
		snprintf(labels[2], sizeof(labels[2]), "%s", ends[i % 3]);
		for (size_t l = 0; l < 3; l++) {
			size_t len = strlen(labels[l]);

			n->wire[n->len++] = (uint8_t)len;
			memcpy(n->wire + n->len, labels[l], len);
			n->len += len;
		}
		n->wire[n->len++] = 0;
	}
}

static void write_all(struct frame *m, FILE *file, uint64_t count)
{
	frame_begin_file(m, file);
	for (; packets < count && !ferror(file); packets++) {
		packet(m);
		frame_write(m, file, packets * GAP_NS + frame_below(m, GAP_NS));
		bytes += m->len;
	}
}

int main(int argc, char **argv)
{
	static struct frame m = {.state = 1};
	FILE *file;
	int failed;

	if (argc != 3) {
		fprintf(stderr, "usage: make-capture FILE PACKETS\n");
		return 2;
	}
	file = fopen(argv[1], "wb");
	if (!file) {
		perror(argv[1]);
		return 1;
	}
	setvbuf(file, NULL, _IOFBF, FILE_BUFFER);
	make_names();
	write_all(&m, file, strtoull(argv[2], NULL, 10));
	failed = ferror(file);
	if (fclose(file) != 0 || failed) {
		perror(argv[1]);
		return 1;
	}
	printf("{\"packets\": %llu, \"bytes\": %llu, \"questions\": %llu}\n",
	       (unsigned long long)packets, (unsigned long long)bytes,
	       (unsigned long long)questions);
	return 0;
}
