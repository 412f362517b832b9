/* SPDX-License-Identifier: MIT */
#include "capture.h"

#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * libpcap reads savefiles through stdio, whose 4 KiB buffer halves its speed
 * (tests/bench/kitchen).
 */
#define FILE_BUFFER (1024 * 1024)

/* The latest time that a packet may have, in the year 2116. */
#define SECONDS_MAX UINT64_C(4611686018)

struct capture {
	pcap_t *pcap;
	bool live;
	bool broken; /* the savefile ended inside a packet */
	capture_packet_fn *packet;
	void *packet_host;
	int (*idle)(void *host);
	void *idle_host;
	int pipe_fd;
	char *file_buffer; /* glibc takes a size only with a buffer */
	uint64_t dropped_kernel, dropped_interface;
	uint32_t last_drop, last_ifdrop;
	char error[PCAP_ERRBUF_SIZE + 64];
};

/* --- live ---------------------------------------------------------------- */

static void explain_activation(int rc, const char *name, const char *detail,
			       char *why, size_t why_size)
{
	char exe[256];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[len < 0 ? 0 : len] = '\0';
	if (rc == PCAP_ERROR_PERM_DENIED ||
	    rc == PCAP_ERROR_PROMISC_PERM_DENIED)
		snprintf(why, why_size,
			 "no right to capture on %s: start it with sudo, or "
			 "allow it for good with 'sudo setcap "
			 "cap_net_raw,cap_net_admin+ep %s', or read a savefile "
			 "with --read",
			 name, exe);
	else if (rc == PCAP_ERROR_NO_SUCH_DEVICE)
		snprintf(why, why_size,
			 "there is no interface '%s' here ('ip link' lists "
			 "them, 'all' is all of them)",
			 name);
	else
		snprintf(why, why_size, "cannot capture on %s: %s%s%s", name,
			 pcap_statustostr(rc), *detail ? ": " : "", detail);
}

static pcap_t *open_live(const struct capture_config *config, char *why,
			 size_t why_size)
{
	bool all = strcmp(config->interface, "all") == 0;
	const char *name = all ? "any" : config->interface;
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *p = pcap_create(name, error);
	int rc;

	if (!p) {
		snprintf(why, why_size, "cannot capture on %s: %s", name,
			 error);
		return NULL;
	}
	pcap_set_snaplen(p, config->snaplen);
	pcap_set_promisc(p, config->promiscuous && !all);
	pcap_set_buffer_size(p, config->buffer_size);
	pcap_set_timeout(p, config->delay_ms);
	if (config->delay_ms == 0)
		pcap_set_immediate_mode(p, 1);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	rc = pcap_activate(p);
	if (rc < 0) {
		explain_activation(rc, name, pcap_geterr(p), why, why_size);
		pcap_close(p);
		return NULL;
	}
	pcap_setnonblock(p, 1, error);
	return p;
}

/* --- savefiles ----------------------------------------------------------- */

/*
 * A pipe is read where waiting can be seen: what is in hand goes out first,
 * and a signal ends it as its end would.
 */
static ssize_t read_pipe(void *host, char *buf, size_t size)
{
	struct capture *c = host;
	struct pollfd fds[] = {{.fd = c->pipe_fd, .events = POLLIN},
			       {.fd = loop_signals_fd(), .events = POLLIN}};

	int rc = poll(fds, 2, 0);

	while (rc == 0 || (rc < 0 && errno == EINTR))
		rc = poll(fds, 2, c->idle(c->idle_host));
	return fds[1].revents ? 0 : read(c->pipe_fd, buf, size);
}

/* Not to be held up by a FIFO that has no writer yet: read_pipe() waits. */
static FILE *open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_RDONLY);
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

static FILE *open_file(struct capture *c, const char *path)
{
	const cookie_io_functions_t pipe_functions = {.read = read_pipe};
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : open_path(path);
	struct stat st;

	if (!file || fstat(fileno(file), &st) < 0)
		return NULL;
	if (S_ISDIR(st.st_mode)) {
		fclose(file);
		errno = EISDIR;
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		c->pipe_fd = dup(fileno(file));
		fclose(file);
		file = c->pipe_fd < 0 ? NULL
				      : fopencookie(c, "rb", pipe_functions);
	}
	/* Page-aligned, for which the kernel copies twice as fast. */
	c->file_buffer = aligned_alloc(4096, FILE_BUFFER);
	if (file && c->file_buffer)
		setvbuf(file, c->file_buffer, _IOFBF, FILE_BUFFER);
	return file;
}

