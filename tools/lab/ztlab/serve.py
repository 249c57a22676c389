# SPDX-License-Identifier: GPL-2.0
"""A host with open ports: answers any TCP connection or datagram with one line.

    python3 serve.py NAME tcp/22 udp/5000 ...

Run inside a lab host. The line names who answered and whom it saw, so a client
that got it has really been there. The web ports answer a request, the others speak
first and then echo.
"""
import selectors
import socket
import sys

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


def main(name, services):
    sel = selectors.DefaultSelector()
    for service in services:
        sel.register(listen(service), selectors.EVENT_READ, service)
    while True:
        for key, _ in sel.select():
            if not isinstance(key.data, str):
                talk(sel, key.fileobj, key.data[1])
                continue
            try:
                new = answer(key.fileobj, name, key.data)
            except OSError:
                continue
            if new:
                sel.register(new[0], selectors.EVENT_READ, new)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
