# SPDX-License-Identifier: GPL-2.0
"""Results for people: one table, twins of both IP versions on one line."""
import os
import sys

COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


class Paint:
    def __init__(self, stream=sys.stdout):
        self.on = stream.isatty() and "NO_COLOR" not in os.environ

    def __call__(self, colour, text):
        return f"\033[{COLOURS[colour]}m{text}\033[0m" if self.on else text


def twins(results):
    """Merge what differs in the IP version alone; order is kept."""
    rows = {}
    for r in results:
        a = r.attempt
        key = (a.group, a.name.rsplit(".", 1)[0], a.text, r.expected, r.seen, r.verdict, r.reason,
               r.rule, tuple(r.why))
        rows.setdefault(key, []).append({4: "v4", 6: "v6"}.get(a.family, "L2"))
    return [(key, " ".join(sorted(v))) for key, v in rows.items()]


def show(results, paint, out=print):
    """attempt · expected · seen · verdict · reason · rule, under a heading per group."""
    head = ("attempt", "IP", "expected", "seen", "verdict", "reason", "rule")
    rows = [(k[0], (k[2], ip, *k[3:8]), k[8]) for k, ip in twins(results)]
    width = [max(len(head[i]), *(len(r[1][i]) for r in rows)) for i in range(len(head))]

    def line(cells):
        return "  ".join(c.ljust(w) for c, w in zip(cells, width)).rstrip()
    out(paint("bold", "  " + line(head)))
    group = None
    for g in dict.fromkeys(r[0] for r in rows):
        out(paint("dim", f"  ── {g} " + "─" * max(2, sum(width) + 2 * len(width) - len(g) - 6)))
        for group, cells, why in rows:
            if group != g:
                continue
            text = line(cells)
            if why:
                out(paint("red", f"✗ {text}"))
                out(paint("red", f"    {'; '.join(why)}"))
            else:
                out(paint("green" if cells[2] == "reached" else "yellow", "✓") + " " + text)


def summary(results):
    bad = sum(not r.ok for r in results)
    reached = sum(r.seen == "reached" for r in results)
    return f"{len(results)} attempts: {reached} reached, {len(results) - reached} stopped; " + \
        (f"{bad} NOT as expected" if bad else "all as expected")
