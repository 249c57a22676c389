#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Addresses that are not what they look like: translated inward, or one inside another.

The router's NAT publishes a camera and hides who asks behind its own address, or behind
another device's: that must not pass for the router or the device. And an IPv4 address
inside an IPv6 one (NAT64, 6to4, mapped) is judged as well as its wrapping. Runs on any
kernel with nft's NAT: here, and in a virtual machine.
"""
from suite import Suite, check, policy, topology, wait_for  # first: it says where ztlab is
from volley import Shot, Volley
from ztlab import cases_raw, clients, frames as f
from ztlab.arrivals import Arrivals
from ztlab.topology import INET_GW_MAC, ROUTER4, ROUTER6, address, mac

suite = Suite(__doc__)
volley = Volley(suite, "nat")
PUBLISHED = {"dnat": 8554, "masq": 8555, "snat": 8556}
FRONT = {4: ROUTER4["wan0"], 6: ROUTER6["wan0"]}

NFT = """
table {ip} inward {{
	chain in {{
		type nat hook prerouting priority dstnat;
		iifname "wan0" tcp dport 8555 ct mark set 8555
		iifname "wan0" tcp dport 8556 ct mark set 8556
		iifname "wan0" tcp dport {{ 8554, 8555, 8556 }} dnat to {cam}:554
	}}
	chain out {{
		type nat hook postrouting priority srcnat;
		oifname "br0" ct mark 8555 masquerade
		oifname "br0" ct mark 8556 snat to {peer}
	}}
}}
"""


def nat_policy(mode="enforce"):
    """Router, camera 2 and the VMS may all open the camera's stream; the internet may not."""
    return policy(
        segments={s: {"mode": mode} for s in ("cctv", "plant")}, tests=None,
        rules={"router-check": {"services": ["tcp/554", "icmp/echo"]},
               "peer": {"from": "cam2", "to": "cam1", "services": ["tcp/554"], "action": "allow"}})


def publish():
    for v in (4, 6):
        wrap = (lambda a: f"[{a}]") if v == 6 else str
        text = NFT.format(ip="ip" if v == 4 else "ip6", cam=wrap(address("cam1", v)),
                          peer=wrap(address("cam2", v)))
        suite.lab.host["router"].run("nft", "-f", "-", input=text)


def reach(how, who="vms"):
    """Does a client outside get the camera's greeting, IPv4 and IPv6."""
    return [clients.connect(suite.lab, who, FRONT[v], PUBLISHED[how]) for v in (4, 6)]


def seen_as(how):
    """Whom the camera sees, by its own greeting."""
    out = []
    for v in (4, 6):
        with suite.lab.host["vms"].socket(2 if v == 4 else 10, 1) as s:
            s.settimeout(2)
            s.connect((FRONT[v], PUBLISHED[how]))
            out.append(s.recv(200).split()[3].decode().removeprefix("::ffff:"))
    return out


def as_camera2(wanted=0):
    """As whom of camera 2's addresses somebody published by snat arrives; so many are waited for."""
    ears = Arrivals(suite.lab, [("cam1", "eth0")])
    try:
        reach("snat")
        cam2 = {address("cam2", v) for v in (4, 6)}
        wait_for(lambda: len(ears.senders["cam1"] & cam2) >= wanted, 3)
        ears.take()
        return ears.senders["cam1"] & cam2
    finally:
        ears.close()


def grown(reason, verdict, deed, direction="to-device"):
    key = (reason, verdict, direction)
    before = suite.agent.reasons().get(key, 0)
    result = deed()
    wait_for(lambda: suite.agent.reasons().get(key, 0) >= before + 2, 1)
    return result, suite.agent.reasons().get(key, 0) - before


@suite.case("control: three ways to publish the camera; it sees the asker, the router, camera 2")
def control():
    publish()
    check(seen_as("dnat") == [address("vms", 4), address("vms", 6)], f"dnat: {seen_as('dnat')}")
    check(seen_as("masq") == [ROUTER4["br0"], ROUTER6["br0"]], f"masquerade: {seen_as('masq')}")
    # As camera 2: the answers go there, so the question itself is looked at.
    check(len(as_camera2(2)) == 2, "snat: does not arrive as camera 2")


