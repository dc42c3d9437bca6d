"""What was earned leaves once, to a verified account, after debts; a refusal moves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.payees import service as payee_service
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.errors import NoSuchPayoutAccount, PayoutAccountNotVerified
from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.errors import PayeeNotVerified
from kameng.domains.payees.queries import of as payee_of
from kameng.domains.payees.rules import HOUSE, Owner
from kameng.domains.withdrawals import errors, policy, queries, review, rules, service
from kameng.domains.withdrawals.payouts import Proof
from kameng.domains.withdrawals.rules import Policy, State
from kameng.kit import clock
from kameng.kit.audit import Actor
from kameng.kit.money import BadAmount, Money, Percent
from kameng.kit.pictures import BadPicture
from tenants.context import use
from tenants.database import session
from tests.support.ledger import TESTER, counts, yuan
from tests.support.payees import ALIPAY, PICTURE
from tests.support.withdrawals import asked, earn, owe, rich
from tests.support.worlds import Alliance, Builder

OTHER = Actor("staff", "other", "李会计")
PROOF = Proof("工商银行流水 20261122001")


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    made = builder.alliance()
    rich(made.ada, "1000")
    with use(made.hub) as hub:
        kept = Policy(fee_flat=yuan("2"), fee_share=Percent.of("1"))
        policy.set_policy(hub, kept, actor=TESTER, now=clock.now())
        session.commit()
    return made


@pytest.fixture
def ada(world: Alliance):  # type: ignore[no-untyped-def]
    """Bound to Ada, who has 1,000 due and an account; what the test wrote is taken back."""
    with use(world.ada) as site:
        yield site
        session.rollback()


@pytest.fixture
def card(ada):  # type: ignore[no-untyped-def]
    return accounts.queries.accounts(ada)[0]


def free(site) -> Money:  # type: ignore[no-untyped-def]
    return queries.purse(site).free


def of_root(site, kind: AccountKind) -> Money:  # type: ignore[no-untyped-def]
    return ledger.balance(house(site.root_id, kind)).posted


def paid(site, made, proof: Proof = PROOF):  # type: ignore[no-untyped-def]
    now = clock.now()
    review.approve(site, made.id, actor=TESTER, now=now)
    review.start(site, made.id, actor=TESTER, now=now)
    return review.confirm(site, made.id, proof, actor=TESTER, now=now)


def test_asked_reviewed_and_paid_with_the_fee_kept_by_the_master(ada, card, world) -> None:  # type: ignore[no-untyped-def]
    made = asked(ada, card, "200")
    assert (made.state, made.fee, made.paid) == (State.ASKED, yuan("4"), yuan("196"))
    assert (made.hint, made.holder) == (card.hint, "张三丰")
    assert free(ada) == yuan("800")
    assert queries.set_aside(ada) == yuan("200")
    done = paid(ada, made, Proof("", PICTURE))
    assert (done.state, done.gateway, done.has_picture) == (State.PAID, "manual", True)
    assert review.proof_picture(ada, made.id).startswith(b"\xff\xd8")
    assert free(ada) == yuan("800")
    assert queries.set_aside(ada) == Money.zero()
    session.commit()
    with use(world.hub) as hub:
        assert of_root(hub, AccountKind.CASH_BY_HAND) == yuan("804")
        assert of_root(hub, AccountKind.PAYOUT_FEE) == yuan("4")
        assert queries.one(hub, made.id).paid_at
        assert trial_balance(hub).gap == Money.zero()
        assert prove(hub).holds
    with use(world.ada) as site:
        back = review.returned(site, made.id, "卡号已注销", actor=TESTER, now=clock.now())
        assert back.state is State.RETURNED
        assert free(site) == yuan("1000")
        with pytest.raises(errors.WithdrawalMoved):
            review.returned(site, made.id, "卡号已注销", actor=TESTER, now=clock.now())
        session.rollback()
        review.returned(site, made.id, "卡号已注销", actor=TESTER, now=clock.now())
        session.commit()


def test_rejected_or_taken_back_money_is_free_again(ada, card) -> None:  # type: ignore[no-untyped-def]
    first, second, third = (asked(ada, card, "100") for _ in range(3))
    with pytest.raises(errors.BadDecision):
        review.reject(ada, first.id, " ", actor=TESTER, now=clock.now())
    review.reject(ada, first.id, "资料不符", actor=TESTER, now=clock.now())
    service.cancel(ada, second.id, actor=TESTER, now=clock.now())
    review.approve(ada, third.id, actor=TESTER, now=clock.now())
    with pytest.raises(errors.WithdrawalMoved):
        service.cancel(ada, third.id, actor=TESTER, now=clock.now())
    review.start(ada, third.id, actor=TESTER, now=clock.now())
    review.reject(ada, third.id, "银行拒收", actor=TESTER, now=clock.now())
    assert free(ada) == yuan("1000")
    for made in (first, second, third):
        for verb in (review.approve, review.start, review.release, service.cancel):
            with pytest.raises(errors.WithdrawalMoved):
                verb(ada, made.id, actor=TESTER, now=clock.now())


@pytest.mark.parametrize(
    "amount",
    ["-1", "0", "0.001", "100.005", "10000000.01", "9000000000000"],
)
def test_an_odd_amount_is_refused_by_name_and_nothing_moves(
    ada,
    card,
    amount,
    owner,
    world,  # type: ignore[no-untyped-def]
) -> None:
    before = counts(owner, world.hub.id)
    for verb in (
        lambda: asked(ada, card, amount),
        lambda: service.turn(ada, yuan(amount), once="1", actor=TESTER, now=clock.now()),
    ):
        with pytest.raises(errors.BadWithdrawal):
            verb()
    session.commit()
    assert counts(owner, world.hub.id) == before
    assert queries.of_owner(ada).total == queries.of_owner(ada).total


@pytest.mark.parametrize("text", ["NaN", "1e400", "Infinity", "1.1234567", "", "=1+1", "百"])
def test_what_is_no_amount_never_gets_as_far(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.of(text)


def test_full_width_digits_are_digits(ada, card) -> None:  # type: ignore[no-untyped-def]
    assert asked(ada, card, "１２０．５").amount == yuan("120.5")


def test_the_masters_rules_hold(ada, card, world) -> None:  # type: ignore[no-untyped-def]
    for amount, refusal in (("99.99", errors.BelowMinimum), ("1000.01", errors.MoreThanFree)):
        with pytest.raises(refusal):
            asked(ada, card, amount)
    kept = Policy(daily=yuan("300"), minimum=yuan("5"), fee_flat=yuan("4"))
    for change, amount, refusal in (
        ({}, "300.01", errors.DailyLimitReached),
        ({"open": False}, "100", errors.WithdrawalsOff),
        ({"methods": (Method.ALIPAY,)}, "100", errors.MethodOff),
    ):
        _set(ada, replace(kept, **change))
        with pytest.raises(refusal):
            asked(ada, card, amount)
    _set(ada, kept)
    asked(ada, card, "200")
    with pytest.raises(errors.DailyLimitReached):
        asked(ada, card, "100.01")
    asked(ada, card, "100")
    tomorrow = clock.now() + timedelta(days=1)
    service.ask(ada, card.id, yuan("300"), once="t", actor=TESTER, now=tomorrow)


def _set(site, kept: Policy) -> None:  # type: ignore[no-untyped-def]
    """The rules as they would stand at the master, inside the test's own transaction."""
    pytest.MonkeyPatch().setattr(policy, "of", lambda _tenant: kept)


