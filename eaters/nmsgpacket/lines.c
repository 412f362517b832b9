/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <arpa/inet.h>
#include <time.h>

static void put_time(struct text *t, const struct message *m)
{
	time_t seconds = (time_t)m->time_sec;
	char date[64] = "?";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	text_printf(t, "[%s.%09u] ", date, m->time_nsec);
}

/* An operator or group: its name, its number, or nothing where it is unset. */
static void put_id(struct text *t, const struct nmsg_alias *names,
		   uint32_t number)
{
	const char *name =
		names && number ? nmsg_alias_name(names, number) : NULL;

	text_putc(t, '[');
	if (name)
		text_puts(t, name);
	else if (number)
		text_uint(t, number);
	text_puts(t, "] ");
}

static void put_end(struct text *t, const uint8_t *address, uint8_t len,
		    uint16_t port)
{
	char name[INET6_ADDRSTRLEN];

	inet_ntop(len == 4 ? AF_INET : AF_INET6, address, name, sizeof(name));
	text_puts(t, name);
	text_putc(t, '.');
	text_uint(t, port);
}

void lines_put(struct text *t, const struct message *m,
	       const struct nmsg_aliases *aliases, const struct tuple *tuple)
{
	put_time(t, m);
	text_printf(t, "[%u:%u base packet] ", m->vid, m->msgtype);
	if (m->source)
		text_printf(t, "[%08x] ", m->source);
	else
		text_puts(t, "[] ");
	put_id(t, aliases->operators, m->operator_id);
	put_id(t, aliases->groups, m->group);
	text_putc(t, '\n');
	put_end(t, tuple->src, tuple->ip_len, tuple->src_port);
	text_puts(t, " --> ");
	put_end(t, tuple->dst, tuple->ip_len, tuple->dst_port);
	text_printf(t, " (%u)\n", tuple->proto);
}
