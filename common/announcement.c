/* SPDX-License-Identifier: MIT */
#include "announcement.h"

#include "topic.h"

#include <string.h>

void announcement_read(const struct nd_value *map, const char *kitchen,
		       void (*told)(void *host, const char *topic,
				    size_t topic_len, uint64_t next_seq),
		       void *host)
{
	struct nd_value chefs, key, value, next;

	if (nd_find(map, "chef_stats", &chefs) < 0)
		return;
	while (nd_each(&chefs, &key, &value) > 0) {
		char chef[TOPIC_NAME_MAX + 1], topic[TOPIC_MAX + 1];
		int len;

		if (key.type != ND_STR || key.len > TOPIC_NAME_MAX ||
		    nd_find(&value, "next_seq", &next) < 0 ||
		    next.type != ND_UINT)
			continue;
		memcpy(chef, key.as.bytes, key.len);
		chef[key.len] = '\0';
		len = topic_write(topic, chef, kitchen);
		if (len > 0)
			told(host, topic, (size_t)len, next.as.u);
	}
}
