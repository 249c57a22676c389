#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The tools of tools_test.py without programs: the packets of every one arrive on this kernel.

# runs alone: their floods fill the neighbour tables, which all network namespaces share
"""
import bridged
from suite import Suite, check, wait_for  # first: it says where ztlab is
from rogue_shots import GW6, Victim
from tools_shots import ATTACKER, EARS, LINK, OUT, UPLINK, WEBBED, prod, start
from ztlab.arrivals import Arrivals
from ztlab.topology import mac

suite = Suite(__doc__)


def heard(arrivals):
    return sum(sum(c.values()) for c in arrivals.seen.values()) + sum(arrivals.near.values())


@suite.case("control: without programs the packets of every tool arrive")
def control():
    victim = Victim(suite.lab)
    victim.harden_not()
    bridged.uplink(suite, UPLINK.mac)
    arrivals = Arrivals(suite.lab, EARS)
    suite.lab.undo.append(arrivals.close)
    silent, tools = [], OUT + WEBBED + LINK
    names = list(dict.fromkeys(t.name for t in tools))
    for name in names:
        arrivals.take(0.05)
        quiet = heard(arrivals)
        started = [start(suite.lab, t, ATTACKER, 10) for t in [t for t in tools if t.name == name][:4]]
        if name == "parasite6":  # it answers in the router's place when somebody asks for that
            good = wait_for(lambda: prod(victim) or victim.neighbours().get(GW6) == mac("cam2"), 8)
        else:
            good = wait_for(lambda n=quiet: heard(arrivals) > n, 8)
        if not good:
            silent.append(name)
        for p in started:
            p.stop()
            suite.lab.processes.remove(p)
    check(not silent, f"not heard of: {silent}")
    print(f"TOTAL: {len(names)} attacks by hping3, thc-ipv6 and ipv6toolkit arrive without programs")


if __name__ == "__main__":
    suite.main()
