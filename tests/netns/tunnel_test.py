#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The built-in exceptions used as tunnels: what needs no rule carries nothing else.

Camera 1 hides data in ARP, neighbour discovery, DHCP, group reports, ICMP errors and
frames that are no IP, for camera 2, a server and the internet; hosts outside do the
same towards camera 1. The data lies where a short honest frame has none. Without
programs all of it arrives; enforced, only what is listed here, with its why.
"""
import struct

import bridged
from suite import Suite, check, policy  # first: it says where ztlab is
from volley import Shot, Volley
from ztlab import cases_raw, clients, frames as f
from ztlab.topology import INET_GW_MAC, ROUTER4, ROUTER6, ROUTER_MAC, address, link_local, mac

suite = Suite(__doc__)
volley = Volley(suite, "tunnel")
ME4, ME6, ME, ME_LL = address("cam1", 4), address("cam1", 6), mac("cam1"), link_local(mac("cam1"))
PEER = mac("cam2")
UP_MAC = "02:00:00:00:20:c8"
DEEP = bytes(100)  # before the data: beyond any padding and any option of an honest frame
FLOW = 40123  # camera 1's port of its live connection to the VMS


def tunnel_policy():
    return policy(interfaces={"up9": {"role": "uplink"}}, infrastructure={"dhcp": ["router"]},
                  rules={"meet": {"from": "cam1", "to": "cam2", "services": ["icmp/echo"],
                                  "action": "allow"}}, tests=None)


def out(name, at, make, reason):
    return Shot(name, at, make, reason, "from-device")


def by_arp():
    """Data behind the ARP packet, or in it."""
    def arp(op, to, target_mac, target):
        return lambda m: f.eth(to, ME, f.arp(op, ME, ME4, target_mac, target) + DEEP + m,
                               f.ETH_P_ARP)
    return [out("arp-reply", "cam2", arp(2, PEER, PEER, address("cam2", 4)), "arp-spoofed"),
            out("arp-request", "cam2", arp(1, f.BROADCAST, "00:00:00:00:00:00",
                                           address("cam2", 4)), "arp-spoofed"),
]


def nd(dst, dst_mac, body, src=ME6):
    return f.eth(dst_mac, ME, f.ipv6(src, dst, f.ICMPV6, body, 255), f.ETH_P_IPV6)


def by_nd():
    """In an option that every stack skips, and behind the packet."""
    peer6 = address("cam2", 6)

    def option(data):
        data += bytes(-(2 + len(data)) % 8)
        return bytes((0xFD, (2 + len(data)) // 8)) + data

    def ns(m, tail=b"", extra=True):
        body = f.icmp(ME6, peer6, 135, 0, bytes(4), f.packed(peer6) + b"\1\1" + f.mac_bytes(ME) +
                      (option(DEEP + m) if extra else b""))
        return nd(peer6, PEER, body) + tail

    def na(m):
        body = f.icmp(ME6, peer6, 136, 0, struct.pack("!I", 0x60000000), f.packed(ME6) + b"\2\1" +
                      f.mac_bytes(ME) + option(DEEP + m))
        return nd(peer6, PEER, body)

    def rs(m):
        body = f.icmp(ME_LL, "ff02::2", 133, 0, bytes(4), b"\1\1" + f.mac_bytes(ME) +
                      option(DEEP + m))
        return nd("ff02::2", "33:33:00:00:00:02", body, ME_LL)
    return [out("ns-option", "cam2", ns, "nd-spoofed"), out("na-option", "cam2", na, "nd-spoofed"),
            out("rs-option", "cam2", rs, "nd-spoofed"),
            out("ns-behind", "cam2", lambda m: ns(b"", DEEP + m, False), "nd-spoofed")]


def bootp(op, m):
    return struct.pack("!BBBBIHH", op, 1, 6, 0, 0x5A54, 0, 0x8000) + bytes(16) + f.mac_bytes(ME) + \
        bytes(10) + bytes(192) + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + \
        b"\x0c" + bytes([len(m)]) + m + b"\xff"


def by_dhcp():
    """A client's question, to everyone and to servers that are none."""
    def four(dst, dst_mac, src=ME4):
        return lambda m: f.eth(dst_mac, ME, f.ipv4(src, dst, f.UDP, f.udp(src, dst, 68, 67,
                                                                          bootp(1, m))), f.ETH_P_IP)

    def six(dst, dst_mac, src):
        return lambda m: f.eth(dst_mac, ME, f.ipv6(src, dst, f.UDP, f.udp(
            src, dst, 546, 547, struct.pack("!IHH", 1 << 24 | 7, 16, len(m)) + m)), f.ETH_P_IPV6)
    vms, inet, router = (address(h, 4) for h in ("vms", "inet", "router"))
    to_all = "33:33:00:01:00:02"
    return [Shot("dhcp-to-all", "cam2", four("255.255.255.255", f.BROADCAST, "0.0.0.0"),
                 "wrong-port"),
            out("dhcp-to-vms", "vms", four(vms, ROUTER_MAC["br0"]), "no-rule"),
            out("dhcp-to-inet", "inet", four(inet, ROUTER_MAC["br0"]), "no-rule"),
            out("dhcp-to-cam2", "cam2", four(address("cam2", 4), PEER), "no-rule"),
            Shot("dhcp6-to-all", "cam2", six("ff02::1:2", to_all, ME_LL), "wrong-port"),
            out("dhcp6-to-vms", "vms", six(address("vms", 6), ROUTER_MAC["br0"], ME6), "no-rule"),
            out("dhcp6-to-cam2", "cam2", six(link_local(PEER), PEER, ME_LL), "l2-mismatch")]


