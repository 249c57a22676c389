# SPDX-License-Identifier: GPL-2.0
"""bpf(2) by hand, for what bpftool 7.1 cannot do: a foreign program on a port, a mapped map.

The programs are two instructions long: "return N". Runs inside the router:
    python3 rawbpf.py tcx-before IFACE ingress|egress RETURN   in front of what is there
    python3 rawbpf.py xdp IFACE RETURN                         by netlink-less link
    python3 rawbpf.py pin-map PATH                             an array map, pinned
    python3 rawbpf.py pin-tc PATH RETURN                       a program for tc, pinned
    python3 rawbpf.py detach PATH...                           pinned links, by force; says when
                                                               it began (CLOCK_MONOTONIC, s)
    python3 rawbpf.py flows PINS                               records in the flow table, as
                                                               {address of the device: number}
    python3 rawbpf.py kill-moving PINS PID                     that process, as soon as zt_cfg says
                                                               that flows belong to the module
    python3 rawbpf.py idle PINS TICKS                          every flow is over so long after
                                                               its last packet
The first two print "ready" and hold the link until they are killed.
"""
import collections
import ctypes
import ipaddress
import json
import mmap
import os
import signal
import socket
import struct
import sys
import time

NR_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
MAP_CREATE, MAP_LOOKUP, MAP_UPDATE, PROG_LOAD, OBJ_PIN, OBJ_GET = 0, 1, 2, 5, 6, 7
GET_INFO, LINK_CREATE, LINK_DETACH = 15, 28, 34
SCHED_CLS, XDP = 3, 6
ATTACH_XDP, TCX_INGRESS, TCX_EGRESS = 37, 46, 47
BEFORE = 1 << 3
libc = ctypes.CDLL(None, use_errno=True)


def bpf(cmd, attr):
    buf = ctypes.create_string_buffer(attr.ljust(144, b"\0"), 144)
    fd = libc.syscall(NR_BPF, cmd, buf, 144)
    if fd < 0:
        e = ctypes.get_errno()
        sys.exit(f"bpf({cmd}): {os.strerror(e)}")
    return fd


def returning(kind, attach, value):
    code = struct.pack("<BBhi", 0xB7, 0, 0, value) + struct.pack("<BBhi", 0x95, 0, 0, 0)
    insns = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    attr = struct.pack("<IIQQIIQII16sII", kind, 2, ctypes.addressof(insns),
                       ctypes.addressof(licence), 0, 0, 0, 0, 0,
                       b"foreign", 0, attach)
    return bpf(PROG_LOAD, attr)


def link(prog, ifname, attach, flags):
    return bpf(LINK_CREATE, struct.pack("<IIIIIIQ", prog, socket.if_nametoindex(ifname), attach,
                                        flags, 0, 0, 0))


def pin_map(path):
    name = os.path.basename(path).encode()[:15]
    fd = bpf(MAP_CREATE, struct.pack("<IIIII", 2, 4, 4, 1, 0) + struct.pack("<II16s", 0, 0, name))
    pin(fd, path)


def pin(fd, path):
    text = ctypes.create_string_buffer(path.encode())
    bpf(OBJ_PIN, struct.pack("<QII", ctypes.addressof(text), fd, 0))


def detach(path):
    text = ctypes.create_string_buffer(path.encode())
    fd = bpf(OBJ_GET, struct.pack("<QII", ctypes.addressof(text), 0, 0))
    bpf(LINK_DETACH, struct.pack("<I", fd))


def mapped(path):
    """The memory of a pinned array map, read only."""
    text = ctypes.create_string_buffer(path.encode())
    fd = bpf(OBJ_GET, struct.pack("<QII", ctypes.addressof(text), 0, 0))
    info = ctypes.create_string_buffer(88)
    bpf(GET_INFO, struct.pack("<IIQ", fd, len(info), ctypes.addressof(info)))
    value_size, entries = struct.unpack_from("<II", info, 12)
    size = -(-value_size * entries // mmap.PAGESIZE) * mmap.PAGESIZE
    return mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ)


def flows(pins):
    """Slots with a generation in their word; include/zt_abi.h has the layouts."""
    found = collections.Counter()
    for name, slot, octets in (("zt_flow4", 64, 4), ("zt_flow6", 128, 16)):
        memory = mapped(f"{pins}/maps/{name}")
        for n, (word,) in enumerate(struct.iter_unpack(f"=Q{slot - 8}x", memory)):
            if word >> 32:
                at = n * slot + 48
                found[str(ipaddress.ip_address(memory[at:at + octets]))] += 1
    print(json.dumps(found))


class Cfg:
    """zt_cfg; include/zt_abi.h has the layout."""

    def __init__(self, pins):
        text = ctypes.create_string_buffer(f"{pins}/maps/zt_cfg".encode())
        fd = bpf(OBJ_GET, struct.pack("<QII", ctypes.addressof(text), 0, 0))
        self.key, self.octets = ctypes.create_string_buffer(4), ctypes.create_string_buffer(144)
        self.attr = struct.pack("<IIQQQ", fd, 0, ctypes.addressof(self.key),
                                ctypes.addressof(self.octets), 0)

    def read(self):
        bpf(MAP_LOOKUP, self.attr)
        return self

    def table(self):
        return struct.unpack_from("<I", self.read().octets, 140)[0]

    def write_idle(self, ticks):
        struct.pack_into("<8I", self.read().octets, 24, *[ticks] * 8)
        bpf(MAP_UPDATE, self.attr)


def idle(pins, ticks):
    Cfg(pins).write_idle(int(ticks))


def kill_moving(pins, pid):
    cfg = Cfg(pins)
    print("ready", flush=True)
    while not cfg.table():
        pass
    os.kill(int(pid), signal.SIGKILL)


def main(what, *args):
    if what in ("flows", "idle", "kill-moving"):
        return {"flows": flows, "idle": idle, "kill-moving": kill_moving}[what](*args)
    if what == "pin-map":
        return [pin_map(path) for path in args]
    if what == "detach":
        print(time.monotonic())
        return [detach(path) for path in args]
    if what == "pin-tc":
        return pin(returning(SCHED_CLS, 0, int(args[1])), args[0])
    if what == "xdp":
        fd = link(returning(XDP, ATTACH_XDP, int(args[1])), args[0], ATTACH_XDP, 0)
    else:
        attach = TCX_INGRESS if args[1] == "ingress" else TCX_EGRESS
        fd = link(returning(SCHED_CLS, attach, int(args[2])), args[0], attach, BEFORE)
    print("ready", fd, flush=True)
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
