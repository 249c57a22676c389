#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""ztctl device quarantine and release: at once, in every mode, over kills and policies."""
import json
import os
import time

from suite import Suite, check, in_mode, policy, topology, wait_for
from ztlab import clients
from ztlab.agent import AgentError

suite = Suite(__doc__)


class Talk:
    """A TCP connection of the VMS to cam1, whose service says back what it hears."""

    def __init__(self, family):
        self.s = suite.lab.host["vms"].socket(2 if family == 4 else 10, 1)
        self.s.settimeout(2)
        self.s.connect((topology.address("cam1", family), 554))
        self.s.recv(200)  # its greeting

    def says(self, text):
        self.s.sendall(text + b"\n")

    def hears(self, text, seconds=1):
        """All up to this one, within so long."""
        got, end = b"", time.monotonic() + seconds
        while text not in got and time.monotonic() < end:
            self.s.settimeout(max(0.01, end - time.monotonic()))
            try:
                got += self.s.recv(4000) or b"closed"
            except OSError:
                break
        return text in got

    def close(self):
        self.s.close()


def reaches(host="cam1", families=(4, 6)):
    return [clients.http(suite.lab, host, topology.address("vms", f)) for f in families]


def reached(families=(4, 6)):
    return [clients.connect(suite.lab, "vms", topology.address("cam1", f), 554) for f in families]


def load(what=None):
    """That policy in force, and nobody in quarantine."""
    suite.load(what or policy())
    for device in suite.agent.ask("status").get("quarantine", []):
        suite.agent.ask("device-release", id=device)


def is_cut(what):
    """One family each way: every attempt waits its second."""
    check(not any(reaches(families=(4,))), f"{what}: cam1 reaches the VMS")
    check(not any(reached(families=(6,))), f"{what}: the VMS reaches cam1")


def is_free(what):
    check(all(reaches()), f"{what}: cam1 does not reach the VMS")
    check(all(reached()), f"{what}: the VMS does not reach cam1")


def put(device="cam1"):
    r = suite.ztctl("device", "quarantine", device)
    check(r.returncode == 0, r.stderr)
    return r.stdout


def release(device="cam1"):
    r = suite.ztctl("device", "release", device)
    check(r.returncode == 0, r.stderr)


def events(word, mark):
    return [line for line in suite.syslog()[mark:] if f"|{word}|" in line]


@suite.case("open connections are cut at their next packet, and go on when it is released")
def cut():
    load()
    mark = len(suite.syslog())
    talks = [Talk(4), Talk(6)]
    for t in talks:
        t.says(b"one")
    check(all(t.hears(b"one") for t in talks), "cam1 does not answer")
    put()
    for t in talks:
        t.says(b"two")
    check(not any(t.hears(b"two") for t in talks), "an open connection lives on")
    is_cut("in quarantine")
    check(all(reaches("cam2")), "its neighbour is cut off, too")
    release()
    check(all(t.hears(b"two", 15) for t in talks), "TCP repeats what was lost, and yet nothing comes")
    for t in talks:
        t.close()
    is_free("released")
    check(wait_for(lambda: events("quarantined", mark) and events("released", mark), 3), "no event")
    for line in events("quarantined", mark) + events("released", mark):
        check("deviceExternalId=cam1" in line and "by uid 0" in line, line)
    dropped = suite.agent.reasons()
    for direction in ("from-device", "to-device"):
        check(dropped.get(("quarantine", "DROPPED", direction)), f"nothing counted {direction}: {dropped}")


@suite.case("in learn as well, and no neighbour is reached either")
def learn():
    load(in_mode("learn"))
    watch = clients.connect(suite.lab, "cam1", topology.address("cam2", 4), 554)
    check(watch, "learn passes camera to camera")
    put()
    is_cut("learn")
    check(not clients.connect(suite.lab, "cam1", topology.address("cam2", 4), 554), "it reaches cam2")
    check(not clients.connect(suite.lab, "cam2", topology.address("cam1", 4), 554), "cam2 reaches it")
    release()
    is_free("released")


@suite.case("it is told: status, device list and show, why, flows")
def told():
    load()
    check(all(reaches()), "cam1 does not reach the VMS")
    put()
    check("was in quarantine already" in put(), "said twice as if it were new")
    status = suite.agent.ask("status")
    check(status.get("quarantine") == ["cam1"], f"status: {status.get('quarantine')}")
    check("quarantine  cam1" in suite.ztctl("status").stdout, "ztctl status does not say")
    device = suite.agent.ask("device", id="cam1")
    check(device["mode"] == "quarantine" and "uid 0" in device["quarantine"]["by"], f"{device}")
    for args in (("device", "list"), ("device", "show", "cam1")):
        check("quarantine" in suite.ztctl(*args).stdout, f"{args} does not say")
    why = suite.ztctl("why", "cam1", "vms", "tcp/80").stdout
    check("DROPPED" in why and "quarantine" in why, why)
    stale = [f for f in suite.agent.flows(device="cam1") if f["current"]]
    check(not stale, f"flows are said to pass: {stale}")
    release()
    why = suite.ztctl("why", "cam1", "vms", "tcp/80").stdout
    check("FORWARDED" in why, why)
    check("quarantine" not in suite.agent.ask("status"), "status still says so")


