"""The clock keeps schemas ready for sites to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kameng.faces.worker import spares, timetable
from kameng.kit import clock
from migrations import run
from tenants import registry
from tenants.context import shared

if TYPE_CHECKING:
    import pytest

    from kameng.config import Settings


def _waiting() -> int:
    with shared():
        return registry.spare_count()


def test_missing_spares_are_built_a_few_at_a_time(
    tools: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _waiting()
    monkeypatch.setattr(run, "SPARES", before + 6)
    assert [spares.refill(clock.now()) for _ in range(3)] == [5, 1, 0]
    assert _waiting() == before + 6


def test_clock_looks_after_the_spares() -> None:
    every, sweep = timetable.SWEEPS["spares"]
    assert sweep is spares.refill
    assert every.total_seconds() <= 10
