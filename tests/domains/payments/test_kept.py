"""What a provider really kept of a payment is stored once, and the master bears the difference."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import proofs as order_proofs
from kameng.domains.payments import queries as payments
from kameng.domains.payments import service as payment_verbs
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.domains.payments.gateways import stripe
from kameng.domains.payments.kept import proofs, queries, rules
from kameng.domains.payments.own import service as own_verbs
from kameng.domains.payments.rules import AttemptFacts, Kept
from kameng.faces.worker import noticing, sweeping
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.calls import CallUnknown
from kameng.kit.money import Money, Percent
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import own
from tests.support.bank import Bank
from tests.support.fees import (
    delivered,
    family,
    give_back,
    moved,
    proved,
    set_fee,
    sku,
    stands,
)
from tests.support.orders import paying, placed
from tests.support.payments import Standin, standin
from tests.support.topups import begun, paid, told
from tests.support.worlds import Alliance

__all__ = ["family", "sku", "standin"]


def attempts(site: Tenant, purpose: str, reference: str) -> AttemptFacts:
    with use(site):
        [found] = payments.attempts_for(site, purpose, reference)
    return found


def switched(site: Tenant, *, on: bool) -> None:
    with use(site):
        own_verbs.switch(site, on=on, actor=SYSTEM, now=clock.now())
        session.commit()


def differences(site: Tenant) -> list[tuple[str, int, int]]:
    with use(site):
        found = [one for check in proofs.CHECKS for one in check.look(site)]
    return [(one.check, one.found, one.expected) for one in found]


@pytest.fixture(autouse=True)
def nobody_else_waits(owner: Engine) -> None:
    """What the provider kept of the payments of other tests is not asked for among these."""
    with owner.connect() as line:
        line.exec_driver_sql(
            "UPDATE shared.payment_attempt SET fee_check_at = NULL WHERE fee_check_at IS NOT NULL"
        )


def test_more_than_agreed_is_the_masters_cost_and_nobody_earns_less(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "2.9", "0.30")
    standin.turn(fee_percent=3.4, fee_flat=50)
    before = stands(family)
    bought = delivered(family, sku, standin)
    assert moved(family, before) == ("11.09", "0.91")
    known = attempts(family.ada, "order", bought.order.number)
    assert (known.fee, known.real_fee) == (Money.of("0.65"), Money.of("0.91"))
    proved(family)
    assert differences(family.ada) == []


def test_less_than_agreed_comes_back_to_it(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "5", "1")
    standin.turn(fee_percent=1)
    before = stands(family)
    delivered(family, sku, standin)
    assert moved(family, before) == ("11.88", "0.12")
    assert differences(family.ada) == []


def test_told_twice_is_booked_once(family: Alliance, standin: Standin) -> None:
    set_fee(family, "0", "0")
    standin.turn(fee_percent=2)
    before, opened = stands(family), begun(family.ada, "50")
    standin.pay(opened.url or "")
    for _ in range(3):
        told(opened.url or "")
    assert moved(family, before) == ("49.00", "1.00")
    standin.turn(fee_percent=9)
    reported = stripe.gateway().read(opened.provider_session or "")
    with use(family.ada):
        again = payment_verbs.fee_told(family.ada, opened.id, reported, now=clock.now())
        session.commit()
    assert again.real_fee == Money.of("1.00")
    assert moved(family, before) == ("49.00", "1.00")


def test_what_is_not_told_at_once_is_asked_for_later(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "1", "0")
    before = stands(family)
    topup = paid(family.ada, "100", standin)
    assert moved(family, before) == ("99.00", "1.00")
    assert sweeping.check_fees(clock.now()) == 0
    minute = clock.now() + timedelta(minutes=2)
    with time_machine.travel(minute):
        sweeping.check_fees(clock.now())
        assert moved(family, before) == ("99.00", "1.00")
        assert sweeping.check_fees(clock.now()) == 0
    standin.turn(fee_percent=2.5)
    with time_machine.travel(minute + timedelta(minutes=11)):
        sweeping.check_fees(clock.now())
        assert sweeping.check_fees(clock.now()) == 0
    assert moved(family, before) == ("97.50", "2.50")
    assert attempts(family.ada, "topup", str(topup.id)).real_fee == Money.of("2.50")
    assert differences(family.ada) == []


def test_a_provider_that_does_not_answer_is_asked_again_and_nothing_moves(
    family: Alliance, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_fee(family, "1", "0")
    made, before = paid(family.ada, "10", standin), stands(family)

    def silent(*_: object) -> None:
        raise CallUnknown("nobody there")

    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        monkeypatch.setattr(payment_verbs, "looked_up", silent)
        assert sweeping.check_fees(clock.now()) >= 1
        assert sweeping.check_fees(clock.now()) == 0
    assert moved(family, before) == ("0.00", "0.00")
    with shared():
        later = queries.to_ask(clock.now() + timedelta(hours=3))
    assert made.attempt_id in {one.id for one in later}


def test_a_refund_brings_nothing_back_of_what_was_really_kept(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "1", "0.10", returns_=True)
    standin.turn(fee_percent=2)
    before = stands(family)
    bought = delivered(family, sku, standin, 3)
    assert moved(family, before) == ("35.28", "0.72")
    give_back(family, bought, 1)
    assert moved(family, before) == ("23.28", "0.72")
    proved(family)
    assert differences(family.ada) == []


def test_what_a_refund_had_brought_back_before_is_taken_back_once_the_fee_is_told(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    set_fee(family, "1", "0.10", returns_=True)
    before = stands(family)
    bought = delivered(family, sku, standin, 3)
    give_back(family, bought, 1)
    assert moved(family, before) == ("23.69", "0.31")
    standin.turn(fee_percent=2)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        sweeping.check_fees(clock.now())
    assert moved(family, before) == ("23.28", "0.72")
    give_back(family, bought, 2)
    assert moved(family, before) == ("-0.72", "0.72")
    proved(family)
    assert differences(family.ada) == []


def test_an_account_in_another_currency_is_counted_in_the_payments_own(
    family: Alliance, standin: Standin
) -> None:
    set_fee(family, "0", "0")
    standin.turn(currency="hkd", exchange_rate=1.1, fee_percent=3)
    before = stands(family)
    made = paid(family.ada, "200", standin)
    assert moved(family, before) == ("194.00", "6.00")
    with use(family.ada):
        row = session.connection().exec_driver_sql(
            "SELECT settled_fee, settled_currency FROM shared.payment_attempt WHERE id = %s",
            (made.attempt_id,),
        )
        assert tuple(row.one()) == (660, "HKD")


def test_a_planted_difference_is_found(
    family: Alliance, sku: SkuFacts, standin: Standin, owner: Engine
) -> None:
    set_fee(family, "1", "0")
    standin.turn(fee_percent=2)
    bought = delivered(family, sku, standin)
    known = attempts(family.ada, "order", bought.order.number)
    change = "UPDATE shared.payment_attempt SET real_fee = real_fee + %s WHERE id = %s"
    with owner.begin() as behind:
        behind.exec_driver_sql(change, (10_000, known.id))
    assert differences(family.ada) == [("kept_fee", 120_000, 130_000)]
    with use(family.ada):
        assert [one for check in order_proofs.CHECKS[:-1] for one in check.look(family.ada)] == []
    with owner.begin() as behind:
        behind.exec_driver_sql(change, (-10_000, known.id))
    assert differences(family.ada) == []


def test_the_master_reads_the_months_of_all_its_sites_and_they_are_what_is_booked(
    family: Alliance, sku: SkuFacts, standin: Standin
) -> None:
    since = clock.now() - timedelta(days=1)
    with use(family.hub):
        [before] = queries.months(family.hub, "stripe", since=since) or [None]
        kept = ledger.balance(house(family.hub.id, AccountKind.CHANNEL_FEE)).posted
    set_fee(family, "1", "0")
    standin.turn(fee_percent=2)
    paid(family.ada, "100", standin)
    standin.turn(fee_percent=None)
    paid(family.ada, "100", standin)
    with use(family.hub):
        [month] = queries.months(family.hub, "stripe", since=since)
        now = ledger.balance(house(family.hub.id, AccountKind.CHANNEL_FEE)).posted
    assert before
    assert month.payments - before.payments == 2
    assert month.untold - before.untold == 1
    assert month.agreed - before.agreed == Money.of("2")
    assert month.real - before.real == Money.of("3") == now - kept
    for site in (family.ada, family.bo):
        with use(site):
            assert queries.months(site, "stripe", since=since) == []


def test_of_a_sites_own_account_the_fee_is_kept_and_never_booked(
    family: Alliance, sku: SkuFacts
) -> None:
    ada = family.ada
    own.deposit(ada, "100")
    with own.in_process(Bank(), ada) as banks:
        mine, before = banks[ada.id], stands(family)
        mine.keeps = 3
        switched(ada, on=True)
        reference = placed(ada, sku, 5).number
        page = paying(ada, reference).rpartition("/")[2]
        mine.pay(page)
        noticing.apply(attempts(ada, "order", reference), mine.pages[page])
        known = attempts(ada, "order", reference)
        switched(ada, on=False)
    assert (known.payee_tenant_id, known.real_fee) == (ada.id, Money.of("1.80"))
    assert moved(family, before) == ("0.00", "0.00")
    assert differences(ada) == []


def test_it_is_asked_less_and_less_often_and_not_for_ever() -> None:
    now = arrived = clock.now()
    asked = []
    for checks in range(200):
        if (look := rules.next_look(checks, arrived, now)) is None:
            break
        asked.append(look)
        now = look
    assert 60 <= len(asked) <= 66
    gaps = [later - sooner for sooner, later in pairwise(asked)]
    assert gaps == sorted(gaps)


@pytest.mark.parametrize("fen", [-1, 100_000 + 1_000 + 1, 10**15])
def test_what_cannot_be_a_fee_is_not_believed(fen: int) -> None:
    assert not rules.believable(Kept(fen, fen, "CNY"), Money.of("10"))


def test_a_month_says_what_share_was_kept() -> None:
    paid_, agreed, real = Money.of("300"), Money.of("8.7"), Money.of("10")
    month = rules.Month(clock.now().date(), 3, paid_, agreed, real, 0)
    assert (month.difference, month.share) == (Money.of("1.3"), Percent.of("3.33"))
    assert ChannelFee(Percent.of("2.9")).of(paid_) == agreed
