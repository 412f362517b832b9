/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX (1 + 2 * (TOPIC_NAME_MAX + 1))

int kinds_init(struct kinds *k)
{
	memset(k, 0, sizeof(*k));
	k->all = calloc(KINDS_MAX, sizeof(*k->all));
	k->numbers = nd_table_new(KINDS_MAX, sizeof(uint32_t));
	if (k->all && k->numbers)
		return 0;
	kinds_free(k);
	return -ENOMEM;
}

void kinds_free(struct kinds *k)
{
	nd_table_free(k->numbers);
	free(k->all);
	memset(k, 0, sizeof(*k));
}

static bool is(const struct kind *one, const char *chef, const char *kitchen,
	       enum kind_form form)
{
	return one->form == form && strcmp(one->chef, chef) == 0 &&
	       strcmp(one->kitchen, kitchen) == 0;
}

/* The form and both names, each with its NUL. */
static size_t make_key(char key[KEY_MAX], const char *chef, const char *kitchen,
		       enum kind_form form)
{
	size_t chef_size = strlen(chef) + 1;
	size_t kitchen_size = strlen(kitchen) + 1;

	*key = (char)form;
	memcpy(key + 1, chef, chef_size);
	memcpy(key + 1 + chef_size, kitchen, kitchen_size);
	return 1 + chef_size + kitchen_size;
}

/* A number to give away, taken from the kind longest unheard if need be. */
static uint32_t make_number(struct kinds *k)
{
	char key[KEY_MAX];
	uint32_t oldest = 0;
	size_t len;

	if (k->count < KINDS_MAX)
		return k->count++;
	for (uint32_t i = 1; i < KINDS_MAX; i++)
		if (k->all[i].last < k->all[oldest].last)
			oldest = i;
	len = make_key(key, k->all[oldest].chef, k->all[oldest].kitchen,
		       k->all[oldest].form);
	nd_table_remove(k->numbers, key, len);
	return oldest;
}

int kinds_number(struct kinds *k, const char *chef, const char *kitchen,
		 enum kind_form form, bool *is_new, uint64_t *forget)
{
	char key[KEY_MAX];
	uint32_t *number;
	struct kind *one;
	size_t len;

	*is_new = false;
	if (k->count > 0 && is(&k->all[k->recent], chef, kitchen, form))
		return (int)k->recent;
	len = make_key(key, chef, kitchen, form);
	number = nd_table_find(k->numbers, key, len);
	if (!number) {
		uint32_t made = make_number(k);

		number = nd_table_add(k->numbers, key, len, NULL);
		if (!number) {
			k->all[made].last = 0;
			return -ENOMEM;
		}
		*number = made;
		one = &k->all[made];
		*is_new = true;
		*forget = one->last;
		memset(one, 0, sizeof(*one));
		one->form = form;
		memcpy(one->chef, chef, strlen(chef));
		memcpy(one->kitchen, kitchen, strlen(kitchen));
	}
	k->recent = *number;
	return (int)*number;
}
