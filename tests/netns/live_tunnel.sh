# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Tunnels and a VRF as uplinks: what comes out of a tunnel came in by the tunnel. gre1, ip1 and
# vx1 are listed as uplinks, gre2 is not; wan1 lies in the VRF blue, listed as uplink, too.
#
#   cam eth0 ── lan13 10.83.0.1 ┐         ┌ wan0 ══ gre1 10.91.0.1, ip1 10.92.0.1, vx1 10.93.0.1, gre2 ══ vms
#   two eth0 ── lan14 10.84.0.1 ┴ router ─┴ blue (VRF): wan1 10.95.0.1 ── far 10.95.0.5
#                                                       lan15 10.96.0.1 ── in 10.96.0.6, a device in the VRF

tunnel_topology() {
	local i
	host cam two far in
	cable cam eth0 02:00:00:00:02:83 r lan13
	cable two eth0 02:00:00:00:02:84 r lan14
	cable in eth0 02:00:00:00:02:96 r lan15
	cable far eth0 02:00:00:00:02:95 r wan1
	for i in "r 1 10.9.0.1 10.9.0.5" "vms 5 10.9.0.5 10.9.0.1"; do
		read -r h n local remote <<<"$i"
		ip -n "$N-$h" -batch - <<-EOF
			link add gre1 type gre local $local remote $remote key 1
			link add gre2 type gre local $local remote $remote key 2
			link add ip1 type ipip local $local remote $remote
			link add vx1 type vxlan id 7 local $local remote $remote dstport 4789
			link set gre1 up
			link set gre2 up
			link set ip1 up
			link set vx1 up
			addr add 10.91.0.$n/24 dev gre1
			addr add fd91::$n/64 dev gre1
			addr add 10.92.0.$n/24 dev ip1
			addr add 10.93.0.$n/24 dev vx1
			addr add fd93::$n/64 dev vx1
			addr add 10.94.0.$n/24 dev gre2
		EOF
	done
	ip -n "$N-r" -batch - <<-EOF
		link add blue type vrf table 10
		link set blue up
		link set wan1 master blue
		link set lan15 master blue
		addr add 10.83.0.1/24 dev lan13
		addr add fd83::1/64 dev lan13
		addr add 10.84.0.1/24 dev lan14
		addr add 10.95.0.1/24 dev wan1
		addr add fd95::1/64 dev wan1
		addr add 10.96.0.1/24 dev lan15
		addr add fd96::1/64 dev lan15
		neigh add 10.83.0.83 lladdr 02:00:00:00:02:83 dev lan13 nud permanent
		neigh add fd83::83 lladdr 02:00:00:00:02:83 dev lan13 nud permanent
		neigh add 10.96.0.96 lladdr 02:00:00:00:02:96 dev lan15 nud permanent
		neigh add fd96::96 lladdr 02:00:00:00:02:96 dev lan15 nud permanent
		neigh add 10.95.0.5 lladdr 02:00:00:00:02:95 dev wan1 nud permanent
	EOF
	for i in "cam 83 10.83.0" "two 84 10.84.0" "in 96 10.96.0" "far 95 10.95.0"; do
		read -r h n net <<<"$i"
		ip -n "$N-$h" addr add "$net.$([ $h = far ] && echo 5 || echo $n)/24" dev eth0
		ip -n "$N-$h" addr add "fd$n::$([ $h = far ] && echo 5 || echo $n)/64" dev eth0
		ip -n "$N-$h" route add default via "$net.1"
		ip -n "$N-$h" route add default via "fd$n::1"
	done
	# The VMS answers the camera by the tunnel it was asked through; asked itself, by gre1.
	ip -n "$N-vms" route add 10.83.0.0/24 dev gre1
	ip -n "$N-vms" route add fd83::/64 dev gre1
}

tunnel_policy() {
	cat <<-'EOF'
		{"version": 1, "name": "tunnel live",
		 "interfaces": {"lan13": {"role": "device"}, "lan14": {"role": "device"}, "lan15": {"role": "device"},
		                "wan0": {"role": "uplink"}, "gre1": {"role": "uplink"}, "ip1": {"role": "uplink"},
		                "vx1": {"role": "uplink"}, "wan1": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}},
		 "devices": {
		  "cam": {"segment": "a", "mac": "02:00:00:00:02:83", "ports": "lan13", "addresses": ["10.83.0.83", "fd83::83"]},
		  "two": {"segment": "a", "mac": "02:00:00:00:02:84", "ports": "lan14", "addresses": ["10.84.0.84", "fd84::84"]},
		  "in": {"segment": "a", "mac": "02:00:00:00:02:96", "ports": "lan15", "addresses": ["10.96.0.96", "fd96::96"]}},
		 "applications": {"app": {"hosts": ["10.91.0.5", "10.92.0.5", "10.93.0.5", "10.94.0.5", "10.95.0.5",
		                                    "fd91::5", "fd93::5", "fd95::5"], "services": ["icmp/echo", "udp/5000"]}},
		 "rules": {"up": {"from": "all-devices", "to": "app", "action": "allow"},
		           "down": {"from": "app", "to": ["cam", "in"], "services": ["udp/554"], "action": "allow"},
		           "pair": {"from": "two", "to": ["cam", "in"], "services": ["udp/554"], "action": "allow"},
		           "own": {"from": "router", "to": ["cam", "in"], "services": ["udp/554"], "action": "allow"}}}
	EOF
}

