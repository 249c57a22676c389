# SPDX-License-Identifier: GPL-2.0
"""Building the lab and taking it down without a trace."""
import os
import shutil
import signal
import tempfile

from . import services, topology
from .netns import RUN_NETNS, Host, ip_batch, pids_in, sh, wait_for

STANDING = "ztlab"  # prefix of the lab that `lab up` leaves standing
STANDING_DIR = "/run/ztlab"


class Lab:
    def __init__(self, prefix=None, directory=None, mtu=1500):
        self.prefix = prefix or f"zt{os.getpid():x}"
        self.dir = directory or tempfile.mkdtemp(prefix=f"{self.prefix}-")
        self.mtu = mtu
        self.processes = []
        self.undo = []  # called first by down(), last added first
        self.host = {name: Host(self, name) for name in topology.HOSTS}

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.down()

    def up(self):
        os.makedirs(self.dir, mode=0o755, exist_ok=True)
        os.chmod(self.dir, 0o755)
        ip_batch(f"netns add {h.ns}" for h in self.host.values())
        for name, h in self.host.items():
            apply_sysctls(h, topology.sysctls(name))
        ip_batch(topology.links(lambda name: self.host[name].ns, self.mtu))
        for name, h in self.host.items():
            h.run("ip", "-batch", "-", input="\n".join(topology.addresses(name)) + "\n")
        router = self.host["router"]
        router.run("nft", "-f", "-", input=topology.NFT)
        router.keep_mounts()
        services.start(self)

    def attach(self):
        """Take over a lab that stands already."""
        for pid, ns in pids_in(self.prefix).items():
            if ns.endswith("-router") and command(pid).startswith("sleep"):
                self.host["router"].mount_pid = pid
        return self

    def stands(self):
        return os.path.exists(self.host["router"].path)

    def down(self):
        for step in reversed(self.undo):
            step()
        self.undo = []
        for p in reversed(self.processes):
            p.stop(timeout=2)
        self.processes = []
        kill_all(self.prefix)
        names = [h.ns for h in self.host.values() if os.path.exists(h.path)]
        if names:
            ip_batch(f"netns del {n}" for n in names)
        shutil.rmtree(self.dir, ignore_errors=True)

    def leaks(self):
        """What is still there after down(): namespaces, processes, mounts, files."""
        found = [f"process {p} in {n}" for p, n in pids_in(self.prefix).items()]
        if os.path.isdir(RUN_NETNS):
            found += [f"namespace {n}" for n in os.listdir(RUN_NETNS)
                      if n.startswith(self.prefix + "-")]
        with open("/proc/self/mounts", encoding="utf-8") as f:
            found += [f"mount {line.split()[1]}" for line in f if self.prefix in line]
        if os.path.exists(self.dir):
            found.append(f"directory {self.dir}")
        links = sh("ip", "-o", "link").stdout
        found += [f"interface {n}" for n in topology.BRIDGED if f" {n}:" in links
                  or f" {n}@" in links]
        return found


def command(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill_all(prefix):
    """End what still runs in the lab's namespaces, politely first."""
    for sig in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids_in(prefix):
            if pid != os.getpid():
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
        if wait_for(lambda: not pids_in(prefix), timeout=2):
            return


def apply_sysctls(host, settings):
    """A setting this kernel lacks is no error."""
    def write():
        for k, v in settings.items():
            if os.path.exists(f"/proc/sys/net/{k}"):
                with open(f"/proc/sys/net/{k}", "w", encoding="ascii") as f:
                    f.write(str(v))
    host.inside(write)
