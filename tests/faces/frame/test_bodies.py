"""A body that comes one sign an hour holds nobody's place, and one address cannot hold them all."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kameng.faces.frame import bodies, bulkhead
from kameng.faces.frame.bodies import Bodies
from kameng.faces.frame.bulkhead import Bulkhead
from tests.support.worlds import Alliance


class Dripping(io.RawIOBase):
    """What a client promised to send and does not, until the test lets it go."""

    def __init__(self) -> None:
        self.asked, self.over = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.asked.set()
        self.over.wait(20)
        return b""


def post(app: Any, host: str, path: str, body: Any, address: str = "192.0.2.1") -> str:
    environ = EnvironBuilder(path, f"http://{host}/", method="POST").get_environ()
    environ |= {"CONTENT_LENGTH": "5", "wsgi.input": body, "REMOTE_ADDR": address}
    environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    return run_wsgi_app(app.wsgi_app, environ)[1]


@contextmanager
def dripping(app: Flask, host: str, path: str) -> Iterator[None]:
    """A request whose body does not come, for as long as the block lasts."""
    drip = Dripping()
    thread = threading.Thread(target=post, args=(app, host, path, drip))
    thread.start()
    assert drip.asked.wait(10)
    try:
        yield
    finally:
        drip.over.set()
        thread.join(10)


def test_who_is_waited_for_holds_no_place(app: Flask, alliance: Alliance) -> None:
    wall: Bulkhead = app.extensions[bulkhead.NAME]
    hosts = {
        alliance.settings.host("console"): "/s/made-up/orders",
        alliance.settings.host("hooks"): "/stripe",
    }
    for host, path in hosts.items():
        with dripping(app, host, path):
            assert wall.shares.counts() == (0, 0), host


def test_one_address_cannot_keep_the_others_from_sending(app: Flask, alliance: Alliance) -> None:
    desk: Bodies = app.extensions[bodies.NAME]
    host = alliance.settings.host("hooks")
    with ExitStack() as stack:
        for _ in range(desk.shares.slots // 2):
            stack.enter_context(desk.shares.enter("192.0.2.66", paced=False))
        assert post(app, host, "/stripe", io.BytesIO(b"hello"), "192.0.2.66").startswith("503")
        assert post(app, host, "/stripe", io.BytesIO(b"hello"), "192.0.2.1").startswith("400")
    assert desk.shares.counts() == (0, 0)


def test_what_was_sent_arrives_whole_and_what_is_too_long_is_not_taken_in() -> None:
    got: list[bytes] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        got.append(environ["wsgi.input"].read(100))
        start_response("200 OK", [])
        return [b""]

    desk = Bodies(app, None, waiting=4, most=10)  # type: ignore[arg-type]
    for body, length in ((b"0123456789", "10"), (b"01234", ""), (b"x" * 99, ""), (b"y" * 99, "99")):
        asked = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(body)}
        list(desk(asked | {"HTTP_TRANSFER_ENCODING": "chunked"}, lambda *_: None))  # type: ignore[arg-type]
    assert got == [b"0123456789", b"01234", b"x" * 11, b"y" * 99]
