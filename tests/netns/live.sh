# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the parts of live_test.sh share (bash, iproute2, no Python, which is slow to start in
# an emulated machine): namespaces, an agent, frames by build/live-frames, counting.
passed=0 failed=0 skipped=0
tmp=$(mktemp -d /run/ztl.XXXXXX)
N=zl$$ # every namespace begins with it

# Its number is in a file: cases run in subshells.
agent_runs() {
	[ -e "$tmp/pid" ] && grep -qs '^State:[[:space:]][^Z]' "/proc/$(cat "$tmp/pid")/status"
}
stop_agent() { # [SIGNAL]
	agent_runs || return 0
	[ -n "${1:-}" ] || ctl unload >/dev/null 2>&1
	kill "${1:--TERM}" "$(cat "$tmp/pid")"
	until_ok not agent_runs
}

cleanup() {
	stop_agent
	ip netns list | sed -n "s/^\($N-[^ ]*\).*/\1/p" | while read -r n; do ip netns del "$n"; done
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 143' TERM INT

finish() {
	cleanup
	trap - EXIT
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
	exit
}

skip() {
	skipped=$((skipped + 1))
	echo "SKIP: $1"
}

# case_ TEXT COMMAND...: the command says whether it passed
case_() {
	local text=$1 out start=$SECONDS
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok   $text ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL $text ($((SECONDS - start)) s)"
		echo "$out" | tail -n 15 | sed 's/^/    /'
	fi
}

not() { ! "$@"; }
until_ok() {
	local end=$((SECONDS + 30))
	until "$@"; do
		[ $SECONDS -gt $end ] && return 1
		sleep 0.1
	done
}

# in_ NAME COMMAND...: in the namespace of that name, in this shell's mounts
in_() {
	local n=$1
	shift
	nsenter --net="/run/netns/$N-$n" "$@"
}

# host NAME...: namespaces that make no traffic of their own
host() {
	local n
	for n in "$@"; do
		ip netns add "$N-$n"
		in_ "$n" sh -c 'cd /proc/sys/net; echo 0 >ipv6/conf/default/accept_dad
			echo 0 >ipv6/conf/all/router_solicitations; echo 0 >ipv6/conf/default/router_solicitations
			echo 1 >ipv6/conf/default/addr_gen_mode; echo 0 >ipv4/conf/default/rp_filter
			echo 0 >ipv4/conf/all/rp_filter; echo 0 >ipv4/conf/default/send_redirects; echo 0 >ipv4/conf/all/send_redirects'
		ip -n "$N-$n" link set lo up
	done
}

router() {
	host "$1"
	in_ "$1" sh -c 'cd /proc/sys/net; echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding
		echo 1 >ipv6/conf/default/forwarding; echo 0 >ipv6/conf/default/addr_gen_mode'
}

# A part takes its own away, so that the next one begins with a router and a VMS.
hosts_gone() {
	local n
	for n in "$@"; do ip netns del "$N-$n"; done
}

# cable HOST IF MAC ROUTER IF: a veth pair; the host writes its VLAN tags into the frame,
# as a wire would carry them
cable() {
	ip link add "$2" netns "$N-$1" address "$3" type veth peer name "$5" netns "$N-$4" address 02:00:00:00:00:f1
	in_ "$1" ethtool -K "$2" txvlan off tx-vlan-stag-hw-insert off >/dev/null
	ip -n "$N-$4" link set "$5" up
	ip -n "$N-$1" link set "$2" up
}

# has KIND...: this kernel has every one of these link types; else the part is skipped
has() {
	local kind try why rc=0
	ip netns add "$N-try"
	ip -n "$N-try" link add p0 type veth peer name p1
	for kind in "$@"; do
		case $kind in
		vlan) try="link p0 type vlan id 7" ;;
		macvlan) try="link p0 type macvlan" ;;
		gre | ipip) try="type $kind local 10.0.0.1 remote 10.0.0.2" ;;
		vxlan) try="type vxlan id 7 dstport 4789" ;;
		vrf) try="type vrf table 10" ;;
		*) try="type $kind" ;;
		esac
		# shellcheck disable=SC2086
		why=$(ip -n "$N-try" link add name t0 $try 2>&1) && { ip -n "$N-try" link del t0; continue; }
		skip "$part: this kernel has no $kind device: $(echo "$why" | tail -n 1)"
		rc=1
		break
	done
	ip netns del "$N-try"
	return $rc
}

# start_agent: in the router, without a policy yet; the parts use one, to load programs once
start_agent() {
	agent_runs && return 0
	mkdir -p "$tmp/run" "$tmp/state"
	echo '{"syslog": []}' >"$tmp/agent.json"
	nsenter --net="/run/netns/$N-r" "$B/ztagentd" --config "$tmp/agent.json" --state "$tmp/state" \
		--run "$tmp/run" --pin /sys/fs/bpf/zt >"$tmp/agent.log" 2>&1 &
	echo $! >"$tmp/pid"
	until_ok test -S "$tmp/run/ztagentd.sock" || { cat "$tmp/agent.log"; return 1; }
}

ctl() { ZT_SOCKET="$tmp/run/ztagentd.sock" NO_COLOR=1 "$B/ztctl" "$@"; }

# load [OPTION]: the policy on standard input
load() {
	cat >"$tmp/policy.json"
	start_agent && ctl load "$@" "$tmp/policy.json"
}

# refused TEXT: the policy on standard input, which `load` must refuse with that text
refused() {
	local out
	cat >"$tmp/refused.json"
	start_agent || return 1
	out=$(ctl load "$tmp/refused.json" 2>&1) && { echo "$out"; return 1; }
	echo "$out"
	[[ $out == *"$1"* ]]
}

# says TEXT COMMAND...: its output holds the text, whatever its status
says() {
	local text=$1 out
	shift
	out=$("$@" 2>&1)
	echo "$out"
	[[ $out == *"$text"* ]]
}

# frames control|enforced: the cases on standard input, one each
frames() {
	local line
	while IFS= read -r line; do
		echo "$line"
		case $line in
		"ok   "*) passed=$((passed + 1)) ;;
		FAIL*) failed=$((failed + 1)) ;;
		esac
	done < <("$B/live-frames" "$1" 2>&1 || echo "frames: exit $?")
}

# Clients.
pings() { in_ "$1" ping -q -n -c 3 -i 0.2 -W 3 "$2"; }
both() { pings "$1" 10.9.0.5 && pings "$1" fd09::5; }
echoes() { in_ vms awk '/^Icmp:/ { n = $10 } END { print n }' /proc/net/snmp; }
# hops HOST: does a ping arrive at the VMS, whatever becomes of the answer
hops() {
	local before
	before=$(echoes)
	in_ "$1" ping -q -n -c 1 -W 1 10.9.0.5
	[ "$(echoes)" -gt "$before" ]
}
# fails_for REASON-NUMBER COMMAND...: it fails, and that reason is why
fails_for() {
	local before
	before=$(dropped "$1")
	! "${@:2}" && [ "$(dropped "$1")" -gt "$before" ]
}

# packets REASON-NUMBER: dropped from devices, summed over CPUs
dropped() {
	local i=$((($1 * 3 + 1) * 2))
	bpftool -j map lookup pinned /sys/fs/bpf/zt/maps/zt_count key $((i % 256)) $((i / 256)) 0 0 |
		tr '{' '\n' | sed -n 's/.*"packets":\([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n + 0 }'
}
