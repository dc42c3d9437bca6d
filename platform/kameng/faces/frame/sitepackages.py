"""What a site uses of its package, and its opening again once it has paid: console and clock both
ask here."""

from __future__ import annotations

from kameng.domains.agents.hostnames import queries as hostnames
from kameng.domains.agents.tree import service as tree
from kameng.domains.billing.rules import Uses
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import in_force
from kameng.kit import clock
from tenants import registry
from tenants.context import shared
from tenants.database import session
from tenants.tree import Tenant


def uses_of(tenant: Tenant) -> Uses:
    """How many sites stand below, and which own domains it claims; inside `use(tenant)`."""
    domains = tuple(claim.shown for claim in hostnames.claims_of(tenant))
    return Uses(len(registry.children_of(tenant)), domains)


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
