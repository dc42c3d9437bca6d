"""The days on which earnings become due, at every rhythm, over month ends and leap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.terms.cycles import (
    LONGEST_DELAY,
    Cycle,
    CycleKind,
    cutoff,
    cycle_from,
    due_day,
    latest_due_day,
    strictest_cutoff,
)
from kameng.domains.terms.errors import BadCycle

DAYS = st.dates(date(2023, 1, 1), date(2032, 12, 31))
CYCLES = st.builds(Cycle, st.sampled_from(CycleKind), st.integers(1, LONGEST_DELAY))


@given(CYCLES, DAYS, DAYS)
def test_a_day_is_within_the_cutoff_exactly_when_its_due_day_has_come(
    cycle: Cycle, day: date, today: date
) -> None:
    assert (day <= cutoff(cycle, today)) == (due_day(cycle, day) <= today)


@given(st.lists(CYCLES, min_size=1, max_size=2), DAYS, DAYS)
def test_a_site_is_paid_when_every_site_above_says_so(
    cycles: list[Cycle], day: date, today: date
) -> None:
    due = latest_due_day(cycles, day) <= today
    assert (day <= strictest_cutoff(cycles, today)) == due


@given(CYCLES, DAYS)
def test_a_cutoff_never_goes_back_as_days_go_by(cycle: Cycle, today: date) -> None:
    assert cutoff(cycle, today) <= cutoff(cycle, today + timedelta(days=1)) <= today


@pytest.mark.parametrize(
    ("kind", "delay", "today", "closes"),
    [
        ("days", 7, date(2026, 3, 5), date(2026, 2, 26)),
        ("weekly", 1, date(2026, 11, 23), date(2026, 11, 22)),
        ("weekly", 1, date(2026, 11, 22), date(2026, 11, 15)),
        ("weekly", 3, date(2026, 11, 24), date(2026, 11, 15)),
        ("monthly", 1, date(2028, 3, 1), date(2028, 2, 29)),
        ("monthly", 5, date(2026, 3, 4), date(2026, 1, 31)),
        ("monthly", 5, date(2026, 3, 5), date(2026, 2, 28)),
        ("monthly", 10, date(2027, 1, 9), date(2026, 11, 30)),
    ],
)
def test_weeks_close_on_sundays_and_months_on_their_last_day(
    kind: str, delay: int, today: date, closes: date
) -> None:
    assert cutoff(cycle_from(kind, delay), today) == closes


@pytest.mark.parametrize(("kind", "delay"), [("days", 0), ("days", -1), ("weekly", 91), ("", 7)])
def test_an_odd_cycle_is_refused_by_name(kind: str, delay: int) -> None:
    with pytest.raises(BadCycle):
        cycle_from(kind, delay)