@suite.case("kill -9, a restart, another policy and an unload change nothing about it")
def lasts():
    load()
    put()
    suite.agent.kill()
    is_cut("agent dead")
    suite.start_agent()
    is_cut("restarted")
    suite.load(policy(note="another"))
    is_cut("another policy")
    suite.load(in_mode("audit"))
    is_cut("audit")
    suite.agent.ask("unload")
    check(wait_for(lambda: all(reaches()), 10), "unloaded, the router is not a plain one")
    suite.load(policy())
    is_cut("loaded again")
    release()
    is_free("released")


@suite.case("a policy without the device says that it is free under another name")
def renamed():
    load()
    put()
    gone = policy()
    gone["devices"]["gate"] = gone["devices"].pop("cam1")
    text = json.dumps(gone).replace('"cam1"', '"gate"')
    r = suite.load(text)
    check(any("cam1" in w and "quarantine" in w for w in r.get("warnings", [])), f"no warning: {r}")
    suite.load(policy())
    is_cut("the name is back")
    release()


@suite.case("what cannot be done is refused, and nothing is changed")
def refused():
    load()
    for args, text in ((("quarantine", "nobody"), 'no device "nobody"'),
                       (("release", "cam1"), 'no device "cam1" is in quarantine'),
                       (("quarantine", "unknown@lan1"), "no device")):
        r = suite.ztctl("device", *args)
        check(r.returncode != 0 and text in r.stderr, f"{args}: {r.returncode} {r.stderr}")
    path = f"{suite.agent.dir}/state/quarantine.json"
    os.replace(path, path + ".away")
    os.mkdir(path)  # it cannot be written
    r = suite.ztctl("device", "quarantine", "cam1")
    check(r.returncode != 0 and "nothing was changed" in r.stderr, r.stderr)
    is_free("not written down")
    os.rmdir(path)
    put()
    os.replace(path, path + ".good")
    os.mkdir(path)
    r = suite.ztctl("device", "release", "cam1")
    check(r.returncode != 0 and "nothing was changed" in r.stderr, r.stderr)
    is_cut("not released")
    os.rmdir(path)
    os.replace(path + ".good", path)
    release()


@suite.case("a damaged list: the agent does not start on it, and the data path goes on")
def damaged():
    load()
    put()
    path = f"{suite.agent.dir}/state/quarantine.json"
    with open(path, encoding="ascii") as f:
        good = f.read()
    suite.agent.stop()
    for text in ("", "[]", '{"schema": 1}', good[:-2], good.replace("cam1", "cam2", 1).replace("by", "who"),
                 '{"schema": 1, "devices": [{"id": "cam1"}]}'):
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        try:
            suite.agent.start()
            check(False, f"it started on {text!r}")
        except AgentError as e:
            check("quarantine.json" in str(e), f"{e}")
        suite.lab.processes.remove(suite.agent.process)
    is_cut("no agent")
    suite.router("rm", "-rf", "/sys/fs/bpf/zt")  # as a reboot leaves it
    for port in (*topology.PORTS.values(), "lan6", "wan0"):  # before tcx, tc's filters are no links
        suite.router("tc", "qdisc", "del", "dev", port, "clsact", must=False)
    check(wait_for(lambda: all(reaches()), 10), "without programs the router is a plain one")
    try:
        suite.agent.start()
        check(False, "it started")
    except AgentError:
        suite.lab.processes.remove(suite.agent.process)
    for host in ("cam1", "cam2"):
        check(not any(reaches(host, (4,))), f"{host} passes a port whose policy cannot be read")
    with open(path, "w", encoding="ascii") as f:
        f.write(good)
    suite.start_agent()
    is_cut("the list is back")
    check(all(reaches("cam2")), "and the policy is not")
    release()
    is_free("released")


@suite.case("put in and taken out a hundred times under traffic: each time at once")
def often():
    load()
    t = Talk(6)
    worst = 0
    for _ in range(100):
        for cmd in ("device-quarantine", "device-release"):
            begin = time.monotonic()
            suite.agent.ask(cmd, id="cam1")
            worst = max(worst, time.monotonic() - begin)
    suite.say(f"the slowest answer came after {worst * 1000:.1f} ms")
    t.says(b"alive")
    check(t.hears(b"alive", 5), "after the last release the connection is dead")
    t.close()
    is_free("at the end")


if __name__ == "__main__":
    suite.main()
