/* SPDX-License-Identifier: MIT */
/*
 * make-sessions FILE PACKETS: a savefile of whole conversations, always the
 * same bytes: TCP connections that open, ask by HTTP/1.1 or TLS, are answered
 * and close, some segments sent twice; DNS lookups and their answers; datagrams
 * both ways; pings; ARP.  About 60 % of the packets are TCP, 30 % UDP and DNS.
 * Prints how many packets, connections, lookups and requests are in it.
 */
#include "frame.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LIVE 4000    /* conversations at a time */
#define SEGMENT 1428 /* fits in 1500 bytes with either IP */
#define GAP_NS 20000

enum kind {
	TCP_HTTP,
	TCP_TLS,
	UDP_DNS,
	UDP_DATA,
	PING,
	ARP,
	KINDS
};

struct talk {
	enum kind kind;
	bool v6;
	uint32_t client, server, port; /* 0: nobody */
	uint32_t seq[2];               /* of client and server */
	uint32_t step, name;
	uint32_t response; /* segments still to come */
};

static struct talk talks[LIVE];
static uint64_t connections, lookups, requests;

/* --- headers ------------------------------------------------------------- */

static void ethernet(struct frame *f, bool up, uint32_t host, uint32_t type)
{
	const uint32_t at[2] = {1 + host % 200, 1};

	frame_put32(f, 0x02000000);
	frame_put16(f, at[up]);
	frame_put32(f, 0x02000000);
	frame_put16(f, at[!up]);
	frame_put16(f, type);
}

static void address4(struct frame *f, uint32_t host, bool client)
{
	frame_put32(f, (client ? 0x0a000000 : 0xc6336400) + host);
}

static void address6(struct frame *f, uint32_t host, bool client)
{
	static const uint8_t prefix[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0,
					 0,    0,    0,    0,    0};

	frame_put(f, prefix, sizeof(prefix));
	frame_put8(f, client);
	frame_put32(f, host);
}

/* Returns where the IP header is, for finish(). */
static size_t network(struct frame *f, const struct talk *t, bool up,
		      uint32_t protocol)
{
	size_t at;

	ethernet(f, up, t->client, t->v6 ? 0x86dd : 0x0800);
	at = f->len;
	if (t->v6) {
		frame_put32(f, 0x60000000);
		frame_put32(f, protocol << 8 | 64);
		address6(f, up ? t->client : t->server, up);
		address6(f, up ? t->server : t->client, !up);
		return at;
	}
	frame_put32(f, 0x45000000);
	frame_put32(f, frame_below(f, 65536) << 16 | 0x4000);
	frame_put32(f, 64U << 24 | protocol << 16);
	address4(f, up ? t->client : t->server, up);
	address4(f, up ? t->server : t->client, !up);
	return at;
}

static void finish(struct frame *f, const struct talk *t, size_t at)
{
	if (t->v6) {
		frame_set16(f->r.frame + at + 4, f->len - at - 40);
		return;
	}
	frame_set16(f->r.frame + at + 2, f->len - at);
	frame_checksum(f->r.frame + at, 20, 10);
}

/* --- TCP ----------------------------------------------------------------- */

enum {
	FIN = 1,
	SYN = 2,
	PSH = 8,
	ACK = 16
};

static void segment(struct frame *f, struct talk *t, bool up, uint32_t flags,
		    const void *data, size_t len)
{
	size_t at = network(f, t, up, 6);
	uint32_t server = t->kind == TCP_TLS ? 443 : 80;

	frame_put16(f, up ? t->port : server);
	frame_put16(f, up ? server : t->port);
	frame_put32(f, t->seq[!up]);
	frame_put32(f, flags & ACK ? t->seq[up] : 0);
	frame_put16(f, 0x8000 | flags);
	frame_put16(f, 501);
	frame_put32(f, 0);
	frame_put32(f, 0x0101080a);
	frame_put32(f, t->step);
	frame_put32(f, t->step);
	frame_put(f, data, len);
	finish(f, t, at);
	t->seq[!up] += (uint32_t)len + (flags & (SYN | FIN) ? 1 : 0);
}

static size_t http_request(const struct talk *t, char *out, size_t size)
{
	return (size_t)snprintf(
		out, size,
		"GET /page/%u?q=bench HTTP/1.1\r\nHost: www.site%u.example\r\n"
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:109.0) "
		"Gecko/20100101 Firefox/115.0\r\nAccept: text/html,"
		"application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Language: "
		"en-GB,en;q=0.5\r\nConnection: close\r\n\r\n",
		t->name, t->name);
}

static size_t http_response(const struct talk *t, char *out, size_t size)
{
	return (size_t)snprintf(out, size,
				"HTTP/1.1 200 OK\r\nServer: bench\r\n"
				"Content-Type: text/html\r\nContent-Length: "
				"%u\r\nConnection: close\r\n\r\n",
				(t->response - 1) * SEGMENT);
}

static uint8_t *add16(uint8_t *p, size_t n)
{
	frame_set16(p, n);
	return p + 2;
}

