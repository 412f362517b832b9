/* SPDX-License-Identifier: MIT */
#include "wants.h"

#include <errno.h>
#include <string.h>

static unsigned find(const struct wants *w, const char *chef)
{
	unsigned i = 0;

	while (i < w->count && strcmp(w->one[i].chef, chef) != 0)
		i++;
	return i;
}

int wants_add(struct wants *w, const char *chef)
{
	unsigned i;
	int rc;

	if (!chef) {
		rc = w->all == 0 ? nd_eater_want(w->eater, NULL) : 0;
		w->all += rc == 0;
		return rc;
	}
	i = find(w, chef);
	if (i == WANTS_MAX)
		return -ENOSPC;
	if (i == w->count) {
		rc = nd_eater_want(w->eater, chef);
		if (rc < 0)
			return rc;
		memset(&w->one[i], 0, sizeof(w->one[i]));
		memcpy(w->one[i].chef, chef, strlen(chef));
		w->count++;
	}
	w->one[i].times++;
	return 0;
}

void wants_remove(struct wants *w, const char *chef)
{
	unsigned i;

	if (!chef) {
		if (--w->all == 0)
			nd_eater_unwant(w->eater, NULL);
		return;
	}
	i = find(w, chef);
	if (i == w->count || --w->one[i].times > 0)
		return;
	nd_eater_unwant(w->eater, chef);
	w->one[i] = w->one[--w->count];
}
