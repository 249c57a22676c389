# SPDX-License-Identifier: GPL-2.0
"""Hosts with open ports: each answers any TCP connection or datagram with one line.

    python3 serve.py NAME NETNS tcp/22 udp/5000 ... [-- NAME NETNS ...]

One process for all of them, with sockets in each host's namespace. The line names who
answered and whom it saw, so a client that got it has really been there. The web ports answer
a request, the others speak first and then echo; www=DIR serves files on port 80.
"""
import functools
import http.server
import selectors
import socket
import sys
import threading

from netns import in_netns

WEB = ("tcp/80", "tcp/443", "tcp/8000", "tcp/8080")


def listen(service):
    proto, port = service.split("/")
    kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
    s = socket.socket(socket.AF_INET6, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", int(port)))
    if proto == "tcp":
        s.listen(64)
    s.setblocking(False)
    return s


def answer(s, name, service):
    """One datagram, or a new connection: returned with what to say at its first data."""
    if service.startswith("udp"):
        data, peer = s.recvfrom(2048)
        s.sendto(f"{name} {service} sees {peer[0]} ".encode() + data, peer)
        return None
    c, peer = s.accept()
    c.setblocking(False)
    line = f"{name} {service} sees {peer[0]}\n".encode()
    if service in WEB:
        return c, b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + line
    c.send(line)
    return c, None


def talk(sel, c, page):
    try:
        data = c.recv(65536)
        if data:
            c.send(page or data)
            if not page:
                return
    except OSError:
        pass
    sel.unregister(c)
    c.close()


def files(directory):
    """Serve them with Python's own web server, in a thread."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=directory)
    server = http.server.ThreadingHTTPServer(("::", 80), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listen("tcp/80")
    server.socket.setblocking(True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def open_host(sel, name, services):
    for service in services:
        if service.startswith("www="):
            files(service[4:])
        else:
            sel.register(listen(service), selectors.EVENT_READ, (name, service))


def main(args):
    sel = selectors.DefaultSelector()
    while args:
        end = args.index("--") if "--" in args else len(args)
        name, path, *services = args[:end]
        in_netns(path, functools.partial(open_host, sel, name, services))
        args = args[end + 1:]
    while True:
        for key, _ in sel.select():
            if isinstance(key.data[0], socket.socket):
                talk(sel, *key.data)
                continue
            try:
                new = answer(key.fileobj, *key.data)
            except OSError:
                continue
            if new:
                sel.register(new[0], selectors.EVENT_READ, new)


if __name__ == "__main__":
    main(sys.argv[1:])
