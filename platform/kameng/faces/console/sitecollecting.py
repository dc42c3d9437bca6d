"""In the master's list of sites: who takes the money of each site's shoppers."""

from collections.abc import Mapping
from dataclasses import replace

from kameng.domains.payments.own import queries
from kameng.faces.console import lists
from tenants import overview
from tenants.context import use
from tenants.overview import Asked
from tenants.tree import Tenant

CHOICES = ("on", "allowed", "master")
Wishes = Mapping[int, bool]
"""The sites that may collect by themselves, and whether each wants to."""


def wishes(tenant: Tenant) -> Wishes | None:
    """In a transaction of its own, closed again; nobody but the master knows."""
    if not tenant.is_root:
        return None
    with use(tenant):
        return queries.wishes(tenant)


def word(own: Wishes | None, site_id: int) -> str:
    """Of CHOICES what a site is; nothing for whoever must not know."""
    if own is None:
        return ""
    return {True: "on", False: "allowed"}.get(own.get(site_id), "master")  # type: ignore[arg-type]


def narrowed(tenant: Tenant, wish: Asked, own: Wishes | None) -> Asked:
    """The wish for those that are what the address asks for; in `shared()`."""
    wanted = lists.one_of("collecting", *CHOICES)
    if wanted is None or own is None:
        return wish
    known = wish.ids
    if wanted == "master":
        everyone = overview.ids_below(tenant, Asked()) if known is None else known
        return replace(wish, ids=[one for one in everyone if one not in own])
    few = [one for one in own if word(own, one) == wanted]
    return replace(wish, ids=[one for one in few if known is None or one in known])
