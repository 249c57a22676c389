# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# A bond as device port: XDP runs on its members, everything else on the bond; a flow does
# not notice when a member fails, and LACP between switch and router passes.
#
#   cam eth0 ── s0 switch ┬ s1 ── lan6 ┐
#                         └ s2 ── lan7 ┴ bond0 10.60.0.1 router ── wan0 ── vms 10.9.0.5

bond_topology() {
	host cam switch
	cable cam eth0 02:00:00:00:00:60 switch s0
	ip -n "$N-switch" link set s0 address 02:00:00:00:00:a0
	ip -n "$N-switch" link add br0 type bridge
	ip -n "$N-switch" link set s0 master br0
	ip -n "$N-switch" link set br0 up
	cable switch s1 02:00:00:00:00:a1 r lan6
	cable switch s2 02:00:00:00:00:a2 r lan7
	ip -n "$N-cam" addr add 10.60.0.60/24 dev eth0
	ip -n "$N-cam" addr add fd60::60/64 dev eth0
	ip -n "$N-cam" route add default via 10.60.0.1
	ip -n "$N-cam" route add default via fd60::1
}

# bond_of MODE [OPTION...]: the router's, made anew
bond_of() {
	ip -n "$N-r" link del bond0 2>/dev/null
	ip -n "$N-r" link add bond0 type bond miimon 50 mode "$@"
	ip -n "$N-r" -batch - <<-EOF
		link set lan6 down
		link set lan7 down
		link set lan6 master bond0
		link set lan7 master bond0
		link set bond0 up
		addr add 10.60.0.1/24 dev bond0
		addr add fd60::1/64 dev bond0
	EOF
}

# The switch: two ports of its bridge, or a bond of its own that is one
switch_ports() {
	ip -n "$N-switch" link set s1 master br0
	ip -n "$N-switch" link set s2 master br0
}
switch_bond() {
	ip -n "$N-switch" link add bond1 type bond miimon 50 mode 802.3ad lacp_rate fast
	ip -n "$N-switch" -batch - <<-EOF
		link set s1 down
		link set s2 down
		link set s1 nomaster
		link set s2 nomaster
		link set s1 master bond1
		link set s2 master bond1
		link set bond1 up
		link set bond1 master br0
	EOF
}

bond_policy() { # INTERFACE
	cat <<-EOF
		{"version": 1, "name": "bond live",
		 "interfaces": {"$1": {"role": "device"}, "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}},
		 "devices": {"cam": {"segment": "a", "mac": "02:00:00:00:00:60", "ports": "$1",
		             "addresses": ["10.60.0.60", "fd60::60"]}},
		 "applications": {"vms": {"hosts": ["10.9.0.5", "fd09::5"], "services": ["icmp/echo", "udp/5000"]}},
		 "rules": {"up": {"from": "cam", "to": "vms", "action": "allow"},
		           "down": {"from": "vms", "to": "cam", "services": ["udp/554"], "action": "allow"}}}
	EOF
}

# p1, p2: the switch, into the active member and into the other; b: the bond, behind both
bond_cases() {
	sed "s/@/$N-/" <<-'EOF'
		at p1 @switch s1
		at p2 @switch s2
		at c @cam eth0
		at b @r bond0
		at w @vms eth0
		a frame in by the active member | p1 eth 02:00:00:00:00:60 02:00:00:00:00:f1; ip4 10.60.0.60 10.9.0.5; udp 4000 5000 | control b w | enforced b w pass allowed
		... IPv6 | p1 eth 02:00:00:00:00:60 02:00:00:00:00:f1; ip6 fd60::60 fd09::5; udp 4000 5000 | control b w | enforced b w pass allowed
		in by the member in reserve: judged the same, then ignored by the bond | p2 eth 02:00:00:00:00:60 02:00:00:00:00:f1; ip4 10.60.0.60 10.9.0.5; udp 4000 5000 | control - | enforced - pass allowed
		a spoofed source by the active member | p1 eth 02:00:00:00:00:60 02:00:00:00:00:f1; ip4 10.60.0.61 10.9.0.5; udp 4000 5000 | control b w | enforced - drop spoofed
		... IPv6 | p1 eth 02:00:00:00:00:60 02:00:00:00:00:f1; ip6 fd60::61 fd09::5; udp 4000 5000 | control b w | enforced - drop spoofed
		an unknown MAC by the active member | p1 eth 02:00:00:00:00:66 02:00:00:00:00:f1; ip4 10.60.0.60 10.9.0.5; udp 4000 5000 | control b w | enforced - drop spoofed
		a tag by the active member | p1 eth 02:00:00:00:00:60 02:00:00:00:00:f1; tag 5; ip4 10.60.0.60 10.9.0.5; udp 4000 5000 | control b.5 | enforced - drop unlisted-vlan
		LACP's type without its group address | p1 eth 02:00:00:00:00:a1 02:00:00:00:00:f1 0x8809; hex 0101; pay 44 | control b | enforced - drop non-ip
		towards the camera | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.60.0.60; udp 5001 554 | control c p1 | enforced c p1 pass allowed
		... IPv6 | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip6 fd09::5 fd60::60; udp 5001 554 | control c p1 | enforced c p1 pass allowed
	EOF
}

# A ping 20 times a second while the active member loses its carrier: three may be lost.
# IPv6 too: what counts is that the flow goes on.
failover() {
	local got
	in_ cam ping -q -n -i 0.05 -c 60 -W 2 "$1" >"$tmp/ping" &
	sleep 1
	ip -n "$N-switch" link set "$2" down
	wait $!
	ip -n "$N-switch" link set "$2" up
	got=$(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$tmp/ping")
	echo "$got of 60"
	[ "$got" -ge 50 ]
}
lacp_up() { # both members in one aggregate with a partner
	local report
	report=$(in_ r cat /proc/self/net/bonding/bond0)
	echo "$report"
	[[ $report == *"Number of ports: 2"* && $report != *"Partner Mac Address: 00:00:00:00:00:00"* ]]
}
members_rxvlan() { [ "$(for i in lan6 lan7; do in_ r ethtool -k $i; done | grep -c "^rx-vlan-offload: $1")" = 2 ]; }

bond_part() {
	bond_topology
	switch_ports
	bond_of active-backup
	case_ "control: the camera reaches the VMS" until_ok both cam
	bond_cases >"$tmp/cases"
	frames control <"$tmp/cases"
	bond_policy lan6 >"$tmp/p"
	case_ "a member of a bond is refused as device port" refused "list the bond instead" <"$tmp/p"
	bond_policy bond0 >"$tmp/p"
	case_ "a bond is a device port" load <"$tmp/p"
	case_ "... with receive VLAN offload off at its members" members_rxvlan off
	frames enforced <"$tmp/cases"
	case_ "the camera reaches the VMS" until_ok both cam
	case_ "a flow goes on when the active member fails" failover 10.9.0.5 s1
	case_ "... IPv6, back to the first" failover fd09::5 s2
	case_ "balanced over both, made anew while the policy is live" bond_of balance-xor
	case_ "... the camera reaches the VMS" until_ok both cam
	switch_bond
	case_ "LACP: made anew again" bond_of 802.3ad lacp_rate fast
	case_ "... the programs let LACP pass, and both members aggregate" until_ok lacp_up
	case_ "... the camera reaches the VMS" until_ok both cam
	case_ "... a flow goes on when a member fails" failover 10.9.0.5 s1
	hosts_gone cam switch
	ip -n "$N-r" link del bond0
}
has bond && bond_part
