/* SPDX-License-Identifier: MIT */
/* nd-nmsgpacket: prints who talks to whom in base:packet messages. */
#include "command_line.h"
#include "lines.h"
#include "log.h"
#include "loop.h"
#include "nmsg_build.h"
#include "nmsg_input.h"
#include "nmsg_output.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Text is written when there is so much, or nothing more to read now. */
#define MUCH (64 * 1024)

#define NOT_GIVEN UINT64_MAX

struct settings {
	uint64_t count;
	const char *socket;
	bool ipv6;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"count", ND_OPTION_UINT, AT(count), NULL,
	 "End when so many base:packet messages were read, printed or not.",
	 "N", 'c'},
	{"socket", ND_OPTION_STR, AT(socket), NULL,
	 "Send a base:ipconn message for each packet that is printed, at once, "
	 "as a datagram.",
	 "ADDR/PORT", 's'},
	{"ipv6", ND_OPTION_FLAG, AT(ipv6), NULL, "Print packets of IPv6, too."},
	{0},
};

static const struct command_line command_line = {
	.name = "nd-nmsgpacket",
	.summary = "print the packets of NMSG messages",
	.description =
		"Prints the TCP and UDP packets of IPv4 in base:packet "
		"messages, from a file or from standard input, which comes "
		"first when it is a pipe or a file: a line of the message's "
		"time and kind, and a line such as '192.0.2.1.5353 --> "
		"192.0.2.2.53 (17)'.\n\n"
		"Fragments but the first have no ports, and are left out.",
	.operands = "[FILE]",
	.options = options,
	.short_help = true,
};

struct program {
	struct settings s;
	struct nd_list files;
	struct nmsg_aliases aliases;
	struct nmsg_input *in;
	struct nmsg_output *out;
	struct nmsg_build build;
	struct text text;
};

/* --- what is read -------------------------------------------------------- */

/* Whether a pipe gives something before it is closed. */
static bool pipe_has_something(void)
{
	struct pollfd polled = {.fd = STDIN_FILENO, .events = POLLIN};
	int waiting = 0;

	while (poll(&polled, 1, -1) < 0 && errno == EINTR)
		;
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting > 0;
}

/* The path to read, "-" for standard input; NULL: none. */
static const char *choose_input(const struct program *p)
{
	const char *file = p->files.count > 0 ? p->files.items[0] : NULL;
	struct stat st;

	if (isatty(STDIN_FILENO) || fstat(STDIN_FILENO, &st) < 0)
		return file;
	if (!file)
		return "-";
	if (S_ISREG(st.st_mode))
		return st.st_size > 0 ? "-" : file;
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return pipe_has_something() ? "-" : file;
	return file;
}

/* The IP packet inside a base:packet message; false if it is none. */
static bool packet_of(const struct message *m, struct nmsg_value *packet)
{
	struct nmsg_record r;
	struct nmsg_value type;

	return nmsg_record_read(&r, m) == 0 &&
	       nmsg_record_named(&r, "payload_type", &type) && type.u == 1 &&
	       nmsg_record_named(&r, "payload", packet);
}

/* --- what is told -------------------------------------------------------- */

