"""What people type, paste and send by mistake or on purpose: refused by name, and nothing moved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import errors, queries, rows, service
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Way,
)
from kameng.domains.pricing.service import Details
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import pricechanges, tree
from tests.support.catalog import sku
from tests.support.ledger import TESTER
from tests.support.worlds import Alliance, Builder

SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)
NO_NUMBER = [
    "",
    "-1",
    "－1",
    "NaN",
    "Infinity",
    "1e400",
    "1E5",
    "=1+1",
    "=CMD()",
    "@SUM(A1)",
    "0.1234567",
    "１．２３４５６７８",
    "9" * 400,
    "10 000",
    "1,5",
    "0x10",
    "٣",
    "<script>",
    "\x00",
]


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    """One alliance for all tests of this file: what they try changes nothing."""
    made = builder.alliance()
    tree.bound(made)
    return made


@pytest.fixture(scope="module")
def goods(world: Alliance) -> SkuFacts:
    """A SKU of Hub's: cost 8.00, suggested 10.00, floor 8.50."""
    with use(world.hub) as hub:
        made = sku(hub, cost="8.00", retail="10.00", floor="8.50", secrets=0)
        session.commit()
    return made


@pytest.fixture
def hub(world: Alliance) -> Iterator[Tenant]:
    with use(world.hub) as hub:
        yield hub
        session.rollback()


def _set(tenant: Tenant, place: Place, method: Method, asked: str, **more: Any) -> Rule:
    rounding = more.pop("rounding", Rounding.NONE)
    made = service.set_rule(
        tenant, place, method, asked, rounding, actor=TESTER, now=clock.now(), **more
    )
    session.commit()
    return made


def _everything(tenant: Tenant) -> list[tuple[Any, ...]]:
    """All that a decision about prices leaves anywhere."""
    counted = text(
        """SELECT (SELECT count(*) FROM shared.price_change WHERE tenant_id = :me),
            (SELECT count(*) FROM shared.audit_log WHERE tenant_id = :me),
            (SELECT count(*) FROM shared.outbox WHERE tenant_id = :me)"""
    )
    ruled = text("SELECT * FROM shared.price_rule WHERE tenant_id = :me ORDER BY id")
    me = {"me": tenant.id}
    return [tuple(row) for asked in (counted, ruled) for row in session.execute(asked, me)]


@contextmanager
def _refused(tenant: Tenant, kind: type[Refusal]) -> Iterator[None]:
    before = _everything(tenant)
    session.commit()
    with pytest.raises(kind):
        yield
    session.rollback()
    assert _everything(tenant) == before
    session.commit()


@pytest.mark.parametrize("asked", NO_NUMBER)
def test_what_is_no_number_is_no_price(hub: Tenant, goods: SkuFacts, asked: str) -> None:
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    with _refused(hub, errors.BadMarkup):
        _set(hub, near, Method.FIXED, asked)
    with _refused(hub, errors.BadMarkup):
        _set(hub, SHOPPERS, Method.PERCENT, asked)


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        (Method.FIXED, "1000000.000001"),
        (Method.AMOUNT, "1000000.01"),
        (Method.PERCENT, "10000.0001"),
        (Method.MARGIN, "99.0001"),
    ],
)
def test_what_is_too_much_is_refused(hub: Tenant, method: Method, asked: str) -> None:
    with _refused(hub, errors.BadMarkup):
        _set(hub, SHOPPERS, method, asked)


def test_full_width_digits_are_digits(hub: Tenant, goods: SkuFacts) -> None:
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    made = _set(hub, near, Method.FIXED, "９．９０元", details=Details(steps="５＝９．５"))
    assert (made.value, made.steps[0].value) == (9_900_000, 9_500_000)
    service.drop_rule(hub, near, actor=TESTER, now=clock.now())
    session.commit()


@pytest.mark.parametrize("steps", ["5=0.1234567", "5=-1", "5=NaN", "5==3", "=5=3", "0=3", "5"])
def test_a_bad_quantity_step_names_its_line(hub: Tenant, steps: str) -> None:
    with _refused(hub, errors.BadSteps):
        _set(hub, SHOPPERS, Method.FIXED, "9", details=Details(steps=f"2=9\n{steps}"))


