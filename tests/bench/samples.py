# SPDX-License-Identifier: GPL-2.0
"""The samples under build/bench/samples, and what is made of them.

Net of a cell is its sample minus its floor's of the same round and size. Each cell has
minimum, median and 90th percentile: noise is part of it.
"""
import os


def read(directory):
    """{(cell, x): {"unit", "floor", "rounds": {round: value}}} and {cell: why it is missing}"""
    cells, missing = {}, {}
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".tsv"):
            continue
        with open(os.path.join(directory, name), encoding="utf-8") as f:
            for line in f:
                cell, x, unit, r, value, floor = line.rstrip("\n").split("\t")
                if unit == "missing":
                    missing[cell] = floor
                    continue
                c = cells.setdefault((cell, int(x)), {"unit": unit, "floor": floor, "rounds": {}})
                c["rounds"][int(r)] = float(value)
    return cells, missing


def at(values, share):
    v = sorted(values)
    return v[min(len(v) - 1, int(share * len(v)))]


def spread(values):
    return {"min": min(values), "median": at(values, 0.5), "p90": at(values, 0.9)}


def net(cells, key):
    """Samples without the floor of their round; None where the cell has no floor."""
    c = cells[key]
    floor = cells.get((c["floor"], key[1]))
    if not floor:
        return None
    return [v - floor["rounds"][r] for r, v in c["rounds"].items()]


def rows(cells):
    out = []
    for key in sorted(cells):
        c = cells[key]
        n = net(cells, key)
        out.append({"cell": key[0], "x": key[1], "unit": c["unit"], "rounds": len(c["rounds"]),
                    **spread(list(c["rounds"].values())), **({"net": spread(n)} if n else {})})
    return out
