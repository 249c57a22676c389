#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""The control plane: what it takes until a policy is enforced, and in how much memory.

control.py     runs in namespaces of its own (network, mounts, processes), which end with it

In each round, one after the other: a bare batch insert of as many entries; `nft -f` of as
many elements; the agent from nothing (its start, then `ztctl load`); the same policy again,
which must do nothing; one device put in quarantine and released, until its next packet of a
flow that runs is dropped, and passes; one device's rule changed, until its next packet passes;
the agent restarted while a million flows live; the policy in which no two devices are alike.
What is claimed is looked at: packets pass and are dropped as they should, the generation
moves or does not, no flow is lost.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

B = os.environ.get("B", "build")
BENCH = f"{B}/bench/control_bench"
SMALL = "BENCH_SMALL" in os.environ
DEVICES = 1000 if SMALL else 100000
EACH = 10
FLOWS_EACH = 1 if SMALL else 10
ROUNDS = max(1, int(os.environ.get("BENCH_ROUNDS", "9")))
DISTINCT_ROUNDS = 3  # no goal is about it
PORT = 101  # ifindex of lan0; lan1 is the next
PINS = "/sys/fs/bpf/zt"
CHANGED = 0  # the device whose rule changes: its group has applications 0 to 9
NEW_APP = 256


class Bench(Exception):
    pass


def run(*argv, **kw):
    r = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False, **kw)
    if r.returncode:
        raise Bench(f"{' '.join(argv)}: {r.stderr.strip() or r.stdout.strip()}")
    return r.stdout.strip()


def app_port(app):
    return 5000 + app % 8


def namespaces():
    if os.environ.get("BENCH_INSIDE") != "control":
        os.environ["BENCH_INSIDE"] = "control"
        os.execvp("unshare", ["unshare", "-n", "-m", "-p", "--fork", "--kill-child", "--mount-proc",
                              "--propagation", "private", *sys.argv])
    for kind, path in (("tmpfs", "/run"), ("sysfs", "/sys"), ("bpf", "/sys/fs/bpf")):
        run("mount", "-t", kind, kind, path)
    run("ip", "netns", "add", "far")
    for ns in ([], ["ip", "netns", "exec", "far"]):
        for which in ("all", "default"):
            run(*ns, "sh", "-c", f"echo 1 >/proc/sys/net/ipv6/conf/{which}/disable_ipv6")
    for i, name in enumerate([f"lan{n}" for n in range(8)] + ["wan0"]):
        run("ip", "link", "add", name, "index", str(PORT + i), "type", "veth", "peer", "name", name,
            "netns", "far")
        run("ip", "link", "set", name, "address", "02:00:00:00:ff:01", "up")
        run("ip", "-n", "far", "link", "set", name, "up")
    run("ip", "address", "add", "192.0.2.1/24", "dev", "wan0")


