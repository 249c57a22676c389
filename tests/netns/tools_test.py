#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The attack tools people use, run by camera 2 and, on the link, by a bridged uplink's host:
hping3, thc-ipv6, ipv6toolkit.

Each is bounded in time. "out": nothing of it may arrive anywhere. "web": only what
the one rule (camera 2 to the VMS, tcp/80) allows. "link": camera 1's kernel believes
afterwards what it believed before. That the packets of each tool do arrive on this kernel
is shown by tools_control_test.py.
"""
import concurrent.futures
import time

import bridged
from suite import Suite, check, policy  # first: it says where ztlab is
from rogue_shots import GW6, Victim
from tools_shots import ATTACKER, CAM6, EARS, LINK, OUT, UPLINK, VMS6, WEB, WEBBED, prod, start
from ztlab.arrivals import Arrivals
from ztlab.topology import address

suite = Suite(__doc__)
arrivals = victim = None


def tools_policy():
    return policy(interfaces={"up9": {"role": "uplink"}}, tests=None,
                  rules={"cam-vms": {"from": "cam2", "to": "vms"}, "cam2-log": None,
                         "cctv-dns": None, "cam-ping": {"from": "cam1"}, "no-telnet": None,
                         "meet": {"from": "cam1", "to": "cam2", "services": ["icmp/echo"],
                                  "action": "allow"}})


def play(tools, place=ATTACKER, at_once=40):
    """Run them there, so many at a time; host -> what arrived meanwhile."""
    arrivals.take(0.02)

    def one(tool):
        p = start(suite.lab, tool, place)
        p.popen.wait()
        suite.lab.processes.remove(p)
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, tools))
    return arrivals.take()


def other_traffic(host, key):
    return key == (address("siem", 4), "udp", 514)


def arrived(seen):
    return {(h, *k) for h, counter in seen.items() for k in counter if not other_traffic(h, k)}


@suite.case("nothing of what may not go out arrives anywhere; of the rest, only tcp/80 at the VMS")
def outward():
    global arrivals, victim
    victim = Victim(suite.lab)
    victim.harden_not()
    bridged.uplink(suite, UPLINK.mac)
    arrivals = Arrivals(suite.lab, EARS)
    suite.lab.undo.append(arrivals.close)
    suite.load(tools_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    t = time.monotonic()
    seen = arrived(play(OUT))
    check(not seen, f"arrived: {sorted(seen, key=str)[:12]}")
    seen = arrived(play(WEBBED))
    # A later IPv6 fragment may name any protocol: that of the first one counts (RFC 8200).
    wrong = {k for k in seen if k[1:] not in WEB and k[1:3] != (VMS6, "later fragment")}
    check(not wrong, f"arrived: {sorted(wrong, key=str)[:12]}")
    check(not arrivals.lost(), "the capture lost packets: nothing is proved")
    check(WEB <= {k[1:] for k in seen if k[0] == "vms"}, f"the allowed did not arrive: {seen}")
    suite.say(f"{len(OUT)} + {len(WEBBED)} runs, {time.monotonic() - t:.1f} s")


def believed(what, place, before, known, wrong):
    """Compare what camera 1's kernel holds now; the lies are named."""
    now = victim.believes()
    if now != before:
        wrong.append(f"{what}: believed {before}, now {now}")
    lies = {a: m for a, m in victim.neighbours().items() if known.get(a, m) != m
            or (m == place.mac and a not in known and not a.startswith("fe80"))}
    if lies:
        wrong.append(f"{what}: neighbours {lies}")


def said_on_link(place):
    """Every tool of the link from one place; camera 1 must believe nothing."""
    victim.recover(place)
    before, known, wrong = victim.believes(), victim.neighbours(), []
    quiet = [t for t in LINK if t.kind == "link"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        job = pool.submit(play, quiet, place)
        while not job.done():
            prod(victim)
            time.sleep(0.1)
    mine = {("router", GW6, "icmp6", 128), ("cam1", CAM6, "icmp6", 129)}  # prod(victim)
    seen = arrived(job.result()) - mine
    believed(f"{len(quiet)} tools", place, before, known, wrong)
    for tool in LINK:
        if tool.kind == "flood":
            seen |= arrived(play([tool], place))
            believed(tool.name, place, before, known, wrong)
    seen = {k for k in seen if k[0] in ("cam1", "plc", "sensor")} if place == UPLINK else seen
    if seen:
        wrong.append(f"arrived: {sorted(seen, key=str)[:6]}")
    check(not wrong, "\n    ".join(wrong))
    suite.say(f"{place.name}: {len(LINK)} runs")


@suite.case("what camera 2 says on the link changes nothing that camera 1 believes")
def link():
    said_on_link(ATTACKER)


@suite.case("nor does what a host on a bridged uplink says")
def link_from_uplink():
    said_on_link(UPLINK)
    print(f"TOTAL: {len(OUT) + len(WEBBED) + 2 * len(LINK)} runs of hping3, thc-ipv6 and ipv6toolkit: "
          "only the allowed port is reached, and no neighbour is deceived")


if __name__ == "__main__":
    suite.main()
