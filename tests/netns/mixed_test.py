#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A bridged install: an uplink is a member of the devices' own bridge.

    cam1 ── lan1 ┐
    cam2 ── lan2 ┼ br0 ── up9 ── eth9 of "vms" (10.20.0.200, fd20::200)

Then the bridge alone no longer proves that a frame came from a device port; the
guard's mark does.
"""
import bridged
from suite import Suite, check, policy, topology, wait_for
from ztlab import cases_raw, clients

suite = Suite(__doc__)
SERVER = {4: "10.20.0.200", 6: "fd20::200"}
MAC = "02:00:00:00:20:c8"


def mixed():
    return policy(interfaces={"up9": {"role": "uplink"}}, tests=None,
                  infrastructure={"gateways": list(SERVER.values())},
                  applications={"recorder": {"hosts": list(SERVER.values()),
                                             "services": ["tcp/8000"]}},
                  rules={"cam-rec": {"from": "cameras", "to": "recorder", "action": "allow"},
                         "rec-cam": {"from": "recorder", "to": "cameras", "services": ["tcp/554"],
                                     "action": "allow"},
                         "cam2-cam1": {"from": "cam2", "to": "cam1", "services": ["tcp/554"],
                                       "action": "allow"}})


@suite.case("the server moves onto the bridge (control: everybody reaches everybody)")
def wire():
    bridged.server(suite, MAC, SERVER)
    for v in (4, 6):
        check(clients.http(suite.lab, "cam1", SERVER[v], 8000), f"v{v}: no way out")
        check(forge(v, "c"),
              f"v{v}: the forged frame does not arrive, so stopping it proves nothing")


def forge(v, word):
    """The server plays camera 2, MAC and address, towards camera 1; True when it is heard."""
    mark = f"ZTforge{v}.{word};"
    packet = cases_raw.segment(topology.address("cam2", v), topology.address("cam1", v), 5000, 554,
                               cases_raw.f.SYN,
                               mark.encode())
    frame = cases_raw.f.eth(topology.mac("cam1"), topology.mac("cam2"), packet,
                            cases_raw.ethertype(v))
    clients.send_frames(suite.lab, "vms", [frame], "eth9")
    heard = suite.ears.wait("cam1", mark, 0.5)
    suite.lab.host["cam2"].run("ping", "-c1", "-W1", topology.address("router", v),
                               check=False)  # the bridge relearns
    return heard


@suite.case("by rule: out to the bridged server, in from it, and camera to camera")
def rules():
    suite.load(mixed())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    for host in ("cam1", "cam2", "vms"):  # a gateway's MAC is learned when it answers ARP or ND
        suite.lab.host[host].run("ip", "neigh", "flush", "all")
    for v in (4, 6):
        check(clients.http(suite.lab, "cam1", SERVER[v], 8000),
              f"v{v}: camera to server is stopped: {suite.agent.reasons()}")
        check(clients.connect(suite.lab, "vms", topology.address("cam1", v), 554),
              f"v{v}: server to camera is stopped")
        check(clients.connect(suite.lab, "cam2", topology.address("cam1", v), 554),
              f"v{v}: camera to camera is stopped")
        check(not clients.connect(suite.lab, "cam1", topology.address("cam2", v), 554),
              f"v{v}: the way back is open")
        check(not clients.connect(suite.lab, "vms", topology.address("cam1", v), 22),
              f"v{v}: the server may ssh")


@suite.case("a host behind the bridged uplink plays camera 2: spoofed-uplink, though camera 2 may")
def forged():
    key = ("spoofed-uplink", "DROPPED", "to-device")
    for v in (4, 6):
        before = suite.agent.reasons().get(key, 0)
        check(not forge(v, "e"), f"v{v}: it reached camera 1")
        check(wait_for(lambda n=before: suite.agent.reasons().get(key, 0) > n, 2),
              f"v{v}: {suite.agent.reasons()}")


@suite.case("the same with the agent dead")
def dead():
    suite.agent.kill()
    for v in (4, 6):
        check(not forge(v, "d"), f"v{v}: it reached camera 1")
        check(clients.connect(suite.lab, "cam2", topology.address("cam1", v), 554),
              f"v{v}: camera to camera is stopped")


if __name__ == "__main__":
    suite.main()
