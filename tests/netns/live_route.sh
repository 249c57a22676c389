# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# A routed network without a default route: what the routing table tells the programs of
# destinations the agent has not listed, while the way there is gone and while the agent is
# dead. "wide" holds the router's own networks, as a careless policy would.
#
#   cam eth0 ── lan8 10.80.0.1 router ── wan0 10.9.0.1 ── vms 10.9.0.5
#                                     └─ lo 10.88.0.1/32, fd88::1/128, when nobody listens

route_topology() {
	host cam
	cable cam eth0 02:00:00:00:00:80 r lan8
	ip -n "$N-r" addr add 10.80.0.1/24 dev lan8
	ip -n "$N-r" addr add fd80::1/64 dev lan8
	ip -n "$N-r" route add 10.10.0.0/24 via 10.9.0.5
	ip -n "$N-r" route add fd10::/64 via fd09::5
	ip -n "$N-r" neigh add 10.80.0.80 lladdr 02:00:00:00:00:80 dev lan8 nud permanent
	ip -n "$N-r" neigh add fd80::80 lladdr 02:00:00:00:00:80 dev lan8 nud permanent
	ip -n "$N-cam" addr add 10.80.0.80/24 dev eth0
	ip -n "$N-cam" addr add fd80::80/64 dev eth0
	ip -n "$N-cam" route add default via 10.80.0.1
	ip -n "$N-cam" route add default via fd80::1
}

route_policy() {
	cat <<-'EOF'
		{"version": 1, "name": "route live",
		 "interfaces": {"lan8": {"role": "device"}, "wan0": {"role": "uplink"}},
		 "segments": {"a": {"mode": "enforce"}},
		 "devices": {"cam": {"segment": "a", "mac": "02:00:00:00:00:80", "ports": "lan8",
		             "addresses": ["10.80.0.80", "fd80::80"]}},
		 "applications": {"wide": {"hosts": ["10.0.0.0/8", "fd00::/8"], "services": ["udp/5000"]}},
		 "rules": {"up": {"from": "cam", "to": ["wide", "router-ping"], "action": "allow"}}}
	EOF
}

# c: the camera; w: behind the uplink; l: what the router takes for itself cannot be heard
route_cases() { # there|gone|own: the destination's route
	sed "s/@/$N-/" <<-'EOF'
		at c @cam eth0
		at w @vms eth0
	EOF
	grep "^$1:" <<-'EOF' | sed 's/^[a-z]*://'
		there:by rule, where a route leads | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.10.0.9; udp 4000 5000 | control w | enforced w pass allowed
		there:... IPv6 | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip6 fd80::80 fd10::9; udp 4000 5000 | control w | enforced w pass allowed
		there:not by rule | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.10.0.9; udp 4000 5001 | control w | enforced - drop no-rule
		gone:the route is gone: opens nothing, and says so | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.10.0.9; udp 4001 5000 | control - | enforced - drop no-route
		gone:... IPv6 | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip6 fd80::80 fd10::9; udp 4001 5000 | control - | enforced - drop no-route
		gone:... what no rule allows is no rule's | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.10.0.9; udp 4000 5001 | control - | enforced - drop no-rule
		gone:... a flow that is open is the kernel's to refuse, by an ICMP error that quotes it | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.10.0.9; udp 4000 5000 | control c | enforced c pass allowed
		own:the router's own, listed: not by a rule about others | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.9.0.1; udp 4000 5000 | control - | enforced - drop no-rule
		own:... IPv6 | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip6 fd80::80 fd09::1; udp 4000 5000 | control - | enforced - drop no-rule
		dead:its network's, unlisted: not by a rule about others | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.80.0.7; udp 4000 5000 | control - | enforced - drop no-rule
		dead:... IPv6 | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip6 fd80::80 fd80::7; udp 4000 5000 | control - | enforced - drop no-rule
		dead:alone on lo, unlisted: neither | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip4 10.80.0.80 10.88.0.1; udp 4000 5000 | control - | enforced - drop no-route
		dead:... IPv6 | c eth 02:00:00:00:00:80 02:00:00:00:00:f1; ip6 fd80::80 fd88::1; udp 4000 5000 | control - | enforced - drop no-route
	EOF
}

try() { # PHASE control|enforced
	route_cases "$1" >"$tmp/cases"
	frames "$2" <"$tmp/cases"
}
routes() { # add|del
	ip -n "$N-r" route "$1" 10.10.0.0/24 via 10.9.0.5
	ip -n "$N-r" route "$1" fd10::/64 via fd09::5
}

# Linux takes an IPv6 address as its own when a worker gets round to it.
settled() { [ -z "$(ip -n "$N-r" -6 addr show dev "$1" tentative)" ]; }

route_part() {
	route_topology
	try there control
	route_policy >"$tmp/p"
	case_ "the policy is loaded" load <"$tmp/p"
	try there enforced
	try own enforced
	routes del
	try gone enforced
	routes add
	try there enforced
	case_ "the agent is killed" stop_agent -KILL
	ip -n "$N-r" addr add 10.80.0.7/24 dev lan8
	ip -n "$N-r" addr add fd80::7/64 dev lan8
	ip -n "$N-r" addr add 10.88.0.1/32 dev lo
	ip -n "$N-r" addr add fd88::1/128 dev lo
	case_ "they are this router's now" until_ok settled lan8
	try dead enforced
	for a in 10.80.0.7 fd80::7; do
		case_ "an own address the dead agent never saw answers what the router may be asked: $a" until_ok pings cam $a
	done
	hosts_gone cam
}
route_part
