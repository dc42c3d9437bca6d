"""Who earns what: never more than the seller has left, two levels at most, nobody on himself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.orders import parts
from kameng.domains.orders.checkout import commissions, fees
from kameng.domains.orders.rules import Back, split
from kameng.domains.promotion import rules
from kameng.domains.promotion.errors import BadPromotion, SelfDealing
from kameng.domains.promotion.rules import Buyer, Earner, PromoterFacts, Rates, Sale
from kameng.kit import ids
from kameng.kit.money import Money, Percent
from tests.support.lines import line, prices, quantities

NOW = datetime(2026, 11, 22, tzinfo=UTC)
shares = st.integers(0, 500_000).map(Percent)
rates = st.builds(Rates, shares, shares)
KIM = "kim@example.com"


def promoter(code: str = "ABCDEFGH", *, on: bool = True, own: Rates | None = None) -> PromoterFacts:
    return PromoterFacts(ids.uuid7(), code, None, on, "", own, NOW)


def earner(level: int = 1, *, on: bool = True, own: Rates | None = None) -> Earner:
    return Earner(promoter(f"ABCDEFG{level + 1}", on=on, own=own), level, (KIM, "13800138000"))


@given(prices, quantities, rates, st.none() | rates, st.none() | rates, shares, st.data())
def test_promoters_and_the_master_never_take_more_than_the_seller_has(
    steps: list[int],
    quantity: int,
    site: Rates,
    product: Rates | None,
    own: Rates | None,
    fee: Percent,
    data: st.DataObject,
) -> None:
    sold = line(steps, quantity)
    (charged,) = fees.with_fees([sold], fee, 1)
    products = {sold.product_id: product} if product else {}
    sale = Sale((earner(1, own=own), earner(2)), site, products, 15)
    (made,) = commissions.with_commissions([charged], sale, len(sold.chain))
    found = parts.parts(made, 1)
    assert sum(part.micro for part in found.values()) == sold.total.micro
    before, after = (split(one).shares for one in (charged, made))
    assert before[:-1] == after[:-1]
    assert after[-1].margin.micro >= min(0, before[-1].margin.micro)
    given_out = commissions.of_lines([made])
    assert len(given_out) <= rules.PAID_LEVELS
    level_one = rules.rates_for(product, own, site).first
    paid_one = sum(
        one.amount.micro for one in given_out if one.member_id == sale.earners[0].promoter.member_id
    )
    assert paid_one == min(sold.total.share(level_one), fees.margin_left(charged)).micro
    pieces = data.draw(st.integers(0, quantity))
    zero = Money(0)
    first = parts.reversal(made, 1, Back(pieces, zero), before=Back(0, zero))
    rest = parts.reversal(made, 1, Back(quantity, zero), before=Back(pieces, zero))
    for account, part in found.items():
        if account.kind == AccountKind.COMMISSION.value:
            backs = [step.parts[account].micro for step in (first, rest) if account in step.parts]
            assert sum(backs) == part.micro


def test_the_products_rates_come_before_the_promoters_before_the_sites() -> None:
    site, own, product = (Rates(Percent.of(n), Percent.of(0)) for n in ("1", "2", "3"))
    assert rules.rates_for(product, own, site) == product
    assert rules.rates_for(None, own, site) == own
    assert rules.rates_for(None, None, site) == site


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=9), st.integers(-3, 99))
def test_no_more_than_two_levels_are_ever_paid(
    line_up: list[tuple[int, bool]], levels: int
) -> None:
    earners = [earner(level, on=on) for level, on in line_up]
    paid = rules.paid(earners, levels)
    assert all(one.level <= min(max(levels, 0), 2) and one.promoter.is_on for one in paid)
    sale = Sale(tuple(earners), Rates(Percent.of(1), Percent.of(1)), {}, 15)
    assert len(sale.commissions(ids.uuid7(), Money.of(100), Money.of(100))) <= 2


def test_nobody_is_paid_twice_for_one_sale() -> None:
    one = earner(1)
    assert rules.paid([one, Earner(one.promoter, 2, one.contacts)], 2) == [one]


@pytest.mark.parametrize(
    ("how", "contact", "codes"),
    [
        ("contact", " KIM@Example.com ", ()),
        ("contact", "１３８００１３８０００", ()),
        ("browser", "other@example.com", ("ABCDEFG2",)),
    ],
)
def test_nobody_earns_on_what_he_buys_himself(
    how: str, contact: str, codes: tuple[str, ...]
) -> None:
    with pytest.raises(SelfDealing) as caught:
        rules.check_not_oneself(earner(1), Buyer(None, contact, codes))
    assert caught.value.facts["how"] == how


def test_nor_as_the_member_he_is() -> None:
    one = earner(1)
    with pytest.raises(SelfDealing) as caught:
        rules.check_not_oneself(one, Buyer(one.promoter.member_id, "x@example.com"))
    assert caught.value.facts["how"] == "member"
    rules.check_not_oneself(one, Buyer(ids.uuid7(), "x@example.com", ("ZZZZZZZZ",)))


def test_a_purchase_of_ones_own_pays_nobody_above_and_one_from_below_pays_the_one_between() -> None:
    first, second = earner(1), earner(2)
    mine = Buyer(first.promoter.member_id, "x@example.com")
    good, refused = rules.sorted_out([first, second], mine)
    assert (good, [one for one, _how in refused]) == ((), [first])
    above = Buyer(second.promoter.member_id, "x@example.com")
    good, refused = rules.sorted_out([first, second], above)
    assert (good, [one for one, _how in refused]) == ((first,), [second])


def test_a_link_is_remembered_thirty_days() -> None:
    visit = rules.Referral("ABCDEFGH", NOW)
    assert rules.still_counts(visit, NOW + timedelta(days=30))
    assert not rules.still_counts(visit, NOW + timedelta(days=30, seconds=1))
    assert not rules.still_counts(visit, NOW - timedelta(hours=1))


def test_commission_waits_as_long_as_anything_may_be_given_back() -> None:
    assert rules.waiting_days(15, [None, 7]) == 15
    assert rules.waiting_days(3, [None, 7, 30]) == 30
    assert rules.waiting_days(3, []) == 3


@pytest.mark.parametrize("ppm", [-1, 500_001, 10**12])
def test_odd_rates_are_refused(ppm: int) -> None:
    for odd in (Rates(Percent(ppm), Percent(0)), Rates(Percent(0), Percent(ppm))):
        with pytest.raises(BadPromotion):
            rules.check_rates(odd)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_odd_days_are_refused(days: int) -> None:
    with pytest.raises(BadPromotion):
        rules.check_settings(rules.Settings(days=days))


def test_a_master_pays_two_levels_at_most() -> None:
    assert [rules.check_levels(one) for one in (0, 1, 2)] == [0, 1, 2]
    for odd in (-1, 3):
        with pytest.raises(BadPromotion):
            rules.check_levels(odd)


@pytest.mark.parametrize(
    ("typed", "code"),
    [(" abcdefgh ", "ABCDEFGH"), ("ＡＢＣＤＥＦＧＨ", "ABCDEFGH"), ("ABC", ""), ("' OR 1=1", "")],
)
def test_a_code_is_read_as_people_write_it(typed: str, code: str) -> None:
    assert rules.clean_code(typed) == code


def test_commission_goes_from_waiting_to_the_promoters_own() -> None:
    member = UUID(int=7)
    waits, own = rules.due_lines(3, member, Money.of("1.5"))
    assert (waits.account.kind, own.account.kind) == ("commission", "available")
    assert {one.account.owner_id for one in (waits, own)} == {str(member)}
