# SPDX-License-Identifier: GPL-2.0
"""Network namespaces and what runs in them.

Everything a lab creates carries its prefix, so that two labs can run side by
side and a leak can be named. Knows nothing of cameras, policies or the agent.
"""
import ctypes
import os
import signal
import socket
import subprocess
import threading
import time

CLONE_FS, CLONE_NEWNS, CLONE_NEWNET = 0x200, 0x20000, 0x40000000
RUN_NETNS = "/run/netns"
_libc = ctypes.CDLL(None, use_errno=True)
SLOW = 4 if os.environ.get("ZT_VM") else 1  # so much more patience where the processor is emulated


def wait_for(condition, timeout=5.0, step=0.02):
    """Wait for a condition, not for a time (timeout: s, SLOW times as many where the processor is
    emulated); its last value is returned."""
    end = time.monotonic() + timeout * SLOW
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step * SLOW)


def sh(*argv, check=True, timeout=20, **kw):
    """Run a command, text in and out."""
    r = subprocess.run(argv, text=True, capture_output=True, timeout=timeout * SLOW,
                       stdin=kw.pop("stdin", subprocess.DEVNULL if "input" not in kw else None),
                       **kw)
    if check and r.returncode:
        said = (r.stderr or r.stdout).strip()
        raise RuntimeError(f"{' '.join(argv)}: exit {r.returncode}: {said}")
    return r


def ip_batch(lines):
    """Many ip commands in one process."""
    r = subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True,
                       capture_output=True, timeout=30 * SLOW)
    if r.returncode:
        raise RuntimeError(f"ip -batch: {r.stderr.strip()}")


def enter(path, kind):
    """Move this thread into a namespace."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _libc.setns(fd, kind):
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)


def in_netns(path, function, mounts=None):
    """Call function() in a thread that has entered the network namespace, and the mount
    namespace at the path `mounts`; what it starts is in them, without a program between."""
    result = []

    def body():
        try:
            enter(path, CLONE_NEWNET)
            if mounts:  # a thread that shares its root directory with others may not
                if _libc.unshare(CLONE_FS):
                    raise OSError(ctypes.get_errno(), "unshare")
                enter(mounts, CLONE_NEWNS)
            result.append((True, function()))
        except BaseException as e:  # handed to the caller below
            result.append((False, e))

    t = threading.Thread(target=body)
    t.start()
    t.join()
    ok, value = result[0]
    if not ok:
        raise value
    return value


class Process:
    """A child in its own process group; stop() ends the group."""

    def __init__(self, argv, log, env=None):
        self.argv = argv
        self.log = log
        out = open(log, "ab") if log else subprocess.DEVNULL
        try:
            self.popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=subprocess.STDOUT, start_new_session=True, env=env)
        finally:
            if log:
                out.close()

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def stop(self, sig=signal.SIGTERM, timeout=3):
        for s in (sig, signal.SIGKILL):
            if self.popen.poll() is None:
                try:
                    os.killpg(self.popen.pid, s)
                except ProcessLookupError:
                    pass
            try:
                self.popen.wait(timeout * SLOW)
                break
            except subprocess.TimeoutExpired:
                continue
        return self.popen.returncode


class Host:
    """One namespace; inside() calls a function there, run() and spawn() start programs there."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name
        self.ns = f"{lab.prefix}-{name}"
        self.path = f"{RUN_NETNS}/{self.ns}"
        self.mount_pid = None  # a process whose mount namespace commands share

    def inside(self, function):
        return in_netns(self.path, function, self.mount_pid and f"/proc/{self.mount_pid}/ns/mnt")

    def argv(self, *cmd):
        """The same for a shell: what to type before a command."""
        if self.mount_pid:
            return ["nsenter", f"--net={self.path}", f"--mount=/proc/{self.mount_pid}/ns/mnt", "--",
                    *cmd]
        return ["ip", "netns", "exec", self.ns, *cmd]

    def run(self, *cmd, check=True, timeout=20, **kw):
        return self.inside(lambda: sh(*cmd, check=check, timeout=timeout, **kw))

    def proc_net(self, name):
        """The text of a file of /proc/net as this host has it."""
        def read():
            with open(f"/proc/thread-self/net/{name}", encoding="ascii") as f:
                return f.read()
        return self.inside(read)

    def spawn(self, *cmd, log=None, env=None):
        """A process that lives as long as the lab, unless it is stopped before."""
        p = self.inside(lambda: Process(cmd, log, env))
        self.lab.processes.append(p)
        return p

    def popen(self, *cmd, **kw):
        return self.inside(lambda: subprocess.Popen(cmd, **kw))

    def socket(self, *args):
        """A socket of this namespace, for use here."""
        return in_netns(self.path, lambda: socket.socket(*args))

    def packet_socket(self, ifname, protocol=0):
        """A raw socket on an interface; protocol 0 only sends, 3 receives all."""
        def make():
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.bind((ifname, protocol))
            return s
        return in_netns(self.path, make)

    def keep_mounts(self):
        """Keep one mount namespace with a bpffs of its own; commands then run in it."""
        p = Process(["ip", "netns", "exec", self.ns, "sh", "-c",
                     "mount -t bpf bpf /sys/fs/bpf && exec sleep 86400"], None)
        self.lab.processes.append(p)
        if not wait_for(lambda: not p.alive() or _has_bpffs(p.pid)) or not p.alive():
            raise RuntimeError(f"{self.ns}: cannot mount a bpffs")
        self.mount_pid = p.pid


def _has_bpffs(pid):
    try:
        with open(f"/proc/{pid}/mounts", encoding="ascii") as f:
            mounts = f.read()
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().startswith(b"sleep") and " /sys/fs/bpf bpf " in mounts
    except OSError:
        return False


def pids_in(prefix):
    """Processes whose network namespace is one of the lab's (its inode is shared)."""
    inodes = {}
    try:
        for name in os.listdir(RUN_NETNS):
            if name.startswith(prefix + "-"):
                inodes[os.stat(f"{RUN_NETNS}/{name}").st_ino] = name
    except FileNotFoundError:
        return {}
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            ino = os.stat(f"/proc/{pid}/ns/net").st_ino
        except OSError:
            continue
        if ino in inodes:
            found[int(pid)] = inodes[ino]
    return found
