/* SPDX-License-Identifier: MIT */
#include <card.h>
#include <dumpling.h>
#include <errno.h>
#include <json.h>
#include <put.h>
#include <stdlib.h>
#include <string.h>
#include <value.h>

/* The bytes are what a kitchen says first. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_card(const struct card *card)
{
	struct nd_dumpling *out = dumpling_new(64 * 1024);
	struct text t = {0};
	struct nd_value v;

	check(topic_is_name(card->name, strlen(card->name)));
	check(strcmp(card->name, TOPIC_NO_KITCHEN) != 0);
	check(out != NULL);
	put_begin(out);
	nd_put_map(out, NULL);
	card_put(card, out);
	nd_end(out);
	check(put_finish(out) == 0 && out->len < 32 * 1024);
	put_expose(out);
	check(nd_payload(out, &v) == 0 && value_within(&v, ND_DEPTH_MAX - 3));
	check(json_value(&t, &v) == 0);
	text_free(&t);
	dumpling_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct card card = {0};
	const char *why = NULL;
	int rc = card_read(&card, (const char *)data, len, &why);

	if (rc < 0) {
		check(rc == -EBADMSG || rc == -EINVAL || rc == -EMSGSIZE);
		/* It is the reason of a close frame. */
		check(why && strlen(why) > 0 && strlen(why) <= 123);
		return 0;
	}
	check_card(&card);
	card_free(&card);
	return 0;
}
