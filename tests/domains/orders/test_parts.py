"""Whose the money of a line is, and who gives back what: no cent is lost on any way."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import parts
from kameng.domains.orders.rules import Back, LineFacts, split
from kameng.kit.money import FEN, Money
from tests.support.lines import extra, line, prices, quantities

KIM = "0190c0de-0000-7000-8000-000000000001"


@st.composite
def sold(draw: st.DrawFn) -> LineFacts:
    """A line with or without fees and commissions, dear or for less than a fen."""
    bought = line(draw(prices), draw(quantities))
    shares = st.integers(0, 10**7)
    kept = [extra("platform_fee", 1, draw(shares)), extra("commission", 1, draw(shares), KIM)]
    return dataclasses.replace(bought, extras=tuple(draw(st.sampled_from([[], kept]))))


@st.composite
def way_back(draw: st.DrawFn) -> tuple[LineFacts, list[Back]]:
    """A line, and steps by pieces and by money that end with everything back."""
    bought = draw(sold())
    pieces, money, steps = 0, 0, []
    for by_pieces in draw(st.lists(st.booleans(), max_size=8)):
        back = Back(pieces, Money(money))
        left = bought.total - parts.paid_back(bought, back)
        if by_pieces:
            pieces += draw(st.integers(0, bought.quantity - pieces))
        else:
            money += draw(st.integers(0, left.micro // FEN)) * FEN
        steps.append(Back(pieces, Money(money)))
    return bought, [*steps, Back(bought.quantity, Money(money))]


@given(sold())
def test_the_parts_of_a_line_sum_to_what_was_paid(bought: LineFacts) -> None:
    found = parts.parts(bought, 1)
    assert sum(part.micro for part in found.values()) == bought.total.micro
    whole = split(bought)
    margins = sum(share.margin.micro for share in whole.shares)
    given_away = sum(one.amount.micro for one in whole.extras)
    assert whole.cost.micro + margins + given_away + whole.rounding.micro == whole.total.micro


@given(st.lists(sold(), min_size=1, max_size=5))
def test_the_posting_of_a_delivery_sums_to_zero(bought: list[LineFacts]) -> None:
    posted = parts.delivered_lines(1, bought)
    assert sum(one.amount.micro for one in posted) == 0
    assert len({one.account for one in posted}) == len(posted)
    owed = [one for one in posted if one.account == house(1, AccountKind.ORDER_LIABILITY)]
    assert sum(one.amount.micro for one in owed) == sum(one.total.micro for one in bought)


@given(way_back())
@settings(max_examples=80)
def test_any_way_of_giving_a_line_back_sums_to_the_whole(way: tuple[LineFacts, list[Back]]) -> None:
    bought, steps = way
    was, paid, given = Back(0, Money(0)), 0, dict.fromkeys(parts.parts(bought, 1), 0)
    for step in steps:
        one = parts.reversal(bought, 1, step, before=was)
        assert one.amount.micro >= 0
        assert one.amount.micro % FEN == 0
        assert sum(part.micro for part in one.parts.values()) == one.amount.micro
        for account, part in one.parts.items():
            given[account] = given.get(account, 0) + part.micro
        paid, was = paid + one.amount.micro, step
        assert paid <= bought.total.micro
    assert paid == bought.total.micro
    whole = parts.parts(bought, 1)
    assert {account: micro for account, micro in given.items() if micro} == {
        account: part.micro for account, part in whole.items() if part
    }


@given(sold(), st.data())
def test_after_some_pieces_every_account_has_given_its_share_floored(
    bought: LineFacts, data: st.DataObject
) -> None:
    pieces = data.draw(st.integers(0, bought.quantity))
    given = parts.given_up(bought, 1, Back(pieces, Money(0)))
    rounding = parts.rounding(1, "CNY")
    for account, part in parts.parts(bought, 1).items():
        if account != rounding:
            assert given[account].micro == part.micro * pieces // bought.quantity
    assert abs(given[rounding].micro) <= 2 * FEN


def test_one_of_three_at_ten_yuan_gives_back_three_thirty_three() -> None:
    bought = line([8_000_000, 9_000_000, 10_000_000], 3)
    bought = dataclasses.replace(bought, total=Money.of("10.00"), unit_price=Money.of("3.333333"))
    at = Back(1, Money(0))
    assert parts.share_back(bought, at) == Fraction(1, 3)
    assert parts.paid_back(bought, at) == Money.of("3.33")
    assert parts.paid_back(bought, Back(2, Money(0))) == Money.of("6.66")
    assert parts.paid_back(bought, Back(3, Money(0))) == Money.of("10.00")


def test_money_given_besides_is_taken_off_what_is_left_at_the_end() -> None:
    bought = line([3_000_000, 5_000_000], 2)
    assert parts.paid_back(bought, Back(0, Money.of("3.00"))) == Money.of("3.00")
    assert parts.paid_back(bought, Back(1, Money.of("3.00"))) == Money.of("8.00")
    assert parts.paid_back(bought, Back(2, Money.of("3.00"))) == Money.of("10.00")


def test_fees_and_commissions_come_out_of_the_selling_sites_margin_alone() -> None:
    kept = (extra("platform_fee", 1, 500_000), extra("commission", 2, 300_000, KIM))
    plain = parts.parts(line([5_000_000, 7_000_000, 10_000_000], 1), 1)
    found = parts.parts(line([5_000_000, 7_000_000, 10_000_000], 1, extras=kept), 1)
    seller, above = house(2, AccountKind.MARGIN), house(1, AccountKind.MARGIN)
    assert found[above] == plain[above] == Money.of("2.00")
    assert found[seller] == plain[seller] - Money.of("0.80") == Money.of("2.20")
    assert found[house(1, AccountKind.PLATFORM_FEE)] == Money.of("0.50")
