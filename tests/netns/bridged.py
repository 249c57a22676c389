# SPDX-License-Identifier: GPL-2.0
"""A bridged install: an uplink, up9, as a member of the devices' own bridge.

Behind it is eth9 of "vms", as a second interface or, with server(), as its only way.
"""
from suite import check, topology, wait_for
from ztlab import clients


def uplink(suite, mac):
    """eth9 of "vms" with this MAC, and up9 forwarding in br0."""
    router, vms = suite.lab.host["router"], suite.lab.host["vms"]
    router.run("ip", "link", "add", "eth9", "netns", vms.ns, "address", mac, "type", "veth", "peer",
               "name", "up9")
    suite.router("ip", "link", "set", "up9", "master", "br0", "up")
    vms.run("ip", "link", "set", "eth9", "up")
    check(wait_for(lambda: "state forwarding" in router.run(
        "bridge", "link", "show", "dev", "up9").stdout, 5), "up9 does not forward")


def server(suite, mac, addresses):
    """The server moves there, with an address of each family; it reaches camera 1."""
    vms = suite.lab.host["vms"]
    uplink(suite, mac)
    vms.run("sh", "-c", "ip route del 10.20.0.0/24; ip -6 route del fd20::/64; true")
    for v, length in ((4, 24), (6, 64)):
        vms.run("ip", "addr", "add", f"{addresses[v]}/{length}", "dev", "eth9",
                *(["nodad"] if v == 6 else []))
        check(wait_for(lambda n=v: clients.connect(suite.lab, "vms", topology.address("cam1", n),
                                                   554), 3), f"v{v}: no way in")
