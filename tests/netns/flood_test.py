#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
# runs alone: it measures what others lose while one device floods
"""One device opens flows as fast as it can; the others must not notice.

Camera 1 sends a frame of another tuple each time: allowed ones (its source port
counts up), denied ones, ones with another's source address, and ones with another's
source MAC; UDP and TCP SYN, IPv4 and IPv6; and in between ARP and ND. Meanwhile camera 2, the PLC and the VMS
keep connections with data on them and open new ones. In the second half of the time
the agent is dead. ZT_FLOOD_SECONDS (20) long; 60 s are a million tuples.
"""
import errno
import ipaddress
import json
import multiprocessing
import os
import re
import socket
import struct
import sys
import threading
import time

from suite import HERE, Suite, check, policy, topology, wait_for
from ztlab import cases_raw, clients
from ztlab.agent import PINS
from ztlab.netns import SLOW

suite = Suite(__doc__)
SECONDS = int(os.environ.get("ZT_FLOOD_SECONDS", "20"))
PER_SECOND = (1000000 // 60 + 1) // SLOW**2  # tuples, at least
PACE = 23000  # frames a second the sender aims at
FLOWS, NEW_PER_S, ARP_PER_S = 256, 50, 20  # the offender's limits: the language's defaults
UDP_PORTS, TCP_PORTS, DENIED_PORTS = 10000, 12000, 14000  # 64 each
BATCH = 40


def flooded():
    """The lab's policy, a target for camera 1, and room for what the others open."""
    vms = [topology.address("vms", 4), topology.address("vms", 6)]
    roomy = {"limits": {"flows": 4096, "new_flows_per_s": 1000}}
    return policy(tests=None, devices={"cam2": roomy, "plc": roomy},
                  applications={"target": {"hosts": vms, "services": [
                      f"udp/{UDP_PORTS}-{UDP_PORTS + 63}", f"tcp/{TCP_PORTS}-{TCP_PORTS + 63}"]}},
                  rules={"flood": {"from": "cam1", "to": "target", "action": "allow"}})


# ---- what is sent -------------------------------------------------------------

class Kind:
    """Frames of one kind: the same but for the ports, each pair of which comes once."""

    def __init__(self, name, proto, family, base, src="cam1", src_mac="cam1"):
        self.name, self.base = name, base
        a, b = topology.address(src, family), topology.address("vms", family)
        if proto == "udp":
            l4 = cases_raw.f.udp(a, b, 1, 1, b"ZTflood")
        else:
            l4 = cases_raw.f.tcp(a, b, 1, 1, cases_raw.f.SYN)
        number = cases_raw.f.UDP if proto == "udp" else cases_raw.f.TCP
        packet = cases_raw.f.ip(a, b, number, l4)
        self.frame = bytearray(cases_raw.f.eth(topology.router_mac("cam1"), topology.mac(src_mac),
                                               packet, cases_raw.ethertype(family)))
        self.at = len(self.frame) - len(l4)
        self.sum_at = self.at + (6 if proto == "udp" else 16)
        # one's complement sum without the ports: they are added for each frame
        self.sum = ~struct.unpack_from("!H", self.frame, self.sum_at)[0] & 0xffff
        self.sum += 2 * 0xffff - 1 - 1

    def next(self, n):
        sport, dport = 1024 + n % 64000, self.base + n // 64000 % 64
        struct.pack_into("!HH", self.frame, self.at, sport, dport)
        s = self.sum + sport + dport
        s = (s & 0xffff) + (s >> 16)
        s = (s & 0xffff) + (s >> 16)
        struct.pack_into("!H", self.frame, self.sum_at, (~s & 0xffff) or 0xffff)
        return self.frame


class Neighbour:
    """Who has the router's address: valid, and the same each time."""

    def __init__(self, family):
        self.name = "neighbour"
        mac, a = topology.mac("cam1"), topology.address("cam1", family)
        if family == 4:
            body = cases_raw.f.arp(1, mac, a, "00:00:00:00:00:00", topology.ROUTER4["br0"])
            self.frame = cases_raw.f.eth(cases_raw.f.BROADCAST, mac, body, 0x0806)
            return
        target = ipaddress.ip_address(topology.ROUTER6["br0"]).packed
        group = str(ipaddress.ip_address(bytes.fromhex("ff0200000000000000000001ff") + target[13:]))
        body = cases_raw.f.icmp(a, group, 135, 0, bytes(4),
                                target + b"\1\1" + cases_raw.f.mac_bytes(mac))
        to = "33:33:ff:" + ":".join(f"{b:02x}" for b in target[13:])
        self.frame = cases_raw.f.eth(to, mac, cases_raw.f.ip(a, group, 58, body, ttl=255), 0x86DD)

    def next(self, _):
        return self.frame


def kinds():
    out = [Neighbour(4), Neighbour(6)]
    for v in (4, 6):
        out += [Kind("allowed", "udp", v, UDP_PORTS), Kind("allowed", "tcp", v, TCP_PORTS),
                Kind("denied", "udp", v, DENIED_PORTS), Kind("denied", "tcp", v, DENIED_PORTS),
                Kind("spoofed", "udp", v, UDP_PORTS, src="cam2"),
                Kind("spoofed-mac", "tcp", v, TCP_PORTS, src="cam2", src_mac="cam2")]
    return out


NAMES = ("allowed", "denied", "spoofed", "spoofed-mac", "neighbour")


def send_all(sock, seconds, pace, sent, stop):
    """In a process of its own. sent: by kind, frames the kernel took."""
    every, n, start = kinds(), 0, time.monotonic()
    while not stop.is_set() and time.monotonic() - start < seconds:
        for _ in range(BATCH):
            for k in every:
                frame = k.next(n)
                while True:
                    try:
                        sock.send(frame)
                        break
                    except OSError as e:  # the port's ring is full: not sent
                        if e.errno not in (errno.ENOBUFS, errno.EAGAIN):
                            raise
                        time.sleep(0.0002)
            n += 1
        for k in NAMES:
            sent[NAMES.index(k)] = n * sum(e.name == k for e in every)
        ahead = n * len(every) / pace - (time.monotonic() - start)
        if ahead > 0:
            time.sleep(ahead)


class Sender:
    def __init__(self, seconds, pace=PACE):
        self.counts = multiprocessing.Array("q", len(NAMES))
        self.stop = multiprocessing.Event()
        self.start = time.monotonic()
        with suite.lab.host["cam1"].packet_socket("eth0") as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            self.process = multiprocessing.Process(
                target=send_all, args=(s, seconds, pace, self.counts, self.stop))
            self.process.start()

    def alive(self):
        return self.process.is_alive()

    def end(self):
        self.stop.set()
        self.process.join(20)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.took = time.monotonic() - self.start
        check(self.process.exitcode == 0, f"the sender ended with {self.process.exitcode}")
        return dict(zip(NAMES, self.counts))


# ---- what arrives, and what is kept -----------------------------------------------

NFT = f"""
table inet ztflood {{
	counter allowed {{ }}
	counter denied {{ }}
	chain in {{
		type filter hook prerouting priority raw;
		udp dport {UDP_PORTS}-{UDP_PORTS + 63} counter name allowed
		tcp dport {TCP_PORTS}-{TCP_PORTS + 63} tcp flags & (syn | ack) == syn counter name allowed drop
		meta l4proto {{ tcp, udp }} th dport {DENIED_PORTS}-{DENIED_PORTS + 63} counter name denied
	}}
}}
"""


def arrived():
    """(tuples of allowed kinds, of denied ones) that came to the VMS."""
    r = suite.lab.host["vms"].run("nft", "-j", "list", "counters", "table", "inet", "ztflood")
    found = {c["counter"]["name"]: c["counter"]["packets"]
             for c in json.loads(r.stdout)["nftables"] if "counter" in c}
    return found["allowed"], found["denied"]


def records():
    """Records in the table by device address; with the agent dead as well."""
    r = suite.lab.host["router"].run(sys.executable, os.path.join(HERE, "rawbpf.py"), "flows", PINS)
    return json.loads(r.stdout)


def of_device(found, name):
    return sum(found.get(topology.address(name, v), 0) for v in (4, 6))


class Sampler:
    """How many records the offender holds, looked at all the time."""

    def __init__(self):
        self.seen, self.others, self.stopping = [], [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.is_set():
            for _ in range(4):  # a walk takes a while: it may see one that went and one that came
                found = records()
                mine = of_device(found, "cam1")
                if mine <= FLOWS:
                    break
            self.seen.append(mine)
            self.others.append(sum(found.values()) - mine)
            self.stopping.wait(0.5)

    def end(self):
        self.stopping.set()
        self.thread.join(20)


# ---- the others -------------------------------------------------------------------

# who holds how many connections per family to whom; all allowed by the policy
HOLD = (("cam2", "vms", 22, 14), ("vms", "cam2", 554, 6), ("plc", "cam2", 554, 6))
OPEN = (("cam2", "vms", 80), ("plc", "mqtt", 1883))
NEW_EVERY = 0.03


class Others:
    def __init__(self):
        self.stopping = threading.Event()
        self.lost, self.failed, self.took = [], [], []
        self.lines = self.opened = 0
        self.held = [self.hold(s, d, port, v) for s, d, port, nr in HOLD
                     for v in (4, 6) for _ in range(nr)]
        self.threads = [threading.Thread(target=j, daemon=True) for j in (self.talk, self.open)]
        for t in self.threads:
            t.start()

    @staticmethod
    def connect(src, dst, port, v, timeout):
        s = suite.lab.host[src].socket(socket.AF_INET if v == 4 else socket.AF_INET6,
                                       socket.SOCK_STREAM)
        s.settimeout(timeout)
        s.connect((topology.address(dst, v), port))
        return s

    def hold(self, src, dst, port, v):
        s = self.connect(src, dst, port, v, 5)
        s.recv(200)
        return f"{src} > {dst}:{port} v{v}", s

    def talk(self):
        """A line on each, every second; each must come back before the next."""
        live, n = list(self.held), 0
        while not self.stopping.is_set():
            begin, n = time.monotonic(), n + 1
            line = f"line {n} of a plant at work\n".encode()
            for name, s in list(live):
                try:
                    s.sendall(line)
                except OSError as e:
                    self.lost.append(f"{name}: {e}")
                    live.remove((name, s))
            for name, s in list(live):
                got = b""
                try:
                    while len(got) < len(line):
                        piece = s.recv(200)
                        if not piece:
                            raise OSError("closed")
                        got += piece
                    if got != line:
                        raise OSError(f"got {got[:40]!r}")
                    self.lines += 1
                except OSError as e:
                    self.lost.append(f"{name}: {e}")
                    live.remove((name, s))
            self.stopping.wait(max(0, 1 - (time.monotonic() - begin)))

    def open(self):
        """New connections, one after the other."""
        turn = 0
        while not self.stopping.is_set():
            src, dst, port = OPEN[turn % len(OPEN)]
            v = 4 if turn // len(OPEN) % 2 else 6
            turn += 1
            begin = time.monotonic()
            try:
                with self.connect(src, dst, port, v, 4) as s:
                    clients.end_by_reset(s)
                self.opened += 1
            except OSError as e:
                self.failed.append(f"{src} > {dst}:{port} v{v}: {e}")
            self.took.append(time.monotonic() - begin)
            self.stopping.wait(max(0, NEW_EVERY - (time.monotonic() - begin)))

    def end(self):
        self.stopping.set()
        for t in self.threads:
            t.join(10)
        for _, s in self.held:
            s.close()


# ---- the cases ----------------------------------------------------------------------

def counted():
    """Packets from devices, by reason and verdict."""
    return {k[:2]: n for k, n in suite.agent.reasons().items() if k[2] == "from-device"}


def tuples(sent):
    return sum(n for k, n in sent.items() if k != "neighbour")


def grown(before, after, reason, verdict="DROPPED"):
    return after.get((reason, verdict), 0) - before.get((reason, verdict), 0)


def check_shown():
    """What a person sees of it while it goes on."""
    held = suite.agent.ask("device", id="cam1")["held"]
    check(FLOWS // 2 <= held["flows"] <= FLOWS and held["half_open"] <= FLOWS // 2,
          f"the agent says the offender holds {held}")
    r = suite.ztctl("device", "show", "cam1")
    told = re.search(rf"^holds +flows (\d+) of {FLOWS};", r.stdout, re.M)
    check(told and FLOWS // 2 <= int(told[1]) <= FLOWS,
          f"ztctl device show does not tell: {r.stdout}")
    r = suite.ztctl("status")
    check(any(line.split()[:3] == ["DROPPED", "quota", "from-device"]
              for line in r.stdout.splitlines()), f"ztctl status does not tell: {r.stdout}")


@suite.case("control: without an agent all kinds arrive")
def control():
    suite.lab.host["vms"].run("nft", "-f", "-", input=NFT)
    s = Sender(0.5, 2000)
    s.process.join(10)
    sent = s.end()
    good = sent["allowed"] + sent["spoofed"] + sent["spoofed-mac"]
    check(wait_for(lambda: arrived() == (good, sent["denied"]), 3),
          f"{sent} sent, {arrived()} arrived")
    for host in ("cam2", "plc"):  # the bridge learns again where camera 2 is
        for v in (4, 6):
            suite.lab.host[host].run("ping", "-c1", "-W1",
                                     topology.ROUTER4["br0"] if v == 4 else topology.ROUTER6["br0"],
                                     check=False)


@suite.case(f"{SECONDS} s of flood, the second half without the agent: others lose nothing")
def flood():
    suite.lab.host["vms"].run("nft", "reset", "counters", "table", "inet", "ztflood")
    suite.load(flooded())
    others = Others()
    wait_for(lambda: others.lines >= 2 * len(others.held) and others.opened > 20, 10)
    check(not others.lost and not others.failed,
          f"before the flood: {others.lost} {others.failed}")
    before = counted()
    lines, opened = others.lines, others.opened
    sender = Sender(SECONDS)  # first: a process forked later would hold the sampler's pipes open
    sampler = Sampler()
    try:
        wait_for(lambda: time.monotonic() - sender.start > SECONDS / 2, SECONDS)
        check_shown()
        suite.agent.kill()
        suite.say("kill -9 of the agent")
        wait_for(lambda: not sender.alive(), SECONDS)
    finally:
        sent = sender.end()
        sampler.end()
        others.end()
    lines, opened = others.lines - lines, others.opened - opened
    suite.start_agent()
    wait_for(lambda: sum(grown(before, counted(), r) for r in ("no-rule", "spoofed")) >=
             sent["denied"] + sent["spoofed"], 3)
    after, total = counted(), tuples(sent)
    came, forbidden = arrived()
    quota = grown(before, after, "quota")
    tell(sent, came, quota, lines, opened, others, sampler, sender.took)
    check(total >= PER_SECOND * SECONDS * 0.99, f"only {total} frames in {sender.took:.1f} s")
    check(not others.lost, f"lost connections: {others.lost}")
    check(lines >= len(others.held) * (SECONDS - 2), f"only {lines} lines came back")
    check(opened >= 20 * SECONDS, f"only {opened} new connections in {SECONDS} s")
    check(len(others.failed) * 1000 <= opened, f"refused: {others.failed}")
    check(max(sampler.seen) <= FLOWS, f"the offender held {max(sampler.seen)} records")
    check(len(sampler.seen) > SECONDS // 4 // SLOW and max(sampler.seen) >= FLOWS // 2,
          f"looked {len(sampler.seen)} times, at most {max(sampler.seen)} records")
    check(not forbidden, f"{forbidden} denied frames arrived")
    check(came <= NEW_PER_S * (sender.took + 1), f"{came} new flows in {sender.took:.1f} s")
    check(came + quota == sent["allowed"],
          f"{sent['allowed']} allowed tuples sent, {came} arrived and {quota} counted as refused")
    for reason, kind in (("no-rule", "denied"), ("spoofed", "spoofed"),
                         ("spoofed-mac", "spoofed-mac")):
        n = grown(before, after, reason)
        check(n == sent[kind], f"{sent[kind]} {kind} frames sent, {n} counted as {reason}")
    slowed = grown(before, after, "infra-rate")
    passed = grown(before, after, "infra-arp", "FORWARDED") + \
        grown(before, after, "infra-nd", "FORWARDED")
    suite.say(f"ARP and ND: {sent['neighbour']} sent, {slowed} refused by rate")
    check(sent["neighbour"] - ARP_PER_S * (sender.took + 1) <= slowed,
          f"{sent['neighbour']} ARP and ND packets sent, only {slowed} refused")
    check(slowed + passed >= sent["neighbour"],
          f"{sent['neighbour']} ARP and ND packets sent, {slowed} refused and {passed} passed")
    lost = suite.agent.ask("counters").get("lost", {})
    suite.say(f"not kept, as counted: {lost}")
    check(not lost["flows"] and not lost["sweeps"], f"the table or its queue was full: {lost}")


def tell(sent, came, quota, lines, opened, others, sampler, took):
    slow = sorted(others.took)[int(len(others.took) * 0.999)] * 1000
    suite.say(f"flood: {tuples(sent)} tuples in {took:.1f} s "
              f"({tuples(sent) / took:.0f}/s): {sent}")
    suite.say(f"of the allowed ones {came} arrived and {quota} were refused by quota; "
              f"records held: at most {max(sampler.seen)} of {FLOWS}, {len(sampler.seen)} looks; "
              f"others held at most {max(sampler.others)}")
    suite.say(f"others: {len(others.held)} connections, {lines} lines back, {len(others.lost)} "
              f"lost; {opened} new connections, {len(others.failed)} failed; 99.9 % of them "
              f"within {slow:.0f} ms")
    print(f"TOTAL: {tuples(sent)} tuples in {took:.0f} s from one device: "
          f"{len(others.lost)} of {len(others.held)} connections of others lost, "
          f"{len(others.failed)} of {opened + len(others.failed)} new ones failed, "
          f"offender held {max(sampler.seen)} of {FLOWS} flows", flush=True)


@suite.case("afterwards the offender's quota is free again, with nobody's help")
def recovers():
    suite.agent.kill()
    check(wait_for(lambda: of_device(records(), "cam1") == 0, 140),
          f"still {of_device(records(), 'cam1')} records")
    suite.start_agent()
    with Others.connect("cam1", "vms", 80, 4, 4):
        pass


if __name__ == "__main__":
    suite.main()
