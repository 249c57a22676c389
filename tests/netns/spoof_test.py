#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""A spoofer on the uplink: routed, a member of the bridge, and behind a tap.

It takes the source of every other device, of the router and of link-local neighbours,
IPv4 and IPv6, rp_filter 0, 1 and 2, towards ports that rules open between devices.
No frame may reach a device as if from that device or from the router.
"""
import dataclasses
import fcntl
import ipaddress
import os
import struct

import bridged
from suite import Suite, check, policy, scenario, topology, wait_for
from volley import Shot, Volley
from ztlab import cases_raw, clients, frames as f
from ztlab.netns import in_netns
from ztlab.topology import ROUTER4, ROUTER6, ROUTER_MAC, UPLINK4, UPLINK6, address, link_local, mac

suite = Suite(__doc__)
volley = Volley(suite, "spoof")
VICTIMS = ("cam1", "plc")
SENSOR = {4: "10.20.0.101", 6: "fd20::77"}  # static here, so that it has both
BRIDGED_MAC = "02:00:00:00:20:c8"
TAP_MAC = "02:00:00:00:77:01"
totals = {"control": 0, "stopped": 0}


def spoof_policy(uplink, mode="enforce"):
    """Every device may open tcp/554 and send udp/5000 to every other; the router may ping."""
    return policy(rules={"peers": {"from": "all-devices", "to": "all-devices", "action": "allow",
                                "services": ["tcp/554", "udp/5000", "icmp/echo"]},
                      "router-check": {"to": "all-devices"}, "cam-ping": {"from": "all-devices"}},
               segments={s: {"mode": mode} for s in ("cctv", "plant")},
                  devices={"sensor": {"addresses": list(SENSOR.values())}}, tests=None,
                  interfaces={uplink: {"role": "uplink"}})


def speak_link_local(host):
    """The data path knows a link-local address once its owner has used it."""
    def known():
        suite.lab.host[host].run("ip", "neigh", "flush", "dev", "eth0")  # so that it must ask
        suite.lab.host[host].run("ping", "-c1", "-W1", f"{link_local(ROUTER_MAC['br0'])}%eth0",
                                 check=False)
        return str(ipaddress.ip_address(link_local(mac(host)))) in scenario.learned(suite.agent, host)
    check(wait_for(known, 5), f"{host}: its link-local address was not learned")


def own(host, v):
    return SENSOR[v] if host == "sensor" else address(host, v)


def sources(victim, v):
    """(name, address, reason) of everything a spoofer may claim to be."""
    others = [d for d in topology.DEVICES if d not in (victim, "rogue")]
    for d in others:
        yield d, own(d, v), "spoofed-uplink"
    for i, a in (ROUTER4 if v == 4 else ROUTER6).items():
        yield f"router-{i}", a, "unknown-source"
    yield "gateway", UPLINK4 if v == 4 else UPLINK6, "no-rule"  # its own, but it has no rule


def dgram(src, dst, mark):
    """Not from port 5000 itself: two echo services would talk to each other for ever."""
    return f.ip(src, dst, f.UDP, f.udp(src, dst, 6001, 5000, mark))


def probes(src, dst, v, mark):
    """Each of what the rules above would let a device or the router send."""
    yield "tcp", cases_raw.segment(src, dst, 5000, 554, f.SYN, mark)
    yield "udp", dgram(src, dst, mark)
    kind = 8 if v == 4 else 128
    yield "echo", f.ip(src, dst, f.ICMP if v == 4 else f.ICMPV6,
                       f.icmp(src, dst, kind, 0, struct.pack("!HH", 77, 1), mark))


def shots(wrap, victims=VICTIMS):
    """wrap(packet, v, claimed host) -> frame as the spoofer sends it."""
    out = []
    for v in (4, 6):
        for victim in victims:
            for name, src, reason in sources(victim, v):
                for i, word in enumerate(("tcp", "udp", "echo")):
                    def make(mark, s=src, d=own(victim, v), n=v, k=i, c=name):
                        return wrap(list(probes(s, d, n, mark))[k][1], n, c)
                    out.append(Shot(f"{name}-{victim}-{word}.{v}", victim, make, reason))
    return out


def routed(packet, v, _claimed):
    """As a host on the uplink's wire sends it, to the router's MAC."""
    return f.eth(ROUTER_MAC["wan0"], mac("vms"), packet, cases_raw.ethertype(v))


def set_rp_filter(value):
    suite.lab.host["router"].run("sh", "-c", f"for f in /proc/sys/net/ipv4/conf/*/rp_filter; do "
                                 f"echo {value} >$f; done")


def control(what, fired, least):
    totals["control"] += len(fired)
    suite.say(f"{what}: {len(fired)} forged frames reach their device")
    check(len(fired) >= least, f"{what}: only {len(fired)} arrive, so stopping them proves little: "
                               f"{sorted(fired)}")


def enforced(what, these, send, sure=None):
    """None may arrive; counted by reason are those that the control saw pass."""
    volley.enforced([s if sure is None or s.name in sure else dataclasses.replace(s, reason="")
                     for s in these], send)
    totals["stopped"] += len(these)
    suite.say(f"{what}: {len(these)} forged frames, none arrived")


passed = {}  # where -> names that the plain router let through


@suite.case("control, routed: the router forwards the forgeries (rp_filter 1: those of IPv6)")
def routed_control():
    sensor = suite.lab.host["sensor"]
    sensor.run("sh", "-c", f"ip addr flush dev eth0 scope global; ip addr add {SENSOR[4]}/24 dev "
               f"eth0; ip addr add {SENSOR[6]}/64 dev eth0 nodad; ip route replace default via "
               "10.20.0.1; ip -6 route replace default via fd20::1")
    greet()
    for rp in (0, 1, 2):
        set_rp_filter(rp)
        passed[rp] = volley.fire(shots(routed), volley.by("vms"))
        control(f"rp_filter {rp}", passed[rp], 36)
    check(len(passed[0]) > len(passed[1]), "rp_filter 1 makes no difference: it was not set")


def greet():
    """Everybody knows everybody's MAC, and the bridge where it is."""
    for h in ("cam1", "cam2", "plc", "sensor"):
        for v in (4, 6):
            via = (ROUTER4 if v == 4 else ROUTER6)["lan3" if h == "plc" else "br0"]
            check(wait_for(lambda n=h, a=via: clients.ping(suite.lab, n, a), 3),
                  f"{h} has no way out v{v}")


