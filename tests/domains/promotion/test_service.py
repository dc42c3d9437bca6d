"""A shopper comes by a link: promised at the order, booked at delivery, due after its days,
given back with the goods. What is refused has moved nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.orders import proofs, service
from kameng.domains.orders import queries as orders
from kameng.domains.orders.rules import OrderFacts
from kameng.domains.orders.service import Wanted
from kameng.domains.payees.rules import Owner
from kameng.domains.promotion import queries, rules
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.errors import (
    BadPromotion,
    LevelsAreTheMasters,
    NoSuchPromoter,
    PromotionOff,
    TermsNotAccepted,
)
from kameng.domains.promotion.proofs import CHECKS
from kameng.domains.promotion.rules import Rates, Referral, Settings
from kameng.domains.wallet.rules import wallet_of
from kameng.domains.withdrawals import service as withdrawals
from kameng.domains.withdrawals.errors import MoreThanFree
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.orders.test_aftersale import give_back, lines_of
from tests.support.orders import basket, books_balance, kim, member, stocked
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

FIVE_AND_TWO = Rates(Percent.of(5), Percent.of(2))
STAFF = Actor("staff", "1", "小何", "203.0.113.5")


def registered(site: Tenant, contact: str) -> MemberFacts:
    """A member, without the work of a password."""
    with use(site):
        member_id = ids.uuid7()
        row = {"id": member_id, "email": contact, "now": clock.now()}
        session.execute(
            text(
                "INSERT INTO member (id, email, name, password_hash, state, epoch, created_at)"
                " VALUES (:id, :email, 'Kim', 'x', 'active', 1, :now)"
            ),
            row,
        )
        found = members.queries.by_id(site, member_id)
        session.commit()
    assert found
    return found


@pytest.fixture(scope="module")
def family(builder: Builder) -> Alliance:
    made = builder.alliance()
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "30", children=children)
    return made


@pytest.fixture
def ada(family: Alliance) -> Tenant:
    site = family.ada
    with use(site):
        promotion.set_up(site, Settings(True, FIVE_AND_TWO, 10), actor=STAFF, now=clock.now())
        session.commit()
    with use(family.hub):
        promotion.set_up(family.hub, Settings(), levels=2, actor=STAFF, now=clock.now())
        session.commit()
    return site


@pytest.fixture(scope="module")
def goods(family: Alliance) -> SkuFacts:
    return stocked(family.hub, secrets=90, cost="8.00", retail="10.00")


def joined(site: Tenant, by: Referral | None = None) -> rules.PromoterFacts:
    who = registered(site, f"p{ids.uuid7().hex[:12]}@example.com")
    with use(site):
        made = promotion.join(site, who.id, agreed=True, referral=by, now=clock.now())
        session.commit()
    return made


def came_by(one: rules.PromoterFacts, *own: str) -> Referral:
    return Referral(one.code, clock.now(), own)


def bought(site: Tenant, sku: SkuFacts, pieces: int, **buyer: Any) -> OrderFacts:
    """Bought from the balance by a member who came by a link, and delivered."""
    shopper = replace(member(buyer.pop("member_id", None)), **buyer)
    assert shopper.member_id
    money = Money.of("500")
    lines = [
        debit(house(site.root_id, AccountKind.CASH_BY_HAND), money),
        credit(wallet_of(site.id, shopper.member_id), money),
    ]
    key = f"test:{ids.uuid7()}"
    with use(site):
        post(site, Posting("wallet_credit", key, "test", key, lines, STAFF), now=clock.now())
        order = service.buy_from_balance(site, shopper, basket(sku, pieces), now=clock.now()).order
        session.commit()
    return order


def total(site: Tenant, order: OrderFacts) -> Money:
    with use(site):
        return orders.by_number(site, order.number).order.total


def purse(site: Tenant, one: rules.PromoterFacts) -> tuple[Money, Money, Money]:
    with use(site):
        held = queries.purse(site, one.member_id)
    return held.pending, held.available, held.debt


def released(site: Tenant, order: OrderFacts, now: datetime) -> Money:
    with use(site):
        given = promotion.release(site, order.id, now=now)
        session.commit()
    return given


def later(days: float) -> datetime:
    return clock.now() + timedelta(days=days)


ZERO = Money(0)


def test_two_levels_earn_at_delivery_and_the_third_is_not_paid(
    ada: Tenant, family: Alliance, goods: SkuFacts
) -> None:
    top = joined(ada)
    middle = joined(ada, came_by(top))
    low = joined(ada, came_by(middle))
    assert (middle.referrer_id, low.referrer_id) == (top.member_id, middle.member_id)
    order = bought(ada, goods, 2, referral=came_by(low))
    paid = total(ada, order)
    assert purse(ada, low) == (paid.share(Percent.of(5)), ZERO, ZERO)
    assert purse(ada, middle) == (paid.share(Percent.of(2)), ZERO, ZERO)
    assert purse(ada, top) == (ZERO, ZERO, ZERO)
    with use(ada):
        (row,) = queries.lines(ada, low.member_id).rows
        assert (row.level, row.amount) == (1, paid.share(Percent.of(5)))
        assert queries.earned(ada, [low.member_id])[low.member_id].orders == 1
        assert not list(proofs.look(ada))
    books_balance(family.hub)


def test_commission_is_due_after_its_days_once_and_then_becomes_balance(
    ada: Tenant, family: Alliance, goods: SkuFacts
) -> None:
    one = joined(ada)
    order = bought(ada, goods, 2, referral=came_by(one))
    whole = total(ada, order).share(Percent.of(5))
    assert released(ada, order, later(9.9)) == ZERO
    assert released(ada, order, later(10.1)) == whole
    assert released(ada, order, later(11)) == ZERO
    assert purse(ada, one) == (ZERO, whole, ZERO)
    owner, fen = Owner("member", str(one.member_id)), Money.of("1.00")
    with use(ada):
        for _ in range(2):
            withdrawals.turn(ada, fen, owner=owner, once="a", actor=SYSTEM, now=clock.now())
        session.commit()
        assert ledger.balance(wallet_of(ada.id, one.member_id)).posted == fen
    assert purse(ada, one) == (ZERO, whole - fen, ZERO)
    books_balance(family.hub)


def test_the_clock_gives_what_waits_at_the_site_by_the_order(ada: Tenant, goods: SkuFacts) -> None:
    one = joined(ada)
    order = bought(ada, goods, 1, referral=came_by(one))
    with use(ada):
        promotion.wait(ada, order.id, now=clock.now())
        found = session.execute(
            text("SELECT at FROM shared.due WHERE kind = 'commission' AND key = :key"),
            {"key": str(order.id)},
        ).scalar_one()
        session.rollback()
    assert timedelta(days=10) < found - clock.now() < timedelta(days=10, minutes=2)


def test_goods_given_back_before_the_day_take_their_part_along(
    ada: Tenant, family: Alliance, goods: SkuFacts
) -> None:
    one = joined(ada)
    order = bought(ada, goods, 4, referral=came_by(one))
    whole = total(ada, order).share(Percent.of(5))
    (line_id,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line_id, pieces=1))
    kept = whole.micro - whole.micro // 4
    assert purse(ada, one)[0] == Money(kept)
    assert released(ada, order, later(11)) == Money(kept)
    with use(ada):
        assert not list(proofs.look(ada))
    books_balance(family.hub)


def test_goods_given_back_after_the_day_leave_a_debt_that_the_next_commission_pays(
    ada: Tenant, family: Alliance, goods: SkuFacts
) -> None:
    one = joined(ada)
    order = bought(ada, goods, 2, referral=came_by(one))
    first = total(ada, order).share(Percent.of(5))
    assert released(ada, order, later(11)) == first
    (line_id,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line_id, pieces=2))
    assert purse(ada, one) == (ZERO, first, first)
    owner, now = Owner("member", str(one.member_id)), clock.now()
    with use(ada), pytest.raises(MoreThanFree):
        withdrawals.turn(ada, Money.of("0.01"), owner=owner, once="b", actor=SYSTEM, now=now)
    assert purse(ada, one) == (ZERO, first, first)
    again = bought(ada, goods, 3, referral=came_by(one))
    second = total(ada, again).share(Percent.of(5))
    assert released(ada, again, later(11)) == second - first
    assert purse(ada, one) == (ZERO, second, ZERO)
    books_balance(family.hub)


def test_an_order_argued_about_is_looked_at_again(
    ada: Tenant, goods: SkuFacts, owner: Engine
) -> None:
    one = joined(ada)
    order = bought(ada, goods, 1, referral=came_by(one))
    move = text("UPDATE shared.order_index SET state = :state WHERE order_id = :id")
    with owner.begin() as behind:
        behind.execute(move, {"state": "disputed", "id": order.id})
    assert released(ada, order, later(11)) == ZERO
    with use(ada):
        key = {"key": str(order.id)}
        again = text("SELECT count(*) FROM shared.due WHERE kind = 'commission' AND key = :key")
        assert session.execute(again, key).scalar_one() == 1
    with owner.begin() as behind:
        behind.execute(move, {"state": "completed", "id": order.id})
    assert released(ada, order, later(12)).micro > 0


def test_two_clocks_at_once_give_it_once(ada: Tenant, goods: SkuFacts) -> None:
    one = joined(ada)
    order = bought(ada, goods, 2, referral=came_by(one))
    start, given = Barrier(3), list[Money]()
    at = later(11)

    def give() -> None:
        start.wait()
        given.append(released(ada, order, at))

    threads = [Thread(target=give) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = total(ada, order).share(Percent.of(5))
    assert sorted(one.micro for one in given) == [0, 0, whole.micro]
    assert purse(ada, one) == (ZERO, whole, ZERO)


def test_the_proof_finds_commission_given_without_its_item(
    ada: Tenant, goods: SkuFacts, owner: Engine
) -> None:
    one = joined(ada)
    first, second = (bought(ada, goods, 1, referral=came_by(one)) for _ in range(2))
    whole = total(ada, first).share(Percent.of(5))
    assert released(ada, first, later(11)) == whole + whole
    assert _faults(ada, one) == {}
    with owner.begin() as behind:
        gone = text("DELETE FROM shared.commission_item WHERE order_id = :id RETURNING txn_id")
        behind.execute(gone, {"id": second.id}).one()
    assert _faults(ada, one) == {
        "commission_waits": (0, whole.micro),
        "commission_given": (2 * whole.micro, whole.micro),
    }


def _faults(site: Tenant, one: rules.PromoterFacts) -> dict[str, tuple[int, int]]:
    """What the proof says of a promoter."""
    (check,) = CHECKS
    with use(site):
        found = [fault for fault in check.look(site) if fault.subject == str(one.member_id)]
    assert all(fault.rows for fault in found)
    return {fault.check: (fault.found, fault.expected) for fault in found}


@pytest.mark.parametrize("how", ["member", "contact", "browser"])
def test_who_buys_by_his_own_link_gets_the_goods_and_no_commission(
    ada: Tenant, goods: SkuFacts, how: str
) -> None:
    above = joined(ada)
    one = joined(ada, came_by(above))
    with use(ada):
        contact = members.queries.by_ids(ada, [one.member_id])[one.member_id].contact
    referral = came_by(one, one.code) if how == "browser" else came_by(one)
    me: dict[str, dict[str, Any]] = {
        "member": {"member_id": one.member_id},
        "contact": {"contact": contact.upper()},
        "browser": {},
    }
    order = bought(ada, goods, 1, referral=referral, **me[how])
    assert purse(ada, one) == purse(ada, above) == (ZERO, ZERO, ZERO)
    with use(ada):
        kept = session.execute(
            text("SELECT refused, amount FROM shared.commission WHERE order_id = :id"),
            {"id": order.id},
        ).one()
        assert (kept.refused, kept.amount) == (how, 0)
        assert queries.lines(ada, one.member_id).rows == []
        assert [line.extras for line in orders.by_number(ada, order.number).lines] == [()]


def test_rates_of_a_product_and_of_a_promoter_count_before_the_sites(
    ada: Tenant, goods: SkuFacts, family: Alliance
) -> None:
    one = joined(ada)
    own = Rates(Percent.of(7), Percent.of(0))
    with use(ada):
        promotion.describe(ada, one.member_id, note=" 老客户 ", rates=own, actor=STAFF)
        session.commit()
    order = bought(ada, goods, 1, referral=came_by(one))
    assert purse(ada, one)[0] == total(ada, order).share(Percent.of(7))
    special = stocked(family.hub, cost="8.00", retail="10.00")
    product = Rates(Percent.of(50), Percent.of(50))
    with use(ada):
        promotion.set_product_rates(ada, special.product_id, product, actor=STAFF)
        session.commit()
    other = joined(ada, came_by(one))
    order = bought(ada, special, 1, referral=came_by(other))
    with use(ada):
        margin = orders.split(ada, order.number)[0].shares[-1]
    got = purse(ada, other)[0]
    assert got == margin.price - margin.cost
    assert margin.margin == ZERO
    assert got < total(ada, order).share(Percent.of(50))


@pytest.mark.parametrize(("levels", "paid"), [(0, 0), (1, 1), (2, 2)])
def test_the_master_may_pay_fewer_levels_in_his_alliance(
    ada: Tenant, family: Alliance, goods: SkuFacts, levels: int, paid: int
) -> None:
    hub = family.hub
    top = joined(ada)
    low = joined(ada, came_by(top))
    with use(hub):
        promotion.set_up(hub, Settings(), levels=levels, actor=STAFF, now=clock.now())
        session.commit()
    bought(ada, goods, 1, referral=came_by(low))
    assert [purse(ada, one)[0].micro > 0 for one in (low, top)] == [paid >= 1, paid >= 2]


def test_who_is_switched_off_or_too_long_ago_or_at_another_site_earns_nothing(
    ada: Tenant, family: Alliance, goods: SkuFacts
) -> None:
    one = joined(ada)
    old = replace(came_by(one), at=clock.now() - timedelta(days=31))
    bought(ada, goods, 1, referral=old)
    bought(family.bo, goods, 1, referral=came_by(one))
    with use(ada):
        assert promotion.switch(ada, [one.member_id], on=False, actor=STAFF) == 1
        assert promotion.switch(ada, [one.member_id], on=False, actor=STAFF) == 0
        assert queries.by_code(ada, one.code) is None
        session.commit()
    bought(ada, goods, 1, referral=came_by(one))
    with use(ada):
        promotion.switch(ada, [one.member_id], on=True, actor=STAFF)
        promotion.set_up(ada, Settings(False, FIVE_AND_TWO, 10), actor=STAFF, now=clock.now())
        session.commit()
    bought(ada, goods, 1, referral=came_by(one))
    assert purse(ada, one) == (ZERO, ZERO, ZERO)


def test_a_guest_may_come_by_a_link_and_an_unpaid_order_earns_nothing(
    ada: Tenant, goods: SkuFacts
) -> None:
    one = joined(ada)
    with use(ada):
        shopper = replace(kim(), referral=came_by(one))
        service.place(ada, shopper, basket(goods), now=clock.now())
        session.commit()
        assert queries.lines(ada, one.member_id).total == 0
    assert purse(ada, one) == (ZERO, ZERO, ZERO)


def test_joining_needs_the_switch_and_the_rules_accepted_and_nobody_brings_himself(
    ada: Tenant, family: Alliance
) -> None:
    who = registered(ada, f"q{ids.uuid7().hex[:10]}@example.com")
    with use(ada):
        with pytest.raises(TermsNotAccepted):
            promotion.join(ada, who.id, agreed=False, referral=None, now=clock.now())
        assert queries.promoter(ada, who.id) is None
        made = promotion.join(ada, who.id, agreed=True, referral=None, now=clock.now())
        same = promotion.join(ada, who.id, agreed=True, referral=came_by(made), now=clock.now())
        assert (same.code, same.referrer_id) == (made.code, None)
        session.commit()
    with use(family.bo), pytest.raises(PromotionOff):
        promotion.join(family.bo, ids.uuid7(), agreed=True, referral=None, now=clock.now())


def test_odd_settings_are_refused_and_nothing_changes(ada: Tenant, family: Alliance) -> None:
    now = clock.now()
    odd = (
        Settings(True, Rates(Percent(-1), Percent(0)), 10),
        Settings(True, Rates(Percent.of("50.0001"), Percent(0)), 10),
        Settings(True, FIVE_AND_TWO, 0),
        Settings(True, FIVE_AND_TWO, 91),
    )
    with use(ada):
        for one in odd:
            with pytest.raises(BadPromotion):
                promotion.set_up(ada, one, actor=STAFF, now=now)
        with pytest.raises(LevelsAreTheMasters):
            promotion.set_up(ada, Settings(), levels=1, actor=STAFF, now=now)
        with pytest.raises(BadPromotion):
            promotion.set_product_rates(ada, UUID(int=1), odd[0].rates, actor=STAFF)
        with pytest.raises(NoSuchPromoter):
            promotion.describe(ada, UUID(int=1), note="", rates=None, actor=STAFF)
        assert queries.settings(ada) == Settings(True, FIVE_AND_TWO, 10)
        assert UUID(int=1) not in queries.products_with_rates(ada)
    with use(family.hub):
        with pytest.raises(BadPromotion):
            promotion.set_up(family.hub, Settings(), levels=3, actor=STAFF, now=now)
        assert queries.paid_levels(family.hub) == 2