def by_reports():
    """IGMP and MLD reports, flooded to every port of the bridge."""
    def igmp(m):
        record = struct.pack("!BBH", 4, 0, 0) + f.packed("224.1.1.1") + DEEP + m
        body = b"\x22\0\0\0" + struct.pack("!HH", 0, 1) + record
        body = body[:2] + struct.pack("!H", f.checksum(body)) + body[4:]
        return f.eth("01:00:5e:00:00:16", ME, f.ipv4(ME4, "224.0.0.22", 2, body, b"\x94\4\0\0", 1),
                     f.ETH_P_IP)

    def mld(m):
        alert = struct.pack("!BBHHBB", f.ICMPV6, 0, 0x0502, 0, 1, 0)
        body = f.icmp(ME_LL, "ff02::16", 143, 0, struct.pack("!HH", 0, 1), struct.pack("!BBH", 4, 0,
                      0) + f.packed("ff02::1:7") + DEEP + m)
        return f.eth("33:33:00:00:00:16", ME, f.ipv6(ME_LL, "ff02::16", 0, alert + body, 1),
                     f.ETH_P_IPV6)
    return [Shot("igmp-report", "cam2", igmp, "wrong-port"),
            Shot("mld-report", "cam2", mld, "wrong-port")]


def error(v, src, dst, inner_src, inner_dst, sport, dport, m):
    """An ICMP error that quotes a TCP segment and the data behind it."""
    inner = f.ip(inner_src, inner_dst, f.TCP, f.tcp(inner_src, inner_dst, sport, dport, f.ACK, m))
    kind = (3, 1) if v == 4 else (1, 0)
    return f.ip(src, dst, f.ICMP if v == 4 else f.ICMPV6, f.icmp(src, dst, *kind, bytes(4), inner))


def by_errors():
    """About a flow that is not, and about a live one but to somebody else."""
    shots = []
    for v in (4, 6):
        me, vms, inet, peer = (address(h, v) for h in ("cam1", "vms", "inet", "cam2"))
        for name, dst in (("vms", vms), ("inet", inet)):
            shots.append(out(f"error-to-{name}.{v}", name, lambda m, d=dst, n=v, s=me: cases_raw
                             .routed("cam1", error(n, s, d, d, s, 80, 999, m), n), "no-flow"))
        shots.append(out(f"error-to-cam2.{v}", "cam2", lambda m, d=peer, n=v, s=me: cases_raw
                         .bridged("cam1", "cam2", error(n, s, d, d, s, 80, 999, m), n), "no-flow"))
        shots.append(out(f"live-error-to-inet.{v}", "inet", lambda m, n=v, s=me, d=inet, q=vms:
                         cases_raw.routed("cam1", error(n, s, d, q, s, 80, FLOW, m), n), "no-flow"))
        shots.append(out(f"live-error-to-vms.{v}", "vms", lambda m, n=v, s=me, d=vms:
                         cases_raw.routed("cam1", error(n, s, d, d, s, 80, FLOW, m), n), ""))
    return shots


def no_ip():
    """Frames of types that ports opt in, and of any other."""
    return [out(f"type-{t:04x}", "cam2", lambda m, k=t: f.eth(PEER, ME, bytes(50) + m, k), "non-ip")
            for t in (0x888E, 0x88CC, 0x88B5, 0x8892, 0x8864)]


