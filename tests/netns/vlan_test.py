#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""A device on a tagged port: 802.1Q sub-interface on the router, tag in the policy."""
from suite import Suite, check, policy, skip, topology
from ztlab import clients

suite = Suite(__doc__)


def tagged():
    """The PLC's port carries VLAN 30 alone; untagged addresses go away."""
    for host, port, a4, a6 in (("router", "lan3", "10.30.0.1", "fd30::1"),
                               ("plc", "eth0", "10.30.0.10", "fd30::10")):
        h = suite.lab.host[host]
        r = h.run("ip", "link", "add", "link", port, "name", f"{port}.30", "type", "vlan", "id",
                  "30", check=False)
        if r.returncode:
            skip(f"no 802.1Q on this kernel: {r.stderr.strip()}")
        h.run("ip", "addr", "flush", "dev", port)
        h.run("ip", "link", "set", f"{port}.30", "up")
        h.run("ip", "addr", "add", f"{a4}/24", "dev", f"{port}.30")
        h.run("ip", "addr", "add", f"{a6}/64", "dev", f"{port}.30", "nodad")
    plc = suite.lab.host["plc"]
    plc.run("ip", "route", "replace", "default", "via", "10.30.0.1")
    plc.run("ip", "route", "replace", "default", "via", "fd30::1")


@suite.case("a device in VLAN 30: its tag is part of its identity")
def vlan():
    tagged()
    suite.load(policy(interfaces={"lan3": {"untagged": False, "vlans": [30]}},
                      devices={"plc": {"vlan": 30}}))
    for v in (4, 6):
        check(clients.connect(suite.lab, "plc", topology.address("cam2", v), 554),
              f"v{v}: allowed, but stopped")
        check(not clients.connect(suite.lab, "plc", topology.address("cam1", v), 554),
              f"v{v}: denied, but reached")


if __name__ == "__main__":
    suite.main()
