"""A bank takes a top-up back: what is unspent goes with it, and comes back if that is won."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKey, AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.payments import gateways
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.topups import queries
from kameng.domains.topups.proofs import CHECKS
from kameng.domains.topups.returns import service as returns
from kameng.domains.topups.rules import TopUpFacts
from kameng.domains.wallet.rules import deposit_account, wallet_of
from kameng.faces.worker import noticing
from kameng.faces.worker.accounts import Account
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.payments import Standin
from tests.support.topups import paid
from tests.support.worlds import Alliance

ZERO = Money.zero()


@pytest.fixture
def ada(shared_alliance: Alliance) -> Tenant:
    return shared_alliance.ada


@pytest.fixture
def kim(ada: Tenant) -> UUID:
    return accounts.member(ada).id


def opened(site: Tenant, topup: TopUpFacts, standin: Standin, **how: str) -> str:
    """A bank opens a dispute of a top-up's payment."""
    with use(site):
        page = payments.attempt(site, topup.attempt_id).provider_session
    asked = urlencode({"reason": "fraudulent", **how})
    found = standin.ask("POST", f"/_control/dispute/{page}?{asked}")
    hears(str(found["id"]))
    return str(found["id"])


def goes_on(dispute: str, step: str, standin: Standin) -> None:
    standin.ask("POST", f"/_control/dispute/{dispute}/{step}")
    hears(dispute)


def hears(dispute: str) -> None:
    """Told twice: it must be as once."""
    for _ in range(2):
        noticing.dispute(Account("stripe"), disputes.reported(gateways.of("stripe"), dispute))


def wallet(site: Tenant, member_id: UUID) -> Money:
    with use(site):
        return ledger.balance(wallet_of(site.id, member_id)).available


def loss(shared_alliance: Alliance) -> Money:
    with use(shared_alliance.hub) as hub:
        return ledger.balance(house(hub.id, AccountKind.DISPUTE_LOSS)).posted


def agrees(site: Tenant) -> None:
    with use(site):
        assert [fault for check in CHECKS for fault in check.look(site)] == []


