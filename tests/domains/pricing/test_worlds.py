"""A world read at once: one site's chain, or all below a master, and the same as it was before."""

from __future__ import annotations

from uuid import UUID

import pytest

from kameng.domains.pricing import queries, vectors
from kameng.domains.pricing import service as prices
from kameng.domains.pricing.changes.entries import CostEntry, Entry, RuleEntry, inverted
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
)
from kameng.domains.pricing.worlds import queries as worlds
from kameng.domains.pricing.worlds.rules import World, columns, differences, overlaid
from kameng.kit import clock, ids
from kameng.kit.money import MICRO, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import sku
from tests.support.ledger import TESTER
from tests.support.terms import bind, level, package
from tests.support.worlds import Alliance, Builder

CHILDREN = Place(Scope.ALL, None, Audience.CHILD)
SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)


@pytest.fixture(scope="module")
def tree(builder: Builder) -> tuple[Alliance, list[UUID]]:
    """Hub sells three SKUs; every site has a rule of its own, and Ada holds a level at Hub."""
    made = builder.alliance()
    gold = level(made.hub)
    bind(made.ada, package(made.hub, level_id=gold.id))
    with use(made.hub) as hub:
        goods = [sku(hub, cost=cost, retail="20", secrets=0).sku_id for cost in ("5", "8", "11")]
        session.commit()
    for site, place, asked in (
        (made.hub, CHILDREN, "30"),
        (made.hub, Place(Scope.ALL, None, Audience.CHILD, gold.id), "10"),
        (made.ada, CHILDREN, "5"),
        (made.bo, SHOPPERS, "50"),
    ):
        with use(site):
            given = (place, Method.PERCENT, asked, Rounding.NONE)
            prices.set_rule(site, *given, actor=TESTER, now=clock.now())
            session.commit()
    return made, goods


def _at(world: World, site: Tenant) -> dict[UUID, int]:
    """The retail prices of one site of a world."""
    for found in vectors.walked(columns(world.goods), world.sites, now=clock.now()):
        if found.tenant_id == site.id:
            ids_ = [one.sku_id for one in world.goods]
            return dict(zip(ids_, found.price.tolist(), strict=True))
    raise LookupError(site.slug)


def _quoted(site: Tenant, goods: list[UUID]) -> dict[UUID, int]:
    return {one: quote.price.micro for one, quote in queries.quotes(site, goods).items()}


def test_the_world_of_a_chain_prices_as_quotes_do(tree: tuple[Alliance, list[UUID]]) -> None:
    alliance, goods = tree
    with use(alliance.bo) as bo:
        world = worlds.of_chain(bo)
        assert [one.tenant_id for one in world.sites] == list(bo.chain)
        assert _at(world, bo) == _quoted(bo, goods)
        some = worlds.of_chain(bo, sku_ids=goods[:1])
        assert [one.sku_id for one in some.goods] == goods[:1]


def test_a_master_reads_every_site_below_and_an_agent_only_his_own(
    tree: tuple[Alliance, list[UUID]], builder: Builder
) -> None:
    alliance, _ = tree
    hub, ada, bo = alliance.hub, alliance.ada, alliance.bo
    stranger = builder.site(f"{hub.slug}x", None)
    sister = builder.site(f"{hub.slug}y", hub)
    with use(hub):
        assert [one.tenant_id for one in worlds.stops(hub)] == [hub.id, ada.id, bo.id, sister.id]
        books = worlds.rules_of([hub.id, ada.id, bo.id])
        assert [len(books[one.id]) for one in (hub, ada, bo)] == [2, 1, 1]
    for other, seen in ((ada, {hub.id, ada.id, bo.id}), (stranger, {stranger.id})):
        with use(other):
            assert {one.tenant_id for one in worlds.stops(other)} == seen
    with use(sister):
        assert worlds.rules_of([hub.id, ada.id, bo.id])[ada.id] == []
        assert len(worlds.rules_of([hub.id])[hub.id]) == 2
    with use(stranger):
        assert not any(worlds.rules_of([hub.id, ada.id, bo.id]).values())


def test_a_level_deep_in_the_tree_is_known_to_the_master(
    tree: tuple[Alliance, list[UUID]],
) -> None:
    alliance, goods = tree
    with use(alliance.hub) as hub:
        stops = worlds.stops(hub)
        books = worlds.rules_of(one.tenant_id for one in stops)
        sites = [
            vectors.Site(
                one.tenant_id,
                one.parent_id,
                one.level_id,
                RuleBook(books[one.tenant_id]),
            )
            for one in stops
        ]
        whole = World(worlds.of_chain(hub).goods, sites)
        told = {site.slug: _at(whole, site) for site in (alliance.ada, alliance.bo)}
    for site in (alliance.ada, alliance.bo):
        with use(site):
            assert told[site.slug] == _quoted(site, goods)


def test_a_world_laid_over_and_back_is_the_world_it_was(
    tree: tuple[Alliance, list[UUID]],
) -> None:
    alliance, goods = tree
    hub = alliance.hub
    with use(alliance.bo) as bo:
        world = worlds.of_chain(bo, sku_ids=goods)
    held = next(one for one in world.sites[0].rules if one.place == CHILDREN)
    dearer = Rule(held.id, CHILDREN, Method.AMOUNT, 3 * MICRO)
    own = Place(Scope.SKU, goods[0], Audience.CHILD)
    entries: list[Entry] = [
        RuleEntry(CHILDREN, held, dearer),
        RuleEntry(own, None, Rule(ids.uuid7(), own, Method.FIXED, 9 * MICRO)),
        CostEntry(goods[1], Money.of("8"), Money.of("9.5")),
    ]
    after = overlaid(world, hub.id, entries)
    moved = {one.tenant_id: len(one.at) for one in differences(world, after, now=clock.now())}
    assert moved[hub.id] == 1
    assert moved[bo.id] == 2  # Ada holds a level: only the SKU and the cost reach her
    back = overlaid(after, hub.id, inverted(entries))
    assert all(not len(one.at) for one in differences(world, back, now=clock.now()))
