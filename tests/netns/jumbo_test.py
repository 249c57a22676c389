#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""MTU 9000 on every link: jumbo frames, fragments, and the same verdicts."""
from suite import Suite, check, policy, topology
from ztlab import clients
from ztlab.services import VMS_FILE

suite = Suite(__doc__)


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


if __name__ == "__main__":
    suite.main(mtu=9000)
