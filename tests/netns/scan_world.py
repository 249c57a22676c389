# SPDX-License-Identifier: GPL-2.0
"""What a scanning camera finds in the lab: far more services than its policy allows.

Shared by scan_test.py (a stated list of ports) and scan_all.py (every port).
"""
from suite import policy, topology, wait_for
from ztlab.netns import SLOW
from ztlab.services import SERVE, listening

SCANNER = "cam1"
# host, address by family, interface where its packets are counted
TARGETS = ("vms", "router", "cam2", "plc", "inet")
PLACES = [("vms", "eth0"), ("router", "br0"), ("cam2", "eth0"), ("plc", "eth0"), ("rogue", "eth0"),
          ("sensor", "eth0"), ("mqtt", "eth0"), ("dns", "eth0"), ("inet", "eth0"), ("siem", "eth0")]
ALLOWED = {
    "vms": ["tcp/22", "tcp/80", "tcp/443", "tcp/8443", "tcp/5000-5010", "udp/53", "udp/6000-6003"],
    "router": ["tcp/8080", "udp/123"],
    "cam2": ["tcp/554", "udp/5000"],
}
SILENT = {("vms", "tcp", 8443), ("vms", "tcp", 5010), ("vms", "udp", 6003)}  # allowed, nobody home
SILENT6 = {("router", "udp", 67)}  # dnsmasq listens there in IPv4 alone
PROTOCOLS = (50, 89)  # ESP and OSPF, to the VMS
LIMITS = {"flows": 65535, "new_flows_per_s": 10000}  # other tests prove these
WELL_KNOWN = (135, 139, 143, 161, 162, 179, 389, 443, 445, 465, 500, 502, 514, 515, 520, 548, 587,
              623, 631, 636, 771, 789, 853, 873, 993, 995, 1080, 1089, 1194, 1433, 1521, 1723, 1883,
              1900, 1911, 1962, 2049, 2222, 2375, 2404, 2455, 3128, 3306, 3389, 3478, 3671, 3702,
              4000, 4059, 4444, 4500, 4712, 4786, 4789, 4840, 4899, 4911, 5060, 5094, 5222, 5353,
              5432, 5671, 5683, 5684, 5900, 5985, 6379, 6443, 6667, 7547, 8000, 8008, 8081, 8291,
              8728, 8883, 8888, 9000, 9090, 9100, 9200, 9600, 10000, 11211, 17185, 18245, 20000,
              20547, 22222, 25565, 27017, 28784, 34962, 34963, 34964, 37777, 37810, 44818, 47808,
              48898, 49152, 50000, 51820, 55000, 55003, 60000, 65535)


def bounds(service):
    proto, _, ports = service.partition("/")
    low, _, high = ports.partition("-")
    return proto, int(low), int(high or low)


def allowed(host, proto):
    """The ports of one host that the policy opens for the scanner."""
    return {p for s in ALLOWED.get(host, ()) for q, a, b in [bounds(s)] if q == proto
            for p in range(a, b + 1)}


def stated_ports():
    """At least 200: the first 128, the well-known, every allowed one with both neighbours."""
    near = {n for h in ALLOWED for proto in ("tcp", "udp") for p in allowed(h, proto)
            for n in (p - 1, p, p + 1)}
    ports = sorted(near | set(WELL_KNOWN) | set(range(1, 129)))
    return sorted(near | set(ports[:: SLOW]))  # emulated, a quarter of the others


def addresses(family, hosts=TARGETS):
    return {topology.address(h, family): h for h in hosts}


def scan_policy():
    """The lab's policy with nothing for the scanner but ALLOWED."""
    both = {h: [topology.address(h, f) for f in (4, 6)] for h in ("vms",)}
    return policy(
        rules={r: None for r in ("cam-vms", "vms-rtsp", "cctv-dns", "cam-ping", "router-check",
                                 "cam2-log", "no-telnet", "sensor-vms", "sensor-watch")} | {
            "scan-vms": {"from": SCANNER, "to": "scan-vms", "action": "allow"},
            "scan-router": {"from": SCANNER, "to": "scan-router", "action": "allow"},
            "scan-cam2": {"from": SCANNER, "to": "cam2", "services": ALLOWED["cam2"],
                          "action": "allow"}},
        groups={"cameras": None}, applications={
            "vms": None, "vms-log": None, "telnet": None,
            "scan-vms": {"hosts": both["vms"], "services": ALLOWED["vms"] + ["icmp/echo"] +
                         [f"proto/{n}" for n in PROTOCOLS]},
            "scan-router": {"hosts": ["router"], "services": ALLOWED["router"]}},
        devices={SCANNER: {"limits": LIMITS}}, tests=None)


def open_ports(lab, ports):
    """Let every target listen on all of them, tcp and udp, but on the SILENT ones."""
    for host in TARGETS:
        has = listening(lab.host[host])
        mine = [(t, p) for t in ("tcp", "udp") for p in ports
                if (t, p) not in has and (host, t, p) not in SILENT]
        lab.host[host].spawn("sh", "-c", 'ulimit -n 140000; exec "$0" "$@"', *SERVE,
                             host, lab.host[host].path, *(f"{t}/{p}" for t, p in mine),
                             log=f"{lab.dir}/open-{host}.log")
    for host in TARGETS:
        wait_for(lambda h=host: len(listening(lab.host[h])) >= 2 * len(ports) - 10, 30)


def listens(lab, host, proto):
    return {p for t, p in listening(lab.host[host]) if t == proto}


def quick_errors(lab):
    """No host holds back ICMP errors, so that a closed port is told as such at once."""
    for host in TARGETS:
        lab.host[host].run("sh", "-c", "cd /proc/sys/net; for k in ipv4/icmp_ratelimit "
                           "ipv6/icmp/ratelimit; do echo 0 >$k; done; "
                           "for k in ipv4/icmp_msgs_per_sec ipv4/icmp_msgs_burst; do "
                           "[ ! -w $k ] || echo 1000000 >$k; done", check=False)
