# SPDX-License-Identifier: GPL-2.0
"""Attempts: what somebody tries, what should come of it, and what did.

An attempt is judged twice and apart: by its real effect (the client's success, or a
marked frame heard at the receiver) and by what the agent says about it. Without
an agent (the control run) only the first is there, and every attempt must get
through: else the plain router would have stopped it, and stopping it proves nothing.
"""
import concurrent.futures
import dataclasses
from typing import Callable, Optional

from .netns import wait_for

REACHED, STOPPED = "reached", "stopped"


@dataclasses.dataclass
class Attempt:
    name: str  # unique
    group: str  # heading in the table
    text: str  # a sentence for people
    family: int  # 4, 6, or 0: below IP
    act: Callable  # act(run, attempt) -> True when it came through
    allowed: bool
    reason: str
    rule: Optional[str] = None
    match: dict = dataclasses.field(default_factory=dict)  # finds its event or flow
    serial: bool = False  # alone: nothing else may move the counters meanwhile
    control: str = ""  # why the plain router stops it already; empty: it does not
    always: bool = False  # dropped in learn and audit too
    open_reason: str = ""  # the reason in learn and audit, where it is another


@dataclasses.dataclass
class Result:
    attempt: Attempt
    expected: str
    seen: str
    verdict: str = "-"
    reason: str = "-"
    rule: str = "-"
    why: list = dataclasses.field(default_factory=list)  # what is not as expected

    @property
    def ok(self):
        return not self.why


class Run:
    """One pass over attempts; agent None is the control run."""

    def __init__(self, lab, ears, agent=None, word="c", mode="enforce", workers=6):
        self.lab, self.ears, self.agent, self.word = lab, ears, agent, word
        self.mode, self.workers = mode, workers
        self.raw = {}  # attempt name -> (host, marker): must still be unheard at the end

    def all(self, attempts, report=None):
        results = {}

        def one(a):
            r = self.one(a)
            results[a.name] = r
            if report:
                report(r)

        with concurrent.futures.ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(one, [a for a in attempts if not a.serial]))
        for a in attempts:
            if a.serial:
                one(a)
        for name, (host, marker) in self.raw.items():
            if results[name].seen == STOPPED and (host, marker) in self.ears.heard:
                results[name].seen = REACHED
                results[name].why.append("its frame came late")
        return [results[a.name] for a in attempts]

    def one(self, a):
        before = self.agent.mark() if self.agent else None
        a_seen = REACHED if a.act(self, a, before) else STOPPED
        r = Result(a, REACHED if self.wants(a) else STOPPED, a_seen)
        if r.seen != r.expected:
            r.why.append(f"{r.seen}, expected {r.expected}")
        if self.agent:
            self.judge(r, before)
        return r

    def wants(self, a):
        """Should it come through in this run?"""
        if not self.agent:
            return not a.control
        if self.mode != "enforce" and not a.always:
            return not a.control
        return a.allowed

    def verdict(self, a):
        if a.allowed:
            return "FORWARDED"
        if self.mode == "enforce" or a.always:
            return "DROPPED"
        return "AUDIT" if self.mode == "audit" else "FORWARDED"

    def reason(self, a):
        return a.open_reason if a.open_reason and self.mode != "enforce" else a.reason

    def told(self, a, before):
        return self.agent.judgement(a, self.verdict(a), self.reason(a), before)

    def judge(self, r, before):
        a = r.attempt
        found = wait_for(lambda: self.told(a, before), timeout=1.5) or \
            self.agent.counted(a, self.verdict(a), self.reason(a), before)
        if not found:
            other = self.agent.nearest(a, before)
            if other:
                r.verdict, r.reason, r.rule = other
            r.why.append("the agent says nothing of it" if not other else
                         f"expected {self.verdict(a)} {self.reason(a)} {a.rule or '-'}")
            return
        r.verdict, r.reason, r.rule = found
        if a.rule and r.rule != a.rule:
            r.why.append(f"rule {r.rule}, expected {a.rule}")

    def marker(self, a):
        return f"ZT{a.name}.{self.word};"

    def raw_frame(self, a, before, host, frames, at):
        """Send frames, then wait until the marker is heard or the agent has judged."""
        from .clients import send_frames
        marker = self.marker(a)
        self.raw[a.name] = (at, marker)
        send_frames(self.lab, host, frames(marker.encode()))

        def done():
            return (at, marker) in self.ears.heard or (
                self.agent and not self.wants(a) and self.told(a, before))
        wait_for(done, 2, 0.01)
        return (at, marker) in self.ears.heard