@pytest.fixture(autouse=True)
def _policy_as_it_is():  # type: ignore[no-untyped-def]
    kept = policy.of
    yield
    policy.of = kept


@pytest.mark.parametrize(
    "change",
    [
        {"minimum": Money.zero()},
        {"minimum": Money(1)},
        {"fee_flat": yuan("-1")},
        {"fee_flat": yuan("100")},
        {"fee_share": Percent.of("50.1")},
        {"fee_share": Percent.of("-1")},
        {"daily": yuan("99")},
        {"days": -1},
        {"days": 61},
        {"methods": ()},
    ],
)
def test_rules_that_cannot_be_kept_are_refused(change: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(errors.BadPolicy):
        rules.check_policy(replace(Policy(), **change))


def test_debts_come_first(ada, card) -> None:  # type: ignore[no-untyped-def]
    owe(ada, "300")
    assert queries.purse(ada).debt == yuan("300")
    with pytest.raises(errors.MoreThanFree) as refused:
        asked(ada, card, "700.01")
    assert refused.value.facts["debt"] == yuan("300")
    assert refused.value.facts["available"] == yuan("1000")
    made = asked(ada, card, "700")
    review.approve(ada, made.id, actor=TESTER, now=clock.now())
    owe(ada, "0.01")
    with pytest.raises(errors.DebtFirst):
        review.start(ada, made.id, actor=TESTER, now=clock.now())


def test_earnings_turn_into_balance_one_way_once(ada) -> None:  # type: ignore[no-untyped-def]
    owe(ada, "300")
    for _ in range(2):
        service.turn(ada, yuan("600"), once="a form", actor=TESTER, now=clock.now())
    assert ledger.balance(house(ada.id, AccountKind.PREPAID)).posted == yuan("600")
    assert queries.purse(ada).available == yuan("400")
    with pytest.raises(errors.MoreThanFree):
        service.turn(ada, yuan("100.01"), once="more", actor=TESTER, now=clock.now())


def test_more_than_there_is_does_not_turn(ada) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(errors.MoreThanFree):
        service.turn(ada, yuan("1000.01"), once="all", actor=TESTER, now=clock.now())


def test_a_form_sent_twice_is_one_withdrawal(ada, card) -> None:  # type: ignore[no-untyped-def]
    def send(amount: str):  # type: ignore[no-untyped-def]
        now = clock.now()
        return service.ask(ada, card.id, yuan(amount), once="form", actor=TESTER, now=now)

    assert send("100").id == send("100").id
    with pytest.raises(errors.AskedOtherwise):
        send("101")
    assert free(ada) == yuan("900")


def test_only_to_a_verified_account_of_the_verified_payee(ada, card) -> None:  # type: ignore[no-untyped-def]
    fresh = accounts.bind(ada, ALIPAY, actor=TESTER, now=clock.now())
    with pytest.raises(PayoutAccountNotVerified):
        asked(ada, fresh, "100")
    made = asked(ada, card, "100")
    accounts.remove(ada, card.id, actor=TESTER, now=clock.now())
    with pytest.raises(NoSuchPayoutAccount):
        asked(ada, card, "100")
    with pytest.raises(NoSuchPayoutAccount):
        review.approve(ada, made.id, actor=TESTER, now=clock.now())


def test_a_payee_refused_later_stops_what_is_under_way(ada, card) -> None:  # type: ignore[no-untyped-def]
    made = asked(ada, card, "100")
    review.approve(ada, made.id, actor=TESTER, now=clock.now())
    version = payee_of(ada).version
    payee_service.refuse(ada, version, "证件过期", actor=TESTER, now=clock.now())
    with pytest.raises(PayeeNotVerified):
        review.start(ada, made.id, actor=TESTER, now=clock.now())
    review.reject(ada, made.id, "收款人未核实", actor=TESTER, now=clock.now())
    assert free(ada) == yuan("1000")


def test_one_person_pays_and_shows_a_proof(ada, card) -> None:  # type: ignore[no-untyped-def]
    made = asked(ada, card, "100")
    review.approve(ada, made.id, actor=TESTER, now=clock.now())
    with pytest.raises(errors.WithdrawalMoved):
        review.account(ada, made.id, actor=TESTER)
    review.start(ada, made.id, actor=TESTER, now=clock.now())
    assert review.account(ada, made.id, actor=TESTER).details.number == "6222021234567890123"
    with pytest.raises(errors.WithdrawalMoved):
        review.start(ada, made.id, actor=OTHER, now=clock.now())
    for act in (
        lambda: review.confirm(ada, made.id, PROOF, actor=OTHER, now=clock.now()),
        lambda: review.reject(ada, made.id, "退回", actor=OTHER, now=clock.now()),
        lambda: review.account(ada, made.id, actor=OTHER),
    ):
        with pytest.raises(errors.NotYourPayout):
            act()
    for proof, refusal in (
        (Proof(""), errors.BadProof),
        (Proof("x" * 201), errors.BadProof),
        (Proof("1", PICTURE), errors.BadProof),
        (Proof("ok", b"<svg/>"), BadPicture),
    ):
        with pytest.raises(refusal):
            review.confirm(ada, made.id, proof, actor=TESTER, now=clock.now())
    assert queries.one(ada, made.id).state is State.PAYING
    review.release(ada, made.id, actor=OTHER, now=clock.now())
    review.start(ada, made.id, actor=OTHER, now=clock.now())
    review.confirm(ada, made.id, PROOF, actor=OTHER, now=clock.now())
    with pytest.raises(errors.WithdrawalMoved):
        review.confirm(ada, made.id, PROOF, actor=OTHER, now=clock.now())


def test_four_eyes_when_the_master_wants_them(ada, card) -> None:  # type: ignore[no-untyped-def]
    _set(ada, Policy(four_eyes=True))
    made = asked(ada, card, "100")
    review.approve(ada, made.id, actor=TESTER, now=clock.now())
    with pytest.raises(errors.FourEyes):
        review.start(ada, made.id, actor=TESTER, now=clock.now())
    session.flush()
    assert review.start(ada, made.id, actor=OTHER, now=clock.now()).payer_name == OTHER.name


def test_a_member_withdraws_what_the_member_earned(world: Alliance) -> None:
    """Promoters: the same flow, another owner; a site's own money is not theirs."""
    kim = Owner("member", str(uuid4()))
    account = rich(world.bo, "150", kim)
    with use(world.bo) as bo:
        owe(bo, "20", kim)
        made = asked(bo, account, "110", kim)
        with pytest.raises(errors.MoreThanFree):
            asked(bo, account, "100", kim)
        with pytest.raises(errors.NoSuchWithdrawal):
            service.cancel(bo, made.id, actor=TESTER, now=clock.now())
        service.turn(bo, yuan("20"), owner=kim, once="1", actor=TESTER, now=clock.now())
        paid(bo, made)
        assert queries.purse(bo, kim) == rules.Purse(yuan("20"), yuan("20"))
        assert queries.purse(bo, HOUSE).free == Money.zero()
        wallet = rules.spending_of(bo.id, kim)
        assert (wallet.kind, ledger.balance(wallet).posted) == ("wallet", yuan("20"))
        session.rollback()


def test_the_master_withdraws_nothing_and_sees_all_sites_of_its_own_alliance(
    world: Alliance, builder: Builder
) -> None:
    with use(world.hub) as hub:
        earn(hub, "10")
        for act in (
            lambda: service.ask(hub, uuid4(), yuan("200"), once="1", actor=TESTER, now=clock.now()),
            lambda: service.turn(hub, yuan("1"), once="1", actor=TESTER, now=clock.now()),
        ):
            with pytest.raises(errors.MasterWithdrawsNothing):
                act()
        session.rollback()
    with use(world.ada) as ada:
        made = asked(ada, accounts.queries.accounts(ada)[0], "100")
        session.commit()
    with use(world.hub) as hub:
        assert queries.one(hub, made.id).tenant_id == world.ada.id
        assert queries.of_alliance(hub, (State.ASKED,)).rows[0].id == made.id
        assert queries.counts(hub)[State.ASKED] == (1, yuan("100"))
        with pytest.raises(errors.NoSuchWithdrawal):
            review.approve(hub, made.id, actor=TESTER, now=clock.now())
        session.rollback()
    for stranger in (world.bo, builder.alliance().hub):
        with use(stranger) as site:
            assert queries.one(site, made.id) is None
            with pytest.raises(errors.NoSuchWithdrawal):
                review.approve(site, made.id, actor=TESTER, now=clock.now())
            session.rollback()
    with use(world.ada) as ada:
        service.cancel(ada, made.id, actor=TESTER, now=clock.now())
        session.commit()
