"""What one payment onto a balance may be, and what of it may go back: no database here."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.ledger.errors import NoTransfers
from kameng.domains.ledger.rules import AccountKind, checked, credit, debit, house
from kameng.domains.topups import errors, rules
from kameng.domains.topups.rules import Payer, Policy, TopUpFacts, TopUpState
from kameng.domains.wallet.alarm.rules import AlarmFacts, Step, step
from kameng.domains.wallet.rules import wallet_of
from kameng.kit import clock
from kameng.kit.money import FEN, MICRO, Money

POLICY = Policy(True, Money.of("5"), Money.of("500"), (Money.of("50"),))


NOTHING = Money.zero()
NINE = tuple(Money(one * MICRO) for one in range(1, 10))


def topup(
    amount: Money, refunded: Money = NOTHING, state: TopUpState = TopUpState.PAID
) -> TopUpFacts:
    return TopUpFacts(
        uuid4(), 2, 1, Payer.MEMBER, uuid4(), uuid4(), amount, refunded, state, None,
        clock.now(), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("4.99", errors.TopUpTooSmall),
        ("0", errors.TopUpTooSmall),
        ("-50", errors.TopUpTooSmall),
        ("500.01", errors.TopUpTooLarge),
        ("9000000000000", errors.TopUpTooLarge),
        ("50.001", errors.TopUpTooFine),
    ],
)
def test_an_amount_outside_the_limits_is_refused_by_name(
    amount: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.check_amount(Money.of(amount), POLICY)


def test_a_closed_balance_takes_nothing() -> None:
    shut = Policy(False, POLICY.minimum, POLICY.maximum, ())
    with pytest.raises(errors.TopUpsClosed):
        rules.check_amount(Money.of("50"), shut)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Policy(True, Money.zero(), Money.of("5"), ()), "minimum"),
        (Policy(True, Money.of("0.001"), Money.of("5"), ()), "minimum"),
        (Policy(True, Money.of("6"), Money.of("5"), ()), "maximum"),
        (Policy(True, Money.of("1"), Money.of("500000.01"), ()), "maximum"),
        (Policy(True, Money.of("1"), Money.of("5"), (Money.of("6"),)), "choices"),
        (Policy(True, Money.of("1"), Money.of("5"), (Money.of("1.001"),)), "choices"),
        (
            Policy(True, Money.of("1"), Money.of("50"), NINE),
            "choices",
        ),
    ],
)
def test_limits_that_make_no_sense_are_refused(draft: Policy, field: str) -> None:
    with pytest.raises(errors.BadTopUpPolicy) as refused:
        rules.check_policy(draft)
    assert refused.value.facts["field"] == field


def test_choices_are_kept_in_order_and_once() -> None:
    typed = tuple(Money.of(one) for one in ("20", "10", "20"))
    kept = rules.check_policy(Policy(True, Money.of("1"), Money.of("50"), typed))
    assert kept.choices == (Money.of("10"), Money.of("20"))
    assert all(rules.check_policy(one) == one for one in rules.DEFAULTS.values())


def test_the_sites_own_limits_come_before_the_masters() -> None:
    own = Policy(True, Money.of("7"), Money.of("8"), ())
    assert rules.nearest([(1, POLICY), (2, own)], 2, Payer.MEMBER) is own
    assert rules.nearest([(1, POLICY)], 2, Payer.MEMBER) is POLICY
    assert rules.nearest([], 2, Payer.MEMBER) is rules.DEFAULTS[Payer.MEMBER]


@settings(deadline=None)
@given(
    paid=st.integers(1, 10**6),
    back=st.integers(0, 10**6),
    balance=st.integers(-(10**10), 10**12),
    asked=st.integers(-(10**10), 10**12),
)
def test_never_more_goes_back_than_came_in_and_than_is_there(
    paid: int, back: int, balance: int, asked: int
) -> None:
    one = topup(Money(paid * FEN), Money(min(back, paid) * FEN))
    try:
        given_back = rules.check_refund(one, Money(asked), Money(balance))
    except (errors.TopUpSpent, errors.TopUpTooFine):
        return
    assert Money.zero() < given_back <= one.kept
    assert given_back <= Money(balance)
    assert given_back.micro % FEN == 0


@pytest.mark.parametrize("state", [one for one in TopUpState if one is not TopUpState.PAID])
def test_only_what_has_arrived_goes_back(state: TopUpState) -> None:
    with pytest.raises(errors.TopUpNotPaid):
        rules.check_refund(topup(Money.of("5"), state=state), Money.of("1"), Money.of("9"))


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1))
def test_a_low_balance_is_told_once_until_there_was_enough_again(balances: list[int]) -> None:
    below, told_at, told = Money.of("10"), None, []
    for balance in balances:
        taken = step(AlarmFacts(below, told_at), Money(balance * MICRO))
        told.append(taken is Step.TELL)
        if taken is not Step.NOTHING:
            told_at = clock.now() if taken is Step.TELL else None
    lows = [balance < 10 for balance in balances]
    began = [low and not before for low, before in zip(lows, [False, *lows], strict=False)]
    assert told == began


def test_a_balance_never_moves_to_somebody_else() -> None:
    kim, lee = wallet_of(2, uuid4()), wallet_of(2, uuid4())
    money = Money.of("5")
    with pytest.raises(NoTransfers):
        checked([debit(kim, money), credit(lee, money)])
    ada, bo = house(2, AccountKind.PREPAID), house(3, AccountKind.PREPAID)
    with pytest.raises(NoTransfers):
        checked([debit(ada, money), credit(bo, money)])
    available = house(2, AccountKind.AVAILABLE)
    assert len(checked([debit(available, money), credit(ada, money)])) == 2
    assert len(checked([debit(ada, money), credit(kim, money)])) == 2