/* RFC 8446 section 4.1.2, with the extensions that browsers send. */
static size_t client_hello(const struct talk *t, uint8_t *out)
{
	static const uint8_t suites[] = {0x13, 0x01, 0x13, 0x02, 0x13, 0x03,
					 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c,
					 0xc0, 0x30, 0xcc, 0xa9, 0xcc, 0xa8,
					 0xc0, 0x13, 0xc0, 0x14, 0,    0x9c};
	static const uint8_t others[] = {
		0, 10, 0, 6, 0, 4, 0, 29,  0,   23, /* groups */
		0, 13, 0, 6, 0, 4, 4, 3,   8,   4,  /* signatures */
		0, 16, 0, 5, 0, 3, 2, 'h', '2',     /* ALPN */
		0, 43, 0, 5, 4, 3, 4, 3,   3,       /* versions */
		0, 45, 0, 2, 1, 1, 0, 51,  0,   38, 0, 36, 0, 29, 0, 32};
	char name[64];
	size_t len = (size_t)snprintf(name, sizeof(name), "www.site%u.example",
				      t->name);
	uint8_t *p = out, *body, *extensions;

	*p++ = 22;
	p = add16(p, 0x0301) + 2; /* and the record's length */
	*p++ = 1;
	*p++ = 0;
	p += 2;
	body = p;
	p = add16(p, 0x0303);
	memset(p, (int)t->name, 32);
	p += 32;
	*p++ = 0;
	p = add16(p, sizeof(suites));
	memcpy(p, suites, sizeof(suites));
	p += sizeof(suites);
	*p++ = 1;
	*p++ = 0;
	extensions = p;
	p = add16(add16(p + 2, 0), len + 5);
	p = add16(p, len + 3);
	*p++ = 0;
	p = add16(p, len);
	memcpy(p, name, len);
	p += len;
	memcpy(p, others, sizeof(others));
	p += sizeof(others);
	memset(p, 0x42, 32);
	p += 32;
	frame_set16(extensions, (size_t)(p - extensions) - 2);
	frame_set16(body - 2, (size_t)(p - body));
	frame_set16(out + 3, (size_t)(p - out) - 5);
	return (size_t)(p - out);
}

static size_t server_hello(const struct talk *t, uint8_t *out)
{
	static const uint8_t head[] = {22, 3, 3, 0, 86, 2, 0, 0, 82, 3, 3};
	static const uint8_t tail[] = {0, 0x13, 0x01, 0,  0, 42, 0, 43, 0, 2,
				       3, 4,    0,    51, 0, 36, 0, 29, 0, 32};

	memcpy(out, head, sizeof(head));
	memset(out + 11, (int)t->name + 1, 32);
	memcpy(out + 43, tail, sizeof(tail));
	memset(out + 63, 0x24, 28);
	return 91;
}

static size_t ask(struct talk *t, uint8_t *out, size_t size)
{
	requests++;
	return t->kind == TCP_TLS ? client_hello(t, out)
				  : http_request(t, (char *)out, size);
}

static size_t answer(const struct talk *t, uint8_t *out, size_t size)
{
	return t->kind == TCP_TLS ? server_hello(t, out)
				  : http_response(t, (char *)out, size);
}

/* The next packet of a connection. */
static void tcp(struct frame *f, struct talk *t)
{
	uint8_t data[2 * SEGMENT];

	switch (t->step++) {
	case 0:
		connections++;
		segment(f, t, true, SYN, NULL, 0);
		return;
	case 1:
		segment(f, t, false, SYN | ACK, NULL, 0);
		return;
	case 2:
		segment(f, t, true, ACK, NULL, 0);
		return;
	case 3:
		segment(f, t, true, PSH | ACK, data,
			ask(t, data, sizeof(data)));
		return;
	case 4:
		segment(f, t, false, PSH | ACK, data,
			answer(t, data, sizeof(data)));
		t->response--;
		return;
	}
	if (t->response == 0) {
		bool up = t->step % 2;

		segment(f, t, up, FIN | ACK, NULL, 0);
		t->port = up || t->step > 10000 ? 0 : t->port;
		return;
	}
	if (t->step % 3 == 0) {
		segment(f, t, true, ACK, NULL, 0);
		return;
	}
	segment(f, t, false, ACK, f->noise + frame_below(f, 2000), SEGMENT);
	if (frame_below(f, 200) == 0)
		t->seq[1] -= SEGMENT; /* once more */
	else
		t->response--;
	return;
}

/* --- the others ---------------------------------------------------------- */

static void udp(struct frame *f, struct talk *t, bool up, uint32_t server,
		const void *data, size_t len)
{
	size_t at = network(f, t, up, 17);

	frame_put16(f, up ? t->port : server);
	frame_put16(f, up ? server : t->port);
	frame_put16(f, (uint32_t)len + 8);
	frame_put16(f, 0);
	frame_put(f, data, len);
	finish(f, t, at);
}

