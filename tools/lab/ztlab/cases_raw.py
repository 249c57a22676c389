# SPDX-License-Identifier: GPL-2.0
"""The attempts made with frames no honest stack sends. policy: ../policy.json.

Each frame carries a marker; "reached" means it was heard at the host named `at`.
"""
import struct
import zlib

from . import frames as f
from .attempts import Attempt
from .topology import INET_GW_MAC, ROUTER6, address, link_local, mac, router_mac

FORGED = "forged identity"
STATE = "answers nobody asked for"
NEIGHBOUR = "lies to the neighbours"
SHAPE = "packets with an odd shape"
MCAST_MAC = {4: "01:00:5e:00:00:01", 6: "33:33:00:00:00:01"}


def raw(name, group, text, family, host, at, reason, build, match=None, **kw):
    """build(marker) -> frames sent from host's eth0."""
    return Attempt(f"{name}.{family}", group, text, family,
                   lambda run, a, before: run.raw_frame(a, before, host, build, at),
                   kw.pop("allowed", False), reason, kw.pop("rule", None), match or {}, True, **kw)


def ethertype(family):
    return f.ETH_P_IPV6 if family == 6 else f.ETH_P_IP


def routed(host, packet, family, src_mac=None):
    """From a device, to the router's MAC."""
    return f.eth(router_mac(host), src_mac or mac(host), packet, ethertype(family))


def bridged(src, dst, packet, family, vlans=()):
    return f.eth(mac(dst), mac(src), packet, ethertype(family), vlans)


def inward(packet, family):
    """From the internet host, to its own router."""
    return f.eth(INET_GW_MAC, mac("inet"), packet, ethertype(family))


def dgram(src, dst, dport, payload, **kw):
    return f.ip(src, dst, f.UDP, f.udp(src, dst, 5000, dport, payload), **kw)


def segment(src, dst, sport, dport, flags, payload):
    return f.ip(src, dst, f.TCP, f.tcp(src, dst, sport, dport, flags, payload))


def fresh(marker):
    """A port of this attempt's own in this run, so that no earlier record answers for it."""
    return 30000 + zlib.crc32(marker) % 20000


def forged(v):
    cam1, cam2, vms, rogue = (address(h, v) for h in ("cam1", "cam2", "vms", "rogue"))
    nowhere = "198.18.0.9" if v == 4 else "2001:db8:9::9"
    inet = address("inet", v)
    return [
        raw("rogue-self", FORGED, "unknown device sends to the VMS", v, "rogue", "vms",
            "unknown-device",
            lambda m: [routed("rogue", dgram(rogue, vms, 20001, m), v)],
            {"src": rogue, "dst": vms}),
        raw("rogue-as-cam1", FORGED, "unknown device with camera 1's MAC and address", v, "rogue",
            "vms", "spoofed-mac",
            lambda m: [routed("rogue", dgram(cam1, vms, 20002, m), v, mac("cam1"))],
            {"src": cam1, "dst": vms}),
        raw("cam1-as-cam2", FORGED, "camera 1 with camera 2's address", v, "cam1", "vms", "spoofed",
            lambda m: [routed("cam1", dgram(cam2, vms, 20003, m), v)], {"src": cam2, "dst": vms}),
        raw("cam1-as-nobody", FORGED, "camera 1 with a foreign address", v, "cam1", "vms",
            "spoofed",
            lambda m: [routed("cam1", dgram(nowhere, vms, 20004, m), v)],
            {"src": nowhere, "dst": vms}),
        raw("plc-as-cam1", FORGED, "PLC with camera 1's address, other segment", v, "plc", "vms",
            "spoofed",
            lambda m: [routed("plc", dgram(cam1, vms, 20005, m), v)], {"src": cam1, "dst": vms}),
        raw("inet-as-cam2", FORGED, "internet host with camera 2's address, to camera 1", v, "inet",
            "cam1", "spoofed-uplink",
            lambda m: [inward(dgram(cam2, cam1, 20006, m), v)], {"src": cam2, "dst": cam1},
            always=True),
        raw("l2-other", FORGED, "camera 1: MAC of camera 2, address of the VMS", v, "cam1", "cam2",
            "l2-mismatch",
            lambda m: [bridged("cam1", "cam2", dgram(cam1, vms, 20007, m), v)],
            {"src": cam1, "dst": vms}),
        raw("inet-as-router", FORGED, "internet host with the router's address", v, "inet", "cam1",
            "unknown-source",
            lambda m: [inward(dgram(ROUTER6["br0"] if v == 6 else inet, cam1, 20008, m), v)],
            {"src": ROUTER6["br0"], "dst": cam1}) if v == 6 else None,
    ]


