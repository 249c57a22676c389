#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Fast forwarding: what XDP forwards past the kernel, what it leaves to it, and what ends it."""
import json
import os
import re
import time

import fast_world as fast
from suite import Suite, check, topology, wait_for
from ztlab import clients
from ztlab import frames as f
from ztlab.netns import SLOW

suite = Suite(__doc__)
wires = {}
plain = {}  # (family, sender): a frame as the kernel forwards it


def status():
    return suite.agent.ask("status").get("fast_forward", {})


def xdp():
    s = status()
    return s.get("packets_from_device", 0) + s.get("packets_to_device", 0)


def kernel():
    """Packets the router's own stack has forwarded, both families."""
    router = suite.lab.host["router"]
    text = router.proc_net("snmp") + router.proc_net("snmp6")
    rows = [line.split() for line in text.splitlines() if line.startswith("Ip:")]
    return int(rows[1][rows[0].index("ForwDatagrams")]) + \
        int(re.search(r"Ip6OutForwDatagrams\s+(\d+)", text).group(1))


def went(src, v, nr=1, **kw):
    """Send nr; (what arrived, forwarded by XDP, forwarded by the kernel)."""
    a, b = xdp(), kernel()
    got = wires[v].pass_on(src, nr, **kw)
    return got, xdp() - a, kernel() - b


def both():
    return [(src, v) for v in (4, 6) for src in ("plc", "mqtt")]


def warm(v=None):
    """From here on XDP forwards: a flow's first packets and those after a change do not."""
    ways = [(src, family) for src, family in both() if v in (None, family)]
    cold = set(ways)

    def each():
        cold.difference_update([w for w in ways if went(*w)[1:] == (1, 0)])
        return not cold
    check(wait_for(each, 5, 0.1), f"XDP does not forward {cold}: {status()}")


def by_xdp_all(nr, by_xdp, by_kernel):
    """One of them may have been the packet that goes by the kernel every few seconds."""
    return by_xdp + by_kernel == nr and by_kernel <= SLOW


def is_off(word, timeout=3):
    check(wait_for(lambda: not status().get("on"), timeout, 0.01), f"still on: {status()}")
    check(word in status().get("why", ""), f"{word!r} is not the reason: {status()}")


def is_on():
    check(wait_for(lambda: status().get("on"), 3), f"not on again: {status()}")
    warm()


def stopped(what, nr=5):
    """None of these arrives, either way, and XDP has no part in it."""
    for src, v in both():
        got, by_xdp, _ = went(src, v, nr, expect=1)
        check(not got and not by_xdp, f"{what}: {src} v{v}: {len(got)} arrived, {by_xdp} by XDP")


@suite.case("control: without the key the kernel forwards everything")
def control():
    suite.router("nft", "delete", "table", "ip", "lab")  # the lab's NAT
    suite.lab.host["plc"].run("ethtool", "-K", "eth0", "gro", "on")  # a veth's other end must
    suite.lab.host["core"].run("ethtool", "-K", "router", "gro", "on")  # receive by NAPI
    suite.load(fast.fast_policy(interfaces={"lan3": {"fast_forward": False},
                                            "wan0": {"fast_forward": False}}))
    check("fast_forward" not in suite.agent.ask("status"), "status speaks of what nobody asked for")
    for v in (4, 6):
        wires[v] = fast.Wire(suite.lab, v)
        suite.lab.undo.append(wires[v].close)
    for src, v in both():
        wires[v].pass_on(src)  # neighbours are asked for
        got, by_xdp, by_kernel = went(src, v, 20)
        check((len(got), by_xdp, by_kernel) == (20, 0, 20), f"{src} v{v}: {by_kernel} of 20")
        plain[v, src] = got[0]


@suite.case("with it XDP forwards what is established, and the frames are the same to the octet")
def forwards():
    suite.load(fast.fast_policy())
    check(status().get("on"), f"it is off: {status()}")
    warm()
    for src, v in both():
        got, by_xdp, by_kernel = went(src, v, 200)
        check(len(got) == 200 and by_xdp_all(200, by_xdp, by_kernel),
              f"{src} v{v}: {len(got)} of 200, {by_xdp} by XDP, {by_kernel} by the kernel")
        check(set(got) == {plain[v, src]},
              f"{src} v{v}: {got[0].hex()}, the kernel made it {plain[v, src].hex()}")
    check("fast forwarding is on" in suite.ztctl("status").stdout, "ztctl does not say so")
    check(wait_for(lambda: any("|fast-on|" in line for line in suite.syslog()), 3), "no event")


