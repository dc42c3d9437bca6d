"""The sites below the one being worked on, read before its own transaction begins."""

from collections.abc import Iterable

from flask import g

from kameng.domains.agents.errors import NoSitesBelow
from kameng.domains.terms import queries as terms
from kameng.kit import clock
from kameng.kit.errors import NotFound
from tenants import overview, registry
from tenants.context import shared, use
from tenants.overview import Asked
from tenants.tree import Tenant, is_above

MANY = 100


class NoSuchSite(NotFound):
    """No site of this number stands below the one being worked on."""

    code = "no_such_site"


def refuse_without_sites() -> None:
    """First in a view about sites below: stop where the package allows none."""
    with use(g.tenant):
        allowed = terms.may_open_sites(g.tenant, now=clock.now())
    if not allowed:
        raise NoSitesBelow


def site_below(tenant: Tenant, site_id: int) -> Tenant:
    """One site below this one; any other number is as if it did not exist."""
    refuse_without_sites()
    with shared():
        found = registry.by_id(site_id)
    if found is None or not is_above(tenant, found):
        raise NoSuchSite
    return found


def few_here(tenant: Tenant, chosen: int | None = None) -> dict[int, str]:
    """Names for a choice of sites: this one and all below while they are few, else only this one
    and the one chosen; with thousands, the list of sites is where one is found."""
    with shared():
        found = overview.below(tenant, Asked(size=MANY))
        some = found.lines if found.total <= MANY else ()
        named = {tenant.id: tenant.name, **{one.tenant.id: one.tenant.name for one in some}}
        extra = registry.by_id(chosen) if chosen and chosen not in named else None
    if extra is not None and is_above(tenant, extra):
        named[extra.id] = extra.name
    return named


def names_of(tenant: Tenant, site_ids: Iterable[int]) -> dict[int, str]:
    """The names of this site and of these, by number."""
    with shared():
        found = registry.by_ids([tenant.id, *site_ids])
    return {one.id: one.name for one in found.values()}