class Tap:
    """A tap of the router as its uplink: what is written to it comes in there."""

    def __init__(self):
        def make():
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH14x", b"tap9", 0x1002))
            return fd
        self.fd = in_netns(suite.lab.host["router"].path, make)
        suite.lab.undo.append(self.close)
        suite.router("sh", "-c", f"ip link set tap9 address {TAP_MAC} up; ip addr add 10.77.0.1/24 "
                     "dev tap9; ip addr add fd77::1/64 dev tap9 nodad")

    def send(self, frames):
        for frame in frames:
            os.write(self.fd, frame)

    def close(self):
        os.close(self.fd)


def by_tap(packet, v, _claimed):
    return f.eth(TAP_MAC, mac("inet"), packet, cases_raw.ethertype(v))


@suite.case("control, tap: the same from a tap that is the router's uplink")
def tap_control():
    global tap
    set_rp_filter(0)
    tap = Tap()
    passed["tap"] = volley.fire(shots(by_tap), tap.send)
    control("tap", passed["tap"], 36)


@suite.case("enforced, routed: none arrives, whatever rp_filter; devices are spoofed-uplink")
def routed_enforced():
    suite.load(spoof_policy("tap9"))
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    greet()
    for rp in (0, 1, 2):
        set_rp_filter(rp)
        enforced(f"rp_filter {rp}", shots(routed), volley.by("vms"), passed[rp])
    set_rp_filter(0)


@suite.case("enforced, tap: none arrives")
def tap_enforced():
    enforced("tap", shots(by_tap), tap.send, passed["tap"])


@suite.case("learn: who comes from outside as a device is dropped even then")
def learn():
    suite.load(spoof_policy("tap9", "learn"))
    greet()
    these = [s for s in shots(routed) if s.reason == "spoofed-uplink"]
    enforced("learn", these, volley.by("vms"), passed[0])
    suite.load(spoof_policy("tap9"))
    greet()


@suite.case("the rules the forgeries aim at are real: device to device and router to device pass")
def rules_hold():
    for v in (4, 6):
        check(clients.connect(suite.lab, "cam2", address("cam1", v), 554), f"v{v}: camera 2 may")
        check(clients.connect(suite.lab, "plc", address("cam1", v), 554), f"v{v}: the PLC may")
        check(clients.ping(suite.lab, "router", address("cam1", v)), f"v{v}: the router may ping")


