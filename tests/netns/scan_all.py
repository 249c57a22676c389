#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""A scanner's view of all 65,535 ports, tcp and udp, IPv4 and IPv6: `make scan`.

As scan_test.py, but every port is asked. Hosts listen on the stated ports; of the
others a RST or an ICMP error says that a question arrived. The router's NAT is taken
away first, or the control run would measure the size of its table.
"""
from scan_run import ScanRun
from scan_world import scan_policy, stated_ports
from suite import Suite, check

suite = Suite(__doc__)
HOSTS = ("vms", "router", "cam2")  # routed, the router itself, bridged
SLOW = ("--min-rate", "3800", "--max-rate", "4000")  # what the capture can follow
KINDS = [
    ("SYN", ["-sS", *SLOW], HOSTS, (4, 6), "tcp", "policy"),
    ("ACK", ["-sA", *SLOW], HOSTS, (4, 6), "tcp", "policy"),
    ("UDP", ["-sU", *SLOW], HOSTS, (4, 6), "udp", "policy"),
]
scans = ScanRun(suite, range(1, 65536), KINDS, 1200)


@suite.case("five hosts listen on the stated ports")
def world():
    suite.router("nft", "flush", "ruleset")
    scans.world(stated_ports())


@suite.case("control: without programs every port of every host is found")
def control():
    scans.run(True)


@suite.case("enforced: what arrives and what nmap finds equals the policy, all 65,535 ports")
def enforced():
    suite.load(scan_policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    asked = scans.run(False)
    print(f"TOTAL: {len(KINDS)} kinds of scan, 65535 ports each, {asked} questions in IPv4 and "
          "IPv6: what arrived and what nmap found equals the policy")


if __name__ == "__main__":
    suite.main()
