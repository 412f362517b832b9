/* SPDX-License-Identifier: MIT */
#include "bus.h"
#include "chef_host.h"
#include "option.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A text from a user: options of a chef, the spec of one, an endpoint. */

struct settings {
	bool on, flag;
	uint64_t count, bounded, size;
	double number, fraction;
	const char *text;
	struct nd_list list;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"on", ND_OPTION_BOOL, AT(on), "yes", ""},
	{"flag", ND_OPTION_FLAG, AT(flag), NULL, ""},
	{"count", ND_OPTION_UINT, AT(count), "1", ""},
	{"bounded", ND_OPTION_UINT, AT(bounded), "5", "", .min = 1, .max = 9},
	{"size", ND_OPTION_SIZE, AT(size), "64MiB", ""},
	{"number", ND_OPTION_DOUBLE, AT(number), "-1.5", ""},
	{"fraction", ND_OPTION_DOUBLE, AT(fraction), ".5", "", .max = 1},
	{"text", ND_OPTION_STR, AT(text), "text", ""},
	{"list", ND_OPTION_LIST, AT(list), NULL, ""},
	{0},
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_settings(const struct settings *s)
{
	check(s->bounded >= 1 && s->bounded <= 9);
	check(isfinite(s->number));
	check(s->fraction >= 0 && s->fraction <= 1);
	check(s->text != NULL);
	for (size_t i = 0; i < s->list.count; i++)
		check(s->list.items[i] != NULL);
}

static void set(const char *text)
{
	struct settings s = {0};
	char why[64] = "";

	check(option_defaults(options, &s, why, sizeof(why)) == 0);
	if (option_set_all(options, &s, text, why, sizeof(why)) < 0)
		check(*why != '\0');
	check_settings(&s);
	for (const struct nd_option *o = options; o->name; o++) {
		*why = '\0';
		if (option_set(o, &s, text, why, sizeof(why)) < 0)
			check(*why != '\0');
	}
	check_settings(&s);
	option_free(options, &s);
	check(!s.text && s.list.count == 0);
}

static void split(const char *text)
{
	char what[4096];
	const char *rest = chef_host_split(text, what, sizeof(what));

	check(strncmp(text, what, strlen(what)) == 0);
	check(!rest || (rest > text && rest <= text + strlen(text)));
}

static void endpoint(const char *text)
{
	char out[64] = "";

	if (bus_endpoint(out, sizeof(out), text, 11357) == 0)
		check(strstr(out, "://") && strlen(out) < sizeof(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		return 0;
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	set(text);
	split(text);
	endpoint(text);
	free(text);
	return 0;
}
