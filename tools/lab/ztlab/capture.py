# SPDX-License-Identifier: GPL-2.0
"""Ears at the hosts: which marked frames really arrived where.

A marker is `ZT<word>;` anywhere in a frame. Only frames that came in from the
wire count, never what the host sends itself.
"""
import re
import selectors
import socket
import threading

from .netns import wait_for

ETH_P_ALL = 3
MARKER = re.compile(rb"ZT[0-9a-z.-]+;")


class Ears:
    def __init__(self, lab, hosts, ifname="eth0"):
        self.heard = set()  # (host, marker)
        self.sel = selectors.DefaultSelector()
        for name in hosts:
            s = lab.host[name].packet_socket(ifname, ETH_P_ALL)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            s.setblocking(False)
            self.sel.register(s, selectors.EVENT_READ, name)
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

    def drain(self, s, name):
        while True:
            try:
                frame, where = s.recvfrom(65536)
            except OSError:
                return
            if where[2] != socket.PACKET_OUTGOING:
                self.heard.update((name, m.decode()) for m in MARKER.findall(frame))

    def wait(self, host, marker, timeout):
        return wait_for(lambda: (host, marker) in self.heard, timeout, 0.01)

    def close(self):
        self.stopper.send(b"x")
        self.thread.join()
        for key in list(self.sel.get_map().values()):
            key.fileobj.close()
        self.stopper.close()
        self.sel.close()
