"""Keeps the test process on this machine: a connection elsewhere, or a look-up, raises."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


class OutsideReached(Exception):
    """A test wanted to speak to another machine."""


def forbid() -> None:
    """From now on only loopback sockets and local names; for the rest of this process."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_outside(str(arguments[1][0]))
    if event == "socket.getaddrinfo" and arguments[0]:
        _refuse_outside(_text(arguments[0]))


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host


def _refuse_outside(host: str) -> None:
    if host == "localhost" or host.endswith(".localhost"):
        return
    try:
        near = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        raise OutsideReached(host) from None
    if not (near.is_loopback or near.is_unspecified):
        raise OutsideReached(host)
