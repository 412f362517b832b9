/* SPDX-License-Identifier: MIT */
#include "reel.h"

#include "carrier.h"
#include "follow.h"
#include "log.h"
#include "loop.h"
#include "savefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reel {
	char *path;
	const struct input_waiter *waiter;
	struct carrier *carrier; /* of NMSG, and no path then */
	struct follow *folder;   /* NULL if it is a file */
	bool following, bad, ended;

	/* The file that is being read; none between two of a folder. */
	char *name;
	struct input *input;
	struct savefile *file;
	uint64_t packets;
};

static void close_file(struct reel *r)
{
	savefile_close(r->file);
	input_close(r->input);
	free(r->name);
	r->file = NULL;
	r->input = NULL;
	r->name = NULL;
}

/* 0, or -errno and a sentence in `why`. */
static int open_file(struct reel *r, const char *path, char *why,
		     size_t why_size)
{
	bool is_stdin = strcmp(path, "-") == 0;
	char detail[256];

	r->packets = 0;
	r->name = strdup(is_stdin ? "standard input" : path);
	r->input = r->name ? input_open(path, r->waiter) : NULL;
	if (!r->input) {
		snprintf(why, why_size, "cannot read %s: %s%s", path,
			 strerror(errno),
			 errno == EACCES && r->folder ? " (see --user)" : "");
		return -EIO;
	}
	r->file = savefile_open(input_read, r->input, detail, sizeof(detail));
	if (r->file)
		return 0;
	snprintf(why, why_size, "%s is no capture that can be read: %s",
		 r->name,
		 input_error(r->input) ? input_error(r->input) : detail);
	return -EIO;
}

/* A file that ended too early, which a signal may do to a pipe. */
static void tell_damage(struct reel *r)
{
	const char *detail = input_error(r->input);

	if (loop_stopped())
		return;
	log_error("%s ends inside a packet or is damaged; the %llu packets "
		  "before that were used (%s)",
		  r->name, (unsigned long long)r->packets,
		  detail ? detail : savefile_error(r->file));
	r->bad |= !r->following;
}

/* --- a folder ------------------------------------------------------------ */

/* Opens the folder's next file.  False at its end, or when a signal came. */
static bool open_next(struct reel *r)
{
	char why[1024];
	const char *path;
	int rc;

	while (!loop_stopped()) {
		rc = follow_next(r->folder, &path);
		if (rc == 0) {
			if (!input_wait(follow_fd(r->folder), r->waiter))
				return false;
			continue;
		}
		if (rc < 0) {
			if (rc != -ENODATA || r->following)
				log_error("cannot go on with %s: %s", r->path,
					  strerror(rc == -ENODATA ? ENOENT
								  : -rc));
			r->bad |= rc != -ENODATA || r->following;
			return false;
		}
		if (open_file(r, path, why, sizeof(why)) == 0)
			return true;
		close_file(r);
		if (loop_stopped())
			break; /* that is why */
		log_error("%s", why);
		r->bad |= !r->following;
	}
	return false;
}

/* --- the interface ------------------------------------------------------- */

struct reel *reel_open(const char *path, bool follow,
		       const struct input_waiter *waiter, char *why,
		       size_t why_size)
{
	struct reel *r = calloc(1, sizeof(*r));
	struct stat st;
	bool is_dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	if (!r || !(r->path = strdup(path))) {
		snprintf(why, why_size, "out of memory");
		goto fail;
	}
	r->waiter = waiter;
	r->following = follow;
	if (is_dir) {
		r->folder = follow_open(path, follow);
		if (r->folder)
			return r;
		snprintf(why, why_size, "cannot read %s: %s", path,
			 strerror(errno));
	} else if (follow) {
		snprintf(why, why_size,
			 "%s is no directory, which --follow needs", path);
	} else if (open_file(r, path, why, why_size) == 0) {
		return r;
	}
fail:
	reel_close(r);
	return NULL;
}

struct reel *reel_open_nmsg(const char *path, const struct input_waiter *waiter,
			    char *why, size_t why_size)
{
	struct reel *r = calloc(1, sizeof(*r));

	if (!r) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	r->waiter = waiter;
	r->carrier = carrier_open(CARRIER_FILE, path, why, why_size);
	if (r->carrier)
		return r;
	reel_close(r);
	return NULL;
}

void reel_close(struct reel *r)
{
	if (!r)
		return;
	close_file(r);
	carrier_close(r->carrier);
	follow_close(r->folder);
	free(r->path);
	free(r);
}

int reel_linktype(const struct reel *r)
{
	return r->file ? savefile_linktype(r->file) : -1;
}

void reel_count(const struct reel *r, struct nmsg_input_stats *sum)
{
	if (r->carrier)
		carrier_count(r->carrier, sum);
}

/* A rest may come though more can be read: of bytes that are nothing. */
static bool go_on(const struct reel *r)
{
	r->waiter->idle(r->waiter->host);
	return input_wait(carrier_fd(r->carrier), r->waiter);
}

static int next_carried(struct reel *r, struct capture_packet *pkt)
{
	int rc = 0;

	while (!r->ended) {
		rc = carrier_next(r->carrier, pkt);
		if (rc > 0)
			return 1;
		r->ended = rc < 0 || !go_on(r);
	}
	if (rc == -ENODATA)
		r->bad |= carrier_tell_damage(r->carrier);
	if (rc != -EIO)
		return 0;
	log_error("cannot go on with %s", carrier_error(r->carrier));
	r->bad = true;
	return 0;
}

int reel_next(struct reel *r, struct capture_packet *pkt)
{
	if (r->carrier)
		return next_carried(r, pkt);
	while (!r->ended) {
		int rc = r->file ? savefile_next(r->file, pkt) : 0;

		if (rc > 0) {
			r->packets++;
			return 1;
		}
		if (rc < 0)
			tell_damage(r);
		close_file(r);
		r->ended = !r->folder || !open_next(r);
	}
	return 0;
}

bool reel_peek(const struct reel *r, struct capture_packet *pkt)
{
	return r->file && savefile_peek(r->file, pkt);
}

bool reel_is_bad(const struct reel *r)
{
	return r->bad;
}
