#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Tables, JSON and plots of the samples under build/bench/samples.

report.py [DIR]    DIR (build/bench) gets results.json, report.txt and a plot per group

Net of a packet cell is its sample minus the floor's of the same round; a ratio is that of
the medians. Each cell shows minimum, median and 90th percentile: noise is part of it.
"""
import json
import os
import platform
import sys

from goals import GOALS
from plot import plot

FLOORS = {"first": "policy-floor", "denied": "policy-floor", "policy-hot": "policy-floor",
          "xdp-filter": "policy-floor"}


def read(directory):
    """{(cell, x): {"unit": u, "rounds": {round: value}}}"""
    cells = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), encoding="utf-8") as f:
            for line in f:
                cell, x, unit, r, value = line.rstrip("\n").split("\t")
                c = cells.setdefault((cell, int(x)), {"unit": unit, "rounds": {}})
                c["rounds"][int(r)] = float(value)
    return cells


def at(values, share):
    v = sorted(values)
    return v[min(len(v) - 1, int(share * len(v)))]


def net(cells, key):
    """Samples without the floor of their round; None where the cell has no floor."""
    what, _, family = key[0].partition("/")
    floor = cells.get((f"{FLOORS.get(what, 'floor')}/{family}", key[1]))
    if not floor or "floor" in what or cells[key]["unit"] != "ns":
        return None
    return [v - floor["rounds"][r] for r, v in cells[key]["rounds"].items()]


def summary(cells):
    rows = []
    for key in sorted(cells):
        values = list(cells[key]["rounds"].values())
        n = net(cells, key)
        rows.append({"cell": key[0], "x": key[1], "unit": cells[key]["unit"], "rounds": len(values),
                     "min": min(values), "median": at(values, 0.5), "p90": at(values, 0.9),
                     **({"net": at(n, 0.5)} if n else {})})
    return rows


def machine():
    model = "?"
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    mitigations = {}
    base = "/sys/devices/system/cpu/vulnerabilities"
    for name in ("spectre_v2", "retbleed"):
        try:
            with open(f"{base}/{name}", encoding="utf-8") as f:
                mitigations[name] = f.read().strip()
        except OSError:
            pass
    return {"cpu": model, "cpus": os.cpu_count(), "kernel": platform.release(),
            "load": os.getloadavg()[0], "mitigations": mitigations}


def goals(rows):
    """Every goal whose cells were measured: value, floor to accept, ambition."""
    by_key = {(r["cell"], r["x"]): r for r in rows}
    largest = {}
    for cell, x in by_key:
        largest[cell] = max(x, largest.get(cell, 0))
    out = []
    for g in GOALS:
        try:
            value = g["of"](lambda cell, x=None: by_key[cell, largest[cell] if x is None else x])
        except KeyError:
            value = None
        out.append({k: g[k] for k in ("id", "text", "accept", "ambition")} | {"value": value})
    return out


def grade(g):
    if g["value"] is None:
        return "not measured"
    if g["value"] <= g["ambition"]:
        return "ambition"
    return "accepted" if g["value"] <= g["accept"] else "MISSED"


def text(rows, reached, host):
    lines = [f"{host['cpus']} x {host['cpu']}, Linux {host['kernel']}, load {host['load']:.1f}",
             *(f"{k}: {v}" for k, v in host["mitigations"].items()), "",
             f"{'cell':<22}{'size':>9}  {'min':>9} {'median':>9} {'p90':>9} {'net':>9}  unit"]
    for r in rows:
        shown = f" {r['net']:9.4g}" if "net" in r else " " * 10
        lines.append(f"{r['cell']:<22}{r['x']:>9}  {r['min']:9.4g} {r['median']:9.4g} {r['p90']:9.4g}"
                     f"{shown}  {r['unit']}")
    lines += ["", f"{'goal':<8}{'value':>8}{'accept':>8}{'ambition':>9}"]
    for g in reached:
        value = "-" if g["value"] is None else f"{g['value']:.2f}"
        lines.append(f"{g['id']:<8}{value:>8}{g['accept']:>8.2f}{g['ambition']:>9.2f}  "
                     f"{grade(g):<13} {g['text']}")
    return "\n".join(lines) + "\n"


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else "build/bench"
    cells = read(os.path.join(out, "samples"))
    if not cells:
        sys.exit("no samples: run `make bench`")
    rows, host = summary(cells), machine()
    reached = goals(rows)
    with open(os.path.join(out, "results.json"), "w", encoding="utf-8") as f:
        json.dump({"schema": 1, "machine": host, "cells": rows, "goals": reached}, f, indent=1)
    shown = text(rows, reached, host)
    with open(os.path.join(out, "report.txt"), "w", encoding="utf-8") as f:
        f.write(shown)
    plot(rows, out)
    print(shown, end="")


if __name__ == "__main__":
    main()
