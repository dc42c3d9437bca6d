"""Which failing sites may stop a roll-out for everybody. Pure."""

from __future__ import annotations

import pytest

from kameng.domains.design.rollouts.rules import is_proven

FLEET = set(range(1, 101))


@pytest.mark.parametrize(
    ("hurt", "seen", "chosen", "stops"),
    [
        ({7}, FLEET, (), False),
        ({7, 8}, FLEET, (), False),
        (set(range(1, 10)), FLEET, (), False),
        (set(range(1, 11)), FLEET, (), True),
        ({7, 8}, set(range(1, 21)), (), True),
        ({7}, set(range(1, 6)), (), False),
        ({7}, FLEET, (7,), True),
        ({7}, {7}, (), True),
        (set(), FLEET, (7,), False),
        (set(), set(), (7,), False),
    ],
)
def test_a_line_goes_back_when_a_fair_part_of_the_visited_sites_fails(
    hurt: set[int], seen: set[int], chosen: tuple[int, ...], stops: bool
) -> None:
    assert is_proven(hurt, seen, chosen) is stops
