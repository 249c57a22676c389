#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Somebody takes a part of the enforcement away.

Each case: forbidden frames run all the time and none may arrive unjudged; where the
data path cannot stop them any more, `status` and the syslog say so within a second.
"""
import os
import sys
import time

from suite import HERE, Suite, check, policy, topology, wait_for
from traffic import Traffic
from ztlab import cases_raw, clients
from ztlab.netns import SLOW

suite = Suite(__doc__)
RAWBPF = os.path.join(HERE, "rawbpf.py")


def prepare():
    """A fresh agent in force, and forbidden frames on their way."""
    suite.reset_agent()
    suite.load(policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")


PINS = "/sys/fs/bpf/zt/links"


def running():
    """Programs of ours on lan1 according to the kernel, not to the agent."""
    return "xdp" in suite.lab.host["router"].run("ip", "link", "show", "dev", "lan1").stdout


class Watch:
    """Forbidden traffic around a deed, and the clock from the deed to its report."""

    def __init__(self, word):
        self.word = word
        self.mark = len(suite.syslog())

    def __enter__(self):
        self.traffic = Traffic(suite.lab, suite.ears, self.word)
        wait_for(lambda: self.traffic.sent > 50)
        self.start = time.monotonic()
        return self

    def __exit__(self, *exc):
        self.traffic.stop()

    def detach(self, *programs):
        """lan1's links by force; time counts from then, not from when Python was started for it."""
        r = suite.router(sys.executable, RAWBPF, "detach", *(f"{PINS}/lan1-{p}" for p in programs))
        self.start = float(r.stdout)

    def reported(self, port="lan1", limit=1.0 if SLOW == 1 else 30.0):
        """An event within the limit, in s; emulated, that there is one."""
        def told():
            return any("|detached|" in line and port in line for line in suite.syslog()[self.mark:])
        ok = wait_for(told, limit + 0.5, 0.01)
        took = time.monotonic() - self.start
        suite.say(f"reported after {took:.2f} s")
        why = suite.agent.ask("status").get("why")
        check(ok, f"no detached event for {port} in the syslog; status: {why}")
        check(took <= limit, f"reported only after {took:.2f} s")

    def mended(self):
        """In force again: from now on nothing may get in either."""
        enforcing_again()
        self.traffic.phase += 1
        self.sent_more()
        check(not self.traffic.leaked_inward(), f"enforcing again, but frames reach the camera: "
                                                f"{self.traffic.leaked_inward()}")

    def quiet(self, inward=True):
        """inward: also nothing may have reached the camera at any time."""
        check(not self.traffic.leaked(), f"unjudged frames arrived: {self.traffic.leaked()}")
        self.traffic.phase = 0
        check(not inward or not self.traffic.leaked_inward(),
              f"unjudged frames reached the camera: {self.traffic.leaked_inward()}")
        suite.say(f"{self.traffic.sent} forbidden frames, none arrived")

    def sent_more(self, n=200):
        now = self.traffic.sent
        wait_for(lambda: self.traffic.sent > now + n)


def enforcing_again():
    check(wait_for(suite.agent.enforcing, 5),
          f"not repaired: {suite.agent.ask('status').get('why')}")


@suite.case("link pins removed, agent alive: noticed, put back")
def pins_alive():
    prepare()
    with Watch("t1") as w:
        suite.router("sh", "-c", "rm /sys/fs/bpf/zt/links/lan1-*")
        w.reported()
        w.mended()
    w.quiet()


def told_at_start(mark, port):
    """The agent found less than it had left: an event must say so."""
    def lines():
        return [line for line in suite.syslog()[mark:] if port in line
                and ("|detached|" in line or "|reattached|" in line)]
    wait_for(lines, 3)
    for line in suite.syslog()[mark:]:
        suite.say(line.split("CEF:0")[-1][:200])
    check(lines(), f"the start repaired {port or 'everything'} without a word in the syslog")


