"""A package is paid for at a provider: once, for what was shown, and back when a bank says so."""

from __future__ import annotations

import itertools
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.billing import direct, queries, returns, service
from kameng.domains.billing.direct import Choice, Way
from kameng.domains.billing.errors import FeeWentBack, NothingToRenew, PlanMoved
from kameng.domains.billing.proofs import CHECKS
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.rules import Period, Uses
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.payments import gateways
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import AttemptFacts
from kameng.domains.settlement import queries as earnings
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.domains.topups import queries as topups
from kameng.domains.topups.errors import MasterGivesBack
from kameng.domains.topups.proofs import CHECKS as TOPUP_CHECKS
from kameng.domains.wallet import service as wallets
from kameng.faces.worker import noticing
from kameng.faces.worker.accounts import Account
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import terms
from tests.support.earning import holds
from tests.support.payments import Standin
from tests.support.topups import told
from tests.support.worlds import Alliance, Builder

MONTH = Period.MONTH
WAY = Way("Package", "https://console.example/package?paid={topup}", "https://console.example")
ZERO = Money.zero()
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    made = builder.alliance()
    terms.bind(made.ada, terms.package(made.hub, allows=Allows(child_sites=True)))
    return made


@pytest.fixture(scope="module")
def small(world: Alliance) -> PackageFacts:
    """What Ada sells to those below her."""
    return terms.package(world.ada, name="普及版", fee=Money.of("30"), trial_days=7)


@pytest.fixture(scope="module")
def big(world: Alliance) -> PackageFacts:
    return terms.package(world.ada, name="专业版", fee=Money.of("90"), allows=Allows(sku_limit=9))


@pytest.fixture
def site(world: Alliance, builder: Builder, small: PackageFacts) -> Tenant:
    """A site below Ada, on trial, with nothing on its balance."""
    made = builder.site(f"direct{next(_numbers)}", world.ada)
    terms.bind(made, small)
    return made


def plan(of: Tenant) -> Plan:
    with use(of):
        return queries.plan(of)


def opened(by: Tenant, package: PackageFacts, amount: str = "1000") -> AttemptFacts:
    choice = Choice(package.id, MONTH, plan(by).held.until, Money.of(amount))
    with use(by):
        made = calls.run(direct.start(by, choice, WAY, actor=SYSTEM, now=clock.now()))
        session.commit()
    return made


def pays(page: AttemptFacts, standin: Standin) -> None:
    """At the provider; told of twice."""
    assert page.url
    standin.pay(page.url)
    for _ in range(2):
        told(page.url)


def came_to(of: Tenant, page: AttemptFacts) -> queries.Payment:
    with use(of):
        found = queries.payment(of, UUID(page.reference))
    assert found
    return found


def chooses(by: Tenant, package: PackageFacts) -> None:
    with use(by):
        seen = queries.plan(by).held.until
        service.choose(
            by, package.id, MONTH, uses=Uses(), seen=seen, most=Money.of("1000"),
            actor=SYSTEM, now=clock.now(),
        )  # fmt: skip
        session.commit()


def gives(to: Tenant, amount: str) -> None:
    with use(to):
        key, now = f"test:{ids.uuid7()}", clock.now()
        wallets.deposit(to, Money.of(amount), key=key, actor=SYSTEM, note="", now=now)
        session.commit()


def left(of: Tenant) -> str:
    return str(holds(of, AccountKind.PREPAID))


def bank(page: AttemptFacts, standin: Standin, of: Tenant) -> str:
    """The payer's bank takes the money back; the dispute's number."""
    with use(of):
        session_id = payments.attempt(of, page.id).provider_session
    asked = urlencode({"reason": "fraudulent"})
    found = standin.ask("POST", f"/_control/dispute/{session_id}?{asked}")
    hears(str(found["id"]))
    return str(found["id"])


def ends(dispute: str, how: str, standin: Standin) -> None:
    standin.ask("POST", f"/_control/dispute/{dispute}/{how}")
    hears(dispute)


def hears(dispute: str) -> None:
    for _ in range(2):
        noticing.dispute(Account("stripe"), disputes.reported(gateways.of("stripe"), dispute))


def agrees(site: Tenant) -> None:
    with use(site):
        found = [fault for check in (*CHECKS, *TOPUP_CHECKS) for fault in check.look(site)]
    assert found == []


