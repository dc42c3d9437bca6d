"""Payments, decided on plain values."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.payments import rules
from kameng.domains.payments.errors import RefundTooLarge
from kameng.domains.payments.rules import (
    MOVES,
    AttemptFacts,
    AttemptState,
    RefundFacts,
    RefundState,
    Session,
    Verdict,
)
from kameng.kit import ids
from kameng.kit.money import Money

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def attempt(**changes: Any) -> AttemptFacts:
    made = AttemptFacts(
        id=ids.uuid7(),
        tenant_id=7,
        payee_tenant_id=1,
        channel="stripe",
        purpose="order",
        reference="ABCD",
        amount=Money.of("9.90"),
        state=AttemptState.WAITING,
        provider_session="cs_1",
        provider_payment=None,
        url="http://pay",
        problem=None,
        created_at=NOW,
        expires_at=NOW,
        succeeded_at=None,
    )
    return dataclasses.replace(made, **changes)


def page(of: AttemptFacts, **changes: Any) -> Session:
    made = Session(
        id="cs_1",
        status="complete",
        paid=True,
        amount_fen=990,
        currency="cny",
        live=False,
        payment="pi_1",
        tenant_id="7",
        reference="ABCD",
        attempt_id=str(of.id),
        url=None,
    )
    return dataclasses.replace(made, **changes)


def test_a_report_that_fits_is_paid_once() -> None:
    ours = attempt()
    assert rules.judge(ours, page(ours), live=False) == (Verdict.PAID, "")
    done = dataclasses.replace(ours, state=AttemptState.SUCCEEDED)
    assert rules.judge(done, page(ours), live=False)[0] is Verdict.REPEATED


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 989},
        {"amount_fen": 991},
        {"currency": "usd"},
        {"tenant_id": "8"},
        {"reference": "EFGH"},
        {"attempt_id": "other"},
        {"live": True},
        {"id": "cs_2"},
    ],
)
def test_anything_that_differs_is_a_mismatch(change: dict[str, Any]) -> None:
    ours = attempt()
    verdict, why = rules.judge(ours, page(ours, **change), live=False)
    assert verdict is Verdict.MISMATCH
    assert "ours" in why


def test_an_open_page_waits_and_an_expired_one_is_over() -> None:
    ours = attempt()
    waiting = page(ours, paid=False, status="open")
    assert rules.judge(ours, waiting, live=False)[0] is Verdict.WAITING
    processing = page(ours, paid=False, status="complete")
    assert rules.judge(ours, processing, live=False)[0] is Verdict.WAITING
    over = page(ours, paid=False, status="expired")
    assert rules.judge(ours, over, live=False)[0] is Verdict.EXPIRED


def test_success_is_never_overwritten() -> None:
    assert MOVES[AttemptState.SUCCEEDED] == frozenset()
    assert MOVES[AttemptState.QUARANTINED] == frozenset()
    for state in (AttemptState.EXPIRED, AttemptState.FAILED):
        assert AttemptState.SUCCEEDED in MOVES[state]


@given(st.lists(st.tuples(st.integers(1, 99_000), st.sampled_from(RefundState)), max_size=6))
def test_no_refund_exceeds_what_was_paid(history: list[tuple[int, RefundState]]) -> None:
    paid = Money.of_fen(100_000)
    past: list[RefundFacts] = []
    for fen, end in history:
        asked = Money.of_fen(fen)
        try:
            rules.check_refund(asked, paid, past)
        except RefundTooLarge:
            continue
        past.append(refund(asked, end))
    given_back = sum(one.amount.micro for one in past if one.state is not RefundState.FAILED)
    assert given_back <= paid.micro


def refund(amount: Money, state: RefundState) -> RefundFacts:
    return RefundFacts(
        id=ids.uuid7(),
        tenant_id=7,
        payee_tenant_id=1,
        attempt_id=ids.uuid7(),
        channel="stripe",
        purpose="order",
        reference="ABCD",
        amount=amount,
        state=state,
        reason="",
        problem=None,
        provider_refund=None,
        provider_payment="pi_1",
        created_at=NOW,
        settled_at=None,
    )


def test_checks_grow_rarer_and_never_end() -> None:
    waits = [rules.next_check(number, NOW) - NOW for number in range(50)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_the_chosen_method_comes_first_and_the_others_stay() -> None:
    assert rules.methods_from("alipay") == ("alipay", "card", "wechat_pay")
    assert rules.methods_from("any") == rules.METHODS


def test_an_unknown_word_for_a_refund_stays_pending() -> None:
    assert rules.refund_state("requires_action") is RefundState.PENDING
    assert rules.refund_state("canceled") is RefundState.FAILED
