# SPDX-License-Identifier: GPL-2.0
"""What a rogue neighbour says to a device so that the device believes it.

Each lie is a Shot, and with it the question whether the victim's own kernel fell for
it: its neighbour table, its routes, its addresses.
"""
import dataclasses
import json
import struct
import time

from volley import Shot
from ztlab import cases_raw, frames as f
from ztlab.topology import ROUTER4, ROUTER6, ROUTER_MAC, address, link_local, mac

VICTIM = "cam1"
GW4, GW6, GW_LL = ROUTER4["br0"], ROUTER6["br0"], link_local(ROUTER_MAC["br0"])
ALL_MAC = "33:33:00:00:00:01"
PREFIX = "fd66::"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the rogue sits, and what is its own there."""
    name: str
    host: str
    ifname: str
    mac: str
    addr4: str
    direction: str  # of the drop

    @property
    def ll(self):
        return link_local(self.mac)

    def reason(self, claims_device, spoofed):
        """A device's address from outside is always told as such."""
        return "spoofed-uplink" if claims_device and self.direction == "to-device" else spoofed


class Victim:
    """The victim's kernel, asked what it believes."""

    def __init__(self, lab):
        self.host = lab.host[VICTIM]

    def harden_not(self):
        """A credulous host, as many devices are: the control run needs one."""
        keys = {"ipv4/neigh/eth0/locktime": 0, "ipv4/conf/eth0/arp_accept": 1,
                "ipv4/conf/all/accept_redirects": 1, "ipv4/conf/eth0/accept_redirects": 1,
                "ipv4/conf/all/secure_redirects": 0, "ipv4/conf/eth0/secure_redirects": 0,
                "ipv6/conf/eth0/accept_ra": 1, "ipv6/conf/eth0/autoconf": 1,
                "ipv6/conf/eth0/accept_redirects": 1}
        self.host.run("sh", "-c", "".join(f"echo {v} >/proc/sys/net/{k}\n"
                                          for k, v in keys.items()))
        self.host.run("ip", "-6", "route", "replace", "default", "via", GW_LL, "dev", "eth0",
                      "metric", "10")

    def ask(self, *args):
        return json.loads(self.host.run("ip", "-j", *args).stdout or "[]")

    def neighbours(self):
        return {n["dst"]: n["lladdr"] for n in self.ask("neigh", "show", "dev", "eth0")
                if "lladdr" in n}

    def routes(self):
        return {(r["dst"], r.get("gateway"), r.get("protocol")) for v in ("-4", "-6")
                for r in self.ask(v, "route", "show")}

    def addresses(self):
        return {a["local"] for i in self.ask("addr", "show", "dev", "eth0") for a in i["addr_info"]}

    def way(self, v):
        """The next hop towards the VMS."""
        found = self.ask(f"-{v}", "route", "get", address("vms", v))
        return found[0].get("gateway") if found else None

    def igmp(self):
        """The IGMP version the victim speaks on its link."""
        with_name = self.host.proc_net("igmp").splitlines()
        return next((line.split()[-1] for line in with_name if "eth0" in line), "")

    def believes(self):
        return {"routes": self.routes(), "addresses": self.addresses(),
                "ways": (self.way(4), self.way(6)), "igmp": self.igmp()}

    def recover(self, place):
        """Forget every lie, then learn the truth again, and where the liar itself is."""
        self.host.run("sh", "-c", "ip neigh flush dev eth0; ip route flush cache; ip -6 route flush "
                      "cache; ip -6 route flush proto ra; "
                      f"ip neigh replace {place.addr4} lladdr {place.mac} dev eth0 nud reachable")
        for a in self.ask("-6", "addr", "show", "dev", "eth0"):
            for i in a["addr_info"]:
                if i["local"].startswith(PREFIX):
                    self.host.run("ip", "addr", "del", f"{i['local']}/64", "dev", "eth0")
        peers = GW4, GW6, f"{GW_LL}%eth0", address("cam2", 4), address("cam2", 6)
        self.host.run("sh", "-c", 'for p; do ping -n -c1 -W1 "$p"; done; true', "sh", *peers)
        time.sleep(0.05)  # what was learned in this very tick of the kernel no lie replaces


def arp_lies(p):
    """(shot, fell): every form of ARP, claiming the router and the other camera."""
    victim4, victim_mac = address(VICTIM, 4), mac(VICTIM)
    for who, claimed in (("router", GW4), ("cam2", address("cam2", 4))):
        if who == p.name:
            continue
        forms = {"request": (1, victim_mac, "00:00:00:00:00:00", victim4),
                 "reply": (2, victim_mac, victim_mac, victim4),
                 "announce": (1, f.BROADCAST, "00:00:00:00:00:00", claimed),
                 "gratuitous": (2, f.BROADCAST, p.mac, claimed)}
        for form, (op, to, target_mac, target) in forms.items():
            def make(mark, o=op, d=to, t=target_mac, a=target, c=claimed):
                return f.eth(d, p.mac, f.arp(o, p.mac, c, t, a) + mark.ljust(18), f.ETH_P_ARP)

            def fell(victim, c=claimed):
                return victim.neighbours().get(c) == p.mac
            yield Shot(f"arp-{form}-{who}-{p.name}", VICTIM, make,
                       p.reason(who == "cam2", "arp-spoofed"), p.direction), fell


