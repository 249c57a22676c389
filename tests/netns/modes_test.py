#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""learn, audit, enforce: the same traffic, and nothing dropped before its time."""
import json
import time

from suite import Suite, check, in_mode, policy, scenario, topology, wait_for
from ztlab import clients
from ztlab.agent import BUILD
from ztlab.netns import SLOW

suite = Suite(__doc__)


def play(mode):
    suite.load(in_mode(mode))
    results = scenario.play(suite.lab, suite.ears, suite.observe(), mode[0], mode)
    for r in results:
        if not r.ok:
            suite.say(f"{r.attempt.name}: {r.attempt.text}: {'; '.join(r.why)} "
                      f"(seen {r.seen}, agent {r.verdict} {r.reason} {r.rule})")
    bad = [r.attempt.name for r in results if not r.ok]
    check(not bad, f"{len(bad)} of {len(results)} not as expected in {mode}: {' '.join(bad)}")
    reached = sum(r.seen == "reached" for r in results)
    suite.say(f"{len(results)} attempts, {reached} reached")


@suite.case("learn: everything a plain router passes still passes, the unreadable excepted")
def learn():
    suite.reset_agent()
    play("learn")


@suite.case("audit: the same, and each is told as AUDIT with its reason")
def audit():
    play("audit")


@suite.case("enforce: the same policy now stops what it does not allow")
def enforce():
    play("enforce")


def reach(src, dst, port):
    return [clients.connect(suite.lab, src, topology.address(dst, f), port) for f in (4, 6)]


@suite.case("two segments: the stricter mode decides, each segment by itself")
def segments():
    suite.load(policy(segments={"cctv": {"mode": "learn"}, "plant": {"mode": "enforce"}}))
    check(all(reach("cam1", "cam2", 554)), "learn inside cctv must pass camera to camera")
    check(all(reach("cam1", "vms", 22)), "learn must pass camera to anything outside")
    check(not any(reach("plc", "cam1", 554)), "the PLC is enforced")
    check(not any(reach("cam1", "plc", 502)), "learn must not reach into enforce")
    check(all(reach("plc", "cam2", 554)), "the rule between both still holds")


@suite.case("flows that only learn let through end at their next packet under enforce")
def flip_cuts():
    suite.load(in_mode("learn"))
    s = suite.lab.host["cam1"].socket(2, 1)
    s.settimeout(2)
    s.connect((topology.address("cam2", 4), 554))
    s.recv(200)
    suite.load(in_mode("enforce"))
    s.sendall(b"still there?\n")
    try:
        got = s.recv(100)
    except OSError:
        got = b""
    s.close()
    check(not got, f"the flow lives on: {got}")


@suite.case("load --confirm reverts by itself and says so")
def confirm_reverts():
    suite.load(policy())
    revision = suite.agent.ask("status")["policy"]["revision"]
    mark = len(suite.syslog())
    path = f"{suite.lab.dir}/open.json"
    with open(path, "w", encoding="ascii") as f:
        json.dump(policy(segments={"cctv": {"mode": "learn"}}), f)
    r = suite.ztctl("load", path, "--confirm", "10s")
    check(r.returncode == 0, r.stderr)
    start = time.monotonic()
    check(all(reach("cam1", "cam2", 554)), "the new policy is not in force")
    check("pending" in suite.agent.ask("status"), "status does not show that it is pending")
    check(wait_for(lambda: not suite.agent.ask("status").get("pending"), 15, 0.1),
          "it did not revert")
    took = time.monotonic() - start
    check(8 <= took <= 13, f"reverted after {took:.1f} s, not 10")
    check(not any(reach("cam1", "cam2", 554)),
          "after the revert the camera still reaches the other")
    check(wait_for(lambda: any("|policy-reverted|" in line for line in suite.syslog()[mark:]), 2),
          "no event")
    back = suite.agent.ask("status")["policy"]["revision"]
    suite.say(f"reverted after {took:.1f} s to revision {back}")
    check(back == revision, f"reverted to revision {back}, not {revision}")


@suite.case("policy confirm in time keeps it; a kill -9 in between does not lose the deadline")
def confirm_keeps():
    path = f"{suite.lab.dir}/open.json"
    check(suite.ztctl("load", path, "--confirm", "10s").returncode == 0, "load failed")
    check(suite.ztctl("policy", "confirm").returncode == 0, "confirm failed")
    check(not suite.agent.ask("status").get("pending"), "still pending")
    good = f"{suite.lab.dir}/good.json"
    with open(good, "w", encoding="ascii") as f:
        json.dump(policy(), f)
    check(suite.ztctl("load", good, "--confirm", f"{10 * SLOW}s").returncode == 0, "load failed")
    suite.agent.kill()
    suite.start_agent()
    check("pending" in suite.agent.ask("status"), "the restarted agent forgot the deadline")
    check(wait_for(lambda: not suite.agent.ask("status").get("pending"), 15, 0.1),
          "it did not revert")
    check(all(reach("cam1", "cam2", 554)), "the confirmed policy is not back")


@suite.case("load refuses to cut the caller's own session and names the rule; --force overrides")
def own_session():
    suite.load(policy(segments={"cctv": {"mode": "learn"}}))
    good = f"{suite.lab.dir}/good.json"

    def as_session(client, *args):
        return suite.agent.host.run("env",
                                    f"SSH_CONNECTION={client} 50022 {topology.ROUTER4['br0']} 22",
                                    f"ZT_SOCKET={suite.agent.socket}", f"{BUILD}/ztctl", *args,
                                    check=False)
    r = as_session(topology.address("cam1", 4), "load", good)
    suite.say(f"$ ztctl load as a session from cam1: exit {r.returncode}: {r.stderr.strip()[:200]}")
    check(r.returncode != 0, "the caller's own session would be cut")
    check("cam1" in r.stderr and "tcp/22" in r.stderr, f"the missing rule is not named: {r.stderr}")
    check(all(reach("cam1", "cam2", 554)), "refused, but in force")
    r = as_session(topology.address("vms", 4), "load", good)
    check(r.returncode == 0, f"a session by the uplink is not cut: {r.stderr}")
    suite.load(policy(segments={"cctv": {"mode": "learn"}}))
    r = as_session(topology.address("cam1", 4), "load", good, "--force")
    check(r.returncode == 0, f"--force: {r.stderr}")
    check(not any(reach("cam1", "cam2", 554)), "forced, but not in force")


if __name__ == "__main__":
    suite.main()
