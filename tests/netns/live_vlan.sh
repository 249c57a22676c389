# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# VLANs on a device port, with real interfaces: two devices behind one tagged port, a
# camera on an untagged one. Each attack runs without programs first.
#
#   v30 ── eth0.30 ┐                      ┌ lan4.30  10.30.0.1
#                  ├ trunk eth0 ── lan4 ──┼ lan4.31  10.31.0.1   router ── wan0 ── vms 10.9.0.5
#   v31 ── eth0.31 ┘                      ├ lan4.100 10.100.0.1, lan4.s30 (802.1ad)
#                                         └ untagged 10.40.0.1
#   cam eth0 ── lan5 10.50.0.1, lan5.30 10.130.0.1
#
# The policy lists VLANs 30 and 31 on lan4, untagged frames on lan5, and nothing else.
vlan_topology() {
	local v
	host trunk v30 v31 cam
	cable trunk eth0 02:00:00:00:00:40 r lan4
	cable cam eth0 02:00:00:00:00:50 r lan5
	ip -n "$N-r" -batch - <<-EOF
		link add link lan4 name lan4.30 type vlan id 30
		link add link lan4 name lan4.31 type vlan id 31
		link add link lan4 name lan4.100 type vlan id 100
		link add link lan4 name lan4.s30 type vlan proto 802.1ad id 30
		link add link lan5 name lan5.30 type vlan id 30
		link set lan4.30 up
		link set lan4.31 up
		link set lan4.100 up
		link set lan4.s30 up
		link set lan5.30 up
		addr add 10.30.0.1/24 dev lan4.30
		addr add fd30::1/64 dev lan4.30
		addr add 10.31.0.1/24 dev lan4.31
		addr add fd31::1/64 dev lan4.31
		addr add 10.100.0.1/24 dev lan4.100
		addr add fd64::1/64 dev lan4.100
		addr add 10.40.0.1/24 dev lan4
		addr add fd40::1/64 dev lan4
		addr add 10.50.0.1/24 dev lan5
		addr add fd50::1/64 dev lan5
		addr add 10.130.0.1/24 dev lan5.30
		addr add fd82::1/64 dev lan5.30
		neigh add 10.30.0.30 lladdr 02:00:00:00:00:30 dev lan4.30 nud permanent
		neigh add fd30::30 lladdr 02:00:00:00:00:30 dev lan4.30 nud permanent
		neigh add 10.31.0.31 lladdr 02:00:00:00:00:31 dev lan4.31 nud permanent
		neigh add 10.50.0.50 lladdr 02:00:00:00:00:50 dev lan5 nud permanent
	EOF
	for v in 30 31; do
		ip -n "$N-trunk" link add link eth0 name "eth0.$v" address "02:00:00:00:00:$v" type vlan id $v
		ip -n "$N-trunk" link set "eth0.$v" netns "$N-v$v"
		ip -n "$N-v$v" link set "eth0.$v" up
		ip -n "$N-v$v" addr add "10.$v.0.$v/24" dev "eth0.$v"
		ip -n "$N-v$v" addr add "fd$v::$v/64" dev "eth0.$v"
		ip -n "$N-v$v" route add default via "10.$v.0.1"
		ip -n "$N-v$v" route add default via "fd$v::1"
	done
}

vlan_policy() {
	cat <<-'EOF'
		{"version": 1, "name": "vlan live",
		 "interfaces": {"lan4": {"role": "device", "untagged": false, "vlans": [30, 31]},
		                "lan5": {"role": "device"}, "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce", "subnets": ["10.30.0.0/23", "fd30::/63", "10.50.0.0/24"]}},
		 "devices": {
		  "v30": {"segment": "a", "mac": "02:00:00:00:00:30", "ports": "lan4", "vlan": 30,
		          "addresses": ["10.30.0.30", "fd30::30", "dynamic6"]},
		  "v31": {"segment": "a", "mac": "02:00:00:00:00:31", "ports": "lan4", "vlan": 31,
		          "addresses": ["10.31.0.31", "fd31::31", "dynamic6"]},
		  "cam": {"segment": "a", "mac": "02:00:00:00:00:50", "ports": "lan5", "addresses": ["10.50.0.50", "fd50::50"]}},
		 "applications": {"vms": {"hosts": ["10.9.0.5", "fd09::5"], "services": ["udp/5000", "icmp/echo"]}},
		 "rules": {"up": {"from": "all-devices", "to": "vms", "action": "allow"},
		           "down": {"from": "vms", "to": "v30", "services": ["udp/554"], "action": "allow"},
		           "own": {"from": "router", "to": "v30", "services": ["udp/161"], "action": "allow"}}}
	EOF
}

