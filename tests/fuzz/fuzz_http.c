/* SPDX-License-Identifier: MIT */
#include "../../chefs/HTTPChef.c"

#include "dumpling.h"
#include "option.h"
#include "put.h"

#include <stdlib.h>

/*
 * A conversation: each piece starts with its direction and kind, and its
 * length, and is data or a gap; the rest of the chef's contract is kept.
 */

static struct nd_dumpling *out;
static uint64_t served;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int serve(void *host)
{
	(void)host;
	check(put_finish(out) == 0);
	out->len = 0;
	put_begin(out);
	served++;
	return 0;
}

static void call(struct http *h, struct nd_stream *s)
{
	out->len = 0;
	put_begin(out);
	check(nd_chef.stream(h, s, out) == 0);
	check(nd_error(out) == 0);
}

/* One piece, behind what was kept of its direction. */
static void give(struct http *h, struct nd_stream *s, const uint8_t *data,
		 size_t len, uint8_t *kept[2], size_t kept_len[2])
{
	size_t before = kept_len[s->to_server];
	uint8_t *all = malloc(before + len);

	check(all != NULL);
	if (before)
		memcpy(all, kept[s->to_server], before);
	memcpy(all + before, data, len);
	free(kept[s->to_server]);
	s->event = ND_STREAM_DATA;
	s->data = all;
	s->len = before + len;
	s->keep = 0;
	call(h, s);
	check(s->keep <= s->len);
	before = s->done ? 0 : (size_t)s->keep;
	kept[s->to_server] = malloc(before + 1);
	check(kept[s->to_server] != NULL);
	memcpy(kept[s->to_server], all + s->len - before, before);
	kept_len[s->to_server] = before;
	free(all);
}

static void converse(struct http *h, const uint8_t *data, size_t len)
{
	static const uint8_t address[4] = {192, 0, 2, 1};
	struct nd_stream s = {.ip_len = 4,
			      .client_ip = address,
			      .server_ip = address,
			      .server_port = 80};
	uint8_t *kept[2] = {NULL, NULL};
	size_t kept_len[2] = {0, 0};

	s.state = calloc(1, nd_chef.stream_size);
	check(s.state != NULL);
	for (size_t n; len >= 3 && !s.done; data += n, len -= n) {
		uint8_t kind = data[0];

		n = (size_t)data[1] | (size_t)(data[2] & 7) << 8;
		data += 3;
		len -= 3;
		s.to_server = kind & 1;
		s.midstream = kind & 2;
		s.time_ns += 1000;
		if (kind & 4) {
			s.event = ND_STREAM_GAP;
			s.data = NULL;
			s.len = n ? n : 1;
			s.keep = 0;
			kept_len[s.to_server] = 0;
			call(h, &s);
			n = 0;
			continue;
		}
		n = n < len ? n : len;
		if (n)
			give(h, &s, data, n, kept, kept_len);
	}
	s.event = ND_STREAM_END;
	s.data = NULL;
	if (!s.done)
		call(h, &s);
	check(s.done);
	free(kept[0]);
	free(kept[1]);
	free(s.state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http h = {0};
	char why[64];

	out = dumpling_new(1 << 20);
	check(out != NULL);
	out->serve = serve;
	check(option_defaults(nd_chef.options, &h, why, sizeof(why)) == 0);
	check(option_set_all(nd_chef.options, &h,
			     "pending=3,headers=Server,headers=Accept", why,
			     sizeof(why)) == 0);
	check(nd_chef.open(&h, why, sizeof(why)) == 0);
	served = 0;
	converse(&h, data, len);
	check(nd_table_count(h.open) == 0);
	check(served == h.count.transactions);
	nd_chef.close(&h);
	option_free(nd_chef.options, &h);
	dumpling_free(out);
	return 0;
}
