/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target once for each file of the folders it is given. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rbe");
	uint8_t *data;
	size_t size;
	long end;

	if (!file || fseek(file, 0, SEEK_END) < 0 || (end = ftell(file)) < 0)
		return -1;
	rewind(file);
	/* Exactly as large, so that a read past the end is seen. */
	data = malloc(end > 0 ? (size_t)end : 1);
	size = data ? fread(data, 1, (size_t)end, file) : 0;
	fclose(file);
	if (!data || size != (size_t)end) {
		free(data);
		return -1;
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static int replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (replay_file(path) < 0) {
			fprintf(stderr, "cannot read %s\n", path);
			count = -1;
			break;
		}
		count++;
	}
	if (dir)
		closedir(dir);
	printf("%s: %d inputs\n", folder, count);
	return count;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (replay_folder(argv[i]) <= 0)
			return 1;
	return argc < 2;
}
