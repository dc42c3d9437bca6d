"""Money paid onto balances: reports that come twice, late, wrong or never; and back again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.proofs import queries as proofs
from kameng.domains.ledger.rules import AccountKey, AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.payments import gateways
from kameng.domains.payments import queries as payments
from kameng.domains.payments.errors import MasterSettles
from kameng.domains.payments.rules import AttemptState, RefundFacts, RefundState
from kameng.domains.topups import errors, queries, record, service
from kameng.domains.topups.proofs import CHECKS
from kameng.domains.topups.queries import Asked
from kameng.domains.topups.returns import service as returns
from kameng.domains.topups.rules import PURPOSE, Payer, Policy, TopUpFacts, TopUpState
from kameng.domains.wallet import service as wallets
from kameng.domains.wallet.errors import MasterHasNoDeposit, NoSuchWallet
from kameng.domains.wallet.rules import deposit_account, wallet_of
from kameng.faces.worker import noticing, sweeping
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from kameng.reactions.due import KINDS
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.payments import Standin
from tests.support.topups import begun, paid, seen, told
from tests.support.worlds import Alliance

ZERO = Money.zero()


@pytest.fixture
def hub(shared_alliance: Alliance) -> Tenant:
    return shared_alliance.hub


@pytest.fixture
def ada(shared_alliance: Alliance) -> Tenant:
    return shared_alliance.ada


@pytest.fixture
def kim(ada: Tenant) -> UUID:
    return accounts.member(ada).id


def held(site: Tenant, key: AccountKey) -> Money:
    with use(site):
        return ledger.balance(key).available


def clearing(hub: Tenant) -> Money:
    return held(hub, house(hub.id, AccountKind.CLEARING_STRIPE))


def given_back(
    site: Tenant, topup: TopUpFacts, amount: str, *, by: Tenant | None = None
) -> RefundFacts:
    with use(site):
        call = returns.refund(
            site,
            topup.id,
            Money.of(amount),
            by=by or site,
            reason="asked for",
            actor=SYSTEM,
            now=clock.now(),
        )
        ended = calls.run(call)
        session.commit()
    return ended


def test_what_a_member_pays_in_is_cash_at_the_master_and_earns_nobody_anything(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    before = clearing(hub)
    topup = paid(ada, "50", standin, kim)
    assert topup.state is TopUpState.PAID
    assert topup.paid_at
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("50")
    assert clearing(hub) - before == Money.of("50")
    assert held(ada, house(ada.id, AccountKind.MARGIN)) == ZERO
    assert held(ada, deposit_account(ada.id)) == ZERO
    with use(hub):
        assert queries.one(hub, topup.id).tenant_id == ada.id


def test_what_an_agent_pays_in_is_the_sites_balance_and_the_agent_is_told(
    ada: Tenant, standin: Standin
) -> None:
    before = held(ada, deposit_account(ada.id))
    topup = paid(ada, "1234.56", standin)
    assert topup.payer is Payer.SITE
    assert held(ada, deposit_account(ada.id)) - before == Money.of("1234.56")


def test_a_report_that_comes_twice_or_by_two_ways_at_once_books_once(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    opened = begun(ada, "20", kim)
    assert opened.url
    standin.pay(opened.url)
    with ThreadPoolExecutor(4) as several:
        reports = [several.submit(told, opened.url) for _ in range(4)]
    assert {one.result() for one in reports} == {("done", None)}
    told(opened.url)
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("20")


def test_money_that_comes_after_the_page_had_expired_is_still_put_on_the_balance(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    opened = begun(ada, "30", kim)
    assert opened.url
    page = opened.url.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{page}", {"status": "expired"})
    told(opened.url)
    assert seen(ada, opened).state is TopUpState.EXPIRED
    late = {"status": "complete", "payment_status": "paid", "payment_intent": "pi_late"}
    standin.ask("POST", f"/_control/tamper/{page}", late)
    told(opened.url)
    assert seen(ada, opened).state is TopUpState.PAID
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("30")


@pytest.mark.parametrize(
    "wrong", [{"amount_total": 1}, {"currency": "usd"}, {"livemode": True}, {"metadata": {}}]
)
def test_a_payment_that_does_not_fit_is_booked_nowhere_and_told_to_the_master(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin, wrong: dict[str, object]
) -> None:
    before, opened = clearing(hub), begun(ada, "40", kim)
    assert opened.url
    standin.pay(opened.url)
    standin.ask("POST", f"/_control/tamper/{opened.url.rpartition('/')[2]}", wrong)
    with use(ada):
        attempt = payments.attempt(ada, opened.id)
    reported = noticing.payments.looked_up(attempt, gateways.of("stripe"))
    assert reported
    assert noticing.apply(attempt, reported)[0] == "quarantined"
    noticing.apply(attempt, reported)
    assert seen(ada, opened).state is TopUpState.MISMATCH
    assert held(ada, wallet_of(ada.id, kim)) == ZERO
    assert clearing(hub) == before
    with use(hub):
        assert queries.strange(hub) >= 1
    with use(ada):
        topup_id, asked = UUID(opened.reference), {"actor": SYSTEM, "now": clock.now()}
        with pytest.raises(MasterSettles):
            service.settle_strange(ada, topup_id, by=ada, reason="mine", **asked)
        assert queries.one(ada, topup_id).state is TopUpState.MISMATCH
        service.settle_strange(ada, topup_id, by=hub, reason="there", **asked)
        with pytest.raises(errors.TopUpFits):
            service.settle_strange(ada, topup_id, by=hub, reason="again", **asked)
        session.commit()
    assert held(ada, wallet_of(ada.id, kim)) == ZERO


def test_a_page_that_never_opened_ends_and_one_whose_answer_was_lost_is_found_again(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    standin.turn(lost=2)
    opened = begun(ada, "60", kim)
    assert opened.url is None
    assert opened.state is AttemptState.UNKNOWN
    assert seen(ada, opened).state is TopUpState.WAITING
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        sweeping.check_payments(clock.now())
    with use(ada):
        known = payments.attempt(ada, opened.id)
    assert known.url
    standin.pay(known.url)
    told(known.url)
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("60")
    standin.turn(broken=2)
    never = begun(ada, "70", kim)
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        sweeping.check_payments(clock.now())
        with use(ada):
            KINDS[service.LOOK](ada, never.reference, clock.now())
            session.commit()
    assert seen(ada, never).state is TopUpState.FAILED
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("60")


def test_asked_for_the_same_amount_again_the_same_page_is_offered(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    first = begun(ada, "20", kim)
    assert begun(ada, "20", kim).id == first.id
    assert begun(ada, "21", kim).id != first.id
    assert begun(ada, "20", accounts.member(ada).id).id != first.id


def test_who_may_not_pay_in_is_refused_before_anybody_is_asked(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    for site, member_id, amount, refusal in (
        (hub, None, "100", MasterHasNoDeposit),
        (ada, uuid4(), "100", NoSuchWallet),
        (hub, kim, "100", NoSuchWallet),
        (ada, kim, "0.99", errors.TopUpTooSmall),
        (ada, kim, "-5", errors.TopUpTooSmall),
        (ada, kim, "2000.01", errors.TopUpTooLarge),
        (ada, kim, "9.999", errors.TopUpTooFine),
        (ada, None, "50000.01", errors.TopUpTooLarge),
    ):
        with pytest.raises(refusal):
            begun(site, amount, member_id)
    assert standin.ask("GET", "/v1/checkout/sessions")["data"] == []


def test_an_unspent_top_up_goes_back_to_its_source_and_no_more_than_is_unspent(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    before, wallet = clearing(hub), wallet_of(ada.id, kim)
    topup = paid(ada, "50", standin, kim)
    assert given_back(ada, topup, "20.50").state is RefundState.SUCCEEDED
    assert held(ada, wallet) == Money.of("29.50")
    assert clearing(hub) - before == Money.of("29.50")
    for amount, refusal in (
        ("29.51", errors.TopUpSpent),
        ("0", errors.TopUpSpent),
        ("-1", errors.TopUpSpent),
        ("1.005", errors.TopUpTooFine),
    ):
        with pytest.raises(refusal):
            given_back(ada, topup, amount)
    assert held(ada, wallet) == Money.of("29.50")
    assert given_back(ada, topup, "29.50", by=hub).state is RefundState.SUCCEEDED
    with pytest.raises(errors.TopUpSpent):
        given_back(ada, topup, "0.01")
    assert held(ada, wallet) == ZERO
    assert clearing(hub) == before
    assert held(hub, house(hub.id, AccountKind.REFUND_DUE)) == ZERO


def test_what_is_spent_cannot_go_back(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    """Spent here: a member is credited from the site's own balance."""
    site_topup = paid(ada, "100", standin)
    with use(ada):
        all_of_it = ledger.balance(deposit_account(ada.id)).available
        wallets.credit_member(
            ada, kim, all_of_it - Money.of("5"), key=str(ids.uuid7()), actor=SYSTEM, now=clock.now()
        )
        session.commit()
    with pytest.raises(errors.TopUpSpent) as refused:
        given_back(ada, site_topup, "6", by=hub)
    assert refused.value.facts["left"] == Money.of("5")
    assert held(ada, deposit_account(ada.id)) == Money.of("5")