def test_nothing_for_one_sku_is_sold_under_its_cost_or_floor(hub: Tenant, goods: SkuFacts) -> None:
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    below = Place(Scope.SKU, goods.sku_id, Audience.CHILD)
    for place, method, asked, more in (
        (near, Method.FIXED, "0", {}),
        (near, Method.FIXED, "8.499999", {}),
        (near, Method.PERCENT, "0", {}),
        (near, Method.FIXED, "9", {"details": Details(steps="100=8.49")}),
        (near, Method.FIXED, "8.40", {"details": Details(below_cost=True)}),
        (near, Method.FIXED, "8.54", {"rounding": Rounding.YUAN, "details": Details(Way.DOWN)}),
        (below, Method.FIXED, "7.999999", {}),
    ):
        with _refused(hub, errors.PriceBelowFloor):
            _set(hub, place, method, asked, **more)


def test_not_even_at_a_loss_is_anything_sold_for_nothing(hub: Tenant) -> None:
    (sku_id,) = pricechanges.goods(hub, 1)
    session.commit()
    near, loss = Place(Scope.SKU, sku_id, Audience.RETAIL), Details(below_cost=True)
    for asked, details in (("0", loss), ("0.000", loss), ("1", replace(loss, steps="5=0"))):
        with _refused(hub, errors.PriceBelowFloor):
            _set(hub, near, Method.FIXED, asked, details=details)
    _set(hub, near, Method.FIXED, "0.0035", details=loss)
    service.drop_rule(hub, near, actor=TESTER, now=clock.now())
    session.commit()


def test_no_price_is_agreed_in_a_circle(world: Alliance) -> None:
    """With oneself, with a site above, or with one that stands further below."""
    hub, ada, bo = world.hub, world.ada, world.bo
    for site, named in ((hub, hub), (ada, ada), (ada, hub), (bo, ada), (bo, hub), (hub, bo)):
        with use(site):
            place = Place(Scope.ALL, None, Audience.CHILD, buyer_id=named.id)
            for method in (Method.FOLLOW, Method.AMOUNT):
                with _refused(site, errors.NoSuchBuyer):
                    _set(site, place, method, "" if method is Method.FOLLOW else "1")


def test_a_rule_names_what_there_is(hub: Tenant) -> None:
    with _refused(hub, errors.NoSuchGoods):
        _set(hub, Place(Scope.SKU, ids.uuid7(), Audience.RETAIL), Method.FIXED, "9")
    with _refused(hub, NoSuchLevel):
        _set(hub, Place(Scope.ALL, None, Audience.CHILD, ids.uuid7()), Method.PERCENT, "1")
    with _refused(hub, errors.NoSuchBuyer):
        place = Place(Scope.ALL, None, Audience.RETAIL, member_id=ids.uuid7())
        _set(hub, place, Method.PERCENT, "1")
    with _refused(hub, errors.NoSuchRule):
        service.drop_rule(hub, SHOPPERS, actor=TESTER, now=clock.now())


def test_dates_that_make_no_sense_are_no_place() -> None:
    now = clock.now()
    for start, end in ((now, now), (now, now - timedelta(1)), (now.replace(tzinfo=None), None)):
        with pytest.raises(errors.BadPeriod):
            Place(Scope.ALL, None, Audience.RETAIL, valid_from=start, valid_to=end)


@pytest.mark.parametrize("standing", [True, False])
def test_of_two_editors_at_once_one_is_told(world: Alliance, standing: bool) -> None:
    """Both look at the same page and press the button together: one rule, one change."""
    ada, seen = world.ada, []
    place = Place(Scope.ALL, None, Audience.CHILD if standing else Audience.RETAIL)
    with use(ada):
        if standing:
            seen = [rows.seen(_set(ada, place, Method.PERCENT, "1"))]
        before = _everything(ada)[0][0]
        session.commit()
    told: list[str] = []
    gate = threading.Barrier(2)

    def edits(asked: str) -> None:
        with use(ada):
            gate.wait()
            try:
                _set(ada, place, Method.PERCENT, asked, seen=seen)
                told.append(asked)
            except Refusal as refusal:
                session.rollback()
                told.append(refusal.code)

    pair = [threading.Thread(target=edits, args=(asked,)) for asked in ("10", "20")]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert told.count("stale_prices") == 1
    (won,) = [one for one in told if one != "stale_prices"]
    with use(ada):
        held = queries.rules_at(ada, [place])[place]
        assert held.value == int(won) * MICRO // 100
        assert _everything(ada)[0][0] == before + 1