@suite.case("XDP pin removed with the agent dead: the guard drops everything of that port")
def pins_dead():
    prepare()
    suite.agent.kill()
    with Watch("t2") as w:
        suite.router("rm", "/sys/fs/bpf/zt/links/lan1-xdp")
        w.sent_more()
        through = clients.connect(suite.lab, "cam1", topology.address("vms", 4), 80)
        check(not through, "a frame passed a port without XDP program")
    w.quiet()
    mark = len(suite.syslog())
    suite.start_agent()
    enforcing_again()
    check(clients.http(suite.lab, "cam1", topology.address("vms", 4)),
          "the agent is back, but the camera is not")
    told_at_start(mark, "lan1")


@suite.case("bpffs unmounted, agent alive: noticed, nothing passes")
def unmounted():
    prepare()
    with Watch("t3") as w:
        suite.router("umount", "-l", "/sys/fs/bpf")
        try:
            w.reported()
            w.sent_more()
        finally:
            suite.router("mount", "-t", "bpf", "bpf", "/sys/fs/bpf")
    w.quiet()


@suite.case("bpffs unmounted with the agent dead: everything detached, the next start says so")
def unmounted_dead():
    prepare()
    suite.agent.kill()
    suite.router("umount", "/sys/fs/bpf")
    suite.router("mount", "-t", "bpf", "bpf", "/sys/fs/bpf")
    check(wait_for(lambda: not running(), 3),
          "this case expects that the kernel let go of every link")
    mark = len(suite.syslog())
    suite.start_agent()
    enforcing_again()
    told_at_start(mark, "")
    t = Traffic(suite.lab, suite.ears, "t4")
    wait_for(lambda: t.sent > 200)
    t.stop()
    check(not t.leaked(), f"after the restart frames arrived: {t.leaked()}")


@suite.case("XDP link detached by force: noticed, put back; meanwhile the guard drops")
def xdp_detached():
    prepare()
    with Watch("t5") as w:
        w.detach("xdp")
        w.reported()
        w.mended()
    w.quiet()


@suite.case("tc programs detached by force: noticed within a second, put back")
def tc_detached():
    prepare()
    with Watch("t6") as w:
        if tc_kind() == "link":
            w.detach("guard", "out")
        else:
            suite.router("tc", "qdisc", "del", "dev", "lan1", "clsact")
        w.reported()
        w.mended()
    w.quiet(inward=False)


def tc_kind():
    return {p["name"]: p["tc_kind"] for p in suite.agent.ask("status")["ports"]}["lan1"]


class Front:
    """Somebody's filter in front of ours, that lets everything pass: by tcx where the kernel has it."""

    def __init__(self, direction):
        self.direction, self.helper, self.pin = direction, None, f"/sys/fs/bpf/front-{direction}"
        if tc_kind() != "link":
            suite.router(sys.executable, RAWBPF, "pin-tc", self.pin, "0")

    def filter(self, what, *more):
        suite.router("tc", "filter", what, "dev", "lan1", self.direction, "prio", "1", "handle", "2",
                     "protocol", "all", "bpf", *more)

    def put(self):
        if tc_kind() != "link":
            self.filter("add", "da", "object-pinned", self.pin)
            return
        self.helper = suite.lab.host["router"].spawn(
            sys.executable, RAWBPF, "tcx-before", "lan1", self.direction, "0",
            log=f"{suite.lab.dir}/front-{self.direction}")

        def said():
            return open(self.helper.log, encoding="ascii").read()
        ready = wait_for(lambda: "ready" in said() or not self.helper.alive(), 5)
        check(ready and self.helper.alive(), f"the helper could not attach: {said()}")

    def take(self):
        if self.helper:
            self.helper.stop()
        else:
            self.filter("del")


def in_front(direction, word):
    prepare()
    front = Front(direction)
    with Watch(word) as w:
        front.put()
        w.start = time.monotonic()
        w.reported()
        state = suite.agent.ask("status")
        suite.say(f"status while it is there: enforcing {state['enforcing']}, {state.get('why')}")
        if state["enforcing"]:  # ours stand in front again
            w.mended()
    w.quiet(inward=direction == "ingress")
    front.take()
    enforcing_again()


