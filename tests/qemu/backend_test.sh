#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# backend_test.sh [TEST...]: the agent with its flow records in the module, inside a virtual machine:
# how it gets there and away, then the tests of tests/netns that ask for verdicts, flows and counts,
# as they are, with the module loaded. A virtual machine is slow; what measures time stays outside.
set -u
[ $# -gt 0 ] || set -- kmod_flows policy flows flush mixed routed path nat fast
passed=0 failed=0 skipped=0
for name; do
	if [ "$name" != kmod_flows ]; then
		export ZT_BACKEND=kmod
		grep -q ^zt_flow /proc/modules || insmod "build/module/$(uname -r)/kmod/zt_flow.ko"
	fi
	[ -f "tests/netns/$name.py" ] || name=${name}_test
	log=$(mktemp)
	"tests/netns/$name.py" 2>&1 | tee "$log"
	read -r p f s <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$log" | tail -1)"
	echo "  -- $name: ${p:-0} passed, ${f:-1} failed, ${s:-0} skipped"
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1})) skipped=$((skipped + ${s:-0}))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
