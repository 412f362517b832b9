/* SPDX-License-Identifier: MIT */
#include "decompress.h"
#include "savefile.h"

#include <stdlib.h>
#include <string.h>

/*
 * The bytes of a savefile, of either format.  What starts like a compressed
 * file goes through libarchive first.
 */

struct bytes {
	const uint8_t *at;
	size_t left;
	struct decompress *decompress;
	uint8_t block[16];
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* A few bytes at a time, so that packets lie across what is read. */
static ssize_t read_some(void *host, void *buf, size_t size)
{
	struct bytes *b = host;
	size_t n = 1 + b->left % 61;

	n = n < size ? n : size;
	n = n < b->left ? n : b->left;
	memcpy(buf, b->at, n);
	b->at += n;
	b->left -= n;
	return (ssize_t)n;
}

static ssize_t read_block(void *host, const void **data)
{
	struct bytes *b = host;

	*data = b->block;
	return read_some(b, b->block, sizeof(b->block));
}

static ssize_t read_decompressed(void *host, void *buf, size_t size)
{
	struct bytes *b = host;

	return decompress_read(b->decompress, buf, size);
}

static void check_packet(const struct capture_packet *pkt)
{
	static volatile uint8_t sum;

	check(pkt->caplen <= SAVEFILE_PACKET_MAX);
	check(pkt->time_ns >= 0);
	for (uint32_t i = 0; i < pkt->caplen; i++)
		sum = (uint8_t)(sum + pkt->data[i]);
	if (pkt->interface)
		check(*pkt->interface && strlen(pkt->interface) < 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes b = {.at = data, .left = len};
	struct capture_packet pkt;
	struct savefile *s;
	char why[256] = "";
	size_t packets = 0;
	int rc;

	if (decompress_knows(data, len))
		b.decompress = decompress_open(read_block, &b);
	s = savefile_open(b.decompress ? read_decompressed : read_some, &b, why,
			  sizeof(why));
	check(s || *why);
	while (s && (rc = savefile_next(s, &pkt)) != 0) {
		if (rc < 0) {
			check(*savefile_error(s));
			check(savefile_next(s, &pkt) == rc);
			break;
		}
		check_packet(&pkt);
		/* What decompresses well may be long. */
		if (++packets == 10000)
			break;
	}
	savefile_close(s);
	decompress_close(b.decompress);
	return 0;
}
