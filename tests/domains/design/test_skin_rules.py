"""When a skin may be, and what it takes over of the live site. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.design.skins import errors, rules

WORDS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=3)


@given(WORDS, WORDS, WORDS)
def test_the_live_word_wins_where_it_changed_and_the_skins_elsewhere(
    mine: dict[str, int], before: dict[str, int], now: dict[str, int]
) -> None:
    made = rules.caught_up({"site": mine}, {"site": before}, {"site": now})["site"]
    for key in {*mine, *before, *now}:
        source = mine if before.get(key) == now.get(key) else now
        assert made.get(key) == source.get(key)


def test_a_time_the_clock_skips_or_shows_twice_is_refused() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for unreal in ("2027-03-28T02:30", "2027-10-31T02:30"):
        with pytest.raises(errors.SkinTimeUnreal):
            rules.moment(datetime.fromisoformat(unreal), berlin)
    assert rules.moment(datetime.fromisoformat("2027-03-28T03:00"), berlin) == datetime(
        2027, 3, 28, 1, 0, tzinfo=UTC
    )


@given(st.datetimes(*map(datetime.fromisoformat, ("2027-01-01", "2028-01-01"))))
def test_the_shops_own_clock_shows_every_time_once(local: datetime) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert rules.moment(local, zone).astimezone(zone).replace(tzinfo=None) == local
