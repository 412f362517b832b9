/* SPDX-License-Identifier: MIT */
#include "follow.h"

#include "log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

/* By what a file is known to be the same as before. */
struct mark {
	ino_t inode;
	off_t size;
	int64_t changed_ns; /* modification time */
};

struct file {
	char *name;
	struct mark mark, given; /* as it is; as it was when given out */
	bool is_given, closed;
	bool begun; /* while the folder was watched, so its end is seen too */
	bool sure;  /* that it was finished when it was given */
};

struct follow {
	char *path;
	int dir; /* open while it is looked at, so that its end is told */
	int notify;
	bool following, gone, scanned;
	struct file *files; /* by name */
	size_t count;
	size_t *order; /* of those not given yet: numbers in files */
	size_t order_count, next;
	char found[PATH_MAX];
};

/* --- what is in the folder ----------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name,
		      ((const struct file *)b)->name);
}

static struct file *find(struct file *files, size_t count, const char *name)
{
	const struct file key = {.name = (char *)(uintptr_t)name};

	return count ? bsearch(&key, files, count, sizeof(key), by_name) : NULL;
}

static bool is_same(const struct mark *a, const struct mark *b)
{
	return a->inode == b->inode && a->size == b->size &&
	       a->changed_ns == b->changed_ns;
}

static void free_files(struct file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(files[i].name);
	free(files);
}

/* False for what is no file to give. */
static bool look(const struct follow *f, const char *name, struct mark *mark)
{
	struct stat st;

	if (name[0] == '.' || fstatat(f->dir, name, &st, 0) < 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	*mark = (struct mark){st.st_ino, st.st_size,
			      st.st_mtim.tv_sec * SECOND_NS +
				      st.st_mtim.tv_nsec};
	return true;
}

/* Lists the folder.  0 or -errno. */
static int list(const struct follow *f, struct file **files, size_t *count)
{
	int fd = openat(f->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t room = 0;

	if (!dir) {
		int rc = -errno;

		if (fd >= 0)
			close(fd);
		return rc;
	}
	while ((entry = readdir(dir))) {
		struct file file = {0};

		if (!look(f, entry->d_name, &file.mark))
			continue;
		if (*count == room) {
			struct file *more;

			room = room ? room * 2 : 64;
			more = realloc(*files, room * sizeof(*more));
			if (!more)
				break;
			*files = more;
		}
		file.name = strdup(entry->d_name);
		if (!file.name)
			break;
		(*files)[(*count)++] = file;
	}
	closedir(dir);
	if (!entry)
		return 0;
	free_files(*files, *count);
	return -ENOMEM;
}

/* Of two files, which comes first. */
static int by_time(const void *a, const void *b, void *host)
{
	const struct follow *f = host;
	const struct file *x = &f->files[*(const size_t *)a];
	const struct file *y = &f->files[*(const size_t *)b];

	if (x->mark.changed_ns != y->mark.changed_ns)
		return x->mark.changed_ns < y->mark.changed_ns ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Nothing is read twice: not even where more was written than expected. */
static void let_grow(const struct follow *f, struct file *file)
{
	if (!file->is_given || file->sure ||
	    file->mark.inode != file->given.inode ||
	    file->mark.size <= file->given.size)
		return;
	file->given = file->mark;
	log_error("%s/%s grew after it was read: what came then is left out "
		  "(see --follow)",
		  f->path, file->name);
}

/* Looks at the folder anew; what was given is still known. */
static int scan(struct follow *f)
{
	struct file *files = NULL;
	size_t count = 0, *order;
	int rc = list(f, &files, &count);

	if (rc < 0)
		return rc;
	order = calloc(count + 1, sizeof(*order));
	if (!order) {
		free_files(files, count);
		return -ENOMEM;
	}
	if (count > 0)
		qsort(files, count, sizeof(*files), by_name);
	f->order_count = f->next = 0;
	for (size_t i = 0; i < count; i++) {
		struct file *now = &files[i];
		const struct file *old = find(f->files, f->count, now->name);

		if (old) {
			now->given = old->given;
			now->is_given = old->is_given;
			now->closed = old->closed;
			now->begun = old->begun;
			now->sure = old->sure;
			let_grow(f, now);
		}
		if (!now->is_given || !is_same(&now->given, &now->mark))
			order[f->order_count++] = i;
	}
	free_files(f->files, f->count);
	free(f->order);
	f->files = files;
	f->count = count;
	f->order = order;
	if (f->order_count > 0)
		qsort_r(order, f->order_count, sizeof(*order), by_time, f);
	return 0;
}

/* --- what happens in it -------------------------------------------------- */

static void on_event(struct follow *f, const struct inotify_event *event)
{
	struct file *file;

	if (event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_UNMOUNT))
		f->gone = true;
	if (event->len == 0)
		return;
	file = find(f->files, f->count, event->name);
	if (file && event->mask & IN_CREATE)
		file->begun = true;
	if (file)
		file->closed = !(event->mask & IN_CREATE);
}

/* A file that is new must be known before it can be marked as closed. */
static int read_events(struct follow *f)
{
	char buf[64 * 1024]
		__attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(f->notify, buf, sizeof(buf))) > 0) {
		const char *at = buf;

		rc = scan(f);
		while (at < buf + n) {
			const struct inotify_event *event = (const void *)at;

			on_event(f, event);
			at += sizeof(*event) + event->len;
		}
	}
	return rc;
}