@suite.case("every packet and octet is on the flow's record and in the counters, both ways")
def counts():
    warm()

    def now(v):
        flow = [x for x in suite.agent.flows(device="plc") if x["peer_port"] == fast.DPORT
                and (":" in x["address"]) == (v == 6)]
        check(len(flow) == 1, f"v{v}: flows {flow}")
        flow, reasons = flow[0], suite.agent.reasons()
        return [flow["packets"]["from_device"], flow["packets"]["to_device"],
                flow["bytes"]["from_device"], flow["bytes"]["to_device"],
                reasons.get(("allowed", "FORWARDED", "from-device"), 0),
                reasons.get(("allowed", "FORWARDED", "to-device"), 0)]

    for v in (4, 6):
        head = 28 if v == 4 else 48
        before, by_xdp, octets = now(v), xdp(), [0, 0]
        for size in (6, 100, 1400):
            for i, (src, nr) in enumerate((("plc", 300), ("mqtt", 170))):
                got = wires[v].pass_on(src, nr, payload=b"ZTfast".ljust(size, b"."))
                check(len(got) == nr, f"v{v} {src}: {len(got)} of {nr} arrived")
                octets[i] += nr * (head + size)
        grown = [b - a for a, b in zip(before, now(v))]
        check(grown == [900, 510, *octets, 900, 510], f"v{v}: counted {grown}, sent 900, 510, {octets}")
        check(xdp() - by_xdp > 1400, f"v{v}: only {xdp() - by_xdp} of 1410 by XDP")


@suite.case("the kernel's: the last hop, fragments, frames to another MAC, a wrong checksum")
def to_the_kernel():
    warm()
    for src, v in both():
        got, by_xdp, _ = went(src, v, 5, expect=1, ttl=1)
        check(not got and not by_xdp, f"{src} v{v}: a packet without hops left went on")
        got, by_xdp, by_kernel = went(src, v, 5, ttl=2)
        check(len(got) == 5 and by_xdp_all(5, by_xdp, by_kernel), f"{src} v{v}: hop limit 2: {by_xdp} by XDP")
        check(got[0][22 if v == 4 else 21] == 1, f"{src} v{v}: {got[0].hex()}")
        got, by_xdp, _ = went(src, v, 5, expect=1, dst_mac="02:00:00:00:99:99")
        check(not got and not by_xdp, f"{src} v{v}: a frame for somebody else went on")
        frame = bytearray(wires[v].frame(src))
        if v == 4:
            frame[24] ^= 1
            got, by_xdp, _ = went(src, v, 5, expect=1, frame=bytes(frame))
            check(not got and not by_xdp, f"{src} v4: a header with a wrong sum went on")
    for src in ("plc", "mqtt"):
        whole = wires[4].frame(src, payload=b"ZTfast".ljust(64, b"."))
        packet = whole[14:]
        pieces = [f.ipv4(*addresses(packet), f.UDP, packet[20:52], frag=0x2000),
                  f.ipv4(*addresses(packet), f.UDP, b"ZTfast".ljust(40, b"."), frag=4)]
        a, b = xdp(), kernel()
        for p in pieces:
            wires[4].send(src, frame=whole[:14] + p)
        check(wait_for(lambda n=b: kernel() - n == 2, 2), f"{src}: {kernel() - b} fragments of 2")
        check(xdp() == a, f"{src}: XDP forwarded a fragment")
    warm()


def addresses(packet):
    return [".".join(map(str, packet[i:i + 4])) for i in (12, 16)]


@suite.case("octets behind the packet do not go on with it")
def padding():
    warm()
    for src in ("plc", "mqtt"):
        got, by_xdp, by_kernel = went(src, 4, 3, pad=b"\xa5" * 12)  # in a frame of 60 octets
        check(len(got) == 3 and by_xdp_all(3, by_xdp, by_kernel),
              f"{src}: {len(got)} arrived, {by_xdp} by XDP")
        check(not got[0][48:].strip(b"\0"), f"{src}: the padding went on: {got[0].hex()}")
    for src, v in both():
        got, by_xdp, by_kernel = went(src, v, 3, pad=b"\xa5" * 60)
        check((len(got), by_xdp, by_kernel) == (3, 0, 3), f"{src} v{v}: {by_xdp} by XDP")
        check(got[0] == plain[v, src], f"{src} v{v}: {got[0].hex()}")


