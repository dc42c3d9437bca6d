"""A site moves with all below it; what may not move does not, and nothing else has moved then."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Engine, text

from kameng.domains.agents.tree import errors
from kameng.domains.ledger.errors import BooksBusy
from kameng.domains.orders import service
from kameng.domains.orders.errors import SiteMoved
from kameng.domains.terms import queries as terms_queries
from kameng.kit import audit, clock, ids
from migrations import run
from migrations.functions.ledger_0006 import GATE
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import terms, tree
from tests.support.orders import basket, kim, placed, stocked
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> tuple[Alliance, Tenant]:
    """Hub > Ada > Bo, and Cy beside Ada."""
    made = builder.alliance()
    cy = builder.site(f"cy-{made.hub.slug}", made.hub, "Cy 的店")
    terms.bind(cy, tree.bound(made))
    return made, cy


def tree_of(owner: Engine, root: Tenant) -> Any:
    """Everything a move touches, read behind the policies."""
    queries = (
        "SELECT id, path::text, state FROM shared.tenant WHERE path <@ '{0}' ORDER BY id",
        "SELECT id, chain FROM shared.ledger_account WHERE chain[1] = {0} ORDER BY id",
        "SELECT tenant_id, parent_id, package_id, level_id, allows::text FROM shared.tenant_terms"
        " WHERE tenant_id IN (SELECT id FROM shared.tenant WHERE path <@ '{0}') ORDER BY 1",
        "SELECT id, undone_at FROM shared.site_move WHERE site_id IN"
        " (SELECT id FROM shared.tenant WHERE path <@ '{0}') ORDER BY id",
        "SELECT count(*) FROM shared.audit_log WHERE tenant_id IN"
        " (SELECT id FROM shared.tenant WHERE path <@ '{0}')",
    )
    with owner.connect() as connection:
        return [connection.execute(text(one.format(root.id))).all() for one in queries]


def test_a_site_moves_with_its_books_and_terms_and_comes_back(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    alliance, cy = world
    offered = tree.offers(cy)
    before = tree_of(owner, alliance.hub)
    made = tree.move(alliance.bo, cy, offered.id)
    bo = tree.fresh(alliance.bo)
    assert bo.chain == (alliance.hub.id, cy.id, bo.id)
    with shared():
        held = terms_queries.terms_of_sites([bo.id])[bo.id]
        assert (held.parent_id, held.package_id) == (cy.id, offered.id)
        for side in (alliance.hub, alliance.ada, cy, bo):
            line = audit.about(side, bo.slug)[0]
            assert (line.action, line.actor_name) == ("site.moved", "总管")
            assert line.after == {"parent": cy.slug, "sites": 1}
    tree.move_back(alliance.bo, made.id)
    after = tree_of(owner, alliance.hub)
    assert after[:3] == before[:3]
    assert tree.fresh(alliance.bo).chain == alliance.bo.chain


def test_the_next_visitor_of_a_moved_site_meets_it_in_its_new_place(
    world: tuple[Alliance, Tenant], tools: Any
) -> None:
    alliance, _cy = world
    host = tools.host(alliance.bo.slug)
    known = registry.by_host(host)
    assert known is not None
    assert known.depth == 3
    made = tree.move(alliance.bo, alliance.hub, tree.offers(alliance.hub).id)
    moved = registry.by_host(host)
    assert moved is not None
    assert moved.chain == (alliance.hub.id, alliance.bo.id)
    tree.move_back(alliance.bo, made.id)


@pytest.mark.parametrize(
    ("site", "target", "package", "refusal"),
    [
        ("hub", "ada", "cy", errors.MasterStays),
        ("ada", "ada", "hub", errors.CircleInTree),
        ("ada", "bo", "hub", errors.CircleInTree),
        ("bo", "stranger", "cy", errors.OtherAlliance),
        ("bo", "ada", "ada", errors.StandsThere),
        ("ada", "cy", "cy", errors.TooDeepThere),
        ("bo", "cy", None, errors.NoPackageThere),
        ("bo", "cy", "hub", errors.NoPackageThere),
    ],
)
def test_what_may_not_move_is_refused_by_name_and_nothing_moves(
    world: tuple[Alliance, Tenant],
    stranger: Tenant,
    owner: Engine,
    site: str,
    target: str,
    package: str | None,
    refusal: type[Exception],
) -> None:
    alliance, cy = world
    sites = {"hub": alliance.hub, "ada": alliance.ada, "bo": alliance.bo, "cy": cy}
    sites["stranger"] = stranger
    with use(sites[package or "cy"]):
        offered = terms_queries.packages(sites[package or "cy"])
    chosen = offered[0].id if package and offered else None
    before = tree_of(owner, alliance.hub)
    with pytest.raises(refusal):
        tree.move(sites[site], sites[target], chosen)
    assert tree_of(owner, alliance.hub) == before


@pytest.fixture(scope="module")
def stranger(builder: Builder) -> Tenant:
    return builder.site("far-away-hub", None, "别家主站")


def test_the_lowest_site_of_a_moved_tree_may_not_sink_below_the_cap(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    alliance, cy = world
    offered = tree.offers(cy, child_sites=True)
    before = tree_of(owner, alliance.hub)
    with pytest.raises(errors.TooDeepThere) as told:
        tree.move(alliance.ada, cy, offered.id)
    assert told.value.facts == {"most": 3, "needed": 4}
    assert tree_of(owner, alliance.hub) == before


def test_a_site_with_orders_under_way_stays_where_it_is(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    alliance, cy = world
    offered = tree.offers(cy)
    sku = stocked(alliance.hub)
    order = placed(alliance.bo, sku)
    before = tree_of(owner, alliance.hub)
    with pytest.raises(errors.OrdersUnderWay) as told:
        tree.move(alliance.bo, cy, offered.id)
    assert told.value.facts == {"orders": 1}
    assert tree_of(owner, alliance.hub) == before
    with use(alliance.bo):
        service.cancel(alliance.bo, order.number, actor=audit.SYSTEM, now=order.placed_at)
        session.commit()
    tree.move_back(alliance.bo, tree.move(alliance.bo, cy, offered.id).id)


def test_an_order_in_the_making_is_waited_for_and_counted(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    """Kim's order at Bo commits while Bo is being moved below Cy."""
    alliance, cy = world
    offered = tree.offers(cy)
    sku = stocked(alliance.hub)
    written, go = threading.Event(), threading.Event()
    made: list[Any] = []

    def buying() -> None:
        with use(alliance.bo):
            made.append(service.place(alliance.bo, kim(), basket(sku), now=clock.now()))
            written.set()
            go.wait(5)
            session.commit()

    other = threading.Thread(target=buying)
    other.start()
    assert written.wait(5)
    before = tree_of(owner, alliance.hub)
    threading.Timer(0.2, go.set).start()
    with pytest.raises(errors.OrdersUnderWay):
        tree.move(alliance.bo, cy, offered.id)
    other.join()
    assert tree_of(owner, alliance.hub) == before
    with use(alliance.bo):
        service.cancel(alliance.bo, made[0].number, actor=audit.SYSTEM, now=clock.now())
        session.commit()


