#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Tables, JSON and plots of the samples under build/bench/samples.

report.py [DIR]    DIR (build/bench) gets results.json, report.txt and a plot per group

The ratios of the goals are of medians of this run. A goal whose cells were not measured
says why; sizes at which we lose are in the table like all others.
"""
import json
import os
import sys

import machine
from goals import judge
from plot import plot
from samples import read, rows


def number(value):
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    if value == 0 or abs(value) >= 1e-2:
        return f"{value:.4g}"
    return f"{value:.1e}"


def goals_text(goals):
    lines = [f"{'goal':<13}{'floor':>9}{'ambition':>9}{'measured':>9}  met"]
    for g in goals:
        lines.append(f"{g['id']:<13}{number(g['floor']):>9}{number(g['ambition']):>9}"
                     f"{number(g['value']):>9}  {g['met']:<9} {g['text']}")
        if g["note"]:
            lines.append(f"{'':<51}({g['note']})")
    return lines


def cells_text(table):
    lines = [f"{'cell':<26}{'size':>9}  {'min':>9}{'median':>9}{'p90':>9}   {'net min':>8}{'median':>8}"
             f"{'p90':>8}  unit, rounds"]
    for r in table:
        if r["cell"].startswith("map-"):
            continue
        n = r.get("net")
        nets = "".join(f"{number(n[k]):>8}" for k in ("min", "median", "p90")) if n else " " * 24
        lines.append(f"{r['cell']:<26}{r['x']:>9}  " +
                     "".join(f"{number(r[k]):>9}" for k in ("min", "median", "p90")) +
                     f"   {nets}  {r['unit']}, {r['rounds']}")
    return lines


def memory_text(memory):
    lines = []
    for what, maps in memory.items():
        lines.append(f"bytes for each of {what}, by map: " +
                     ", ".join(f"{name} {size:.0f}" for name, size in sorted(maps.items())))
    return lines


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else "build/bench"
    cells, missing = read(os.path.join(out, "samples"))
    if not cells:
        sys.exit("no samples: run `make bench`")
    table, host = rows(cells), machine.describe(out)
    goals, memory = judge(table, missing)
    with open(os.path.join(out, "results.json"), "w", encoding="utf-8") as f:
        json.dump({"schema": 2, "machine": host, "cells": table, "goals": goals, "memory": memory,
                   "missing": missing}, f, indent=1)
    lines = [*machine.text(host), "", *goals_text(goals), "", *memory_text(memory), "",
             *cells_text(table), "", *(f"not measured: {c}: {why}" for c, why in missing.items())]
    with open(os.path.join(out, "report.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    plot(table, out)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
