#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# runs alone: its packets need both processors
"""Policies that change under load: never a verdict that neither of them gives.

Two policies, A and B. From one to the other the cameras exchange their groups and
the two rules exchange their applications, so that both say the same:

    cam1 > X allowed, cam1 > Z denied, cam2 > Z allowed, cam2 > X denied

while any mixture of the two (one's groups with the other's rules) says the opposite.
"""
import errno
import itertools
import multiprocessing
import os
import socket
import time

from suite import Suite, check, policy, topology, wait_for
from ztlab import cases_raw
from ztlab.netns import SLOW

suite = Suite(__doc__)
PUBLISHES = int(os.environ.get("ZT_PUBLISHES", "500")) // SLOW
PAUSE = 0.001 if SLOW == 1 else 0.1  # between bursts; emulated programs need the time
X, Z = 6001, 6002
PORTS = 60  # source ports per sender, family and service: within the quota of flows


def variant(swapped):
    first, second = ("cam2", "cam1") if swapped else ("cam1", "cam2")
    one, two = ("app-z", "app-x") if swapped else ("app-x", "app-z")
    vms = [topology.address("vms", 4), topology.address("vms", 6)]
    return policy(
        tests=None, defaults={"limits": {"new_flows_per_s": 10000}},
        groups={"g1": {"devices": first}, "g2": {"devices": second}},
        applications={"app-x": {"hosts": vms, "services": [f"udp/{X}"]},
                      "app-z": {"hosts": vms, "services": [f"udp/{Z}"]}},
        rules={"r1": {"from": "g1", "to": one, "action": "allow"},
               "r2": {"from": "g2", "to": two, "action": "allow"}})


def frames(host, word):
    """(allowed, forbidden) frames of one camera."""
    good, bad = (X, Z) if host == "cam1" else (Z, X)
    out = {good: [], bad: []}
    for v in (4, 6):
        for port in out:
            for n in range(PORTS):
                mark = f"ZT{'good' if port == good else 'bad'}{host}.{word};".encode()
                packet = cases_raw.f.ip(topology.address(host, v), topology.address("vms", v),
                                        cases_raw.f.UDP,
                                        cases_raw.f.udp(topology.address(host, v),
                                                        topology.address("vms", v),
                                                        10000 + n, port, mark))
                out[port].append(cases_raw.routed(host, packet, v))
    return out[good], out[bad]


def put(sock, frame):
    """A frame that finds the queue of the interface full waits for room."""
    while True:
        try:
            return sock.send(frame)
        except OSError as e:
            if e.errno != errno.ENOBUFS:
                raise
            time.sleep(PAUSE)


def blast(sock, cpu, host, word, stop, sent):
    """In a process of its own, on one CPU: allowed and forbidden in turn."""
    os.sched_setaffinity(0, {cpu})
    good, bad = frames(host, word)
    n = 0
    while not stop.is_set():
        for frame in itertools.chain(*zip(good, bad)):
            put(sock, frame)
        n += len(good)
        sent.value = n
        time.sleep(PAUSE)


def counters(host):
    c = suite.agent.ask("device", id=host)["counters"]
    return [c.get(v, {}).get("from_device", {}).get("packets", 0)
            for v in ("FORWARDED", "DROPPED", "AUDIT")]


class Blast:
    def __init__(self, word):
        self.stop = multiprocessing.Event()
        self.sent = {h: multiprocessing.Value("q", 0) for h in ("cam1", "cam2")}
        cpus = sorted(os.sched_getaffinity(0))
        self.before = {h: counters(h) for h in self.sent}
        self.children = []
        for n, h in enumerate(self.sent):
            with suite.lab.host[h].packet_socket("eth0") as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
                p = multiprocessing.Process(target=blast,
                        args=(s, cpus[n % len(cpus)], h, word, self.stop, self.sent[h]))
                p.start()
                self.children.append(p)

    def end(self):
        self.stop.set()
        for p in self.children:
            p.join(10)
            if p.is_alive():
                p.kill()
                p.join()

    def result(self, host):
        """(sent of each kind, forwarded, dropped) since the start."""
        n = self.sent[host].value
        wait_for(lambda: counters(host)[1] - self.before[host][1] >= n, 3)
        now = counters(host)
        return n, now[0] - self.before[host][0], now[1] - self.before[host][1]


@suite.case("control: without a policy both kinds arrive")
def control():
    for host in ("cam1", "cam2"):
        good, bad = frames(host, "fc")
        with suite.lab.host[host].packet_socket("eth0") as s:
            s.send(good[0])
            s.send(bad[0])
        check(suite.ears.wait("vms", f"ZTgood{host}.fc;", 2)
              and suite.ears.wait("vms", f"ZTbad{host}.fc;", 2),
              "a frame did not arrive")


@suite.case(f"{PUBLISHES} publishes, frames on both CPUs: no packet judged by a mixture")
def flips():
    suite.load(variant(False))
    # the cameras' own housekeeping must not disturb the exact count
    b = Blast("fl")
    try:
        check(wait_for(lambda: all(v.value > 200 for v in b.sent.values()), 5),
              "the senders did not start")
        start = time.monotonic()
        for n in range(PUBLISHES):
            suite.agent.load(variant(n % 2 == 0), "policy-apply")
        took = time.monotonic() - start
    finally:
        b.end()
    suite.say(f"{PUBLISHES} publishes in {took:.1f} s")
    for host in ("cam1", "cam2"):
        sent, forwarded, dropped = b.result(host)
        suite.say(f"{host}: {sent} frames of each kind; {forwarded} forwarded, {dropped} dropped")
        check(("vms", f"ZTbad{host}.fl;") not in suite.ears.heard,
              f"{host}: a forbidden frame arrived")
        check(dropped == sent,
              f"{host}: {sent} forbidden frames, but {dropped} dropped: an allowed one was refused "
                               "or a forbidden one passed")
        check(sent <= forwarded <= sent + 200,
              f"{host}: {sent} allowed frames, {forwarded} forwarded")


if __name__ == "__main__":
    suite.main()
