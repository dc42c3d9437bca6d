"""No test speaks to the world outside this machine, and nothing of ours does so unasked."""

from __future__ import annotations

import socket

import pytest

from tests.support import outside


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443, 0, 0)])
def test_a_connection_to_the_outside_is_refused(address: tuple[object, ...]) -> None:
    family = socket.AF_INET6 if ":" in str(address[0]) else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(outside.OutsideReached):
        line.connect(address)


def test_a_name_is_not_looked_up_outside() -> None:
    with pytest.raises(outside.OutsideReached):
        socket.getaddrinfo("api.stripe.com", 443)


def test_this_machine_may_be_reached() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername() == server.getsockname()
