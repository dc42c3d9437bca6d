"""A mail server for tests: takes one letter after the other on a port of this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Office:
    """What was handed in: sender, addressee, letter."""

    url: str
    taken: list[tuple[str, str, str]] = field(default_factory=list)


class Clerk(socketserver.StreamRequestHandler):
    """Says yes to everything and puts letters with its office."""

    server: Desk

    def handle(self) -> None:
        envelope = {"MAIL": "", "RCPT": ""}
        self.say("220 here")
        for line in self.rfile:
            verb = line.decode().strip()
            if verb[:4].upper() == "DATA":
                self.say("354 go on")
                self.server.office.taken.append((envelope["MAIL"], envelope["RCPT"], self.letter()))
            elif verb[:4].upper() in envelope:
                envelope[verb[:4].upper()] = verb.partition("<")[2].partition(">")[0]
            self.say("221 bye" if verb[:4].upper() == "QUIT" else "250 fine")

    def letter(self) -> str:
        lines = []
        for line in self.rfile:
            if line.strip() == b".":
                break
            lines.append(line.decode())
        return "".join(lines)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Desk(socketserver.TCPServer):
    """Where letters are handed in, one after the other."""

    office: Office


@contextmanager
def open_here() -> Iterator[Office]:
    """A server that says yes to everything; closed at the end of the block."""
    with Desk(("127.0.0.1", 0), Clerk) as desk:
        desk.office = Office(f"smtp://127.0.0.1:{desk.server_address[1]}")
        threading.Thread(target=desk.serve_forever, daemon=True).start()
        yield desk.office
        desk.shutdown()
