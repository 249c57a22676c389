#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The flow records in zt_flow.ko: taken there under traffic, kept there, given up again.

Needs the module for the running kernel (ZT_MODULE, or what `make module` left in build/module)
and the right to load it, so it runs in a virtual machine: make check-qemu.
"""
import collections
import glob
import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

from suite import BUILD, Suite, check, policy, skip, topology, wait_for
from ztlab.agent import PINS

suite = Suite(__doc__)
HERE = os.path.dirname(os.path.abspath(__file__))
EACH = 6  # flows of a family, from each side
SO_RCVBUFFORCE = 33  # socket.py has no name for it; what waits while the verifier has the processor
FLOWS = 1000  # so many that moving them takes a while
PORT, BACK = 6010, 554  # where the VMS answers, where the camera does
RULES = {"cam-any": {"from": "cam1", "to": "vms", "services": ["udp/6000-6099"], "action": "allow"},
         "vms-cam": {"from": "vms", "to": "cam1", "services": [f"udp/{BACK}"], "action": "allow"}}


def module():
    for path in [os.environ.get("ZT_MODULE", ""), *glob.glob(f"{BUILD}/module/*/kmod/zt_flow.ko")]:
        if path and subprocess.run(["modinfo", "-F", "vermagic", path], capture_output=True, text=True,
                                   check=False).stdout.startswith(os.uname().release + " "):
            return path
    return None


def loaded():
    return os.path.exists("/sys/module/zt_flow")


def insmod():
    subprocess.run(["insmod", module()], check=True)


def rmmod():
    return subprocess.run(["rmmod", "zt_flow"], capture_output=True, text=True, check=False)


def load(**limits):
    suite.load(policy(rules=RULES, tests=None, defaults={"limits": {"flows": 4096, "new_flows_per_s": 2000,
                                                                    **limits}},
                      applications={"vms": {"services": ["udp/6000-6099"]}}))


def table():
    return suite.agent.ask("status")["flow_table"]


class Talk:
    """Datagrams of many flows both ways: each is answered, all are counted at both ends."""

    def __init__(self):
        self.sent, self.arrived, self.answered, self.back = (collections.Counter() for _ in range(4))
        self.fresh = {"sent": 0, "arrived": set(), "back": 0}
        self.quiet = self.stopping = False
        self.socks, self.servers = {}, []
        for v, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
            for host, port in (("vms", PORT), ("cam1", BACK)):
                s = suite.lab.host[host].socket(family, socket.SOCK_DGRAM)
                s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
                if v == 6:
                    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind(("", port))
                self.servers.append(s)
            for n in range(EACH):
                self.open("cam1", "vms", v, family, 20000 + n, PORT)
                self.open("vms", "cam1", v, family, 30000 + n, BACK)
        self.threads = [threading.Thread(target=f, daemon=True)
                        for f in (self.serve, self.send, self.listen, self.begin)]
        for t in self.threads:
            t.start()

    def open(self, src, dst, v, family, port, to):
        s = suite.lab.host[src].socket(family, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        if v == 6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind(("", port))
        s.connect((topology.address(dst, v), to))
        self.socks[(src, v, port)] = s

    def serve(self):
        while not self.stopping:
            for s in select.select(self.servers, [], [], 0.1)[0]:
                data, who = s.recvfrom(2048)
                v = 6 if s.family == socket.AF_INET6 else 4
                if who[1] >= 40000:
                    self.fresh["arrived"].add((v, who[1]))
                else:
                    self.arrived[(v, who[1])] += 1
                    self.answered[(v, who[1])] += 1
                s.sendto(data, who)

    def send(self):
        n = 0
        while not self.quiet:
            for (_, v, port), s in self.socks.items():
                s.send(struct.pack("=I", n))
                self.sent[(v, port)] += 1
            n += 1
            time.sleep(0.1)

    def listen(self):
        by = {s: (v, port) for (_, v, port), s in self.socks.items()}
        while not self.stopping:
            for s in select.select(list(by), [], [], 0.1)[0]:
                s.recv(2048)
                self.back[by[s]] += 1

    def begin(self):
        """New flows all the time, one question each."""
        while not self.quiet:
            with suite.lab.host["cam1"].socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind(("", 40000 + self.fresh["sent"] % 20000))
                s.settimeout(5)
                s.sendto(b"new", (topology.address("vms", 4), PORT))
                self.fresh["sent"] += 1
                try:
                    s.recv(100)
                    self.fresh["back"] += 1
                except OSError:
                    pass

    def close(self):
        """No more is sent; what is under way arrives; then it ends."""
        self.quiet = True
        for t in (self.threads[1], self.threads[3]):
            t.join(2)
        wait_for(lambda: self.back == self.sent, 60)
        self.stopping = True
        for t in self.threads:
            t.join(2)

    def end(self):
        for s in [*self.socks.values(), *self.servers]:
            s.close()

    def lost(self):
        return {k: (n, self.arrived[k], self.back[k]) for k, n in self.sent.items()
                if not n == self.arrived[k] == self.back[k]}

    def miscounted(self):
        """Flows whose record does not say what was sent, by `flows dump`'s numbers."""
        wrong, seen = [], set()
        for f in suite.agent.flows(device="cam1"):
            v = 6 if ":" in f["peer"] else 4
            by_device = f["opener"] == "device"
            key = (v, f["device_port"] if by_device else f["peer_port"])
            if key not in self.sent:
                continue
            seen.add(key)
            out, back = f["packets"]["from_device"], f["packets"]["to_device"]
            want = (self.sent[key], self.answered[key])
            octets = 4 + 8 + (20 if v == 4 else 40)
            if (out, back) != (want if by_device else want[::-1]) or \
               f["bytes"]["from_device"] != out * octets or f["bytes"]["to_device"] != back * octets:
                wrong.append((key, out, back, want))
        return wrong + [(k, "no record") for k in self.sent if k not in seen]