def nd(p, src, dst, body, dst_mac=None, hops=255):
    return f.eth(dst_mac or mac(VICTIM), p.mac, f.ipv6(src, dst, f.ICMPV6, body, hops),
                 f.ETH_P_IPV6)


def nd_lies(p):
    """Advertisements with override, and solicitations that carry a false source."""
    victim6 = address(VICTIM, 6)
    for who, claimed in (("router", GW6), ("router-ll", GW_LL), ("cam2", address("cam2", 6))):
        if who == p.name:
            continue

        def na(mark, c=claimed):
            return nd(p, c, victim6, f.neighbour_advertisement(c, victim6, c, p.mac)) + mark

        def ns(mark, c=claimed):
            body = f.icmp(c, victim6, 135, 0, bytes(4), f.packed(victim6) + b"\1\1" +
                          f.mac_bytes(p.mac))
            return nd(p, c, victim6, body) + mark

        def fell(victim, c=claimed):
            return p.mac in (m for a, m in victim.neighbours().items()
                             if f.packed(a) == f.packed(c))
        reason = p.reason(who == "cam2", "nd-spoofed")
        yield Shot(f"na-{who}-{p.name}", VICTIM, na, reason, p.direction), fell
        yield Shot(f"ns-{who}-{p.name}", VICTIM, ns, reason, p.direction), fell


def ra_lies(p):
    """A router nobody asked for: a default route, a prefix, hop limit; and the end of ours."""
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 3600, 0) + f.packed(PREFIX)

    def ra(mark, src=p.ll, extra=prefix):
        return nd(p, src, "ff02::1", f.router_advertisement(src, "ff02::1", p.mac, extra),
                  ALL_MAC) + mark

    def as_router(mark):
        return ra(mark, GW_LL)

    def fell(victim):
        return any(a.startswith(PREFIX) for a in victim.addresses())
    yield Shot(f"ra-{p.name}", VICTIM, ra, "rogue-ra", p.direction), fell
    yield Shot(f"ra-router-{p.name}", VICTIM, as_router, "rogue-ra", p.direction), fell


def redirects(p):
    """The way to the VMS leads through me from now on."""
    victim4, victim6 = address(VICTIM, 4), address(VICTIM, 6)

    def v4(mark):
        inner = f.ip(victim4, address("vms", 4), f.UDP, f.udp(victim4, address("vms", 4), 5000,
                                                              5000, mark))
        body = f.icmp(GW4, victim4, 5, 1, f.packed(p.addr4), inner)
        return f.eth(mac(VICTIM), p.mac, f.ip(GW4, victim4, f.ICMP, body), f.ETH_P_IP)
    yield Shot(f"redirect4-{p.name}", VICTIM, v4, "redirect", p.direction), \
        lambda victim: victim.way(4) == p.addr4

    def v6(mark):
        body = f.icmp(GW_LL, victim6, 137, 0, bytes(4), f.packed(p.ll) +
                      f.packed(address("vms", 6)) + b"\2\1" + f.mac_bytes(p.mac))
        return nd(p, GW_LL, victim6, body) + mark
    yield Shot(f"redirect6-{p.name}", VICTIM, v6, "redirect", p.direction), \
        lambda victim: f.packed(victim.way(6)) == f.packed(p.ll)


def queries(p):
    """Somebody else plays the querier: IGMPv1 makes the victim fall back to it."""
    def igmp(mark):
        body = b"\x11\0" + struct.pack("!H", f.checksum(b"\x11\0" + bytes(6))) + bytes(4)
        packet = f.ipv4(p.addr4, "224.0.0.1", 2, body, ttl=1)
        return f.eth("01:00:5e:00:00:01", p.mac, packet, f.ETH_P_IP) + mark.ljust(30, b" ")
    yield Shot(f"igmp-query-{p.name}", VICTIM, igmp, "no-rule", p.direction), \
        lambda victim: victim.igmp() == "V1"

    def mld(mark):
        alert = struct.pack("!BBHHBB", f.ICMPV6, 0, 0x0502, 0, 1, 0)
        body = f.icmp(p.ll, "ff02::1", 130, 0, bytes(4), bytes(16))
        packet = f.ipv6(p.ll, "ff02::1", 0, alert + body, 1)
        return f.eth(ALL_MAC, p.mac, packet, f.ETH_P_IPV6) + mark
    yield Shot(f"mld-query-{p.name}", VICTIM, mld, "no-rule", p.direction), None


def dhcp6(p):
    """A DHCPv6 answer nobody asked for."""
    victim_ll = link_local(mac(VICTIM))

    def make(mark):
        packet = f.udp(p.ll, victim_ll, 547, 546, b"\7ZTX" + mark)
        return f.eth(mac(VICTIM), p.mac, f.ipv6(p.ll, victim_ll, f.UDP, packet), f.ETH_P_IPV6)
    yield Shot(f"dhcp6-{p.name}", VICTIM, make, "rogue-dhcp", p.direction), None


def lies(p):
    """All of them from one place: (shot, fell or None)."""
    return [x for kind in (arp_lies, nd_lies, ra_lies, redirects, queries, dhcp6) for x in kind(p)]
