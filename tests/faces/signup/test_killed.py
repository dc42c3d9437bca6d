"""Whoever opens a shop may lose the web process at any moment, and the shop opens all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from kameng.config import Settings, settings
from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.agents import queries as agents
from kameng.domains.agents.rules import State
from kameng.domains.design import queries as design
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms.queries import PackageFacts
from kameng.faces.frame import opening
from kameng.kit import clock, ids
from migrations import run
from tenants import registry, schemas
from tenants.context import shared, use
from tenants.tree import Tenant
from tests.support import killing, terms
from tests.support.agents import settle, wish
from tests.support.killing import Killer, steps
from tests.support.worlds import Alliance

MOST = 40
DRESSED = re.compile(r"\b(schema_info|design_revision|site_design)\b")
"""The tables that opening a site writes into; a spare with more of them only takes longer."""


@pytest.fixture
def killer(tools: Settings) -> Iterator[Killer]:
    """A program that dies when told."""
    made = killing.start(settings())
    yield made
    made.stop()


@pytest.fixture
def spares(alliance: Alliance, owner: Engine) -> Iterator[None]:
    """Enough small spares for every step; none of them is left to others."""
    alliance.whole()
    settle(owner)
    small = [one for one in run.tenant_script() if DRESSED.search(one)]
    with owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")
        for _ in range(MOST):
            schemas.build(connection, small, revision=run.head("tenant"), now=clock.now())
    yield
    with owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")


def asked_for(hub: Tenant, package: PackageFacts) -> dict[str, Any]:
    """What the program is told of one newcomer."""
    asked = asdict(wish(package, password_hash="!")) | {"package_id": str(package.id)}
    return {"parent": hub.id, "application": str(ids.uuid7()), "wish": asked}


def spares_left() -> int:
    with shared():
        return registry.spare_count()


def whole(parent: int, application: UUID, slug: str, login: str) -> None:
    """One live shop with its owner, its terms and its design."""
    with shared():
        facts = agents.application(application)
        site, owner = registry.by_slug(slug), staff_queries.by_login(login)
        assert facts is not None
        assert facts.state is State.OPEN
        assert site is not None
        assert owner is not None
        assert site.parent_id == parent
        assert [grant.tenant_id for grant in staff_queries.grants_of(owner.id)] == [site.id]
        assert terms_queries.terms_of(site.id) is not None
    assert registry.by_host(f"{slug}.localhost") == site
    with use(site):
        assert [one.seq for one in design.history(site)] == [1]


def nothing(application: UUID, slug: str, login: str) -> None:
    with shared():
        assert agents.application(application) is None
        assert registry.by_slug(slug) is None
        assert staff_queries.by_login(login) is None


@pytest.mark.slow
def test_killed_at_every_step_a_shop_opens_once_or_was_never_asked_for(
    alliance: Alliance, spares: None, killer: Killer
) -> None:
    hub = alliance.hub
    package = terms.package(hub)
    killer.warm("open_a_shop", **asked_for(hub, package))
    shops = 1
    for step in steps(MOST):
        before, given = spares_left(), asked_for(hub, package)
        done = killer.run("open_a_shop", step, **given)
        application, asked = UUID(given["application"]), given["wish"]
        opening.finish_open_applications(clock.now())
        with shared():
            known = agents.application(application) is not None
        if known:
            whole(hub.id, application, asked["slug"], asked["login"])
            shops += 1
        else:
            nothing(application, asked["slug"], asked["login"])
        assert before - spares_left() == known, step
        if done is not None:
            break
    assert 12 < step < MOST - 1
    with shared():
        assert len(registry.children_of(hub)) == shops + 1
