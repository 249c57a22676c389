# SPDX-License-Identifier: GPL-2.0
"""Plots as SVG text: one line per cell of a group, size on a logarithmic axis."""
import html
import math
import os

GROUPS = {
    "flows": ("ns per packet, net, uniformly random, by flows", "net",
              ["established", "out", "lru", "hash"]),
    "policy": ("ns per packet, net, by devices in the policy", "net",
               ["policy-hot", "policy-random", "first", "denied", "xdp-filter"]),
    "forward": ("router CPU, ns per packet, by entries", "median",
                ["forward", "forward-denied", "forward-back"]),
}
COLOURS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b"]
W, H, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 60, 40, 150, 45


def plot(rows, out):
    for group, (title, which, cells) in GROUPS.items():
        lines = {}
        for r in rows:
            if r["cell"].split("/")[0] in cells and r["x"] > 0 and (which != "net" or "net" in r):
                value = r["net"]["median"] if which == "net" else r["median"]
                lines.setdefault(r["cell"], []).append((r["x"], max(value, 1.0)))
        if lines:
            with open(os.path.join(out, f"{group}.svg"), "w", encoding="utf-8") as f:
                f.write(svg(title, lines))


def svg(title, lines):
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    lo_x, hi_x = math.log10(min(xs)), max(math.log10(max(xs)), math.log10(min(xs)) + 1)
    lo_y, hi_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)) + 1e-9)
    hi_y = max(hi_y, lo_y + 1)

    def px(x):
        return LEFT + (math.log10(x) - lo_x) / (hi_x - lo_x) * (W - LEFT - RIGHT)

    def py(y):
        return H - BOTTOM - (math.log10(y) - lo_y) / (hi_y - lo_y) * (H - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{W}" height="{H}" '
             'font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="{LEFT}" y="22" font-size="14">{html.escape(title)}</text>']
    for e in range(lo_y, hi_y + 1):
        y = py(10 ** e)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{W - RIGHT}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10 ** e:,}</text>')
    for x in sorted(set(xs)):
        parts.append(f'<text x="{px(x):.1f}" y="{H - BOTTOM + 18}" text-anchor="middle">{x:,}</text>')
    for i, (cell, points) in enumerate(sorted(lines.items())):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in sorted(points))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="3" fill="{colour}">'
                  f'<title>{html.escape(cell)} {x:,}: {y:.0f} ns</title></circle>' for x, y in points]
        parts.append(f'<text x="{W - RIGHT + 8}" y="{TOP + 14 * i + 10}" fill="{colour}">'
                     f'{html.escape(cell)}</text>')
    return "\n".join(parts) + "\n</svg>\n"
