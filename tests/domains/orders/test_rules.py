"""Orders, decided on plain values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.orders import rules
from kameng.domains.orders.errors import ContactInvalid, IllegalMove, QueryPasswordNeeded
from kameng.domains.orders.rules import MOVES, OrderState
from kameng.kit.money import Money
from tests.support.lines import line, prices, quantities


@given(prices, quantities)
def test_a_line_is_split_without_loss(steps: list[int], quantity: int) -> None:
    parts = rules.split(line(steps, quantity))
    margins = sum(share.margin.micro for share in parts.shares)
    assert parts.cost.micro + margins + parts.rounding.micro == parts.total.micro


@given(st.integers(1, 10**10), quantities)
def test_a_total_is_payable_and_less_than_a_fen_away(unit: int, quantity: int) -> None:
    total = rules.line_total(Money(unit), quantity)
    assert total.micro % 10_000 == 0
    assert abs(total.micro - unit * quantity) <= 5_000


@given(st.sampled_from(OrderState), st.sampled_from(OrderState))
def test_an_order_goes_only_where_the_table_leads(state: OrderState, to: OrderState) -> None:
    if to in MOVES[state]:
        assert rules.move(state, to) is to
    else:
        with pytest.raises(IllegalMove):
            rules.move(state, to)


def test_every_state_stands_in_the_table() -> None:
    assert set(MOVES) == set(OrderState)


def test_a_mismatched_payment_never_leads_to_delivery() -> None:
    assert MOVES[OrderState.PAYMENT_MISMATCH] == {OrderState.CANCELLED}


def test_nothing_delivered_can_be_paid_or_delivered_again() -> None:
    assert OrderState.FULFILLING not in MOVES[OrderState.COMPLETED]
    assert OrderState.PAID not in MOVES[OrderState.COMPLETED]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("kim@example.com", "k***@example.com"),
        ("13812345678", "138****5678"),
        ("1234567", "12****"),
        ("微信kim", "微***"),
    ],
)
def test_a_contact_is_masked(contact: str, shown: str) -> None:
    assert rules.masked(contact) == shown


@given(st.text(min_size=3, max_size=120))
def test_a_masked_contact_never_is_the_contact(text: str) -> None:
    assert rules.masked(text) != text or text.endswith("***")


@pytest.mark.parametrize("text", ["", "ab", "a\nb\tc", "x" * 121, "a\x00bc"])
def test_a_contact_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ContactInvalid):
        rules.clean_contact(text)


def test_a_guest_needs_a_query_password_and_a_member_does_not() -> None:
    rules.check_password(None, is_member=True)
    rules.check_password("123456", is_member=False)
    for bad in (None, "", "12345", "x" * 65):
        with pytest.raises(QueryPasswordNeeded):
            rules.check_password(bad, is_member=False)