class Samples:
    def __init__(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.f = open(path, "w", encoding="ascii")
        self.round = 0

    def put(self, cell, unit, value, x=DEVICES * EACH):
        self.f.write(f"{cell}\t{x}\t{unit}\t{self.round}\t{value:.6g}\t-\n")
        self.f.flush()


class Agent:
    """ztagentd from nothing, or on what an earlier one left."""

    def __init__(self, directory):
        self.dir = directory
        self.process = None
        self.peak_mib = 0
        self.config = f"{directory}/agent.json"
        self.env = dict(os.environ, ZT_SOCKET=f"{directory}/run/ztagentd.sock", NO_COLOR="1")
        os.makedirs(f"{directory}/run")
        os.makedirs(f"{directory}/state")
        with open(self.config, "w", encoding="ascii") as f:
            json.dump({"syslog": [{"type": "udp", "address": "192.0.2.99", "port": 514}],
                       "max_devices": DEVICES + 4096, "max_hosts": 3 * DEVICES + 8192,
                       "max_flows": max(1 << 20, 1024)}, f)

    def start(self, ready):
        """Seconds until ready() holds."""
        begin = time.monotonic()
        with open(f"{self.dir}/log", "ab") as log:
            self.process = subprocess.Popen(
                [f"{B}/ztagentd", "--config", self.config, "--state", f"{self.dir}/state", "--run",
                 f"{self.dir}/run", "--pin", PINS], stdout=log, stderr=log)
        threading.Thread(target=self.watch_memory, daemon=True).start()
        while not ready(self):
            if self.process.poll() is not None or time.monotonic() - begin > 120:
                with open(f"{self.dir}/log", encoding="utf-8") as f:
                    raise Bench(f"ztagentd did not come up: {f.read()[-2000:]}")
            time.sleep(0.002)
        return time.monotonic() - begin

    def answers(self):
        return "agent" in json.loads(run(f"{B}/ztctl", "version", "--json", env=self.env))

    def status(self):
        return json.loads(run(f"{B}/ztctl", "status", "--json", env=self.env))

    def enforces(self):
        r = subprocess.run([f"{B}/ztctl", "status", "--json"], env=self.env, capture_output=True,
                           text=True, check=False)
        return r.returncode == 0 and json.loads(r.stdout).get("enforcing")

    def ctl(self, *args):
        """Seconds it took."""
        begin = time.monotonic()
        run(f"{B}/ztctl", *args, env=self.env)
        return time.monotonic() - begin

    def ask(self, cmd, **args):
        """A request on the control socket, without the start of a program."""
        with socket.socket(socket.AF_UNIX) as c:
            c.connect(self.env["ZT_SOCKET"])
            c.sendall(json.dumps({"schema": 1, "cmd": cmd, **args}).encode() + b"\n")
            return json.loads(c.makefile().readline())

    def watch_memory(self):
        """The most memory of its own it had, looked at every 5 ms: VmHWM has the kernel's maps in it, too."""
        try:
            while True:
                with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
                    for line in f:
                        if line.startswith("RssAnon:"):
                            self.peak_mib = max(self.peak_mib, int(line.split()[1]) / 1024)
                time.sleep(0.005)
        except OSError:
            pass  # it has ended

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def remove(self):
        """Also of an agent that failed, whose failure is what matters then."""
        if self.process and self.process.poll() is None:
            subprocess.run([f"{B}/ztctl", "unload"], env=self.env, capture_output=True, check=False)
        self.stop()
        shutil.rmtree(PINS, ignore_errors=True)
        shutil.rmtree(self.dir)


def judged(device, app, dport):
    return run(BENCH, "judge", PINS, str(PORT), str(device), str(app), str(dport))


def must_enforce(form):
    """A packet a rule allows passes, one no rule speaks of is dropped: at both ends of the plant."""
    for device in (0, DEVICES - 1):
        # the first application of its group, or of its row
        app = device % 1024 * 10 % 1024 if form == "shared" else device % 512 * 5 % 512
        if DEVICES < 1024 and form == "shared":
            app = device % 16 * 10
        if judged(device, app, app_port(app)) != "passed":
            raise Bench(f"{form}: device {device} does not reach application {app}")
        if judged(device, app, 9) != "dropped":
            raise Bench(f"{form}: device {device} reaches a port no rule names")


def bare(s):
    s.put("batch", "s", float(run(BENCH, "batch", str(DEVICES * EACH))))


def nftables(s, rules):
    """Time and peak memory of nft itself; the table goes with its namespace."""
    begin = time.monotonic()
    p = subprocess.Popen(["unshare", "-n", "nft", "-f", rules])
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = status
    if status:
        raise Bench("nft refused the rules")
    s.put("nft-load", "s", time.monotonic() - begin)
    s.put("nft-peak", "MiB", usage.ru_maxrss / 1024)


def until(what, device, app):
    """A watch on a flow's packets: its output is when they first passed or were dropped."""
    watch = subprocess.Popen([BENCH, f"until-{what}", PINS, str(PORT), str(device), str(app),
                              str(app_port(app))], stdout=subprocess.PIPE, text=True)
    if watch.stdout.readline() != "looking\n":
        raise Bench("the watch does not look")
    return watch


def now():
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def isolated(s, agent):
    """One device, in place: from the request on the agent's socket to the next packet. Then as a command."""
    for cmd, what in (("quarantine", "dropped"), ("release", "passed")):
        watch = until(what, CHANGED, 0)
        begin = now()
        answer = agent.ask(f"device-{cmd}", id=f"d{CHANGED}")
        s.put(f"{cmd}-answer", "s", now() - begin)
        if not answer.get("ok") or not answer["result"]["changed"]:
            raise Bench(f"device-{cmd}: {answer}")
        seen, _ = watch.communicate(timeout=60)
        s.put(cmd, "s", float(seen) - begin)
    s.put("quarantine-command", "s", agent.ctl("device", "quarantine", f"d{CHANGED}"))
    if judged(CHANGED, 0, app_port(0)) != "dropped":
        raise Bench("a device in quarantine reaches what it should not")
    agent.ctl("device", "release", f"d{CHANGED}")


def changed(s, agent, texts):
    """From the command's start to the first packet that passes."""
    app = NEW_APP
    if judged(CHANGED, app, app_port(app)) != "dropped":
        raise Bench("what the change is to allow passes already")
    watch = until("passed", CHANGED, app)
    begin = now()
    s.put("change-answer", "s", agent.ctl("policy", "apply", texts["changed"]))
    seen, _ = watch.communicate(timeout=60)
    s.put("change", "s", float(seen) - begin)


def unchanged(s, agent, texts):
    before = agent.status()["policy"]["generation"]
    s.put("apply-same", "s", agent.ctl("policy", "apply", texts["shared"]))
    if agent.status()["policy"]["generation"] != before:
        raise Bench("applying the policy in force made a new generation")


def restart(s, agent):
    flows = DEVICES * FLOWS_EACH
    made = int(run(BENCH, "fill", PINS, str(PORT), str(DEVICES), str(FLOWS_EACH)))
    if made < flows:
        raise Bench(f"{made} flows live, {flows} should")
    begin = time.monotonic()
    agent.stop()
    s.put("restart-stop", "s", time.monotonic() - begin, flows)
    s.put("restart", "s", agent.start(Agent.enforces), flows)
    kept = int(run(BENCH, "live", PINS, str(DEVICES)))
    # the few others are of the questions asked before, unanswered, and may expire meanwhile
    s.put("restart-lost", "flows", max(0, flows - kept), flows)
    if kept < flows:
        raise Bench(f"{kept} of {flows} flows live after the restart")


def shared(s, directory, texts):
    agent = Agent(directory)
    try:
        start = agent.start(Agent.answers)
        took = agent.ctl("load", texts["shared"])
        s.put("agent-start", "s", start)
        s.put("load", "s", took)
        s.put("agent-peak", "MiB", agent.peak_mib)
        must_enforce("shared")
        unchanged(s, agent, texts)
        isolated(s, agent)
        changed(s, agent, texts)
        restart(s, agent)
        must_enforce("shared")
    finally:
        agent.remove()


def warm(s, directory, texts):
    """The same policy where programs are loaded and attached already, under a small one."""
    agent = Agent(directory)
    try:
        agent.start(Agent.answers)
        s.put("load-10", "s", agent.ctl("load", texts["small"]), 10)
        s.put("apply", "s", agent.ctl("policy", "apply", texts["shared"]))
        must_enforce("shared")
    finally:
        agent.remove()


def distinct(s, directory, texts):
    agent = Agent(directory)
    try:
        agent.start(Agent.answers)
        s.put("load-distinct", "s", agent.ctl("load", texts["distinct"]))
        s.put("agent-peak-distinct", "MiB", agent.peak_mib)
        must_enforce("distinct")
    finally:
        agent.remove()


def write_texts(directory):
    texts = {}
    for name, argv in (("shared", ["policy", "shared", str(DEVICES)]),
                       ("changed", ["policy", "shared", str(DEVICES), str(CHANGED)]),
                       ("small", ["policy", "shared", "10"]),
                       ("distinct", ["policy", "distinct", str(DEVICES)]),
                       ("nft", ["nft", str(DEVICES)])):
        texts[name] = f"{directory}/{name}"
        with open(texts[name], "w", encoding="ascii") as f:
            subprocess.run([BENCH, *argv], stdout=f, check=True)
    return texts


def main():
    namespaces()
    s = Samples(f"{B}/bench/samples/control.tsv")
    with tempfile.TemporaryDirectory(dir=f"{B}/bench") as directory:
        texts = write_texts(directory)
        for s.round in range(ROUNDS):
            bare(s)
            nftables(s, texts["nft"])
            shared(s, os.path.abspath(f"{directory}/agent"), texts)
            warm(s, os.path.abspath(f"{directory}/agent"), texts)
            if s.round < DISTINCT_ROUNDS:
                distinct(s, os.path.abspath(f"{directory}/agent"), texts)


if __name__ == "__main__":
    try:
        main()
    except (Bench, OSError, subprocess.SubprocessError) as e:
        sys.exit(f"bench: control: {e}")
