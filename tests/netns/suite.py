# SPDX-License-Identifier: GPL-2.0
"""What every network test shares: cases, a lab, a closing line, a leak check.

A test file builds a Suite, marks its cases with @suite.case and ends with
suite.main(). Cases run in order, in one lab, each by itself: one that fails does not
stop the next. Every file ends with the case "nothing is left behind".
"""
import copy
import json
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools", "lab")
sys.path.insert(0, LAB)
from ztlab import scenario, topology  # noqa: E402
from ztlab.agent import BUILD, PINS, Agent, AgentError  # noqa: E402
from ztlab.capture import Ears  # noqa: E402
from ztlab.judgement import Witness  # noqa: E402
from ztlab.lab import Lab  # noqa: E402
from ztlab.netns import wait_for  # noqa: E402


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def check(condition, text):
    """text: what ought to be true, and what was seen instead."""
    if not condition:
        raise Failed(text)


def skip(why):
    raise Skipped(why)


def policy(**changes):
    """The lab's policy; changes are merged in, a value None takes a key out."""
    with open(os.path.join(LAB, "policy.json"), encoding="utf-8") as f:
        p = json.load(f)

    def merge(into, new):
        for k, v in new.items():
            if v is None:
                into.pop(k, None)
            elif isinstance(v, dict) and isinstance(into.get(k), dict):
                merge(into[k], v)
            else:
                into[k] = copy.deepcopy(v)
    merge(p, changes)
    return p


def in_mode(mode):
    """The lab's policy with every segment, that of unknown devices too, in one mode."""
    ports = {i: {"unknown_segment": "strangers"} for i in topology.PORTS.values()}
    return policy(segments={s: {"mode": mode} for s in ("cctv", "plant", "strangers")},
                  interfaces={**ports, "lan6": {"unknown_segment": "strangers"}})


class Suite:
    def __init__(self, doc):
        self.doc = doc
        self.cases = []
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.lab = self.ears = self.agent = self.witness = None

    def case(self, text):
        def add(function):
            self.cases.append((text, function))
            return function
        return add

    # ---- what cases use ----
    def say(self, text):
        print(f"    {text}", flush=True)

    def start_agent(self):
        """A running agent; what an earlier one left is kept."""
        if not (self.agent and self.agent.process.alive()):
            self.agent = self.agent or Agent(self.lab)
            self.agent.start()
        return self.agent

    def load(self, what, cmd="load", **args):
        r = self.start_agent().load(what, cmd, **args)
        self.say(f"$ ztctl {cmd} policy.json: revision {r.get('revision')}, "
                 f"generation {r.get('generation')}")
        want = os.environ.get("ZT_BACKEND")  # a run that is about where flow records lie
        if want:
            has = self.agent.ask("status")["flow_table"]
            check(has["backend"] == want, f"flow records should be in {want}: {has}")
        return r

    def observe(self):
        """Collect the agent's events from here on."""
        if self.witness:
            self.witness.close()
        self.witness = Witness(self.agent)
        return self.witness

    def ztctl(self, *args, **kw):
        r = self.agent.ztctl(*args, **kw)
        self.say(f"$ ztctl {' '.join(args)}: exit {r.returncode}")
        return r

    def router(self, *argv, must=True):
        r = self.lab.host["router"].run(*argv, check=False)
        self.say(f"router# {' '.join(argv)}: exit {r.returncode}")
        check(not must or r.returncode == 0,
              f"{' '.join(argv)}: {r.stderr.strip() or r.stdout.strip()}")
        return r

    def kflow(self, what, value):
        """A setting of zt_flow.ko's table that only a test wants: kflow.py."""
        return json.loads(self.router(sys.executable, os.path.join(HERE, "kflow.py"), what, str(value)).stdout)

    def idle(self, ticks):
        """Every flow is over so long after its last packet, wherever its record lies."""
        self.router(sys.executable, os.path.join(HERE, "rawbpf.py"), "idle", PINS, str(ticks))
        if self.agent.ask("status")["flow_table"]["backend"] == "kmod":
            self.kflow("idle", ticks)

    def syslog(self):
        """Lines the SIEM has stored so far."""
        try:
            with open(f"{self.lab.dir}/siem.log", encoding="utf-8", errors="replace") as f:
                return f.read().splitlines()
        except FileNotFoundError:
            return []

    def reset_agent(self):
        """No agent, no pins, no state: a router before its first load."""
        if self.witness:
            self.witness.close()
            self.witness = None
        if self.agent:
            if self.agent.process and self.agent.process.alive():
                try:
                    self.agent.ask("unload")
                except (AgentError, OSError) as e:
                    self.say(f"unload: {e}")
                self.agent.stop()
            self.router("rm", "-rf", "/sys/fs/bpf/zt", must=False)
            self.router("rm", "-rf", self.agent.dir, must=False)
        self.agent = None

    # ---- running ----
    def one(self, text, function):
        start = time.monotonic()
        try:
            function()
            word = "passed"
        except Skipped as e:
            word = "skipped"
            print(f"SKIP: {text}: {e}")
        except Exception as e:  # a broken case is a failed case
            word = "failed"
            print(f"    {e}" if isinstance(e, (Failed, AgentError)) else traceback.format_exc())
            if self.agent and self.agent.process and not self.agent.process.alive():
                print(f"    the agent is gone; it said: {self.agent.said()}")
        self.counts[word] += 1
        print(f"{ {'passed': 'ok  ', 'failed': 'FAIL', 'skipped': 'skip'}[word]} {text} "
              f"({time.monotonic() - start:.1f} s)", flush=True)

    def nothing_left(self):
        leaks = self.lab.leaks()
        check(not leaks, f"left behind: {', '.join(leaks)}")

    def run(self, mtu):
        print(self.doc.strip() + "\n\n" + topology.__doc__.strip("\n") + "\n", flush=True)
        self.lab = Lab(mtu=mtu)
        try:
            self.lab.up()
            self.ears = Ears(self.lab, scenario.EARS)
            self.lab.undo.append(self.ears.close)
            for text, function in self.cases:
                self.one(text, function)
        finally:
            if self.witness:
                self.witness.close()
            self.lab.down()
            self.one("nothing is left behind", self.nothing_left)

    def main(self, mtu=1500):
        if len(sys.argv) > 1:  # some cases only, by a word in their text
            self.cases = [c for c in self.cases if any(w in c[0] for w in sys.argv[1:])]
        for program in ("ztagentd", "ztctl"):
            if not os.path.exists(f"{BUILD}/{program}"):
                print(f"{BUILD}/{program} is not there\n0 passed, 1 failed, 0 skipped")
                sys.exit(1)
        self.run(mtu)
        c = self.counts
        print(f"{c['passed']} passed, {c['failed']} failed, {c['skipped']} skipped")
        sys.exit(1 if c["failed"] else 0)


__all__ = ["Agent", "AgentError", "Failed", "Suite", "check", "in_mode", "policy", "scenario",
           "skip", "topology",
           "wait_for"]
