"""Sites are opened on spare schemas, each application once, each name for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from kameng.kit import clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared
from tenants.database import opening_packet, session
from tenants.errors import NameTaken, NoSpare, TenancyError, TooDeep
from tenants.tree import Tenant, chain_of, is_above, may_open_below, path_of
from tests.support.worlds import Alliance, Builder


@given(st.lists(st.integers(1, 2**62), min_size=1, max_size=5).map(tuple))
def test_a_chain_survives_as_a_path(chain: tuple[int, ...]) -> None:
    assert chain_of(path_of(chain)) == chain


def test_the_tree_knows_who_stands_above_whom(alliance: Alliance) -> None:
    hub, ada, bo = alliance.hub, alliance.ada, alliance.bo
    assert is_above(hub, bo)
    assert not is_above(bo, hub)
    assert not is_above(ada, ada)
    assert (hub.depth, ada.depth, bo.depth) == (1, 2, 3)
    assert may_open_below(ada)
    assert not may_open_below(bo)


def test_a_schema_name_that_is_not_ours_never_reaches_the_server() -> None:
    bad = Tenant(1, "x", "X", 't_0"; DROP SCHEMA shared; --', (1,), "live")
    from tenants.context import Binding

    with pytest.raises(TenancyError):
        opening_packet(Binding(bad, "app"))


def open_site(slug: str, parent: Tenant | None, application: object = None) -> Tenant:
    now = clock.now()
    with shared():
        made = registry.claim(
            application or ids.uuid7(),  # type: ignore[arg-type]
            parent=parent,
            slug=slug,
            name=slug,
            now=now,
            host=f"{slug}.localhost",
        )
        session.commit()
    return made


def test_one_application_opens_one_site(alliance: Alliance, owner: Engine) -> None:
    run.fill_pool(owner, spares=2, now=clock.now())
    application = ids.uuid7()
    slug = f"{alliance.ada.slug}-once"
    first = open_site(slug, alliance.hub, application)
    assert open_site(slug, alliance.hub, application) == first


def test_a_used_name_is_refused_and_the_spare_goes_back(alliance: Alliance, owner: Engine) -> None:
    run.fill_pool(owner, spares=2, now=clock.now())
    with shared():
        before = registry.spare_count()
    with pytest.raises(NameTaken):
        open_site(alliance.ada.slug, alliance.hub)
    with shared():
        assert registry.spare_count() == before


def test_the_depth_cap_holds(alliance: Alliance) -> None:
    with pytest.raises(TooDeep):
        open_site("too-deep", alliance.bo)


def test_an_empty_pool_says_so(alliance: Alliance, owner: Engine) -> None:
    with owner.connect() as connection:
        connection.execute(text("DELETE FROM shared.schema_pool"))
    with pytest.raises(NoSpare):
        open_site("nobody-built", alliance.hub)


def test_an_opening_site_answers_to_no_host_until_it_is_live(
    alliance: Alliance, owner: Engine
) -> None:
    run.fill_pool(owner, spares=2, now=clock.now())
    slug = f"{alliance.ada.slug}-new"
    opened = open_site(slug, alliance.hub)
    assert registry.by_host(f"{slug}.localhost") is None
    with shared():
        registry.go_live(opened, now=clock.now())
        session.commit()
    found = registry.by_host(f"{slug}.localhost")
    assert found is not None
    assert found.chain == (alliance.hub.id, opened.id)


def test_suspending_a_site_keeps_its_host_and_resuming_brings_it_back(alliance: Alliance) -> None:
    def state() -> str:
        found = registry.by_host(f"{alliance.ada.slug}.localhost")
        return found.state if found else ""

    with shared():
        registry.suspend(alliance.ada)
        session.commit()
    assert state() == "suspended"
    with shared():
        registry.resume(alliance.ada)
        session.commit()
    assert state() == "live"


def test_the_family_below_a_site_is_its_own(alliance: Alliance, builder: Builder) -> None:
    builder.site(f"{alliance.hub.slug}-stranger")
    with shared():
        assert [site.slug for site in registry.below(alliance.hub)] == [
            alliance.ada.slug,
            alliance.bo.slug,
        ]
        assert [one.id for one in registry.children_of(alliance.hub)] == [alliance.ada.id]
        assert registry.children_of(alliance.hub, limit=0) == []
        assert registry.children_of(alliance.bo) == []
        assert [registry.live_below(one) for one in (alliance.hub, alliance.bo)] == [2, 0]


def test_schemas_behind_are_brought_to_the_head_and_a_second_run_does_nothing(
    alliance: Alliance, owner: Engine
) -> None:
    assert run.migrate_tenants(owner, now=clock.now()).moved == 0
    state = text("SELECT revision, state FROM shared.tenant_schema_state WHERE schema_name = :name")
    with owner.connect() as connection:
        row = connection.execute(state, {"name": alliance.ada.schema}).one()
    assert tuple(row) == (run.head("tenant"), "ok")
