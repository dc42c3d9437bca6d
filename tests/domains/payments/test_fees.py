"""What a provider keeps is booked with each payment, borne by the master, back as agreed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import queries
from kameng.domains.payments import queries as payments
from kameng.domains.payments.fees import queries as fees
from kameng.domains.payments.fees import rules
from kameng.domains.payments.fees.errors import BadChannelFee
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.domains.topups import proofs as topup_proofs
from kameng.domains.topups.returns import service as returns
from kameng.kit import calls, clock
from kameng.kit.money import FEN, Money, Percent
from tenants.context import use
from tenants.database import session
from tests.support.fees import (
    STAFF,
    delivered,
    family,
    give_back,
    moved,
    proved,
    set_fee,
    sku,
    stands,
)
from tests.support.orders import books_balance
from tests.support.payments import Standin, standin
from tests.support.topups import paid as topped_up
from tests.support.topups import seen
from tests.support.worlds import Alliance

__all__ = ["family", "sku", "standin"]


def test_the_fee_is_booked_with_the_payment_and_the_agent_earns_the_same(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "2.9", "0.30")
    before = stands(family)
    bought = delivered(family, sku, standin)
    assert bought.order.total == Money.of("12.00")
    assert moved(family, before) == ("11.35", "0.65")
    with use(family.ada):
        [attempt] = payments.attempts_for(family.ada, "order", bought.order.number)
    assert attempt.fee == Money.of("0.65")
    with use(family.ada):
        [split] = queries.split(family.ada, bought.order.number)
    assert split.shares[-1].margin == Money.of("2.00")
    proved(family)


def test_a_refund_leaves_the_fee_with_a_provider_that_keeps_it(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "2.9", "0.30")
    before = stands(family)
    give_back(family, delivered(family, sku, standin), 1)
    assert moved(family, before) == ("-0.65", "0.65")
    proved(family)


def test_part_refunds_bring_the_fee_back_in_proportion_and_whole_in_the_end(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "1", "0.10", returns_=True)
    before = stands(family)
    bought = delivered(family, sku, standin, 3)
    assert moved(family, before) == ("35.54", "0.46")
    set_fee(family, "9", "9")
    for kept in ("0.31", "0.16", "0.00"):
        give_back(family, bought, 1)
        assert moved(family, before)[1] == kept
        proved(family)
    assert moved(family, before) == ("0.00", "0.00")


def test_a_top_up_is_credited_whole_and_its_refund_keeps_to_what_was_agreed(
    family: Alliance, standin: Standin
) -> None:
    set_fee(family, "2", "0")
    before = stands(family)
    made = topped_up(family.ada, "100", standin)
    assert moved(family, before) == ("98.00", "2.00")
    with use(family.ada):
        call = returns.refund(
            family.ada, made.id, Money.of("40"), by=family.hub, reason="多付", actor=STAFF,
            now=clock.now(),
        )  # fmt: skip
        calls.run(call)
        session.commit()
        attempt = payments.attempt(family.ada, made.attempt_id)
    assert seen(family.ada, attempt).refunded == Money.of("40")
    assert moved(family, before) == ("58.00", "2.00")
    books_balance(family.hub)
    with use(family.ada):
        assert [one for check in topup_proofs.CHECKS for one in check.look(family.ada)] == []


@pytest.mark.parametrize(
    ("percent", "flat"),
    [("-1", "0"), ("20.0001", "0"), ("0", "-0.01"), ("0", "100.01"), ("0", "0.001")],
)
def test_a_fee_no_provider_has_is_refused_and_the_old_one_holds(
    family: Alliance, percent: str, flat: str
) -> None:
    set_fee(family, "1.5", "0.10")
    with pytest.raises(BadChannelFee):
        set_fee(family, percent, flat)
    with use(family.ada):
        assert fees.of(family.ada, "stripe") == ChannelFee(Percent.of("1.5"), Money.of("0.10"))


@given(
    amount=st.integers(1, 10**7),
    ppm=st.integers(0, 200_000),
    flat=st.integers(0, 10_000),
    cuts=st.lists(st.integers(0, 10**7), max_size=5),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_fee_is_whole_fen_at_most_the_payment_and_comes_back_whole(
    amount: int, ppm: int, flat: int, cuts: list[int]
) -> None:
    paid_, fee = (
        Money(amount * FEN),
        ChannelFee(Percent(ppm), Money(flat * FEN), True).of(Money(amount * FEN)),
    )
    assert Money.zero() <= fee <= paid_
    assert fee.micro % FEN == 0
    steps = sorted(min(cut, amount) for cut in cuts)
    back = [rules.back(fee, paid_, Money(step * FEN)) for step in steps]
    assert back == sorted(back)
    assert rules.back(fee, paid_, paid_) == fee
    for step, so_far in zip(steps, back, strict=True):
        assert so_far <= Money(step * FEN)