def test_an_order_for_the_place_a_site_has_left_is_not_placed(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    """A request that began before the move ends after it: its prices are the old parent's."""
    alliance, cy = world
    sku = stocked(alliance.hub)
    made = tree.move(alliance.bo, cy, tree.offers(cy).id)
    indexed = text("SELECT count(*) FROM shared.order_index WHERE tenant_id = :bo")
    with owner.connect() as connection:
        before = connection.execute(indexed, {"bo": alliance.bo.id}).scalar_one()
        with use(alliance.bo), pytest.raises(SiteMoved):
            service.place(alliance.bo, kim(), basket(sku), now=clock.now())
        assert connection.execute(indexed, {"bo": alliance.bo.id}).scalar_one() == before
    with use(tree.fresh(alliance.bo)):
        held = session.execute(text("SELECT count(*) FROM shop_order")).scalar_one()
    assert held == before
    tree.move_back(alliance.bo, made.id)


def test_nothing_moves_below_a_shut_site_and_nothing_is_taken_back_into_one(
    world: tuple[Alliance, Tenant], owner: Engine
) -> None:
    alliance, cy = world
    offered = tree.offers(cy)
    made = tree.move(alliance.bo, cy, offered.id)
    tree.suspend(alliance.hub, alliance.ada)
    before = tree_of(owner, alliance.hub)
    with pytest.raises(errors.TargetShut):
        tree.move_back(alliance.bo, made.id)
    assert tree_of(owner, alliance.hub) == before
    with shared():
        registry.resume(tree.fresh_here(alliance.ada))
        session.commit()
    tree.move_back(alliance.bo, made.id)
    with pytest.raises(errors.MoveOver):
        tree.move_back(alliance.bo, made.id)
    with pytest.raises(errors.NoSuchMove):
        tree.move_back(alliance.ada, made.id)


def test_the_database_itself_refuses_a_circle_and_another_alliance(
    world: tuple[Alliance, Tenant], stranger: Tenant, owner: Engine
) -> None:
    """Whoever calls the function: the rules above are for people, this one is for mistakes."""
    alliance, _cy = world
    before = tree_of(owner, alliance.hub)
    call = text("SELECT shared.site_moved(:site, :parent)")
    for site, parent in (
        (alliance.ada, alliance.bo),
        (alliance.bo, stranger),
        (alliance.hub, alliance.ada),
    ):
        with shared(), pytest.raises(Exception, match="cannot stand below"):
            session.execute(call, {"site": site.id, "parent": parent.id})
    with use(alliance.bo), pytest.raises(Exception, match="permission denied"):
        session.execute(call, {"site": alliance.bo.id, "parent": alliance.hub.id})
    assert tree_of(owner, alliance.hub) == before


def test_an_opening_below_is_waited_for_and_counted(
    world: tuple[Alliance, Tenant], builder: Builder, owner: Engine
) -> None:
    """Eve's first sub-site opens in another process while Eve is being moved below Ada."""
    alliance, _cy = world
    eve = builder.site(f"eve-{alliance.hub.slug}", alliance.hub, "Eve")
    terms.bind(eve, tree.offers(alliance.hub, child_sites=True))
    offered = tree.offers(alliance.ada, child_sites=True)
    run.fill_pool(owner, spares=1, now=clock.now())
    claimed, go = threading.Event(), threading.Event()

    def opening() -> None:
        with shared():
            slug = f"low-{eve.slug}"
            registry.claim(
                ids.uuid7(), parent=eve, slug=slug, name="Low", now=clock.now(), host=slug
            )
            claimed.set()
            go.wait(5)
            session.commit()

    other = threading.Thread(target=opening)
    other.start()
    assert claimed.wait(5)
    threading.Timer(0.2, go.set).start()
    with pytest.raises(errors.TooDeepThere):
        tree.move(eve, alliance.ada, offered.id)
    other.join()
    assert tree.fresh(eve).chain == eve.chain


def test_a_move_does_not_wait_for_busy_books(world: tuple[Alliance, Tenant], owner: Engine) -> None:
    """It takes the books' gate alone; a posting that hangs there makes it give up by name."""
    alliance, cy = world
    offered = tree.offers(cy)
    before = tree_of(owner, alliance.hub)
    with owner.connect() as posting:
        posting.exec_driver_sql("BEGIN")
        posting.execute(text("SELECT pg_advisory_xact_lock_shared(:gate)"), {"gate": GATE})
        with pytest.raises(BooksBusy):
            tree.move(alliance.bo, cy, offered.id)
        posting.exec_driver_sql("ROLLBACK")
    assert tree_of(owner, alliance.hub) == before
