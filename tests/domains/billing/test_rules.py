"""Periods, differences and reminders by themselves: never negative, never a day too few."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.billing import rules
from kameng.domains.billing.errors import (
    NothingToRenew,
    OverPackageLimits,
    PeriodNotOffered,
    TooFarAhead,
)
from kameng.domains.billing.rules import Held, Kind, Paid, Period, Uses, Wanted
from kameng.domains.terms.rules import Allows
from kameng.kit.money import FEN, Money

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
MONTH = timedelta(days=30)
SMALL, BIG = UUID(int=1), UUID(int=2)

moments = st.integers(0, 8 * 365 * 86_400).map(
    lambda second: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
fees = st.integers(1, 10_000_000).map(Money.of_fen)


def sold(
    id_: UUID = SMALL, month: str | None = "30", year: str | None = "300", **more: object
) -> Wanted:
    fee = [Money.of(one) if one else None for one in (month, year)]
    values = {"is_trial": False, "allows": Allows(), "grace_days": 7} | more
    return Wanted(id_, f"P{id_.int}", *fee, **values)  # type: ignore[arg-type]


def paid(worth: str = "30", *, began: datetime = NOW - MONTH / 2, span: timedelta = MONTH) -> Paid:
    return Paid(Period.MONTH, began, began + span, Money.of(worth), 22)


def held(*receipts: Paid, until: datetime | None = None) -> Held:
    end = receipts[-1].until if receipts else until
    return Held(SMALL, end, end + timedelta(days=7) if end else None, receipts)


@given(begins=moments, months=st.integers(1, 36))
def test_a_period_ends_on_its_day_or_the_last_of_the_month(begins: datetime, months: int) -> None:
    local = begins.astimezone(rules.SHOP_TIME)
    end = rules.after(begins, months, local.day).astimezone(rules.SHOP_TIME)
    assert end.time() == local.time()
    assert (end.year * 12 + end.month) - (local.year * 12 + local.month) == months
    assert end.day == min(local.day, monthrange(end.year, end.month)[1])


@given(begins=moments, steps=st.integers(1, 30))
def test_month_by_month_ends_where_all_months_at_once_do(begins: datetime, steps: int) -> None:
    anchor, at = begins.astimezone(rules.SHOP_TIME).day, begins
    for _ in range(steps):
        before, at = at, rules.after(at, 1, anchor)
        assert timedelta(days=28) <= at - before <= timedelta(days=31)
    assert at == rules.after(begins, steps, anchor)


def test_from_the_last_of_january_to_february_and_on_to_the_last_of_march() -> None:
    first = datetime(2027, 1, 31, 2, tzinfo=UTC)
    second = rules.after(first, 1, 31)
    assert second == datetime(2027, 2, 28, 2, tzinfo=UTC)
    assert rules.after(second, 1, 31) == datetime(2027, 3, 31, 2, tzinfo=UTC)
    assert rules.after(datetime(2028, 2, 29, 2, tzinfo=UTC), 12, 29).day == 28


@given(old=fees, new=fees, part=st.integers(0, 1000))
def test_the_difference_is_never_negative_nor_more_than_a_whole_periods(
    old: Money, new: Money, part: int
) -> None:
    one = Paid(Period.MONTH, NOW - MONTH * part / 1000, NOW + MONTH - MONTH * part / 1000, old, 1)
    more = rules.difference(
        [one], Wanted(BIG, "P", new, None, False, Allows(), 7), now=NOW
    )  # fmt: skip
    if new < old:
        assert more is None
        return
    assert more is not None
    assert 0 <= more.micro <= (new - old).micro
    assert more.micro % FEN == 0
    exact = (new - old).micro * (1000 - part) / 1000
    assert -1 < more.micro - exact < FEN + 1
    if part == 0:
        assert more == new - old


@given(fee=st.tuples(fees, fees, fees).map(sorted), part=st.integers(0, 999))
def test_two_steps_up_cost_what_one_costs_but_for_a_fen_each(fee: list[Money], part: int) -> None:
    span = (NOW - MONTH * part / 1000, NOW + MONTH - MONTH * part / 1000)

    def step(old: Money, new: Money) -> Money:
        package = Wanted(BIG, "P", new, None, False, Allows(), 7)
        made = rules.difference([Paid(Period.MONTH, *span, old, 1)], package, now=NOW)
        assert made is not None
        return made

    twice = step(fee[0], fee[1]) + step(fee[1], fee[2])
    assert 0 <= (twice - step(fee[0], fee[2])).micro <= 2 * FEN


def test_the_same_package_goes_on_from_its_end() -> None:
    end = NOW + timedelta(days=3)
    made = rules.offer(held(until=end), sold(), Period.MONTH, now=NOW)
    assert (made.kind, made.amount, made.begins) == (Kind.RENEW, Money.of("30"), end)
    assert made.until == datetime(2026, 12, 25, 4, tzinfo=UTC)
    year = rules.offer(held(until=end), sold(), Period.YEAR, now=NOW)
    assert (year.amount, year.until) == (Money.of("300"), datetime(2027, 11, 25, 4, tzinfo=UTC))


def test_in_grace_no_day_is_given_and_after_it_none_is_charged() -> None:
    inside = rules.offer(held(until=NOW - timedelta(days=6)), sold(), Period.MONTH, now=NOW)
    assert inside.begins == NOW - timedelta(days=6)
    over = rules.offer(held(until=NOW - timedelta(days=8)), sold(), Period.MONTH, now=NOW)
    assert over.begins == NOW


def test_a_better_package_costs_the_difference_and_holds_now() -> None:
    made = rules.offer(held(paid()), sold(BIG, "90", None), Period.MONTH, now=NOW)
    assert (made.kind, made.amount, made.until) == (Kind.UPGRADE, Money.of("30"), NOW + MONTH / 2)


def test_what_was_paid_ahead_is_made_up_as_well() -> None:
    now_and_next = (paid(), paid(began=NOW + MONTH / 2))
    made = rules.offer(held(*now_and_next), sold(BIG, "90", None), Period.MONTH, now=NOW)
    assert (made.amount, made.until) == (Money.of("90"), NOW + MONTH * 1.5)


def test_a_cheaper_package_waits_for_the_end() -> None:
    made = rules.offer(held(paid("90")), sold(BIG, "30", None), Period.MONTH, now=NOW)
    assert (made.kind, made.amount, made.begins) == (Kind.LATER, Money.of("30"), NOW + MONTH / 2)


def test_in_a_trial_another_package_begins_now() -> None:
    made = rules.offer(held(until=NOW + MONTH), sold(BIG), Period.MONTH, now=NOW)
    assert (made.kind, made.begins, made.amount) == (Kind.START, NOW, Money.of("30"))


def test_grace_is_no_gift_to_who_changes_between_two_packages() -> None:
    """At the end of each grace the other one: else seven days of every thirty-seven are free."""
    over = paid(began=NOW - MONTH - timedelta(days=6))
    made = rules.offer(held(over), sold(BIG, "30"), Period.MONTH, now=NOW)
    assert (made.kind, made.begins, made.amount) == (Kind.START, over.until, Money.of("30"))
    assert made.until is not None
    assert made.until - over.until <= timedelta(days=31)
    ended = paid(began=NOW - MONTH - timedelta(days=7))
    assert rules.offer(held(ended), sold(BIG), Period.MONTH, now=NOW).begins == NOW


@pytest.mark.parametrize(
    ("wanted", "until", "period", "refusal"),
    [
        (sold(month=None, year=None), NOW + MONTH, Period.MONTH, NothingToRenew),
        (sold(), None, Period.MONTH, NothingToRenew),
        (sold(year=None), NOW + MONTH, Period.YEAR, PeriodNotOffered),
        (sold(BIG, month=None), NOW + MONTH, Period.MONTH, PeriodNotOffered),
        (sold(BIG, None, None, is_trial=True), NOW + MONTH, Period.MONTH, PeriodNotOffered),
        (sold(), NOW + timedelta(days=500), Period.YEAR, TooFarAhead),
    ],
)
def test_what_is_not_sold_is_refused_by_name(
    wanted: Wanted, until: datetime | None, period: Period, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.offer(held(until=until), wanted, period, now=NOW)


def test_limits_name_what_stands_over_them() -> None:
    everything = Allows(own_domain=True, child_sites=True)
    rules.check_limits(sold(allows=everything), Uses(3, ("a.com",), 9_999))
    rules.check_limits(sold(), Uses())
    with pytest.raises(OverPackageLimits) as refused:
        rules.check_limits(sold(), Uses(3, ("a.com", "b.com")))
    told = {"package": "P1", "sites": 3, "domains": "a.com、b.com", "skus": 0}
    assert refused.value.facts == told


def test_only_what_is_listed_beyond_the_limit_is_too_much() -> None:
    few = sold(allows=Allows(sku_limit=100))
    rules.check_limits(few, Uses(skus=100))
    with pytest.raises(OverPackageLimits) as refused:
        rules.check_limits(few, Uses(skus=130))
    assert refused.value.facts["skus"] == 30


def test_reminders_come_seven_three_and_one_day_before() -> None:
    said = {
        days: rules.reminder(NOW + timedelta(days=days), now=NOW) for days in (9, 7, 6, 3, 2, 1)
    }
    assert said == {9: None, 7: 7, 6: 7, 3: 3, 2: 3, 1: 1}
    assert rules.reminder(NOW - timedelta(hours=1), now=NOW) is None