# d: trunk, c: camera, w: behind the uplink; r30, r31, s30: the router's interfaces above lan4
vlan_cases() {
	sed "s/@/$N-/" <<-'EOF'
		at t @trunk eth0
		at c @cam eth0
		at w @vms eth0
		at r30 @r lan4.30
		at r31 @r lan4.31
		at s30 @r lan4.s30
		a device in its own VLAN | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 30; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		... IPv6 | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 30; ip6 fd30::30 fd09::5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		the other in the other | t eth 02:00:00:00:00:31 02:00:00:00:00:f1; tag 31; ip4 10.31.0.31 10.9.0.5; udp 4000 5000 | control w r31 | enforced w r31 pass allowed
		... IPv6 | t eth 02:00:00:00:00:31 02:00:00:00:00:f1; tag 31; ip6 fd31::31 fd09::5; udp 4000 5000 | control w r31 | enforced w r31 pass allowed
		a priority tag around its tag changes nothing | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 0; tag 30; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced w r30 pass allowed
		hopping: v30 in VLAN 31 | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 31; ip4 10.30.0.30 10.9.0.5; udp 4001 5000 | control w r31 | enforced - drop spoofed
		... IPv6 | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 31; ip6 fd30::30 fd09::5; udp 4001 5000 | control w r31 | enforced - drop spoofed
		... in a flow that is established | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 31; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w r31 | enforced - drop spoofed
		hopping: v30 as v31 | t eth 02:00:00:00:00:31 02:00:00:00:00:f1; tag 30; ip4 10.31.0.31 10.9.0.5; udp 4001 5000 | control w r30 | enforced - drop spoofed
		a VLAN the port does not own | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 100; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		... IPv6 | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 100; ip6 fd30::30 fd09::5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		an untagged frame where only tags belong | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		... IPv6 | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; ip6 fd30::30 fd09::5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		... behind a priority tag | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 0; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		two priority tags around its tag | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 0; tag 0; tag 30; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w r30 | enforced - drop vlan-stack
		a service tag with its number | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 30 0x88a8; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control w s30 | enforced - drop vlan-stack
		... around its tag | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 30 0x88a8; tag 30; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control s30.30 | enforced - drop vlan-stack
		its tag twice | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 30; tag 31; ip4 10.30.0.30 10.9.0.5; udp 4000 5000 | control r30.31 | enforced - drop vlan-stack
		a tagged frame on an untagged port | c eth 02:00:00:00:00:50 02:00:00:00:00:f1; tag 30; ip4 10.50.0.50 10.9.0.5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		... IPv6 | c eth 02:00:00:00:00:50 02:00:00:00:00:f1; tag 30; ip6 fd50::50 fd09::5; udp 4000 5000 | control w | enforced - drop unlisted-vlan
		the camera behind a priority tag | c eth 02:00:00:00:00:50 02:00:00:00:00:f1; tag 0; ip4 10.50.0.50 10.9.0.5; udp 4000 5000 | control w | enforced w pass allowed
		ARP for the router's address, priority-tagged | t eth 02:00:00:00:00:30 bcast; tag 0; tag 30; arp request 02:00:00:00:00:30 10.30.0.1 10.30.0.30 | control r30 | enforced - drop arp-spoofed
		ARP of its own, priority-tagged | t eth 02:00:00:00:00:30 bcast; tag 0; tag 30; arp request 02:00:00:00:00:30 10.30.0.30 10.30.0.1 | control r30 | enforced r30 pass infra-arp
		ARP of its own in the other VLAN | t eth 02:00:00:00:00:30 bcast; tag 31; arp request 02:00:00:00:00:30 10.30.0.30 10.31.0.1 | control r31 | enforced - drop arp-spoofed
		NA for the router's address, priority-tagged | t eth 02:00:00:00:00:30 02:00:00:00:00:f1; tag 0; tag 30; ip6 fd30::30 fd30::1 ttl=255; na fd30::1 hw=02:00:00:00:00:30 | control r30 | enforced - drop nd-spoofed
		RA, priority-tagged | t eth 02:00:00:00:00:30 33:33:00:00:00:01; tag 0; tag 30; ip6 fe80::30 ff02::1 ttl=255; ra | control r30 | enforced - drop rogue-ra
		link-local fe80::99 claimed in VLAN 30 | t eth 02:00:00:00:00:30 33:33:ff:00:00:01; tag 30; ip6 fe80::99 ff02::1:ff00:1 ttl=255; ns fd30::1 hw=02:00:00:00:00:30 | control r30 | enforced r30 pass infra-nd
		... the same address in VLAN 31, by the other device | t eth 02:00:00:00:00:31 33:33:ff:00:00:01; tag 31; ip6 fe80::99 ff02::1:ff00:1 ttl=255; ns fd31::1 hw=02:00:00:00:00:31 | control r31 | enforced r31 pass infra-nd
		... each may use it in its own VLAN | t eth 02:00:00:00:00:31 33:33:ff:00:00:01; tag 31; ip6 fe80::99 ff02::1:ff00:1 ttl=255; ns fd31::1 hw=02:00:00:00:00:31 | control r31 | enforced r31 pass infra-nd
		... but v30 not in VLAN 31 | t eth 02:00:00:00:00:30 33:33:ff:00:00:01; tag 31; ip6 fe80::99 ff02::1:ff00:1 ttl=255; ns fd31::1 hw=02:00:00:00:00:30 | control r31 | enforced - drop nd-spoofed
		towards v30: tagged 30, nowhere else | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.30.0.30; udp 5001 554 | control t.30 | enforced t.30 pass allowed
		... IPv6 | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip6 fd09::5 fd30::30; udp 5001 554 | control t.30 | enforced t.30 pass allowed
		from the router in VLAN 30 | r30 eth 02:00:00:00:00:f1 02:00:00:00:00:30; ip4 10.30.0.1 10.30.0.30; udp 5001 161 | control t.30 | enforced t.30 pass allowed
		from the router in service VLAN 30: another network | s30 eth 02:00:00:00:00:f1 02:00:00:00:00:30; ip4 10.30.0.1 10.30.0.30; udp 5001 161 | control t.30 | enforced - drop vlan-stack
		... IPv6 | s30 eth 02:00:00:00:00:f1 02:00:00:00:00:30; ip6 fd30::1 fd30::30; udp 5001 161 | control t.30 | enforced - drop vlan-stack
		towards v31: no rule | w eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.31.0.31; udp 5001 554 | control t.31 | enforced - drop no-rule
	EOF
}