@suite.case("a packet the next interface's MTU does not hold is the kernel's")
def mtu():
    suite.router("ip", "link", "set", "wan0", "mtu", "1300")
    try:
        warm()
        for v in (4, 6):
            kw = {"frag": 0x4000} if v == 4 else {}
            got, by_xdp, _ = went("plc", v, 3, expect=1, payload=b"ZTfast".ljust(1350, b"."), **kw)
            check(not got and not by_xdp, f"v{v}: 1,350 octets over an MTU of 1,300: {by_xdp} by XDP")
            check(went("plc", v, 5)[1] >= 4, f"v{v}: a short one is XDP's all the same")
    finally:
        suite.router("ip", "link", "set", "wan0", "mtu", "1500")
    warm()


@suite.case("a neighbour that is gone is asked for by the kernel; another MAC counts at once")
def neighbour():
    warm()
    for v in (4, 6):
        broker = topology.address("mqtt", v)
        suite.router("ip", "neigh", "del", broker, "dev", "wan0")
        got, by_xdp, _ = went("plc", v, 1)
        check(len(got) == 1 and not by_xdp, f"v{v}: without a neighbour: {len(got)}, {by_xdp} by XDP")
        warm(v)
        suite.router("ip", "neigh", "replace", broker, "lladdr", "02:00:00:00:77:77", "dev", "wan0",
                     "nud", "permanent")
        got, _, _ = went("plc", v, 5)
        check({g[:6] for g in got} == {f.mac_bytes("02:00:00:00:77:77")},
              f"v{v}: frames to {[g[:6].hex() for g in got]}")
        suite.router("ip", "neigh", "del", broker, "dev", "wan0")
        warm(v)
        plc = topology.address("plc", v)
        suite.router("ip", "neigh", "replace", plc, "lladdr", "02:00:00:00:77:77", "dev", "lan3")
        got, by_xdp, _ = went("mqtt", v, 5, expect=1)
        check(not got and not by_xdp, f"v{v}: to the PLC, which the kernel knows by another MAC")
        suite.router("ip", "neigh", "del", plc, "dev", "lan3")
        warm(v)


def epoch():
    dump = suite.lab.host["router"].run("bpftool", "-j", "map", "dump", "pinned",
                                        "/sys/fs/bpf/zt/maps/zt_fwd").stdout
    return int.from_bytes(bytes(int(x, 16) for x in json.loads(dump)[0]["value"][:4]), "little")


@suite.case("a neighbour that is only confirmed changes nothing")
def confirmed():
    def again(state, mac):
        for v in (4, 6):
            suite.router("ip", "neigh", "replace", topology.address("mqtt", v), "lladdr", mac, "dev",
                         "wan0", "nud", state)

    def unmoved():  # once more, should another neighbour come or go meanwhile
        before = epoch()
        for state in ("stale", "reachable", "stale"):
            again(state, topology.mac("mqtt"))
        time.sleep(0.3)
        return epoch() == before
    warm()
    again("reachable", topology.mac("mqtt"))
    check(wait_for(unmoved, 5), "every confirmation sends all flows by the kernel")
    before = epoch()
    again("reachable", "02:00:00:00:77:77")
    check(wait_for(lambda: epoch() != before, 2), "another MAC moved nothing")
    again("reachable", topology.mac("mqtt"))


