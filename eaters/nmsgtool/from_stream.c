/* SPDX-License-Identifier: MIT */
#include "intake.h"
#include "log.h"
#include "loop.h"
#include "nmsg_input.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Messages of one step, at most; fewer of what is read at a rate. */
#define TURN 512
#define TURN_AT_RATE 8

struct from_stream {
	struct nmsg_input *input;
	bool is_file;
	bool told;
	int64_t begun_ns; /* of what is read at a rate; 0: nothing yet */
};

static uint64_t malformed(const struct nmsg_input_stats *s)
{
	return s->containers_bad + s->payloads_bad + s->fragments_bad;
}

static void tell_first(struct intake *in, const struct nmsg_input_stats *s)
{
	struct from_stream *f = in->state;

	if (f->told || malformed(s) + s->bytes_skipped == 0)
		return;
	f->told = true;
	log_error("%s: something there is malformed; it is passed over, and "
		  "others like it",
		  in->name);
}

/* When so many bytes may have been read, of --byterate. */
static void keep_rate(struct intake *in, const struct nmsg_input_stats *s)
{
	struct from_stream *f = in->state;
	double seconds = (double)s->bytes / (double)in->settings->byterate;

	if (!f->begun_ns)
		f->begun_ns = loop_now_ns();
	in->not_before_ns = f->begun_ns + (int64_t)(seconds * 1e9);
}

static int step(struct intake *in)
{
	struct from_stream *f = in->state;
	const struct nmsg_input_stats *s = nmsg_input_stats(f->input);
	bool at_rate = f->is_file && in->settings->byterate > 0;
	int most = at_rate ? TURN_AT_RATE : TURN, rc = 1;
	struct message m;

	for (int i = 0; i < most && rc > 0; i++) {
		uint64_t seen = s->bytes + malformed(s);

		rc = nmsg_input_next(f->input, &m, 0);
		if (rc > 0)
			intake_give(in, &m);
		/* There may be more behind what was passed over. */
		else if (rc == 0 && s->bytes + malformed(s) != seen)
			rc = 1;
	}
	tell_first(in, s);
	if (at_rate)
		keep_rate(in, s);
	if (rc == -EINTR)
		return 0;
	if (rc < 0 && rc != -ENODATA)
		log_error("cannot read %s: %s", in->name, strerror(-rc));
	if (rc == -ENODATA && f->told)
		in->failed = true;
	return rc;
}

static void list(struct text *t, uint64_t n, const char *what)
{
	if (n > 0)
		text_printf(t, "%s%s: %" PRIu64, t->len ? ", " : "", what, n);
}

static void tell(struct intake *in)
{
	struct from_stream *f = in->state;
	const struct nmsg_input_stats *s = nmsg_input_stats(f->input);
	struct text bad = {0}, lost = {0};

	list(&bad, s->containers_bad, "malformed containers");
	list(&bad, s->payloads_bad, "messages of wrong checksums");
	list(&bad, s->fragments_bad, "malformed fragments");
	list(&bad, s->bytes_skipped, "unreadable bytes");
	list(&lost, s->containers_lost, "lost containers");
	list(&lost, s->containers_late, "late containers");
	list(&lost, s->fragments_expired, "incomplete containers");
	if (bad.len && text_str(&bad))
		log_error("%s: %s", in->name, bad.at);
	if (lost.len && text_str(&lost))
		log_error("%s: %s", in->name, lost.at);
	text_free(&bad);
	text_free(&lost);
}

static void close_stream(struct intake *in)
{
	struct from_stream *f = in->state;

	if (f)
		nmsg_input_close(f->input);
	free(f);
	in->state = NULL;
}

static int open_stream(struct intake *in,
		       struct nmsg_input *(*open)(const char *), char *why,
		       size_t why_size)
{
	static const struct intake_kind kind = {step, close_stream, tell};
	struct from_stream *f = calloc(1, sizeof(*f));
	struct stat st;
	int error;

	in->kind = &kind;
	in->state = f;
	if (f)
		f->input = open(in->name);
	if (!f || !f->input) {
		error = f ? errno : ENOMEM;
		snprintf(why, why_size, "cannot open %s: %s", in->name,
			 error == ENXIO ? "no such host" : strerror(error));
		return -error;
	}
	f->is_file = open == nmsg_input_open_file;
	in->fd = nmsg_input_fd(f->input);
	in->live = fstat(in->fd, &st) < 0 || !S_ISREG(st.st_mode);
	return 0;
}

int from_stream_file(struct intake *in, char *why, size_t why_size)
{
	return open_stream(in, nmsg_input_open_file, why, why_size);
}

int from_stream_udp(struct intake *in, char *why, size_t why_size)
{
	return open_stream(in, nmsg_input_open_socket, why, why_size);
}

int from_stream_zeromq(struct intake *in, char *why, size_t why_size)
{
	return open_stream(in, nmsg_input_open_zmq, why, why_size);
}
