"""Proves an alliance: what its master sees, then what each site has of its own, in one moment."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from kameng.domains.ledger.proofs.rules import Scope
from kameng.domains.proofs import service
from kameng.domains.proofs.service import Gathered
from kameng.kit import clock
from kameng.kit.audit import Actor
from tenants import registry
from tenants.context import at, shared, use
from tenants.database import one_moment, session
from tenants.proof import use_proven
from tenants.tree import Tenant

Told = Callable[[int, int], None]


def prove(root: Tenant, *, actor: Actor, told: Told | None = None) -> UUID:
    """Look through everything, keep what was found, tell of what is wrong; nothing may be bound
    with a transaction open. `told(done, all)` hears of every site."""
    began, gathered = clock.now(), Gathered()
    with use(root):
        one_moment()
        service.look(root, gathered, Scope.ALLIANCE)
    sites = _sites(root)
    for number, site in enumerate(sites, start=1):
        _site(site, gathered)
        if told is not None:
            told(number, len(sites))
    with use(root):
        made = service.keep(root, gathered, actor=actor, began_at=began, now=clock.now())
        session.commit()
    return made


def _sites(root: Tenant) -> list[Tenant]:
    """The master and all below whose schema this code can read."""
    with at(root.cell), shared():
        found = [root, *registry.below(root)]
    return [one for one in found if one.state != registry.BEHIND]


def _site(site: Tenant, gathered: Gathered) -> None:
    with use_proven(site):
        session.rollback()
        one_moment()
        service.look(site, gathered, Scope.SITE)
