#!/bin/sh
# Every C file is as clang-format 14 with .clang-format leaves it.
cd "$1" || exit 1
git ls-files -co --exclude-standard '*.c' '*.h' |
	xargs -r clang-format --dry-run -Werror