@suite.case("a route that changes counts at once, there and back")
def route():
    warm()
    for v in (4, 6):
        ip = ("ip", "-6") if v == 6 else ("ip",)
        broker, plc = topology.address("mqtt", v), topology.address("plc", v)
        suite.router(*ip, "route", "add", broker, "via", topology.address("vms", v), "dev", "wan0")
        suite.lab.host["vms"].run("true")
        wires[v].lens["mqtt"].wait(0, 0)
        seen = fast.Lens(suite.lab, "vms")
        wires[v].send("plc", 5)
        got = seen.wait(5)
        seen.close()
        check(len(got) == 5 and {g[:6] for g in got} == {f.mac_bytes(topology.mac("vms"))},
              f"v{v}: by way of another host: {[g[:6].hex() for g in got]}")
        suite.router(*ip, "route", "del", broker)
        warm(v)
        suite.router(*ip, "route", "add", "unreachable", broker)
        got, by_xdp, _ = went("plc", v, 5, expect=1)
        check(not got and not by_xdp, f"v{v}: unreachable, yet {len(got)} arrived")
        suite.router(*ip, "route", "del", "unreachable", broker)
        warm(v)
        suite.router(*ip, "route", "add", plc, "dev", "br0")
        got, by_xdp, _ = went("mqtt", v, 5, expect=1)
        check(not got and not by_xdp, f"v{v}: the PLC is elsewhere, yet {len(got)} arrived")
        suite.router(*ip, "route", "del", plc, "dev", "br0")
        warm(v)


@suite.case("switched off in the kernel, nothing is forwarded")
def sysctl():
    warm()
    suite.router("sh", "-c", "echo 0 >/proc/sys/net/ipv4/conf/lan3/forwarding")
    got, by_xdp, _ = went("plc", 4, 5, expect=1)
    check(not got and not by_xdp, f"{len(got)} arrived, {by_xdp} by XDP")
    suite.router("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/lan3/forwarding")
    is_off("lan3: the kernel does not forward")
    suite.router("sh", "-c", "for v in 4 6; do echo 1 >/proc/sys/net/ipv$v/conf/lan3/forwarding; done")
    is_on()


FILTER = "bpf da object-pinned /sys/fs/bpf/zt/progs/zt_guard"  # of any kind; this one is here
OBSTACLES = (
    ("an nftables rule", "nftables chain inet t through",
     ("nft", "add table inet t; add chain inet t through { type filter hook forward priority 0; }; "
             f"add rule inet t through udp dport {fast.DPORT} drop; "
             f"add rule inet t through udp sport {fast.DPORT} drop"), ("nft", "delete table inet t")),
    ("a chain at postrouting", "nftables chain ip t post",
     ("nft", "add table ip t; add chain ip t post { type nat hook postrouting priority 100; }"),
     ("nft", "delete table ip t")),
    ("an nftables chain at the uplink", "nftables chain netdev t out",
     ("nft", "add table netdev t; add chain netdev t out { type filter hook ingress device wan0 "
             "priority 0; policy drop; }"), ("nft", "delete table netdev t")),
    ("an IPsec policy", "IPsec",
     ("ip", "xfrm", "policy", "add", "src", "10.30.0.0/24", "dst", "10.9.0.0/24", "dir", "fwd",
      "action", "block"),
     ("ip", "xfrm", "policy", "deleteall")),
    ("a tc filter at egress", "wan0: it has a tc filter at egress",
     ("sh", "-c", "tc qdisc add dev wan0 clsact && tc filter add dev wan0 egress prio 5 " + FILTER),
     ("tc", "qdisc", "del", "dev", "wan0", "clsact")),
    ("a tc filter at ingress", "lan3: it has a tc filter at ingress",
     ("sh", "-c", "tc qdisc add dev lan3 clsact && tc filter add dev lan3 ingress prio 5 " + FILTER),
     ("tc", "qdisc", "del", "dev", "lan3", "clsact")),
    ("a shaper", "wan0: its qdisc tbf",
     ("tc", "qdisc", "add", "dev", "wan0", "root", "tbf", "rate", "100mbit", "burst", "100k", "latency",
      "50ms"), ("tc", "qdisc", "del", "dev", "wan0", "root")),
)


@suite.case("what has to see packets ends it, by name, and sees the next ones; gone, it is on again")
def obstacles():
    warm()
    for what, reason, put, take in OBSTACLES:
        suite.router(*put)
        start = time.monotonic()
        is_off(reason)
        suite.say(f"{what}: off after at most {(time.monotonic() - start) * 1000:.0f} ms")
        if "nftables rule" in what:
            stopped(what)
        for src, v in both():
            check(went(src, v, 3, expect=0)[1] == 0, f"{what}: {src} v{v}: XDP still forwards")
        suite.router(*take)
        is_on()
    check(wait_for(lambda: any("|fast-off|" in line and "IPsec" in line for line in suite.syslog()), 3),
          "no event says why it was off")


