#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Addresses learned by DHCP and ND, and a device that moves between its two ports."""

import time

from suite import Suite, check, policy, scenario, topology, wait_for
from ztlab import cases_raw, clients, services

suite = Suite(__doc__)
MAC = topology.mac("sensor")


def device(name="sensor"):
    return suite.agent.ask("device", id=name)


def learned():
    return {e["address"]: e["how"] for e in device().get("learned", [])}


def sensor(*argv):
    return suite.lab.host["sensor"].run(*argv)


def event(kind, since, word=""):
    return wait_for(lambda: any(f"|{kind}|" in line and word in line
                                for line in suite.syslog()[since:]), 3)


@suite.case("before its lease the sensor may claim nothing outside its segment")
def outside():
    suite.reset_agent()
    suite.load(policy())
    sensor("ip", "addr", "add", "10.77.0.5/24", "dev", "eth0")
    sensor("ip", "route", "add", "10.9.0.5", "dev", "eth0")
    clients.send_frames(suite.lab, "sensor", [cases_raw.f.eth(
        cases_raw.f.BROADCAST, MAC, cases_raw.f.arp(1, MAC, "10.77.0.5", "00:00:00:00:00:00",
                                                    "10.20.0.1"),
        cases_raw.f.ETH_P_ARP)])
    check(wait_for(lambda: ("arp-spoofed", "DROPPED", "from-device") in suite.agent.reasons(), 2),
          f"the claim was not refused as arp-spoofed: {suite.agent.reasons()}")
    check("10.77.0.5" not in learned(), f"learned {learned()}")
    sensor("ip", "addr", "flush", "dev", "eth0", "scope", "global")


@suite.case("DHCP: the lease is learned, told, and works")
def dhcp():
    mark = len(suite.syslog())
    address = services.dhcp_once(suite.lab)
    check(address, "no lease")
    check(wait_for(lambda: learned().get(address) == "dhcp", 2),
          f"{address} is not learned by DHCP: {learned()}")
    check(event("learned", mark, address), "no learned event in the syslog")
    check(clients.http(suite.lab, "sensor", topology.address("vms", 4)),
          "the sensor cannot reach its VMS")
    check(clients.connect(suite.lab, "sensor", topology.address("cam1", 4), 554),
          "nor camera 1, by rule")
    check(not clients.connect(suite.lab, "sensor", topology.address("cam2", 4), 554),
          "but it reaches camera 2")


@suite.case("ND: an IPv6 address taken after DAD is learned, and works")
def nd():
    sensor("ip", "addr", "add", f"{scenario.SENSOR6}/64", "dev", "eth0")
    sensor("ip", "route", "replace", "default", "via", "fd20::1", "dev", "eth0")
    check(wait_for(lambda: learned().get(scenario.SENSOR6) == "nd", 5), f"not learned: {learned()}")
    check(wait_for(lambda: clients.http(suite.lab, "sensor", topology.address("vms", 6)), 5),
          "it does not work")


def claims(text, sender, frame, reason):
    before = suite.agent.reasons()
    clients.send_frames(suite.lab, sender, [frame])
    key = (reason, "DROPPED", "from-device")
    check(wait_for(lambda: suite.agent.reasons().get(key, 0) > before.get(key, 0), 2),
          f"{text}: no {reason}: {suite.agent.reasons()}")


@suite.case("a static or router address, or another's lease, is never learned")
def taken():
    f = cases_raw.f
    theirs = services.leased(suite.lab)
    for what, address in (("camera 1's", "10.20.0.11"), ("the router's", "10.20.0.1")):
        arp = f.arp(1, MAC, address, "00:00:00:00:00:00", address)
        claims(f"sensor claims {what}", "sensor", f.eth(f.BROADCAST, MAC, arp, f.ETH_P_ARP),
               "arp-spoofed")
    cam2 = topology.mac("cam2")
    arp = f.arp(1, cam2, theirs, "00:00:00:00:00:00", theirs)
    claims("camera 2 claims the sensor's lease", "cam2", f.eth(f.BROADCAST, cam2, arp, f.ETH_P_ARP),
           "arp-spoofed")
    got = {a: d["id"] for d in suite.agent.ask("devices")["devices"]
           for a in [e["address"] for e in d.get("learned", [])]}
    check(got.get(theirs) == "sensor" and "10.20.0.11" not in got and "10.20.0.1" not in got,
          f"learned: {got}")


