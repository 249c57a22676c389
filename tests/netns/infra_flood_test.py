#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
# runs alone: it floods, and asks who is answered meanwhile
"""One device floods with what needs no rule: ARP, neighbour discovery, DHCP, reports.

Every frame is valid, so only its number is wrong. Enforced, no more than the device's
rate gets through, and meanwhile another camera is answered each time it asks and a
third device gets its lease. Without programs the whole flood arrives.
"""
import struct
import threading
import time

from suite import Suite, check, policy, topology, wait_for  # first: it says where ztlab is
from ztlab import clients, frames as f, services
from ztlab.netns import SLOW
from ztlab.topology import address, link_local, mac

suite = Suite(__doc__)
RATE = 20  # arp_per_s, the default
TICK = 0.25  # s: the data path's clock
SECONDS = 2.0
FLOODER = "cam2"
ME4, ME6, ME = address(FLOODER, 4), address(FLOODER, 6), mac(FLOODER)
told = []


def arp(mark):
    return f.eth(f.BROADCAST, ME, f.arp(1, ME, ME4, "00:00:00:00:00:00", address("cam1", 4)) +
                 mark.ljust(18), f.ETH_P_ARP)


def solicit(mark):
    group = "ff02::1:ff00:11"  # camera 1's, by its address
    body = f.icmp(ME6, group, 135, 0, bytes(4), f.packed(address("cam1", 6)) + b"\1\1" +
                  f.mac_bytes(ME))
    return f.eth("33:33:ff:00:00:11", ME, f.ipv6(ME6, group, f.ICMPV6, body, 255),
                 f.ETH_P_IPV6) + mark


def advertise(mark):
    """Its own address, to everybody."""
    body = f.neighbour_advertisement(ME6, "ff02::1", ME6, ME)
    return f.eth("33:33:00:00:00:01", ME, f.ipv6(ME6, "ff02::1", f.ICMPV6, body, 255),
                 f.ETH_P_IPV6) + mark


def discover(mark):
    head = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x5A54, 0, 0x8000) + bytes(16) + f.mac_bytes(ME) + \
        bytes(10) + bytes(192) + b"\x63\x82\x53\x63" + b"\x35\x01\x01"
    packet = f.udp("0.0.0.0", "255.255.255.255", 68, 67, head + b"\x0c" + bytes([len(mark)]) + mark
                   + b"\xff")
    return f.eth(f.BROADCAST, ME, f.ipv4("0.0.0.0", "255.255.255.255", f.UDP, packet), f.ETH_P_IP)


def solicit_dhcp6(mark):
    ll = link_local(ME)
    body = struct.pack("!I", 1 << 24 | 0x5A54) + struct.pack("!HH", 16, len(mark)) + mark
    packet = f.udp(ll, "ff02::1:2", 546, 547, body)
    return f.eth("33:33:00:01:00:02", ME, f.ipv6(ll, "ff02::1:2", f.UDP, packet), f.ETH_P_IPV6)


# what floods, its frames, and an interface where all of it would be heard
FLOODS = [("ARP", arp, ("cam1", "eth0")), ("NS", solicit, ("cam1", "eth0")),
          ("NA", advertise, ("cam1", "eth0")), ("DHCP", discover, ("router", "br0")),
          ("DHCPv6", solicit_dhcp6, ("router", "br0"))]


class Flood(threading.Thread):
    """As fast as one thread can; how many were sent, and how many a far socket heard."""

    def __init__(self, make, where):
        super().__init__(daemon=True)
        self.frame, self.marker = make(b"ZTflood;"), b"ZTflood;"
        self.ears = suite.lab.host[where[0]].packet_socket(where[1], 3)
        self.ears.setsockopt(1, 33, 64 << 20)  # SO_RCVBUFFORCE
        self.ears.setblocking(False)
        self.sent = self.heard = 0
        self.stopping = threading.Event()

    def run(self):
        with suite.lab.host[FLOODER].packet_socket("eth0") as s:
            while not self.stopping.is_set():
                for _ in range(20):
                    s.send(self.frame)
                self.sent += 20
                time.sleep(0.002)

    def finish(self):
        self.stopping.set()
        self.join()
        time.sleep(0.05)
        with self.ears:
            while True:
                try:
                    data, where = self.ears.recvfrom(2048)
                except BlockingIOError:
                    return self
                self.heard += where[2] != 4 and self.marker in data  # 4: sent by the host itself


def meanwhile():
    """Camera 1 resolves its router anew, again and again, IPv4 and IPv6: (asked, answered)."""
    host, asked, good = suite.lab.host["cam1"], 0, 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for v in (4, 6):
            host.run("ip", "neigh", "flush", "dev", "eth0")
            asked += 1
            good += clients.ping(suite.lab, "cam1", topology.ROUTER4["br0"] if v == 4
                                 else topology.ROUTER6["br0"])
        time.sleep(0.25)
    return asked, good


def flood(make, where):
    """(sent, heard, seconds, asked, answered)."""
    job = Flood(make, where)
    start = time.monotonic()
    job.start()
    asked, good = meanwhile()
    job.finish()
    return job.sent, job.heard, time.monotonic() - start, asked, good


@suite.case("enforced: of each flood its rate gets through; another camera is always answered")
def enforced():
    suite.load(policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    for name, make, where in FLOODS:
        key = ("infra-rate", "DROPPED", "from-device")
        before = suite.agent.reasons().get(key, 0)
        sent, heard, took, asked, good = flood(make, where)
        dropped = suite.agent.reasons().get(key, 0) - before
        suite.say(f"{name}: {sent} sent in {took:.1f} s, {heard} arrived, {dropped} over the rate; "
                  f"camera 1 answered {good} of {asked} times")
        most = RATE * (1 + took + TICK)
        check(sent > 20 * most, f"{name}: {sent} is no flood")
        check(0 < heard <= most, f"{name}: {heard} arrived, at most {most:.0f} may")
        check(dropped >= sent - most, f"{name}: {dropped} of {sent} are infra-rate")
        check(asked >= (6 if SLOW == 1 else 2) and good == asked,
              f"{name}: camera 1 answered {good} of {asked} times")
        told.append((name, sent, heard))
        time.sleep(1.1)  # the flooder's bucket empties, so that each flood is alone


@suite.case("enforced: while camera 2 floods with DHCP, the sensor gets its lease")
def lease():
    job = Flood(discover, ("router", "br0"))
    job.start()
    wait_for(lambda: job.sent >= 1000)
    try:
        got = services.dhcp_once(suite.lab)
    finally:
        job.finish()
    check(got and job.sent >= 1000, f"lease {got} beside {job.sent} requests")


@suite.case("control: without programs the whole flood arrives")
def control():
    suite.reset_agent()
    for name, make, where in FLOODS:
        job = Flood(make, where)
        job.start()
        wait_for(lambda j=job: j.sent >= 1000, 5)
        job.finish()
        check(job.heard == job.sent, f"{name}: {job.heard} of {job.sent} arrived")
    print("TOTAL: " + ", ".join(f"{n} {h} of {s}" for n, s, h in told) +
          f" frames got through at {RATE}/s; others were always answered")


if __name__ == "__main__":
    suite.main()
