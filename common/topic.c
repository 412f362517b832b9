/* SPDX-License-Identifier: MIT */
#include "topic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

bool topic_is_name(const char *name, size_t len)
{
	if (len < 1 || len > TOPIC_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(name[i]))
			return false;
	return true;
}

int topic_write(char out[TOPIC_MAX + 1], const char *chef, const char *kitchen)
{
	const char *bare = chef[0] == '!' ? chef + 1 : chef;

	if (!topic_is_name(bare, strlen(bare)) ||
	    !topic_is_name(kitchen, strlen(kitchen)))
		return -EINVAL;
	return snprintf(out, TOPIC_MAX + 1, "%s/%s/", chef, kitchen);
}

int topic_read(struct topic *t, const void *bytes, size_t len)
{
	const char *at = bytes, *slash;
	size_t system = len > 0 && at[0] == '!' ? 1 : 0;
	size_t chef_len, kitchen_len;

	if (len > TOPIC_MAX || !(slash = memchr(at, '/', len)))
		return -EBADMSG;
	chef_len = (size_t)(slash - at);
	kitchen_len = len - chef_len - 1;
	if (kitchen_len < 1 || at[len - 1] != '/' ||
	    !topic_is_name(at + system, chef_len - system) ||
	    !topic_is_name(slash + 1, kitchen_len - 1))
		return -EBADMSG;
	memcpy(t->chef, at, chef_len);
	t->chef[chef_len] = '\0';
	memcpy(t->kitchen, slash + 1, kitchen_len - 1);
	t->kitchen[kitchen_len - 1] = '\0';
	return 0;
}

void topic_clean(char out[TOPIC_NAME_MAX + 1], const char *from)
{
	size_t i;

	for (i = 0; i < TOPIC_NAME_MAX && from[i] != '\0'; i++)
		out[i] = is_name_byte(from[i]) ? from[i] : '_';
	if (i == 0)
		out[i++] = '_';
	out[i] = '\0';
}
