#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The network tests about verdicts and flows in this kernel: with flow records in maps, then in the
# module. A short choice of tests/netns, for `make check`; backend_test.sh has more.
set -u
passed=0 failed=0
on() { # BACKEND TEST...
	local p f line
	line=$(ZT_BACKEND=$1 tools/build/run-tests "$1" $(printf "tests/netns/%s_test.py " "${@:2}") | tee /dev/stderr | tail -1)
	read -r p f _ <<<"$(tr -dc '0-9 ' <<<"$line")"
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
}
on map flows
insmod "build/module/$(uname -r)/kmod/zt_flow.ko" || failed=$((failed + 1))
on kmod policy flows
for _ in {1..20}; do # programs that were just closed hold it for a grace period more
	rmmod zt_flow 2>/dev/null && break
	sleep 0.5
done
grep -q ^zt_flow /proc/modules && { echo "FAIL zt_flow stays"; failed=$((failed + 1)); }
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
