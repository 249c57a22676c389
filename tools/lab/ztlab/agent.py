# SPDX-License-Identifier: GPL-2.0
"""ztagentd in the lab's router, and what it says.

Talks to the control socket directly (agent/control/control.h), so that hundreds
of questions cost no process; ztctl() is there for what a person would type.
"""
import json
import os
import signal
import socket
import threading

from . import topology
from .netns import SLOW, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.environ.get("B") or os.path.join(ROOT, "build")
PINS = "/sys/fs/bpf/zt"


class AgentError(Exception):
    pass


class Agent:
    """One ztagentd; its directories outlive it, as on a router."""

    def __init__(self, lab, name="agent"):
        self.lab = lab
        self.host = lab.host["router"]
        self.dir = f"{lab.dir}/{name}"
        self.run_dir = f"{self.dir}/run"
        self.socket = f"{self.run_dir}/ztagentd.sock"
        self.log = f"{self.dir}/log"
        self.process = None
        self.stream = None

    def start(self, ready=True):
        for d in (self.dir, self.run_dir, f"{self.dir}/state"):
            os.makedirs(d, mode=0o755, exist_ok=True)
        config = f"{self.dir}/agent.json"
        with open(config, "w", encoding="ascii") as f:
            json.dump({"syslog": [{"type": "udp", "address": topology.address("siem", 4),
                                   "port": 514}]}, f)
        self.process = self.host.spawn(
            f"{BUILD}/ztagentd", "--config", config, "--state", f"{self.dir}/state", "--run",
            self.run_dir, "--pin", PINS, log=self.log)
        if ready and not self.wait_ready():
            raise AgentError(f"ztagentd did not come up:\n{self.said()}")
        return self

    def wait_ready(self):
        def up():
            try:
                return self.ask("version")
            except (OSError, AgentError):
                return not self.process.alive()
        wait_for(up, timeout=10)
        return self.process.alive()

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def kill(self):
        """As the OOM killer would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.popen.wait()
        self.lab.processes.remove(self.process)

    def stop(self):
        self.process.stop()
        self.lab.processes.remove(self.process)

    def ztctl(self, *args, check=False, timeout=30, **kw):
        """What a person types on the router."""
        env = dict(os.environ, ZT_SOCKET=self.socket, NO_COLOR="1")
        return self.host.run(f"{BUILD}/ztctl", *args, check=check, timeout=timeout, env=env, **kw)

    def ask(self, cmd, sources=(), **args):
        """One request, one reply: the result, or AgentError."""
        request = {"schema": 1, "cmd": cmd, **args}
        if sources:
            request["sources"] = [{"name": n, "bytes": len(text)} for n, text in sources]
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(30 * SLOW)
            s.connect(self.socket)
            s.sendall(json.dumps(request).encode() + b"\n" + b"".join(t for _, t in sources))
            with s.makefile("r", encoding="utf-8") as f:
                line = f.readline()
        reply = json.loads(line) if line else {"ok": False, "error": "closed without an answer"}
        if not reply.get("ok"):
            raise AgentError(f"{reply.get('code')}: {reply.get('error')} {reply.get('errors', '')}")
        return reply["result"]

    def load(self, policy, cmd="load", **args):
        text = policy if isinstance(policy, str) else json.dumps(policy)
        return self.ask(cmd, [("policy.json", text.encode())], **args)

    def enforcing(self):
        return self.ask("status")["enforcing"]

    def reasons(self):
        """(reason, verdict, direction) -> packets."""
        return {(r["reason"], r["verdict"], r["direction"]): r["packets"]
                for r in self.ask("counters")["reasons"]}

    def flows(self, **args):
        return self.ask("flows", **args)["flows"]

    def listen(self):
        """Collect events from now on."""
        self.stream = Events(self.socket)
        return self.stream


class Events:
    """The stream of `observe`, kept in order."""

    def __init__(self, path):
        self.seen = []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.sendall(b'{"schema":1,"cmd":"observe"}\n')
        self.file = self.socket.makefile("r", encoding="utf-8")
        first = json.loads(self.file.readline())
        if not first.get("ok", True) and not first.get("result", first).get("stream"):
            raise AgentError(f"observe: {first}")
        self.thread = threading.Thread(target=self.collect, daemon=True)
        self.thread.start()

    def collect(self):
        try:
            for line in self.file:
                self.seen.append(json.loads(line))
        except (OSError, ValueError):
            pass

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(2)
        self.file.close()
        self.socket.close()
