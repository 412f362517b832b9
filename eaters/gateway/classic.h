/* SPDX-License-Identifier: MIT */
#ifndef CLASSIC_H
#define CLASSIC_H

#include "hello.h"

/*
 * What an eater gets that says nothing but its name, as those of netdumplings
 * do: "all", "kitchen=NAME" or "sum".
 */

/* Whether a text is one of these. */
bool classic_is_right(const char *text);

/* Has such a hello say what the text means; does nothing to others. */
void classic_apply(struct hello *h, const char *text);

#endif
