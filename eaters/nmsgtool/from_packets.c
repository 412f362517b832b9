/* SPDX-License-Identifier: MIT */
#include "capture.h"
#include "intake.h"
#include "log.h"
#include "packets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Packets of one step, at most. */
#define TURN 512

#define SNAPLEN 1522 /* as nmsgtool */
#define BUFFER_SIZE (16 * 1024 * 1024)
#define DELAY_MS 10 /* for which the kernel may gather packets */

struct from_packets {
	struct capture *capture;
	struct packets *packets;
	struct nd_list sources; /* the one file or interface */
	bool is_interface;
	int error;
};

static void on_packet(void *host, const struct capture_packet *pkt)
{
	struct intake *in = host;
	struct from_packets *f = in->state;
	struct message m;
	int rc = packets_message(f->packets, pkt, &m);

	if (rc > 0)
		intake_give(in, &m);
	else if (rc < 0)
		f->error = rc;
}

static int step(struct intake *in)
{
	struct from_packets *f = in->state;
	int rc = capture_dispatch(f->capture, TURN, on_packet, in);

	if (rc >= 0 && f->error)
		rc = f->error;
	if (rc >= 0)
		return rc > 0;
	/* What is wrong with a file has been told. */
	if (f->is_interface && rc == -EIO)
		log_error("cannot go on with %s", capture_error(f->capture));
	else if (rc != -EIO && rc != -ENODATA)
		log_error("cannot read %s: %s", in->name, strerror(-rc));
	return rc;
}

static void tell(struct intake *in)
{
	struct from_packets *f = in->state;
	uint64_t kernel, interface, skipped = packets_skipped(f->packets);

	capture_dropped(f->capture, &kernel, &interface);
	if (kernel + interface > 0)
		log_error("%s: %" PRIu64 " packets were dropped before they "
			  "came here",
			  in->name, kernel + interface);
	if (skipped > 0)
		log_info("%s: %" PRIu64 " packet%s passed over that base:%s "
			 "cannot hold",
			 in->name, skipped, skipped == 1 ? "" : "s",
			 in->settings->msgtype);
}

static void close_packets(struct intake *in)
{
	static const struct nd_option list[] = {{"", ND_OPTION_LIST}, {0}};
	struct from_packets *f = in->state;

	if (!f)
		return;
	capture_close(f->capture);
	packets_free(f->packets);
	option_free(list, &f->sources);
	free(f);
	in->state = NULL;
}

/* INTERFACE[+][,SNAPLEN] */
static int parse_interface(char *name, struct capture_config *config)
{
	char *comma = strchr(name, ','), *end;
	unsigned long snaplen;
	size_t len;

	if (comma) {
		*comma++ = '\0';
		snaplen = strtoul(comma, &end, 10);
		if (end == comma || *end || snaplen < 14 ||
		    snaplen > CAPTURE_SNAPLEN_MAX)
			return -EINVAL;
		config->snaplen = (int)snaplen;
	}
	len = strlen(name);
	if (len > 0 && name[len - 1] == '+') {
		name[len - 1] = '\0';
		config->promiscuous = true;
	}
	return *name ? 0 : -EINVAL;
}

static int open_capture(struct intake *in, char *why, size_t why_size)
{
	struct from_packets *f = in->state;
	struct capture_config config = {
		.interfaces = f->is_interface ? &f->sources : NULL,
		.files = f->is_interface ? NULL : &f->sources,
		.filter = in->settings->bpf,
		.snaplen = SNAPLEN,
		.buffer_size = BUFFER_SIZE,
		.delay_ms = DELAY_MS,
		.fanout_group = -1,
	};
	char *name = strdup(in->name);
	int rc = name ? 0 : -ENOMEM;

	snprintf(why, why_size, "out of memory");
	if (rc == 0 && f->is_interface) {
		rc = parse_interface(name, &config);
		if (rc < 0)
			snprintf(why, why_size,
				 "'%s' is not INTERFACE[+][,SNAPLEN]",
				 in->name);
	}
	if (rc == 0)
		rc = option_list_add(&f->sources, name);
	if (rc == 0) {
		f->capture = capture_open(&config, in->idle, in, why, why_size);
		rc = f->capture ? 0 : -EIO;
	}
	free(name);
	return rc;
}

static int open_packets(struct intake *in, bool is_interface, char *why,
			size_t why_size)
{
	static const struct intake_kind kind = {step, close_packets, tell};
	const struct settings *s = in->settings;
	struct from_packets *f = calloc(1, sizeof(*f));
	int rc;

	in->kind = &kind;
	in->state = f;
	if (!f) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	f->is_interface = is_interface;
	f->packets = s->vid == MESSAGE_BASE ? packets_new(s->type) : NULL;
	if (!f->packets) {
		snprintf(why, why_size,
			 "packets become packet, pkt or ncap of base, not %s",
			 s->msgtype);
		return -EINVAL;
	}
	rc = open_capture(in, why, why_size);
	if (rc < 0)
		return rc;
	in->fd = capture_fd(f->capture);
	in->live = is_interface;
	return 0;
}

int from_packets_file(struct intake *in, char *why, size_t why_size)
{
	return open_packets(in, false, why, why_size);
}

int from_packets_interface(struct intake *in, char *why, size_t why_size)
{
	return open_packets(in, true, why, why_size);
}