offload() { in_ "$1" ethtool -K eth0 txvlan "$2"; }
rxvlan() { in_ r ethtool -k lan4 | grep -q "^rx-vlan-offload: $1"; }

# The camera pushes tag 30 and leaves writing it to its network card: to the VMS by lan5.30
hop() {
	ip -n "$N-cam" -batch - <<-EOF
		link add link eth0 name eth0.30 type vlan id 30
		link set eth0.30 up
		addr add 10.50.0.50/32 dev eth0.30
		route replace 10.9.0.5/32 via 10.130.0.1 dev eth0.30 onlink src 10.50.0.50
		neigh add 10.130.0.1 lladdr 02:00:00:00:00:f1 dev eth0.30 nud permanent
	EOF
}
vlan_part() {
	local v
	vlan_topology
	hop
	vlan_cases >"$tmp/cases"
	frames control <"$tmp/cases"
	for v in 30 31; do case_ "control: v$v reaches the VMS, with a VLAN interface of its own" both v$v; done
	case_ "control: receive VLAN offload is on" rxvlan on
	offload trunk on
	case_ "control: an offloaded tag passes" both v30
	offload trunk off
	offload cam on
	case_ "control: hopping by an offloaded tag" hops cam
	vlan_policy >"$tmp/p"
	case_ "the policy is loaded" load <"$tmp/p"
	case_ "load has switched receive VLAN offload off" rxvlan off
	frames enforced <"$tmp/cases"
	for v in 30 31; do case_ "v$v reaches the VMS" both v$v; done
	offload trunk on
	case_ "an offloaded tag on a tagged port: XDP sees none, and drops (unlisted-vlan)" fails_for 75 pings v30 10.9.0.5
	offload trunk off
	case_ "... and written into the frame it passes again" pings v30 10.9.0.5
	case_ "hopping by an offloaded tag: XDP sees none, the guard drops (no-stamp)" fails_for 26 hops cam
	in_ r ethtool -K lan4 rxvlan on
	case_ "receive offload switched on behind our back is switched off again" until_ok rxvlan off
	case_ "... and status says the port enforces" says '"vlan_offload": false' ctl status --json
	hosts_gone trunk v30 v31 cam
}
has vlan && vlan_part
