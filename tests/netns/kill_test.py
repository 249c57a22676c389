#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
# runs alone: a probe every millisecond
"""kill -9 of the agent under traffic: no wrong verdict, no broken flow, nothing forgotten."""
import time

from suite import Suite, check, policy, wait_for
from traffic import Traffic

suite = Suite(__doc__)


def totals():
    return suite.agent.reasons()


def tuples():
    return {(f["device"], f["peer"], f["proto"], f["device_port"], f["peer_port"])
            for f in suite.agent.flows()}


def verify(t, what):
    suite.say(f"{what}: {t.told()}")
    check(not t.broken, f"{what}: broken flows: {t.broken}")
    check(not t.refused, f"{what}: refused connections: {t.refused}")
    check(not t.leaked() and not t.leaked_inward(),
          f"{what}: forbidden frames arrived: {t.leaked()} {t.leaked_inward()}")


def moves_on(t):
    """All three kinds of traffic go on: each count has moved."""
    a = (t.echoed, t.connected, t.sent)
    wait_for(lambda: t.broken or t.refused or
             (t.echoed > a[0] + 300 and t.connected > a[1] + 10 and t.sent > a[2] + 500), 8)


@suite.case("control: without an agent the forbidden frames arrive")
def control():
    t = Traffic(suite.lab, suite.ears, "kc")
    heard = wait_for(lambda: len(t.leaked()) == 4 and len(t.leaked_inward()) == 2, 5)
    t.stop()
    check(heard, f"not all six forbidden kinds arrived: {t.leaked()} {t.leaked_inward()}")
    check(not t.broken and not t.refused, f"{t.broken} {t.refused}")


@suite.case("kill -9 and restart, three times, under traffic")
def kill():
    suite.load(policy())
    t = Traffic(suite.lab, suite.ears, "k1")
    try:
        moves_on(t)
        verify(t, "before")
        for n in range(3):
            before, flows = totals(), tuples()
            generation = suite.agent.ask("status")["policy"]["generation"]
            suite.agent.kill()
            suite.say(f"kill -9, number {n + 1}")
            moves_on(t)
            verify(t, "agent dead")
            suite.start_agent()
            after = totals()
            less = {k: (v, after.get(k, 0)) for k, v in before.items() if after.get(k, 0) < v}
            check(not less, f"counters went back (before, after): {less}")
            gone = {f for f in flows if f[3] in (22, 554) or f[4] in (22, 554)} - tuples()
            check(not gone, f"flows forgotten: {gone}")
            status = suite.agent.ask("status")
            check(status["enforcing"], f"after restart not enforcing: {status.get('why')}")
            check(status["policy"]["generation"] >= generation,
                  f"generation went back to {status['policy']['generation']}")
            moves_on(t)
            verify(t, "restarted")
    finally:
        t.stop()


@suite.case("agent dead: new attempts are still judged, and counted once it is back")
def dead():
    suite.start_agent()
    before = totals()
    suite.agent.kill()
    t = Traffic(suite.lab, suite.ears, "k2")
    moves_on(t)
    t.stop()
    verify(t, "agent dead")
    suite.start_agent()
    key = ("no-rule", "DROPPED", "from-device")
    wait_for(lambda: totals().get(key, 0) > before.get(key, 0), 3)
    grown = totals().get(key, 0) - before.get(key, 0)
    check(grown >= t.sent, f"{t.sent} frames dropped while the agent was dead, {grown} counted")


@suite.case("stop (SIGTERM) leaves enforcement as it is")
def stop():
    suite.start_agent()
    t = Traffic(suite.lab, suite.ears, "k3")
    try:
        moves_on(t)
        suite.agent.stop()
        moves_on(t)
        verify(t, "stopped")
        suite.start_agent()
        moves_on(t)
        verify(t, "started again")
    finally:
        t.stop()
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")


@suite.case("policy changes under traffic cut nobody whom both policies allow")
def reload():
    suite.start_agent()
    t = Traffic(suite.lab, suite.ears, "k4")
    try:
        end = time.monotonic() + 4
        n = 0
        while time.monotonic() < end:
            n += 1
            suite.agent.load(policy(note=f"change {n}", applications={
                    "more": {"hosts": [f"10.77.0.{n % 250 + 1}"]}},
                                    rules={"more": {"from": "plc", "to": "more",
                                                    "services": ["tcp/1"],
                                                    "action": "allow"}}), "policy-apply")
        suite.say(f"{n} publishes")
        moves_on(t)
        verify(t, "after")
    finally:
        t.stop()


if __name__ == "__main__":
    suite.main()
