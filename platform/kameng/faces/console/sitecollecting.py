"""In the master's list of sites: who takes the money of each site's shoppers."""

from collections.abc import Mapping
from dataclasses import replace

from kameng.domains.payments.own import queries
from kameng.domains.settlement import queries as settlement
from kameng.faces.console import lists
from tenants import overview
from tenants.context import use
from tenants.overview import Asked
from tenants.tree import Tenant

CHOICES = ("on", "owes", "allowed", "master")
MOST_OWING = 10_000
Wishes = Mapping[int, str]
"""What each site is that may collect by itself, of CHOICES."""


def wishes(tenant: Tenant) -> Wishes | None:
    """In a transaction of its own, closed again; nobody but the master knows."""
    if not tenant.is_root:
        return None
    with use(tenant):
        owing = {site for site, _debt in settlement.owing(tenant, most=MOST_OWING)}
        wishes = queries.wishes(tenant).items()
        return {site: _stands(wants, site in owing) for site, wants in wishes}


def _stands(wants: bool, owes: bool) -> str:
    """While a site owes, its shoppers pay the master (ADR 0078)."""
    return ("owes" if owes else "on") if wants else "allowed"


def word(own: Wishes | None, site_id: int) -> str:
    """Of CHOICES what a site is; nothing for whoever must not know."""
    return "" if own is None else own.get(site_id, "master")


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
