# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Every kind of interface as device port (design §3): supported, supported once generic XDP is
# allowed, or refused, each with the text `load` says; and behind each that is supported a
# device that reaches what its rule names, and nothing else.
#
#   sub  ── eth0.7 ── lan16 (lan16.7 10.87.0.1, itself the port) ┐
#   lay  ── vx2 over lan17 (vx2 10.89.0.1)                       ┴ router ── wan0 ── vms

kinds_topology() {
	local h n
	host sub lay
	cable sub eth0 02:00:00:00:03:01 r lan16
	cable lay eth0 02:00:00:00:03:02 r lan17
	ip -n "$N-r" -batch - <<-EOF
		link add link lan16 name lan16.7 type vlan id 7
		link set lan16.7 up
		addr add 10.87.0.1/24 dev lan16.7
		addr add fd87::1/64 dev lan16.7
		addr add 192.0.2.1/24 dev lan17
		link add vx2 address 02:00:00:00:00:f1 type vxlan id 9 local 192.0.2.1 remote 192.0.2.2 dstport 4789
		link set vx2 up
		addr add 10.89.0.1/24 dev vx2
		addr add fd89::1/64 dev vx2
		link add br9 type bridge
		link add link lan17 name mv9 type macvlan mode bridge
		link add blue type vrf table 10
		link add gre9 type gre local 192.0.2.1 remote 192.0.2.2
		link add ip9 type ipip local 192.0.2.1 remote 192.0.2.2
		link add wg9 type wireguard
	EOF
	ip -n "$N-sub" link add link eth0 name v7 address 02:00:00:00:03:01 type vlan id 7
	ip -n "$N-lay" addr add 192.0.2.2/24 dev eth0
	ip -n "$N-lay" link add vx2 address 02:00:00:00:03:02 type vxlan id 9 local 192.0.2.2 remote 192.0.2.1 dstport 4789
	for i in "sub v7 87" "lay vx2 89"; do
		read -r h n net <<<"$i"
		ip -n "$N-$h" link set "$n" up
		ip -n "$N-$h" addr add "10.$net.0.9/24" dev "$n"
		ip -n "$N-$h" addr add "fd$net::9/64" dev "$n"
		ip -n "$N-$h" route add default via "10.$net.0.1"
		ip -n "$N-$h" route add default via "fd$net::1"
	done
}

# One interface more, as device port, in a policy by itself
as_port() { # INTERFACE REST-OF-ITS-OBJECT
	cat <<-EOF
		{"version": 1, "interfaces": {"$1": {"role": "device"$2}, "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}}}
	EOF
}
refused_port() { as_port "$1" "${3:-}" >"$tmp/q" && refused "$2" <"$tmp/q"; }

kinds_policy() {
	cat <<-'EOF'
		{"version": 1, "name": "kinds live",
		 "interfaces": {"lan16.7": {"role": "device"}, "vx2": {"role": "device"}, "lan17": {"role": "uplink"},
		                "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}},
		 "devices": {
		  "sub": {"segment": "a", "mac": "02:00:00:00:03:01", "ports": "lan16.7", "addresses": ["10.87.0.9", "fd87::9"]},
		  "lay": {"segment": "a", "mac": "02:00:00:00:03:02", "ports": "vx2", "addresses": ["10.89.0.9", "fd89::9"]}},
		 "applications": {"vms": {"hosts": ["10.9.0.5", "fd09::5"], "services": ["icmp/echo"]}},
		 "rules": {"up": {"from": "all-devices", "to": "vms", "action": "allow"}}}
	EOF
}

pair_reached() { # does a host reach the other one's address, of each family
	pings sub 10.89.0.9 || pings sub fd89::9
}

kinds_part() {
	local k a
	kinds_topology
	for k in sub lay; do case_ "control: $k reaches the VMS" until_ok both $k; done
	case_ "control: one device reaches the other" pair_reached
	case_ "a bridge is refused" refused_port br9 "is a bridge"
	case_ "a macvlan is refused" refused_port mv9 "is a macvlan"
	case_ "a VRF is refused" refused_port blue "is a VRF"
	case_ "GRE is refused" refused_port gre9 "neither Ethernet nor plain IP" ', "identity": "ip"'
	case_ "IPIP is refused" refused_port ip9 "neither Ethernet nor plain IP" ', "identity": "ip"'
	case_ "WireGuard with identity by MAC is refused" refused_port wg9 'set "identity": "ip"'
	case_ "the loopback interface is refused" refused_port lo "loopback"
	case_ "a VLAN interface has no native XDP: refused until generic is allowed" refused_port lan16.7 "takes no native XDP"
	kinds_policy >"$tmp/p"
	case_ "a VLAN interface and a VXLAN, once generic XDP is allowed" load --allow-generic <"$tmp/p"
	case_ "... and status says generic" says '"xdp": "generic"' ctl status --json
	for k in sub lay; do case_ "$k reaches the VMS" until_ok both $k; done
	for a in 10.89.0.9 fd89::9 10.87.0.1; do case_ "sub reaches nothing else: $a" not pings sub $a; done
	hosts_gone sub lay
	for k in br9 blue gre9 ip9 wg9 vx2; do ip -n "$N-r" link del $k; done
}
has vlan vxlan vrf gre ipip macvlan wireguard && kinds_part
