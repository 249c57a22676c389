#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The benchmark itself, at sizes too small to mean anything: every cell is measured, and the
# table, the JSON and the plots agree on it. What the figures are is not tested here.
# runs alone: it refuses to report when frames went astray, as they do beside other work
set -u
passed=0 failed=0
out=${B:-build}/bench
check() { # check TEXT COMMAND...
	local text=$1
	shift
	if "$@" >/dev/null 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $text"
	fi
}
if [ "$(id -u)" -ne 0 ]; then
	echo "SKIP: test runs of programs need root"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
export BENCH_SMALL=1
check "test runs are measured and reported" env BENCH_ROUNDS=2 tests/bench/run packet
# Of a machine that is busy all the same.
forward() { for _ in 1 2 3; do BENCH_ROUNDS=1 tests/bench/forward && return; done; }
check "forwarding is measured" forward
check "the control plane is measured" env BENCH_ROUNDS=1 tests/bench/control.py
check "all of it is reported" tests/bench/report.py "$out"
for cell in established out stamped vlan first denied flood hash lru; do
	for family in 4 6; do
		check "$cell/ipv$family is in the JSON, with a net figure" python3 -c "
import json
rows = json.load(open('$out/results.json'))['cells']
assert any(r['cell'] == '$cell/ipv$family' and r['rounds'] == 2 and r['net']['median'] > 0 for r in rows)"
		check "$cell/ipv$family is in the table" grep -q "^$cell/ipv$family " "$out/report.txt"
	done
done
for cell in forward/plain forward/nft-linear forward/nft-exact forward/nft-prefix forward/zt \
	forward-back/zt forward-denied/zt forward/zt-fast forward-back/zt-fast load apply apply-same change restart batch nft-load; do
	check "$cell is in the table" grep -qE "^$cell +[0-9]+ +[0-9]" "$out/report.txt"
done
check "the goals are graded" grep -qE '^G1 +1 +0.6 +[0-9.]+  (MISSED|floor|ambition) ' "$out/report.txt"
check "a goal that was not measured says why" grep -A1 -E '^G6 .* - ' "$out/report.txt"
check "no allowed flow is lost to the flood" grep -qE '^G15 lost +0 +0 +0  ambition' "$out/report.txt"
for plot in flows policy forward; do
	check "$plot.svg is XML" python3 -c "import xml.dom.minidom; xml.dom.minidom.parse('$out/$plot.svg')"
done
rm -rf "$out/samples" "$out"/*.svg "$out/results.json" "$out/report.txt" # no figures of a test
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
