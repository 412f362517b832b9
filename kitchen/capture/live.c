/* SPDX-License-Identifier: MIT */
#include "live.h"

#include "loop.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct live {
	pcap_t *pcap;
	struct capture_packet pkt; /* what is the same of all is set */
	int64_t joined_ns; /* a fanout group; what was before is not ours */
	capture_packet_fn *packet;
	void *packet_host;
	uint64_t dropped_kernel, dropped_interface;
	uint32_t last_drop, last_ifdrop;
	char error[PCAP_ERRBUF_SIZE + 64];
};

/* --- opening ------------------------------------------------------------- */

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

static pcap_t *activate(const struct capture_config *config, const char *name,
			bool all, char *why, size_t why_size)
{
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

/*
 * Shares the interface's packets with the other members of the group, flow by
 * flow, fragments with their flow: packet(7).  What came before is everyone's,
 * and so nobody's.
 */
static int join(struct live *l, int group, char *why, size_t why_size)
{
	const uint32_t type = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG;
	uint32_t value = ((uint32_t)group & 0xffff) | type << 16;

	if (setsockopt(pcap_fileno(l->pcap), SOL_PACKET, PACKET_FANOUT, &value,
		       sizeof(value)) < 0) {
		snprintf(why, why_size, "cannot share the packets of %s: %s",
			 l->pkt.interface ? l->pkt.interface : "all",
			 strerror(errno));
		return -errno;
	}
	l->joined_ns = loop_wall_ns();
	return 0;
}

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

struct live *live_open(const struct capture_config *config,
		       const char *interface, int number, char *why,
		       size_t why_size)
{
	bool all = strcmp(interface, "all") == 0;
	struct live *l = calloc(1, sizeof(*l));

	if (!l) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	l->pcap = activate(config, all ? "any" : interface, all, why, why_size);
	if (!l->pcap)
		goto fail;
	l->pkt.interface = all ? NULL : interface;
	l->pkt.linktype = pcap_datalink(l->pcap);
	if (config->fanout_group >= 0 &&
	    join(l, config->fanout_group + number, why, why_size) < 0)
		goto fail;
	if (set_filter(l->pcap, config->filter, why, why_size) == 0)
		return l;
fail:
	live_close(l);
	return NULL;
}

void live_close(struct live *l)
{
	if (!l)
		return;
	if (l->pcap)
		pcap_close(l->pcap);
	free(l);
}

/* --- packets ------------------------------------------------------------- */

int live_fd(const struct live *l)
{
	return pcap_get_selectable_fd(l->pcap);
}

int live_linktype(const struct live *l)
{
	return l->pkt.linktype;
}

/* With nanosecond precision tv_usec counts nanoseconds. */
static void on_packet(u_char *user, const struct pcap_pkthdr *head,
		      const u_char *data)
{
	struct live *l = (struct live *)(void *)user;
	struct capture_packet *pkt = &l->pkt;

	pkt->time_ns = head->ts.tv_sec * INT64_C(1000000000) + head->ts.tv_usec;
	if (pkt->time_ns < l->joined_ns)
		return;
	l->joined_ns = 0; /* older ones lay before this one */
	pkt->data = data;
	pkt->caplen = head->caplen;
	pkt->len = head->len;
	l->packet(l->packet_host, pkt);
}

int live_dispatch(struct live *l, int max, capture_packet_fn *packet,
		  void *host)
{
	int rc;

	l->packet = packet;
	l->packet_host = host;
	rc = pcap_dispatch(l->pcap, max, on_packet, (u_char *)l);
	if (rc >= 0)
		return rc;
	snprintf(l->error, sizeof(l->error), "%s: %s",
		 l->pkt.interface ? l->pkt.interface : "all",
		 pcap_geterr(l->pcap));
	return -EIO;
}

const char *live_error(const struct live *l)
{
	return l->error;
}

void live_dropped(struct live *l, uint64_t *kernel, uint64_t *interface)
{
	struct pcap_stat stat;

	/* libpcap's counters have 32 bits and wrap. */
	if (pcap_stats(l->pcap, &stat) == 0) {
		l->dropped_kernel += stat.ps_drop - l->last_drop;
		l->dropped_interface += stat.ps_ifdrop - l->last_ifdrop;
		l->last_drop = stat.ps_drop;
		l->last_ifdrop = stat.ps_ifdrop;
	}
	*kernel += l->dropped_kernel;
	*interface += l->dropped_interface;
}
