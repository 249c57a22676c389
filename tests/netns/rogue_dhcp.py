# SPDX-License-Identifier: GPL-2.0
"""A rogue DHCP server that is always first.

It reads the client's question at the client itself (no rogue is luckier than that),
so that its answers are right in every field, and sends them from where it sits.
"""
import selectors
import socket
import struct
import threading

from ztlab import frames as f

OFFERED = "10.20.0.240"
CLIENT = "sensor"
ETH_P_ALL = 3


def message_type(options):
    at = 0
    while at + 1 < len(options) and options[at] != 255:
        if options[at] == 0:
            at += 1
            continue
        if options[at] == 53:
            return options[at + 2]
        at += 2 + options[at + 1]
    return 0


class Rogue:
    def __init__(self, lab, place):
        self.place, self.answered = place, 0
        self.ears = lab.host[CLIENT].packet_socket("eth0", ETH_P_ALL)
        self.mouth = lab.host[place.host].packet_socket(place.ifname)
        self.stop, self.stopper = socket.socketpair()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        sel = selectors.DefaultSelector()
        sel.register(self.ears, selectors.EVENT_READ)
        sel.register(self.stop, selectors.EVENT_READ)
        while True:
            for key, _ in sel.select():
                if key.fileobj is self.stop:
                    sel.close()
                    return
                frame, where = self.ears.recvfrom(2048)
                if where[2] == socket.PACKET_OUTGOING:
                    self.answer(frame)

    def answer(self, frame):
        """DISCOVER gets an OFFER, REQUEST an ACK."""
        if len(frame) < 282 or frame[12:14] != b"\x08\0" or frame[23] != f.UDP or \
                frame[36:38] != b"\0\x43":
            return
        asked = message_type(frame[282:])
        if asked not in (1, 3):
            return
        bootp = frame[42:]
        me = f.packed(self.place.addr4)
        head = struct.pack("!BBBB", 2, 1, 6, 0) + bootp[4:8] + bytes(4) + bytes(4) + \
            f.packed(OFFERED) + me + bytes(4) + bootp[28:44] + bytes(192) + b"\x63\x82\x53\x63"
        options = bytes((53, 1, 2 if asked == 1 else 5, 54, 4)) + me + \
            struct.pack("!BBI", 51, 4, 3600) + b"\1\4\xff\xff\xff\0" + b"\3\4" + me + b"\xff"
        for to_mac, to in ((frame[6:12].hex(":"), OFFERED), (f.BROADCAST, "255.255.255.255")):
            packet = f.ip(self.place.addr4, to, f.UDP, f.udp(self.place.addr4, to, 67, 68,
                                                             head + options))
            self.mouth.send(f.eth(to_mac, self.place.mac, packet, f.ETH_P_IP))
            self.answered += 1

    def close(self):
        self.stopper.send(b"x")
        self.thread.join()
        for s in (self.ears, self.mouth, self.stop, self.stopper):
            s.close()
