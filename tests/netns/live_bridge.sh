# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Device ports of a VLAN-aware bridge: the bridge puts tags on and takes them off between
# the programs of one port and those of the next.
#
#   c30 eth0 ── lan10 (VLAN 30 untagged) ┐        ┌ br0.30 10.130.0.1
#   c31 eth0 ── lan11 (VLAN 31 untagged) ┼─ br0 ──┴ br0.31 10.131.0.1   router ── wan0 ── vms
#   t30 ┐                                │
#   u30 ┴ trunk ── lan12 (30, 31 tagged) ┘

bridge_topology() {
	local i
	host c30 c31 trunk t30
	cable c30 eth0 02:00:00:00:01:30 r lan10
	cable c31 eth0 02:00:00:00:01:31 r lan11
	cable trunk eth0 02:00:00:00:01:40 r lan12
	ip -n "$N-r" link add br0 address 02:00:00:00:00:f1 type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0
	ip -n "$N-r" -batch - <<-EOF
		link set lan10 master br0
		link set lan11 master br0
		link set lan12 master br0
		link set br0 up
		link add link br0 name br0.30 type vlan id 30
		link add link br0 name br0.31 type vlan id 31
		link set br0.30 up
		link set br0.31 up
		addr add 10.130.0.1/24 dev br0.30
		addr add fd13::1/64 dev br0.30
		addr add 10.131.0.1/24 dev br0.31
		addr add fd14::1/64 dev br0.31
	EOF
	for i in "dev lan10 vid 30 pvid untagged" "dev lan11 vid 31 pvid untagged" "dev lan12 vid 30" \
		"dev lan12 vid 31" "dev br0 vid 30 self" "dev br0 vid 31 self"; do
		# shellcheck disable=SC2086
		in_ r bridge vlan add $i
	done
	ip -n "$N-trunk" link add link eth0 name eth0.30 address 02:00:00:00:01:33 type vlan id 30
	ip -n "$N-trunk" link set eth0.30 netns "$N-t30"
	ip -n "$N-t30" link set eth0.30 name eth0 up
	for i in "c30 10.130.0.30 fd13::30 10.130.0.1 fd13::1" "c31 10.131.0.31 fd14::31 10.131.0.1 fd14::1" \
		"t30 10.130.0.33 fd13::33 10.130.0.1 fd13::1"; do
		read -r h a4 a6 g4 g6 <<<"$i"
		ip -n "$N-$h" addr add "$a4/24" dev eth0
		ip -n "$N-$h" addr add "$a6/64" dev eth0
		ip -n "$N-$h" route add default via "$g4"
		ip -n "$N-$h" route add default via "$g6"
	done
}

