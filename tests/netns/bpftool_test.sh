#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The programs load, attach, refuse and let go with plain bpftool and tc alone; then
# the agent, where there is one, adopts what it finds. Self-contained (sh, iproute2,
# bpftool, ping), so that it also runs in a small virtual machine.
#
#    dev eth0 10.66.0.2, fd66::2 ──────── lan1 10.66.0.1, fd66::1 router
#
# ZT_OBJECT: the object; B: the build directory.
set -u
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
B=${B:-$here/../../build}
case $B in /*) ;; *) B=$(pwd)/$B ;; esac
export B
if [ -z "${ZT_MOUNTED:-}" ]; then # a mount namespace with a bpffs of our own
	ZT_MOUNTED=1 exec unshare -m --propagation private "$here/bpftool_test.sh" "$@"
fi
dev=ztbt$$-dev router=ztbt$$-router
tmp=$(mktemp -d /run/ztbt.XXXXXX)
passed=0 failed=0 skipped=0

sed -n '3,9s/^# \{0,1\}//p' "$0"

cleanup() {
	if read -r agent 2>/dev/null <"$tmp/agent.pid"; then
		kill "$agent" && until_ok eval "! kill -0 $agent 2>/dev/null"
	fi
	ip netns del "$dev" 2>/dev/null
	ip netns del "$router" 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 143' TERM INT

in_dev() { nsenter --net="/run/netns/$dev" "$@"; }
in_router() { nsenter --net="/run/netns/$router" "$@"; }
attach() { in_router "$here/bpftool_attach.sh" "$@"; }

# case TEXT COMMAND...: the command says whether it passed
case_() {
	text=$1
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok   $text"
	else
		failed=$((failed + 1))
		echo "FAIL $text"
		echo "$out" | tail -n 15 | sed 's/^/    /'
	fi
}

skip() {
	skipped=$((skipped + 1))
	echo "SKIP: $1: $2"
}

# until_ok COMMAND...: wait for a condition, five seconds at most
until_ok() {
	end=$(($(date +%s) + 5))
	until "$@"; do
		[ "$(date +%s)" -gt "$end" ] && return 1
		sleep 0.1
	done
}

reaches() { in_dev ping -n -c 1 -W 1 10.66.0.1 && in_dev ping -n -c 1 -W 1 fd66::1; }
stopped() { ! in_dev ping -n -c 1 -W 1 10.66.0.1 && ! in_dev ping -n -c 1 -W 1 fd66::1; }

# packets REASON-NUMBER: dropped from devices, summed over CPUs
packets() {
	i=$((($1 * 3 + 1) * 2))
	bpftool -j map lookup pinned /sys/fs/bpf/zt/maps/zt_count key \
		$((i % 256)) $((i / 256)) 0 0 | tr '{' '\n' |
		sed -n 's/.*"packets":\([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n + 0 }'
}

counted() {
	n=$(packets "$1")
	echo "reason $1: $n packets"
	[ "$n" -gt 0 ]
}

shown() {
	net=$(in_router bpftool net show dev lan1)
	echo "$net"
	case $net in *driver*zt_guard*zt_out*) ;; *) false ;; esac
}

topology() {
	ip netns add "$dev" && ip netns add "$router" &&
		ip link add eth0 netns "$dev" address 02:00:00:00:66:02 type veth peer name lan1 netns "$router" &&
		in_router ip addr add 10.66.0.1/24 dev lan1 && in_router ip addr add fd66::1/64 dev lan1 nodad &&
		in_dev ip addr add 10.66.0.2/24 dev eth0 && in_dev ip addr add fd66::2/64 dev eth0 nodad &&
		in_router ip link set lan1 up && in_router ip link set lo up && in_dev ip link set eth0 up
}

policy() {
	cat <<-'EOF'
		{"version": 1, "name": "bpftool test",
		 "interfaces": {"lan1": {"role": "device"}},
		 "segments": {"s": {"mode": "enforce"}},
		 "devices": {"dev": {"segment": "s", "mac": "02:00:00:00:66:02", "ports": "lan1",
		             "addresses": ["10.66.0.2", "fd66::2"]}},
		 "rules": {"ping": {"from": "dev", "to": "router-ping", "action": "allow"}}}
	EOF
}

start_agent() {
	mkdir -p "$tmp/run" "$tmp/state"
	echo '{"syslog": []}' >"$tmp/agent.json"
	# not in_router: the shell that waits in a function would hold the case's pipe open
	nsenter --net="/run/netns/$router" "$B/ztagentd" --config "$tmp/agent.json" --state "$tmp/state" --run "$tmp/run" \
		--pin /sys/fs/bpf/zt >"$tmp/agent.log" 2>&1 &
	echo $! >"$tmp/agent.pid"
	until_ok test -S "$tmp/run/ztagentd.sock" || { cat "$tmp/agent.log"; return 1; }
}

ctl() { in_router env ZT_SOCKET="$tmp/run/ztagentd.sock" "$B/ztctl" "$@"; }

adopts() {
	before=$(packets 25)
	policy >"$tmp/policy.json"
	start_agent || return 1
	ctl load "$tmp/policy.json" || return 1
	ctl status || return 1
	ctl status --json | tr -d ' ' | grep -q '"xdp_kind":"netlink"' || { echo "not adopted as netlink"; return 1; }
	[ "$(packets 25)" -ge "$before" ] || { echo "counters were not kept"; return 1; }
}

let_go() {
	attach detach lan1 && attach unload && until_ok reaches
}

gone() {
	ctl unload && [ ! -e /sys/fs/bpf/zt/progs/zt_in ] && reaches
}

mount -t bpf bpf /sys/fs/bpf || { echo "SKIP: everything: no bpffs"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
topology || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
case_ "control: the device reaches the router" until_ok reaches
case_ "bpftool loads, pins and attaches all programs" attach attach lan1
case_ "bpftool shows XDP in the driver, guard and egress" shown
case_ "no policy yet: nothing passes" stopped
case_ "... and it is counted as no-policy" counted 25
case_ "XDP taken off: the guard lets nothing pass" in_router bpftool net detach xdp dev lan1
case_ "... indeed nothing" stopped
case_ "... and it is counted as no-stamp" counted 26
case_ "XDP back on" in_router bpftool net attach xdp pinned /sys/fs/bpf/zt/progs/zt_in dev lan1
if [ -x "$B/ztagentd" ] && [ -x "$B/ztctl" ]; then
	case_ "the agent adopts it all and enforces a policy" adopts
	case_ "the device reaches the router by rule" until_ok reaches
	case_ "unload takes adopted programs and pins away" gone
else
	skip "adoption by the agent" "ztagentd and ztctl are not built here"
	case_ "taken off: the device reaches the router" let_go
fi
cleanup
left=$(ip netns list | grep "ztbt$$"; ls -d "$tmp" 2>/dev/null)
case_ "nothing is left behind" test -z "$left"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
