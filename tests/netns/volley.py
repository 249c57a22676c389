# SPDX-License-Identifier: GPL-2.0
"""Many forged frames at once, each with a mark of its own, and which of them arrived.

A test makes its shots once per run and fires them twice or more: control (no
programs), then enforced. What the plain router stops by itself is not counted as
stopped by ZT Edge.
"""
import dataclasses
import time

from suite import check, wait_for
from ztlab import clients


@dataclasses.dataclass(frozen=True)
class Shot:
    name: str
    at: str  # the host that must not hear it
    make: object  # make(mark) -> one frame, or a list of them
    reason: str = ""  # counted once per shot, when enforced
    direction: str = "to-device"


class Volley:
    def __init__(self, suite, word):
        self.suite, self.word, self.round = suite, word, 0

    def mark(self, shot):
        return f"ZT{self.word}{self.round}.{shot.name.replace('_', '-')};"

    def fire(self, shots, send, patience=0.4):
        """send(frames) them all; the names of those heard where they must not be."""
        self.round += 1
        ears = self.suite.ears
        marks = {(s.at, self.mark(s)): s.name for s in shots}
        check(len(marks) == len(shots), "two shots of one name")
        frames = []
        for s in shots:
            made = s.make(self.mark(s).encode())
            frames += made if isinstance(made, list) else [made]
        send(frames)
        wait_for(lambda: set(marks) <= ears.heard, patience)
        return {name for key, name in marks.items() if key in ears.heard}

    def by(self, host, ifname="eth0"):
        return lambda frames: clients.send_frames(self.suite.lab, host, frames, ifname)

    def enforced(self, shots, send, expected=(), rest=0.0):
        """Fire under enforcement: nothing is heard but `expected`, and every reason is counted."""
        before = self.suite.agent.reasons()
        heard = self.fire(shots, send)
        wrong = [f"{n} arrived" for n in sorted(heard - set(expected))]
        wrong += [f"{n} did not arrive" for n in sorted(set(expected) - heard)]
        time.sleep(rest)
        now = self.suite.agent.reasons()
        for key in sorted({(s.reason, s.direction) for s in shots if s.reason}):
            want = sum((s.reason, s.direction) == key for s in shots)
            reason, direction = key
            grown = now.get((reason, "DROPPED", direction), 0) - \
                before.get((reason, "DROPPED", direction), 0)
            if grown < want:
                wrong.append(f"{want} frames should be {reason} {direction}, {grown} are")
        if wrong:
            moved = {k: v - before.get(k, 0) for k, v in now.items() if v != before.get(k, 0)}
            wrong.append(f"counted: {moved}")
        check(not wrong, "\n    ".join(wrong))
        return heard
