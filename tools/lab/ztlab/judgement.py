# SPDX-License-Identifier: GPL-2.0
"""Finding the agent's word on one attempt: in its flows, its events, its counters."""
from .topology import DEVICES, address

PROTO = {"icmp6": "icmpv6"}


class Witness:
    """What the engine asks of an agent: mark() before an attempt, judgement() after."""

    def __init__(self, agent):
        self.agent = agent
        self.events = agent.listen()
        self.learned = {}

    def mark(self):
        return len(self.events.seen), self.agent.reasons()

    def judgement(self, a, verdict, reason, before):
        """(verdict, reason, rule) as expected of attempt a, or None as yet."""
        found = self.candidates(a, before) if a.match else self.from_counters(a, before[1])
        return next((f for f in found if f[:2] == (verdict, reason)), None)

    def counted(self, a, verdict, reason, before):
        """By its counter alone: a device that opens too many events in a second has them summed."""
        return next((f for f in self.from_counters(a, before[1]) if f[:2] == (verdict, reason)),
                    None)

    def nearest(self, a, before):
        """What was said instead."""
        return next(iter(self.candidates(a, before) or self.from_counters(a, before[1])), None)

    def candidates(self, a, before):
        found = self.from_events(a, before[0])
        if "device" in a.match and a.reason == "allowed":
            return self.from_flows(a) + found
        return found

    def address_of(self, device, family):
        return address(device, family) if DEVICES[device][0] else self.learned.get(family)

    def from_flows(self, a):
        m = a.match
        out = []
        for f in self.agent.flows(device=m["device"], peer=m["peer"]):
            side = "peer_port" if m["opener"] == "device" else "device_port"
            icmp = m["proto"].startswith("icmp")
            if f["proto"].lower() != PROTO.get(m["proto"],
                                               m["proto"]) or f["opener"] != m["opener"]:
                continue
            if not icmp and f.get(side) != m["port"]:
                continue
            if "device_port" in m and f.get("device_port") != m["device_port"]:
                continue
            out.append((f["verdict"], f["reason"], f.get("rule", "-")))
        return out

    def from_events(self, a, since):
        m = self.tuple_of(a)
        out = []
        for e in self.events.seen[since:]:
            if "verdict" not in e or "reason" not in e:
                continue
            if m and all(e.get(k) == v for k, v in m.items()):
                out.append((e["verdict"], e["reason"], e.get("rule", "-")))
        return out

    def tuple_of(self, a):
        """What the event of this attempt must carry."""
        m = a.match
        if "device" not in m:
            return m
        own = self.address_of(m["device"], a.family)
        src, dst = (own, m["peer"]) if m["opener"] == "device" else (m["peer"], own)
        out = {"src": src, "dst": dst}
        if not m["proto"].startswith("icmp"):
            out["dport"] = m["port"]
        return out

    def from_counters(self, a, before):
        """Only for attempts made alone: which counter moved."""
        if not a.serial:
            return []
        now = self.agent.reasons()
        moved = [(k[1], k[0], "-") for k in now if now[k] != before.get(k, 0)]
        return sorted(moved, key=lambda k: k[1] != a.reason)

    def close(self):
        self.events.close()
