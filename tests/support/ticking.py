"""One tick of the clock in a test: every sweep but those that go on in a thread of their own."""

from __future__ import annotations

from unittest import mock

from kameng.faces.worker import timetable
from kameng.kit import clock
from tenants.tree import MAIN

BESIDE = "proofs"
"""Proves the books of every master of the database: long after the test that ticked is over."""


def tick(cell: str = MAIN) -> None:
    """Fire what is due now and sweep everything once."""
    rest = {name: sweep for name, sweep in timetable.SWEEPS.items() if name != BESIDE}
    with mock.patch.object(timetable, "SWEEPS", rest):
        timetable.Timetable(cell).tick(clock.now())
