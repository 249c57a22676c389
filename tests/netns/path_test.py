#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The ways packets take: flooding bridge, NAT, routed, through both programs."""
import socket

from suite import Suite, check, policy, topology, wait_for
from ztlab import clients
from ztlab.services import VMS_FILE

suite = Suite(__doc__)


def talk(src, dst, port, word, family=4, rounds=20):
    """An echo connection that says word so often; True when all of it came back."""
    s = suite.lab.host[src].socket(socket.AF_INET if family == 4 else socket.AF_INET6,
                                   socket.SOCK_STREAM)
    s.settimeout(3)
    try:
        s.connect((topology.address(dst, family), port))
        s.recv(200)
        for _ in range(rounds):
            s.sendall(word)
            if word not in s.recv(200):
                return False
        return True
    except OSError:
        return False
    finally:
        s.close()


def flooding(on):
    """The bridge forgets where everyone is, and learns no more."""
    for port in topology.BRIDGED:
        suite.lab.host["router"].run("bridge", "link", "set", "dev", port, "learning", "off"
                                     if on else "on", "flood", "on")
    suite.router("ip", "link", "set", "br0", "type", "bridge", "fdb_flush")


@suite.case("control: a bridge that forgot its table floods the camera's stream to its neighbour")
def flood_control():
    flooding(True)
    try:
        for v in (4, 6):
            check(talk("vms", "cam1", 554, b"ZTstream%d.c;" % v, v), "the stream does not flow")
            check(suite.ears.wait("cam2", f"ZTstream{v}.c;", 1),
                  f"v{v}: the neighbour heard nothing, so it proves nothing")
    finally:
        flooding(False)


@suite.case("enforced: flooded copies reach no other device, the stream itself goes on")
def flood():
    suite.load(policy())
    flooding(True)
    try:
        for v in (4, 6):
            check(talk("vms", "cam1", 554, b"ZTstream%d.e;" % v, v),
                  f"v{v}: the stream does not flow")
        check(not suite.ears.wait("cam2", "ZTstream4.e;", 0.3),
              "the neighbour heard the IPv4 stream")
        check(not suite.ears.wait("cam2", "ZTstream6.e;", 0), "the neighbour heard the IPv6 stream")
        wrong = suite.agent.reasons().get(("wrong-port", "DROPPED", "to-device"), 0)
        check(wrong > 0, f"nothing counted as wrong-port: {suite.agent.reasons()}")
    finally:
        flooding(False)


@suite.case("the table flushed again and again while flows run: nobody loses a line")
def flush_running():
    for n in range(10):
        check(talk("vms", "cam1", 554, b"line %d\n" % n, 4 if n % 2 else 6, 5),
              f"round {n}: the stream broke")
        check(talk("plc", "cam2", 554, b"line %d\n" % n, 6 if n % 2 else 4, 5),
              f"round {n}: device to device broke")
        suite.router("ip", "link", "set", "br0", "type", "bridge", "fdb_flush")


def flows(device, peer, port):
    return [f for f in suite.agent.flows(device=device) if f["peer"] == peer
            and port in (f["device_port"], f["peer_port"])]


@suite.case("NAT and routed: a long transfer each, and the records say what went by")
def transfers():
    for v in (4, 6):
        check(clients.http(suite.lab, "cam2", topology.address("vms", v), 80, "recording",
                           VMS_FILE), f"v{v}: transfer broke")
        found = flows("cam2", topology.address("vms", v), 80)
        check(found, f"v{v}: no flow record")
        got = max(f["bytes"]["to_device"] for f in found)
        check(VMS_FILE < got < VMS_FILE * 1.3,
              f"v{v}: {got} octets counted for a file of {VMS_FILE}")
        check(all(f["rule"] == "cam-vms" and f["opener"] == "device" for f in found), f"{found}")


@suite.case("device to device by rule: one record at each port, both with the same rule")
def both_programs():
    for v in (4, 6):
        check(talk("plc", "cam2", 554, b"hello\n", v), f"v{v}: it does not flow")
        own = flows("plc", topology.address("cam2", v), 554)
        other = flows("cam2", topology.address("plc", v), 554)
        check(own and own[0]["opener"] == "device" and own[0]["rule"] == "plc-watch",
              f"sender's record: {own}")
        check(other and other[0]["opener"] == "peer" and other[0]["rule"] == "plc-watch",
              f"receiver's record: {other}")


@suite.case("the rule taken away: the running flow ends at its next packet, at both ports")
def cut():
    s = suite.lab.host["plc"].socket(socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(2)
    s.connect((topology.address("cam2", 4), 554))
    s.recv(200)
    suite.load(policy(rules={"plc-watch": None}), "policy-apply")
    s.sendall(b"more\n")
    try:
        got = s.recv(100)
    except OSError:
        got = b""
    s.close()
    check(not got, f"the flow lives on: {got}")
    check(talk("vms", "cam1", 554, b"other\n"), "another flow was cut with it")


@suite.case("masqueraded inward: what lost its source is denied as unknown-source")
def inward():
    suite.router("nft", "add rule ip lab out oifname br0 masquerade")
    try:
        key = ("unknown-source", "DROPPED", "to-device")
        before = suite.agent.reasons().get(key, 0)
        check(not clients.connect(suite.lab, "vms", topology.address("cam1", 4), 554),
              "it reached the camera")
        check(wait_for(lambda: suite.agent.reasons().get(key, 0) > before, 2),
              f"not counted: {suite.agent.reasons()}")
    finally:
        suite.router("sh", "-c",
                "nft flush chain ip lab out && nft add rule ip lab out oifname wan0 masquerade")
    check(wait_for(lambda: talk("vms", "cam1", 554, b"back\n"), 3),
          "without it the VMS reaches the camera again")


if __name__ == "__main__":
    suite.main()
