#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Rogue neighbours: another camera, an unknown device, and a host on a bridged uplink.

They lie by ARP, neighbour discovery, router advertisement, redirect, IGMP/MLD query and
DHCP. The judge is the victim's own kernel: its neighbour table, routes, addresses and
lease. Without programs it falls for each lie; enforced, nothing it believes changes.
"""
import os
import signal

import bridged
from suite import Suite, check, policy, topology, wait_for  # first: it says where ztlab is
import rogue_dhcp
from rogue_shots import VICTIM, Place, Victim, lies
from volley import Volley
from ztlab import clients, services
from ztlab.topology import address, mac

suite = Suite(__doc__)
volley = Volley(suite, "rogue")
UP_MAC = "02:00:00:00:20:c8"
PLACES = [
    Place("cam2", "cam2", "eth0", mac("cam2"), address("cam2", 4), "from-device"),
    Place("rogue", "rogue", "eth0", mac("rogue"), address("rogue", 4), "from-device"),
    Place("uplink", "vms", "eth9", UP_MAC, "10.20.0.200", "to-device"),
]
victim = None
totals = {"believed": 0, "lies": 0}


def rogue_policy():
    """DHCP of this router alone; camera 1 may ping camera 2, so that it must know its MAC."""
    return policy(interfaces={"up9": {"role": "uplink"}}, infrastructure={"dhcp": ["router"]},
                  rules={"meet": {"from": VICTIM, "to": "cam2", "services": ["icmp/echo"],
                                  "action": "allow"}}, tests=None)


@suite.case("a bridged uplink joins; the victim is as credulous as devices are")
def world():
    global victim
    bridged.uplink(suite, UP_MAC)
    victim = Victim(suite.lab)
    victim.harden_not()


def truth():
    """What the victim must believe of the addresses that are lied about."""
    router = topology.ROUTER_MAC["br0"]
    return {address("router", 4): router, address("router", 6): router,
            address("cam2", 4): mac("cam2"), address("cam2", 6): mac("cam2")}


def believes(place, shot, fell):
    """It is heard, and the victim falls for it: in one of three tries, for the one it is about may
    speak after the lie and before the victim is asked."""
    for _ in range(3):
        victim.recover(place)
        if volley.fire([shot], volley.by(place.host, place.ifname)) and \
                (fell is None or wait_for(lambda: fell(victim), 1)):
            return True
    return False


@suite.case("control: the victim's kernel falls for every lie, from each of the three places")
def control():
    for place in PLACES:
        stood = []
        for shot, fell in lies(place):
            if not believes(place, shot, fell):
                stood.append(shot.name)
            totals["believed"] += fell is not None
        victim.recover(place)
        check(not stood, f"{place.name}: not believed, so stopping them proves nothing: {stood}")
        suite.say(f"{place.name}: {len(lies(place))} lies, all reach the victim")


@suite.case("enforced: nothing the victim believes changes, and each lie has its reason")
def enforced():
    suite.load(rogue_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    for place in PLACES:
        victim.recover(place)
        check(truth().items() <= victim.neighbours().items(),
              f"the victim does not know its neighbours: {victim.neighbours()}")
        before = victim.believes()
        shots = [s for s, _ in lies(place)]
        volley.enforced(shots, volley.by(place.host, place.ifname))
        after, known = victim.believes(), victim.neighbours()
        check(before == after, f"{place.name}: believed {before}, now {after}")
        check(truth().items() <= known.items(), f"{place.name}: neighbours are now {known}")
        own = {place.addr4} | ({address("cam2", 6)} if place.name == "cam2" else set())
        check(not [a for a, m in known.items() if m == place.mac and a not in own
                   and not a.startswith("fe80")], f"{place.name}: is believed to be {known}")
        totals["lies"] += len(shots)
        suite.say(f"{place.name}: {len(shots)} lies, none believed")


def lease_from(place):
    """The sensor asks for an address while a rogue server answers from `place`."""
    server = rogue_dhcp.Rogue(suite.lab, place)
    try:
        return services.dhcp_once(suite.lab), server.answered
    finally:
        server.close()


@suite.case("DHCP enforced: a rogue server answers at once, the lease is this router's")
def dhcp_enforced():
    for place in PLACES:
        got, answered = lease_from(place)
        check(answered, f"{place.name}: the rogue server never answered")
        check(got and got != rogue_dhcp.OFFERED, f"{place.name}: the sensor holds {got}")
        check(clients.http(suite.lab, "sensor", address("vms", 4)),
              f"{place.name}: and yet the sensor is cut off")
        suite.say(f"{place.name}: {answered} rogue answers, the sensor got {got}")
        totals["lies"] += answered


@suite.case("DHCP control: without programs the sensor takes what the rogue offers")
def dhcp_control():
    suite.reset_agent()
    ours = [p.pid for p in suite.lab.processes if "--dhcp-authoritative" in p.argv]
    check(len(ours) == 1, f"the router's DHCP server: {ours}")
    os.kill(ours[0], signal.SIGSTOP)  # else the two race
    try:
        for place in PLACES:
            got, answered = lease_from(place)
            check(got == rogue_dhcp.OFFERED, f"{place.name}: the sensor got {got}, {answered} sent")
    finally:
        os.kill(ours[0], signal.SIGCONT)
    print(f"TOTAL: control: the victim's kernel believed {totals['believed']} lies of "
          f"{totals['believed']}, and 3 rogue leases; enforced: {totals['lies']} lies, none believed")


if __name__ == "__main__":
    suite.main()
