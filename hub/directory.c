/* SPDX-License-Identifier: MIT */
#include "directory.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int give(const struct directory *d, const char *user)
{
	const struct passwd *p = getpwnam(user);
	int rc;

	if (!p) {
		log_error("there is no user '%s' (see --user)", user);
		return -ENOENT;
	}
	if (fchown(d->fd, p->pw_uid, p->pw_gid) == 0)
		return 0;
	rc = -errno;
	log_error("cannot give %s to %s: %s", d->path, user, strerror(-rc));
	return rc;
}

/* Makes it in `parent`.  0 or -errno. */
static int make_in(struct directory *d, const char *parent)
{
	int len = snprintf(d->path, sizeof(d->path), "%s/netdumplings-XXXXXX",
			   parent);
	int rc = -ENAMETOOLONG;

	if ((size_t)len < sizeof(d->path))
		rc = mkdtemp(d->path) ? 0 : -errno;
	if (rc < 0) {
		d->path[0] = '\0';
		return rc;
	}
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

int directory_make(struct directory *d, const char *user)
{
	/* root's own is closed to whom root becomes. */
	const char *parent =
		geteuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR");
	int rc = -ENOENT;

	if (parent && *parent == '/')
		rc = make_in(d, parent);
	if (rc < 0)
		rc = make_in(d, "/tmp");
	if (rc < 0) {
		log_error("cannot make a directory in /tmp: %s", strerror(-rc));
		return rc;
	}
	return user ? give(d, user) : 0;
}

/* By descriptor: its new owner may have put another in its place. */
void directory_remove(struct directory *d)
{
	if (d->fd >= 0) {
		unlinkat(d->fd, "in", 0);
		unlinkat(d->fd, "out", 0);
		close(d->fd);
	}
	if (d->path[0])
		rmdir(d->path);
}
