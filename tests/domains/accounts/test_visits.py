"""Whose grant lets whom in: a visit holds only as long as everything it stands on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.accounts.errors import BadReason, BadStay
from kameng.domains.accounts.staff import rules
from kameng.domains.accounts.staff.rules import STEWARD, Grant

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HUB, ADA, BO, CY = 1, 2, 3, 4
CHAIN = (HUB, ADA, BO)
AT_HUB = Grant(HUB, "operator")


def visit(hours: float = 4, via: int = HUB) -> Grant:
    return Grant(BO, STEWARD, NOW + timedelta(hours=hours), "asked by phone", via)


def held(*grants: Grant, site: int = BO, chain: tuple[int, ...] = CHAIN) -> Grant | None:
    return rules.grant_on(grants, site, chain, now=NOW)


def test_a_visit_lets_in_until_it_ends() -> None:
    assert held(AT_HUB, visit()) == visit()
    assert held(AT_HUB, visit(hours=0)) is None
    assert held(AT_HUB, visit(hours=-1)) is None


def test_a_visit_needs_the_site_it_came_from_above() -> None:
    assert held(AT_HUB, visit(), chain=(CY, BO)) is None
    assert held(AT_HUB, visit(via=BO)) is None
    assert held(Grant(ADA, "agent"), visit(via=ADA), chain=(HUB, CY, BO)) is None


@pytest.mark.parametrize("role", ["finance", "support", STEWARD])
def test_a_visit_needs_a_sender(role: str) -> None:
    assert held(Grant(HUB, role, NOW + timedelta(hours=9), "x", HUB), visit()) is None
    assert held(visit()) is None


def test_who_belongs_there_is_no_visitor() -> None:
    own = Grant(BO, "support")
    assert held(AT_HUB, visit(), own) == own


def test_a_grant_elsewhere_lets_nobody_in() -> None:
    assert held(AT_HUB, visit(), site=ADA, chain=(HUB, ADA)) is None


@given(st.integers())
def test_a_stay_is_one_hour_to_three_days(hours: int) -> None:
    if 1 <= hours <= 72:
        assert rules.stay(hours, now=NOW) == NOW + timedelta(hours=hours)
    else:
        with pytest.raises(BadStay):
            rules.stay(hours, now=NOW)


@given(st.text(max_size=300))
def test_a_reason_is_one_readable_line(text: str) -> None:
    try:
        plain = rules.check_reason(text)
    except BadReason:
        return
    assert 4 <= len(plain) <= 200
    assert plain.isprintable()
    assert plain == plain.strip()


def test_a_visit_ends_with_the_permission_to_send_whatever_the_role_is_called() -> None:
    may = Grant(HUB, "own-1", name="Field work", own=frozenset({"sites.view", "sites.enter"}))
    may_not = Grant(HUB, "own-1", name="Field work", own=frozenset({"sites.view"}))
    assert held(may, visit()) == visit()
    assert held(may_not, visit()) is None
