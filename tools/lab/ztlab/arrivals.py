# SPDX-License-Identifier: GPL-2.0
"""What really reached a host, packet by packet: the ground truth behind a scanner's report.

Where capture.Ears listens for marks, this notes of every IP packet that came in from
the wire whom it was for: (destination, protocol, port). Judges nothing.
"""
import ipaddress
import struct
import time
from collections import Counter

from . import frames as f
from .capture import Listener

ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q = 0x0800, 0x86DD, 0x8100
SOL_PACKET, PACKET_STATISTICS = 263, 6
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
CHAIN = (0, 43, 44, 51, 60)  # IPv6 headers that another one follows
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmp6"}
NEIGHBOUR = range(130, 138)  # ICMPv6: MLD, RS, RA, NS, NA, redirect
MLD2 = 143


def address(raw):
    return str(ipaddress.ip_address(raw))


def chain6(packet):
    """(protocol, its octets, the way there); an unreadable end is protocol None."""
    proto, at, way = packet[6], 40, []
    while proto in CHAIN:
        if len(packet) < at + 8:
            return None, b"", way
        way.append(proto)
        nxt, length = packet[at], (packet[at + 1] + 1) * 8
        if proto == 44:
            length = 8
            if struct.unpack_from("!H", packet, at + 2)[0] & 0xFFF8:
                return nxt, None, way
        elif proto == 51:
            length = (packet[at + 1] + 2) * 4
        proto, at = nxt, at + length
    return proto, packet[at:], way


def packet(raw):
    """(source, destination, protocol word, port or type) of an IP packet, or None.

    An ICMP error is told by the source port of the packet it quotes: (protocol, port).
    """
    version = raw[0] >> 4 if raw else 0
    if version == 4 and len(raw) >= 20:
        src, dst, proto = address(raw[12:16]), address(raw[16:20]), raw[9]
        rest = raw[(raw[0] & 15) * 4:]
        if struct.unpack_from("!H", raw, 6)[0] & 0x1FFF:
            rest = None
    elif version == 6 and len(raw) >= 40:
        src, dst = address(raw[8:24]), address(raw[24:40])
        proto, rest, _ = chain6(raw)
    else:
        return None
    if rest is None:
        return src, dst, "later fragment", proto
    if proto in (TCP, UDP) and len(rest) >= 4:
        return src, dst, NAMES[proto], struct.unpack_from("!H", rest, 2)[0]
    if proto in (ICMP, ICMPV6) and len(rest) >= 8:
        quoted = (3, 4, 11, 12) if proto == ICMP else (1, 2, 3, 4)
        inner = quoted_source(rest[8:]) if rest[0] in quoted else None
        return (src, dst, "error about", inner) if inner else (src, dst, NAMES[proto], rest[0])
    return src, dst, "proto", proto


def quoted_source(raw):
    """(protocol word, source port) of the packet in an ICMP error."""
    p = packet(raw)
    if not p or p[2] not in ("tcp", "udp"):
        return None
    start = (raw[0] & 15) * 4 if raw[0] >> 4 == 4 else len(raw) - len(chain6(raw)[1])
    return p[2], struct.unpack_from("!H", raw, start)[0]


def tcp_sum_right(raw):
    """Whether a host takes this TCP packet's checksum; 0 and 0xffff are the same (RFC 1071)."""
    if raw[0] >> 4 == 4:
        segment = raw[(raw[0] & 15) * 4:struct.unpack_from("!H", raw, 2)[0]]
        src, dst = raw[12:16], raw[16:20]
    else:
        whole = raw[:40 + struct.unpack_from("!H", raw, 4)[0]]
        segment, src, dst = chain6(whole)[1], raw[8:24], raw[24:40]
    return f.checksum(f.pseudo(address(src), address(dst), TCP, len(segment)) + segment) == 0


def is_neighbourhood(p):
    """ARP's kind in IPv6, which every host needs and other tests judge."""
    return p[2] == "icmp6" and (p[3] in NEIGHBOUR or p[3] == MLD2)


class Arrivals(Listener):
    def __init__(self, lab, places, buffer=32 << 20):
        self.seen = {host: Counter() for host, _ in places}  # host -> {(dst, proto, port): n}
        self.near = Counter()  # host -> packets of neighbour discovery and MLD
        self.source = {}  # (host, key) -> where the latest came from
        self.senders = {host: set() for host, _ in places}
        self.right = None  # as a set: the (dst, protocol, port) of TCP with a right checksum
        super().__init__(lab, places, buffer)

    def note(self, host, frame):
        at, kind = 14, struct.unpack_from("!H", frame, 12)[0]
        while kind == ETH_P_8021Q and len(frame) >= at + 4:
            at, kind = at + 4, struct.unpack_from("!H", frame, at + 2)[0]
        if kind not in (ETH_P_IP, ETH_P_IPV6):
            return
        p = packet(frame[at:])
        if p is None:
            p = ("?", "?", "unreadable", len(frame))
        if is_neighbourhood(p):
            self.near[host] += 1
        else:
            if self.right is not None and p[2] == "tcp" and tcp_sum_right(frame[at:]):
                self.right.add(p[1:])
            self.seen[host][p[1:]] += 1
            self.source[host, p[1:]] = p[0]
            self.senders[host].add(p[0])

    def take(self, quiet=0.05, limit=3.0):
        """What arrived since the last take, once nothing has for a moment."""
        end = time.monotonic() + limit
        while time.monotonic() - self.last < quiet and time.monotonic() < end:
            time.sleep(0.01)
        seen, self.seen = self.seen, {h: Counter() for h in self.seen}
        return seen

    def lost(self):
        """Packets the kernel could not hand over: with any, nothing is proved."""
        return sum(struct.unpack("II", s.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
                   for s in self.sockets)
