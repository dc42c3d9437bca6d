"""What stands against a move, in which order it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kameng.domains.agents.tree import errors, rules
from kameng.domains.agents.tree.rules import Offer, Wish
from kameng.kit.errors import Refusal

FINE = Wish(
    target="Cy",
    circle=False,
    elsewhere=False,
    stands_there=False,
    target_shut=False,
    depth_needed=3,
    most=3,
    sites=1,
    opening="",
    orders=0,
)


def told(wish: Wish) -> list[type[Refusal]]:
    return [type(one) for one in rules.place_faults(wish)]


def test_a_site_that_fits_may_move() -> None:
    assert told(FINE) == []
    rules.refuse(rules.place_faults(FINE))


def test_another_alliance_is_told_nothing_more() -> None:
    wish = replace(FINE, elsewhere=True, circle=True, orders=3, target_shut=True)
    assert told(wish) == [errors.OtherAlliance]


def test_all_that_can_be_mended_is_told_at_once() -> None:
    wish = replace(FINE, depth_needed=4, target_shut=True, opening="Lo", orders=2)
    assert told(wish) == [
        errors.TooDeepThere,
        errors.TargetShut,
        errors.OpensNow,
        errors.OrdersUnderWay,
    ]


@pytest.mark.parametrize(
    ("offer", "sites", "refusal"),
    [
        (None, 1, errors.NoPackageThere),
        (Offer("A", theirs=False, child_sites=True), 1, errors.NoPackageThere),
        (Offer("A", theirs=True, child_sites=False), 2, errors.PackageForbidsSites),
        (Offer("A", theirs=True, child_sites=False), 1, None),
        (Offer("A", theirs=True, child_sites=True), 9, None),
    ],
)
def test_sites_below_need_a_package_that_allows_them(
    offer: Offer | None, sites: int, refusal: type[Refusal] | None
) -> None:
    found = next(rules.package_faults(replace(FINE, sites=sites), offer), None)
    assert (type(found) if found else None) is refusal