@suite.case("a veth whose other end would lose the frames is not sent to")
def driver():
    warm()
    suite.lab.host["core"].run("ethtool", "-K", "router", "gro", "off")
    is_off("wan0: its driver does not send")
    for src, v in both():
        check(len(went(src, v, 3)[0]) == 3, f"{src} v{v}: packets are lost")
    suite.lab.host["core"].run("ethtool", "-K", "router", "gro", "on")
    is_on()


@suite.case("between devices nothing is forwarded in XDP")
def devices():
    warm()
    for v in (4, 6):
        before = xdp()
        for _ in range(3):
            check(clients.connect(suite.lab, "plc", topology.address("cam2", v), 554),
                  f"v{v}: the PLC does not reach camera 2")
        check(xdp() == before, f"v{v}: XDP forwarded {xdp() - before} between device ports")


@suite.case("real clients: MQTT over TCP, where the sender fills in the checksum and where it does not")
def tcp():
    for offload in ("on", "off"):
        for host in ("plc", "mqtt"):
            suite.lab.host[host].run("ethtool", "-K", "eth0", "tx", offload)
        for v in (4, 6):
            before = xdp()
            check(clients.mqtt(suite.lab, "plc", topology.address("mqtt", v), f"{offload}{v}"),
                  f"v{v}, checksum offload {offload}: lost")
            by_xdp = xdp() - before
            check(by_xdp > 2 if offload == "off" else not by_xdp,
                  f"v{v}, checksum offload {offload}: {by_xdp} packets by XDP")


@suite.case("a rule taken away cuts the flow at its next packet")
def cut():
    warm()
    suite.load(fast.fast_policy(rules={"plc-feed": None}), "policy-apply")
    check(status().get("on"), f"{status()}")
    stopped("no rule")
    suite.load(fast.fast_policy(), "policy-apply")
    warm()


@suite.case("the key at a bridged port, or at one side only, is refused with the reason")
def refused():
    suite.load(fast.fast_policy(interfaces={"lan1": {"fast_forward": True}}), "policy-apply")
    is_off("lan1: it is part of a bridge")
    suite.load(fast.fast_policy(interfaces={"wan0": {"fast_forward": False}}), "policy-apply")
    is_off("device ports only")
    check("OFF: the policy has" in suite.ztctl("status").stdout, "ztctl does not say so")
    suite.load(fast.fast_policy(), "policy-apply")
    warm()


@suite.case("agent killed: it ends by itself within 3 s, and no packet is lost")
def killed():
    warm()
    before, at = kernel(), time.monotonic()
    suite.agent.kill()
    sent = lost = 0
    while kernel() - before < 40 and time.monotonic() < at + 6:
        for src, v in both():
            lost += 5 - len(wires[v].pass_on(src, 5))
            sent += 5
    took = time.monotonic() - at
    suite.say(f"the kernel forwards after {took:.1f} s; {sent} packets sent, {lost} lost")
    check(took < 3 * SLOW, f"it went on for {took:.1f} s")
    check(not lost, f"{lost} of {sent} packets lost")
    suite.start_agent()
    is_on()


@suite.case("stopped: it ends at once")
def stop():
    suite.agent.stop()
    for src, v in both():
        before = kernel()
        got = wires[v].pass_on(src, 5)
        check(len(got) == 5 and kernel() - before == 5, f"{src} v{v}: {kernel() - before} of 5")
    suite.start_agent()
    is_on()


@suite.case("unload: the uplink's program is gone")
def unload():
    def attached():
        return "xdp" in suite.router("ip", "link", "show", "dev", "wan0").stdout
    check(attached(), "there was none")
    suite.agent.ask("unload")
    check(not attached(), "it is still attached")


def old_kernel():
    suite.load(fast.fast_policy())
    check("Linux 6.3 does" in status()["why"], f"it does not say why it is off: {status()}")
    for src, v in both():
        got, by_xdp, by_kernel = went(src, v, 20)
        check((len(got), by_xdp, by_kernel) == (20, 0, 20), f"{src} v{v}: {by_kernel} of 20")


if __name__ == "__main__":
    if [int(n) for n in re.findall(r"\d+", os.uname().release)[:2]] < [6, 3]:
        suite.cases[1:] = [("before Linux 6.3 it stays off, says why, and the kernel forwards", old_kernel)]
    suite.main()