bridge_policy() {
	cat <<-'EOF'
		{"version": 1, "name": "bridge live",
		 "interfaces": {"lan10": {"role": "device"}, "lan11": {"role": "device"},
		                "lan12": {"role": "device", "untagged": false, "vlans": [30, 31]}, "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}},
		 "devices": {
		  "c30": {"segment": "a", "mac": "02:00:00:00:01:30", "ports": "lan10", "addresses": ["10.130.0.30", "fd13::30"]},
		  "c31": {"segment": "a", "mac": "02:00:00:00:01:31", "ports": "lan11", "addresses": ["10.131.0.31", "fd14::31"]},
		  "t30": {"segment": "a", "mac": "02:00:00:00:01:33", "ports": "lan12", "vlan": 30, "addresses": ["10.130.0.33", "fd13::33"]},
		  "u30": {"segment": "a", "mac": "02:00:00:00:01:34", "ports": "lan12", "vlan": 30, "addresses": ["10.130.0.34"]}},
		 "applications": {"vms": {"hosts": ["10.9.0.5", "fd09::5"], "services": ["icmp/echo", "udp/5000"]}},
		 "rules": {"up": {"from": "all-devices", "to": "vms", "action": "allow"},
		           "down": {"from": "vms", "to": ["c30", "t30"], "services": ["udp/554"], "action": "allow"},
		           "across": {"from": "c30", "to": ["c31", "t30"], "services": ["udp/8000"], "action": "allow"}}}
	EOF
}

# a, b: hosts on untagged ports; t: the trunk; r30, r31: the router above the bridge
bridge_cases() {
	sed "s/@/$N-/" <<-'EOF'
		at a @c30 eth0
		at b @c31 eth0
		at t @trunk eth0
		at r30 @r br0.30
		at r31 @r br0.31
		at w @vms eth0
		from an untagged port | a eth 02:00:00:00:01:30 02:00:00:00:00:f1; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		... IPv6 | a eth 02:00:00:00:01:30 02:00:00:00:00:f1; ip6 fd13::30 fd09::5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		from the port in the other VLAN | b eth 02:00:00:00:01:31 02:00:00:00:00:f1; ip4 10.131.0.31 10.9.0.5; udp 4000 5000 | control w r31 | enforced w r31 pass allowed
		from the trunk | t eth 02:00:00:00:01:33 02:00:00:00:00:f1; tag 30; ip4 10.130.0.33 10.9.0.5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		... IPv6 | t eth 02:00:00:00:01:33 02:00:00:00:00:f1; tag 30; ip6 fd13::33 fd09::5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		towards an untagged port: the bridge takes the tag off before our programs see it | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.130.0.30; udp 5001 554 | control a | enforced a pass allowed
		... IPv6 | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip6 fd09::5 fd13::30; udp 5001 554 | control a | enforced a pass allowed
		towards the trunk: with its tag | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.130.0.33; udp 5001 554 | control t.30 | enforced t.30 pass allowed
		from the trunk as a host of the untagged port | t eth 02:00:00:00:01:30 02:00:00:00:00:f1; tag 30; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced - drop spoofed
		... with a MAC of its own | t eth 02:00:00:00:01:33 02:00:00:00:00:f1; tag 30; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced - drop spoofed
		... IPv6 | t eth 02:00:00:00:01:33 02:00:00:00:00:f1; tag 30; ip6 fd13::30 fd09::5; udp 4000 5000 | control w r30 | enforced - drop spoofed
		a device of VLAN 30 in VLAN 31 of the trunk | t eth 02:00:00:00:01:33 02:00:00:00:00:f1; tag 31; ip4 10.130.0.33 10.9.0.5; udp 4000 5000 | control w r31 | enforced - drop spoofed
		a tag on an untagged port, of its own VLAN | a eth 02:00:00:00:01:30 02:00:00:00:00:f1; tag 30; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced - drop unlisted-vlan
		a priority tag there changes nothing | a eth 02:00:00:00:01:30 02:00:00:00:00:f1; tag 0; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		two of them | a eth 02:00:00:00:01:30 02:00:00:00:00:f1; tag 0; tag 0; ip4 10.130.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced - drop vlan-stack
		to the router's address by ARP, in the other's name | b eth 02:00:00:00:01:31 bcast; arp request 02:00:00:00:01:31 10.130.0.30 10.131.0.1 | control t.31 r31 | enforced - drop arp-spoofed
		across two VLANs of the bridge by MAC, though a rule allows it: the bridge keeps them apart | a eth 02:00:00:00:01:30 02:00:00:00:01:31; ip4 10.130.0.30 10.131.0.31; udp 4000 8000 | control t.30 | enforced -
		across a tagged and an untagged port of one VLAN: not known as neighbours, told apart by tags | a eth 02:00:00:00:01:30 02:00:00:00:01:33; ip4 10.130.0.30 10.130.0.33; udp 4000 8000 | control t.30 | enforced - drop l2-mismatch
		on the trunk itself, from one to another in its VLAN, no rule | t eth 02:00:00:00:01:33 02:00:00:00:01:30; tag 30; ip4 10.130.0.33 10.130.0.30; udp 4000 8000 | control a | enforced - drop l2-mismatch
	EOF
}

bridge_part() {
	local h
	bridge_topology
	for h in c30 c31 t30; do case_ "control: $h reaches the VMS" until_ok both $h; done
	bridge_cases >"$tmp/cases"
	frames control <"$tmp/cases"
	bridge_policy >"$tmp/p"
	case_ "its ports are device ports" load <"$tmp/p"
	frames enforced <"$tmp/cases"
	for h in c30 c31 t30; do case_ "$h reaches the VMS" until_ok both $h; done
	hosts_gone c30 c31 trunk t30
	ip -n "$N-r" link del br0
}
has vlan && bridge_part
