/* SPDX-License-Identifier: MIT */
#include <oui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The bytes are a file of vendors, and an address that is asked for. */

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_names(const struct oui *o)
{
	check(o->count > 0 && o->count <= OUI_COUNT_MAX);
	for (size_t i = 0; i < o->count; i++) {
		uint32_t prefix = o->entries[i].prefix;
		const char *name = oui_name(o, prefix);

		check(prefix <= 0xffffff);
		check(i == 0 || o->entries[i - 1].prefix <= prefix);
		check((name == NULL) == (prefix >> 17 & 1));
		check(!name || (strlen(name) > 0 && strlen(name) < 128));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[32], why[128], address[64] = "";
	int fd = memfd_create("oui", MFD_CLOEXEC);
	struct oui o;
	int rc;

	check(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = oui_load(&o, path, why, sizeof(why));
	check(rc == 0 || strlen(why) > 0);
	if (rc == 0)
		check_names(&o);
	oui_free(&o);
	close(fd);
	memcpy(address, data,
	       len < sizeof(address) ? len : sizeof(address) - 1);
	rc = oui_prefix(address);
	check(rc < 0 || (rc <= 0xffffff && strlen(address) >= 6));
	return 0;
}