def needed():
    if not module():
        skip(f"no zt_flow.ko for Linux {os.uname().release}")


@suite.case("without the module: records in maps, and status says why")
def in_maps():
    needed()
    check(not loaded(), "the module is loaded already")
    suite.reset_agent()
    load()
    got = table()
    check(got == {"backend": "map", "why": "zt_flow.ko is not loaded"}, f"{got}")
    r = suite.ztctl("status")
    check("flow table  map: zt_flow.ko is not loaded" in r.stdout, r.stdout)


@suite.case("the module arrives under traffic: flows go there, none lost, every packet counted once")
def move():
    needed()
    talk = Talk()
    time.sleep(2)
    insmod()
    check(wait_for(lambda: table()["backend"] == "kmod", 200), f"{table()}; {suite.agent.said()}")
    time.sleep(2)
    talk.close()
    try:
        fresh = talk.fresh
        print(f"TOTAL: moved under {sum(talk.sent.values())} datagrams of {len(talk.sent)} flows: "
              f"{len(talk.lost())} flows lost one, {len(talk.miscounted())} counted wrong; of {fresh['sent']} "
              f"flows that began meanwhile {fresh['sent'] - len(fresh['arrived'])} lost their question, "
              f"{fresh['sent'] - fresh['back']} were not answered in time")
        # What a flow that begins while a port's programs are replaced may lose: its first answer, counted.
        late = fresh["sent"] - fresh["back"]
        gone = {k: n for k, n in suite.agent.reasons().items() if k[1] == "DROPPED" and k[0] != "no-flow"}
        check(gone == ({("no-rule", "DROPPED", "to-device"): late} if late else {}),
              f"dropped: {gone}; {late} not answered")
        check(fresh["sent"] > 100 and 100 * late <= fresh["sent"], f"{late} of {fresh['sent']} not answered")
        check(len(talk.sent) == 4 * EACH and min(talk.sent.values()) > 20, f"it hardly sent: {talk.sent}")
        check(not talk.lost(), f"(sent, arrived, answered): {talk.lost()}")
        check(not talk.miscounted(), f"(flow, out, in, sent): {talk.miscounted()[:5]}")
        check(len(fresh["arrived"]) == fresh["sent"], "a new flow's first packet was dropped")
        check(wait_for(lambda: any("|flows-moved|" in line and "0 found no place" in line
                                   for line in suite.syslog()), 10), "the SIEM was not told")
        left = suite.router("ls", f"{PINS}/maps").stdout.split()
        check("zt_flow4" not in left and "zt_gen" in left, f"pinned are {left}")
    finally:
        talk.end()


@suite.case("the agent killed and started again: the records stay in the module")
def restart():
    needed()
    before = table()
    suite.agent.kill()
    suite.agent.start()
    check(wait_for(suite.agent.enforcing, 60), "not enforcing")
    after = table()
    check(after["backend"] == "kmod" and after["table"] == before["table"] and
          after["new"] >= before["new"] and after["live"] > 0, f"{before} {after}")
    r = suite.ztctl("status")
    check("flow table  kmod: zt_flow.ko, " in r.stdout, r.stdout)


def burst(n, first, host="cam1", to="vms", port=PORT):
    for i in range(n):
        with suite.lab.host[host].socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("", first + i))
            s.sendto(b"x", (topology.address(to, 4), port))


def dropped():
    return suite.agent.reasons().get(("quota", "DROPPED", "from-device"), 0)


@suite.case("a device at its limit and a full table: reason quota, and the module counts both")
def refused():
    needed()
    suite.agent.ask("unload")
    load(flows=32)
    before = dropped(), table()
    burst(40, 21000)
    check(wait_for(lambda: dropped() - before[0] == 8, 5), f"{dropped() - before[0]} of 8 refused")
    now = table()
    check(now["refused_quota"] - before[1]["refused_quota"] == 8 and now["live"] >= 32, f"{before} {now}")
    held = suite.agent.ask("device", id="cam1")["held"]
    check(held["flows"] == 32, f"it holds {held}")
    load(flows=4096)
    live = suite.kflow("most", table()["live"] + 5)["live"]
    before = dropped(), table()
    burst(20, 22000)
    check(wait_for(lambda: dropped() - before[0] >= 15, 5), f"{dropped() - before[0]} of 15 refused")
    now = table()
    check(now["refused_full"] - before[1]["refused_full"] >= 15 and now["live"] <= live + 5, f"{before} {now}")
    suite.kflow("most", 1000)


