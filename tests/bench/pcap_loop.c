/* SPDX-License-Identifier: MIT */
/*
 * pcap-loop FILE [BUFFER]: counts a savefile's packets with libpcap alone,
 * through stdio's own buffer or one of so many bytes.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

static void on_packet(u_char *user, const struct pcap_pkthdr *head,
		      const u_char *data)
{
	unsigned long long *count = (void *)user;

	(void)head;
	(void)data;
	++*count;
}

int main(int argc, char **argv)
{
	unsigned long long count = 0;
	char error[PCAP_ERRBUF_SIZE];
	FILE *file = argc < 2 ? NULL : fopen(argv[1], "rb");
	size_t size = argc < 3 ? 0 : strtoul(argv[2], NULL, 10);
	char *buffer = size > 0 ? aligned_alloc(4096, size) : NULL;
	pcap_t *p;

	if (!file) {
		fprintf(stderr, "usage: pcap-loop FILE [BUFFER]\n");
		return 2;
	}
	/* Without a buffer of ours glibc takes no notice of the size. */
	if (buffer)
		setvbuf(file, buffer, _IOFBF, size);
	p = pcap_fopen_offline(file, error);
	if (!p || pcap_loop(p, -1, on_packet, (void *)&count) < 0) {
		fprintf(stderr, "pcap-loop: %s\n", p ? pcap_geterr(p) : error);
		return 1;
	}
	pcap_close(p);
	free(buffer);
	printf("{\"packets\": %llu}\n", count);
	return 0;
}