def test_money_that_came_later_is_not_sent_to_where_a_spent_top_up_came_from(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    """An agent's balance, or another card's money, would else leave by a card nobody checked."""
    spent = paid(ada, "60", standin, kim)
    wallet, sold = wallet_of(ada.id, kim), house(ada.root_id, AccountKind.ORDER_LIABILITY)
    with use(ada):
        lines = [debit(wallet, Money.of("60")), credit(sold, Money.of("60"))]
        key, now = f"test:{ids.uuid7()}", clock.now()
        posting = Posting("order_bought", key, "test", key, lines, SYSTEM)
        post(ada, posting, now=now)
        wallets.deposit(ada, Money.of("60"), key=f"{key}:d", actor=SYSTEM, now=now)
        wallets.credit_member(ada, kim, Money.of("60"), key=f"{key}:c", actor=SYSTEM, now=now)
        session.commit()
    with pytest.raises(errors.TopUpSpent):
        given_back(ada, spent, "60")
    assert held(ada, wallet) == Money.of("60")
    newer = paid(ada, "40", standin, kim)
    with pytest.raises(errors.TopUpSpent):
        given_back(ada, spent, "1")
    assert given_back(ada, newer, "40").state is RefundState.SUCCEEDED
    assert held(ada, wallet) == Money.of("60")


def test_what_an_agent_paid_in_is_given_back_by_the_master_only(
    hub: Tenant, ada: Tenant, standin: Standin
) -> None:
    topup = paid(ada, "80", standin)
    before = held(ada, deposit_account(ada.id))
    with pytest.raises(errors.MasterGivesBack):
        given_back(ada, topup, "80")
    assert held(ada, deposit_account(ada.id)) == before
    given_back(ada, topup, "80", by=hub)
    assert before - held(ada, deposit_account(ada.id)) == Money.of("80")


def test_a_refund_the_provider_will_not_make_is_on_the_balance_again(
    hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "50", standin, kim)
    standin.turn(refunds="pending")
    begun_refund = given_back(ada, topup, "30")
    assert begun_refund.state is RefundState.PENDING
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("20")
    assert begun_refund.provider_refund
    standin.ask("POST", f"/_control/refund/{begun_refund.provider_refund}?status=failed")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        sweeping.check_refunds(clock.now())
        sweeping.check_refunds(clock.now())
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("50")
    assert held(hub, house(hub.id, AccountKind.REFUND_DUE)) == ZERO
    with use(ada):
        assert queries.one(ada, topup.id).kept == Money.of("50")
        (kept,) = payments.refunds_for(ada, PURPOSE, str(topup.id))
    assert kept.state is RefundState.FAILED


def test_two_who_give_back_at_once_never_give_back_more_than_there_is(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "50", standin, kim)
    results: list[object] = []

    def give() -> None:
        try:
            results.append(given_back(ada, topup, "30").state)
        except errors.TopUpSpent as refused:
            results.append(type(refused))

    threads = [threading.Thread(target=give) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, results)) == sorted(
        map(str, [RefundState.SUCCEEDED, errors.TopUpSpent, errors.TopUpSpent])
    )
    assert held(ada, wallet_of(ada.id, kim)) == Money.of("20")


