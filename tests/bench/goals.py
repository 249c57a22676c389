# SPDX-License-Identifier: GPL-2.0
"""What the figures have to be: ratios of medians of the same run.

Each goal: id, the value to accept (floor) and the one to strive for (ambition), what it
compares, how the two differ in what they do (semantics), and the value itself, given
Run: cell medians by name and size.
"""


class Missing(Exception):
    pass


class Run:
    def __init__(self, rows):
        self.rows = {(r["cell"], r["x"]): r for r in rows}

    def row(self, cell, x=None):
        """x: None for the largest size measured."""
        sizes = [size for name, size in self.rows if name == cell]
        if not sizes:
            raise Missing(f"no cell {cell}")
        key = (cell, max(sizes) if x is None else x)
        if key not in self.rows:
            raise Missing(f"no cell {cell} at {x:,}")
        return self.rows[key]

    def net(self, cell, x=None):
        return self.row(cell, x)["net"]["median"]

    def median(self, cell, x=None):
        return self.row(cell, x)["median"]

    def total(self, cell):
        """Of all samples of a cell, whatever its sizes."""
        found = [r["p90"] for (name, _), r in self.rows.items() if name == cell]
        if not found:
            raise Missing(f"no cell {cell}")
        return max(found)

    def slope(self, prefix):
        """{map: bytes for each one more}, between the two largest sizes."""
        sizes = sorted({x for name, x in self.rows if name.startswith(prefix)})
        if len(sizes) < 2:
            raise Missing(f"fewer than two sizes of {prefix}")
        a, b = sizes[-2:]
        out = {}
        for name, x in self.rows:
            if name.startswith(prefix) and x == b:
                grew = self.median(name, b) - self.median(name, a)
                if grew >= b - a:  # less than a byte each is rounding
                    out[name[len(prefix):]] = grew / (b - a)
        return out


def G(ident, floor, ambition, text, of, semantics=""):
    return {"id": ident, "floor": floor, "ambition": ambition, "text": text, "of": of,
            "semantics": semantics}


def elsewhere(ident, floor, ambition, text, why):
    return {"id": ident, "floor": floor, "ambition": ambition, "text": text, "of": None,
            "semantics": why}


STATE = "ZT Edge keeps and counts flows, proves identity; "
FILTER = STATE + "xdp-filter keeps no flow, has no pairs: a MAC, an address or a port passes or not"
NFT = STATE + "nft here is one stateless rule or look-up per packet, one direction, no identity"


