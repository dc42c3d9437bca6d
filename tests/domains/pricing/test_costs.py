"""Costs move by themselves as far as the site lets them, and wait for approval beyond."""

from __future__ import annotations

from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import text

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog import service as shelf
from kameng.domains.catalog.errors import EditedMeanwhile
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.imports import service as imports
from kameng.domains.catalog.rules import SkuDraft
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes import queries as changes
from kameng.domains.pricing.changes import service as history
from kameng.domains.pricing.changes.entries import CostEntry, Kind
from kameng.domains.pricing.costs import queries, rules, service
from kameng.domains.pricing.costs.errors import (
    BadAlarm,
    CostNeedsApproval,
    CostProposalGone,
    CostsNotYours,
)
from kameng.domains.pricing.errors import StalePrices
from kameng.kit import clock, ids
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import ACTOR, category, sku
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture
def goods(world: Alliance) -> SkuFacts:
    """A SKU of Hub's: cost 10.00, suggested 15.00."""
    with use(world.hub) as hub:
        service.set_alarm(hub, "20", actor=ACTOR, now=clock.now())
        made = sku(hub, cost="10", retail="15", secrets=0)
        session.commit()
    return made


def _type(hub: Tenant, goods: SkuFacts, cost: str, *, version: int = 1, retail: str = "15") -> int:
    """The SKU form with another cost in it."""
    draft = SkuDraft(cost=Money.of(cost), retail=Money.of(retail))
    told = {"version": version, "actor": ACTOR, "now": clock.now()}
    saved = shelf.edit_sku(hub, goods.sku_id, draft, **told)  # type: ignore[arg-type]
    session.commit()
    return saved


def _cost(hub: Tenant, goods: SkuFacts) -> str:
    return str(catalog.sku_facts(hub, [goods.sku_id])[goods.sku_id].cost)


def _waits(hub: Tenant, goods: SkuFacts) -> queries.Waiting | None:
    return queries.waiting_for(hub, [goods.sku_id]).get(goods.sku_id)


def _approve(hub: Tenant, goods: SkuFacts, seen: str = "10") -> UUID | None:
    waiting = _waits(hub, goods)
    assert waiting is not None
    made = service.approve(hub, {waiting.id: Money.of(seen)}, actor=ACTOR, now=clock.now())
    session.commit()
    return made


def _money(text: str) -> Money:
    return Money.of(text)


@pytest.mark.parametrize(
    ("before", "after", "alarm", "waits"),
    [
        ("10", "12", "20", False),
        ("10", "12.000001", "20", True),
        ("10", "8", "20", False),
        ("10", "7.999999", "20", True),
        ("10", "10.000001", "0", True),
        ("10", "10", "0", False),
        ("10", "999999", None, False),
        ("10", "0", None, True),
        ("0", "0.01", None, True),
        ("0.000001", "0.000002", "100", False),
        ("999999.99", "0.01", "100", False),
    ],
)
def test_a_move_waits_when_it_goes_too_far(
    before: str, after: str, alarm: str | None, waits: bool
) -> None:
    limit = Percent.of(alarm) if alarm else None
    assert rules.waits(_money(before), _money(after), limit) is waits


@pytest.mark.parametrize("asked", ["-1", "x", "NaN", "1e400", "1001", "0.00001", "=1+1", "--"])
def test_a_limit_that_is_no_percentage_is_refused(world: Alliance, asked: str) -> None:
    with use(world.hub) as hub:
        before = queries.alarm(hub)
        with pytest.raises(BadAlarm):
            service.set_alarm(hub, asked, actor=ACTOR, now=clock.now())
        assert queries.alarm(hub) == before


def test_without_a_word_a_fifth_is_the_limit_and_full_width_digits_are_digits(
    world: Alliance,
) -> None:
    with use(world.bo) as bo:
        assert queries.alarm(bo) == Percent.of("20")
        for asked, meant in (("１５％", Percent.of("15")), ("0", Percent.of("0")), (" ", None)):
            service.set_alarm(bo, asked, actor=ACTOR, now=clock.now())
            assert queries.alarm(bo) == meant


def test_a_small_move_happens_at_once_and_is_kept_as_a_change(
    world: Alliance, goods: SkuFacts
) -> None:
    with use(world.hub) as hub:
        assert _type(hub, goods, "12", retail="16") == 3
        assert (_cost(hub, goods), _waits(hub, goods)) == ("12.00", None)
        (change,) = changes.page(hub, changes.Wanted(about=[goods.sku_id])).items
        assert change.kind is Kind.COST
        assert changes.entries(hub, change.id) == [
            CostEntry(goods.sku_id, _money("10"), _money("12"))
        ]
        with pytest.raises(EditedMeanwhile):
            _type(hub, goods, "11")
        session.rollback()
        history.undo(hub, change.id, actor=ACTOR, now=clock.now())
        assert _cost(hub, goods) == "10.00"
        facts = catalog.sku_facts(hub, [goods.sku_id])[goods.sku_id]
        assert str(facts.retail) == "16.00"


