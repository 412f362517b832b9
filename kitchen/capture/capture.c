/* SPDX-License-Identifier: MIT */
#include "capture.h"

#include "bpf.h"
#include "live.h"
#include "loop.h"
#include "merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct capture {
	/* Either interfaces, */
	struct live **lives;
	size_t live_count;
	int epoll_fd; /* of them, where there are several */
	const char *error;

	/* or files. */
	struct merge *merge;
	struct bpf *filter;
	struct input_waiter waiter;
};

/* --- opening ------------------------------------------------------------- */

/* One descriptor that is readable when one of them is.  0 or -errno. */
static int join_fds(struct capture *c)
{
	struct epoll_event event = {.events = EPOLLIN};

	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll_fd < 0)
		return -errno;
	for (size_t i = 0; i < c->live_count; i++)
		if (epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, live_fd(c->lives[i]),
			      &event) < 0)
			return -errno;
	return 0;
}

static int open_interfaces(struct capture *c,
			   const struct capture_config *config, char *why,
			   size_t why_size)
{
	const struct nd_list *names = config->interfaces;

	c->lives = calloc(names->count + 1, sizeof(*c->lives));
	for (size_t i = 0; c->lives && i < names->count; i++) {
		c->lives[i] = live_open(config, names->items[i], (int)i, why,
					why_size);
		if (!c->lives[i])
			return -EIO;
		c->live_count++;
	}
	if (c->lives && (c->live_count == 1 || join_fds(c) == 0))
		return 0;
	snprintf(why, why_size, "out of memory or descriptors");
	return -ENOMEM;
}

/* Whether the filter is right for a file, or for what files often have. */
static bool filter_is_right(struct capture *c, char *why, size_t why_size)
{
	static const int usual[] = {127, 105, 113, 12, 1};
	bool known = false;

	for (size_t i = 0; i < merge_count(c->merge); i++) {
		int linktype = merge_linktype(c->merge, i);

		if (linktype < 0)
			continue;
		known = true;
		if (bpf_fits(c->filter, linktype, why, why_size))
			return true;
	}
	for (size_t i = 0; !known && i < sizeof(usual) / sizeof(*usual); i++)
		if (bpf_fits(c->filter, usual[i], why, why_size))
			return true;
	return false;
}

static int open_files(struct capture *c, const struct capture_config *config,
		      char *why, size_t why_size)
{
	c->merge = merge_open(config->files, config->follow, &c->waiter, why,
			      why_size);
	if (!c->merge)
		return -EIO;
	if (!config->filter || !*config->filter)
		return 0;
	c->filter = bpf_new(config->filter);
	if (c->filter)
		return filter_is_right(c, why, why_size) ? 0 : -EINVAL;
	snprintf(why, why_size, "out of memory");
	return -ENOMEM;
}

struct capture *capture_open(const struct capture_config *config,
			     int (*idle)(void *host), void *host, char *why,
			     size_t why_size)
{
	struct capture *c = calloc(1, sizeof(*c));
	int rc;

	if (!c) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	c->epoll_fd = -1;
	c->waiter = (struct input_waiter){idle, host};
	if (config->files && config->files->count > 0)
		rc = open_files(c, config, why, why_size);
	else
		rc = open_interfaces(c, config, why, why_size);
	if (rc == 0)
		return c;
	capture_close(c);
	return NULL;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->live_count; i++)
		live_close(c->lives[i]);
	free(c->lives);
	if (c->epoll_fd >= 0)
		close(c->epoll_fd);
	merge_close(c->merge);
	bpf_free(c->filter);
	free(c);
}

/* --- packets ------------------------------------------------------------- */

int capture_fd(const struct capture *c)
{
	if (c->live_count == 1)
		return live_fd(c->lives[0]);
	return c->epoll_fd;
}

static int dispatch_interfaces(struct capture *c, int max,
			       capture_packet_fn *packet, void *host)
{
	int sum = 0;

	for (size_t i = 0; i < c->live_count; i++) {
		int rc = live_dispatch(c->lives[i], max, packet, host);

		if (rc < 0) {
			c->error = live_error(c->lives[i]);
			return loop_stopped() ? -ENODATA : rc;
		}
		sum += rc;
	}
	return sum;
}

static int dispatch_files(struct capture *c, int max, capture_packet_fn *packet,
			  void *host)
{
	struct capture_packet pkt, next;
	int count = 0;

	while (count < max && merge_next(c->merge, &pkt) > 0) {
		count++;
		pkt.next = NULL;
		if (!c->filter && merge_peek(c->merge, &next))
			pkt.next = &next;
		if (!c->filter || bpf_matches(c->filter, &pkt))
			packet(host, &pkt);
	}
	if (count > 0)
		return count;
	return merge_is_bad(c->merge) ? -EIO : -ENODATA;
}

int capture_dispatch(struct capture *c, int max, capture_packet_fn *packet,
		     void *host)
{
	return c->merge ? dispatch_files(c, max, packet, host)
			: dispatch_interfaces(c, max, packet, host);
}

const char *capture_error(const struct capture *c)
{
	return c->error;
}

void capture_dropped(struct capture *c, uint64_t *kernel, uint64_t *interface)
{
	*kernel = *interface = 0;
	for (size_t i = 0; i < c->live_count; i++)
		live_dropped(c->lives[i], kernel, interface);
}
