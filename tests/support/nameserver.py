"""A name server on loopback: real packets over UDP and TCP, with answers a test decides.

It speaks for every name: what is not in its zone does not exist (NXDOMAIN). It can also be silent,
fail (SERVFAIL), or answer short so that the question must come again over TCP.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class Zone:
    """What the server says; `asked` is what it was asked, and how."""

    port: int = 0
    texts: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    turns: dict[str, list[list[str]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, packet: bytes, how: str) -> bytes | None:
        """One answer, or None for silence."""
        question = dns.message.from_wire(packet)
        name = question.question[0].name.to_text().rstrip(".").lower()
        kind = dns.rdatatype.to_text(question.question[0].rdtype)
        self.asked.append((name, kind, how))
        if name in self.silent:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.AA | dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.short and how == "udp":
            reply.flags |= dns.flags.TC
        else:
            self._fill(reply, question.question[0].name, name, kind)
        return bytes(reply.to_wire())

    def _fill(self, reply: Any, owner: Any, name: str, kind: str) -> None:
        found = self._entries(name, kind)
        if found:
            reply.answer.append(dns.rrset.from_text_list(owner, 60, "IN", kind, found))
        elif not (name in self.texts or name in self.addresses or name in self.turns):
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _entries(self, name: str, kind: str) -> list[str]:
        if kind == "TXT":
            return [f'"{text}"' for text in self.texts.get(name, ())]
        if kind == "A" and self.turns.get(name):
            turns = self.turns[name]
            return turns.pop(0) if len(turns) > 1 else turns[0]
        known = self.addresses.get(name, ()) if kind in ("A", "AAAA") else ()
        return [one for one in known if (":" in one) == (kind == "AAAA")]


@contextmanager
def serving() -> Iterator[Zone]:
    """The server on a free port, until the block ends."""
    zone = Zone()

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            answer = zone.answer(self.request[0], "udp")
            if answer is not None:
                self.request[1].sendto(answer, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (size,) = struct.unpack(">H", self.rfile.read(2))
            answer = zone.answer(self.rfile.read(size), "tcp")
            if answer is not None:
                self.wfile.write(struct.pack(">H", len(answer)) + answer)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Udp) as udp:
        zone.port = int(udp.server_address[1])
        with socketserver.ThreadingTCPServer(("127.0.0.1", zone.port), Tcp) as tcp:
            for server in (udp, tcp):
                server.daemon_threads = True
                threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            try:
                yield zone
            finally:
                udp.shutdown()
                tcp.shutdown()
