"""What may be sent to the books, decided without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.ledger.errors import NothingToPost, Unbalanced
from kameng.domains.ledger.rules import (
    AccountKey,
    AccountKind,
    Line,
    as_json,
    checked,
    credit,
    debit,
    house,
    packed,
)
from kameng.kit.money import Money

CASH = house(1, AccountKind.CASH_BY_HAND)
ONE = Money.of("1")


def test_debits_and_credits_that_differ_are_refused_with_the_gap() -> None:
    with pytest.raises(Unbalanced) as refused:
        checked([debit(CASH, Money.of("3")), credit(CASH, ONE)])
    assert refused.value.facts["by"] == Money.of("2")


def test_each_currency_balances_alone() -> None:
    dollars = AccountKey(1, "house", "", "cash_by_hand", "USD")
    with pytest.raises(Unbalanced):
        checked([debit(CASH, ONE), credit(dollars, Money(ONE.micro, "USD"))])


def test_an_amount_in_another_currency_than_its_account_is_refused() -> None:
    with pytest.raises(Unbalanced):
        checked([Line(CASH, Money(5, "USD")), Line(CASH, Money(-5, "USD"))])


def test_a_posting_that_moves_nothing_is_refused() -> None:
    with pytest.raises(NothingToPost):
        checked([debit(CASH, Money.zero()), credit(CASH, Money.zero())])


amounts = st.integers(-(10**15), 10**15)


@given(st.lists(amounts, min_size=1, max_size=8))
def test_one_content_has_one_form_whatever_the_order(parts: list[int]) -> None:
    lines = [Line(house(n % 3, AccountKind.MARGIN), Money(part)) for n, part in enumerate(parts)]
    lines.append(Line(CASH, Money(-sum(parts))))
    shuffled = sorted(lines, key=lambda line: -line.amount.micro)
    try:
        first = as_json({"lines": packed(checked(lines))})
    except NothingToPost:
        assert not any(parts)
        return
    assert first == as_json({"lines": packed(checked(shuffled))})
    assert sum(line.amount.micro for line in checked(lines)) == 0