def test_the_master_sets_what_holds_for_all_sites_or_for_one(
    shared_alliance: Alliance, ada: Tenant, hub: Tenant, kim: UUID, standin: Standin
) -> None:
    general = Policy(True, Money.of("5"), Money.of("300"), (Money.of("10"),))
    with use(hub):
        service.set_policy(hub, Payer.MEMBER, general, actor=SYSTEM, now=clock.now())
        session.commit()
    with use(ada):
        assert queries.policy(ada, Payer.MEMBER) == general
        assert queries.policy(ada, Payer.SITE).is_open
        own = Policy(False, Money.of("6"), Money.of("7"), ())
        service.set_policy(ada, Payer.MEMBER, own, actor=SYSTEM, now=clock.now())
        session.commit()
    try:
        with pytest.raises(errors.TopUpsClosed):
            begun(ada, "6", kim)
        with use(shared_alliance.bo) as bo:
            assert queries.policy(bo, Payer.MEMBER) == general
        bad, now = Policy(True, Money.of("-1"), Money.of("7"), ()), clock.now()
        with use(ada), pytest.raises(errors.BadTopUpPolicy):
            service.set_policy(ada, Payer.MEMBER, bad, actor=SYSTEM, now=now)
    finally:
        default = Policy(True, Money.of("1"), Money.of("2000"), ())
        for site in (ada, hub):
            with use(site):
                service.set_policy(site, Payer.MEMBER, default, actor=SYSTEM, now=clock.now())
                session.commit()


