/* SPDX-License-Identifier: MIT */
#include "message.h"

#define IN 1
#define OPT 41
#define FIRST_NAME 0xc00c /* a pointer to the question's name */

void message_name(struct fill *f, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, ".");

		fill8(f, (unsigned)len);
		fill_bytes(f, text, len);
		text += len + (text[len] == '.');
	}
	fill8(f, 0);
}

static size_t put_head(struct fill *f, unsigned type, unsigned klass,
		       uint32_t ttl)
{
	fill16(f, type);
	fill16(f, klass);
	fill32(f, ttl);
	fill16(f, 0);
	return fill_len(f) - 2;
}

size_t message_record(struct fill *f, const char *name, unsigned type,
		      unsigned klass, uint32_t ttl)
{
	message_name(f, name);
	return put_head(f, type, klass, ttl);
}

static void put_question(struct fill *f, const struct message_question *q)
{
	message_name(f, q->name->text);
	fill16(f, q->type);
	fill16(f, IN);
}

/* RFC 6891: 1232 bytes over UDP are fine. */
static void put_opt(struct fill *f)
{
	fill8(f, 0);
	fill16(f, OPT);
	fill16(f, 1232);
	fill32(f, 0);
	fill16(f, 0);
}

void message_query(struct fill *f, const struct message_question *q)
{
	fill16(f, q->id);
	fill16(f, 0x0100);
	fill16(f, 1);
	fill32(f, 0);
	fill16(f, 1);
	put_question(f, q);
	put_opt(f);
}

/* --- answers ------------------------------------------------------------- */

/* A record of the name that was asked for, or of what that stands for. */
static size_t put_answer(struct fill *f, const struct message_question *q,
			 unsigned type)
{
	if (q->name->alias)
		return message_record(f, q->name->alias, type, IN, 60);
	fill16(f, FIRST_NAME);
	return put_head(f, type, IN, 300);
}

static void put_alias(struct fill *f, const char *alias)
{
	size_t len;

	fill16(f, FIRST_NAME);
	len = put_head(f, MESSAGE_CNAME, IN, 1800);
	message_name(f, alias);
	fill_len16(f, len);
}

/* RFC 9460: the name itself, HTTP/2 and 3, and where it is. */
static void put_https(struct fill *f, const struct host *h)
{
	fill16(f, 1);
	fill8(f, 0);
	fill16(f, 1);
	fill16(f, 6);
	fill_text(f, "\x02h2\x02h3");
	fill16(f, 4);
	fill16(f, 4);
	fill_bytes(f, h->ip4, 4);
}

static void put_mail(struct fill *f, const char *domain)
{
	char name[128];

	snprintf(name, sizeof(name), "mx1.%s", domain);
	fill16(f, 10);
	message_name(f, name);
}

static void put_service(struct fill *f, const struct host *h)
{
	fill16(f, 0);
	fill16(f, 100);
	fill16(f, 389);
	message_name(f, h->name);
}

static void put_texts(struct fill *f)
{
	static const char spf[] = "v=spf1 ip4:198.51.100.0/24 -all";

	fill8(f, sizeof(spf) - 1);
	fill_text(f, spf);
	for (unsigned i = 0; i < 3; i++) {
		fill8(f, 200);
		for (unsigned n = 0; n < 200; n++)
			fill8(f, 'a' + (n * 7 + i) % 26);
	}
}

static void put_data(struct fill *f, const struct message_question *q)
{
	const struct host *h = q->name->host;

	switch (q->type) {
	case MESSAGE_A:
		fill_bytes(f, h->ip4, 4);
		break;
	case MESSAGE_AAAA:
		fill_bytes(f, h->ip6, 16);
		break;
	case MESSAGE_HTTPS:
		put_https(f, h);
		break;
	case MESSAGE_MX:
		put_mail(f, q->name->text);
		break;
	case MESSAGE_PTR:
		message_name(f, h->name);
		break;
	case MESSAGE_SRV:
		put_service(f, h);
		break;
	case MESSAGE_TXT:
		put_texts(f);
		break;
	}
}

/* Who says that there is no such thing, RFC 2308. */
static void put_authority(struct fill *f, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len =
		message_record(f, dot ? dot + 1 : name, MESSAGE_SOA, IN, 900);

	message_name(f, "ns1.example");
	message_name(f, "hostmaster.example");
	fill32(f, 2026112801);
	fill32(f, 7200);
	fill32(f, 900);
	fill32(f, 1209600);
	fill32(f, 900);
	fill_len16(f, len);
}

static bool has(const struct message_question *q)
{
	if (q->type == MESSAGE_AAAA)
		return q->name->v6;
	return q->type != MESSAGE_HTTPS || q->name->https;
}

void message_response(struct fill *f, const struct message_question *q,
		      unsigned rcode)
{
	const bool answers = rcode == MESSAGE_NOERROR;
	const bool found = answers && has(q);
	const bool none = (answers && !found) || rcode == MESSAGE_NXDOMAIN;
	size_t len;

	fill16(f, q->id);
	fill16(f, 0x8180 | rcode);
	fill16(f, 1);
	fill16(f, (found ? 1U : 0U) + (answers && q->name->alias ? 1U : 0U));
	fill16(f, none);
	fill16(f, 1);
	put_question(f, q);
	if (answers && q->name->alias)
		put_alias(f, q->name->alias);
	if (found) {
		len = put_answer(f, q, q->type);
		put_data(f, q);
		fill_len16(f, len);
	}
	if (none)
		put_authority(f, q->name->text);
	put_opt(f);
}

void message_reverse(const struct host *h, char *out, size_t size)
{
	snprintf(out, size, "%u.%u.%u.%u.in-addr.arpa", h->ip4[3], h->ip4[2],
		 h->ip4[1], h->ip4[0]);
}