enum verdict {
	OPEN,
	FINISHED,
	UNKNOWN
};

/*
 * A read lease is given only if nobody has the file open for writing.  One who
 * opens it so meanwhile waits until it is given back, right away, and the
 * kernel's SIGIO on that is not ours to heed.
 */
static enum verdict try_lease(const struct follow *f, const char *name)
{
	int fd = openat(f->dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	enum verdict verdict = FINISHED;

	if (fd < 0)
		return UNKNOWN;
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		verdict = errno == EAGAIN ? OPEN : UNKNOWN;
	else
		fcntl(fd, F_SETLEASE, F_UNLCK);
	close(fd);
	return verdict;
}

static bool is_finished(struct follow *f, size_t at)
{
	struct file *file = &f->files[f->order[at]];

	switch (f->following ? try_lease(f, file->name) : FINISHED) {
	case OPEN:
		return false;
	case FINISHED:
		file->sure = true;
		return true;
	case UNKNOWN:
		break;
	}
	file->sure = file->closed;
	if (file->closed || file->begun)
		return file->closed;
	for (size_t i = 0; i < f->count; i++) {
		size_t other = i, mine = f->order[at];

		if (i != mine && by_time(&other, &mine, f) > 0)
			return true;
	}
	return false;
}

/* --- the interface ------------------------------------------------------- */

struct follow *follow_open(const char *path, bool following)
{
	const uint32_t events =
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF;
	struct follow *f = calloc(1, sizeof(*f));
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0)
		close(dir);
	if (!f || dir < 0) {
		free(f);
		return NULL;
	}
	f->dir = f->notify = -1;
	f->following = following;
	f->path = strdup(path);
	if (!f->path)
		goto fail;
	if (!following)
		return f;
	signal(SIGIO, SIG_IGN);
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify >= 0 && inotify_add_watch(f->notify, path, events) >= 0)
		return f;
fail:
	follow_close(f);
	return NULL;
}

void follow_close(struct follow *f)
{
	int saved = errno;

	if (!f)
		return;
	if (f->notify >= 0)
		close(f->notify);
	free_files(f->files, f->count);
	free(f->order);
	free(f->path);
	free(f);
	errno = saved;
}

int follow_fd(const struct follow *f)
{
	return f->notify;
}

/* The next that is finished, if any: 1 or 0. */
static int choose(struct follow *f)
{
	while (f->next < f->order_count) {
		struct file *file = &f->files[f->order[f->next]];

		if (!is_finished(f, f->next++))
			continue;
		/* As it is by now, when nobody writes to it any more. */
		if (!look(f, file->name, &file->mark))
			continue;
		file->given = file->mark;
		file->is_given = true;
		file->closed = false;
		if (snprintf(f->found, sizeof(f->found), "%s/%s", f->path,
			     file->name) < (int)sizeof(f->found))
			return 1;
	}
	return 0;
}

int follow_next(struct follow *f, const char **path)
{
	int rc;

	f->dir = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return errno == ENOENT ? -ENODATA : -errno;
	rc = f->following ? read_events(f) : 0;
	if (rc == 0 && !f->scanned)
		rc = scan(f);
	f->scanned = rc == 0;
	if (rc == 0)
		rc = choose(f);
	close(f->dir);
	f->dir = -1;
	*path = f->found;
	if (rc == 0 && (f->gone || !f->following))
		return -ENODATA;
	return rc;
}
