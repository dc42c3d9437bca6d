"""What agents earned becomes theirs on its day, once, and never while anybody argues about it."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.proofs.queries import prove
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.statements import queries as statements
from kameng.domains.ledger.statements.rules import month_of
from kameng.domains.settlement import queries, rules, service
from kameng.domains.settlement.errors import (
    DayToCome,
    MarginDoesNotAddUp,
    NoSuchSettlement,
    NotTheMaster,
)
from kameng.domains.terms import service as terms
from kameng.domains.terms.cycles import Cycle, CycleKind
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import one_moment, session
from tenants.tree import Tenant
from tests.support import terms as termset
from tests.support.earning import ago, earned, holds, order, settled
from tests.support.ledger import counts
from tests.support.worlds import Alliance, Builder

MARGIN, AVAILABLE = AccountKind.MARGIN, AccountKind.AVAILABLE


_numbers = itertools.count(1)


@pytest.fixture
def whole(builder: Builder) -> Alliance:
    """An alliance of its own, for tests about all sites of one."""
    return builder.alliance()


@pytest.fixture(scope="module")
def base(builder: Builder) -> Alliance:
    """The one whose master the other tests share."""
    return builder.alliance()


@pytest.fixture
def world(builder: Builder, base: Alliance) -> Alliance:
    """An Ada who has earned nothing yet, below the common Hub."""
    return base.with_ada(builder.site(f"earner{next(_numbers)}", base.hub))


def test_sales_become_available_after_their_days_and_not_before(world: Alliance) -> None:
    earned(world.ada, "3.30", ago(10))
    earned(world.ada, "1.20", ago(7))
    earned(world.ada, "0.50", ago(6))
    made = settled(world.hub, world.ada)
    assert (made.amount, made.items) == (Money.of("4.50"), 2)
    assert holds(world.ada, MARGIN) == Money.of("0.50")
    assert holds(world.ada, AVAILABLE) == Money.of("4.50")
    _balanced(world)


def test_a_second_run_finds_nothing_left_to_give(world: Alliance, owner: Engine) -> None:
    earned(world.ada, "3.30", ago(10))
    settled(world.hub, world.ada)
    before = counts(owner, world.hub.id)
    assert settled(world.hub, world.ada).amount == Money.zero()
    assert counts(owner, world.hub.id) == before


def test_what_comes_due_later_is_given_by_a_later_run(world: Alliance) -> None:
    earned(world.ada, "3.30", ago(10))
    settled(world.hub, world.ada)
    earned(world.ada, "1.00", ago(2))
    later = clock.now() + timedelta(days=30)
    assert settled(world.hub, world.ada, now=later).amount == Money.of("1.00")
    earned(world.ada, "0.25", clock.now())
    latest = later + timedelta(days=1)
    assert settled(world.hub, world.ada, now=latest).amount == Money.of("0.25")
    assert holds(world.ada, MARGIN) == Money.zero()


def test_two_at_once_settle_a_site_once(world: Alliance) -> None:
    earned(world.ada, "3.30", ago(10))
    with use(world.hub):
        key = service.key_of(service.begin(world.hub, actor=SYSTEM, now=clock.now()))
        session.commit()
    found: list[Money] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        with use(world.ada):
            found.append(service.settle(world.ada, key, now=clock.now()).amount)
            session.commit()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found)[-1] == Money.of("3.30")
    assert sum(one.micro for one in found) == Money.of("3.30").micro
    assert holds(world.ada, AVAILABLE) == Money.of("3.30")
    _balanced(world)


def test_a_statement_asked_for_amid_a_settlement_waits_for_nobody_and_sees_all_or_nothing(
    world: Alliance,
) -> None:
    earned(world.ada, "3.30", ago(10))
    now = clock.now()

    def stated() -> dict[str, Money]:
        with use(world.ada):
            one_moment()
            return {
                one.kind: one.closing
                for one in statements.statement(world.ada, month_of(now)).sheets
            }

    with use(world.hub):
        key = service.key_of(service.begin(world.hub, actor=SYSTEM, now=now))
        session.commit()
    with ThreadPoolExecutor(1) as somebody, use(world.ada):
        service.settle(world.ada, key, now=now)
        session.flush()
        assert somebody.submit(stated).result(5) == {"margin": Money.of("3.30")}
        session.commit()
        after = somebody.submit(stated).result(5)
    assert after == {"margin": Money.zero(), "available": Money.of("3.30")}


@pytest.mark.parametrize("state", ["refunding", "refund_failed", "disputed"])
def test_an_order_under_dispute_or_refund_is_frozen_until_it_is_over(
    world: Alliance, owner: Engine, state: str
) -> None:
    argued, quiet = order(owner, world.ada, state), order(owner, world.ada)
    earned(world.ada, "5.00", ago(10), argued)
    earned(world.ada, "2.00", ago(10), quiet)
    assert settled(world.hub, world.ada).amount == Money.of("2.00")
    with use(world.ada):
        (one,) = rules.frozen(queries.waiting(world.ada))
    assert (one.amount, one.things) == (Money.of("5.00"), 1)
    order(owner, world.ada, "completed", argued)
    tomorrow = clock.now() + timedelta(days=1)
    assert settled(world.hub, world.ada, now=tomorrow).amount == Money.of("5.00")


def test_a_refund_of_a_sale_not_due_yet_leaves_due_sales_alone(
    world: Alliance, owner: Engine
) -> None:
    young = order(owner, world.ada)
    earned(world.ada, "4.00", ago(10), order(owner, world.ada))
    earned(world.ada, "3.00", ago(2), young)
    earned(world.ada, "-1.00", ago(1), young)
    assert settled(world.hub, world.ada).amount == Money.of("4.00")
    assert holds(world.ada, MARGIN) == Money.of("2.00")


def test_a_refund_after_settlement_is_a_debt_that_available_money_and_then_sales_pay(
    world: Alliance, owner: Engine
) -> None:
    sold = order(owner, world.ada)
    earned(world.ada, "5.00", ago(10), sold)
    settled(world.hub, world.ada)
    _withdrawn(world.ada, "4.00")
    earned(world.ada, "-5.00", ago(1), sold)
    with use(world.ada):
        pockets = queries.pockets(world.ada)
    assert (pockets.debt, pockets.available, pockets.free) == (
        Money.of("5.00"), Money.of("1.00"), Money.zero(),
    )  # fmt: skip
    made = settled(world.hub, world.ada)
    assert (made.amount, made.paid_back) == (Money.zero(), Money.of("1.00"))
    assert holds(world.ada, AVAILABLE) == Money.zero()
    assert holds(world.ada, MARGIN) == Money.of("-4.00")
    with use(world.hub):
        assert (world.ada.id, Money.of("4.00")) in queries.owing(world.hub)
    earned(world.ada, "6.50", ago(8))
    tomorrow = clock.now() + timedelta(days=1)
    assert settled(world.hub, world.ada, now=tomorrow).amount == Money.of("2.50")
    assert holds(world.ada, MARGIN) == Money.zero()
    _balanced(world)


def test_a_debt_larger_than_what_is_due_moves_nothing(world: Alliance, owner: Engine) -> None:
    earned(world.ada, "2.00", ago(10))
    earned(world.ada, "-3.00", ago(1))
    before = counts(owner, world.hub.id)
    made = settled(world.hub, world.ada)
    assert (made.amount, made.items, made.paid_back) == (Money.zero(), 0, Money.zero())
    assert counts(owner, world.hub.id) == before
    with use(world.ada):
        assert queries.pockets(world.ada).debt == Money.of("1.00")


def test_a_level_sets_the_rhythm_and_the_site_between_can_only_be_stricter(
    whole: Alliance,
) -> None:
    quick = Cycle(CycleKind.DAYS, 1)
    for seller, child, cycle in (
        (whole.hub, whole.ada, Cycle(CycleKind.DAYS, 20)),
        (whole.ada, whole.bo, quick),
    ):
        level = termset.level(seller)
        with use(seller):
            terms.set_cycle(seller, level.id, cycle, actor=SYSTEM)
            session.commit()
        termset.bind(child, termset.package(seller, level_id=level.id))
    for site in (whole.ada, whole.bo):
        earned(site, "1.00", ago(10))
        earned(site, "2.00", ago(25))
        assert settled(whole.hub, site).amount == Money.of("2.00")


def test_the_day_is_that_of_the_shops_clock(world: Alliance) -> None:
    """Half past five in the afternoon in UTC is the next day in the shop."""
    today = rules.shop_day(clock.now())
    last = rules.end_of(today - timedelta(days=7))
    earned(world.ada, "1.00", last - timedelta(seconds=1))
    earned(world.ada, "2.00", last)
    assert settled(world.hub, world.ada).amount == Money.of("1.00")


def test_a_run_killed_in_the_middle_goes_on_where_it_was(whole: Alliance) -> None:
    now = clock.now()
    for site in (whole.ada, whole.bo):
        earned(site, "1.00", ago(10))
    with use(whole.hub):
        run = service.begin(whole.hub, actor=SYSTEM, now=now)
        session.commit()
    assert (run.sites, run.left) == (2, 2)
    with use(whole.ada):
        service.settle(whole.ada, service.key_of(run), now=now)
        session.commit()
    with use(whole.bo):
        service.settle(whole.bo, service.key_of(run), now=now)
        session.rollback()
    with use(whole.hub):
        again = service.begin(whole.hub, actor=SYSTEM, now=now)
        assert (again.id, again.done, again.left, again.settled) == (run.id, 1, 1, 1)
        assert queries.sites_left(again) == [whole.bo.id]
        assert service.begin_daily(whole.hub, now=now) is None
    assert holds(whole.bo, AVAILABLE) == Money.zero()
    with use(whole.bo):
        service.settle(whole.bo, service.key_of(run), now=now)
        session.commit()
    with use(whole.hub):
        over = queries.last_run(whole.hub)
    assert over is not None
    assert (over.left, over.amount) == (0, Money.of("2.00"))


def test_who_may_not_is_refused_and_nothing_moves(whole: Alliance, owner: Engine) -> None:
    earned(whole.ada, "1.00", ago(10))
    before = counts(owner, whole.hub.id)
    with use(whole.ada), pytest.raises(NotTheMaster):
        service.begin(whole.ada, actor=SYSTEM, now=clock.now())
    with use(whole.hub):
        far = date(2199, 1, 1)
        with pytest.raises(DayToCome):
            service.begin(whole.hub, until=far, actor=SYSTEM, now=clock.now())
        with pytest.raises(NotTheMaster):
            service.settle(whole.hub, rules.key_of(ids.uuid7(), date(2026, 1, 1)), now=clock.now())
    with use(whole.hub):
        assert queries.last_run(whole.hub) is None
    assert counts(owner, whole.hub.id) == before


def test_an_entry_said_to_be_settled_that_was_not_stops_the_site(
    world: Alliance, owner: Engine
) -> None:
    earned(world.ada, "1.00", ago(10))
    earned(world.ada, "1.50", ago(9))
    with owner.begin() as behind:
        behind.execute(
            text(
                "INSERT INTO shared.settlement_item SELECT tenant_id, txn_id, :id, 1, NULL, now()"
                " FROM shared.ledger_entry WHERE tenant_id = :site LIMIT 1"
            ),
            {"id": ids.uuid7(), "site": world.ada.id},
        )
    before = counts(owner, world.hub.id)
    with pytest.raises(MarginDoesNotAddUp):
        settled(world.hub, world.ada)
    assert counts(owner, world.hub.id) == before


def test_a_site_sees_its_own_settlements_and_the_master_all(
    whole: Alliance, builder: Builder, owner: Engine
) -> None:
    """Ada earns on what Bo sells; the order's number and site are told to both above."""
    sold = order(owner, whole.bo)
    for site in (whole.ada, whole.bo):
        earned(site, "1.00", ago(10), sold, sold_by=whole.bo)
        settled(whole.hub, site)
    made, of_bo = _newest(whole.ada), _newest(whole.bo)
    with use(whole.ada):
        (line,) = queries.lines(queries.one(whole.ada, made))
        assert (line.order_id, line.site_id, line.amount) == (sold, whole.bo.id, Money.of("1.00"))
        with pytest.raises(NoSuchSettlement):
            queries.one(whole.ada, of_bo)
    with use(whole.hub):
        assert queries.page(whole.hub).total == 2
        assert queries.page(whole.hub, site_id=whole.bo.id).total == 1
        assert queries.lines(queries.one(whole.hub, made))
    rival = builder.alliance()
    with use(rival.hub):
        assert queries.page(rival.hub).total == 0
        with pytest.raises(NoSuchSettlement):
            queries.one(rival.hub, made)


def _newest(site: Tenant) -> UUID:
    with use(site):
        found: UUID = queries.page(site, site_id=site.id).items[0].id
    return found


def _withdrawn(site: Tenant, amount: str) -> None:
    money = Money.of(amount)
    cash = house(site.root_id, AccountKind.CASH_BY_HAND)
    lines = [debit(house(site.id, AVAILABLE), money), credit(cash, money)]
    with use(site):
        ledger.post(
            site, Posting("test", str(ids.uuid7()), "t", "1", lines, SYSTEM), now=clock.now()
        )
        session.commit()


def _balanced(world: Alliance) -> None:
    with use(world.hub):
        assert not prove(world.hub).faults