/* 0, or -errno which was told. */
static int write_text(struct program *p)
{
	size_t done = 0;
	int rc = p->text.error;

	while (rc == 0 && done < p->text.len) {
		ssize_t n = write(STDOUT_FILENO, p->text.at + done,
				  p->text.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			rc = -errno;
	}
	p->text.len = 0;
	if (rc < 0)
		log_error("cannot write to standard output: %s", strerror(-rc));
	return rc;
}

static void add(struct program *p, const char *name, uint64_t number,
		const uint8_t *bytes, size_t len)
{
	const struct nmsg_value v = {.u = number, .bytes = bytes, .len = len};

	nmsg_build_add(&p->build,
		       nmsg_type_field(p->build.type, name, strlen(name)), &v);
}

/* 0, or -errno which was told. */
static int send_connection(struct program *p, const struct tuple *t)
{
	int64_t now = loop_wall_ns();
	struct message m = {.vid = MESSAGE_BASE,
			    .msgtype = MESSAGE_IPCONN,
			    .time_sec = now / 1000000000,
			    .time_nsec = (uint32_t)(now % 1000000000)};
	int rc;

	nmsg_build_start(&p->build,
			 nmsg_type_find(MESSAGE_BASE, MESSAGE_IPCONN));
	add(p, "proto", t->proto, NULL, 0);
	add(p, "srcip", 0, t->src, t->ip_len);
	add(p, "srcport", t->src_port, NULL, 0);
	add(p, "dstip", 0, t->dst, t->ip_len);
	add(p, "dstport", t->dst_port, NULL, 0);
	rc = nmsg_build_finish(&p->build, &m);
	if (rc == 0)
		rc = nmsg_output_write(p->out, &m);
	if (rc < 0)
		log_error("cannot send to %s: %s", p->s.socket, strerror(-rc));
	return rc;
}

static int take(struct program *p, const struct message *m)
{
	struct nmsg_value packet;
	struct tuple t;

	if (!packet_of(m, &packet) ||
	    !tuple_read(&t, packet.bytes, packet.len) ||
	    (t.ip_len == 16 && !p->s.ipv6))
		return 0;
	lines_put(&p->text, m, &p->aliases, &t);
	if (p->out && send_connection(p, &t) < 0)
		return -EIO;
	return p->text.len >= MUCH ? write_text(p) : 0;
}

/* --- the program --------------------------------------------------------- */

static uint64_t malformed(const struct nmsg_input_stats *s)
{
	return s->containers_bad + s->payloads_bad + s->fragments_bad;
}

/*
 * Waits for more, unless something was passed over, behind which there may be
 * more.  0, or -errno which was told.
 */
static int wait_for_more(struct program *p, uint64_t seen)
{
	const struct nmsg_input_stats *s = nmsg_input_stats(p->in);
	struct pollfd polled[] = {
		{.fd = nmsg_input_fd(p->in), .events = POLLIN},
		{.fd = loop_signals_fd(), .events = POLLIN},
	};
	int rc;

	if (s->bytes + malformed(s) != seen)
		return 0;
	rc = write_text(p);
	if (rc == 0)
		poll(polled, 2, -1);
	return rc;
}

/* The exit status. */
static int run(struct program *p, const char *path)
{
	const struct nmsg_input_stats *s = nmsg_input_stats(p->in);
	uint64_t left = p->s.count;
	struct message m;
	int rc = 0;

	while (rc >= 0 && left > 0 && !loop_stopped()) {
		uint64_t seen = s->bytes + malformed(s);

		rc = nmsg_input_next(p->in, &m, 0);
		if (rc == 0)
			rc = wait_for_more(p, seen);
		if (rc == -EINTR)
			rc = 0;
		if (rc < 0 && rc != -ENODATA)
			log_error("cannot read %s: %s", path, strerror(-rc));
		if (rc <= 0 || m.vid != MESSAGE_BASE ||
		    m.msgtype != MESSAGE_PACKET)
			continue;
		left--;
		rc = take(p, &m);
		if (rc < 0)
			return 1;
	}
	if (write_text(p) < 0)
		return 1;
	return rc < 0 && rc != -ENODATA;
}

/* What was not right in the input, and for nobody: the exit status. */
static int tell(const struct program *p)
{
	const struct nmsg_input_stats *in = nmsg_input_stats(p->in);
	uint64_t bad = malformed(in) + in->fragments_expired;
	uint64_t refused =
		p->out ? nmsg_output_stats(p->out)->containers_refused : 0;

	if (bad + in->bytes_skipped > 0)
		log_error("%" PRIu64 " malformed container%s and %" PRIu64
			  " byte%s passed over",
			  bad, bad == 1 ? "" : "s", in->bytes_skipped,
			  in->bytes_skipped == 1 ? "" : "s");
	if (refused > 0)
		log_error("%s: nobody listened to %" PRIu64 " datagram%s",
			  p->s.socket, refused, refused == 1 ? "" : "s");
	return bad + in->bytes_skipped > 0;
}

static int help(void)
{
	char *argv[] = {(char[]){"nd-nmsgpacket"}, (char[]){"--help"}, NULL};
	struct settings s = {0};

	command_line_parse(&command_line, &s, NULL, 2, argv);
	option_free(options, &s);
	return 1;
}

static int fail(const char *what, const char *name)
{
	log_error("cannot %s %s: %s", what, name,
		  errno == ENXIO ? "no such host" : strerror(errno));
	return 1;
}

static int work(struct program *p)
{
	const struct nmsg_output_config config = {.mtu = 1280,
						  .unbuffered = true};
	const char *path = choose_input(p);
	int status;

	if (!path || p->s.count == 0)
		return help();
	if (loop_signals() < 0)
		return fail("wait for", "signals");
	nmsg_alias_load(&p->aliases, "/etc");
	p->in = nmsg_input_open_file(path);
	if (!p->in)
		return fail("open", path);
	if (p->s.socket) {
		p->out = nmsg_output_open_socket(p->s.socket, &config);
		if (!p->out)
			return fail("send to", p->s.socket);
	}
	status = run(p, path);
	return tell(p) || status;
}

int main(int argc, char **argv)
{
	static const struct nd_option list[] = {{"", ND_OPTION_LIST}, {0}};
	static struct program p = {.s.count = NOT_GIVEN};
	enum command_line_outcome outcome;
	int status = 2;

	log_open("nd-nmsgpacket");
	outcome = command_line_parse(&command_line, &p.s, &p.files, argc, argv);
	if (outcome == COMMAND_LINE_DONE) {
		status = 0;
	} else if (outcome == COMMAND_LINE_RUN && p.files.count > 1) {
		fprintf(stderr, "nd-nmsgpacket: one file at a time\n");
	} else if (outcome == COMMAND_LINE_RUN) {
		status = work(&p);
	}
	nmsg_input_close(p.in);
	nmsg_output_close(p.out);
	nmsg_build_free(&p.build);
	nmsg_alias_unload(&p.aliases);
	text_free(&p.text);
	option_free(list, &p.files);
	option_free(options, &p.s);
	return status;
}
