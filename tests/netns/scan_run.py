# SPDX-License-Identifier: GPL-2.0
"""Kinds of scan, run and judged: what arrived (the truth) and what nmap reports.

A kind is (name, nmap's words, hosts, families, protocol, what): `what` says which of
the questions may arrive when enforced: "policy" = those the policy allows, and nmap
hears of them; "unheard" = the same, but a host answers only where the checksum is
right after all: nmap spoils it by one less, and of 65,536 sums one is 0, which less one
is 0xffff, which is 0 again; "nothing".
"""
import concurrent.futures
import time
from collections import Counter

from scan_world import PLACES, SCANNER, SILENT, SILENT6, TARGETS, addresses, allowed, listens, \
    open_ports, quick_errors
from suite import check, topology
from ztlab import scanner
from ztlab.arrivals import Arrivals

# To these an open port says nothing, or stacks differ: the capture alone judges.
BY_CAPTURE = ("FIN", "NULL", "Xmas", "SYN FIN")


def short(keys, source):
    keys = sorted(keys, key=str)
    where = {k: f" (at {h} from {src})" for (h, k), src in dict(source).items()}
    return f"{len(keys)}: " + ", ".join(f"{k[0]} {k[1]}/{k[2]}{where.get(k, '')}" for k in keys[:6])


def merge(report, new):
    """What nmap found in a repetition counts as well."""
    for target, ports in new.items():
        report[target].update({p: s for p, s in ports.items() if s in scanner.FOUND})


class ScanRun:
    def __init__(self, suite, ports, kinds, patience=60):
        self.suite, self.ports, self.kinds = suite, ports, kinds
        self.known, self.patience = set(ports), patience  # s for one run of nmap
        self.arrivals = None

    def world(self, listening):
        """Hosts listen on `listening`; from now on arrivals are captured."""
        lab = self.suite.lab
        quick_errors(lab)
        open_ports(lab, listening)
        for h in TARGETS:
            for t in ("tcp", "udp"):
                want = {p for p in listening if (h, t, p) not in SILENT}
                missing = want - listens(lab, h, t)
                check(not missing, f"{h} does not listen on {t} {sorted(missing)}")
        self.arrivals = Arrivals(lab, PLACES, (32 << 20) + 8192 * len(self.ports))
        lab.undo.append(self.arrivals.close)

    def asked(self, hosts, proto, family):
        return {(topology.address(h, family), proto, p) for h in hosts for p in self.ports}

    def expected(self, hosts, proto, what, family):
        """{(address, proto, port)} that may arrive, of the ports asked for."""
        if what == "nothing":
            return set()
        return {(topology.address(h, family), proto, p) for h in hosts
                for p in allowed(h, proto) & self.known}

    def scan(self, kind):
        """Both families at once: family -> nmap's report, host -> what arrived."""
        _, args, hosts, families, _, what = kind
        self.arrivals.take(0.02)
        again = 1 if what == "policy" else 0  # where nmap's report counts, it may ask twice
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = {f: pool.submit(scanner.run, self.suite.lab.host[SCANNER], f, args, self.ports,
                                   list(addresses(f, hosts)), again, self.patience)
                    for f in families}
            reports = {f: j.result() for f, j in jobs.items()}
        seen = self.arrivals.take()
        check(not self.arrivals.lost(), "the capture lost packets: nothing is proved")
        return reports, seen

    def judge(self, kind, family, report, seen, control):
        name, _, hosts, _, proto, what = kind
        asked = self.asked(hosts, proto, family)
        may = asked if control else self.expected(hosts, proto, what, family)
        got = arrived(seen, family, may)
        if control:  # what else arrives (pieces, errors) proves nothing
            got &= may
        wrong = self.compare("arrived", got, may)
        hear = may
        if what == "unheard":
            hear = reported(report, proto) & self.arrivals.right
        if control and (what == "nothing" or len(self.ports) > 10000):
            return [f"{name} v{family} {w}" for w in wrong]  # nmap cannot keep up with that many
        if name not in BY_CAPTURE:
            wrong += self.compare("found by nmap", reported(report, proto), hear)
        if name in ("SYN", "UDP"):
            opened = {(topology.address(h, family), proto, p) for h in hosts
                      for p in listens(self.suite.lab, h, proto)
                      if (h, proto, p) not in (SILENT6 if family == 6 else ())}
            wrong += self.compare("open by nmap", reported(report, proto, ("open",)), may & opened)
        return [f"{name} v{family} {w}" for w in wrong]

    def compare(self, what, got, want):
        source = self.arrivals.source
        return [f"{what}: {word}: {short(keys, source)}" for word, keys in
                (("too much", got - want), ("missing", want - got)) if keys]

    def one(self, kind, control):
        """
        One kind, asked again where something is missing: a busy machine loses packets.
        What was too much once stays so.
        """
        reports, seen = {}, {}
        self.arrivals.right = set() if kind[5] == "unheard" else None
        for _ in range(3):
            new, arrived_now = self.scan(kind)
            for f, report in new.items():
                merge(reports.setdefault(f, report), report)
            for host, counter in arrived_now.items():
                seen.setdefault(host, Counter()).update(counter)
            wrong = [w for f, report in reports.items()
                     for w in self.judge(kind, f, report, seen, control)]
            if not any(" missing: " in w for w in wrong):
                break
        return wrong

    def run(self, control):
        """Every kind. The number of questions asked."""
        wrong, asked, start = [], 0, time.monotonic()
        for kind in self.kinds:
            wrong += self.one(kind, control)
            asked += len(kind[2]) * len(kind[3]) * len(self.ports)
        self.suite.say(f"{len(self.kinds)} kinds of scan, {asked} questions, "
                       f"{time.monotonic() - start:.1f} s")
        check(not wrong, "\n    ".join(wrong))
        return asked


def arrived(seen, family, may):
    """All of one family that was captured anywhere, but for the router's own syslog.

    An error that the scanner's kernel sends about an allowed answer is no question; a
    later fragment has no port, and its first one is judged.
    """
    syslog = (topology.address("siem", 4), "udp", 514)
    return {k for counter in seen.values() for k in counter
            if k != syslog and (":" in k[0]) == (family == 6) and k[1] != "later fragment"
            and not (k[1] == "error about" and k[2] and (k[0], *k[2]) in may)}


def reported(report, proto, wanted=scanner.FOUND):
    return {(t, proto, p) for t, ports in scanner.states(report, wanted).items() for p in ports}