static void dns(struct frame *f, struct talk *t)
{
	static const uint8_t rest[] = {7,   'e', 'x', 'a', 'm', 'p', 'l',
				       'e', 0,   0,   1,   0,   1};
	bool response = t->step++ == 1;
	uint8_t data[512] = {(uint8_t)(t->port >> 8),
			     (uint8_t)t->port,
			     response ? 0x81 : 1,
			     response ? 0x80 : 0,
			     0,
			     1};
	size_t len = 12;

	data[7] = response ? 2 : 0;
	len += (size_t)snprintf((char *)data + 13, 64, "site%u", t->name);
	data[12] = (uint8_t)(len - 12);
	len++;
	memcpy(data + len, rest, sizeof(rest));
	len += sizeof(rest);
	for (uint8_t i = 0; response && i < 2; i++) {
		const uint8_t a[] = {0xc0, 12, 0, 1, 0,   1, 0,   0,
				     1,    44, 0, 4, 203, 0, 113, i};

		memcpy(data + len, a, sizeof(a));
		len += sizeof(a);
	}
	udp(f, t, !response, 53, data, len);
	lookups += response;
	if (response)
		t->port = 0;
}

static void ping(struct frame *f, struct talk *t)
{
	bool up = t->step++ % 2 == 0;
	size_t at = network(f, t, up, 1), echo = f->len;

	frame_put32(f, up ? 0x08000000 : 0);
	frame_put16(f, t->port);
	frame_put16(f, t->step / 2);
	frame_put(f, f->noise, 56);
	frame_checksum(f->r.frame + echo, f->len - echo, 2);
	finish(f, t, at);
	if (t->step == 8)
		t->port = 0;
}

static void arp(struct frame *f, struct talk *t)
{
	bool up = t->step++ == 0;

	ethernet(f, up, t->client, 0x0806);
	frame_put32(f, 0x00010800);
	frame_put32(f, 0x06040000 | (up ? 1 : 2));
	frame_put32(f, 0x02000000);
	frame_put16(f, 1 + t->client % 200);
	address4(f, t->client, true);
	frame_put32(f, 0);
	frame_put16(f, 0);
	address4(f, t->server, false);
	frame_put(f, f->noise, 18);
	if (!up)
		t->port = 0;
}

/* --- the file ------------------------------------------------------------ */

/* Conversations in such parts that the packets are as said above. */
static enum kind draw_kind(struct frame *f)
{
	uint32_t n = frame_below(f, 1000);

	return n < 55    ? TCP_HTTP
	       : n < 165 ? TCP_TLS
	       : n < 880 ? UDP_DNS
	       : n < 905 ? UDP_DATA
	       : n < 940 ? PING
			 : ARP;
}

static void begin(struct frame *f, struct talk *t)
{
	memset(t, 0, sizeof(*t));
	t->kind = draw_kind(f);
	t->v6 = t->kind <= UDP_DATA && frame_below(f, 20) == 0;
	t->client = frame_below(f, 2000);
	t->server = frame_below(f, 250);
	t->port = 32768 + frame_below(f, 28000);
	t->seq[0] = (uint32_t)frame_draw(f);
	t->seq[1] = (uint32_t)frame_draw(f);
	t->name = frame_below(f, 4000);
	t->response = 2 + frame_below(f, 30);
}

static void packet(struct frame *f)
{
	struct talk *t = &talks[frame_below(f, LIVE)];

	f->len = 0;
	if (t->port == 0)
		begin(f, t);
	switch (t->kind) {
	case TCP_HTTP:
	case TCP_TLS:
		tcp(f, t);
		break;
	case UDP_DNS:
		dns(f, t);
		break;
	case UDP_DATA:
		udp(f, t, t->step++ % 3 == 0, 6000, f->noise,
		    1 + frame_below(f, 1200));
		t->port = t->step == 20 ? 0 : t->port;
		break;
	case PING:
		ping(f, t);
		break;
	default:
		arp(f, t);
		break;
	}
}

int main(int argc, char **argv)
{
	static struct frame f = {.state = 1};
	uint64_t count, bytes = 0;
	FILE *file;
	bool failed;

	if (argc != 3) {
		fprintf(stderr, "usage: make-sessions FILE PACKETS\n");
		return 2;
	}
	file = fopen(argv[1], "wb");
	if (!file) {
		perror(argv[1]);
		return 1;
	}
	count = strtoull(argv[2], NULL, 10);
	frame_begin_file(&f, file);
	for (uint64_t i = 0; i < count && !ferror(file); i++) {
		packet(&f);
		bytes += f.len;
		frame_write(&f, file, i * GAP_NS + frame_below(&f, GAP_NS));
	}
	failed = ferror(file) != 0;
	if (fclose(file) != 0 || failed) {
		perror(argv[1]);
		return 1;
	}
	printf("{\"packets\": %llu, \"bytes\": %llu, \"connections\": %llu, "
	       "\"lookups\": %llu, \"requests\": %llu}\n",
	       (unsigned long long)count, (unsigned long long)bytes,
	       (unsigned long long)connections, (unsigned long long)lookups,
	       (unsigned long long)requests);
	return 0;
}
