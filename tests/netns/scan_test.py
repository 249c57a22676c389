#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""A scanner's view: nmap from a camera finds what the policy opens, exactly.

Five hosts listen on every port of a stated list; the policy opens a handful. Each
kind of scan runs in IPv4 and IPv6, first without programs (it must see everything,
else it proves nothing), then enforced. Two judges: what nmap reports, and what was
captured where the packets would arrive. A port that is allowed counts as found also
when nobody listens there: its RST is the far side's answer.
"""
import struct

from scan_run import ScanRun
from scan_world import ALLOWED, PROTOCOLS, SCANNER, TARGETS, addresses, scan_policy, stated_ports
from suite import Suite, check, topology, wait_for
from ztlab import cases_raw, clients, frames as f, scanner
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


def sum_errors(suite):
    """TCP packets of either family that the VMS's kernel refused for their checksum."""
    tables = suite.lab.host["vms"].proc_net("snmp").splitlines()
    names, values = (line.split() for line in tables if line.startswith("Tcp:"))
    return int(values[names.index("InCsumErrors")])


@suite.case("a checksum spoiled by one is still right where it was 0; else no host takes it")
def spoiled():
    for family in (4, 6):
        me, vms = topology.address(SCANNER, family), topology.address("vms", family)
        # the port that makes the sum of this SYN 0: what it was, added to the port
        total = struct.unpack_from("!H", f.tcp(me, vms, 7, 0, f.SYN), 16)[0]
        for port, right in ((total, True), (total - 1, False)):
            segment = f.tcp(me, vms, 7, port, f.SYN)
            spoilt = (struct.unpack_from("!H", segment, 16)[0] - 1) & 0xFFFF
            check((spoilt == 0xFFFF) == right, f"v{family}: the sum is {spoilt:#x}")
            segment = segment[:16] + struct.pack("!H", spoilt) + segment[18:]
            scans.arrivals.right = set()
            refused = sum_errors(suite)
            clients.send_frames(suite.lab, SCANNER, [cases_raw.routed(
                SCANNER, f.ip(me, vms, f.TCP, segment), family)])
            key, told = (vms, "tcp", port), 1 - right
            check(wait_for(lambda: key in scans.arrivals.seen["vms"], 5), f"v{family}: lost")
            check((key in scans.arrivals.right) == right, f"v{family}: {spoilt:#x} misjudged")
            check(wait_for(lambda: sum_errors(suite) - refused == told, 5),
                  f"v{family}: {spoilt:#x} at the VMS")
    scans.arrivals.right = None


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
            packets = [f.ipv6(me, topology.address(h, 6), n, bytes(24))
                       for n in set(range(256)) - EXTENSIONS]
            clients.send_frames(suite.lab, SCANNER, [f.eth(
                via, topology.mac(SCANNER), p, f.ETH_P_IPV6) for p in packets])
    seen = scans.arrivals.take()
    found = scanner.states(report)
    return {h: ({NUMBER.get(t, p) for a, t, p in seen[h] if a == topology.address(h, family)
                 and t != "error about"}, found[topology.address(h, family)]) for h in FEW}


@suite.case("control: the protocol scan reaches the VMS and camera 2 with every protocol")
def protocols_control():
    for family in (4, 6):
        want = set(range(256)) - (EXTENSIONS if family == 6 else set())
        got, found = scan_protocols(family, {h: want for h in FEW}, {h: set() for h in FEW})
        for h in FEW:
            check(want <= got[h], f"v{family}: missing at {h}: {sorted(want - got[h])}")
            check(len(found[h]) > 100, f"v{family}: {h} answered nmap on {sorted(found[h])}")


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
    for family in (4, 6):
        want = {"vms": {6, 1 if family == 4 else 58, *PROTOCOLS}, "cam2": set()}
        hear = {h: want[h] - set(PROTOCOLS) if family == 6 else want[h] for h in FEW}
        got, found = scan_protocols(family, want, hear)
        for h in FEW:
            check(got[h] == want[h], f"v{family}: at {h} arrived {sorted(got[h], key=str)}")
            check(found[h] == hear[h], f"v{family}: at {h} nmap found {sorted(found[h])}")


if __name__ == "__main__":
    suite.main()
