/* SPDX-License-Identifier: MIT */
#include "announce.h"

#include "message.h"
#include "wire.h"

#define PORT 5353
#define IN 1
#define FLUSH 0x8001 /* of these there is no other, RFC 6762 section 10.2 */

static void send_all(struct world *w, struct host *h, const struct fill *f)
{
	static const uint8_t mac[] = {0x01, 0x00, 0x5e, 0, 0, 0xfb};
	static const uint8_t ip4[] = {224, 0, 0, 251};
	struct host group = {.name = "mdns", .place = h->place};
	const struct ends e = {.from = h,
			       .to = &group,
			       .from_port = PORT,
			       .to_port = PORT,
			       .ttl = 255};

	memcpy(group.mac, mac, sizeof(mac));
	memcpy(group.ip4, ip4, sizeof(ip4));
	wire_udp(w, &e, f);
}

static void put_header(struct fill *f, unsigned flags, unsigned questions,
		       unsigned answers)
{
	fill16(f, 0);
	fill16(f, flags);
	fill16(f, questions);
	fill16(f, answers);
	fill32(f, 0);
}

/* A name whose first label may have dots and spaces. */
static void put_instance(struct fill *f, const struct announce *a)
{
	fill8(f, (unsigned)strlen(a->instance));
	fill_text(f, a->instance);
	message_name(f, a->type);
}

static size_t put_instance_record(struct fill *f, const struct announce *a,
				  unsigned type, uint32_t ttl)
{
	put_instance(f, a);
	fill16(f, type);
	fill16(f, FLUSH);
	fill32(f, ttl);
	fill16(f, 0);
	return fill_len(f) - 2;
}

void announce_send(struct world *w, struct host *h,
		   const struct announce *service)
{
	struct fill f = wire_body(w);
	char name[80];
	size_t len;

	snprintf(name, sizeof(name), "%.*s.local", (int)strcspn(h->name, "."),
		 h->name);
	put_header(&f, 0x8400, 0, 5);
	len = message_record(&f, service->type, MESSAGE_PTR, IN, 4500);
	put_instance(&f, service);
	fill_len16(&f, len);
	len = put_instance_record(&f, service, MESSAGE_SRV, 120);
	fill32(&f, 0);
	fill16(&f, service->port);
	message_name(&f, name);
	fill_len16(&f, len);
	len = put_instance_record(&f, service, MESSAGE_TXT, 4500);
	fill8(&f, (unsigned)strlen(service->txt));
	fill_text(&f, service->txt);
	fill_len16(&f, len);
	len = message_record(&f, name, MESSAGE_A, FLUSH, 120);
	fill_bytes(&f, h->ip4, 4);
	fill_len16(&f, len);
	len = message_record(&f, name, MESSAGE_AAAA, FLUSH, 120);
	fill_bytes(&f, h->ip6, 16);
	fill_len16(&f, len);
	send_all(w, h, &f);
}

void announce_ask(struct world *w, struct host *h, const char *type)
{
	struct fill f = wire_body(w);

	put_header(&f, 0, 1, 0);
	message_name(&f, type);
	fill16(&f, MESSAGE_PTR);
	fill16(&f, IN);
	send_all(w, h, &f);
}
