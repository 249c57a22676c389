# SPDX-License-Identifier: GPL-2.0
"""What the benchmark's figures have to be: ratios of cells of the same run.

Each goal: id, what it compares, the value to accept, the one to strive for, and the
ratio itself, given get(cell, size) with size None for the largest one measured.
"""


def over(a, b, key="net"):
    return a[key] / b[key]


GOALS = [
    {"id": "G1", "accept": 1.0, "ambition": 0.6,
     "text": "established IPv4 packet, hot, all checks and counters / one bare hash lookup",
     "of": lambda get: over(get("established/ipv4", 1), get("hash/ipv4", 1))},
    {"id": "G1-6", "accept": 1.0, "ambition": 0.6,
     "text": "the same for IPv6",
     "of": lambda get: over(get("established/ipv6", 1), get("hash/ipv6", 1))},
    {"id": "G2", "accept": 1.10, "ambition": 1.03,
     "text": "established packet, largest policy / smallest",
     "of": lambda get: over(get("policy-hot/ipv4"), get("policy-hot/ipv4", 10))},
    {"id": "G3", "accept": 0.5, "ambition": 0.25,
     "text": "most flows, uniformly random / an LRU hash of as many",
     "of": lambda get: over(get("established/ipv4"), get("lru/ipv4"))},
    {"id": "G4", "accept": 3.0, "ambition": 2.0,
     "text": "first packet, largest policy / smallest",
     "of": lambda get: over(get("first/ipv4"), get("first/ipv4", 10))},
    {"id": "G5", "accept": 0.6, "ambition": 0.3,
     "text": "established packet / xdp-filter with all features, 10 entries",
     "of": lambda get: over(get("policy-hot/ipv4", 10), get("xdp-filter/ipv4", 10))},
    {"id": "G5-10k", "accept": 0.6, "ambition": 0.3,
     "text": "the same, 10,000 entries",
     "of": lambda get: over(get("policy-hot/ipv4", 10000), get("xdp-filter/ipv4", 10000))},
    {"id": "G10", "accept": 1.5, "ambition": 0.5,
     "text": "largest policy from text to enforced, seconds",
     "of": lambda get: sum(get(c)["median"] for c in ("parse", "compile", "publish"))},
    {"id": "G15", "accept": 4.0, "ambition": 2.0,
     "text": "denied packet of a new tuple / established packet, hot",
     "of": lambda get: over(get("denied/ipv4", 10), get("policy-hot/ipv4", 10))},
]
