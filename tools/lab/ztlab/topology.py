# SPDX-License-Identifier: GPL-2.0
"""Who is there, and how they are wired.

    cam1 ── lan1 ┐                                        ┌ vms   10.9.0.5
    cam2 ── lan2 ┤                                        ├ mqtt  10.9.0.6
   rogue ── lan4 ┼ br0 10.20.0.1 ┐                        ├ dns   10.9.0.53
  sensor ── lan5 ┤     fd20::1   ├ router ─ wan0 ─ core ──┼ siem  10.9.0.9
 (spare) ── lan6 ┘               │   NAT (IPv4)    switch │
     plc ── lan3 10.30.0.1 ──────┘ 10.9.0.1, fd09::1      └ inet  8.8.8.8 (one hop further)

The spare port's other end is the sensor's second plug (eth1, down). Segments: cctv
(cam1, cam2, sensor; the rogue belongs to none), plant (plc). The router forwards
everything between all of them: rp_filter is off and there is no firewall, so what is
stopped is stopped by ZT Edge. 8.8.8.8 is a host of ours in a namespace without any way
out; it stands for "the internet" because addresses kept for documentation do not count
as internet in a policy.
"""

# host: (address4, address6, mac, gateway4, gateway6); prefix lengths 24 and 64
DEVICES = {
    "cam1": ("10.20.0.11", "fd20::11", "02:00:00:00:20:11", "10.20.0.1", "fd20::1"),
    "cam2": ("10.20.0.12", "fd20::12", "02:00:00:00:20:12", "10.20.0.1", "fd20::1"),
    "plc": ("10.30.0.10", "fd30::10", "02:00:00:00:30:10", "10.30.0.1", "fd30::1"),
    "rogue": ("10.20.0.66", "fd20::66", "02:00:00:00:66:66", "10.20.0.1", "fd20::1"),
    "sensor": (None, None, "02:00:00:00:20:15", None, "fd20::1"),  # asks by DHCP
}
PORTS = {"cam1": "lan1", "cam2": "lan2", "plc": "lan3", "rogue": "lan4", "sensor": "lan5"}
BRIDGED = ("lan1", "lan2", "lan4", "lan5", "lan6")
SERVERS = {
    "vms": ("10.9.0.5", "fd09::5", "02:00:00:00:09:05"),
    "mqtt": ("10.9.0.6", "fd09::6", "02:00:00:00:09:06"),
    "siem": ("10.9.0.9", "fd09::9", "02:00:00:00:09:09"),
    "dns": ("10.9.0.53", "fd09::53", "02:00:00:00:09:53"),
}
INET = ("8.8.8.8", "2001:4860:4860::8888", "02:00:00:00:08:08")
HOSTS = ("router", "core", *DEVICES, *SERVERS, "inet")

ROUTER_MAC = {"br0": "02:00:00:00:20:01", "lan3": "02:00:00:00:30:01", "wan0": "02:00:00:00:09:01"}
ROUTER4 = {"br0": "10.20.0.1", "lan3": "10.30.0.1", "wan0": "10.9.0.1"}
ROUTER6 = {"br0": "fd20::1", "lan3": "fd30::1", "wan0": "fd09::1"}
UPLINK4, UPLINK6 = "10.9.0.254", "fd09::fe"
INET_GW4, INET_GW6 = "8.8.8.1", "2001:4860:4860::1"
INET_GW_MAC = "02:00:00:00:08:01"
LAN4 = ("10.20.0.0/24", "10.30.0.0/24")
LAN6 = ("fd20::/64", "fd30::/64")

NFT = """
table ip lab {
	chain out {
		type nat hook postrouting priority srcnat;
		oifname "wan0" masquerade
	}
}
"""


def address(host, family):
    """The address others know a host by."""
    table = {**{k: v[:2] for k, v in DEVICES.items()}, **{k: v[:2] for k, v in SERVERS.items()},
             "inet": INET[:2], "router": (ROUTER4["br0"], ROUTER6["br0"])}
    return table[host][0 if family == 4 else 1]


def mac(host):
    if host in DEVICES:
        return DEVICES[host][2]
    return SERVERS[host][2] if host in SERVERS else INET[2]


