#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""What cannot be put in force is refused in clear words, and what was in force stays so."""
import json
import os
import sys

from suite import HERE, Agent, Suite, check, policy, topology, wait_for
from ztlab import clients
from ztlab.agent import BUILD

suite = Suite(__doc__)
RAWBPF = os.path.join(HERE, "rawbpf.py")
GOOD = json.dumps(policy())

# what is wrong, the text, what the message must hold
BROKEN = [
    ("unknown key", GOOD.replace('"action"', '"akshun"', 1), "akshun"),
    ("unknown section", GOOD.replace('"rules"', '"rulez"', 1), "rulez"),
    ("wrong type", GOOD.replace('"mode": "enforce"', '"mode": 2', 1), "mode"),
    ("port 65536", GOOD.replace("tcp/1883", "tcp/65536"), "1-65535"),
    ("port beyond 32 bits", GOOD.replace("tcp/1883", "tcp/4294967739"), "1-65535"),
    ("prefix /33", GOOD.replace("10.9.0.0/24", "10.9.0.0/33"), "/33"),
    ("octal address", GOOD.replace('"10.9.0.6"', '"010.9.0.6"'), "leading zero"),
    ("rule twice", GOOD.replace('"plc-mqtt": {', '"cam-vms": {', 1), "twice"),
    ("address of two devices", GOOD.replace('"fd20::12"', '"fd20::11"'), "fd20::11"),
    ("reference to nothing", GOOD.replace('"to": "mqtt"', '"to": "mqttt"'), "mqttt"),
    ("empty list", GOOD.replace('["10.9.0.6", "fd09::6"]', "[]"), "empty"),
    ("trailing garbage", GOOD + "{}", "after the end"),
    ("byte order mark", "\ufeff" + GOOD, "byte order mark"),
    ("100,000 levels", "[" * 100000, "16"),
    ("cut off in the middle", GOOD[: len(GOOD) // 2], ""),
    ("nothing", "", ""),
    ("a key of a later release", GOOD[:-1] + ', "pools": {}}', "not in this release"),
    ("a test that fails", GOOD.replace('"from": "cameras", "to": "vms"}}',
                                       '"from": "plc", "to": "vms"}}'), "cameras-record"),
    ("an interface that is missing", GOOD.replace('"lan6": {', '"lan77": {').replace('"lan6"',
            '"lan77"'), "lan77"),
]


def still_in_force(revision):
    status = suite.agent.ask("status")
    check(status["enforcing"], f"not enforcing any more: {status.get('why')}")
    check(status["policy"]["revision"] == revision,
          f"revision {status['policy']['revision']}, was {revision}")
    check(clients.connect(suite.lab, "vms", topology.address("cam1", 4), 554),
          "what the old policy allows is cut")
    check(not clients.connect(suite.lab, "cam1", topology.address("inet", 4), 80),
          "what it denies passes")


def not_enforcing(r, word):
    """A load that failed must say why and leave a status that does not boast."""
    said = r.stderr + r.stdout
    check(r.returncode != 0, f"exit 0, but it cannot have worked: {said}")
    check(word.lower() in said.lower(), f'the message does not mention "{word}": {said}')
    suite.say(said.strip().splitlines()[0])
    status = suite.agent.ask("status")
    check(not status["enforcing"], "status says enforcing")


def policy_file(text):
    path = f"{suite.lab.dir}/candidate.json"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


@suite.case("a broken policy is refused with file, place and reason; the old one is still enforced")
def broken():
    revision = suite.load(policy())["revision"]
    wrong = []
    for what, text, word in BROKEN:
        check(text != GOOD, f"{what}: the test changes nothing")
        path = policy_file(text)
        for command in (("load", path), ("policy", "apply", path)):
            r = suite.agent.ztctl(*command)
            said = (r.stderr + r.stdout).strip()
            if r.returncode == 0 or word not in said or "Traceback" in said:
                wrong.append(f"{what} ({command[0]}): exit {r.returncode}: {said[:300]}")
        suite.say(f"{what}: exit {r.returncode}: {said.splitlines()[0][:120] if said else ''}")
    check(not wrong, "\n    ".join(wrong))
    still_in_force(revision)


@suite.case("every refusal is an event in the syslog")
def refusals_told():
    wait_for(lambda: any("|policy-refused|" in line for line in suite.syslog()), 3)
    check(any("|policy-refused|" in line for line in suite.syslog()),
          "no policy-refused event arrived")


@suite.case("someone without rights may not load, but may ask for the version")
def rights():
    path = policy_file(GOOD)
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", f"{BUILD}/ztctl")
    env = dict(os.environ, ZT_SOCKET=suite.agent.socket)
    for args, good in ((["load", path], False), (["unload"], False), (["status"], False),
                       (["version"], True)):
        r = suite.agent.host.run(*nobody, *args, env=env, check=False)
        said = (r.stderr or r.stdout).strip()
        suite.say(f"nobody$ ztctl {' '.join(args)}: exit {r.returncode} {said[:100]}")
        check((r.returncode == 0) == good,
              f"ztctl {args[0]} as nobody: exit {r.returncode}: {r.stderr}")
    check(suite.agent.enforcing(), "not enforcing any more")


@suite.case("a missing interface at the first load: refused, not enforcing")
def missing_interface():
    suite.reset_agent()
    suite.start_agent()
    not_enforcing(suite.ztctl("load", policy_file(BROKEN[-1][1])), "lan77")


@suite.case("a foreign XDP program on a device port: refused, named, left alone")
def foreign_xdp():
    suite.reset_agent()
    helper = suite.lab.host["router"].spawn(sys.executable, RAWBPF, "xdp", "lan2", "2",
                                            log=f"{suite.lab.dir}/foreign")
    check(wait_for(lambda: "ready" in open(helper.log, encoding="ascii").read(), 5),
          "the helper did not attach")
    try:
        suite.start_agent()
        not_enforcing(suite.ztctl("load", policy_file(GOOD)), "lan2")
        check(helper.alive(), "the foreign program's owner is gone")
        shown = suite.router("bpftool", "net", "show", "dev", "lan2").stdout
        check("driver" in shown or "generic" in shown,
              f"the foreign program was taken off: {shown}")
        left = suite.router("bpftool", "net", "show", "dev", "lan1").stdout
        check("zt_" not in left, f"half a load stays behind on lan1: {left}")
    finally:
        helper.stop()
    check(suite.ztctl("load", policy_file(GOOD)).returncode == 0,
          "with the foreign program gone, load works")
    check(suite.agent.enforcing(), "and enforces")


@suite.case("a foreign pin of the same name: refused, never adopted, left alone")
def foreign_pin():
    suite.reset_agent()
    suite.router("sh", "-c",
                 "mkdir -p /sys/fs/bpf/zt/maps && chmod 700 /sys/fs/bpf/zt /sys/fs/bpf/zt/maps")
    suite.router(sys.executable, RAWBPF, "pin-map", "/sys/fs/bpf/zt/maps/zt_flow")
    refused_at_start_or_load("zt_flow")
    suite.router("test", "-e", "/sys/fs/bpf/zt/maps/zt_flow")


def refused_at_start_or_load(word):
    """Either the agent does not start, or its load fails; both in words, neither enforcing."""
    suite.agent = Agent(suite.lab)
    suite.agent.start(ready=False)
    if suite.agent.wait_ready():
        not_enforcing(suite.ztctl("load", policy_file(GOOD)), word)
        return
    said = suite.agent.said()
    suite.say(f"ztagentd: {said.strip().splitlines()[-1] if said.strip() else 'nothing'}")
    check(suite.agent.process.popen.returncode != 0, "it ended with exit 0")
    check(word.lower() in said.lower(), f'its message does not mention "{word}": {said}')


@suite.case("a pin directory others may write to: refused")
def open_directory():
    suite.reset_agent()
    suite.router("sh", "-c", "mkdir -p /sys/fs/bpf/zt && chmod 777 /sys/fs/bpf/zt")
    refused_at_start_or_load("/sys/fs/bpf/zt")
    suite.router("rm", "-rf", "/sys/fs/bpf/zt")


@suite.case("no bpffs: a clear error, not enforcing")
def no_bpffs():
    suite.reset_agent()
    suite.router("umount", "/sys/fs/bpf")
    try:
        refused_at_start_or_load("bpf")
    finally:
        suite.router("mount", "-t", "bpf", "bpf", "/sys/fs/bpf")


@suite.case("no privilege: a clear error, not enforcing")
def no_privilege():
    suite.reset_agent()
    agent = Agent(suite.lab)
    router = suite.lab.host["router"]
    agent.host = type("Bare", (), {"run": router.run, "spawn": staticmethod(lambda *c, **kw: router.spawn(
        "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--", *c, **kw))})()
    suite.agent = agent
    agent.start(ready=False)
    if agent.wait_ready():
        agent.host = suite.lab.host["router"]
        not_enforcing(suite.ztctl("load", policy_file(GOOD)), "CAP_BPF")
        return
    said = agent.said()
    agent.host = suite.lab.host["router"]
    suite.say(f"ztagentd: {said.strip().splitlines()[-1] if said.strip() else 'nothing'}")
    check(agent.process.popen.returncode != 0, "it ended with exit 0")
    check(any(w in said.lower() for w in ("privilege", "permission", "not permitted", "root",
                                          "cap_")),
          f"its message does not say what is lacking: {said}")


@suite.case("no agent: ztctl says so and fails")
def no_agent():
    suite.reset_agent()
    suite.agent = Agent(suite.lab)
    r = suite.ztctl("status")
    check(r.returncode != 0 and "ztagentd" in r.stderr, f"exit {r.returncode}: {r.stderr}")
    suite.agent = None


if __name__ == "__main__":
    suite.main()
