#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""What flows there are, by the columns of `flows dump`, and how they end, by `flows --follow`."""
import json
import os
import re
import socket
import subprocess
import threading
import time

from suite import BUILD, Suite, check, policy, topology, wait_for
from ztlab import clients

suite = Suite(__doc__)
COLUMNS = ("device address peer peer_device apps proto device_port peer_port opener verdict reason rule "
           "current picked_up interface vlan packets_from_device packets_to_device bytes_from_device "
           "bytes_to_device age_s idle_s timeout_s").split()
RULES = {"cam-any": {"from": "cam1", "to": "vms", "services": ["udp/6000-6099", "tcp/554"],
                     "action": "allow"}}


class Follow:
    """`ztctl flows --follow` as a person starts it; its lines as they come."""

    def __init__(self, *args):
        env = dict(os.environ, ZT_SOCKET=suite.agent.socket, NO_COLOR="1")
        self.process = suite.lab.host["router"].popen(
            f"{BUILD}/ztctl", "flows", "--follow", *args, stdout=subprocess.PIPE, text=True, env=env)
        self.lines = []
        self.thread = threading.Thread(target=self.collect, daemon=True)
        self.thread.start()
        time.sleep(0.3)  # no line says that it listens

    def collect(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def seen(self, want):
        """Lines so far that the pattern is found in."""
        return [line for line in list(self.lines) if re.search(want, line)]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()


def table(*args):
    r = suite.ztctl("flows", "dump", *args)
    check(r.returncode == 0, r.stderr)
    head, *rows = [line.split("\t") for line in r.stdout.splitlines()]
    check(head == COLUMNS, f"the header is {head}")
    check(all(len(row) == len(COLUMNS) for row in rows), f"a row of another length: {rows}")
    return [dict(zip(COLUMNS, row)) for row in rows]


def send(n, port, octets=100, source=7000):
    """n datagrams of cam1 to the VMS, which does not answer, in each family."""
    for v, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        with suite.lab.host["cam1"].socket(family, socket.SOCK_DGRAM) as s:
            s.bind(("", source))
            for _ in range(n):
                s.sendto(b"x" * octets, (topology.address("vms", v), port))


def both(n, octets):
    return {4: (n, n * (octets + 28)), 6: (n, n * (octets + 48))}


@suite.case("flows dump: each column says what was sent")
def columns():
    suite.reset_agent()
    suite.load(policy(rules=RULES, tests=None,
                      applications={"vms": {"services": ["udp/6000-6099", "tcp/554"]}}))
    send(5, 6001)
    rows = [r for r in table("--device", "cam1") if r["peer_port"] == "6001"]
    check(len(rows) == 2, f"two flows were sent, it lists {rows}")
    for r in rows:
        v = 6 if ":" in r["address"] else 4
        want = {"device": "cam1", "address": topology.address("cam1", v), "peer":
                topology.address("vms", v), "peer_device": "-", "proto": "udp", "device_port": "7000",
                "peer_port": "6001", "opener": "device", "verdict": "FORWARDED", "reason": "allowed",
                "rule": "cam-any", "current": "yes", "picked_up": "no", "interface": "lan1",
                "vlan": "0", "packets_from_device": "5", "packets_to_device": "0",
                "bytes_from_device": str(both(5, 100)[v][1]), "bytes_to_device": "0",
                "timeout_s": "30"}
        wrong = {k: (r[k], w) for k, w in want.items() if r[k] != w}
        check(not wrong, f"(is, ought to be): {wrong}")
        check("vms" in r["apps"].split(",") and int(r["age_s"]) < 20 and int(r["idle_s"]) < 20, f"{r}")


@suite.case("flows dump: the filters, and --limit")
def filters():
    check(all(r["device"] == "cam1" for r in table("--device", "cam1")), "--device")
    peer = topology.address("vms", 6)
    check({r["peer"] for r in table("--peer", peer)} == {peer}, "--peer")
    check(not table("--verdict", "DROPPED"), "--verdict: no dropped packet makes a flow")
    check(len(table("--limit", "1")) == 1, "--limit")
    r = suite.ztctl("flows", "--follow", "--limit", "3")
    check(r.returncode == 2 and "--limit" in r.stderr, f"--follow takes --limit: {r.stderr}")


@suite.case("flows --follow: a flow nobody continues, with its totals and reason idle")
def follow_idle():
    f, j = Follow("--device", "cam1"), Follow("--json", "--peer", topology.address("vms", 4))
    try:
        send(7, 6002, 50, 7001)
        suite.idle(2)
        check(wait_for(lambda: len(f.seen(r"udp/6002")) == 2, 15), f"it said: {f.lines}")
        for line in f.seen("udp/6002"):
            check(re.fullmatch(r"\S+Z idle cam1 \S+ > .*\bvms\b.* \S+ udp/6002 FORWARDED allowed "
                               r"rule=cam-any out=7 in=0 age=\d+s", line), line)
        check(wait_for(lambda: j.seen('"peer_port":6002'), 5), f"--json said: {j.lines}")
        got = [json.loads(line) for line in j.seen('"peer_port":6002')]
        check([(g["ended"], g["packets"]["from_device"], g["bytes"]["from_device"]) for g in got] ==
              [("idle", *both(7, 50)[4])], f"{got}")
        check(all(g["peer"] == topology.address("vms", 4) for g in map(json.loads, j.lines)),
              f"--peer lets others through: {j.lines}")
    finally:
        f.close()
        j.close()


@suite.case("flows --follow: a connection both sides closed ends as fin, a broken one as rst")
def follow_tcp():
    suite.load(policy(rules={"cam-any": None}, tests=None))  # as the lab has it
    suite.idle(4000)
    f = Follow()
    try:
        check(clients.connect(suite.lab, "vms", topology.address("cam1", 4), 554), "no connection")
        with suite.lab.host["vms"].socket(socket.AF_INET, socket.SOCK_STREAM) as s:
            s.settimeout(2)
            s.connect((topology.address("cam2", 4), 554))
            s.recv(200)
            clients.end_by_reset(s)
        suite.idle(2)
        check(wait_for(lambda: f.seen("fin cam1 .* tcp/554") and f.seen("rst cam2 .* tcp/554"), 15),
              f"it said: {f.lines}")
    finally:
        f.close()


if __name__ == "__main__":
    suite.main()
