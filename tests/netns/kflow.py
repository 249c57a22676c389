# SPDX-License-Identifier: GPL-2.0
"""The flow table of zt_flow.ko by generic netlink, for what only a test wants. In the router:
    python3 kflow.py idle TICKS     every flow is over so long after its last packet
    python3 kflow.py most N         at most N records from now on
Both print the answer of the module as JSON. include/zt_genl.h has the messages.
"""
import json
import socket
import struct
import sys

ABI = 5
CTRL, GETFAMILY, NLMSG_ERROR, REQUEST = 16, 3, 2, 1
TABLE, ATTR_ABI, ATTR_MAX_FLOWS, ATTR_IDLE = 1, 2, 4, 7
ANSWER = {3: "table", 4: "max_flows", 20: "live", 25: "refused_full", 26: "refused_quota"}


def attr(kind, octets):
    n = 4 + len(octets)
    return struct.pack("=HH", n, kind) + octets + bytes(-n % 4)


def attrs(octets):
    at = 0
    while at + 4 <= len(octets):
        n, kind = struct.unpack_from("=HH", octets, at)
        yield kind & 0x3fff, octets[at + 4:at + n]
        at += n + -n % 4


def ask(s, family, cmd, *what):
    body = struct.pack("=BBH", cmd, 1, 0) + b"".join(what)
    s.send(struct.pack("=IHHII", 16 + len(body), family, REQUEST, 1, 0) + body)
    answer = s.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        sys.exit(f"netlink: error {struct.unpack_from('=i', answer, 16)[0]}")
    return dict(attrs(answer[20:struct.unpack_from("=I", answer)[0]]))


def main(what, value):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    s.bind((0, 0))
    family, = struct.unpack("=H", ask(s, CTRL, GETFAMILY, attr(2, b"zt_flow\0"))[1])
    if what == "idle":
        change = attr(ATTR_IDLE, struct.pack("=8I", *[int(value)] * 8))
    else:
        change = attr(ATTR_MAX_FLOWS, struct.pack("=I", int(value)))
    got = ask(s, family, TABLE, attr(ATTR_ABI, struct.pack("=I", ABI)), change)
    print(json.dumps({word: int.from_bytes(got[n], sys.byteorder) for n, word in ANSWER.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
