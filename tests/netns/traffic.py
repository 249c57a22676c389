# SPDX-License-Identifier: GPL-2.0
"""Traffic that goes on while something is done to the router, and its bookkeeping.

Three kinds, each in a thread: echo connections that must live, new connections
that must succeed, and marked frames that must never arrive.
"""
import socket
import threading
import time

from ztlab import cases_raw, clients
from ztlab.netns import SLOW
from ztlab.topology import address

# who opens what, long-lived; all allowed by the lab's policy
ECHOES = (("cam2", "vms", 22), ("vms", "cam1", 554), ("plc", "cam2", 554))


class Traffic:
    def __init__(self, lab, ears, word, denied=True):
        self.lab, self.ears, self.word = lab, ears, word
        self.stopping = threading.Event()
        self.broken, self.refused = [], []
        self.echoed = self.connected = self.sent = 0
        self.phase = 0  # of the inward frames: a new one tells what arrives from now on
        self.connections = [self.open(*e, f) for e in ECHOES for f in (4, 6)]
        jobs = [self.echo, self.connect] + ([self.forbidden, self.inward] if denied else [])
        self.threads = [threading.Thread(target=j, daemon=True) for j in jobs]
        for t in self.threads:
            t.start()

    def open(self, src, dst, port, family):
        s = self.lab.host[src].socket(socket.AF_INET if family == 4 else socket.AF_INET6,
                                      socket.SOCK_STREAM)
        s.settimeout(5)
        s.connect((address(dst, family), port))
        s.recv(200)
        return f"{src} > {dst}:{port} v{family}", s

    def echo(self):
        """One line on every connection; it must come back."""
        n = 0
        while not self.stopping.is_set():
            n += 1
            for name, s in self.connections:
                line = f"line {n}\n".encode()
                try:
                    s.sendall(line)
                    got = b""
                    while len(got) < len(line):
                        piece = s.recv(200)
                        if not piece:
                            raise OSError("closed")
                        got += piece
                    self.echoed += 1
                except OSError as e:
                    if not self.stopping.is_set():
                        self.broken.append(f"{name}: {e}")
                    return
            time.sleep(0.005 * SLOW)

    def connect(self):
        """A new allowed connection at a time, from few ports: a device may hold 256 flows."""
        port = 0
        while not self.stopping.is_set():
            port = (port + 1) % 40
            for f in (4, 6):
                with self.lab.host["cam1"].socket(socket.AF_INET if f == 4 else socket.AF_INET6,
                                                  socket.SOCK_STREAM) as s:
                    clients.end_by_reset(s)
                    s.settimeout(3)
                    try:
                        s.bind(("", 20000 + port))
                        s.connect((address("vms", f), 80))
                        self.connected += 1
                    except OSError as e:
                        self.refused.append(f"cam1 > vms:80 v{f}: {e}")
            time.sleep(0.05 * SLOW)

    def forbidden(self):
        """Frames the policy stops, as fast as two a millisecond (emulated, a quarter)."""
        frames = [build(v) for v in (4, 6) for build in (self.outward, self.sideways)]
        with self.lab.host["cam1"].packet_socket("eth0") as s:
            while not self.stopping.is_set():
                for f in frames:
                    s.send(f)
                self.sent += len(frames)
                time.sleep(0.002 * SLOW)

    def inward(self):
        """The same towards camera 1, from the internet."""
        with self.lab.host["inet"].packet_socket("eth0") as s:
            while not self.stopping.is_set():
                for v in (4, 6):
                    m = f"ZTin{v}.{self.word}-{self.phase};".encode()
                    s.send(cases_raw.inward(cases_raw.dgram(address("inet", v), address("cam1", v),
                                                            20102, m), v))
                time.sleep(0.002 * SLOW)

    def outward(self, v):
        m = f"ZTout{v}.{self.word};".encode()
        return cases_raw.routed("cam1", cases_raw.dgram(address("cam1", v), address("inet", v),
                                                        20100, m), v)

    def sideways(self, v):
        m = f"ZTside{v}.{self.word};".encode()
        return cases_raw.bridged("cam1", "cam2", cases_raw.dgram(address("cam1", v),
                address("cam2", v), 20101, m), v)

    def leaked_inward(self):
        """Those of this phase that reached the camera."""
        return [m for h, m in self.ears.heard if h == "cam1" and f".{self.word}-{self.phase};" in m
                and "ZTin" in m]

    def leaked(self):
        """Where they arrived; the sender itself hears them quoted in ICMP errors."""
        return [(h, m) for h, m in self.ears.heard if f".{self.word};" in m and h != "cam1"]

    def stop(self):
        self.stopping.set()
        for t in self.threads:
            t.join(6)
        for _, s in self.connections:
            s.close()

    def told(self):
        return f"{self.echoed} echoes, {self.connected} connections, {self.sent} forbidden frames"
