# SPDX-License-Identifier: GPL-2.0
"""What the figures were measured on."""
import datetime
import os
import platform
import subprocess


def first_line(path, default="?"):
    try:
        with open(path, encoding="utf-8") as f:
            return f.readline().strip()
    except OSError:
        return default


def said(*argv):
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=20,
                              check=False).stdout.strip()
    except OSError:
        return ""


def cpuinfo():
    info = {}
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            key, _, value = line.partition(":")
            info.setdefault(key.strip(), value.strip())
    return info


def mitigations():
    base = "/sys/devices/system/cpu/vulnerabilities"
    out = {}
    for name in sorted(os.listdir(base)) if os.path.isdir(base) else []:
        text = first_line(f"{base}/{name}")
        if text != "Not affected":
            out[name] = text
    return out


def memory_mib():
    with open("/proc/meminfo", encoding="utf-8") as f:
        return int(f.readline().split()[1]) // 1024


def versions():
    names = ("xdp-tools", "nftables", "clang", "libbpf-dev")
    lines = said("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *names).splitlines()
    return dict(line.split(" ", 1) for line in lines if " " in line)


def load(at_start):
    """Averages over 1, 5 and 15 minutes, before and after."""
    return [" ".join(first_line(path).split()[:3]) for path in (at_start, "/proc/loadavg")]


def describe(directory):
    info = cpuinfo()
    dirty = "+" if said("git", "status", "--porcelain", "-uno") else ""
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": (said("git", "rev-parse", "--short", "HEAD") or "?") + dirty,
            "cpu": f"{info.get('model name', '?')} (family {info.get('cpu family', '?')}, "
                   f"model {info.get('model', '?')})",
            "cpus": os.cpu_count(),
            "virtual": "hypervisor" in info.get("flags", ""),
            "memory_mib": memory_mib(),
            "kernel": platform.release(),
            "jit": first_line("/proc/sys/net/core/bpf_jit_enable"),
            "load": load(os.path.join(directory, "samples", "load")),
            "mitigations": mitigations(),
            "versions": versions()}


def text(m):
    kind = "virtual" if m["virtual"] else "bare metal"
    lines = [f"{m['date']}, commit {m['commit']}",
             f"{m['cpus']} x {m['cpu']}, {kind}, {m['memory_mib']} MiB, Linux {m['kernel']}, "
             f"BPF JIT {m['jit']}, load {' -> '.join(m['load'])}",
             ", ".join(f"{k} {v}" for k, v in m["versions"].items())]
    lines += [f"  {k}: {v}" for k, v in m["mitigations"].items()]
    return lines
