"""Fetches a small file from a host a stranger named, and from nowhere inside (SSRF).

The name is looked up once, every address it has must be of the public internet, and the connection
goes to the very address that was looked at: a second answer of the name changes nothing. Port 80
only, no redirect is followed, and size and time are capped against a server that only drips.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import threading
from contextlib import suppress

from kameng.kit import names

PORT = 80
SECONDS = 5.0
MOST = 4096
_loopback_port: int | None = None
_TRANSLATED = tuple(
    ipaddress.ip_network(one) for one in ("2002::/16", "2001::/32", "3fff::/20", "192.0.0.0/24")
)
"""IPv6 that carries an IPv4 address inside: through a translator it may end anywhere. And what
this Python does not know yet to be nobody's."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is given out of IPv6: fec0::/10 and the translators' 64:ff9b:1::/48 are not in it."""


class NotPublic(Exception):
    """The name leads into a private network, or to this machine."""


class Unreachable(Exception):
    """Nobody answers there, or not within the time."""


def configure(loopback_port: int | None) -> None:
    """Tests only: hosts may lead to this machine, and answer on this port instead of 80."""
    global _loopback_port
    _loopback_port = loopback_port


def small_file(host: str, path: str) -> bytes | None:
    """The file at http://host/path, None when the host has none (or too large a one).

    Raises names.NotThere, names.NoAnswer, NotPublic, Unreachable.
    """
    found = [ipaddress.ip_address(one) for one in names.addresses(host)]
    if not all(_may_be_asked(one) for one in found):
        raise NotPublic(host)
    return _got(str(found[0]), _loopback_port or PORT, host, path)


def _may_be_asked(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address.is_loopback:
        return _loopback_port is not None
    if getattr(address, "ipv4_mapped", None):
        return False
    hidden = any(
        address in network for network in _TRANSLATED if network.version == address.version
    )
    given = address.version == 4 or address in _UNICAST
    return address.is_global and not address.is_multicast and given and not hidden


def _got(address: str, port: int, host: str, path: str) -> bytes | None:
    try:
        line = socket.create_connection((address, port), timeout=SECONDS)
    except OSError as error:
        raise Unreachable(f"{host}: {error}") from error
    cut = threading.Event()
    with line:
        bell = threading.Timer(SECONDS, _cut, (line, cut))
        bell.start()
        try:
            found = _answer(line, host, path)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{host}: {type(error).__name__}") from error
        finally:
            bell.cancel()
    if cut.is_set():
        raise Unreachable(f"{host}: too slow")
    return found


def _answer(line: socket.socket, host: str, path: str) -> bytes | None:
    link = http.client.HTTPConnection(host, timeout=SECONDS)
    link.sock = line
    link.request("GET", path, headers={"Connection": "close", "User-Agent": "Kameng"})
    with link.getresponse() as response:
        body = response.read(MOST + 1)
    return body if response.status == 200 and len(body) <= MOST else None


def _cut(line: socket.socket, cut: threading.Event) -> None:
    """Whoever still waits for a byte of it is woken: as if the other side had hung up."""
    cut.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
