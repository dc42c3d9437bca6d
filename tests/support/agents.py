"""Wishes, arrangements and opened sites for tests."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from kameng.domains.accounts.staff import service as accounts
from kameng.domains.agents import queries
from kameng.domains.agents import service as agents
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State, Wish
from kameng.domains.terms.queries import PackageFacts
from kameng.faces.frame import opening
from kameng.kit import clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.accounts import PASSWORD

_numbers = itertools.count(1)


def arrangement(name: str = "Ada 的小店", primary: str = "#2563eb") -> dict[str, Any]:
    """The smallest thing with the shape of an arrangement."""
    return {
        "theme": "clean",
        "version": "1.0",
        "tokens": {"primary": primary},
        "site": {"name": name, "logo_text": name, "notice": "", "service_contact": ""},
        "templates": {"home": {"sections": []}},
    }


def wish(package: PackageFacts, **changes: Any) -> Wish:
    """A good wish, changed as told (fields of Wish); slug and login are new each time."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "slug": f"newshop{number}",
        "site_name": "小可的店",
        "package_id": package.id,
        "theme": "clean",
        "primary": "#0f766e",
        "login": f"owner{number}",
        "owner_name": "Ke",
        "email": "ke@example.com",
        "password_hash": "",
        "terms_version": "2026-11",
    }
    usual.update(changes)
    if usual["password_hash"] == "":
        usual["password_hash"] = accounts.hash_password(PASSWORD)
    return Wish(**usual)


def applied(parent: Tenant, asked: Wish, application_id: UUID | None = None) -> ApplicationFacts:
    """Step one, committed."""
    with use(parent):
        facts = agents.apply(parent, application_id or ids.uuid7(), asked, now=clock.now())
        session.commit()
    return facts


def claimed(application_id: UUID) -> ApplicationFacts:
    """Step two as the edge makes it: claimed, refused, or still waiting; committed."""
    return opening._claim(application_id, now=clock.now())[0]


def site_of(facts: ApplicationFacts) -> Tenant:
    """The site an application was given."""
    with shared():
        site = registry.by_application(facts.id)
    assert site is not None
    return site


def dressed(facts: ApplicationFacts) -> Tenant:
    """Step three, committed."""
    site = site_of(facts)
    with use(site):
        agents.dress(site, facts, arrangement(facts.site_name), now=clock.now())
        session.commit()
    return site


def opened(parent: Tenant, asked: Wish) -> tuple[ApplicationFacts, Tenant]:
    """All the steps, committed; needs a spare schema."""
    facts = claimed(applied(parent, asked).id)
    assert facts.state is State.CLAIMED
    site = dressed(facts)
    with shared():
        facts = agents.set_live(site, facts.id, now=clock.now())
        session.commit()
    return facts, site_of(facts)


def settle(owner: Engine) -> None:
    """Nobody waits for a spare any more, whichever test left an application behind."""
    with shared():
        waiting = len(queries.unfinished(size=500))
    if waiting:
        run.fill_pool(owner, spares=waiting, now=clock.now())
        opening.finish_open_applications(clock.now())