@suite.case("flows end in the module: told with totals, and what they held is given back")
def ends():
    needed()
    env = dict(os.environ, ZT_SOCKET=suite.agent.socket, NO_COLOR="1")
    p = suite.lab.host["router"].popen(f"{BUILD}/ztctl", "flows", "-f", "--json", "--device", "cam1",
                                       stdout=subprocess.PIPE, text=True, env=env)
    lines = []
    t = threading.Thread(target=lambda: lines.extend(p.stdout), daemon=True)
    t.start()
    time.sleep(1)
    try:
        suite.idle(2)

        def over():
            return suite.agent.ask("device", id="cam1")["held"]["flows"] == 0
        check(wait_for(over, 20), f"it holds {suite.agent.ask('device', id='cam1')['held']}")
        check(wait_for(lambda: sum('"peer_port":6010' in line for line in lines) >= 32, 10),
              f"{len(lines)} ends were told")
        got = [json.loads(line) for line in lines]
        check(all(g["ended"] == "idle" and g["packets"]["from_device"] == 1 and
                  g["bytes"]["from_device"] == 29 for g in got if g["device_port"] in range(21000, 21032)),
              f"{got[:3]}")
        check(not suite.agent.ask("status")["lost"]["ends"], "ends were lost")
    finally:
        p.terminate()
        p.wait()
        t.join(2)


@suite.case("rmmod is refused while programs run; unload ends every record, then it goes")
def unload():
    needed()
    suite.idle(4000)
    burst(3, 23000)
    r = rmmod()
    check(r.returncode and "in use" in r.stderr, f"rmmod: {r.returncode} {r.stderr}")
    suite.agent.ask("unload")
    live = suite.kflow("most", 1000)["live"]
    check(live == 0, f"{live} records live on without programs")
    check(wait_for(lambda: rmmod().returncode == 0, 10), f"rmmod: {rmmod().stderr}")
    load()
    check(table()["backend"] == "map", f"{table()}")


def answered(n, first):
    """n flows of cam1, a datagram each way."""
    with suite.lab.host["vms"].socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("", PORT))
        server.settimeout(5)
        for i in range(n):
            with suite.lab.host["cam1"].socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind(("", first + i))
                s.settimeout(5)
                s.sendto(b"x", (topology.address("vms", 4), PORT))
                server.sendto(*server.recvfrom(100))
                s.recv(100)


@suite.case("the agent killed in the middle of the move: the next one finishes it, nothing counted twice")
def killed():
    needed()
    answered(FLOWS, 25000)
    check(table()["backend"] == "map", f"{table()}")
    pid = suite.agent.process.pid
    p = suite.lab.host["router"].popen(sys.executable, os.path.join(HERE, "rawbpf.py"), "kill-moving",
                                       PINS, str(pid), stdout=subprocess.PIPE, text=True)
    check(p.stdout.readline() == "ready\n", "it does not watch")
    insmod()
    check(p.wait(200) == 0 and wait_for(lambda: not suite.agent.process.alive(), 5), "it was not killed")
    suite.lab.processes.remove(suite.agent.process)
    left = suite.router("ls", f"{PINS}/maps").stdout.split()
    check("zt_flow4" in left, "it was killed too late: the move was over")
    suite.agent.start()
    check(wait_for(suite.agent.enforcing, 60), "not enforcing")
    left = suite.router("ls", f"{PINS}/maps").stdout.split()
    check(table()["backend"] == "kmod" and "zt_flow4" not in left, f"{table()} {left}")
    got = {f["device_port"]: (f["packets"]["from_device"], f["packets"]["to_device"])
           for f in suite.agent.flows(device="cam1") if f["device_port"] in range(25000, 25000 + FLOWS)}
    wrong = {k: v for k, v in got.items() if v != (1, 1)}
    check(len(got) == FLOWS and not wrong, f"{len(got)} of {FLOWS} flows, wrong: {list(wrong.items())[:5]}")
    suite.agent.ask("unload")
    check(wait_for(lambda: rmmod().returncode == 0, 10), f"rmmod: {rmmod().stderr}")


@suite.case("loaded with the module there: records are in it from the first packet on")
def begins_there():
    needed()
    insmod()
    load()
    burst(3, 24000)
    got = table()
    check(got["backend"] == "kmod" and got["live"] >= 3, f"{got}")
    suite.agent.ask("unload")
    suite.agent.stop()
    suite.agent = None
    check(wait_for(lambda: rmmod().returncode == 0, 10), f"rmmod: {rmmod().stderr}")


if __name__ == "__main__":
    suite.main()
