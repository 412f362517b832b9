/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_input.h"
#include "nmsg_packer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The first byte chooses: a body, of which what can be read is packed and read
 * again; a file; or one datagram after the other, each behind its length.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void use(const struct message *m)
{
	static volatile uint8_t last;

	for (size_t i = 0; i < m->payload_len; i++)
		last = m->payload[i];
	(void)last;
}

static bool is_same(const struct message *a, const struct message *b)
{
	return a->vid == b->vid && a->msgtype == b->msgtype &&
	       a->time_sec == b->time_sec && a->time_nsec == b->time_nsec &&
	       a->source == b->source && a->operator_id == b->operator_id &&
	       a->group == b->group && !a->payload == !b->payload &&
	       a->payload_len == b->payload_len &&
	       (!a->payload ||
		memcmp(a->payload, b->payload, a->payload_len) == 0);
}

static void pack_again(struct nmsg_packer *p, const struct message *m)
{
	struct nmsg_container c;
	struct message back;
	unsigned int flags;
	uint8_t *body;
	size_t len;

	check(nmsg_packer_add(p, m) >= 0);
	check(nmsg_packer_seal(p, &body, &len, &flags) == 0);
	check(nmsg_container_open(&c, body, len) == 0);
	check(nmsg_container_next(&c, &back) == 1);
	check(is_same(m, &back));
	check(nmsg_container_next(&c, &back) == 0);
}

static void read_body(const uint8_t *data, size_t len)
{
	const struct nmsg_packer_config config = {.max = 512};
	struct nmsg_packer *p = nmsg_packer_new(&config);
	struct nmsg_container c;
	struct message m;
	size_t count = 0;
	int rc;

	if (p && nmsg_container_open(&c, data, len) == 0) {
		while ((rc = nmsg_container_next(&c, &m)) != 0) {
			use(&m);
			count++;
			if (rc == 1)
				pack_again(p, &m);
		}
		check(count == c.count);
	}
	nmsg_packer_free(p);
}

static void read_all(struct nmsg_input *in)
{
	struct message m;

	while (nmsg_input_next(in, &m, 0) == 1)
		use(&m);
}

static void read_file(const uint8_t *data, size_t len)
{
	int fd = memfd_create("nmsg", MFD_CLOEXEC);
	struct nmsg_input *in;
	const struct nmsg_input_stats *s;

	if (fd < 0 || pwrite(fd, data, len, 0) != (ssize_t)len)
		abort();
	in = nmsg_input_open_fd(fd);
	if (in) {
		read_all(in);
		s = nmsg_input_stats(in);
		/* Each byte is of a container or was skipped, or is both. */
		check(s->bytes + s->bytes_skipped >= len);
	}
	nmsg_input_close(in);
	close(fd);
}

static void read_datagrams(const uint8_t *data, size_t len)
{
	struct nmsg_input *in = nmsg_input_open_memory();

	while (in && len > 1) {
		size_t n = data[0] < len - 1 ? data[0] : len - 1;

		nmsg_input_feed(in, data + 1, n);
		read_all(in);
		data += 1 + n;
		len -= 1 + n;
	}
	nmsg_input_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		read_body(data + 1, len - 1);
		break;
	case 1:
		read_file(data + 1, len - 1);
		break;
	default:
		read_datagrams(data + 1, len - 1);
	}
	return 0;
}
