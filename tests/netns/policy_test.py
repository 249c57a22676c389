#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Policy on live traffic: every attempt of the demo, without and with a policy."""
from suite import Suite, check, policy, scenario

suite = Suite(__doc__)


def play(word, witness=None, mode="enforce"):
    results = scenario.play(suite.lab, suite.ears, witness, word, mode)
    for r in results:
        if not r.ok:
            suite.say(f"{r.attempt.name}: {r.attempt.text}: {'; '.join(r.why)} "
                      f"(seen {r.seen}, agent {r.verdict} {r.reason} {r.rule})")
    bad = [r.attempt.name for r in results if not r.ok]
    check(not bad, f"{len(bad)} of {len(results)} attempts not as expected: {' '.join(bad)}")
    suite.say(f"{len(results)} attempts as expected")


@suite.case("control: a plain router lets every attempt through")
def control():
    play("c")


@suite.case("no policy yet: the agent alone changes nothing, load without one is refused")
def idle():
    agent = suite.start_agent()
    status = agent.ask("status")
    check(not status["enforcing"] and "policy" not in status,
          f"nothing is loaded, but status says {status}")
    r = suite.ztctl("load", "/nowhere/policy.json")
    check(r.returncode != 0, "loading a file that is not there must fail")


@suite.case("enforced: every attempt ends as the policy says, with verdict, reason and rule")
def enforced():
    suite.load(policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    play("e", suite.observe())


@suite.case("the attacks left no flow record of their own")
def no_records():
    allowed = {"allowed"}
    wrong = [f for f in suite.agent.flows() if f["reason"] not in allowed]
    check(not wrong, f"records that no rule allows: {wrong}")


@suite.case("unload gives the plain router back")
def unloaded():
    r = suite.ztctl("unload")
    check(r.returncode == 0, f"unload: {r.stderr}")
    left = suite.router("sh", "-c", "ls -R /sys/fs/bpf/zt 2>/dev/null || true").stdout.split()
    check(not [w for w in left if not w.endswith(":")], f"pins are left: {left}")
    play("u")


if __name__ == "__main__":
    suite.main()
