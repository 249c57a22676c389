# SPDX-License-Identifier: GPL-2.0
"""What runs on the lab's hosts: web, MQTT, DNS, DHCP, syslog, and open ports."""
import itertools
import os
import sys

from .netns import wait_for
from .topology import address

SERVE = (sys.executable, "-B", os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve.py"))
VMS_FILE = 600_000  # bytes of the recording a camera fetches
OPEN = {
    "router": ["tcp/22", "tcp/8080"],
    "cam1": ["tcp/554", "tcp/22", "udp/5000"],
    "cam2": ["tcp/554", "tcp/22", "udp/5000"],
    "plc": ["tcp/502", "tcp/22"],
    "sensor": ["tcp/22", "tcp/554"],
    "vms": ["tcp/22", "tcp/23", "tcp/8000", "udp/5000"],
    "mqtt": ["tcp/23"],
    "inet": ["tcp/80", "tcp/443", "udp/5000"],
}
NAMES = {"vms.lab": "vms", "mqtt.lab": "mqtt"}

RSYSLOG = """module(load="imudp")
template(name="raw" type="string" string="%rawmsg%\\n")
input(type="imudp" port="514")
action(type="omfile" file="{dir}/siem.log" template="raw" flushOnTXEnd="on")
"""
UDHCPC = """#!/bin/sh
# busybox udhcpc calls this with what the server said.
case "$1" in
deconfig) ip -4 addr flush dev "$interface" ;;
bound | renew)
	ip -4 addr replace "$ip/${{mask:-24}}" dev "$interface"
	ip route replace default via "${{router%% *}}"
	echo "$ip" >{dir}/sensor.ip ;;
esac
"""


def write(path, text, mode=0o644):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    os.chmod(path, mode)


def dnsmasq(lab, host, *extra):
    names = [f"--address=/{n}/{address(h, f)}" for n, h in NAMES.items() for f in (4, 6)]
    lab.host[host].spawn("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
                         "--no-hosts", "--user=root", "--pid-file=", "--log-facility=-",
                         "--bind-dynamic",
                         *names, *extra, log=f"{lab.dir}/dns-{host}.log")


def start(lab):
    """Start everything, then wait until all of it answers."""
    d = lab.dir
    os.makedirs(f"{d}/www", exist_ok=True)
    write(f"{d}/www/index.html", "ZT lab VMS\n")
    write(f"{d}/www/recording", "x" * VMS_FILE)
    hosts = [[h, lab.host[h].path, *services, "--"] for h, services in OPEN.items()]
    hosts.append(["vms", lab.host["vms"].path, f"www={d}/www"])
    lab.host["vms"].spawn(*SERVE, *itertools.chain(*hosts), log=f"{d}/serve.log")
    write(f"{d}/mosquitto.conf", "listener 1883\nallow_anonymous true\nuser root\n")
    lab.host["mqtt"].spawn("mosquitto", "-c", f"{d}/mosquitto.conf", log=f"{d}/mqtt.log")
    dnsmasq(lab, "router", "--interface=br0", "--interface=lan3",
            "--dhcp-range=10.20.0.100,10.20.0.150,1h",
            "--dhcp-authoritative", "--no-ping", f"--dhcp-leasefile={d}/leases",
            "--dhcp-option=option:router,10.20.0.1")
    dnsmasq(lab, "dns")
    dnsmasq(lab, "inet")
    write(f"{d}/rsyslog.conf", RSYSLOG.format(dir=d))
    lab.host["siem"].spawn("rsyslogd", "-n", "-f", f"{d}/rsyslog.conf", "-i", f"{d}/rsyslog.pid",
                           log=f"{d}/siem-daemon.log")
    write(f"{d}/udhcpc.sh", UDHCPC.format(dir=d), 0o755)
    wait_ready(lab)


def wait_ready(lab):
    wanted = {h: {("tcp" if s[0] == "t" else "udp", int(s[4:])) for s in svc} for h,
              svc in OPEN.items()}
    wanted["vms"].add(("tcp", 80))
    wanted["mqtt"].add(("tcp", 1883))
    wanted.setdefault("siem", set()).add(("udp", 514))
    for h in ("router", "dns", "inet"):
        wanted.setdefault(h, set()).add(("udp", 53))
    for host, ports in wanted.items():
        if not wait_for(lambda h=host, p=ports: p <= listening(lab.host[h]), timeout=10):
            missing = sorted(ports - listening(lab.host[host]))
            raise RuntimeError(f"{host}: services did not start: {missing}")


def listening(host):
    """The (protocol, port) pairs somebody listens on there."""
    waits = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}  # as in tcp_states.h
    found = set()
    for table, state in waits.items():
        rows = [line.split() for line in host.proc_net(table).splitlines()[1:]]
        found |= {(table[:3], int(r[1].rsplit(":", 1)[1], 16)) for r in rows if r[3] == state}
    return found


def leased(lab):
    """The address the sensor's DHCP client got, or None."""
    try:
        with open(f"{lab.dir}/sensor.ip", encoding="ascii") as f:
            return f.read().strip()
    except FileNotFoundError:
        return None


def dhcp_once(lab, host="sensor"):
    """Run a DHCP client until it has a lease; the address, or None."""
    path = f"{lab.dir}/sensor.ip"
    if os.path.exists(path):
        os.unlink(path)
    lab.host[host].run("busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "4", "-T", "1", "-f",
                       "-s", f"{lab.dir}/udhcpc.sh", check=False, timeout=15)
    return leased(lab)
