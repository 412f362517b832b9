/* SPDX-License-Identifier: MIT */
#include "decompress.h"

#include <archive.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct decompress {
	struct archive *archive;
	decompress_read_fn *read;
	void *host;
	bool begun, ended, failed;
	const uint8_t *at; /* what is decompressed and not taken yet */
	size_t left;
};

bool decompress_knows(const uint8_t *magic, size_t len)
{
	static const struct {
		uint8_t len, bytes[DECOMPRESS_MAGIC];
	} known[] = {
		{3, {0x1f, 0x8b, 8}},               /* gzip */
		{4, {0x28, 0xb5, 0x2f, 0xfd}},      /* zstd */
		{4, {4, 0x22, 0x4d, 0x18}},         /* lz4 */
		{6, {0xfd, '7', 'z', 'X', 'Z', 0}}, /* xz */
		{3, {'B', 'Z', 'h'}},               /* bzip2 */
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (len >= known[i].len &&
		    memcmp(magic, known[i].bytes, known[i].len) == 0)
			return true;
	return false;
}

static ssize_t on_read(struct archive *a, void *host, const void **data)
{
	struct decompress *d = host;
	ssize_t n = d->read(d->host, data);

	if (n < 0)
		archive_set_error(a, (int)-n, "%s", strerror((int)-n));
	return n < 0 ? ARCHIVE_FATAL : n;
}

struct decompress *decompress_open(decompress_read_fn *read, void *host)
{
	struct decompress *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->read = read;
	d->host = host;
	d->archive = archive_read_new();
	if (!d->archive) {
		free(d);
		errno = ENOMEM;
		return NULL;
	}
	archive_read_support_filter_gzip(d->archive);
	archive_read_support_filter_zstd(d->archive);
	archive_read_support_filter_lz4(d->archive);
	archive_read_support_filter_xz(d->archive);
	archive_read_support_filter_bzip2(d->archive);
	/* Not an archive: one stream of bytes, which may be empty. */
	archive_read_support_format_raw(d->archive);
	archive_read_support_format_empty(d->archive);
	return d;
}

void decompress_close(struct decompress *d)
{
	if (!d)
		return;
	archive_read_free(d->archive);
	free(d);
}

/* Not in decompress_open(), as it reads. */
static int begin(struct decompress *d)
{
	struct archive_entry *entry;
	int rc;

	d->begun = true;
	rc = archive_read_open(d->archive, d, NULL, on_read, NULL);
	if (rc == ARCHIVE_OK)
		rc = archive_read_next_header(d->archive, &entry);
	d->ended = rc == ARCHIVE_EOF;
	return rc == ARCHIVE_OK || rc == ARCHIVE_EOF ? 0 : -EIO;
}

/* By blocks, as archive_read_data() forgets what it has when it fails. */
static int next_block(struct decompress *d)
{
	const void *data = NULL;
	la_int64_t offset;
	int rc = ARCHIVE_OK;

	while (rc == ARCHIVE_OK && d->left == 0) {
		rc = archive_read_data_block(d->archive, &data, &d->left,
					     &offset);
		d->at = data;
	}
	if (rc == ARCHIVE_OK)
		return 0;
	d->left = 0;
	d->ended = rc == ARCHIVE_EOF;
	return d->ended ? 0 : -EIO;
}

ssize_t decompress_read(struct decompress *d, void *buf, size_t size)
{
	if (!d->begun && begin(d) < 0)
		d->failed = true;
	if (!d->failed && !d->ended && d->left == 0)
		d->failed = next_block(d) < 0;
	if (d->failed)
		return -EIO;
	size = size < d->left ? size : d->left;
	if (size > 0)
		memcpy(buf, d->at, size);
	d->at = d->left > size ? d->at + size : NULL;
	d->left -= size;
	return (ssize_t)size;
}

const char *decompress_error(const struct decompress *d)
{
	const char *text = archive_error_string(d->archive);

	if (!d->failed)
		return NULL;
	return text ? text : "it cannot be decompressed";
}