@suite.case("learned addresses survive kill -9 and restart")
def survive():
    before = learned()
    suite.agent.kill()
    check(clients.http(suite.lab, "sensor", topology.address("vms", 4)),
          "agent dead: the lease no longer holds")
    suite.start_agent()
    check(set(before) <= set(learned()), f"before {before}, after {learned()}")


def bound():
    return {b["port"] for b in device().get("bound", [])}


def plug(port):
    """Which of its two plugs the sensor uses; the addresses move with it."""
    old, new = ("eth0", "eth1") if port == "lan6" else ("eth1", "eth0")
    a4 = services.leased(suite.lab)
    sensor("ip", "link", "set", old, "down")
    sensor("ip", "link", "set", new, "up")
    sensor("ip", "addr", "flush", "dev", old)
    sensor("ip", "addr", "replace", f"{a4}/24", "dev", new)
    sensor("ip", "addr", "replace", f"{scenario.SENSOR6}/64", "dev", new, "nodad")
    sensor("ip", "route", "replace", "default", "via", "10.20.0.1")
    sensor("ip", "route", "replace", "default", "via", "fd20::1", "dev", new)


@suite.case("moved to its other listed port, the old one unplugged: event, and its flow goes on")
def moved():
    s = suite.lab.host["sensor"].socket(2, 1)
    s.settimeout(5)
    s.connect((topology.address("cam1", 4), 554))
    s.recv(200)
    check(bound() == {"lan5"}, f"bound to {bound()}")
    mark = len(suite.syslog())
    plug("lan6")
    try:
        s.sendall(b"after the move\n")
        got = s.recv(100)
    except OSError as e:
        got = str(e).encode()
    s.close()
    check(b"after the move" in got, f"the flow broke: {got}")
    check(wait_for(lambda: bound() == {"lan6"}, 2), f"bound to {bound()}")
    check(event("moved", mark, "sensor"), "no moved event")
    check(clients.http(suite.lab, "sensor", topology.address("vms", 4)),
          "IPv4 does not work from there")
    check(clients.http(suite.lab, "sensor", topology.address("vms", 6)),
          "IPv6 does not work from there")


@suite.case("moved back with the agent dead: after 30 s of silence the data path lets it")
def moved_dead():
    suite.agent.kill()
    start = time.monotonic()
    plug("lan5")
    vms = topology.address("vms", 4)
    check(wait_for(lambda: clients.http(suite.lab, "sensor", vms), 40, 0.5), "it never got through")
    took = time.monotonic() - start
    suite.say(f"through after {took:.0f} s")
    check(took > 25, f"moved after only {took:.0f} s of silence")
    suite.start_agent()
    check(bound() == {"lan5"}, f"back, but bound to {bound()}")


@suite.case("one MAC on two listed ports at once: the first stays, the second is dropped, event")
def two_ports():
    f = cases_raw.f
    check(bound() == {"lan5"}, f"bound to {bound()}")
    mark = len(suite.syslog())
    sensor("ip", "link", "set", "eth1", "up")
    a4, vms = services.leased(suite.lab), topology.address("vms", 4)
    frame = f.eth(topology.ROUTER_MAC["br0"], MAC, cases_raw.segment(a4, vms, 5001, 80, f.SYN,
            b"ZTtwo.l;"), f.ETH_P_IP)
    for _ in range(5):
        check(clients.http(suite.lab, "sensor", vms), "the first port is cut")
        clients.send_frames(suite.lab, "sensor", [frame], "eth1")
    check(not suite.ears.wait("vms", "ZTtwo.l;", 0.5), "the twin's frame passed")
    check(bound() == {"lan5"}, f"the binding moved to {bound()}")
    check(event("conflict", mark) or event("spoof", mark), "no event about the twin")
    sensor("ip", "link", "set", "eth1", "down")


@suite.case("its MAC on a port that is not listed for it: spoofed-mac")
def wrong_port():
    f = cases_raw.f
    a4, vms = services.leased(suite.lab), topology.address("vms", 4)
    frame = f.eth(topology.ROUTER_MAC["br0"], MAC, cases_raw.dgram(a4, vms, 5000, b"ZTwrong.l;"),
                  f.ETH_P_IP)
    claims("rogue with the sensor's MAC", "rogue", frame, "spoofed-mac")
    check(not suite.ears.wait("vms", "ZTwrong.l;", 0.3), "it passed")
    check(clients.http(suite.lab, "sensor", vms), "the sensor itself is cut now")


if __name__ == "__main__":
    suite.main()
