/* SPDX-License-Identifier: MIT */
#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the parent: until the child is ready, or has ended. */
static _Noreturn void wait_for(pid_t child, int fd)
{
	char ready;
	int status = 0;
	ssize_t n;

	do
		n = read(fd, &ready, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		_exit(0);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int background_begin(void)
{
	int ends[2], rc;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	child = fork();
	rc = child < 0 ? -errno : ends[1];
	if (child > 0) {
		close(ends[1]);
		wait_for(child, ends[0]);
	}
	close(ends[0]);
	if (rc < 0)
		close(ends[1]);
	else
		setsid();
	return rc;
}

void background_ready(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	ssize_t told;

	for (int i = STDIN_FILENO; null >= 0 && i <= STDERR_FILENO; i++)
		dup2(null, i);
	if (null > STDERR_FILENO)
		close(null);
	do
		told = write(fd, "", 1);
	while (told < 0 && errno == EINTR);
	close(fd);
}

int background_write_pid(const char *path)
{
	FILE *file = fopen(path, "we");
	int rc = 0;

	if (!file)
		return -errno;
	if (fprintf(file, "%ld\n", (long)getpid()) < 0)
		rc = -EIO;
	if (fclose(file) != 0)
		rc = -errno;
	return rc;
}
