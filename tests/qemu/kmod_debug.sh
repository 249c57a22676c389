#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module's tests in a kernel that looks for faults while they run, and what that had to report:
# any of it is a failure, and so is memory nobody points to any more.
set -u
[ $# -gt 0 ] || set -- calls netlink traffic live unload fuzz $([ -d /sys/kernel/debug/failslab ] && echo fail)
tests/qemu/kmod_test.sh "$@" | tee "${TMPDIR:-/tmp}/kmod_debug"
read -r passed failed <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "${TMPDIR:-/tmp}/kmod_debug" | tail -1)"
failed=${failed:-1}
leaks=/sys/kernel/debug/kmemleak
if [ -e $leaks ]; then
	for _ in 1 2 3; do
		sleep 6 # what is younger is not looked at
		echo scan >$leaks
	done
	if grep -q zt_ $leaks; then
		grep -A30 unreferenced $leaks | head -60
		echo "FAIL memory was leaked"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
		echo "ok   no memory was leaked ($(grep -c unreferenced $leaks) of others)"
	fi
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