# w: into the tunnels, by hand; f: into the VRF
tunnel_cases() {
	sed "s/@/$N-/; s/OUT/eth 02:00:00:00:00:e1 02:00:00:00:00:f1; ip4 10.9.0.5 10.9.0.1/; s/GRE1/proto=47; hex 2000080000000001/; s/GRE6/proto=47; hex 200086dd00000001/; s/GRE2/proto=47; hex 2000080000000002/; s/INVX/; udp 4700 4789; hex 0800000000000700; eth 02:00:00:00:02:99 VXMAC/" <<-'EOF'
		at c @cam eth0
		at i @in eth0
		at w @vms eth0
		at f @far eth0
		out of GRE, by rule | w OUT GRE1; ip4 10.91.0.5 10.83.0.83; udp 5001 554 | control c | enforced c pass allowed
		... IPv6 | w OUT GRE6; ip6 fd91::5 fd83::83; udp 5001 554 | control c | enforced c pass allowed
		out of IPIP, by rule | w OUT; ip4 10.92.0.5 10.83.0.83; udp 5001 554 | control c | enforced c pass allowed
		out of VXLAN, by rule | w OUT INVX; ip4 10.93.0.5 10.83.0.83; udp 5001 554 | control c | enforced c pass allowed
		... IPv6 | w OUT INVX; ip6 fd93::5 fd83::83; udp 5001 554 | control c | enforced c pass allowed
		out of GRE, no rule | w OUT GRE1; ip4 10.91.0.5 10.83.0.83; udp 5001 555 | control c | enforced - drop no-rule
		out of GRE in a device's name | w OUT GRE1; ip4 10.84.0.84 10.83.0.83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		... IPv6 | w OUT GRE6; ip6 fd84::84 fd83::83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		out of IPIP in a device's name | w OUT; ip4 10.84.0.84 10.83.0.83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		out of VXLAN in a device's name | w OUT INVX; ip4 10.84.0.84 10.83.0.83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		... IPv6 | w OUT INVX; ip6 fd84::84 fd83::83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		out of IPIP in the camera's own name | w OUT; ip4 10.83.0.83 10.83.0.83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		out of a tunnel nobody listed | w OUT GRE2; ip4 10.94.0.5 10.83.0.83; udp 5001 554 | control c | enforced - drop unlisted-port
		... in a device's name | w OUT GRE2; ip4 10.84.0.84 10.83.0.83; udp 5001 554 | control c | enforced - drop spoofed-uplink
		out of GRE in the name of the router: no host may | w OUT GRE6; ip6 fd83::1 fd83::83; udp 5001 554 | control c | enforced - drop unknown-source
		from the camera, IPIP to the VMS: no rule opens that protocol | c eth 02:00:00:00:02:83 02:00:00:00:00:f1; ip4 10.83.0.83 10.91.0.5; ip4 10.91.0.9 10.91.0.5; udp 4000 5000 | control c w | enforced - drop no-rule
		in the VRF, by rule | f eth 02:00:00:00:02:95 02:00:00:00:00:f1; ip4 10.95.0.5 10.96.0.96; udp 5001 554 | control i | enforced i pass allowed
		... IPv6 | f eth 02:00:00:00:02:95 02:00:00:00:00:f1; ip6 fd95::5 fd96::96; udp 5001 554 | control i | enforced i pass allowed
		in the VRF, in a device's name | f eth 02:00:00:00:02:95 02:00:00:00:00:f1; ip4 10.84.0.84 10.96.0.96; udp 5001 554 | control i | enforced - drop spoofed-uplink
		... IPv6 | f eth 02:00:00:00:02:95 02:00:00:00:00:f1; ip6 fd84::84 fd96::96; udp 5001 554 | control i | enforced - drop spoofed-uplink
		from a device in the VRF | i eth 02:00:00:00:02:96 02:00:00:00:00:f1; ip4 10.96.0.96 10.95.0.5; udp 4000 5000 | control f | enforced f pass allowed
		... no rule | i eth 02:00:00:00:02:96 02:00:00:00:00:f1; ip4 10.96.0.96 10.95.0.5; udp 4000 5001 | control f | enforced - drop no-rule
	EOF
}

tunnel_part() {
	local a
	tunnel_topology
	tunnel_cases | sed "s/VXMAC/$(ip -n "$N-r" -o link show vx1 | sed 's/.*ether \([0-9a-f:]*\).*/\1/')/" >"$tmp/cases"
	frames control <"$tmp/cases"
	tunnel_policy >"$tmp/p"
	case_ "tunnels and a VRF's member are uplinks" load <"$tmp/p"
	case_ "an unlisted tunnel is named" says "gre2 is not in" ctl load --dry-run "$tmp/policy.json"
	frames enforced <"$tmp/cases"
	for a in 10.91.0.5 fd91::5 10.92.0.5 10.93.0.5 fd93::5; do
		case_ "the camera reaches $a, and hears the answer" until_ok in_ cam ping -q -n -c 1 -W 1 $a
	done
	case_ "a device in the VRF reaches its peer" until_ok in_ in ping -q -n -c 1 -W 1 10.95.0.5
	case_ "... IPv6" until_ok in_ in ping -q -n -c 1 -W 1 fd95::5
	hosts_gone cam two far in
	for a in gre1 gre2 ip1 vx1 blue; do ip -n "$N-r" link del $a; done
	for a in gre1 gre2 ip1 vx1; do ip -n "$N-vms" link del $a; done
}
has gre ipip vxlan vrf && tunnel_part
