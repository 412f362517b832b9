/* SPDX-License-Identifier: MIT */
/*
 * make-capture FILE PACKETS: a savefile for the benchmarks, always the same
 * bytes, so that a shorter one is the beginning of a longer one.  The traffic
 * is an office's: 60 % TCP, 24 % DNS, 6 % other UDP, 4.5 % IPv6 (a third of it
 * DNS), 2.5 % TCP in a VLAN, 1.5 % ARP and as much ICMP; 550 bytes a packet.
 * Prints how many packets, bytes and DNS questions are in it.
 */
#include <stdbool.h>
#include <stddef.h>
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
#define START_S 1700000000

/* The savefile's format, https://www.tcpdump.org/manpages/pcap-savefile.5. */
struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, linktype;
};

struct record {
	uint32_t s, ns, caplen, len;
	uint8_t frame[1600];
};

struct name {
	uint8_t wire[NAME_SIZE]; /* labels, RFC 1035 section 3.1 */
	size_t len;
};

struct maker {
	struct record r;
	size_t len; /* of the frame so far */
	uint64_t state, packets, bytes, questions;
	struct name names[NAMES];
	uint8_t noise[2 * SEGMENT];
};

/* Steele, Lea and Flood's SplitMix64. */
static uint64_t draw(struct maker *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint32_t below(struct maker *m, uint32_t limit)
{
	return (uint32_t)((draw(m) >> 32) * limit >> 32);
}

/* --- frames -------------------------------------------------------------- */

static uint8_t *extend(struct maker *m, size_t len)
{
	uint8_t *at = m->r.frame + m->len;

	m->len += len;
	return at;
}

static void put(struct maker *m, const void *bytes, size_t len)
{
	memcpy(extend(m, len), bytes, len);
}

static void put8(struct maker *m, uint32_t n)
{
	*extend(m, 1) = (uint8_t)n;
}

static void put16(struct maker *m, uint32_t n)
{
	put8(m, n >> 8);
	put8(m, n);
}

static void put32(struct maker *m, uint32_t n)
{
	put16(m, n >> 16);
	put16(m, n);
}

static void set16(uint8_t *at, size_t n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

static void put_noise(struct maker *m, size_t len)
{
	put(m, m->noise + below(m, SEGMENT), len);
}

static void ethernet(struct maker *m, uint32_t type)
{
	put32(m, 0x02000000);
	put16(m, 1 + below(m, 200));
	put32(m, 0x02000001);
	put16(m, 1 + below(m, 200));
	put16(m, type);
}

/* RFC 1071 */
static void checksum(uint8_t *header, size_t len, size_t at)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	set16(header + at, ~sum & 0xffff);
}

/* Returns where the header starts, for end_ipv4(). */
static size_t ipv4(struct maker *m, uint32_t protocol)
{
	size_t at = m->len;

	put32(m, 0x45000000);
	put32(m, below(m, 65536) << 16 | 0x4000);
	put32(m, 64U << 24 | protocol << 16);
	put32(m, 0x0a000000 + below(m, 2000));
	put32(m, 0xc6336400 + below(m, 256));
	return at;
}

static void end_ipv4(struct maker *m, size_t at)
{
	set16(m->r.frame + at + 2, m->len - at);
	checksum(m->r.frame + at, 20, 10);
}

static size_t ipv6(struct maker *m, uint32_t next)
{
	static const uint8_t prefix[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0,
					 0,    0,    0,    0,    0, 0};
	size_t at = m->len;

	put32(m, 0x60000000);
	put32(m, next << 8 | 64);
	put(m, prefix, sizeof(prefix));
	put32(m, below(m, 2000));
	put(m, prefix, sizeof(prefix));
	put32(m, below(m, 256));
	return at;
}

static void end_ipv6(struct maker *m, size_t at)
{
	set16(m->r.frame + at + 4, m->len - at - 40);
}

/* A segment with the timestamp option: an ACK, a full one, or between. */
static void tcp(struct maker *m, uint32_t room)
{
	uint32_t kind = below(m, 100);
	bool ack = kind < 45;
	uint32_t len = ack ? 0 : kind < 85 ? room : 1 + below(m, room);

	put16(m, 32768 + below(m, 28000));
	put16(m, below(m, 4) ? 443 : 80);
	put32(m, (uint32_t)draw(m));
	put32(m, (uint32_t)draw(m));
	put16(m, 0x8000 | (ack ? 0x10 : 0x18));
	put16(m, 501);
	put32(m, 0);
	put32(m, 0x0101080a);
	put32(m, (uint32_t)m->packets);
	put32(m, (uint32_t)m->packets);
	put_noise(m, len);
}

static size_t udp(struct maker *m, uint32_t src, uint32_t dst)
{
	size_t at = m->len;

	put16(m, src);
	put16(m, dst);
	put32(m, 0);
	return at;
}

static void end_udp(struct maker *m, size_t at)
{
	set16(m->r.frame + at + 4, m->len - at);
}

/* Few names are asked for often and many seldom. */
static void dns(struct maker *m)
{
	const struct name *name =
		&m->names[(uint64_t)below(m, NAMES) * below(m, NAMES) / NAMES];
	bool response = below(m, 2);
	uint32_t answers = response ? 1 + below(m, 3) : 0;
	uint32_t port = 32768 + below(m, 28000);
	size_t at = response ? udp(m, 53, port) : udp(m, port, 53);

	put16(m, below(m, 65536));
	put16(m, response ? 0x8180 : 0x0100);
	put16(m, 1);
	put16(m, answers);
	put32(m, 0);
	put(m, name->wire, name->len);
	put16(m, 1);
	put16(m, 1);
	for (uint32_t i = 0; i < answers; i++) {
		put32(m, 0xc00c0001);
		put32(m, 0x00010000);
		put32(m, 300U << 16 | 4);
		put32(m, 0xcb007100 + below(m, 256));
	}
	end_udp(m, at);
	m->questions++;
}

static void arp(struct maker *m)
{
	uint32_t host = below(m, 2000);

	ethernet(m, 0x0806);
	put32(m, 0x00010800);
	put32(m, 0x06040000 | (1 + below(m, 2)));
	put32(m, 0x02000001);
	put16(m, host);
	put32(m, 0x0a000000 + host);
	put32(m, 0);
	put16(m, 0);
	put32(m, 0x0a000000 + below(m, 2000));
	put_noise(m, 18);
}

static void icmp(struct maker *m)
{
	size_t at, echo;

	ethernet(m, 0x0800);
	at = ipv4(m, 1);
	echo = m->len;
	put32(m, 0x08000000);
	put32(m, (uint32_t)m->packets);
	put_noise(m, 56);
	checksum(m->r.frame + echo, m->len - echo, 2);
	end_ipv4(m, at);
}

static void over_ipv4(struct maker *m, void (*rest)(struct maker *m),
		      uint32_t protocol)
{
	size_t at;

	ethernet(m, 0x0800);
	at = ipv4(m, protocol);
	rest(m);
	end_ipv4(m, at);
}

static void segment(struct maker *m)
{
	tcp(m, SEGMENT);
}

static void datagram(struct maker *m)
{
	size_t at = udp(m, 32768 + below(m, 28000), 4500);

	put_noise(m, 1 + below(m, 1200));
	end_udp(m, at);
}

static void over_ipv6(struct maker *m)
{
	bool is_dns = below(m, 3) == 0;
	size_t at;

	ethernet(m, 0x86dd);
	at = ipv6(m, is_dns ? 17 : 6);
	if (is_dns)
		dns(m);
	else
		tcp(m, SEGMENT - 20);
	end_ipv6(m, at);
}

static void in_vlan(struct maker *m)
{
	size_t at;

	ethernet(m, 0x8100);
	put16(m, 1 + below(m, 20));
	put16(m, 0x0800);
	at = ipv4(m, 6);
	tcp(m, SEGMENT);
	end_ipv4(m, at);
}

static void packet(struct maker *m)
{
	uint32_t kind = below(m, 1000);

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

static void make_names(struct maker *m)
{
	static const char *const hosts[] = {"www", "api", "cdn", "mail",
					    "img", "ntp", "git", "static"};
	static const char *const ends[] = {"example", "test", "invalid"};

	for (size_t i = 0; i < NAMES; i++) {
		struct name *n = &m->names[i];
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

static void write_all(struct maker *m, FILE *file, uint64_t count)
{
	const struct file_header header = {.magic = 0xa1b23c4d, /* ns */
					   .major = 2,
					   .minor = 4,
					   .snaplen = 262144,
					   .linktype = 1};

	fwrite(&header, sizeof(header), 1, file);
	for (; m->packets < count && !ferror(file); m->packets++) {
		uint64_t ns = m->packets * GAP_NS + below(m, GAP_NS);

		packet(m);
		m->r.s = (uint32_t)(START_S + ns / 1000000000);
		m->r.ns = (uint32_t)(ns % 1000000000);
		m->r.caplen = (uint32_t)m->len;
		m->r.len = m->r.caplen;
		fwrite(&m->r, offsetof(struct record, frame) + m->len, 1, file);
		m->bytes += m->len;
	}
}

int main(int argc, char **argv)
{
	static struct maker m = {.state = 1};
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
	make_names(&m);
	for (size_t i = 0; i < sizeof(m.noise); i++)
		m.noise[i] = (uint8_t)draw(&m);
	write_all(&m, file, strtoull(argv[2], NULL, 10));
	failed = ferror(file);
	if (fclose(file) != 0 || failed) {
		perror(argv[1]);
		return 1;
	}
	printf("{\"packets\": %llu, \"bytes\": %llu, \"questions\": %llu}\n",
	       (unsigned long long)m.packets, (unsigned long long)m.bytes,
	       (unsigned long long)m.questions);
	return 0;
}
