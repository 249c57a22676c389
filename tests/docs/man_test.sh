#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every man page formats without a warning, and says what it is in one line.
set -u
passed=0 failed=0
for page in tools/man/ztctl.8 tools/man/ztagentd.8 tools/man/zt-policy.5; do
	if [ ! -s "$page" ]; then
		echo "FAIL: $page is not there"
		failed=$((failed + 1))
		continue
	fi
	said=$(MANWIDTH=100 man --warnings=w -E UTF-8 -l "$page" 2>&1 >/dev/null)
	if [ -z "$said" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $page:"
		echo "$said"
	fi
	if lexgrog "$page" >/dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $page has no NAME line that man -k can read"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
