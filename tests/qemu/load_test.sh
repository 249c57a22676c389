#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The object by plain bpftool and tc, with the very lines of README.md: loads, attaches, and with no
# policy published nothing passes, neither what the device sends nor what is sent to it.
#
#   zl-PID-d [eth0] ── [lan0] zl-PID-r
set -u
d=zl-$$-d r=zl-$$-r
passed=0 failed=0
trap 'ip netns del $d; ip netns del $r' EXIT

check() {
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		passed=$((passed + 1))
		echo "ok   $what"
	else
		failed=$((failed + 1))
		echo "FAIL $what"
	fi
}
not() { ! "$@"; }
from_device() { ip netns exec "$d" ping -q -c 2 -i 0.2 -W 1 "$1"; }
to_device() { ip netns exec "$r" ping -q -c 2 -i 0.2 -W 1 "$1"; }
# One shell keeps the namespace's bpffs: `ip netns exec` gives every command a new /sys.
in_router() { nsenter --net=/run/netns/$r "$@"; }

ip netns add $d
ip netns add $r
ip link add lan0 netns $r type veth peer name eth0 netns $d
for n in "$d eth0 2" "$r lan0 1"; do
	read -r ns dev host <<<"$n"
	ip -n "$ns" addr add 10.99.0.$host/24 dev "$dev"
	ip -n "$ns" addr add fd99::$host/64 dev "$dev" nodad
	ip -n "$ns" link set "$dev" up
done

for a in 10.99.0.1 fd99::1; do check "control: device reaches $a" from_device $a; done

[ ! -e /sys/fs/bpf/zt ] || { echo "SKIP: /sys/fs/bpf/zt is in use on this machine"; echo "$passed passed, $failed failed, 1 skipped"; exit $failed; }
trap 'rm -rf /sys/fs/bpf/zt; ip netns del $d; ip netns del $r' EXIT
sed -n '/^<!-- These lines are run/,/^```$/p' README.md | sed '/^<!--/d; /^```/d' >"${TMPDIR:-/tmp}/zl-$$"
while read -r line; do
	read -ra words <<<"$line"
	check "README: $line" in_router "${words[@]}"
done <"${TMPDIR:-/tmp}/zl-$$"
rm "${TMPDIR:-/tmp}/zl-$$"

for a in 10.99.0.1 fd99::1; do check "no policy: device does not reach $a" not from_device $a; done
for a in 10.99.0.2 fd99::2; do check "no policy: $a is not reached" not to_device $a; done
counted() { bpftool -j map dump pinned /sys/fs/bpf/zt/maps/zt_count | grep -q '"packets":[1-9]'; }
check "the programs counted what they dropped" counted
check "bpftool shows XDP on lan0" sh -c "nsenter --net=/run/netns/$r bpftool net show dev lan0 | grep -A2 ^xdp | grep -q lan0"

in_router bpftool net detach xdpdrv dev lan0
check "guard: without the XDP program still nothing passes" not from_device 10.99.0.1
in_router tc qdisc del dev lan0 clsact
for a in 10.99.0.1 fd99::1; do check "detached: device reaches $a again" from_device $a; done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
