/* SPDX-License-Identifier: MIT */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* A text of bytes and their number. */
#define BYTES(text) (text), sizeof(text) - 1

/* Longer than anything here takes; what is waited for comes before. */
#define PATIENCE_MS 20000

#endif
