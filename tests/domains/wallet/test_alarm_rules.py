"""From when on a site that pays for each order itself is told, unless it says otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.wallet.alarm import rules
from kameng.domains.wallet.rules import LARGEST
from kameng.kit.money import Money


@given(st.integers(0, 10**13))
def test_what_is_suggested_pays_for_ten_orders_and_can_be_set(micro: int) -> None:
    cost = Money(micro)
    below = rules.suggested(cost)
    assert rules.check_below(below) == below
    assert below >= Money.of("100")
    assert below.micro >= 10 * micro or below == LARGEST
    assert below.micro % Money.of("10").micro == 0