@suite.case("a filter put in front of the guard: noticed within a second")
def front_ingress():
    in_front("ingress", "t7")


@suite.case("a filter put in front at egress: noticed within a second")
def front_egress():
    in_front("egress", "t8")


class Intruder:
    """A new member of the bridge that the policy does not list, plugged into the rogue's host."""

    MAC = "02:00:00:00:99:99"

    def __enter__(self):
        self.router, host = suite.lab.host["router"], suite.lab.host["rogue"]
        self.router.run("ip", "link", "add", "eth9", "netns", host.ns, "address", self.MAC,
                        "type", "veth", "peer", "name", "lan9")
        suite.router("ip", "link", "set", "lan9", "master", "br0", "up")
        host.run("ip", "link", "set", "eth9", "up")
        return self

    def __exit__(self, *exc):
        self.router.run("ip", "link", "del", "lan9", check=False)

    def send(self, v, marker):
        src = "10.20.0.99" if v == 4 else "fd20::99"
        packet = cases_raw.dgram(src, topology.address("cam1", v), 5000, marker.encode())
        frame = cases_raw.f.eth(topology.mac("cam1"), self.MAC, packet, cases_raw.ethertype(v))
        clients.send_frames(suite.lab, "rogue", [frame], "eth9")


@suite.case("a new bridge member the policy does not list, agent dead: it reaches no device")
def new_member():
    prepare()
    suite.agent.kill()
    with Intruder() as intruder:
        for v in (4, 6):
            marker = f"ZTmember{v}.t9;"
            for _ in range(20):
                intruder.send(v, marker)
            check(not suite.ears.wait("cam1", marker, 0.5),
                  f"v{v}: a frame from an unlisted port reached the camera")
        suite.start_agent()
        reasons = suite.agent.reasons()
        dropped = sum(n for (reason, verdict, _), n in reasons.items()
                      if reason == "unlisted-port" and verdict == "DROPPED")
        check(dropped >= 40, f"40 frames sent, {dropped} counted as unlisted-port: {reasons}")


@suite.case("control: the same frames from that member arrive without enforcement")
def new_member_control():
    suite.reset_agent()
    with Intruder() as intruder:
        for v in (4, 6):
            def heard(n=v):
                intruder.send(n, f"ZTmember{n}.t9c;")
                return ("cam1", f"ZTmember{n}.t9c;") in suite.ears.heard
            check(wait_for(heard, 3), f"v{v}: the control frame did not arrive")


@suite.case("attached by bpftool and tc, adopted: clsact deleted, then XDP taken off")
def clsact():
    suite.reset_agent()
    script = os.path.join(HERE, "bpftool_attach.sh")
    r = suite.lab.host["router"].run("sh", script, "attach", "lan1", check=False)
    suite.say(f"router# bpftool_attach.sh attach lan1: exit {r.returncode}")
    check(r.returncode == 0, r.stderr)
    suite.load(policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    port = {p["name"]: p for p in suite.agent.ask("status")["ports"]}["lan1"]
    check(port["xdp_kind"] == "netlink", f"what bpftool attached was not adopted: {port}")
    with Watch("ta") as w:
        if port["tc_kind"] == "netlink":  # no tcx here: clsact is what holds the guard
            suite.router("tc", "qdisc", "del", "dev", "lan1", "clsact")
            w.reported()
        else:  # the agent moved both to tcx: a clsact of anybody's may come and go
            suite.router("tc", "qdisc", "replace", "dev", "lan1", "clsact")
            suite.router("tc", "qdisc", "del", "dev", "lan1", "clsact")
            w.sent_more()
        enforcing_again()
    w.quiet(inward=port["tc_kind"] != "netlink")
    with Watch("tb") as w:
        suite.router("bpftool", "net", "detach", "xdp", "dev", "lan1")
        w.reported()
        w.mended()
    w.quiet()


if __name__ == "__main__":
    suite.main()
