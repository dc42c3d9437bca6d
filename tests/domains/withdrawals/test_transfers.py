"""An approved withdrawal is sent by the provider: once, whoever presses and whatever is lost."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.notifications.kinds import Kind
from kameng.domains.withdrawals import errors, policy, proofs, queries, review
from kameng.domains.withdrawals.connected import errors as connected_errors
from kameng.domains.withdrawals.connected import service as connections
from kameng.domains.withdrawals.payouts import Proof
from kameng.domains.withdrawals.payouts.stripe import StripePayouts
from kameng.domains.withdrawals.rules import Policy, State
from kameng.domains.withdrawals.transfers import queries as transfers
from kameng.domains.withdrawals.transfers import service
from kameng.domains.withdrawals.transfers.errors import PaidByHand
from kameng.domains.withdrawals.transfers.rules import TransferState
from kameng.faces.worker import connecting
from kameng.kit import calls, clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import close_session, session
from tenants.tree import Tenant
from tests.support import payees as payee_support
from tests.support import payouts
from tests.support.ledger import TESTER, yuan
from tests.support.payees import CARD
from tests.support.payments import Standin
from tests.support.withdrawals import asked, earn, owe
from tests.support.worlds import Alliance

LATER = timedelta(minutes=2)


@pytest.fixture
def world(alliance: Alliance, standin: Standin) -> Alliance:
    """Ada has 1,000 due and an account at the provider, where 500 lie; each pay-out costs 2."""
    standin.turn(balance=50_000)
    payouts.on(alliance.hub)
    with use(alliance.hub) as hub:
        kept = Policy(fee_flat=yuan("2"), fee_share=Percent.of("0"))
        policy.set_policy(hub, kept, actor=TESTER, now=clock.now())
        session.commit()
    with use(alliance.ada) as ada:
        earn(ada, "1000")
        session.commit()
    return alliance


@pytest.fixture
def to(world: Alliance, standin: Standin):  # type: ignore[no-untyped-def]
    return payouts.ready(world.ada, standin)


@pytest.fixture(autouse=True)
def _books(alliance: Alliance):  # type: ignore[no-untyped-def]
    """Afterwards the books balance, and every proof of withdrawals holds."""
    yield
    with use(alliance.hub) as hub:
        assert trial_balance(hub).gap == Money.zero()
        assert prove(hub).holds
    assert faults(alliance.hub, alliance.ada) == []


def faults(hub: Tenant, site: Tenant) -> list[str]:
    asked = ((proofs.PAID, hub), (proofs.HELD, site), (proofs.TRANSFERRED, site))
    return [one.check for statement, tenant in asked for one in _looked(statement, tenant)]


def _looked(statement: str, tenant: Tenant):  # type: ignore[no-untyped-def]
    with use(tenant):
        return list(proofs.said(statement)(tenant))


def sent(site: Tenant, withdrawal_id):  # type: ignore[no-untyped-def]
    with use(site):
        made = calls.run(service.begin(site, withdrawal_id, actor=TESTER, now=clock.now()))
        session.commit()
    return made


def seen(site: Tenant, withdrawal_id):  # type: ignore[no-untyped-def]
    with use(site):
        return queries.one(site, withdrawal_id), transfers.of_withdrawal(site, withdrawal_id)


def at_provider(standin: Standin) -> list[dict]:  # type: ignore[type-arg]
    return standin.ask("GET", "/v1/transfers?limit=100")["data"]


def lies(hub: Tenant, kind: AccountKind) -> Money:
    with use(hub):
        return ledger.balance(house(hub.id, kind)).posted


def told(owner, kind: Kind) -> int:  # type: ignore[no-untyped-def]
    with owner.connect() as behind:
        count = "SELECT count(*) FROM shared.notice WHERE kind = %s"
        return behind.exec_driver_sql(count, (kind.value,)).scalar()


def test_it_leaves_once_with_the_providers_id_as_proof(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "200")
    cash = lies(world.hub, AccountKind.CASH_BY_HAND)
    done = sent(ada, made.id)
    assert done.state is TransferState.SENT
    row, [only] = seen(ada, made.id)
    assert (row.state, row.gateway, row.proof) == (State.PAID, "stripe", only.provider_transfer)
    [there] = at_provider(standin)
    assert (there["amount"], there["currency"], there["id"]) == (19_800, "cny", row.proof)
    assert there["transfer_group"] == f"withdrawal:{made.id}"
    assert there["metadata"]["attempt"] == str(only.id)
    assert lies(world.hub, AccountKind.CLEARING_STRIPE) == -yuan("198")
    assert lies(world.hub, AccountKind.PAYOUT_FEE) == yuan("2")
    assert lies(world.hub, AccountKind.CASH_BY_HAND) == cash
    with pytest.raises(errors.WithdrawalMoved):
        sent(ada, made.id)
    session.rollback()
    assert len(at_provider(standin)) == 1


def test_a_no_leaves_it_to_be_paid_again_and_says_why(world, to, standin, owner) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made, before = payouts.approved(ada, to, "700"), told(owner, Kind.TRANSFER_STRANGE)
    assert sent(ada, made.id).state is TransferState.FAILED
    row, [failed] = seen(ada, made.id)
    assert (row.state, row.payer) == (State.APPROVED, None)
    assert failed.problem.startswith("balance_insufficient")
    assert at_provider(standin) == []
    assert told(owner, Kind.TRANSFER_STRANGE) == before + 1
    assert lies(world.hub, AccountKind.CLEARING_STRIPE) == Money.zero()
    standin.turn(balance=90_000)
    assert sent(ada, made.id).number == 2
    assert seen(ada, made.id)[0].state is State.PAID
    assert len(at_provider(standin)) == 1


@pytest.mark.parametrize(("knob", "arrived"), [("lost", True), ("broken", False)])
def test_an_answer_nobody_heard_ends_in_one_transfer(world, to, standin, knob, arrived) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "150")
    standin.turn(**{knob: 2})
    assert sent(ada, made.id).state is TransferState.UNKNOWN
    assert bool(at_provider(standin)) is arrived
    standin.turn(**{knob: 0})
    with use(ada):
        for verb, refusal in (
            (lambda: review.release(ada, made.id, actor=TESTER, now=clock.now()), None),
            (lambda: review.reject(ada, made.id, "不付了", actor=TESTER, now=clock.now()), None),
            (
                lambda: review.confirm(ada, made.id, Proof("手工"), actor=TESTER, now=clock.now()),
                errors.PaidByProvider,
            ),
        ):
            with pytest.raises(refusal or errors.TransferUnderWay):
                verb()
            session.rollback()
    with pytest.raises(errors.WithdrawalMoved):
        sent(ada, made.id)
    session.rollback()
    assert connecting.check_transfers(clock.now()) == 0, "the slowest answer may still come"
    connecting.check_transfers(clock.now() + LATER)
    assert seen(ada, made.id)[0].state is State.PAID
    assert len(at_provider(standin)) == 1
    connecting.check_transfers(clock.now() + LATER)
    assert len(at_provider(standin)) == 1


def test_what_the_provider_does_not_know_after_a_day_never_left(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "150")
    standin.turn(broken=2)
    open_now = sent(ada, made.id)
    way = connections.way()
    answer = service.asked(open_now, made.holder, way, now=clock.now() + timedelta(hours=21))
    with use(ada):
        service.settled(ada, open_now.id, answer, actor=TESTER, now=clock.now())
        session.commit()
    row, [failed] = seen(ada, made.id)
    assert (row.state, failed.problem.split(":")[0]) == (State.APPROVED, "not_found")


def test_a_transfer_that_is_not_ours_is_never_taken_for_ours(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "150")
    standin.turn(lost=2)
    open_now = sent(ada, made.id)
    standin.turn(lost=0)
    other = replace(open_now, amount=yuan("149"))
    answer = service.asked(other, made.holder, connections.way(), now=clock.now())
    assert isinstance(answer, calls.CallUnknown)
    assert "amount" in str(answer)
    connecting.check_transfers(clock.now() + LATER)


def test_pressed_by_many_at_once_it_leaves_once(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "100")
    gate = threading.Barrier(5)

    def press(_: int) -> str:
        try:
            gate.wait()
            return sent(ada, made.id).state.value
        except Refusal as refusal:
            return refusal.code
        finally:
            close_session()

    with ThreadPoolExecutor(5) as pool:
        assert Counter(pool.map(press, range(5))) == {"sent": 1, "withdrawal_moved": 4}
    assert len(at_provider(standin)) == 1


def test_sent_back_whole_the_money_is_the_sites_again(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "200")
    free = seen_free(ada)
    transfer = sent(ada, made.id).provider_transfer
    with use(ada):
        with pytest.raises(errors.PaidByProvider):
            review.returned(ada, made.id, "手工退回", actor=TESTER, now=clock.now())
        session.rollback()
    standin.ask("POST", f"/_control/reverse/{transfer}")
    for _ in range(2):
        assert connecting.transfer(transfer) is None
    row, [back] = seen(ada, made.id)
    assert (row.state, back.state) == (State.RETURNED, TransferState.REVERSED)
    assert seen_free(ada) == free + yuan("200")
    assert lies(world.hub, AccountKind.CLEARING_STRIPE) == Money.zero()
    assert lies(world.hub, AccountKind.PAYOUT_FEE) == Money.zero()


def seen_free(site: Tenant) -> Money:
    with use(site):
        return queries.purse(site).free


def test_a_part_sent_back_is_told_and_left_to_a_human(world, to, standin, owner) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "200")
    transfer = sent(ada, made.id).provider_transfer
    before = told(owner, Kind.TRANSFER_STRANGE)
    standin.ask("POST", f"/_control/reverse/{transfer}?amount=3000")
    assert connecting.recover_reversed(clock.now()) >= 1
    connecting.recover_reversed(clock.now())
    row, [part] = seen(ada, made.id)
    assert (row.state, part.state, part.back) == (State.PAID, TransferState.SENT, yuan("30"))
    assert told(owner, Kind.TRANSFER_STRANGE) == before + 1
    standin.ask("POST", f"/_control/reverse/{transfer}")
    connecting.recover_reversed(clock.now())
    assert seen(ada, made.id)[0].state is State.RETURNED


def test_nothing_leaves_that_may_not(world, to, standin) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    with use(ada):
        waiting = asked(ada, to, "100")
        session.commit()
    with pytest.raises(errors.WithdrawalMoved):
        sent(ada, waiting.id)
    session.rollback()
    made = payouts.approved(ada, to, "100")
    with use(ada):
        for verb in (
            lambda: review.start(ada, made.id, actor=TESTER, now=clock.now()),
            lambda: review.confirm(ada, made.id, Proof("手工"), actor=TESTER, now=clock.now()),
        ):
            with pytest.raises((errors.PaidByProvider, errors.WithdrawalMoved)):
                verb()
            session.rollback()
        owe(ada, "900.01")
        with pytest.raises(errors.DebtFirst):
            calls.run(service.begin(ada, made.id, actor=TESTER, now=clock.now()))
        session.rollback()
    account = standin.ask("GET", "/v1/events?type=account.updated")["data"][0]["account"]
    standin.ask("POST", f"/_control/connected/{account}/pending")
    connecting.account(account)
    with pytest.raises(connected_errors.NotReadyThere):
        sent(ada, made.id)
    session.rollback()
    with use(world.hub) as hub:
        connections.switch_off(hub, actor=TESTER, now=clock.now())
        session.commit()
    with pytest.raises(connected_errors.ProviderOff):
        sent(ada, made.id)
    session.rollback()
    assert at_provider(standin) == []
    assert seen(ada, made.id)[0].state is State.APPROVED
    with use(ada):
        review.reject(ada, made.id, "改用银行卡", actor=TESTER, now=clock.now())
        session.commit()


def test_an_account_paid_by_hand_is_not_the_providers(world, to) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    with use(ada):
        bank = payee_support.bound(ada, CARD)
        session.commit()
    made = payouts.approved(ada, bank, "100")
    with pytest.raises(PaidByHand):
        sent(ada, made.id)
    session.rollback()


def test_the_proof_finds_money_that_left_twice_or_from_elsewhere(world, to, owner) -> None:  # type: ignore[no-untyped-def]
    ada = world.ada
    made = payouts.approved(ada, to, "100")
    sent(ada, made.id)

    def broken(statement: str, undo: str) -> list[str]:
        with owner.begin() as behind:
            behind.exec_driver_sql(statement, (str(made.id),))
        try:
            return faults(world.hub, ada)
        finally:
            with owner.begin() as behind:
                behind.exec_driver_sql(undo, (str(made.id),))

    table = "UPDATE shared.payout_transfer SET {} WHERE withdrawal_id = %s"
    assert broken(table.format("state = 'failed'"), table.format("state = 'sent'")) == ["transfer"]
    more, less = "amount = amount + 1000000", "amount = amount - 1000000"
    assert broken(table.format(more), table.format(less)) == ["transfer"]
    row = "UPDATE shared.withdrawal SET method = '{}' WHERE id = %s"
    assert set(broken(row.format("bank"), row.format("stripe"))) == {
        "payout_sent",
        "payout_transferred",
    }


def test_the_request_says_what_the_provider_needs_and_nothing_more(world, to, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    keys: list[str] = []
    paid = StripePayouts.paid

    def spy(self, payout, told):  # type: ignore[no-untyped-def]
        keys.append(payout.key)
        return paid(self, payout, told)

    monkeypatch.setattr(StripePayouts, "paid", spy)
    made = payouts.approved(world.ada, to, "100")
    sent(world.ada, made.id)
    assert keys == [f"withdrawal:{made.id}:1"]