def on_bridge(source_mac):
    """A member of the bridge, straight to camera 1; source_mac(claimed) is what it says it is."""
    def wrap(packet, v, claimed):
        return f.eth(mac("cam1"), source_mac(claimed), packet, cases_raw.ethertype(v))
    return wrap


def claimed_mac(claimed):
    if claimed.startswith(("router", "ll-router")):
        return ROUTER_MAC["br0"]
    if claimed == "gateway":
        return BRIDGED_MAC
    return mac(claimed.removeprefix("ll-"))


def link_locals():
    """Neighbours by their link-local addresses, to camera 1's own and to its global one."""
    out = []
    for name, m, reason in (("ll-cam2", mac("cam2"), "spoofed-uplink"),
                            ("ll-router", ROUTER_MAC["br0"], "unknown-source")):
        for to, dst in (("ll", link_local(mac("cam1"))), ("global", address("cam1", 6))):
            def make(mark, s=link_local(m), d=dst, n=name):
                return on_bridge(claimed_mac)(dgram(s, d, mark), 6, n)
            out.append(Shot(f"{name}-{to}", "cam1", make, reason))
    return out


def mismatches(sender_mac):
    """A frame for camera 1's MAC that is addressed to somebody else."""
    out = []
    for v in (4, 6):
        for to in ("cam2", "plc", "vms", "inet"):
            def make(mark, d=address(to, v), n=v):
                return f.eth(mac("cam1"), sender_mac, dgram(address("mqtt", n), d, mark),
                             cases_raw.ethertype(n))
            out.append(Shot(f"to-{to}-at-cam1.{v}", "cam1", make))
    return out


def bridged_shots():
    own_mac = shots(on_bridge(lambda _: BRIDGED_MAC), ["cam1"])
    as_claimed = [dataclasses.replace(s, name=f"as-{s.name}")
                  for s in shots(on_bridge(claimed_mac), ["cam1"])]
    return own_mac + as_claimed + link_locals() + mismatches(BRIDGED_MAC)


@suite.case("control, bridged: an uplink joins the bridge and its host plays everybody")
def bridged_control():
    suite.reset_agent()
    bridged.uplink(suite, BRIDGED_MAC)
    passed["bridge"] = volley.fire(bridged_shots(), volley.by("vms", "eth9"))
    control("bridged", passed["bridge"], len(bridged_shots()))
    greet()


@suite.case("enforced, bridged: none arrives, with the spoofer's MAC or the victim's own")
def bridged_enforced():
    suite.load(spoof_policy("up9"))
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    greet()
    speak_link_local("cam1")
    speak_link_local("cam2")
    enforced("bridged", bridged_shots(), volley.by("vms", "eth9"), passed["bridge"])
    greet()  # the bridge knows the real places again
    rules_hold()


@suite.case("a device with another's address, to another's MAC, or to a server by a peer's MAC")
def from_device():
    def sent(src, dst, dst_mac, v):
        return lambda mark: f.eth(dst_mac, mac("cam1"), dgram(src, dst, mark),
                                  cases_raw.ethertype(v))
    out = []
    for v in (4, 6):
        me, peer = address("cam1", v), address("cam2", v)
        for name, src in (("sensor", SENSOR[v]), ("plc", address("plc", v)),
                          ("router", (ROUTER4 if v == 4 else ROUTER6)["br0"]),
                          ("vms", address("vms", v)), ("inet", address("inet", v))):
            out.append(Shot(f"cam1-is-{name}.{v}", "cam2", sent(src, peer, mac("cam2"), v),
                            "spoofed", "from-device"))
        for name in ("plc", "vms", "inet", "router"):
            out.append(Shot(f"cam2-mac-for-{name}.{v}", "cam2",
                            sent(me, address(name, v), mac("cam2"), v), "l2-mismatch",
                            "from-device"))
    enforced("from a device", out, volley.by("cam1"))
    suite.reset_agent()
    control("from a device", volley.fire(out, volley.by("cam1")), len(out))
    print(f"TOTAL: {totals['control']} forged frames arrive without programs (3 rp_filter values, "
          f"tap, bridge); enforced {totals['stopped']} sent, 0 arrived")


if __name__ == "__main__":
    suite.main()