def state(v):
    cam1, vms, inet = (address(h, v) for h in ("cam1", "vms", "inet"))
    SA, A = f.SYN | f.ACK, f.ACK
    unreach = (3, 1) if v == 4 else (1, 0)
    embedded = segment(cam1, inet, 4444, 443, f.SYN, b"")[:64]

    def icmp_error(m):
        body = f.icmp(inet, cam1, *unreach, bytes(4), embedded + m)
        return [inward(f.ip(inet, cam1, f.ICMP if v == 4 else f.ICMPV6, body), v)]
    return [
        raw("out-synack", STATE, "camera answers (SYN-ACK) an internet host that never asked", v,
            "cam1", "inet", "no-flow",
            lambda m: [routed("cam1", segment(cam1, inet, 443, fresh(m), SA, m), v)],
            {"src": cam1, "dst": inet}),
        raw("out-ack", STATE, "camera goes on (ACK) with an internet host", v, "cam1", "inet",
            "no-flow",
            lambda m: [routed("cam1", segment(cam1, inet, 443, fresh(m), A, m), v)],
            {"src": cam1, "dst": inet},
            open_reason="no-rule"),
        raw("pickup", STATE, "camera goes on with its VMS after a reboot of ours: picked up", v,
            "cam1", "vms", "allowed",
            lambda m: [routed("cam1", segment(cam1, vms, 20013, 80, A | f.PSH, m), v)],
            {"device": "cam1", "peer": vms, "proto": "tcp", "port": 80, "device_port": 20013,
             "opener": "device"},
            allowed=True, rule="cam-vms"),
        raw("in-synack", STATE, "internet host answers (SYN-ACK) a camera that never asked", v,
            "inet", "cam1", "no-flow",
            lambda m: [inward(segment(inet, cam1, 443, fresh(m), SA, m), v)],
            {"src": inet, "dst": cam1}),
        raw("in-ack", STATE, "internet host goes on (ACK) with the camera", v, "inet", "cam1",
            "no-flow",
            lambda m: [inward(segment(inet, cam1, 443, fresh(m), A, m), v)],
            {"src": inet, "dst": cam1},
            open_reason="no-rule"),
        raw("in-udp", STATE, "internet host sends a DNS answer nobody asked for", v, "inet", "cam1",
            "no-rule",
            lambda m: [inward(dgram(inet, cam1, 53, m), v)], {"src": inet, "dst": cam1}),
        raw("in-error", STATE, "internet host: forged ICMP error about no flow", v, "inet", "cam1",
            "no-flow", icmp_error,
            {"src": inet, "dst": cam1}),
        raw("synfin", STATE, "camera to VMS with SYN and FIN at once", v, "cam1", "vms",
            "bad-flags",
            lambda m: [routed("cam1", segment(cam1, vms, fresh(m), 80, f.SYN | f.FIN, m), v)],
            {"src": cam1, "dst": vms}),
    ]