@suite.case("enforced: the asker in the clear by rule, behind the router's address not at all")
def enforced():
    suite.load(nat_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    check(all(reach("dnat")), "the VMS may open the stream, DNAT or not")
    check(not any(reach("dnat", "inet")), "the internet may not, DNAT or not")
    for v in (4, 6):
        check(clients.connect(suite.lab, "router", address("cam1", v), 554),
              f"v{v}: the router itself may")
    for who in ("vms", "inet"):
        got, n = grown("unknown-source", "DROPPED", lambda w=who: reach("masq", w))
        check(not any(got), f"{who}: masqueraded inward it reached the camera: {got}")
        check(n >= 2, f"{who}: {n} packets are unknown-source: {suite.agent.reasons()}")


@suite.case("enforced: behind another device's address it is a forgery, though that one may")
def as_device():
    got, n = grown("spoofed-uplink", "DROPPED", as_camera2)
    check(not got and n >= 2, f"arrived from {got}, {n} packets are spoofed-uplink")
    for v in (4, 6):
        check(clients.connect(suite.lab, "cam2", address("cam1", v), 554), f"v{v}: camera 2 may")


@suite.case("learn and audit: masqueraded inward passes and is told; as a device it never does")
def modes():
    for mode, verdict in (("learn", "FORWARDED"), ("audit", "AUDIT")):
        suite.load(nat_policy(mode))
        got, n = grown("unknown-source", verdict, lambda: reach("masq"))
        check(all(got), f"{mode}: {got}")
        check(n >= 2, f"{mode}: {n} packets {verdict} unknown-source: {suite.agent.reasons()}")
        got, n = grown("spoofed-uplink", "DROPPED", as_camera2)
        check(not got and n >= 2, f"{mode}: from {got}, {n} packets are spoofed-uplink")


def embedded(v4):
    """The three wrappings of an IPv4 address."""
    b = f.packed(v4)
    return {"nat64": "64:ff9b::" + f"{b[0]:02x}{b[1]:02x}:{b[2]:02x}{b[3]:02x}",
            "6to4": f"2002:{b[0]:02x}{b[1]:02x}:{b[2]:02x}{b[3]:02x}::1", "mapped": f"::ffff:{v4}"}


INSIDE = {"device": address("cam2", 4), "router": ROUTER4["br0"], "plant": address("plc", 4),
          "private": "192.168.7.7", "server": address("vms", 4), "loopback": "127.0.0.1",
          "link-local": "169.254.169.254", "host": "8.8.4.4"}


def wrapped():
    """Camera 1 to each; what the plain router forwards is heard at the internet host."""
    out = []
    for name, v4 in INSIDE.items():
        for how, a in embedded(v4).items():
            def make(mark, d=a):
                return cases_raw.routed("cam1", f.ipv6(address("cam1", 6), d, f.UDP, f.udp(
                    address("cam1", 6), d, 6001, 7777, mark)), 6)
            out.append(Shot(f"out-{name}-{how}", "inet", make, "no-rule", "from-device"))
    return out


def wrapped_in():
    """The internet host to camera 1, from each."""
    out = []
    for name, v4 in INSIDE.items():
        for how, a in embedded(v4).items():
            def make(mark, s=a):
                dst = address("cam1", 6)
                packet = f.ipv6(s, dst, f.UDP, f.udp(s, dst, 6001, 7777, mark))
                return f.eth(INET_GW_MAC, mac("inet"), packet, f.ETH_P_IPV6)
            out.append(Shot(f"in-{name}-{how}", "cam1", make, "no-rule"))
    return out


def public(shots):
    """NAT64 of a public address is the internet; 6to4 and mapped ones never are."""
    return {s.name for s in shots if s.name.endswith("-host-nat64")}


@suite.case("control: the plain router forwards NAT64, 6to4 and mapped addresses")
def embedded_control():
    suite.reset_agent()
    for prefix in ("64:ff9b::/96", "2002::/16", "::ffff:0:0/96"):
        suite.lab.host["core"].run("ip", "-6", "route", "add", prefix, "via", address("inet", 6))
    for shots, by in ((wrapped(), "cam1"), (wrapped_in(), "inet")):
        heard = volley.fire(shots, volley.by(by))
        stopped = {s.name for s in shots} - heard
        suite.say(f"{len(heard)} of {len(shots)} arrive; not: {sorted(stopped)}")
        check(len(heard) >= 16, f"only {sorted(heard)} arrive")
        passed.update(heard)


passed = set()


@suite.case("enforced: with the internet allowed, only what holds a public address passes")
def embedded_enforced():
    suite.load(policy(tests=None, rules={
        "out": {"from": "cam1", "to": "internet", "services": ["udp/7777"], "action": "allow"},
        "in": {"from": "internet", "to": "cam1", "services": ["udp/7777"], "action": "allow",
               "note": "the test's"}}))
    for shots, by in ((wrapped(), "cam1"), (wrapped_in(), "inet")):
        expected = public(shots)
        volley.enforced([s for s in shots if s.name not in expected and s.name in passed]
                        + [Shot(s.name, s.at, s.make) for s in shots if s.name in expected],
                        volley.by(by), expected)
    print(f"TOTAL: {len(passed)} packets to and from IPv4 addresses inside IPv6 ones pass a plain "
          f"router; enforced {len(public(wrapped()) | public(wrapped_in()))}, the two of a public host")


if __name__ == "__main__":
    suite.main()
