# SPDX-License-Identifier: GPL-2.0
"""The PLC's routed port and the uplink forward in XDP: frames there and back, and a lens on each end.

    plc eth0 ══ lan3 ┌────────┐ wan0 ══ core (bridge) ══ mqtt eth0
                     │ router │
                     └────────┘
"""
import socket

from suite import policy, topology, wait_for
from ztlab import cases_raw
from ztlab import frames as f
from ztlab.netns import SLOW

SPORT, DPORT = 5000, 7000
ON = {"lan3": {"fast_forward": True}, "wan0": {"fast_forward": True}}


def fast_policy(**changes):
    """The lab's policy with datagrams from the PLC to the broker, and both ports fast."""
    p = policy(interfaces=ON, applications={"feed": {"hosts": ["10.9.0.6", "fd09::6"],
                                                     "services": [f"udp/{DPORT}"]}},
               rules={"plc-feed": {"from": "plc", "to": "feed", "action": "allow"}})
    for section, objects in changes.items():
        for name, value in objects.items():
            if value is None:
                p[section].pop(name, None)
            else:
                p[section].setdefault(name, {}).update(value)
    return p


def is_error(frame):
    """An ICMP error: it quotes a datagram of ours, maybe seconds later, when no neighbour answered."""
    kind = frame[12:14]
    return kind == b"\x08\x00" and frame[23] == 1 or kind == b"\x86\xdd" and frame[20] == 58


class Lens:
    """UDP datagrams of ours as they arrive at a host: whole frames."""

    def __init__(self, lab, host):
        self.socket = lab.host[host].packet_socket("eth0", 3)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
        self.socket.setblocking(False)
        self.frames = []

    def look(self):
        try:
            while True:
                frame, where = self.socket.recvfrom(65536)
                if where[2] != socket.PACKET_OUTGOING and b"ZTfast" in frame and not is_error(frame):
                    self.frames.append(frame)
        except BlockingIOError:
            pass
        return self.frames

    def wait(self, nr, timeout=2):
        """So many, or fewer after the timeout; they are taken."""
        wait_for(lambda: len(self.look()) >= nr, timeout)
        got, self.frames = self.frames, []
        return got

    def close(self):
        self.socket.close()


class Wire:
    """Datagrams of one flow, from the PLC to the broker and back, put together by hand."""

    def __init__(self, lab, v, sport=SPORT):
        self.v, self.sport = v, sport
        self.lab = lab
        self.end = {"plc": topology.address("plc", v), "mqtt": topology.address("mqtt", v)}
        self.sockets = {h: lab.host[h].packet_socket("eth0") for h in self.end}
        self.lens = {h: Lens(lab, h) for h in self.end}
        # somebody listens: a host without would answer by ICMP, which the kernel forwards
        self.ears = [self.bound("plc", sport), self.bound("mqtt", DPORT)]

    def bound(self, host, port):
        s = self.lab.host[host].socket(socket.AF_INET if self.v == 4 else socket.AF_INET6,
                                       socket.SOCK_DGRAM)
        s.bind((self.end[host], port))
        return s

    def frame(self, src, payload=b"ZTfast", **kw):
        """src: who sends. pad: octets behind the packet; dst_mac; the rest as frames.ip() has it."""
        dst = "mqtt" if src == "plc" else "plc"
        ports = (self.sport, DPORT) if src == "plc" else (DPORT, self.sport)
        to = kw.pop("dst_mac", topology.ROUTER_MAC["lan3" if src == "plc" else "wan0"])
        pad, vlans = kw.pop("pad", b""), kw.pop("vlans", ())
        packet = f.ip(self.end[src], self.end[dst], f.UDP,
                      f.udp(self.end[src], self.end[dst], *ports, payload), **kw)
        return f.eth(to, topology.mac(src), packet + pad, cases_raw.ethertype(self.v), vlans)

    def send(self, src, nr=1, frame=None, **kw):
        frame = frame or self.frame(src, **kw)
        for _ in range(nr):
            self.sockets[src].send(frame)
        return frame

    def pass_on(self, src, nr=1, expect=None, frame=None, **kw):
        """Send, and what arrives at the other end."""
        dst = "mqtt" if src == "plc" else "plc"
        self.lens[dst].wait(0, 0)
        self.send(src, nr, frame, **kw)
        if expect is None:
            return self.lens[dst].wait(nr, 5)
        return self.lens[dst].wait(expect, 1 / SLOW)  # mostly for what never comes

    def close(self):
        for s in (*self.sockets.values(), *self.lens.values(), *self.ears):
            s.close()
