# SPDX-License-Identifier: GPL-2.0
"""nmap at a lab host, and what it believes to have found.

A port is *found* when something came back from behind it: open, closed or
unfiltered. "filtered" and "open|filtered" mean that nmap heard nothing.
"""
import xml.etree.ElementTree as ET

from .netns import SLOW

FOUND = ("open", "closed", "unfiltered")
FAST = ("-n", "-Pn", "-T5", "--send-ip", "-e", "eth0", "--min-rate", str(6000 // SLOW),
        "--max-rtt-timeout", "300ms", "--initial-rtt-timeout", "300ms", "-oX", "-")


class ScanError(Exception):
    pass


def ranges(ports):
    """1,2,3,7 as nmap writes it: 1-3,7."""
    out = []
    for p in sorted(ports):
        if out and out[-1][1] == p - 1:
            out[-1][1] = p
        else:
            out.append([p, p])
    return ",".join(f"{a}-{b}" if a != b else str(a) for a, b in out)


def run(host, family, args, ports, targets, retries=1, timeout=60):
    """{target: {number: state}}: every port asked for has a state."""
    cmd = ("nmap", *(["-6"] if family == 6 else []), *FAST, "--max-retries", str(retries),
           *args, *(["-p", ranges(ports)] if ports else []), *targets)
    r = host.run(*cmd, timeout=timeout, check=False)
    if r.returncode:
        raise ScanError(f"{' '.join(cmd)}: exit {r.returncode}: {r.stderr.strip()[-300:]}")
    return read(r.stdout, ports, targets)


def read(xml, ports, targets):
    found = {t: {} for t in targets}
    for h in ET.fromstring(xml).iter("host"):
        t = h.find("address").get("addr")
        said = h.find("ports")
        if said is None:
            raise ScanError(f"nmap gave up on {t}")
        rest = [e.get("state") for e in said.iter("extraports")]
        for p in said.iter("port"):
            found[t][int(p.get("portid"))] = p.find("state").get("state")
        if len(rest) > 1:  # each summed-up state names its ports
            for e in said.iter("extraports"):
                for why in e.iter("extrareasons"):
                    for n in numbers(why.get("ports")):
                        found[t][n] = e.get("state")
        elif rest:
            for n in ports:
                found[t].setdefault(n, rest[0])
    return found


def numbers(text):
    for part in (text or "").split(","):
        if part:
            a, _, b = part.partition("-")
            yield from range(int(a), int(b or a) + 1)


def states(report, wanted=FOUND):
    """target -> the set of numbers in one of these states."""
    return {t: {n for n, s in p.items() if s in wanted} for t, p in report.items()}