def test_a_lost_dispute_takes_the_unspent_top_up_and_leaves_the_fee_as_loss(
    shared_alliance: Alliance, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    before, topup = loss(shared_alliance), paid(ada, "60", standin, kim)
    dispute = opened(ada, topup, standin)
    assert wallet(ada, kim) == ZERO
    goes_on(dispute, "lose", standin)
    assert wallet(ada, kim) == ZERO
    fee = loss(shared_alliance) - before
    assert ZERO <= fee < Money.of("60")
    with use(ada):
        assert queries.one(ada, topup.id).kept == ZERO
    agrees(ada)


def test_a_dispute_that_is_won_puts_it_on_the_balance_again(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "60", standin, kim)
    dispute = opened(ada, topup, standin)
    assert wallet(ada, kim) == ZERO
    goes_on(dispute, "win", standin)
    assert wallet(ada, kim) == Money.of("60")
    with use(ada):
        assert queries.one(ada, topup.id).kept == Money.of("60")
    agrees(ada)


def test_an_inquiry_takes_nothing_yet(ada: Tenant, kim: UUID, standin: Standin) -> None:
    topup = paid(ada, "60", standin, kim)
    dispute = opened(ada, topup, standin, inquiry="1")
    assert wallet(ada, kim) == Money.of("60")
    goes_on(dispute, "escalate", standin)
    assert wallet(ada, kim) == ZERO
    agrees(ada)


def test_what_was_given_back_before_is_not_taken_twice(
    ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "60", standin, kim)
    with use(ada):
        calls.run(
            returns.refund(
                ada,
                topup.id,
                Money.of("45"),
                by=ada,
                reason="asked",
                actor=SYSTEM,
                now=clock.now(),
            )
        )
        session.commit()
    dispute = opened(ada, topup, standin)
    goes_on(dispute, "lose", standin)
    assert wallet(ada, kim) == ZERO
    agrees(ada)


def test_the_balance_of_a_site_follows_in_the_same_way(ada: Tenant, standin: Standin) -> None:
    with use(ada):
        before = ledger.balance(deposit_account(ada.id)).available
    topup = paid(ada, "100", standin)
    goes_on(opened(ada, topup, standin), "lose", standin)
    with use(ada):
        assert ledger.balance(deposit_account(ada.id)).available == before
    agrees(ada)


def test_what_a_site_has_spent_it_owes_once_the_bank_has_decided(
    shared_alliance: Alliance, ada: Tenant, standin: Standin
) -> None:
    """Its balance pays for goods: whoever tops it up, sells and disputes has them for nothing."""
    earned = house(ada.id, AccountKind.MARGIN)
    with use(ada):
        left, margin = ledger.balance(deposit_account(ada.id)).available, balance_of(earned)
    before, topup = loss(shared_alliance), paid(ada, "100", standin)
    with use(ada):
        sold = house(ada.id, AccountKind.OWN_SALES)
        lines = [
            debit(deposit_account(ada.id), left + Money.of("70")),
            credit(sold, left + Money.of("70")),
        ]
        post(
            ada,
            Posting("order_cost", f"s:{ids.uuid7()}", "tenant", "x", lines, SYSTEM),
            now=clock.now(),
        )
        session.commit()
    dispute = opened(ada, topup, standin)
    with use(ada):
        assert balance_of(earned) == margin
    goes_on(dispute, "lose", standin)
    with use(ada):
        assert ledger.balance(deposit_account(ada.id)).available == ZERO
        assert balance_of(earned) == margin - Money.of("70")
    fee = loss(shared_alliance) - before
    assert ZERO <= fee < Money.of("30")
    agrees(ada)


def balance_of(account: AccountKey) -> Money:
    return ledger.balance(account).posted


def given_back_there(
    site: Tenant, topup: TopUpFacts, standin: Standin, fen: int
) -> tuple[str, ...]:
    """Somebody refunds a top-up on the provider's own pages; we hear of it twice."""
    with use(site):
        page = payments.attempt(site, topup.attempt_id).provider_session
    made = str(standin.ask("POST", f"/_control/give-back/{page}?amount={fen}")["id"])
    said = refunds.reported(gateways.of("stripe"), made)
    return tuple(noticing.outside(Account("stripe"), said)[0] for _ in range(2))


def test_what_went_back_at_the_provider_is_off_the_balance_and_what_was_spent_the_masters_loss(
    shared_alliance: Alliance, ada: Tenant, kim: UUID, standin: Standin
) -> None:
    topup = paid(ada, "100", standin, kim)
    before = loss(shared_alliance)
    assert given_back_there(ada, topup, standin, 4_000) == ("done", "done")
    assert wallet(ada, kim) == Money.of("60")
    assert loss(shared_alliance) == before
    spent(ada, kim, "50")
    assert given_back_there(ada, topup, standin, 6_000) == ("done", "done")
    assert wallet(ada, kim) == ZERO
    assert loss(shared_alliance) - before == Money.of("50")
    with use(ada):
        assert queries.one(ada, topup.id).refunded == Money.of("50")
        assert [fault for check in CHECKS for fault in check.look(ada)] == []
    with use(shared_alliance.hub) as hub:
        assert ledger.balance(house(hub.id, AccountKind.REFUND_DUE)).posted == ZERO


def spent(site: Tenant, member_id: UUID, amount: str) -> None:
    """So much of a balance is gone, as if something had been bought for it."""
    with use(site):
        wallet_key, sold = wallet_of(site.id, member_id), house(site.id, AccountKind.OWN_SALES)
        lines = [debit(wallet_key, Money.of(amount)), credit(sold, Money.of(amount))]
        posting = Posting("order_bought", f"spent:{ids.uuid7()}", "tenant", "x", lines, SYSTEM)
        post(site, posting, now=clock.now())
        session.commit()
