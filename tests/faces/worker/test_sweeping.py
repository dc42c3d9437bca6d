"""A sweep has patience, but not all day: the clock's other work must have its turn."""

from __future__ import annotations

import time

import pytest

from kameng.faces.worker import sweeping


def test_a_silent_provider_does_not_keep_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PATIENCE", 0.1)
    asked: list[int] = []

    def ask(item: int) -> None:
        asked.append(item)
        time.sleep(0.06)

    done = sweeping._each(range(50), ask)
    assert 1 <= done == len(asked) < 10


def test_one_that_fails_does_not_keep_the_rest() -> None:
    def ask(item: int) -> None:
        if item == 1:
            raise RuntimeError("no answer")

    assert sweeping._each(range(3), ask) == 2
