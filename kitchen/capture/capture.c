/* SPDX-License-Identifier: MIT */
#include "capture.h"

#include "bpf.h"
#include "carrier.h"
#include "live.h"
#include "loop.h"
#include "merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct capture {
	/* Either interfaces, and others who send messages of NMSG, */
	struct live **lives;
	size_t live_count;
	struct carrier **carriers;
	size_t carrier_count;
	int epoll_fd; /* of them, where there are several */
	const char *error;

	/* or files. */
	struct merge *merge;
	struct bpf *filter; /* of what no kernel filters; NULL: none */
	struct input_waiter waiter;
};

/* Link types that files often have, raw IP and Ethernet among them. */
static const int usual[] = {127, 105, 113, 12, 1};

/* --- opening ------------------------------------------------------------- */

static int fd_of(const struct capture *c, size_t i)
{
	return i < c->live_count ? live_fd(c->lives[i])
				 : carrier_fd(c->carriers[i - c->live_count]);
}

/* One descriptor that is readable when one of them is.  0 or -errno. */
static int join_fds(struct capture *c)
{
	struct epoll_event event = {.events = EPOLLIN};

	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll_fd < 0)
		return -errno;
	for (size_t i = 0; i < c->live_count + c->carrier_count; i++)
		if (epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd_of(c, i), &event) <
		    0)
			return -errno;
	return 0;
}

static int open_interfaces(struct capture *c,
			   const struct capture_config *config, char *why,
			   size_t why_size)
{
	const struct nd_list *names = config->interfaces;

	c->lives = calloc(names->count + 1, sizeof(*c->lives));
	if (!c->lives) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < names->count; i++) {
		c->lives[i] = live_open(config, names->items[i], (int)i, why,
					why_size);
		if (!c->lives[i])
			return -EIO;
		c->live_count++;
	}
	return 0;
}

static int open_carriers(struct capture *c, enum carrier_kind kind,
			 const struct nd_list *names, char *why,
			 size_t why_size)
{
	size_t count = names ? names->count : 0;
	struct carrier **all = realloc(c->carriers, (c->carrier_count + count +
						     1) * sizeof(*all));

	if (!all) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	c->carriers = all;
	for (size_t i = 0; i < count; i++) {
		struct carrier *one =
			carrier_open(kind, names->items[i], why, why_size);

		if (!one)
			return -EIO;
		c->carriers[c->carrier_count++] = one;
	}
	return 0;
}

/* Whether the filter is right for a file, or for what files often have. */
static bool filter_is_right(struct capture *c, char *why, size_t why_size)
{
	bool known = false;

	for (size_t i = 0; c->merge && i < merge_count(c->merge); i++) {
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

static int open_filter(struct capture *c, const struct capture_config *config,
		       char *why, size_t why_size)
{
	if (!config->filter || !*config->filter)
		return 0;
	c->filter = bpf_new(config->filter);
	if (c->filter)
		return filter_is_right(c, why, why_size) ? 0 : -EINVAL;
	snprintf(why, why_size, "out of memory");
	return -ENOMEM;
}

static int open_files(struct capture *c, const struct capture_config *config,
		      char *why, size_t why_size)
{
	c->merge = merge_open(config, &c->waiter, why, why_size);
	return c->merge ? open_filter(c, config, why, why_size) : -EIO;
}

static int open_live(struct capture *c, const struct capture_config *config,
		     char *why, size_t why_size)
{
	int rc = open_interfaces(c, config, why, why_size);

	if (rc == 0)
		rc = open_carriers(c, CARRIER_SOCKET, config->sockets, why,
				   why_size);
	if (rc == 0)
		rc = open_carriers(c, CARRIER_ZMQ, config->endpoints, why,
				   why_size);
	if (rc == 0 && c->carrier_count > 0)
		rc = open_filter(c, config, why, why_size);
	if (rc < 0 || c->live_count + c->carrier_count == 1)
		return rc;
	rc = join_fds(c);
	if (rc < 0)
		snprintf(why, why_size, "out of memory or descriptors");
	return rc;
}

static bool has_some(const struct nd_list *list)
{
	return list && list->count > 0;
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
	if (has_some(config->files) || has_some(config->nmsg_files))
		rc = open_files(c, config, why, why_size);
	else
		rc = open_live(c, config, why, why_size);
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
	for (size_t i = 0; i < c->carrier_count; i++)
		carrier_close(c->carriers[i]);
	free(c->carriers);
	if (c->epoll_fd >= 0)
		close(c->epoll_fd);
	merge_close(c->merge);
	bpf_free(c->filter);
	free(c);
}

/* --- packets ------------------------------------------------------------- */

int capture_fd(const struct capture *c)
{
	if (c->merge)
		return -1;
	return c->epoll_fd >= 0 ? c->epoll_fd : fd_of(c, 0);
}

/* Hands over what the kernel did not filter. */
static void give(struct capture *c, const struct capture_packet *pkt,
		 capture_packet_fn *packet, void *host)
{
	if (pkt->message || !c->filter || bpf_matches(c->filter, pkt))
		packet(host, pkt);
}

static int dispatch_carriers(struct capture *c, int max,
			     capture_packet_fn *packet, void *host)
{
	struct capture_packet pkt;
	int sum = 0;

	for (size_t i = 0; i < c->carrier_count; i++) {
		int rc = 1, count = 0;

		while (count < max &&
		       (rc = carrier_next(c->carriers[i], &pkt)) > 0) {
			count++;
			give(c, &pkt, packet, host);
		}
		if (rc < 0) {
			c->error = carrier_error(c->carriers[i]);
			return -EIO;
		}
		sum += count;
	}
	return sum;
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
		give(c, &pkt, packet, host);
	}
	if (count > 0)
		return count;
	return merge_is_bad(c->merge) ? -EIO : -ENODATA;
}

int capture_dispatch(struct capture *c, int max, capture_packet_fn *packet,
		     void *host)
{
	int interfaces, rc;

	if (c->merge)
		return dispatch_files(c, max, packet, host);
	interfaces = dispatch_interfaces(c, max, packet, host);
	if (interfaces < 0)
		return interfaces;
	rc = dispatch_carriers(c, max, packet, host);
	return rc < 0 ? rc : interfaces + rc;
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

void capture_count_nmsg(const struct capture *c, struct nmsg_input_stats *sum)
{
	for (size_t i = 0; i < c->carrier_count; i++)
		carrier_count(c->carriers[i], sum);
	if (c->merge)
		merge_count_nmsg(c->merge, sum);
}