def neighbour4():
    cam1, gateway, cam2 = address("cam1", 4), address("router", 4), address("cam2", 4)
    arp = f.arp(2, mac("cam2"), gateway, mac("cam1"), cam1)

    def offer(m):
        packet = f.udp(cam2, "255.255.255.255", 67, 68, f.bootp_reply(mac("cam1"), cam1, cam2, m))
        return [f.eth(f.BROADCAST, mac("cam2"), f.ip(cam2, "255.255.255.255", f.UDP, packet),
                      f.ETH_P_IP)]

    def redirect(m):
        inner = dgram(cam1, address("vms", 4), 20020, m)
        return [bridged("cam2", "cam1", f.ip(cam2, cam1, f.ICMP,
                                             f.icmp(cam2, cam1, 5, 1, f.packed(cam2), inner)), 4)]
    return [
        raw("arp-gateway", NEIGHBOUR, "camera 2 by ARP: the router is me", 4, "cam2", "cam1",
            "arp-spoofed",
            lambda m: [f.eth(mac("cam1"), mac("cam2"), arp + m.ljust(18), f.ETH_P_ARP)]),
        raw("dhcp-offer", NEIGHBOUR, "camera 2 plays DHCP server", 4, "cam2", "cam1", "rogue-dhcp",
            offer),
        raw("redirect", NEIGHBOUR, "camera 2 redirects camera 1 to itself", 4, "cam2", "cam1",
            "redirect", redirect),
    ]


def neighbour6():
    cam1, gateway, cam2 = address("cam1", 6), address("router", 6), address("cam2", 6)
    ll1, ll2 = link_local(mac("cam1")), link_local(mac("cam2"))

    def advert(m):
        body = f.neighbour_advertisement(cam2, cam1, gateway, mac("cam2"))
        return [bridged("cam2", "cam1", f.ipv6(cam2, cam1, f.ICMPV6, body, 255), 6) + m]

    def router(m):
        body = f.router_advertisement(ll2, "ff02::1", mac("cam2"))
        return [f.eth(MCAST_MAC[6], mac("cam2"), f.ipv6(ll2, "ff02::1", f.ICMPV6, body, 255),
                      f.ETH_P_IPV6) + m]

    def reply(m):
        packet = f.udp(ll2, ll1, 547, 546, b"\7ZTX" + m)
        return [bridged("cam2", "cam1", f.ipv6(ll2, ll1, f.UDP, packet), 6)]

    def redirect(m):
        body = f.icmp(ll2, cam1, 137, 0, bytes(4), f.packed(ll2) + f.packed(address("vms", 6)))
        return [bridged("cam2", "cam1", f.ipv6(ll2, cam1, f.ICMPV6, body, 255), 6) + m]
    return [
        raw("na-gateway", NEIGHBOUR, "camera 2 by neighbour advertisement: the router is me", 6,
            "cam2", "cam1",
            "nd-spoofed", advert),
        raw("rogue-ra", NEIGHBOUR, "camera 2 advertises itself as router", 6, "cam2", "cam1",
            "rogue-ra", router),
        raw("dhcp6-reply", NEIGHBOUR, "camera 2 plays DHCPv6 server", 6, "cam2", "cam1",
            "rogue-dhcp", reply),
        raw("redirect", NEIGHBOUR, "camera 2 redirects camera 1 to itself", 6, "cam2", "cam1",
            "redirect", redirect),
    ]


