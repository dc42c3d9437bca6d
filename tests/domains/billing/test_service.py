"""A site pays for its package once, from its balance, to its parent and nobody else."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kameng.domains.billing import queries, service
from kameng.domains.billing.errors import NoPackageHere, OverPackageLimits, PlanMoved
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.rules import Kind, Offer, Period, Uses
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import AccountKind
from kameng.domains.terms.errors import NoSuchPackage, PackageNotOnSale
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.domains.terms.service import edit_package
from kameng.domains.wallet import service as wallets
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import terms
from tests.support.earning import holds
from tests.support.worlds import Alliance, Builder

DAY = timedelta(days=1)
MONTH, YEAR = Period.MONTH, Period.YEAR
NOTHING = Uses()
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture(scope="module")
def small(world: Alliance) -> PackageFacts:
    return terms.package(
        world.hub, name="普及版", fee=Money.of("30"), fee_year=Money.of("300"), trial_days=7
    )


@pytest.fixture(scope="module")
def big(world: Alliance) -> PackageFacts:
    allows = Allows(child_sites=True, own_domain=True)
    return terms.package(world.hub, name="专业版", fee=Money.of("90"), allows=allows, grace_days=3)


@pytest.fixture
def site(world: Alliance, builder: Builder, small: PackageFacts) -> Tenant:
    """A site below the master, on trial of the small package, with 100.00 on its balance."""
    made = builder.site(f"payer{next(_numbers)}", world.hub)
    terms.bind(made, small)
    give(made, "100")
    return made


def give(to: Tenant, amount: str) -> None:
    with use(to):
        key, now = f"test:{ids.uuid7()}", clock.now()
        wallets.deposit(to, Money.of(amount), key=key, actor=SYSTEM, note="", now=now)
        session.commit()


def plan(of: Tenant) -> Plan:
    with use(of):
        return queries.plan(of)


def choose(
    by: Tenant,
    package: PackageFacts,
    period: Period = MONTH,
    *,
    uses: Uses = NOTHING,
    seen: datetime | str | None = "now",
    now: datetime | None = None,
    most: str = "1000",
) -> Offer:
    end = plan(by).held.until if seen == "now" else seen
    with use(by):
        offer, _ = service.choose(
            by,
            package.id,
            period,
            uses=uses,
            seen=end,  # type: ignore[arg-type]
            most=Money.of(most),
            actor=SYSTEM,
            now=now or clock.now(),
        )
        session.commit()
    return offer


def look(at: Tenant, now: datetime, uses: Uses = NOTHING) -> None:
    with use(at):
        service.look(at, uses=uses, now=now)
        session.commit()


def left(of: Tenant) -> str:
    return str(holds(of, AccountKind.PREPAID))


def told(site: Tenant, kind: str) -> int:
    with use(site):
        said = text("SELECT count(*) FROM shared.notice WHERE kind = :kind")
        return int(session.execute(said, {"kind": kind}).scalar_one())


def test_the_first_fee_is_paid_from_the_balance_and_runs_on_from_the_trial(
    world: Alliance, site: Tenant, small: PackageFacts
) -> None:
    trial, earned = plan(site).held.until, holds(world.hub, AccountKind.PACKAGE_FEE)
    offer = choose(site, small)
    assert (offer.kind, offer.begins) == (Kind.RENEW, trial)
    held = plan(site)
    assert held.held.until == offer.until
    assert (held.terms.grace_days, len(held.held.paid)) == (7, 1)
    assert left(site) == "70.00"
    assert holds(world.hub, AccountKind.PACKAGE_FEE) - earned == Money.of("30")
    assert told(site, "package_renewed") == 1


def test_a_button_pressed_twice_pays_once(site: Tenant, small: PackageFacts) -> None:
    shown = plan(site).held.until
    choose(site, small, seen=shown)
    with pytest.raises(PlanMoved):
        choose(site, small, seen=shown)
    assert left(site) == "70.00"


def test_who_was_shown_less_than_is_asked_now_pays_nothing(
    site: Tenant, small: PackageFacts
) -> None:
    with pytest.raises(PlanMoved):
        choose(site, small, most="29.99")
    assert left(site) == "100.00"


def test_two_at_once_pay_once(site: Tenant, small: PackageFacts) -> None:
    shown, refused = plan(site).held.until, list[Exception]()

    def pay() -> None:
        try:
            choose(site, small, seen=shown)
        except PlanMoved as refusal:
            refused.append(refusal)

    both = [threading.Thread(target=pay) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (len(refused), left(site), len(plan(site).held.paid)) == (1, "70.00", 1)


def test_what_the_balance_does_not_hold_moves_nothing(site: Tenant, small: PackageFacts) -> None:
    before = plan(site)
    with pytest.raises(BalanceTooLow) as refused:
        choose(site, small, YEAR)
    assert refused.value.facts == {"needed": Money.of("300"), "available": Money.of("100")}
    assert plan(site) == before
    assert left(site) == "100.00"


def test_an_upgrade_pays_the_difference_for_the_days_left(
    site: Tenant, small: PackageFacts, big: PackageFacts
) -> None:
    give(site, "20")
    choose(site, small)
    before = plan(site)
    offer = choose(site, big, now=before.held.paid[0].began)
    assert (offer.kind, str(offer.amount)) == (Kind.UPGRADE, "60.00")
    after = plan(site)
    assert (after.package.id, after.held.until) == (big.id, before.held.until)
    assert after.terms.allows == big.allows
    assert left(site) == "30.00"
    assert [str(one.worth) for one in after.held.paid] == ["90.00"]


def test_a_cheaper_package_comes_at_the_end_and_not_over_its_limits(
    site: Tenant, small: PackageFacts, big: PackageFacts
) -> None:
    choose(site, big)
    before = plan(site)
    with pytest.raises(OverPackageLimits) as refused:
        choose(site, small, uses=Uses(2, ("a.com",)))
    assert refused.value.facts == {
        "package": "普及版",
        "sites": 2,
        "domains": "a.com",
        "skus": 0,
    }
    assert plan(site) == before
    give(site, "30")
    assert choose(site, small).kind is Kind.LATER
    assert (plan(site).package.id, plan(site).next_id, left(site)) == (big.id, small.id, "40.00")
    end = before.held.until
    assert end is not None
    look(site, end - DAY / 2)
    assert plan(site).package.id == big.id
    look(site, end, Uses(sites=1))
    assert (plan(site).package.id, told(site, "package_stuck")) == (big.id, 1)
    look(site, end + DAY)
    look(site, end + DAY)
    after = plan(site)
    assert (after.package.id, after.next_id, left(site)) == (small.id, None, "10.00")
    assert after.terms.allows == small.allows


def test_who_stays_after_all_keeps_what_there_is(
    site: Tenant, small: PackageFacts, big: PackageFacts
) -> None:
    choose(site, big)
    choose(site, small)
    with use(site):
        service.stay(site, actor=SYSTEM, now=clock.now())
        session.commit()
    assert plan(site).next_id is None


def test_the_clock_reminds_three_times_and_renews_once(site: Tenant, small: PackageFacts) -> None:
    with use(site):
        service.set_auto_renew(site, True, MONTH, actor=SYSTEM, now=clock.now())
        session.commit()
    end = plan(site).held.until
    assert end is not None
    for days in (6.9, 6.5, 3, 2.5, 2):
        look(site, end - DAY * days)
    assert (told(site, "package_ends"), left(site)) == (2, "100.00")
    for _ in range(2):
        look(site, end - DAY / 2)
    assert left(site) == "70.00"
    renewed = plan(site).held.until
    assert renewed is not None
    assert renewed > end + 27 * DAY


def renews(at: Tenant) -> None:
    with use(at):
        service.set_auto_renew(at, True, MONTH, actor=SYSTEM, now=clock.now())
        session.commit()


def asks(seller: Tenant, package: PackageFacts, fee: str) -> None:
    """The seller asks another fee from now on."""
    draft = replace(terms.FREE, name=package.name, fee=Money.of(fee))
    with use(seller):
        edit_package(seller, package.id, draft, actor=SYSTEM, now=clock.now())
        session.commit()


def test_the_clock_pays_no_more_than_was_agreed_to(world: Alliance, builder: Builder) -> None:
    """Whoever sells the package could else empty the balance of who has it renewed by itself."""
    cheap = terms.package(world.hub, name="低价", fee=Money.of("5"), trial_days=3, grace_days=9)
    dear = terms.package(world.hub, name="高价", fee=Money.of("20"), grace_days=9)
    site = builder.site(f"payer{next(_numbers)}", world.hub)
    terms.bind(site, cheap)
    give(site, "1000")
    renews(site)
    end = plan(site).held.until
    assert end is not None
    asks(world.hub, cheap, "900")
    look(site, end - DAY / 2)
    assert (left(site), plan(site).held.until, told(site, "package_unpaid")) == ("1000.00", end, 1)
    asks(world.hub, cheap, "5")
    look(site, end - DAY / 2)
    assert left(site) == "995.00"
    choose(site, dear, now=end)
    choose(site, cheap, now=end)
    asks(world.hub, cheap, "900")
    left_before, later = left(site), plan(site).held.until
    assert later is not None
    look(site, later)
    assert (left(site), plan(site).package.id) == (left_before, dear.id)


def test_a_cheaper_package_comes_at_the_end_without_any_grace_too(
    world: Alliance, site: Tenant, small: PackageFacts
) -> None:
    """At the end itself the shop is shut: the clock must come before."""
    strict = terms.package(world.hub, name="无宽限", fee=Money.of("60"), grace_days=0)
    choose(site, strict)
    assert choose(site, small).kind is Kind.LATER
    end = plan(site).held.until
    assert end is not None
    look(site, end - DAY / 2)
    assert (plan(site).package.id, left(site)) == (strict.id, "40.00")
    look(site, end - timedelta(minutes=9))
    look(site, end - timedelta(minutes=1))
    held = plan(site).held
    assert held.until is not None
    assert held.until > end + 27 * DAY
    assert (plan(site).package.id, left(site)) == (small.id, "10.00")


def test_a_renewal_that_cannot_be_paid_is_told_once_a_day_and_the_grace_runs(
    site: Tenant, small: PackageFacts, big: PackageFacts
) -> None:
    choose(site, big)
    with use(site):
        service.set_auto_renew(site, True, MONTH, actor=SYSTEM, now=clock.now())
        session.commit()
    end = plan(site).held.until
    assert end is not None
    for hours in (0, 1, 24):
        look(site, end - DAY / 2 + timedelta(hours=hours))
    assert told(site, "package_unpaid") == 2
    assert plan(site).is_over(end + 2 * DAY) is False
    assert plan(site).is_over(end + 3 * DAY) is True
    assert left(site) == "10.00"


def test_a_site_between_earns_the_fee_and_the_master_none(
    world: Alliance, builder: Builder, small: PackageFacts
) -> None:
    terms.bind(world.ada, terms.package(world.hub, allows=Allows(child_sites=True)))
    hers = terms.package(world.ada, name="二级", fee=Money.of("12"), trial_days=3)
    below = builder.site(f"payer{next(_numbers)}", world.ada)
    terms.bind(below, hers)
    give(below, "20")
    master = holds(world.hub, AccountKind.PACKAGE_FEE)
    choose(below, hers)
    assert holds(world.ada, AccountKind.MARGIN) == Money.of("12")
    assert holds(world.ada, AccountKind.AVAILABLE) == Money.zero()
    assert holds(world.hub, AccountKind.PACKAGE_FEE) == master
    with pytest.raises(NoSuchPackage):
        choose(below, small)
    assert left(below) == "8.00"


def test_off_sale_is_renewed_by_who_has_it_and_chosen_by_nobody(
    world: Alliance, site: Tenant
) -> None:
    gone = terms.package(world.hub, name="停售", fee=Money.of("5"), on_sale=False)
    with pytest.raises(PackageNotOnSale):
        choose(site, gone)
    assert left(site) == "100.00"


def test_a_master_site_has_no_package(world: Alliance) -> None:
    with pytest.raises(NoPackageHere):
        plan(world.hub)


def test_a_receipt_without_money_gets_no_package(site: Tenant, big: PackageFacts) -> None:
    """What the site's own database role can write is not enough."""
    row = {"id": ids.uuid7(), "site": site.id, "parent": site.parent_id, "package": big.id}
    now = clock.now()
    forged = text(
        "INSERT INTO shared.package_fee VALUES (:id, :site, :parent, :package, 'x', 'start',"
        " 'month', :amount, 0, 'CNY', :now, NULL, 1, false, 'x', :now, NULL)"
    )
    for amount in (0, 90_000_000):
        with use(site):
            session.execute(forged, {**row, "amount": amount, "now": now})
            with pytest.raises(DBAPIError, match="was not paid"):
                session.execute(text("SELECT shared.package_apply(:id)"), {"id": row["id"]})
    assert plan(site).package.id != big.id
