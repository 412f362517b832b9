/* SPDX-License-Identifier: MIT */
/* Tells the first line of servers that speak first: SSH, SMTP, FTP. */
#include <netdumplings/chef.h>
#include <string.h>

#define LINE_MAX 255

static int banner_stream(void *self, struct nd_stream *s,
			 struct nd_dumpling *out)
{
	const uint8_t *end = NULL;

	(void)self; /* it remembers nothing */
	if (s->event == ND_STREAM_DATA && !s->to_server) {
		end = memchr(s->data, '\r', s->len);
		if (!end && s->len < LINE_MAX) {
			s->keep = s->len; /* until the rest of it comes */
			return 0;
		}
	}
	s->done = true;
	if (!end)
		return 0;
	nd_put_ip(out, "server", s->server_ip, s->ip_len);
	nd_put_uint(out, "port", s->server_port);
	nd_put_strn(out, "banner", (const char *)s->data,
		    (size_t)(end - s->data));
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "BannerChef",
	.summary = "the first line of servers that speak first",
	.stream = banner_stream,
};