def test_the_master_sees_all_an_agent_only_its_own_and_a_member_only_hers(
    shared_alliance: Alliance, hub: Tenant, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    mine = paid(ada, "20", standin, kim)
    theirs = paid(shared_alliance.bo, "15", standin)
    with use(hub):
        found = {row.id for row in queries.page(hub).rows}
        only = queries.page(hub, Asked(site_id=shared_alliance.bo.id))
    assert {mine.id, theirs.id} <= found
    assert {row.tenant_id for row in only.rows} == {shared_alliance.bo.id}
    with use(ada):
        assert queries.one(ada, mine.id)
        with pytest.raises(errors.NoSuchTopUp):
            queries.one(ada, theirs.id)
        with pytest.raises(errors.NoSuchTopUp):
            queries.of_members_own(ada, mine.id, uuid4())
        page = queries.page(ada, Asked(payer=Payer.MEMBER, member_id=kim))
    assert page.kept == Money.of("20")
    with use(shared_alliance.bo) as bo, pytest.raises(errors.NoSuchTopUp):
        queries.one(bo, mine.id)


def test_after_all_of_this_the_books_are_right_and_agree_with_the_top_ups(
    shared_alliance: Alliance, hub: Tenant, ada: Tenant
) -> None:
    with use(hub):
        assert proofs.trial_balance(hub).gap == ZERO
    for site in (hub, ada, shared_alliance.bo):
        with use(site):
            assert [fault for check in CHECKS for fault in check.look(site)] == []


def test_a_refund_that_was_counted_and_not_booked_is_found(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "50", standin, kim)
    with use(ada):
        record.locked(ada, topup.id).refunded = Money.of("7")
        session.flush()
        [fault] = [fault for check in CHECKS for fault in check.look(ada)]
        session.rollback()
    assert (fault.check, fault.subject) == ("topup_refunded", str(topup.id))
    assert (fault.found, fault.expected) == (0, Money.of("7").micro)
