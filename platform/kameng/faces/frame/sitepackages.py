"""The opening again of a site that has paid: console and clock both ask here."""

from __future__ import annotations

from kameng.domains.agents.tree import service as tree
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import in_force
from kameng.kit import clock
from tenants import registry
from tenants.context import shared
from tenants.database import session
from tenants.tree import Tenant


def open_again(tenant: Tenant) -> bool:
    """Let the shop answer at once after a payment, if the clock had shut it; nothing bound."""
    with shared():
        site, held = registry.by_id(tenant.id), terms.terms_of(tenant.id)
        if site is None or held is None or held.lapsed_at is None:
            return False
        if not in_force(held.ends_at, now=clock.now()):
            return False
        opened = tree.go_on(site)
        session.commit()
    return opened
