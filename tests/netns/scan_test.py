#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""A scanner's view: nmap from a camera finds what the policy opens, exactly.

Five hosts listen on every port of a stated list; the policy opens a handful. Each
kind of scan runs in IPv4 and IPv6, first without programs (it must see everything,
else it proves nothing), then enforced. Two judges: what nmap reports, and what was
captured where the packets would arrive. A port that is allowed counts as found also
when nobody listens there: its RST is the far side's answer.
"""
from scan_run import ScanRun
from scan_world import ALLOWED, PROTOCOLS, SCANNER, TARGETS, addresses, scan_policy, stated_ports
from suite import Suite, check, topology
from ztlab import cases_raw, clients, scanner
from ztlab.netns import SLOW

suite = Suite(__doc__)
PORTS = stated_ports()
FEW = ("vms", "cam2")  # one routed, one bridged: enough for the odd kinds
KINDS = [
    ("SYN", ["-sS"], TARGETS, (4, 6), "tcp", "policy"),
    ("UDP", ["-sU"], TARGETS, (4, 6), "udp", "policy"),
    ("ACK", ["-sA"], TARGETS, (4, 6), "tcp", "policy"),  # picked up where a SYN may
    ("SYN, source port 53", ["-sS", "-g", "53"], FEW, (4, 6), "tcp", "policy"),
    ("UDP, source port 53", ["-sU", "-g", "53"], FEW, (4, 6), "udp", "policy"),
    ("SYN with data in whole fragments", ["-sS", "--mtu", "32", "--data-length", "60"], FEW, (4,),
     "tcp", "policy"),
    ("SYN, wrong checksum", ["-sS", "--badsum"], FEW, (4, 6), "tcp", "unheard"),
    ("FIN ACK (Maimon)", ["-sM"], FEW, (4, 6), "tcp", "policy"),
    ("SYN with decoys", ["-sS", "-D", "10.20.0.12,10.30.0.10,ME"], FEW, (4,), "tcp",
     "policy"),
    ("FIN", ["-sF"], FEW, (4, 6), "tcp", "nothing"),
    ("NULL", ["-sN"], FEW, (4, 6), "tcp", "nothing"),
    ("Xmas", ["-sX"], FEW, (4, 6), "tcp", "nothing"),
    ("SYN FIN", ["-sS", "--scanflags", "SYNFIN"], FEW, (4, 6), "tcp", "nothing"),
    ("SYN RST", ["-sS", "--scanflags", "SYNRST"], FEW, (4, 6), "tcp", "nothing"),
    ("SYN ACK", ["-sS", "--scanflags", "SYNACK"], FEW, (4, 6), "tcp", "nothing"),
    ("RST", ["-sS", "--scanflags", "RST"], FEW, (4, 6), "tcp", "nothing"),
    ("all flags", ["-sS", "--scanflags", "URGACKPSHRSTSYNFIN"], FEW, (4, 6), "tcp", "nothing"),
    ("SYN in 8-octet fragments", ["-sS", "-f"], FEW, (4,), "tcp", "nothing"),
    ("SYN in 16-octet fragments", ["-sS", "--mtu", "16"], FEW, (4,), "tcp", "nothing"),
    ("SYN with record route", ["-sS", "--ip-options", "R"], FEW, (4,), "tcp", "nothing"),
    ("SYN from another's MAC", ["-sS", "--send-eth", "--spoof-mac", topology.mac("cam2")],
     ("vms",), (4,), "tcp", "nothing"),
    ("SYN from another's address", ["-sS", "-S", "fd20::12"], FEW, (6,), "tcp", "nothing"),
]
scans = ScanRun(suite, PORTS, KINDS)


@suite.case("five hosts listen on the stated ports, tcp and udp")
def world():
    check(len(PORTS) >= 200 / SLOW, f"only {len(PORTS)} ports")
    scans.world(PORTS)
    suite.say(f"{len(PORTS)} ports, {len(TARGETS)} hosts, allowed: {ALLOWED}")


EXTENSIONS = {0, 43, 44, 51, 60}  # no protocols in IPv6: headers
NUMBER = {"tcp": 6, "udp": 17, "icmp": 1, "icmp6": 58}


def scan_protocols(family, arrive, hear):
    """Every protocol to the VMS and camera 2: what arrived, what nmap found; again if too little."""
    got, found = {h: set() for h in FEW}, {h: set() for h in FEW}
    for _ in range(3):
        for h, (a, b) in once(family).items():
            got[h] |= a
            found[h] |= b
        if all(arrive[h] <= got[h] and hear[h] <= found[h] for h in FEW):
            break
    suite.say(f"v{family}: " + ", ".join(f"{len(s)} protocols arrived at {h}"
                                         for h, s in got.items()))
    return got, found


def once(family):
    host = suite.lab.host[SCANNER]
    scans.arrivals.take(0.02)
    if family == 4:
        report = scanner.run(host, 4, ["-sO", "--data-length", "24"], range(256),
                             list(addresses(4, FEW)))
    else:  # nmap's IPv6 probes have no payload, and ours refuse length 0: so another set is ours
        report = scanner.run(host, 6, ["-sO"], range(256), list(addresses(6, FEW)))
        me = topology.address(SCANNER, 6)
        for h in FEW:
            via = cases_raw.router_mac(SCANNER) if h == "vms" else topology.mac(h)
            packets = [cases_raw.f.ipv6(me, topology.address(h, 6), n, bytes(24))
                       for n in set(range(256)) - EXTENSIONS]
            clients.send_frames(suite.lab, SCANNER, [cases_raw.f.eth(
                via, topology.mac(SCANNER), p, cases_raw.f.ETH_P_IPV6) for p in packets])
    seen = scans.arrivals.take()
    found = scanner.states(report)
    return {h: ({NUMBER.get(t, p) for a, t, p in seen[h] if a == topology.address(h, family)
                 and t != "error about"}, found[topology.address(h, family)]) for h in FEW}


@suite.case("control: the protocol scan reaches the VMS and camera 2 with every protocol")
def protocols_control():
    for f in (4, 6):
        want = set(range(256)) - (EXTENSIONS if f == 6 else set())
        got, found = scan_protocols(f, {h: want for h in FEW}, {h: set() for h in FEW})
        for h in FEW:
            check(want <= got[h], f"v{f}: missing at {h}: {sorted(want - got[h])}")
            check(len(found[h]) > 100, f"v{f}: nmap got answers from {h} to {sorted(found[h])}")


@suite.case("control: without programs every kind of scan reaches every port of every host")
def control():
    scans.run(True)


@suite.case("enforced: what arrives and what nmap finds equals the policy, port by port")
def enforced():
    suite.load(scan_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    asked = scans.run(False)
    print(f"TOTAL: {len(KINDS)} kinds of scan, {len(PORTS)} ports each, {asked} questions in IPv4 "
          "and IPv6: what arrived and what nmap found equals the policy")


@suite.case("enforced: of 256 protocols those the policy names arrive, and nmap finds no other")
def protocols_enforced():
    for f in (4, 6):
        want = {"vms": {6, 1 if f == 4 else 58, *PROTOCOLS}, "cam2": set()}
        hear = {h: want[h] - set(PROTOCOLS) if f == 6 else want[h] for h in FEW}
        got, found = scan_protocols(f, want, hear)
        for h in FEW:
            check(got[h] == want[h], f"v{f}: at {h} arrived {sorted(got[h], key=str)}")
            check(found[h] == hear[h], f"v{f}: at {h} nmap found {sorted(found[h])}")


if __name__ == "__main__":
    suite.main()