static pcap_t *open_savefile(struct capture *c, const char *path, char *why,
			     size_t why_size)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	char error[PCAP_ERRBUF_SIZE] = "";
	FILE *file = open_file(c, path);
	pcap_t *p;

	if (!file) {
		snprintf(why, why_size, "cannot read %s: %s", name,
			 strerror(errno));
		return NULL;
	}
	p = pcap_fopen_offline_with_tstamp_precision(file,
						     PCAP_TSTAMP_PRECISION_NANO,
						     error);
	if (p)
		return p;
	fclose(file);
	snprintf(why, why_size, "%s is no capture that libpcap can read: %s",
		 name, error);
	return NULL;
}

/* --- both ---------------------------------------------------------------- */

static int set_filter(pcap_t *p, const char *filter, char *why, size_t why_size)
{
	struct bpf_program program;
	int rc;

	if (!filter || !*filter)
		return 0;
	rc = pcap_compile(p, &program, filter, 1, PCAP_NETMASK_UNKNOWN);
	if (rc == 0) {
		rc = pcap_setfilter(p, &program);
		pcap_freecode(&program);
	}
	if (rc < 0)
		snprintf(why, why_size, "the filter '%s' is not right: %s",
			 filter, pcap_geterr(p));
	return rc;
}

struct capture *capture_open(const struct capture_config *config,
			     int (*idle)(void *host), void *host, char *why,
			     size_t why_size)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (!c) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	c->pipe_fd = -1;
	c->idle = idle;
	c->idle_host = host;
	c->live = !config->file || !*config->file;
	c->pcap = c->live ? open_live(config, why, why_size)
			  : open_savefile(c, config->file, why, why_size);
	if (c->pcap && set_filter(c->pcap, config->filter, why, why_size) == 0)
		return c;
	capture_close(c);
	return NULL;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->pcap)
		pcap_close(c->pcap);
	if (c->pipe_fd >= 0)
		close(c->pipe_fd);
	free(c->file_buffer);
	free(c);
}

int capture_linktype(const struct capture *c)
{
	return pcap_datalink(c->pcap);
}

int capture_fd(const struct capture *c)
{
	return c->live ? pcap_get_selectable_fd(c->pcap) : -1;
}

/* With nanosecond precision tv_usec counts nanoseconds. */
static void on_packet(u_char *user, const struct pcap_pkthdr *head,
		      const u_char *data)
{
	struct capture *c = (struct capture *)(void *)user;
	uint64_t seconds = (uint64_t)head->ts.tv_sec;
	uint64_t ns = (uint64_t)head->ts.tv_usec;
	int64_t time_ns;

	/* What a damaged file may say must not overflow in what follows. */
	if (seconds > SECONDS_MAX || ns > 999999999)
		seconds = ns = 0;
	time_ns = (int64_t)(seconds * 1000000000 + ns);

	c->packet(c->packet_host, time_ns, data, head->caplen, head->len);
}

int capture_dispatch(struct capture *c, int max, capture_packet_fn *packet,
		     void *host)
{
	int rc;

	if (c->broken)
		return -EIO;
	c->packet = packet;
	c->packet_host = host;
	rc = pcap_dispatch(c->pcap, max, on_packet, (u_char *)c);
	if (rc > 0 || (rc == 0 && c->live))
		return rc;
	if (rc == 0 || loop_stopped())
		return -ENODATA;
	snprintf(c->error, sizeof(c->error), "%s", pcap_geterr(c->pcap));
	c->broken = true;
	return -EIO;
}

const char *capture_error(const struct capture *c)
{
	return c->error;
}

void capture_dropped(struct capture *c, uint64_t *kernel, uint64_t *interface)
{
	struct pcap_stat stat;

	/* libpcap's counters have 32 bits and wrap. */
	if (c->live && pcap_stats(c->pcap, &stat) == 0) {
		c->dropped_kernel += stat.ps_drop - c->last_drop;
		c->dropped_interface += stat.ps_ifdrop - c->last_ifdrop;
		c->last_drop = stat.ps_drop;
		c->last_ifdrop = stat.ps_ifdrop;
	}
	*kernel = c->dropped_kernel;
	*interface = c->dropped_interface;
}
