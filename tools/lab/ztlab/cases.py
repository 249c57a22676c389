# SPDX-License-Identifier: GPL-2.0
"""The attempts made with ordinary clients. policy: ../policy.json."""
from . import clients
from .attempts import Attempt
from .services import VMS_FILE
from .topology import address

TALK = "devices and their applications"
ISOLATION = "devices among each other"
OUT = "devices and everything else"
IN = "towards devices"


def client(function, *args, **kw):
    return lambda run, a, before: function(run.lab, *args, **kw)


def flow(device, peer, proto, port, family, opener="device"):
    """How to find the agent's word on a flow: from the device's side."""
    return {"device": device, "peer": address(peer, family), "proto": proto, "port": port,
            "opener": opener}


def both(make):
    return [make(4), make(6)]


def tcp(group, text, src, dst, port, allowed, reason, rule=None, act=None, device=None):
    """A TCP attempt in both families. device: whose port judges, default the opener's."""
    def make(f):
        who = device or src
        inbound = who != src
        return Attempt(f"{src}-{dst}-{port}.{f}", group, text, f,
                       act(f) if act else client(clients.connect, src, address(dst, f), port),
                       allowed, reason, rule,
                       flow(who, src if inbound else dst, "tcp", port, f, "peer"
                            if inbound else "device"))
    return both(make)


def echo(group, text, src, dst, allowed, reason, rule=None, device=None):
    def make(f):
        who = device or src
        inbound = who != src
        return Attempt(f"{src}-ping-{dst}.{f}", group, text, f,
                       client(clients.ping, src, address(dst, f)),
                       allowed, reason, rule,
                       flow(who, src if inbound else dst, "icmp" if f == 4 else "icmp6", 0, f,
                            "peer" if inbound else "device"))
    return both(make)


def dns(text, src, server, allowed, reason, rule=None):
    def make(f):
        return Attempt(f"{src}-dns-{server}.{f}", TALK if allowed else OUT, text, f,
                       client(clients.dig, src, address(server, f)), allowed, reason, rule,
                       flow(src, server, "udp", 53, f))
    return both(make)


def page(src, dst, port=80, path="", size=0):
    return lambda f: client(clients.http, src, address(dst, f), port, path, size)


def publish(src):
    return lambda f: (lambda run, a, before: clients.mqtt(run.lab, src, address("mqtt", f),
                                                          f"{src}{f}{run.word}"))


def recording(f):
    a = tcp(TALK, "camera fetches 600 kB: replies find their way back"
            + (" through NAT" if f == 4 else ", routed"), "cam1", "vms", 80, True, "allowed",
            "cam-vms",
            page("cam1", "vms", 80, "recording", VMS_FILE))[0 if f == 4 else 1]
    a.name = f"cam1-recording.{f}"
    return a


def lease():
    return Attempt("sensor-dhcp.4", TALK, "sensor asks for an address by DHCP", 4,
                   client(clients.dhcp),
                   True, "infra-dhcp", serial=True)


def listed():
    """All of them, in the order of the table. The lease comes first: the sensor needs it."""
    return [
        *tcp(TALK, "camera 1 opens the VMS's page", "cam1", "vms", 80, True, "allowed", "cam-vms",
             page("cam1", "vms")),
        *tcp(TALK, "camera 2 opens the VMS's page", "cam2", "vms", 80, True, "allowed", "cam-vms",
             page("cam2", "vms")),
        *both(recording),
        *tcp(TALK, "PLC publishes to the MQTT broker", "plc", "mqtt", 1883, True, "allowed",
             "plc-mqtt", publish("plc")),
        *dns("camera asks the router's DNS", "cam1", "router", True, "allowed", "cctv-dns"),
        *echo(TALK, "camera pings the router", "cam1", "router", True, "allowed", "cam-ping"),
        *tcp(TALK, "VMS pulls the camera's video", "vms", "cam1", 554, True, "allowed", "vms-rtsp",
             device="cam1"),
        *echo(TALK, "router pings the camera", "router", "cam1", True, "allowed", "router-check",
              device="cam1"),
        *tcp(TALK, "camera 2 sends its log, an allowed range", "cam2", "vms", 22, True, "allowed",
             "cam2-log"),
        *tcp(ISOLATION, "PLC watches camera 2, by rule", "plc", "cam2", 554, True, "allowed",
             "plc-watch"),
        *tcp(ISOLATION, "PLC watches camera 1", "plc", "cam1", 554, False, "no-rule"),
        *tcp(ISOLATION, "camera 1 opens camera 2, same bridge", "cam1", "cam2", 554, False,
             "no-rule"),
        *echo(ISOLATION, "camera 2 pings camera 1, same bridge", "cam2", "cam1", False, "no-rule"),
        *tcp(ISOLATION, "camera writes to the PLC", "cam1", "plc", 502, False, "no-rule"),
        *tcp(OUT, "camera opens a web page in the internet", "cam1", "inet", 80, False, "no-rule",
             None, page("cam1", "inet")),
        *tcp(OUT, "camera opens the VMS by ssh", "cam1", "vms", 22, False, "no-rule"),
        *tcp(OUT, "camera opens the router by ssh", "cam1", "router", 22, False, "no-rule"),
        *tcp(OUT, "camera 2 by telnet: in its range, but deny wins", "cam2", "vms", 23, False,
             "denied", "no-telnet"),
        *tcp(OUT, "PLC opens the VMS's page", "plc", "vms", 80, False, "no-rule", None,
             page("plc", "vms")),
        *tcp(OUT, "camera publishes to the MQTT broker", "cam2", "mqtt", 1883, False, "no-rule",
             None, publish("cam2")),
        *dns("camera asks another resolver", "cam1", "inet", False, "no-rule"),
        *echo(OUT, "PLC pings the internet", "plc", "inet", False, "no-rule"),
        *tcp(IN, "internet opens the camera's video", "inet", "cam1", 554, False, "no-rule",
             device="cam1"),
        *tcp(IN, "VMS opens the camera by ssh", "vms", "cam1", 22, False, "no-rule", device="cam1"),
        *tcp(IN, "VMS writes to the PLC", "vms", "plc", 502, False, "no-rule", device="plc"),
        *echo(IN, "internet pings the camera", "inet", "cam2", False, "no-rule", device="cam2"),
        *tcp(IN, "router opens the camera's video", "router", "cam2", 554, False, "no-rule",
             device="cam2"),
    ]


def sensor(address4, address6):
    """The dynamic device: what it may do with the addresses it was seen to get."""
    out = []
    for f in (4, 6):
        def flow_of(peer, port, fam=f):
            return flow("sensor", peer, "tcp", port, fam)
        if not (address4 if f == 4 else address6):
            continue
        out += [Attempt(f"sensor-vms.{f}", TALK, "sensor opens the VMS from its learned address", f,
                        client(clients.http, "sensor", address("vms", f)), True, "allowed",
                        "sensor-vms", flow_of("vms", 80)),
                Attempt(f"sensor-cam1.{f}", ISOLATION,
                        "sensor watches camera 1, by rule, same bridge", f,
                        client(clients.connect, "sensor", address("cam1", f), 554), True, "allowed",
                        "sensor-watch",
                        flow_of("cam1", 554)),
                Attempt(f"sensor-cam2.{f}", ISOLATION, "sensor watches camera 2", f,
                        client(clients.connect, "sensor", address("cam2", f), 554), False,
                        "no-rule", None,
                        flow_of("cam2", 554))]
    return out
