#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What README.md names exists: files, make targets, packages, links; its policy is a good one.
set -u
passed=0 failed=0
ok() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL: README: $*"
}

for path in $(grep -oE '`(include|bpf|agent|tools|kmod|tests)/[^` ]*`?' README.md | tr -d '`'); do
	[ -e "$path" ] && ok || fail "$path is not there"
done
targets=$(make -s help | awk '$1 !~ /=/ { print $1 }')
for target in $(grep -oE '`make [a-z0-9-]+' README.md | awk '{ print $2 }') demo check install; do
	grep -qx -- "$target" <<<"$targets" && ok || fail "make $target does not exist"
done
for level in $(sed -n '/^| level/,/^$/s/^| \([a-z]\+\) |.*/\1/p' README.md | grep -vx level); do
	grep -qx "check-$level" <<<"$targets" && ok || fail "make check-$level does not exist"
done
# The table of dependencies and the one `make deps` reads are the same.
theirs=$(sed -n '/^| package/,/^$/s/^| \([^|]*\) |.*/\1/p' README.md | tr ',' '\n' | tr -d ' ' | grep -vE '^(package|-*)$' | sort)
ours=$(awk '!/^#/ && NF { print $1 }' tools/build/packages | sort)
if [ "$theirs" = "$ours" ]; then
	ok
else
	fail "packages differ from tools/build/packages:"
	diff <(echo "$theirs") <(echo "$ours")
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sed -n '/^```json/,/^```/{/^```/!p}' README.md >"$dir/policy.json"
build/ztctl policy check "$dir/policy.json" >"$dir/out" 2>&1 && ok || fail "its policy is refused: $(cat "$dir/out")"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