def test_a_large_move_waits_and_says_what_it_would_do_while_the_rest_is_saved(
    world: Alliance, goods: SkuFacts
) -> None:
    with use(world.hub) as hub:
        assert _type(hub, goods, "13", retail="16") == 2
        assert _cost(hub, goods) == "10.00"
        shown = queries.page(hub, now=clock.now(), size=100).items
        (effect,) = [one for one in shown if one.goods.sku_id == goods.sku_id]
        assert effect.share == Percent.of("30")
        assert (effect.now.price, effect.then.price) == (_money("16"), _money("16"))
        assert (effect.profit_now, effect.profit_then) == (_money("6"), _money("3"))
        made = _approve(hub, goods)
        assert made is not None
        assert changes.facts(hub, made).kind is Kind.COST
        assert (_cost(hub, goods), _waits(hub, goods)) == ("13.00", None)
    with use(world.ada) as ada:
        assert pricing.quotes(ada, [goods.sku_id])[goods.sku_id].cost == _money("16")


def test_a_newer_cost_takes_the_place_of_the_waiting_one(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        first = _waits(hub, goods)
        _type(hub, goods, "14", version=2)
        second = _waits(hub, goods)
        assert first
        assert second
        assert first.id != second.id
        assert second.after == _money("14")
        with pytest.raises(CostProposalGone):
            service.approve(hub, {first.id: _money("10")}, actor=ACTOR, now=clock.now())
        session.rollback()
        _type(hub, goods, "11", version=3)
        assert (_cost(hub, goods), _waits(hub, goods)) == ("11.00", None)


def test_a_cost_that_moved_meanwhile_is_not_approved_unseen(
    world: Alliance, goods: SkuFacts
) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        entry = CostEntry(goods.sku_id, _money("10"), _money("9"))
        history.commit(hub, Kind.WHAT_IF, [entry], actor=ACTOR, now=clock.now())
        session.commit()
        with pytest.raises(StalePrices):
            _approve(hub, goods)
        session.rollback()
        assert (_cost(hub, goods), bool(_waits(hub, goods))) == ("9.00", True)
        _approve(hub, goods, seen="9")
        assert _cost(hub, goods) == "13.00"


def test_what_is_rejected_is_forgotten_and_nothing_moves(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        waiting = _waits(hub, goods)
        assert waiting
        assert service.reject(hub, [waiting.id], actor=ACTOR) == 1
        session.commit()
        assert (_cost(hub, goods), _waits(hub, goods)) == ("10.00", None)
        for again in ([waiting.id], [ids.uuid7()], []):
            with pytest.raises(CostProposalGone):
                service.reject(hub, again, actor=ACTOR)
        lines = text("SELECT action FROM shared.audit_log WHERE subject = :about ORDER BY id")
        told = session.execute(lines, {"about": f"sku {goods.sku_id}"}).scalars().all()
        assert told == ["price_cost.waits", "price_cost.rejected"]


def test_what_another_door_brought_about_waits_no_longer(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        waiting = _waits(hub, goods)
        assert waiting
        (entry,) = queries.supposed(hub, [waiting.id])
        assert entry == CostEntry(goods.sku_id, _money("10"), _money("13"))
        near = CostEntry(goods.sku_id, _money("10"), _money("12"))
        far = CostEntry(goods.sku_id, _money("12"), _money("13"))
        for one, kept in ((near, True), (far, False)):
            made = history.commit(hub, Kind.WHAT_IF, [one], actor=ACTOR, now=clock.now())
            service.reached(hub, made)
            assert bool(_waits(hub, goods)) is kept
        with pytest.raises(CostProposalGone):
            queries.supposed(hub, [waiting.id])


def test_two_who_decide_at_once_decide_once(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        waiting = _waits(hub, goods)
    assert waiting
    told: list[str] = []

    def approve() -> None:
        with use(world.hub) as hub:
            try:
                service.approve(hub, {waiting.id: _money("10")}, actor=ACTOR, now=clock.now())
                session.commit()
                told.append("moved")
            except CostProposalGone:
                session.rollback()
                told.append("gone")

    threads = [Thread(target=approve) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["gone", "gone", "gone", "moved"]
    with use(world.hub) as hub:
        assert _cost(hub, goods) == "13.00"


def test_other_doors_need_an_approver_for_what_would_wait(world: Alliance, goods: SkuFacts) -> None:
    near, far = (CostEntry(goods.sku_id, _money("10"), _money(cost)) for cost in ("12", "13"))
    with use(world.hub) as hub:
        service.refuse_unapproved(hub, [near], held={"goods.edit"}, now=clock.now())
        service.refuse_unapproved(hub, [far], held={"prices.approve"}, now=clock.now())
        for entry, held, refusal in (
            (far, {"goods.edit", "prices.edit"}, CostNeedsApproval),
            (near, {"prices.edit"}, CostsNotYours),
        ):
            with pytest.raises(refusal):
                service.refuse_unapproved(hub, [entry], held=held, now=clock.now())


def test_who_may_only_set_prices_undoes_no_cost(world: Alliance, goods: SkuFacts) -> None:
    told = {"actor": ACTOR, "now": clock.now()}
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        made = _approve(hub, goods)
        assert made
        for held, refusal in (
            ({"prices.edit"}, CostsNotYours),
            ({"prices.edit", "goods.edit"}, CostNeedsApproval),
        ):
            with pytest.raises(refusal):
                service.undo(hub, made, held=held, **told)  # type: ignore[arg-type]
            session.rollback()
            assert _cost(hub, goods) == "13.00"
        service.undo(hub, made, held={"prices.edit", "prices.approve"}, **told)  # type: ignore[arg-type]
        assert _cost(hub, goods) == "10.00"


def test_the_way_back_waits_when_it_is_the_longer_one(world: Alliance, goods: SkuFacts) -> None:
    """From 10.00 to 8.10 is 19 %; from 8.10 to 10.00 are 23 %, and the alarm stands at 20."""
    told = {"actor": ACTOR, "now": clock.now()}
    with use(world.hub) as hub:
        _type(hub, goods, "8.1")
        assert _cost(hub, goods) == "8.10"
        made = changes.last_id(hub)
        assert made
        with pytest.raises(CostNeedsApproval):
            service.undo(hub, made, held={"prices.edit", "goods.edit"}, **told)  # type: ignore[arg-type]
        session.rollback()
        assert _cost(hub, goods) == "8.10"
        _approved_up_to(hub, goods, "10.1")
        made = changes.last_id(hub)
        assert made
        service.undo(hub, made, held={"prices.edit", "goods.edit"}, **told)  # type: ignore[arg-type]
        assert _cost(hub, goods) == "8.10"
        session.rollback()


def _approved_up_to(hub: Tenant, goods: SkuFacts, cost: str) -> None:
    _type(hub, goods, cost, version=3)
    assert _approve(hub, goods, "8.1")
    assert _cost(hub, goods) == f"{cost}0"


def test_many_short_moves_go_no_further_than_one(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        version = _type(hub, goods, "11")
        version = _type(hub, goods, "12", version=version)
        version = _type(hub, goods, "12.1", version=version)
        assert (_cost(hub, goods), bool(_waits(hub, goods))) == ("12.00", True)
        version = _type(hub, goods, "8", version=version)
        assert _cost(hub, goods) == "12.00"
        assert _approve(hub, goods, "12")
        _type(hub, goods, "9", version=version + 1)
        assert _cost(hub, goods) == "9.00"


def test_no_site_decides_about_what_waits_at_another(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _type(hub, goods, "13")
        waiting = _waits(hub, goods)
        assert waiting
    with use(world.ada) as ada:
        assert _waits(ada, goods) is None
        with pytest.raises(CostProposalGone):
            service.approve(ada, {waiting.id: _money("10")}, actor=ACTOR, now=clock.now())


SHEET = (
    "分类,名称,规格,售价,成本价\n{category},{name},近,15,{near}\n{category},{name},远,15,{far}\n"
)


def test_a_spreadsheet_proposes_costs_and_its_undoing_takes_them_back(world: Alliance) -> None:
    with use(world.hub) as hub:
        service.set_alarm(hub, "20", actor=ACTOR, now=clock.now())
        named = f"表格 {ids.uuid7().hex[-8:]}"
        place = category(hub, named)
        near = sku(hub, named, cost="10", retail="15", secrets=0, category_id=place, sku_name="近")
        far = sku(hub, cost="10", retail="15", secrets=0, product_id=near.product_id, sku_name="远")
        session.commit()
        raw = SHEET.format(category=named, name=named, near="11", far="14").encode()
        made = imports.preview(hub, "goods.csv", raw, actor=ACTOR, now=clock.now())
        done = imports.commit(hub, made, actor=ACTOR, now=clock.now())
        session.commit()
        assert (done.written, queries.count(hub, source_id=made)) == (2, 1)
        assert (_cost(hub, near), _cost(hub, far)) == ("11.00", "10.00")
        undone = imports.undo(hub, made, actor=ACTOR, now=clock.now())
        session.commit()
        assert (undone.reversed, undone.refused) == (2, [])
        assert (_cost(hub, near), _cost(hub, far)) == ("10.00", "10.00")
        assert queries.count(hub, source_id=made) == 0
