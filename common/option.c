/* SPDX-License-Identifier: MIT */
#include "option.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong(char *why, size_t why_size, const struct nd_option *o,
		 const char *text, const char *wanted)
{
	snprintf(why, why_size, "%s: '%s' is not %s", o->name, text, wanted);
	return -EINVAL;
}

static void *member(const struct nd_option *o, void *settings)
{
	return (char *)settings + o->offset;
}

/* --- one value ----------------------------------------------------------- */

static int set_bool(const struct nd_option *o, bool *to, const char *text,
		    char *why, size_t why_size)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (strcmp(text, yes[i]) == 0) {
			*to = true;
			return 0;
		}
		if (strcmp(text, no[i]) == 0) {
			*to = false;
			return 0;
		}
	}
	return wrong(why, why_size, o, text, "yes or no");
}

static int in_bounds(const struct nd_option *o, double n, const char *text,
		     char *why, size_t why_size)
{
	if ((o->min == 0 && o->max == 0) || (n >= o->min && n <= o->max))
		return 0;
	snprintf(why, why_size, "%s: %s is not between %.15g and %.15g",
		 o->name, text, o->min, o->max);
	return -EINVAL;
}

static int set_uint(const struct nd_option *o, uint64_t *to, const char *text,
		    char *why, size_t why_size)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno)
		return wrong(why, why_size, o, text, "a whole number");
	if (in_bounds(o, (double)n, text, why, why_size) < 0)
		return -EINVAL;
	*to = n;
	return 0;
}

static int set_double(const struct nd_option *o, double *to, const char *text,
		      char *why, size_t why_size)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end != '\0' || !isfinite(n))
		return wrong(why, why_size, o, text, "a number");
	if (in_bounds(o, n, text, why, why_size) < 0)
		return -EINVAL;
	*to = n;
	return 0;
}

static int set_size(const struct nd_option *o, uint64_t *to, const char *text,
		    char *why, size_t why_size)
{
	static const char letters[] = "kMGT";
	const char *wanted = "a size such as 1000, 512k or 64MiB";
	char *end;
	const char *letter;
	unsigned long long n;
	unsigned shift = 0;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno)
		return wrong(why, why_size, o, text, wanted);
	letter = *end ? strchr(letters, *end == 'K' ? 'k' : *end) : NULL;
	if (letter) {
		shift = 10 * (unsigned)(letter - letters + 1);
		end += strcmp(end + 1, "iB") == 0 || strcmp(end + 1, "B") == 0
			       ? strlen(end)
			       : 1;
	}
	if (*end != '\0' || n > UINT64_MAX >> shift)
		return wrong(why, why_size, o, text, wanted);
	n <<= shift;
	if (in_bounds(o, (double)n, text, why, why_size) < 0)
		return -EINVAL;
	*to = n;
	return 0;
}

static int set_str(const char **to, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free((void *)(uintptr_t)*to);
	*to = copy;
	return 0;
}

int option_list_add(struct nd_list *list, const char *text)
{
	const char **items;

	items = realloc(list->items, (list->count + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count] = NULL;
	if (set_str(&items[list->count], text) < 0)
		return -ENOMEM;
	list->count++;
	return 0;
}

int option_set(const struct nd_option *o, void *settings, const char *text,
	       char *why, size_t why_size)
{
	void *to = member(o, settings);
	int rc = 0;

	switch (o->type) {
	case ND_OPTION_BOOL:
	case ND_OPTION_FLAG:
		return set_bool(o, to, text, why, why_size);
	case ND_OPTION_UINT:
		return set_uint(o, to, text, why, why_size);
	case ND_OPTION_DOUBLE:
		return set_double(o, to, text, why, why_size);
	case ND_OPTION_SIZE:
		return set_size(o, to, text, why, why_size);
	case ND_OPTION_STR:
		rc = set_str(to, text);
		break;
	case ND_OPTION_LIST:
		rc = option_list_add(to, text);
		break;
	}
	if (rc < 0)
		snprintf(why, why_size, "%s: out of memory", o->name);
	return rc;
}

/* --- a table ------------------------------------------------------------- */

int option_defaults(const struct nd_option *options, void *settings, char *why,
		    size_t why_size)
{
	for (const struct nd_option *o = options; o && o->name; o++)
		if (o->def && option_set(o, settings, o->def, why, why_size))
			return -EINVAL;
	return 0;
}

const struct nd_option *option_find(const struct nd_option *options,
				    const char *name, size_t name_len)
{
	for (const struct nd_option *o = options; o && o->name; o++)
		if (strlen(o->name) == name_len &&
		    memcmp(o->name, name, name_len) == 0)
			return o;
	return NULL;
}

/* One "name=value"; a name alone sets a BOOL or FLAG. */
static int set_pair(const struct nd_option *options, void *settings,
		    const char *pair, char *why, size_t why_size)
{
	size_t name_len = strcspn(pair, "=");
	const struct nd_option *o = option_find(options, pair, name_len);

	if (!o) {
		snprintf(why, why_size, "there is no option '%.*s'",
			 (int)name_len, pair);
		return -EINVAL;
	}
	if (pair[name_len] == '=')
		return option_set(o, settings, pair + name_len + 1, why,
				  why_size);
	if (o->type == ND_OPTION_BOOL || o->type == ND_OPTION_FLAG)
		return option_set(o, settings, "yes", why, why_size);
	snprintf(why, why_size, "%s needs a value", o->name);
	return -EINVAL;
}

int option_set_all(const struct nd_option *options, void *settings,
		   const char *text, char *why, size_t why_size)
{
	char *copy = strdup(text), *rest = copy, *pair;
	int rc = copy ? 0 : -ENOMEM;

	while (rc == 0 && (pair = strsep(&rest, ",")))
		if (*pair != '\0')
			rc = set_pair(options, settings, pair, why, why_size);
	free(copy);
	return rc;
}

void option_free(const struct nd_option *options, void *settings)
{
	for (const struct nd_option *o = options; o && o->name; o++) {
		void *at = member(o, settings);

		if (o->type == ND_OPTION_STR) {
			const char **text = at;

			free((void *)(uintptr_t)*text);
			*text = NULL;
		} else if (o->type == ND_OPTION_LIST) {
			struct nd_list *list = at;

			while (list->count > 0) {
				list->count--;
				free((void *)(uintptr_t)
					     list->items[list->count]);
			}
			free(list->items);
			list->items = NULL;
		}
	}
}
