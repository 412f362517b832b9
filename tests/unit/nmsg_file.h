/* SPDX-License-Identifier: MIT */
#ifndef NMSG_FILE_H
#define NMSG_FILE_H

/* What tests of NMSG's wire need: messages, and whole files. */

#include "message.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct nmsg_file {
	uint8_t *data;
	size_t len;
};

/* Yours: free(data), which is NULL where there is no such file. */
static inline struct nmsg_file nmsg_file_read(const char *path)
{
	struct nmsg_file f = {0};
	FILE *file = fopen(path, "rbe");

	if (!file)
		return f;
	f.data = malloc(32 << 20);
	assert_non_null(f.data);
	f.len = fread(f.data, 1, 32 << 20, file);
	fclose(file);
	return f;
}

/* An unnamed file of these bytes, to be read from its start. */
static inline int nmsg_file_make(const void *data, size_t len)
{
	int fd = memfd_create("nmsg", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, len, 0), len);
	return fd;
}

/* All of a descriptor's file.  Yours: free(data). */
static inline struct nmsg_file nmsg_file_all(int fd)
{
	struct nmsg_file f = {0};
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	f.len = (size_t)st.st_size;
	f.data = malloc(f.len + 1);
	assert_non_null(f.data);
	assert_int_equal(pread(fd, f.data, f.len, 0), f.len);
	return f;
}

static inline struct message nmsg_file_message(const void *payload, size_t len)
{
	struct message m = {
		.vid = MESSAGE_BASE,
		.msgtype = MESSAGE_IPCONN,
		.time_sec = 1704164645,
		.time_nsec = 6007008,
		.payload = payload,
		.payload_len = len,
	};

	return m;
}

#endif
