#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""MTU 9000 on every link: jumbo frames, fragments, and the same verdicts."""
import socket
import struct
import threading

from suite import Suite, check, policy, skip, topology
from ztlab import clients
from ztlab.services import VMS_FILE

suite = Suite(__doc__)
TCPI_BYTES_SENT = 200  # of struct tcp_info: payload, sent again included


def big_ping(host, dst, size, *args):
    return suite.lab.host[host].run("ping", "-n", "-c2", "-i0.2", "-W1", "-s", str(size), *args,
                                    dst,
                                    check=False).returncode == 0


def each(text, expected, attempt):
    for v in (4, 6):
        check(attempt(v) == expected, f"v{v}: {text}")


@suite.case("control: a plain router carries jumbo frames and fragments")
def control():
    each("8.9 kB in one frame", True, lambda v: big_ping("cam1", topology.address("router", v),
                                                         8900, "-M", "do"))
    each("20 kB in fragments", True, lambda v: big_ping("cam1", topology.address("router", v),
                                                        20000))
    each("20 kB to the neighbour", True, lambda v: big_ping("cam1", topology.address("cam2", v),
                                                            20000))


@suite.case("enforced: honest jumbo frames and fragments pass by rule")
def honest():
    suite.load(policy())
    check(suite.agent.enforcing(), f"not enforcing: {suite.agent.ask('status').get('why')}")
    each("8.9 kB in one frame", True, lambda v: big_ping("cam1", topology.address("router", v),
                                                         8900, "-M", "do"))
    each("20 kB in fragments", True, lambda v: big_ping("cam1", topology.address("router", v),
                                                        20000))
    each("a page in jumbo segments", True,
         lambda v: clients.http(suite.lab, "cam1", topology.address("vms", v), 80, "recording",
                                VMS_FILE))
    each("from the router, 8.9 kB", True, lambda v: big_ping("router", topology.address("cam1", v),
            8900))


@suite.case("enforced: what is denied stays denied at any size")
def denied():
    for size in (56, 8900, 20000):
        each(f"{size} to the neighbour", False, lambda v,
             n=size: big_ping("cam1", topology.address("cam2", v), n))
    each("an upload", False, lambda v: clients.http(suite.lab, "cam1", topology.address("inet", v)))


def pour(v, size):
    """The router sends so many octets to the PLC: what arrived, what it says it sent (some of it twice,
    on a busy machine), and the greatest frame."""
    family = socket.AF_INET if v == 4 else socket.AF_INET6
    plc, router = suite.lab.host["plc"], suite.lab.host["router"]
    got, greatest = [0], [0]
    wire = router.packet_socket("lan3", 3)
    wire.settimeout(0.2)

    def sink(listener):
        c, _ = listener.accept()
        c.settimeout(3)
        try:
            while got[0] < size:
                n = len(c.recv(1 << 20))
                got[0] += n
                if not n:
                    return
        except OSError:
            pass

    def look(stop):
        while not stop.is_set():
            try:
                # MSG_TRUNC: the length of the whole frame, which is not wanted itself
                greatest[0] = max(greatest[0], wire.recv_into(bytearray(64), 64, socket.MSG_TRUNC))
            except OSError:
                pass

    stop = threading.Event()
    with plc.socket(family, socket.SOCK_STREAM) as listener, wire:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", 6000))
        listener.listen()
        threads = [threading.Thread(target=sink, args=(listener,)),
                   threading.Thread(target=look, args=(stop,))]
        for t in threads:
            t.start()
        with router.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(3)
            try:
                s.connect((topology.address("plc", v), 6000))
                s.sendall(bytes(size))
            except OSError as e:
                suite.say(f"v{v}: {e}")
            s.shutdown(socket.SHUT_WR)
            threads[0].join()
            sent, = struct.unpack_from("=Q", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 240),
                                       TCPI_BYTES_SENT)
        stop.set()
        threads[1].join()
    return got[0], sent, greatest[0]


@suite.case("enforced: super-packets beyond 64 kB (BIG TCP) pass, and count as what they stand for")
def big_tcp():
    suite.load(policy(rules={"router-plc": {"from": "router", "to": "plc", "services": ["tcp/6000"],
                                            "action": "allow"}}))
    if suite.router("ip", "link", "set", "dev", "lan3", "gso_max_size", "196608",
                    must=False).returncode:
        skip("this kernel has no BIG TCP")
    size = 20_000_000
    for v in (4, 6):
        got, sent, greatest = pour(v, size)
        flow = [f for f in suite.agent.flows() if f["device_port"] == 6000
                and f["address"] == topology.address("plc", v)][0]
        n, octets = flow["packets"]["to_device"], flow["bytes"]["to_device"]
        suite.say(f"v{v}: {got} octets arrived, greatest frame {greatest}, counted as {n} packets, "
                  f"{octets} octets")
        check(got == size, f"v{v}: {got} octets arrived: {suite.agent.reasons()}")
        check(v == 4 or greatest > 65536, f"no super-packet beyond 64 kB was sent: {greatest}")
        # Each of them has headers of its own.
        check(size <= octets - n * (52 if v == 4 else 72) <= sent + 0.001 * size,
              f"v{v}: {octets} octets in {n} packets are not the {sent} sent")


if __name__ == "__main__":
    suite.main(mtu=9000)
