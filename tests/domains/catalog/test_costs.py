"""What the owner pays for goods moves in bulk, all or none, and only from where somebody saw it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from kameng.domains.catalog import queries, service
from kameng.domains.catalog.errors import CostMoved, PriceOutOfRange, SkuNotFound
from kameng.domains.catalog.facts import SkuFacts
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import sku
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture
def goods(world: Alliance) -> list[SkuFacts]:
    """Two SKUs of Hub's at 8.00."""
    with use(world.hub) as hub:
        made = [sku(hub, cost="8.00", retail="10.00", secrets=0) for _ in range(2)]
        session.commit()
    return made


def _move(tenant: Tenant, moves: dict[UUID, tuple[str, str]]) -> None:
    told = {one: (Money.of(old), Money.of(new)) for one, (old, new) in moves.items()}
    service.set_costs(tenant, told, now=clock.now())
    session.commit()


def _stand(tenant: Tenant, goods: list[SkuFacts]) -> list[str]:
    facts = queries.sku_facts(tenant, [one.sku_id for one in goods])
    return [str(facts[one.sku_id].cost) for one in goods]


def test_many_costs_move_together_and_open_forms_are_told(
    world: Alliance, goods: list[SkuFacts]
) -> None:
    with use(world.hub) as hub:
        _move(hub, {goods[0].sku_id: ("8", "9"), goods[1].sku_id: ("8", "7.123456")})
        assert _stand(hub, goods) == ["9.00", "7.123456"]
        versions = text("SELECT version FROM shared.sku WHERE id = ANY(:skus)")
        told = {"skus": [one.sku_id for one in goods]}
        assert session.execute(versions, told).scalars().all() == [2, 2]


@pytest.mark.parametrize(
    ("move", "refusal"),
    [
        (("8.01", "9"), CostMoved),
        (("8", "0"), PriceOutOfRange),
        (("8", "-1"), PriceOutOfRange),
        (("8", "1000000"), PriceOutOfRange),
    ],
)
def test_one_bad_cost_moves_none(
    world: Alliance, goods: list[SkuFacts], move: tuple[str, str], refusal: type[Refusal]
) -> None:
    with use(world.hub) as hub:
        with pytest.raises(refusal):
            _move(hub, {goods[0].sku_id: ("8", "9"), goods[1].sku_id: move})
        session.rollback()
        assert _stand(hub, goods) == ["8.00", "8.00"]


def test_nobody_moves_the_costs_of_goods_that_are_not_theirs(
    world: Alliance, goods: list[SkuFacts]
) -> None:
    with use(world.ada) as ada, pytest.raises(SkuNotFound):
        _move(ada, {goods[0].sku_id: ("8", "1")})
    with use(world.hub) as hub:
        with pytest.raises(SkuNotFound):
            _move(hub, {goods[0].sku_id: ("8", "1"), ids.uuid7(): ("8", "1")})
        session.rollback()
        assert _stand(hub, goods) == ["8.00", "8.00"]
