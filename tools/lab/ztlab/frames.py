# SPDX-License-Identifier: GPL-2.0
"""Frames put together by hand, so that they can be wrong on purpose.

Every layer is a function from its fields and payload to octets. Lengths and
checksums are right unless the caller says otherwise. Knows no socket.
"""
import ipaddress
import struct

ETH_P_IP, ETH_P_ARP, ETH_P_IPV6, ETH_P_8021Q = 0x0800, 0x0806, 0x86DD, 0x8100
TCP, UDP, ICMP, ICMPV6, GRE = 6, 17, 1, 58, 47
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
BROADCAST = "ff:ff:ff:ff:ff:ff"


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def packed(address):
    return ipaddress.ip_address(address).packed


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo(src, dst, proto, length):
    s, d = packed(src), packed(dst)
    if len(s) == 4:
        return s + d + struct.pack("!BBH", 0, proto, length)
    return s + d + struct.pack("!II", length, proto)


def eth(dst, src, payload, ethertype, vlans=()):
    """vlans: tag control words, outermost first."""
    tags = b"".join(struct.pack("!HH", ETH_P_8021Q, v) for v in vlans)
    return mac_bytes(dst) + mac_bytes(src) + tags + struct.pack("!H", ethertype) + payload


def ipv4(src, dst, proto, payload, options=b"", ttl=64, ident=0x5A54, frag=0):
    """frag: the flags and offset field as it stands in the header."""
    ihl = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH", 0x40 | ihl, 0, ihl * 4 + len(payload), ident, frag, ttl, proto,
                       0)
    head += packed(src) + packed(dst) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, proto, payload, hops=64):
    return struct.pack("!IHBB", 6 << 28, len(payload), proto,
                       hops) + packed(src) + packed(dst) + payload


def ip(src, dst, proto, payload, **kw):
    """IPv4 or IPv6 by the addresses; kw as in ipv4() is for IPv4 alone."""
    if ":" in src:
        return ipv6(src, dst, proto, payload, hops=kw.get("ttl", 64))
    return ipv4(src, dst, proto, payload, **kw)


def udp(src, dst, sport, dport, payload):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    total = checksum(pseudo(src, dst, UDP, len(head) + len(payload)) + head + payload)
    return head[:6] + struct.pack("!H", total or 0xFFFF) + payload


def tcp(src, dst, sport, dport, flags, payload=b"", seq=1000, ack=0):
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 65535, 0, 0)
    total = checksum(pseudo(src, dst, TCP, len(head) + len(payload)) + head + payload)
    return head[:16] + struct.pack("!H", total) + head[18:] + payload


def icmp(src, dst, kind, code, rest, payload):
    """ICMP or ICMPv6 by the addresses; rest: the four octets after the checksum."""
    body = struct.pack("!BBH", kind, code, 0) + rest + payload
    if ":" in src:
        total = checksum(pseudo(src, dst, ICMPV6, len(body)) + body)
    else:
        total = checksum(body)
    return body[:2] + struct.pack("!H", total) + body[4:]


def hop_by_hop(next_header):
    """A hop-by-hop header that holds padding alone."""
    return struct.pack("!BBBBI", next_header, 0, 1, 4, 0)


def fragment6(next_header, offset, more, ident=0x5A54):
    return struct.pack("!BBHI", next_header, 0, offset << 3 | more, ident)


def arp(op, sender_mac, sender, target_mac, target):
    return struct.pack("!HHBBH", 1, ETH_P_IP, 6, 4, op) + mac_bytes(sender_mac) + packed(sender) + \
        mac_bytes(target_mac) + packed(target)


def neighbour_advertisement(src, dst, target, target_mac):
    """Unsolicited, override set: what an ARP spoofer says in IPv6."""
    rest = struct.pack("!I", 0x20000000)
    return icmp(src, dst, 136, 0, rest, packed(target) + b"\2\1" + mac_bytes(target_mac))


def router_advertisement(src, dst, mac, payload=b""):
    rest = struct.pack("!BBH", 64, 0, 1800)
    return icmp(src, dst, 134, 0, rest, bytes(8) + b"\1\1" + mac_bytes(mac) + payload)


def bootp_reply(client_mac, your, server, payload):
    """A DHCP offer; the payload rides in the server name field."""
    head = struct.pack("!BBBBIHH", 2, 1, 6, 0, 0x5A54, 0,
                       0x8000) + bytes(4) + packed(your) + packed(server)
    head += bytes(4) + mac_bytes(client_mac) + bytes(10) + payload[:64].ljust(64,
            b"\0") + bytes(128)
    return head + b"\x63\x82\x53\x63" + b"\x35\x01\x02" + b"\x36\x04" + packed(server) + b"\xff"
