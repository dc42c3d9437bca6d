"""Sites that move: a second agent, terms for everybody, markups, and the verbs of the tree."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.agents.tree import service as tree
from kameng.domains.agents.tree.queries import MoveFacts
from kameng.domains.orders import queries as orders
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.kit import clock
from kameng.kit.audit import Actor
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import terms
from tests.support.worlds import Alliance

HUB = Actor("staff", "hub-1", "总管", "203.0.113.1")


def fresh(site: Tenant) -> Tenant:
    """The site as the registry knows it now."""
    with shared():
        found = registry.by_id(site.id)
    assert found is not None
    return found


def offers(seller: Tenant, **allows: bool) -> PackageFacts:
    """A package of the seller's."""
    return terms.package(seller, allows=Allows(**allows))


def markup(site: Tenant, percent: str, *, children: bool = False) -> None:
    """What a site adds for its children or its shoppers."""
    place = Place(Scope.ALL, None, Audience.CHILD if children else Audience.RETAIL)
    with use(site):
        pricing.set_rule(
            site, place, Method.PERCENT, percent, Rounding.FEN, actor=HUB, now=clock.now()
        )
        session.commit()


def bound(world: Alliance) -> PackageFacts:
    """Ada and Bo on packages of their parents; answers with Hub's."""
    from_hub = offers(world.hub, child_sites=True)
    terms.bind(world.ada, from_hub)
    terms.bind(world.bo, offers(world.ada))
    return from_hub


def move(site: Tenant, target: Tenant, package: UUID | None) -> MoveFacts:
    """The verb, committed."""
    with shared():
        made = tree.move(
            fresh_here(site), target, package, busy=orders.under_way, actor=HUB, now=clock.now()
        )
        session.commit()
    return made


def move_back(site: Tenant, made: UUID) -> MoveFacts:
    """The verb, committed."""
    with shared():
        done = tree.move_back(
            fresh_here(site), made, busy=orders.under_way, actor=HUB, now=clock.now()
        )
        session.commit()
    return done


def fresh_here(site: Tenant) -> Tenant:
    """The same as `fresh`, inside shared()."""
    found = registry.by_id(site.id)
    assert found is not None
    return found


def resume(by: Tenant, site: Tenant) -> None:
    """The verb, committed."""
    with shared():
        tree.resume(by, fresh_here(site), actor=HUB, now=clock.now())
        session.commit()


def suspend(by: Tenant, site: Tenant) -> None:
    """The verb, committed."""
    with shared():
        tree.suspend(by, fresh_here(site), actor=HUB)
        session.commit()
