"""The sites below the one being worked on, read before its own transaction begins."""

from flask import g

from kameng.domains.agents.errors import NoSitesBelow
from kameng.domains.terms import queries as terms
from kameng.kit import clock
from kameng.kit.errors import NotFound
from tenants import registry
from tenants.context import shared, use
from tenants.tree import Tenant, is_above


class NoSuchSite(NotFound):
    """No site of this number stands below the one being worked on."""

    code = "no_such_site"


def refuse_without_sites() -> None:
    """First in a view about sites below: stop where the package allows none."""
    with use(g.tenant):
        allowed = terms.may_open_sites(g.tenant, now=clock.now())
    if not allowed:
        raise NoSitesBelow


def below(tenant: Tenant) -> list[Tenant]:
    """Every site below, in tree order."""
    with shared():
        return registry.below(tenant)


def site_below(tenant: Tenant, site_id: int) -> Tenant:
    """One site below this one; any other number is as if it did not exist."""
    refuse_without_sites()
    with shared():
        found = registry.by_id(site_id)
    if found is None or not is_above(tenant, found):
        raise NoSuchSite
    return found


def names_here(tenant: Tenant) -> dict[int, str]:
    """The names of this site and all below it, by number."""
    return {tenant.id: tenant.name, **{one.id: one.name for one in below(tenant)}}
