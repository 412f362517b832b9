/* SPDX-License-Identifier: MIT */
#include "bpf.h"

#include "log.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

/* Compiled programs that are kept; one more takes the place of the oldest. */
#define PROGRAMS_MAX 32

struct program {
	int linktype;
	bool fits, told;
	struct bpf_program bpf;
	char why[PCAP_ERRBUF_SIZE];
};

struct bpf {
	const char *text;
	struct program programs[PROGRAMS_MAX];
	size_t count, oldest;
	struct program *last;
	struct log_limit limit;
};

struct bpf *bpf_new(const char *text)
{
	struct bpf *f = calloc(1, sizeof(*f));

	if (f)
		f->text = text;
	return f;
}

void bpf_free(struct bpf *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		if (f->programs[i].fits)
			pcap_freecode(&f->programs[i].bpf);
	free(f);
}

static void compile(struct bpf *f, struct program *p, int linktype)
{
	pcap_t *dead = pcap_open_dead(linktype, CAPTURE_SNAPLEN_MAX);

	p->linktype = linktype;
	p->told = false;
	snprintf(p->why, sizeof(p->why), "out of memory");
	p->fits = dead && pcap_compile(dead, &p->bpf, f->text, 1,
				       PCAP_NETMASK_UNKNOWN) == 0;
	if (!dead)
		return;
	if (!p->fits)
		snprintf(p->why, sizeof(p->why), "%s", pcap_geterr(dead));
	pcap_close(dead);
}

static struct program *program_for(struct bpf *f, int linktype)
{
	struct program *p;

	if (f->last && f->last->linktype == linktype)
		return f->last;
	for (size_t i = 0; i < f->count; i++)
		if (f->programs[i].linktype == linktype)
			return f->last = &f->programs[i];
	if (f->count < PROGRAMS_MAX) {
		p = &f->programs[f->count++];
	} else {
		p = &f->programs[f->oldest++ % PROGRAMS_MAX];
		if (p->fits)
			pcap_freecode(&p->bpf);
	}
	compile(f, p, linktype);
	return f->last = p;
}

bool bpf_fits(struct bpf *f, int linktype, char *why, size_t why_size)
{
	const struct program *p = program_for(f, linktype);

	if (!p->fits)
		snprintf(why, why_size, "the filter '%s' is not right: %s",
			 f->text, p->why);
	return p->fits;
}

bool bpf_matches(struct bpf *f, const struct capture_packet *pkt)
{
	const struct pcap_pkthdr head = {.caplen = pkt->caplen,
					 .len = pkt->len};
	struct program *p = program_for(f, pkt->linktype);

	if (p->fits)
		return pcap_offline_filter(&p->bpf, &head, pkt->data) != 0;
	if (!p->told)
		log_limited(&f->limit,
			    "the filter '%s' matches no packet of link type "
			    "%d: %s",
			    f->text, pkt->linktype, p->why);
	p->told = true;
	return false;
}