def inward():
    """Towards camera 1: from the internet through the router, from the uplink on the bridge."""
    shots = []
    for v in (4, 6):
        me, inet, vms = (address(h, v) for h in ("cam1", "inet", "vms"))
        server, client = (67, 68) if v == 4 else (547, 546)

        def routed(packet, n=v):
            return f.eth(INET_GW_MAC, mac("inet"), packet, cases_raw.ethertype(n))
        data = (lambda m: bootp(2, m)) if v == 4 else (lambda m: struct.pack(
            "!IHH", 7 << 24 | 7, 16, len(m)) + m)
        shots += [
            Shot(f"in-dhcp.{v}", "cam1", lambda m, s=inet, d=me, a=server, b=client, k=data, r=routed:
                 r(f.ip(s, d, f.UDP, f.udp(s, d, a, b, k(m)))), "rogue-dhcp"),
            Shot(f"in-error.{v}", "cam1", lambda m, s=inet, d=me, n=v, r=routed:
                 r(error(n, s, d, d, s, 999, 80, m)), "no-flow"),
            Shot(f"in-live-error.{v}", "cam1", lambda m, s=inet, d=me, q=vms, n=v, r=routed:
                 r(error(n, s, d, d, q, FLOW, 80, m)), ""),
        ]
    return shots


def uplink():
    """A host on a bridged uplink, with nothing declared of it."""
    ll = link_local(UP_MAC)

    def arp(m):
        return f.eth(ME, UP_MAC, f.arp(2, UP_MAC, "10.20.0.200", ME, ME4) + DEEP + m, f.ETH_P_ARP)

    def ns(m):
        body = f.icmp(ll, ME6, 135, 0, bytes(4), f.packed(ME6) + b"\1\1" + f.mac_bytes(UP_MAC))
        return f.eth(ME, UP_MAC, f.ipv6(ll, ME6, f.ICMPV6, body, 255), f.ETH_P_IPV6) + DEEP + m

    def mld(m):
        alert = struct.pack("!BBHHBB", f.ICMPV6, 0, 0x0502, 0, 1, 0)
        body = f.icmp(ll, "ff02::16", 143, 0, struct.pack("!HH", 0, 1), struct.pack("!BBH", 4, 0, 0)
                      + f.packed("ff02::1:7") + DEEP + m)
        return f.eth("33:33:00:00:00:16", UP_MAC, f.ipv6(ll, "ff02::16", 0, alert + body, 1),
                     f.ETH_P_IPV6)
    return [Shot("up-arp", "cam1", arp, "arp-spoofed"), Shot("up-ns", "cam1", ns, "nd-spoofed"),
            Shot("up-mld", "cam1", mld, "no-rule"),
            Shot("up-type", "cam1", lambda m: f.eth(ME, UP_MAC, bytes(50) + m, 0x88CC), "non-ip")]


# An ICMP error about a live flow reaches the flow's other end, which camera 1 may send to
# anyway; and any router on the way may send one to camera 1.
EXPECTED = {f"{n}.{v}" for n in ("live-error-to-vms", "in-live-error") for v in (4, 6)}
RUNS = [("cam1", "eth0", lambda: by_arp() + by_nd() + by_dhcp() + by_reports() + by_errors()
         + no_ip()), ("inet", "eth0", inward), ("vms", "eth9", uplink)]
connections = []


def connect():
    """The live flow, IPv4 and IPv6."""
    for s in connections:
        s.close()
    connections.clear()
    for v in (4, 6):
        s = suite.lab.host["cam1"].socket(2 if v == 4 else 10, 1)
        clients.end_by_reset(s)
        s.settimeout(10)  # a first packet may be lost while neighbours resolve
        s.bind(("", FLOW))
        s.connect((address("vms", v), 80))
        connections.append(s)
    for a in (ROUTER4["br0"], ROUTER6["br0"], address("cam2", 4), address("cam2", 6)):
        clients.ping(suite.lab, "cam1", a)


@suite.case("control: without programs everything that is hidden arrives")
def control():
    bridged.uplink(suite, UP_MAC)
    suite.router("nft", "flush", "ruleset")  # its NAT would not know what to do with errors
    connect()
    for host, ifname, make in RUNS:
        shots = make()
        heard = volley.fire(shots, volley.by(host, ifname))
        check(heard == {s.name for s in shots},
              f"not heard from {host}: {sorted({s.name for s in shots} - heard)}")


@suite.case("enforced: nothing of it arrives but errors about a live flow, at its other end")
def enforced():
    suite.load(tunnel_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    connect()
    sent = 0
    for host, ifname, make in RUNS:
        shots = make()
        volley.enforced(shots, volley.by(host, ifname), {s.name for s in shots} & EXPECTED)
        sent += len(shots)
    print(f"TOTAL: {sent} tunnels through the built-in exceptions carry data without programs; "
          f"enforced {len(EXPECTED)}, ICMP errors about a live flow between its ends")


if __name__ == "__main__":
    suite.main()
