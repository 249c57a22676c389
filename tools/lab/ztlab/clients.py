# SPDX-License-Identifier: GPL-2.0
"""Real clients. Each tries one thing from one host and says whether it came through.

They judge by effect alone (the page, the answer, the message that was received) and
know nothing of the agent.
"""
import socket
import struct
import subprocess

from . import services, topology
from .netns import SLOW

PATIENCE = 0.9  # s; below the first TCP retransmission, so a try is one packet


def url(address, port, path=""):
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}/{path}"


def http(lab, host, dst, port=80, path="", size=0):
    """curl fetches a page; with size, all of its octets must arrive."""
    r = lab.host[host].run("curl", "-sS", "-o", "-", "--connect-timeout", str(PATIENCE), "-m", "8",
                           url(dst, port, path), check=False)
    return r.returncode == 0 and (len(r.stdout) == size if size else "lab" in r.stdout
                                  or "sees" in r.stdout)


def ping(lab, host, dst):
    return lab.host[host].run("ping", "-n", "-c1", "-W1", dst, check=False).returncode == 0


def dig(lab, host, server):
    r = lab.host[host].run("dig", "+time=1", "+tries=1", "+short", f"@{server}", "vms.lab", "A",
                           check=False)
    return r.stdout.strip() == topology.address("vms", 4)


def mqtt(lab, host, dst, word):
    """mosquitto_pub at the device, mosquitto_sub beside the broker: the word must arrive."""
    sub = lab.host["mqtt"].popen("mosquitto_sub", "-h", "::1", "-t", f"lab/{word}", "-C", "1",
                                 "-W", str(3 * SLOW), stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
    try:
        lab.host[host].run("timeout", str(1.5 * SLOW), "mosquitto_pub", "-h", dst,
                           "-t", f"lab/{word}", "-m", word, "-r", "-q", "1", check=False)
        return sub.communicate(timeout=5 * SLOW)[0].strip() == word
    finally:
        sub.kill()
        sub.wait()


def connect(lab, host, dst, port):
    """A TCP connection; true when the other side's greeting arrives."""
    family = socket.AF_INET6 if ":" in dst else socket.AF_INET
    with lab.host[host].socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(PATIENCE)
        try:
            s.connect((dst, port))
            return b"sees" in s.recv(200)
        except OSError:
            return False


def dhcp(lab, host="sensor"):
    return bool(services.dhcp_once(lab, host))


def send_frames(lab, host, frames, ifname="eth0"):
    with lab.host[host].packet_socket(ifname) as s:
        for f in frames:
            s.send(f)


def end_by_reset(s):
    """Close by reset, free of TIME_WAIT, so that a port can be used again at once."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
