# SPDX-License-Identifier: GPL-2.0
"""Ears at the hosts: which marked frames really arrived where.

A marker is `ZT<word>;` anywhere in a frame. Only frames that came in from the
wire count, never what the host sends itself.
"""
import re
import selectors
import socket
import threading
import time

from .netns import wait_for

ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
MARKER = re.compile(rb"ZT[0-9a-z.-]+;")


class Listener:
    """Reads what comes in at (host, interface) pairs until close(), in a thread.

    Whoever is one has note(host, frame), and is ready for it before Listener.__init__().
    """

    def __init__(self, lab, places, buffer=4 << 20):
        self.sel = selectors.DefaultSelector()
        self.sockets = []
        for host, ifname in places:
            s = lab.host[host].packet_socket(ifname, ETH_P_ALL)
            s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, buffer)
            s.setblocking(False)
            self.sockets.append(s)
            self.sel.register(s, selectors.EVENT_READ, host)
        self.last = time.monotonic()  # when a frame was seen, also one going out
        self.stop, self.stopper = socket.socketpair()
        self.sel.register(self.stop, selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        while True:
            for key, _ in self.sel.select():
                if key.data is None:
                    return
                self.drain(key.fileobj, key.data)

    def drain(self, s, host):
        while True:
            try:
                frame, where = s.recvfrom(65536)
            except OSError:
                return
            self.last = time.monotonic()
            if where[2] != socket.PACKET_OUTGOING:
                self.note(host, frame)

    def close(self):
        self.stopper.send(b"x")
        self.thread.join()
        for key in list(self.sel.get_map().values()):
            key.fileobj.close()
        self.stopper.close()
        self.sel.close()


class Ears(Listener):
    def __init__(self, lab, hosts, ifname="eth0"):
        self.heard = set()  # (host, marker)
        super().__init__(lab, [(host, ifname) for host in hosts])

    def note(self, host, frame):
        self.heard.update((host, m.decode()) for m in MARKER.findall(frame))

    def wait(self, host, marker, timeout):
        return wait_for(lambda: (host, marker) in self.heard, timeout, 0.01)