GOALS = [
    G("G1 stamp", 1.0, 0.6, "established IPv4, hot, zt_in with the guard's stamp / one hash lookup",
      lambda r: r.net("stamped/ipv4", 1) / r.net("hash/ipv4", 1),
      "H looks up and decides, counts nothing; graded here against the floor"),
    G("G1", 1.0, 0.6, "the same less the stamp's own cost",
      lambda r: (r.net("stamped/ipv4", 1) - r.net("stamp/ipv4", 1)) / r.net("hash/ipv4", 1),
      "the ambition is about this one"),
    G("G1 ipv6", 1.0, 0.6, "the same, IPv6 (40-octet key)",
      lambda r: (r.net("stamped/ipv6", 1) - r.net("stamp/ipv6", 1)) / r.net("hash/ipv6", 1)),
    G("G2", 1.10, 1.03, "established, hot: policy of most compiled entries / of the fewest",
      lambda r: r.net("distinct-hot/ipv4") / r.net("policy-hot/ipv4", 10)),
    G("G3", 0.5, 0.25, "most flows, uniformly random, IPv4 / an LRU hash of as many",
      lambda r: r.net("established/ipv4") / r.net("lru/ipv4"),
      "the LRU hash looks up and counts, checks nothing"),
    G("G3 ipv6", 0.5, 0.25, "the same, IPv6",
      lambda r: r.net("established/ipv6") / r.net("lru/ipv6")),
    G("G4", 3.0, 2.0, "first packet, most devices in shared classes / 10 devices",
      lambda r: r.net("first/ipv4") / r.net("first/ipv4", 10),
      "both make a flow record in an equal table; the devices' own tables grow"),
    G("G4 distinct", None, None, "first packet, every device a class of its own, ns net",
      lambda r: r.net("distinct-first/ipv4"), "absolute: a faster small case makes the ratio worse"),
    G("G5 10", 0.6, 0.3, "established, a flow of each device / xdp-filter, 10 entries",
      lambda r: r.net("policy-random/ipv4", 10) / r.net("xdp-filter/ipv4", 10), FILTER),
    G("G5 10k", 0.6, 0.3, "the same, 10,000 entries (xdp-filter's most)",
      lambda r: r.net("policy-random/ipv4", 10000) / r.net("xdp-filter/ipv4", 10000), FILTER),
    elsewhere("G6", 1 / 50, 1 / 200, "XDP-Firewall at 1k rules", "peer in no package: not run here"),
    elsewhere("G7", 0.5, 0.25, "bpfilter set, established", "peer in no package: not run here"),
    elsewhere("G7b", 1.0, 0.6, "bpfilter set, first packet", "peer in no package: not run here"),
    G("G8 1k", 1 / 3, 1 / 5, "router CPU per forwarded packet, enforced / nft exact set, 1k",
      lambda r: r.median("forward/zt", 1000) / r.median("forward/nft-exact", 1000), NFT),
    G("G8 100k", 1 / 3, 1 / 5, "the same, 100k",
      lambda r: r.median("forward/zt", 100000) / r.median("forward/nft-exact", 100000), NFT),
    G("G8 fast 1k", 1 / 3, 1 / 5, "the same with XDP forwarding, 1k",
      lambda r: r.median("forward/zt-fast", 1000) / r.median("forward/nft-exact", 1000), NFT),
    G("G8 fast 100k", 1 / 3, 1 / 5, "the same with XDP forwarding, 100k",
      lambda r: r.median("forward/zt-fast", 100000) / r.median("forward/nft-exact", 100000), NFT),
    G("G9", 1 / 10, 1 / 20, "router CPU per forwarded packet, enforced / nft prefix set, 100k",
      lambda r: r.median("forward/zt", 100000) / r.median("forward/nft-prefix", 100000), NFT),
    G("G9 fast", 1 / 10, 1 / 20, "the same with XDP forwarding",
      lambda r: r.median("forward/zt-fast", 100000) / r.median("forward/nft-prefix", 100000), NFT),
    G("G10", 3.0, 1.0, "100k devices x 10, JSON to enforced / bare batch insert of 1M entries",
      lambda r: r.median("load") / r.median("batch"),
      "load: ztctl load to its answer, agent running, nothing loaded before"),
    G("G10 s", 1.5, 0.5, "the same in seconds", lambda r: r.median("load"),
      "programs are loaded, verified and attached in it"),
    G("G10 apply s", 1.5, 0.5, "the same with the programs attached, under a small policy",
      lambda r: r.median("apply")),
    G("G11", 1 / 5, 1 / 15, "agent's peak memory for that / nft -f of 1M elements",
      lambda r: r.median("agent-peak") / r.median("nft-peak"), "memory of its own, every 5 ms / nft's resident set; kernel maps not in either"),
    G("G12 s", 1e-3, 50e-6, "one device into quarantine, from the request to the first packet dropped, seconds",
      lambda r: r.median("quarantine"), "of a flow that runs; on the agent's socket, 100k devices"),
    G("G12 release s", 1e-3, 50e-6, "the same, released, to the first packet that passes",
      lambda r: r.median("release")),
    G("change s", None, None, "one device's rule changed in the policy's text, to enforced, seconds",
      lambda r: r.median("change"), "a whole policy apply: parsed, compiled and tested anew"),
    G("same s", None, None, "policy apply of the policy in force, 100k devices, seconds",
      lambda r: r.median("apply-same"), "checked: no new generation"),
    G("restart s", None, None, "agent's start to enforcing, 100k devices, 1M live flows, seconds",
      lambda r: r.median("restart"), "checked: no flow lost; the data path goes on meanwhile"),
    elsewhere("G13", None, None, "events: delivered + lost = produced", "comes with the event work"),
    G("G14 slots", 128, 128, "bytes of slots per admitted IPv4 flow, from the live maps",
      lambda r: round(r.slope("map-flows/")["zt_flow4"]), "the line an established packet touches is one of these"),
    G("G14 slots6", 256, 256, "the same, IPv6",
      lambda r: round(r.slope("map-flows/")["zt_flow6"]), "it touches both lines of its slot"),
    G("G14 flow", None, None, "bytes of all maps per admitted flow of each family",
      lambda r: sum(r.slope("map-flows/").values()), "slots, tags, totals, paths; both tables grow together"),
    G("G14 device", 100, 32, "bytes per device beyond shared classes, from the live maps",
      lambda r: sum(r.slope("map-devices/").values()), "all maps that grow with devices, per-CPU ones too"),
    G("G15", 4.0, 2.0, "denied packet of a tuple never seen / a hit in the same table",
      lambda r: r.net("flood/ipv4") / r.net("flood-hit/ipv4")),
    G("G15 ipv6", 4.0, 2.0, "the same, IPv6",
      lambda r: r.net("flood/ipv6") / r.net("flood-hit/ipv6")),
    G("G15 lost", 0, 0, "allowed flows lost to the flood, most of any round",
      lambda r: max(r.total("flood-lost/ipv4"), r.total("flood-lost/ipv6"))),
]


def grade(value, floor, ambition):
    if floor is None:
        return "reported"
    if value <= ambition:
        return "ambition"
    return "floor" if value <= floor else "MISSED"


def judge(rows, missing):
    """Every goal: value or why there is none, and which of the two marks it reached."""
    run, out = Run(rows), []
    for g in GOALS:
        value, why = None, g["semantics"]
        if g["of"]:
            try:
                value = g["of"](run)
            except (Missing, KeyError, ZeroDivisionError) as e:
                gone = [f"{c}: {w}" for c, w in missing.items() if c.rstrip("/") in str(e)]
                why = gone[0] if gone else str(e)
        met = "-" if value is None else grade(value, g["floor"], g["ambition"])
        out.append({k: g[k] for k in ("id", "text", "floor", "ambition")} |
                   {"value": value, "met": met, "note": why})
    return out, memory(run)


def memory(run):
    """What grows with a flow and with a device, map by map."""
    out = {}
    for prefix in ("map-flows/", "map-devices/"):
        try:
            out[prefix[4:-1]] = run.slope(prefix)
        except Missing:
            pass
    return out
