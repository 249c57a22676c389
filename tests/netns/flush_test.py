#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The bridge forgets who is where: its forwarding table is flushed all the time.

    cam1 ── lan1 ┐
    cam2 ── lan2 ┤
   rogue ── lan4 ┼ br0 ── up9 ── eth9 of "vms" (10.20.0.200, fd20::200), an uplink
  sensor ── lan5 ┤
    (new) ─ lan9 ┘ a member nobody listed, plugged in while it goes on

A bridge that has forgotten sends every frame to every port. 100 connections run meanwhile;
every frame at every device's end is looked at.
"""
import selectors
import socket
import subprocess
import threading
import time

import bridged
from suite import Suite, check, policy, topology
from ztlab import cases_raw, clients
from ztlab.netns import SLOW

suite = Suite(__doc__)
SERVER = {4: "10.20.0.200", 6: "fd20::200"}
MAC = "02:00:00:00:20:c8"
STRANGER = "02:00:00:00:99:99"
DEVICES = ("cam1", "cam2", "rogue", "sensor")
PAIRS = (("vms", "cam1"), ("vms", "cam2"), ("cam2", "cam1"), ("plc", "cam1"), ("plc", "cam2"))
EACH = 10  # connections of a pair in a family
SECONDS = 2 * SLOW
DEVICE, UPLINK, NEW = MARKS = b"ZTdevice", b"ZTuplink", b"ZTnew"  # forbidden, by who sent it
SO_RCVBUFFORCE = 33  # socket.py has no name for it


def mixed():
    def allow(src, dst):
        return {"from": src, "to": dst, "services": ["tcp/554"], "action": "allow"}
    return policy(interfaces={"up9": {"role": "uplink"}}, tests=None,
                  infrastructure={"gateways": list(SERVER.values())},
                  applications={"recorder": {"hosts": list(SERVER.values()),
                                             "services": ["tcp/8000"]}},
                  rules={"rec-cam": allow("recorder", "cameras"), "cam2-cam1": allow("cam2", "cam1"),
                         "plc-cam1": allow("plc", "cam1")})


def group(frame):
    """What a frame to a group MAC is."""
    if frame[12:14] == b"\x08\x06":
        return "ARP"
    if frame[12:14] != b"\x86\xdd":
        return frame[12:14].hex()
    if frame[20] == 58 and frame[54] in (135, 136):
        return "ND"
    if frame[20:21] + frame[54:55] == b"\x00\x3a" and frame[62] in (130, 131, 132, 143):
        return "MLD"
    return f"IPv6 {frame[20]} {frame[54]}"


class Ends:
    """Every frame that arrives at some hosts: whose it is, and what."""

    def __init__(self, hosts):
        self.frames = {h: 0 for h, _ in hosts}
        self.foreign, self.groups, self.marks = {}, {}, set()
        self.sel, self.stopping = selectors.DefaultSelector(), False
        for host, ifname in hosts:
            s = suite.lab.host[host].packet_socket(ifname, 3)
            s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            s.setblocking(False)
            mac = STRANGER if ifname == "eth9" else topology.mac(host)
            self.sel.register(s, selectors.EVENT_READ, (host, cases_raw.f.mac_bytes(mac)))
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        while not self.stopping:
            for key, _ in self.sel.select(0.1):
                try:
                    while True:
                        frame, where = key.fileobj.recvfrom(65536)
                        if where[2] != socket.PACKET_OUTGOING:
                            self.one(*key.data, frame)
                except BlockingIOError:
                    pass

    def one(self, host, mac, frame):
        self.frames[host] += 1
        self.marks.update((host, m) for m in MARKS if m in frame)
        if frame[0] & 1:
            self.groups.setdefault(host, set()).add(group(frame))
        elif frame[:6] != mac:
            self.foreign[host] = self.foreign.get(host, 0) + 1

    def close(self):
        self.stopping = True
        self.thread.join()
        for key in list(self.sel.get_map().values()):
            key.fileobj.close()


class Flush:
    """Flushes br0 over and over by one process of iproute2."""

    def __init__(self):
        self.ip = suite.lab.host["router"].popen("ip", "-batch", "-", stdin=subprocess.PIPE, text=True)
        self.times, self.stopping = 0, False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping:
            self.ip.stdin.write("link set dev br0 type bridge fdb_flush\n")
            self.ip.stdin.flush()
            self.times += 1
            time.sleep(0.002)

    def close(self):
        self.stopping = True
        self.thread.join()
        self.ip.stdin.close()
        check(self.ip.wait(10) == 0, "ip could not flush the forwarding table")


class Flows:
    """100 connections; everybody says a line and must hear it again."""

    def __init__(self):
        self.open = [(s, d, v, self.connect(s, d, v)) for s, d in PAIRS for v in (4, 6)
                     for _ in range(EACH)]
        self.lines, self.broken = 0, []

    @staticmethod
    def connect(src, dst, v):
        s = suite.lab.host[src].socket(socket.AF_INET if v == 4 else socket.AF_INET6,
                                       socket.SOCK_STREAM)
        s.settimeout(5)
        try:
            s.connect((topology.address(dst, v), 554))
        except OSError as e:
            raise OSError(f"{src} > {dst} v{v}: {e}: {suite.agent and suite.agent.reasons()}") from e
        s.recv(200)
        return s

    def talk(self, seconds):
        end, n = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            n += 1
            line = f"line {n}\n".encode()
            for f in list(self.open):
                try:
                    f[3].sendall(line)
                    got = b""
                    while len(got) < len(line):
                        piece = f[3].recv(200)
                        check(piece, "closed")
                        got += piece
                    self.lines += 1
                except Exception as e:  # noted, and it is out
                    self.broken.append(f"{f[0]} > {f[1]} v{f[2]}: {e}")
                    self.open.remove(f)

    def close(self):
        for f in self.open:
            f[3].close()


def forbidden():
    """What the policy stops, from camera 1 to its neighbour and from outside to it."""
    for v in (4, 6):
        packet = cases_raw.dgram(topology.address("cam1", v), topology.address("cam2", v), 20101,
                                 DEVICE)
        clients.send_frames(suite.lab, "cam1", [cases_raw.bridged("cam1", "cam2", packet, v)])
        packet = cases_raw.dgram(SERVER[v], topology.address("cam2", v), 20102, UPLINK)
        clients.send_frames(suite.lab, "vms", [cases_raw.f.eth(topology.mac("cam2"), MAC, packet,
                                                               cases_raw.ethertype(v))], "eth9")


def flushed(seconds, ends):
    """All of it at once; what came of it."""
    flows, flush = Flows(), Flush()
    try:
        half = threading.Thread(target=flows.talk, args=(seconds,))
        half.start()
        while half.is_alive():
            forbidden()
            time.sleep(0.02)
        half.join()
    finally:
        flush.close()
        flows.close()
        time.sleep(0.2)
        ends.close()
    suite.say(f"{flush.times} flushes, {flows.lines} lines on {len(PAIRS) * 2 * EACH} connections, "
              f"frames at the ends: {ends.frames}, of others: {ends.foreign or 0}, "
              f"groups: {ends.groups}")
    flows.told = (f"{flush.times} flushes of the forwarding table, {len(PAIRS) * 2 * EACH} "
                  f"connections, {len(flows.broken)} broke; of {sum(ends.frames.values())} frames at "
                  f"the devices' ends {sum(ends.foreign.values())} were another's")
    return flows


@suite.case("control: flushed, a plain bridge shows everybody what is not theirs")
def control():
    bridged.server(suite, MAC, SERVER)
    ends = Ends([(h, "eth0") for h in DEVICES])
    flows = flushed(1, ends)
    check(not flows.broken, f"the plain bridge breaks connections: {flows.broken[:3]}")
    for host in DEVICES:
        check(ends.foreign.get(host), f"{host} sees no frame of others: flushing does nothing")
    for mark in (DEVICE, UPLINK):
        check(("cam2", mark) in ends.marks, f"{mark} does not arrive either")


@suite.case("enforced: no frame of another device leaves by any port, and no connection breaks")
def enforced():
    suite.load(mixed())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    for host in ("cam1", "cam2", "vms"):  # a gateway's MAC is learned when it answers ARP or ND
        suite.lab.host[host].run("ip", "neigh", "flush", "all")
    ends = Ends([(h, "eth0") for h in DEVICES])
    flows = flushed(SECONDS, ends)
    print(f"TOTAL: {flows.told}")
    check(not ends.foreign, f"frames of others: {ends.foreign}")
    check(not flows.broken, f"{len(flows.broken)} connections broke: {flows.broken[:3]}")
    check(not ends.marks, f"forbidden frames arrived: {ends.marks}")
    allowed = {"ARP", "ND", "MLD"}
    seen = set().union(*ends.groups.values()) if ends.groups else set()
    check(seen <= allowed, f"group frames no device asked for: {seen - allowed}")
    flooded = suite.agent.reasons().get(("wrong-port", "DROPPED", "to-device"), 0)
    suite.say(f"{flooded} flooded frames stopped at ports that are not their receiver's")
    check(flooded > 100, "nothing was flooded, so this proves nothing")


@suite.case("a new member meanwhile: it reaches no device, and sees nothing forbidden")
def new_member():
    router, host = suite.lab.host["router"], suite.lab.host["rogue"]
    router.run("ip", "link", "add", "eth9", "netns", host.ns, "address", STRANGER, "type", "veth",
               "peer", "name", "lan9")
    stopping = threading.Event()

    def intrude():
        """Plugged in while everything runs; then it talks to everybody."""
        time.sleep(0.3)
        router.run("ip", "link", "set", "lan9", "master", "br0", "up")
        while not stopping.is_set():
            for v in (4, 6):
                for victim in ("cam1", "cam2"):
                    for src in ("10.20.0.99" if v == 4 else "fd20::99", topology.address("cam2", v)):
                        packet = cases_raw.dgram(src, topology.address(victim, v), 554, NEW)
                        clients.send_frames(suite.lab, "rogue", [cases_raw.f.eth(
                            topology.mac(victim), STRANGER, packet, cases_raw.ethertype(v))], "eth9")
            time.sleep(0.01)

    host.run("ip", "link", "set", "eth9", "up")
    ends, other = Ends([(h, "eth0") for h in DEVICES]), Ends([("rogue", "eth9")])
    thread = threading.Thread(target=intrude)
    thread.start()
    try:
        flows = flushed(SECONDS, ends)
    finally:
        stopping.set()
        thread.join()
        other.close()
        router.run("ip", "link", "del", "lan9", check=False)
    suite.say(f"the new member saw {other.frames['rogue']} frames")
    check(other.frames["rogue"], "the new member was never part of the bridge")
    check(("rogue", DEVICE) not in other.marks, "it saw what camera 1 may not send")
    check(not ends.foreign and not ends.marks, f"at the devices: {ends.foreign}, {ends.marks}")
    check(not flows.broken, f"{len(flows.broken)} connections broke: {flows.broken[:3]}")
    stopped = suite.agent.reasons().get(("unlisted-port", "DROPPED", "to-device"), 0)
    check(stopped > 100, f"only {stopped} of its frames were stopped: {suite.agent.reasons()}")


if __name__ == "__main__":
    suite.main()
