#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A routed port: the source address is the identity, and a prefix is a cell behind a device."""
import socket

from suite import Suite, check, policy, topology, wait_for
from ztlab import cases_raw, clients

suite = Suite(__doc__)
CELL = {4: "10.31.0.7", 6: "fd31::7"}


def by_address(**plc):
    """The lab's policy with the PLC's port identified by address."""
    p = policy(interfaces={"lan3": {"identity": "ip"}})
    p["devices"]["plc"] = {"segment": "plant", "interface": "lan3",
                           "addresses": ["10.30.0.10", "fd30::10"], **plc}
    return p


@suite.case("behind the PLC lies a cell, routed through it (control: it reaches everything)")
def cell():
    plc, router = suite.lab.host["plc"], suite.lab.host["router"]
    plc.run("sh", "-c", f"ip addr add {CELL[4]}/32 dev lo; ip addr add {CELL[6]}/128 dev lo")
    router.run("sh", "-c",
               "ip route add 10.31.0.0/24 via 10.30.0.10; ip -6 route add fd31::/64 via fd30::10")
    suite.lab.host["core"].run("ip", "route", "add", "fd31::/64", "via", topology.ROUTER6["wan0"])
    for v in (4, 6):
        check(reach("cam2", v, CELL[v]) and reach("inet", v, CELL[v], 80),
              f"v{v}: the plain router does not carry it")


def reach(dst, v, source=None, port=554):
    """The PLC's host connects, from one of its addresses."""
    with suite.lab.host["plc"].socket(socket.AF_INET if v == 4 else socket.AF_INET6,
                                      socket.SOCK_STREAM) as s:
        s.settimeout(clients.PATIENCE)
        try:
            if source:
                s.bind((source, 0))
            s.connect((topology.address(dst, v), port))
            return True
        except OSError:
            return False


def grown(reason, deed):
    """Packets from devices dropped for a reason while deed() ran."""
    key = (reason, "DROPPED", "from-device")
    before = suite.agent.reasons().get(key, 0)
    deed()
    return wait_for(lambda: suite.agent.reasons().get(key, 0) > before, 2)


@suite.case("identity by address: what its rules allow passes, nothing else")
def rules():
    suite.load(by_address())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    for v in (4, 6):
        check(reach("cam2", v), f"v{v}: allowed to camera 2, but stopped")
        check(not reach("cam1", v), f"v{v}: camera 1 is not allowed")
        check(clients.connect(suite.lab, "vms", topology.address("cam1", v), 554),
              f"v{v}: the bridge side suffers")
        check(not clients.connect(suite.lab, "vms", topology.address("plc", v), 502),
              f"v{v}: inbound is not allowed")


@suite.case("another source address on that port is an unknown device, a camera's a forgery")
def others():
    for v in (4, 6):
        vms = topology.address("vms", v)
        for source, reason in ((CELL[v], "unknown-device"),
                               (topology.address("cam1", v), "spoofed")):
            mark = f"ZTrouted{v}{reason}.r;"
            frame = cases_raw.routed("plc", cases_raw.dgram(source, vms, 5000, mark.encode()), v)
            check(grown(reason, lambda fr=frame: clients.send_frames(suite.lab, "plc", [fr])),
                  f"v{v}: from {source}: no {reason}: {suite.agent.reasons()}")
            check(("vms", mark) not in suite.ears.heard, f"v{v}: from {source}: it passed")


@suite.case("the cell listed as prefixes: all of it is this device")
def prefixes():
    suite.load(by_address(addresses=["10.30.0.10", "fd30::10", "10.31.0.0/24", "fd31::/64"]))
    for v in (4, 6):
        check(reach("cam2", v, CELL[v]), f"v{v}: the cell is the device, but stopped")
        check(not reach("cam1", v, CELL[v]), f"v{v}: the cell may more than its device")
        flows = [f for f in suite.agent.flows(device="plc") if f["address"] == CELL[v]]
        check(flows and flows[0]["rule"] == "plc-watch", f"v{v}: no flow of the cell: {flows}")


if __name__ == "__main__":
    suite.main()