def test_what_is_paid_at_the_provider_pays_the_package_at_once_and_once(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    trial, earned = plan(site).held.until, holds(world.ada, AccountKind.MARGIN)
    page = opened(site, small)
    assert opened(site, small).id == page.id, "asked again it is the same page"
    assert page.amount == Money.of("30")
    assert plan(site).held.until == trial
    pays(page, standin)
    held = plan(site)
    assert [one.began for one in held.held.paid] == [trial]
    assert left(site) == "0.00"
    assert holds(world.ada, AccountKind.MARGIN) - earned == Money.of("30"), "like a sale"
    assert came_to(site, page).receipt_id
    agrees(site)


def test_two_pages_paid_for_one_period_pay_it_once_and_the_other_is_balance(
    site: Tenant, small: PackageFacts, big: PackageFacts, standin: Standin
) -> None:
    one, other = opened(site, small), opened(site, big)
    pays(other, standin)
    until = plan(site).held.until
    pays(one, standin)
    after = plan(site)
    assert (after.package.id, after.held.until) == (big.id, until)
    assert (left(site), came_to(site, one).problem) == ("30.00", PlanMoved.code)
    agrees(site)


def test_a_page_paid_after_the_balance_paid_leaves_its_money_there(
    site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    page = opened(site, small)
    gives(site, "30")
    chooses(site, small)
    before = plan(site).held
    pays(page, standin)
    assert plan(site).held == before
    assert (left(site), came_to(site, page).receipt_id) == ("30.00", None)
    agrees(site)


def test_who_was_shown_less_than_is_asked_opens_no_page(site: Tenant, small: PackageFacts) -> None:
    with pytest.raises(PlanMoved):
        opened(site, small, amount="29.99")
    with use(site):
        assert topups.page(site).total == 0


def test_a_package_that_comes_later_is_not_paid_at_the_provider(
    site: Tenant, small: PackageFacts, big: PackageFacts
) -> None:
    gives(site, "90")
    chooses(site, big)
    with pytest.raises(NothingToRenew):
        opened(site, small)


def test_an_earned_fee_waits_while_a_bank_argues_and_is_given_up_when_that_is_lost(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    trial, earned = plan(site).held.until, holds(world.ada, AccountKind.MARGIN)
    page = opened(site, small)
    pays(page, standin)
    dispute = bank(page, standin, site)
    with use(world.ada):
        assert Money.of("30") in [one.amount for one in earnings.waiting(world.ada) if one.frozen]
    assert len(plan(site).held.paid) == 1, "nothing is decided yet"
    ends(dispute, "lose", standin)
    after = plan(site)
    assert (after.held.paid, after.held.until) == ((), trial)
    assert holds(world.ada, AccountKind.MARGIN) == earned
    assert left(site) == "0.00"
    with use(site):
        assert topups.one(site, UUID(page.reference)).kept == ZERO
    agrees(site)


def test_a_dispute_that_is_won_changes_nothing(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    page = opened(site, small)
    pays(page, standin)
    before, earned = plan(site).held, holds(world.ada, AccountKind.MARGIN)
    ends(bank(page, standin, site), "win", standin)
    assert plan(site).held == before
    assert (left(site), holds(world.ada, AccountKind.MARGIN)) == ("0.00", earned)
    with use(world.ada):
        assert not [one for one in earnings.waiting(world.ada) if one.frozen]
    agrees(site)


def test_a_period_that_went_back_lets_the_next_one_come_sooner(
    site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    page = opened(site, small)
    pays(page, standin)
    gives(site, "30")
    chooses(site, small)
    first, second = plan(site).held.paid
    ends(bank(page, standin, site), "lose", standin)
    (rest,) = plan(site).held.paid
    assert (rest.began, rest.until - rest.began) == (first.began, second.until - second.began)
    assert plan(site).held.until == rest.until
    agrees(site)


def test_a_disputed_upgrade_leads_back_to_the_package_before(
    site: Tenant, small: PackageFacts, big: PackageFacts, standin: Standin
) -> None:
    gives(site, "30")
    chooses(site, small)
    before = plan(site)
    page = opened(site, big)
    assert page.amount == Money.of("60")
    pays(page, standin)
    assert plan(site).terms.allows.sku_limit == 9
    ends(bank(page, standin, site), "lose", standin)
    after = plan(site)
    assert (after.package.id, after.held) == (small.id, before.held)
    assert after.terms.allows == small.allows
    agrees(site)


def test_the_master_gives_a_fee_back_once_and_nobody_else(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    trial, page = plan(site).held.until, opened(site, small)
    pays(page, standin)
    receipt = came_to(site, page).receipt_id
    assert receipt

    def back(by: Tenant) -> None:
        with use(site):
            returns.give_back(site, receipt, by=by, reason="asked", actor=SYSTEM, now=clock.now())
            session.commit()

    with pytest.raises(MasterGivesBack):
        back(world.ada)
    assert left(site) == "0.00"
    back(world.hub)
    with pytest.raises(FeeWentBack):
        back(world.hub)
    assert (left(site), plan(site).held.until) == ("30.00", trial)
    agrees(site)


def back_there(site: Tenant, page: AttemptFacts, standin: Standin, amount: str = "") -> None:
    """Somebody gives a payment back on the provider's own pages, or a part; we hear of it twice."""
    with use(site):
        session_id = payments.attempt(site, page.id).provider_session
    made = str(standin.ask("POST", f"/_control/give-back/{session_id}?amount={amount}")["id"])
    said = refunds.reported(gateways.of("stripe"), made)
    assert [noticing.outside(Account("stripe"), said)[0] for _ in range(2)] == ["done", "done"]


def test_a_payment_given_back_whole_at_the_provider_takes_its_package_along(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    trial, earned = plan(site).held.until, holds(world.ada, AccountKind.MARGIN)
    lost = holds(world.hub, AccountKind.DISPUTE_LOSS)
    page = opened(site, small)
    pays(page, standin)
    back_there(site, page, standin, "3000")
    assert (left(site), plan(site).held.until) == ("0.00", trial)
    assert holds(world.ada, AccountKind.MARGIN) == earned, "the seller gave the fee up"
    assert holds(world.hub, AccountKind.DISPUTE_LOSS) == lost
    agrees(site)


def test_a_part_given_back_at_the_provider_leaves_the_package(
    world: Alliance, site: Tenant, small: PackageFacts, standin: Standin
) -> None:
    lost, page = holds(world.hub, AccountKind.DISPUTE_LOSS), opened(site, small)
    pays(page, standin)
    held = plan(site)
    back_there(site, page, standin, "500")
    assert (left(site), plan(site)) == ("0.00", held)
    assert holds(world.hub, AccountKind.DISPUTE_LOSS) - lost == Money.of("5")
    agrees(site)


@pytest.mark.parametrize("posted", ["1", "29.999999", "31"])
def test_a_receipt_holds_only_for_the_very_amount_that_was_posted(
    site: Tenant, small: PackageFacts, posted: str
) -> None:
    """With the site's own database role: a receipt of 30.00 over another posting of its key."""
    gives(site, "40")
    before, fee, now = plan(site), ids.uuid7(), clock.now()
    row = {"id": fee, "site": site.id, "parent": site.parent_id, "package": small.id, "now": now}
    forged = text(
        "INSERT INTO shared.package_fee VALUES (:id, :site, :parent, :package, 'x', 'renew',"
        " 'month', 30000000, 0, 'CNY', :now, :until, 1, false, 'x', :now, NULL)"
    )
    assert site.parent_id
    lines = [
        debit(house(site.id, AccountKind.PREPAID), Money.of(posted)),
        credit(house(site.parent_id, AccountKind.MARGIN), Money.of(posted)),
    ]
    with use(site):
        session.execute(forged, row | {"until": now + timedelta(days=3650)})
        posting = Posting("package_fee", f"package_fee:{fee}", "package", str(fee), lines, SYSTEM)
        ledger.post(site, posting, now=now)
        with pytest.raises(DBAPIError, match="was not paid"):
            session.execute(text("SELECT shared.package_apply(:id)"), {"id": fee})
        session.rollback()
    assert (plan(site), left(site)) == (before, "40.00")
    assert before.held.paid == ()


def test_the_proof_names_a_payment_that_ended_in_nothing(
    site: Tenant, small: PackageFacts, standin: Standin, owner: Engine
) -> None:
    page = opened(site, small)
    pays(page, standin)
    lost = text("UPDATE shared.package_payment SET receipt_id = NULL WHERE topup_id = :id")
    with owner.begin() as behind:
        behind.execute(lost, {"id": UUID(page.reference)})
    with use(site):
        found = [fault for check in CHECKS for fault in check.look(site)]
    assert [(one.check, one.subject) for one in found] == [("package_payment", page.reference)]
