# SPDX-License-Identifier: GPL-2.0
"""The whole evening: every attempt, in an order that works, with or without an agent."""
from . import cases, cases_raw, services
from .attempts import Run
from .netns import wait_for

EARS = ("cam1", "cam2", "plc", "vms", "inet")
SENSOR6 = "fd20::77"


def sensor_claims6(lab):
    """The sensor takes an IPv6 address of its own and asks whether it is free (DAD)."""
    h = lab.host["sensor"]
    h.run("ip", "addr", "flush", "dev", "eth0", "scope", "global")
    h.run("ip", "addr", "add", f"{SENSOR6}/64", "dev", "eth0")
    h.run("ip", "route", "replace", "default", "via", "fd20::1", "dev", "eth0")

    def settled():
        out = h.run("ip", "-6", "addr", "show", "dev", "eth0", "scope", "global").stdout
        return SENSOR6 in out and "tentative" not in out
    return SENSOR6 if wait_for(settled, 5) else None


def learned(agent, device="sensor"):
    return {entry["address"] for entry in agent.ask("device", id=device).get("learned", [])}


def play(lab, ears, witness=None, word="c", mode="enforce", report=None):
    """Every attempt once. word: makes this run's markers its own."""
    run = Run(lab, ears, witness, word, mode)
    address6 = sensor_claims6(lab)
    results = run.all([cases.lease()], report)
    address4 = services.leased(lab)
    if witness:
        witness.learned = {4: address4, 6: address6}
        wait_for(lambda: {address4, address6} - {None} <= learned(witness.agent), 3)
    results += run.all(cases.listed() + cases.sensor(address4, address6), report)
    results += run.all(cases_raw.listed(), report)
    cases_raw.clear_neighbours(lab)
    return results