def shape(v):
    cam1, cam2, vms = (address(h, v) for h in ("cam1", "cam2", "vms"))
    group = "255.255.255.255" if v == 4 else "ff02::1"
    strange = "224.0.0.5" if v == 4 else "ff02::5"

    def pieces(cut, tail):
        """A TCP SYN to camera 2 in two fragments, the first of so many octets."""
        whole = f.tcp(cam1, cam2, 5000, 554, f.SYN, bytes(40))
        if v == 4:
            both = (f.ipv4(cam1, cam2, f.TCP, whole[:cut], frag=0x2000),
                    f.ipv4(cam1, cam2, f.TCP, whole[cut:] + tail, frag=cut // 8))
        else:
            both = (f.ipv6(cam1, cam2, 44, f.fragment6(f.TCP, 0, 1) + whole[:cut]),
                    f.ipv6(cam1, cam2, 44, f.fragment6(f.TCP, cut // 8, 0) + whole[cut:] + tail))
        return [bridged("cam1", "cam2", p, v) for p in both]

    def with_options(m):
        if v == 4:
            return dgram(cam1, vms, 20021, m, options=b"\1\1\1\0")
        return f.ipv6(cam1, vms, 0, f.hop_by_hop(f.UDP) + f.udp(cam1, vms, 5000, 20021, m))

    def broken(m, what):
        """A good packet to camera 2 with one octet of its header changed."""
        p = bytearray(dgram(cam1, cam2, 20022, m))
        if what == "version":
            p[0] = 0x44 if v == 4 else 0x50
        elif v == 4:
            struct.pack_into("!H", p, 2, len(p) + 100)
        else:
            struct.pack_into("!H", p, 4, len(p) + 100)
        if v == 4:
            p[10:12] = b"\0\0"
            struct.pack_into("!H", p, 10, f.checksum(bytes(p[:20])))
        return [bridged("cam1", "cam2", bytes(p), v)]
    bcast_mac = f.BROADCAST if v == 4 else MCAST_MAC[6]
    return [
        raw("frag-tiny", SHAPE, "TCP header split over two fragments", v, "cam1", "cam2",
            "frag-tiny",
            lambda m: [pieces(8, b"")[0] + m], always=True),
        raw("frag-miss", SHAPE, "a later fragment without its first", v, "cam1", "cam2",
            "frag-miss", lambda m: [pieces(24, m)[1]]),
        raw("vlan-stack", SHAPE, "three priority tags before an allowed packet", v, "cam1", "vms",
            "vlan-stack",
            lambda m: [f.eth(router_mac("cam1"), mac("cam1"),
                             segment(cam1, vms, 20023, 80, f.SYN, m), ethertype(v), (0, 0, 0))],
            always=True),
        raw("vlan-100", SHAPE, "a VLAN tag the port does not have", v, "cam1", "cam2",
            "unlisted-vlan",
            lambda m: [bridged("cam1", "cam2", dgram(cam1, cam2, 20024, m), v, (100,))]),
        raw("options", SHAPE, "IP options" if v == 4 else "hop-by-hop header", v, "cam1", "vms",
            "ip-options",
            lambda m: [routed("cam1", with_options(m), v)]),
        raw("group-source", SHAPE, "a multicast address as source", v, "cam1", "cam2",
            "multicast-source",
            lambda m: [bridged("cam1", "cam2", dgram(strange, cam2, 20025, m), v)], always=True),
        raw("bad-version", SHAPE, "header length 4" if v == 4 else "version 5 under IPv6", v,
            "cam1", "cam2", "bad-header",
            lambda m: broken(m, "version"), always=True),
        raw("bad-length", SHAPE, "a length longer than the frame", v, "cam1", "cam2", "bad-length",
            lambda m: broken(m, "length"), always=True),
        raw("gre", SHAPE, "a tunnel (GRE) to the VMS", v, "cam1", "vms", "no-rule",
            lambda m: [routed("cam1", f.ip(cam1, vms, f.GRE, b"\0\0\x08\0" + m), v)],
            {"src": cam1, "dst": vms}),
        raw("flood", SHAPE, "camera broadcasts to everyone", v, "cam1", "cam2", "no-rule",
            lambda m: [f.eth(bcast_mac, mac("cam1"), dgram(cam1, group, 20026, m), ethertype(v))],
            {"src": cam1, "dst": group}),
        raw("routing", SHAPE, "an IPv6 routing header", v, "cam1", "vms", "header-chain",
            lambda m: [routed("cam1", f.ipv6(cam1, vms, 43, struct.pack("!BBBBI", f.UDP, 0, 0, 0, 0)
                                             + f.udp(cam1, vms, 5000, 20027, m)), v)], always=True)
                                             if v == 6 else
        raw("ethertype", SHAPE, "a frame that is no IP at all", 0, "cam1", "cam2", "non-ip",
            lambda m: [f.eth(mac("cam2"), mac("cam1"), m.ljust(46), 0x88B5)]),
    ]


def listed():
    out = [*forged(4), *forged(6), *state(4), *state(6), *neighbour4(), *neighbour6(), *shape(4),
           *shape(6)]
    return [a for a in out if a]


def clear_neighbours(lab):
    """Undo what the lies did in a run without enforcement."""
    for name in ("cam1", "cam2", "router"):
        lab.host[name].run("ip", "neigh", "flush", "all", check=False)
