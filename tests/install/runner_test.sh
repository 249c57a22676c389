#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The test runner itself: every way a test can end is counted as what it is, above all that
# nothing that failed, hung, crashed or ran nothing is counted as passed.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

# one EXPECTED-CLOSING-LINE SCRIPT
one() {
	local got
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/t"
	chmod +x "$dir/t"
	got=$(ZT_LOGS=$dir/logs ZT_TEST_TIMEOUT=1 tools/build/run-tests self "$dir/t" | tail -1)
	if [ "$got" = "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: '$2' was counted as '$got', not '$1'"
	fi
}
one "3 passed, 0 failed, 1 skipped" 'echo "SKIP: no bees"; echo "3 passed, 0 failed, 1 skipped"'
one "10 passed, 2 failed, 0 skipped" 'echo "83%: Checks: 12, Failures: 1, Errors: 1"; exit 1'
one "11 passed, 0 failed, 1 skipped" 'echo "100%: Checks: 12, Failures: 0, Errors: 0"; echo "SKIP: no data"'
one "12 passed, 0 failed, 0 skipped" 'for n in 5 7; do echo "100%: Checks: $n, Failures: 0, Errors: 0"; done'
one "12 passed, 1 failed, 0 skipped" 'echo "100%: Checks: 12, Failures: 0, Errors: 0"; kill -9 $$'
one "3 passed, 1 failed, 0 skipped" 'echo "3 passed, 0 failed, 0 skipped"; exit 3'
one "0 passed, 1 failed, 0 skipped" 'echo "0 passed, 0 failed, 0 skipped"'
one "0 passed, 1 failed, 0 skipped" 'sleep 5'
one "0 passed, 1 failed, 0 skipped" 'exit 1'
one "0 passed, 0 failed, 1 skipped" 'echo "not on this machine"; exit 77'
one "1 passed, 0 failed, 0 skipped" 'true'

# Two at once, one of them failing, and one that must be alone: all counted, the last one last.
for n in a b c; do printf '#!/bin/sh\nsleep 0.3\n' >"$dir/$n"; done
echo 'exit 1' >>"$dir/b"
echo '# runs alone: to be seen' >>"$dir/a"
chmod +x "$dir"/[abc]
shown=$(ZT_JOBS=2 ZT_LOGS=$dir/logs tools/build/run-tests self "$dir"/[abc])
last=$(grep -E '^  (ok|FAIL) ' <<<"$shown" | tail -1 | awk '{ print $2 }')
if [ "$(tail -1 <<<"$shown")" = "2 passed, 1 failed, 0 skipped" ] && [ "$last" = a ]; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "FAIL: two at once:" "$shown"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