def link_local(hwaddr):
    b = bytes.fromhex(hwaddr.replace(":", ""))
    g = bytes([b[0] ^ 2]) + b[1:3] + b"\xff\xfe" + b[3:]
    return "fe80::" + ":".join(f"{g[i]:02x}{g[i + 1]:02x}" for i in range(0, 8, 2))


def router_mac(host):
    """The router's MAC as a device sees it."""
    return ROUTER_MAC["lan3" if PORTS.get(host) == "lan3" else "br0"]


def links(ns, mtu):
    """ip commands that wire the namespaces; ns maps a host name to its namespace."""
    def veth(host, hwaddr, other, port, name="eth0"):
        return (f"link add {name} netns {ns(host)} mtu {mtu} address {hwaddr} type veth "
                f"peer name {port} netns {ns(other)} mtu {mtu}")

    cmds = [veth(h, d[2], "router", PORTS[h]) for h, d in DEVICES.items()]
    cmds += [veth(h, s[2], "core", h) for h, s in SERVERS.items()]
    cmds.append(veth("inet", INET[2], "core", f"inet0 address {INET_GW_MAC}"))
    cmds.append(veth("sensor", DEVICES["sensor"][2], "router", "lan6", "eth1"))
    cmds.append(veth("router", ROUTER_MAC["wan0"], "core", "router", "wan0"))
    return cmds


def addresses(host):
    """ip commands inside one host, after its links exist."""
    cmds = ["link set lo up"]
    if host == "router":
        cmds += [f"link add br0 address {ROUTER_MAC['br0']} type bridge forward_delay 0 "
                 "mcast_snooping 0",
                 f"link set lan3 address {ROUTER_MAC['lan3']}"]
        cmds += [f"link set {p} master br0 up" for p in BRIDGED]
        cmds += [f"link set {i} up" for i in ("br0", "lan3", "wan0")]
        for i in ROUTER4:
            cmds += [f"addr add {ROUTER4[i]}/24 dev {i}", f"addr add {ROUTER6[i]}/64 dev {i} nodad"]
        return cmds + [f"route add default via {UPLINK4}", f"route add default via {UPLINK6}"]
    if host == "core":
        cmds += ["link add sw type bridge forward_delay 0 mcast_snooping 0"]
        cmds += [f"link set {p} master sw up" for p in (*SERVERS, "router")]
        cmds += ["link set sw up", "link set inet0 up", f"addr add {UPLINK4}/24 dev sw",
                 f"addr add {UPLINK6}/64 dev sw nodad", f"addr add {INET_GW4}/24 dev inet0",
                 f"addr add {INET_GW6}/64 dev inet0 nodad"]
        return cmds + _to_lan()
    cmds.append("link set eth0 up")
    if host in DEVICES:
        a4, a6, _, gw4, gw6 = DEVICES[host]
    elif host in SERVERS:
        (a4, a6, _), gw4, gw6 = SERVERS[host], UPLINK4, UPLINK6
    else:
        (a4, a6, _), gw4, gw6 = INET, INET_GW4, INET_GW6
    if a4:
        cmds += [f"addr add {a4}/24 dev eth0", f"route add default via {gw4}"]
    if a6:
        cmds += [f"addr add {a6}/64 dev eth0 nodad", f"route add default via {gw6}"]
    return cmds + (_to_lan() if host in SERVERS else [])


def _to_lan():
    return [f"route add {p} via {ROUTER4['wan0']}" for p in LAN4] + \
           [f"route add {p} via {ROUTER6['wan0']}" for p in LAN6]


def sysctls(host):
    """Settings by path under /proc/sys/net."""
    s = {"ipv4/conf/all/rp_filter": 0, "ipv4/conf/default/rp_filter": 0,
         "ipv6/conf/all/accept_ra": 0, "ipv6/conf/default/accept_ra": 0,
         "ipv6/conf/default/autoconf": 0, "ipv6/conf/default/accept_dad": int(host == "sensor"),
         "ipv4/ping_group_range": "0 2147483647"}
    if host in ("router", "core"):
        s.update({"ipv4/ip_forward": 1, "ipv6/conf/all/forwarding": 1,
                  "ipv4/conf/all/send_redirects": 0, "ipv4/conf/default/send_redirects": 0,
                  "bridge/bridge-nf-call-iptables": 0, "bridge/bridge-nf-call-ip6tables": 0,
                  "bridge/bridge-nf-call-arptables": 0})
    return s
