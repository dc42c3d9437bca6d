"""Notifications really leave: signed, again until answered, and bent by the knobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import Flask

from stripe_standin.app import create_app
from stripe_standin.bank import Bank
from stripe_standin.settings import Settings


class Receiver:
    """A hooks host that writes down what comes, and answers what it is told."""

    def __init__(self) -> None:
        self.bodies: list[tuple[bytes, str, str]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                signature, host = self.headers["Stripe-Signature"], self.headers["Host"]
                receiver.bodies.append((raw, signature, host))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/stripe"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def app(tmp_path: Path, receiver: Receiver) -> Iterator[Flask]:
    settings = Settings(tmp_path, 0, "sk", "whsec_1", receiver.url, "hooks.localhost")
    made = create_app(settings)
    yield made
    made.extensions["sender"].stop()
    made.extensions["sender"].pool.clear()
    made.extensions["bank"].store.connection.close()


def told(app: Flask, count: int = 1) -> None:
    bank: Bank = app.extensions["bank"]
    for number in range(count):
        subject = {"id": f"re_{number}", "object": "refund", "created": bank.now()}
        bank.tell("refund.updated", subject)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def test_what_leaves_is_signed_as_the_sdk_expects(app: Flask, receiver: Receiver) -> None:
    told(app)
    until(lambda: len(receiver.bodies) == 1)
    raw, signature, host = receiver.bodies[0]
    event = stripe.Webhook.construct_event(raw, signature, "whsec_1")
    assert (event.type, host) == ("refund.updated", "hooks.localhost")


def test_what_is_not_answered_well_leaves_again(app: Flask, receiver: Receiver) -> None:
    receiver.answers = [500]
    told(app)
    until(lambda: len(receiver.bodies) == 2)
    assert receiver.bodies[0][0] == receiver.bodies[1][0]


def test_copies_leave_when_asked_for(app: Flask, receiver: Receiver) -> None:
    app.extensions["bank"].store.turn("duplicate", 4)
    told(app)
    until(lambda: len(receiver.bodies) == 5)
    assert len({raw for raw, *_ in receiver.bodies}) == 1


def test_dropped_ones_never_leave_but_are_listed(app: Flask, receiver: Receiver) -> None:
    store = app.extensions["bank"].store
    store.turn("drop", 1)
    told(app, 2)
    until(lambda: len(receiver.bodies) == 1)
    assert b"re_1" in receiver.bodies[0][0]
    assert len(store.newest("event", before=None, since=0, limit=10)) == 2


def test_delayed_ones_leave_late(app: Flask, receiver: Receiver) -> None:
    app.extensions["bank"].store.turn("delay_ms", 600)
    begun = time.monotonic()
    told(app)
    until(lambda: len(receiver.bodies) == 1)
    assert time.monotonic() - begun >= 0.6


def test_reordered_ones_all_leave(app: Flask, receiver: Receiver) -> None:
    app.extensions["bank"].store.turn("reorder_ms", 400)
    told(app, 8)
    until(lambda: len(receiver.bodies) == 8)
    assert len({raw for raw, *_ in receiver.bodies}) == 8
