"""What every page knows: the shop, the visitor, where one is."""

from collections.abc import Mapping
from typing import Any

from flask import g, get_flashed_messages, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from kameng.config import settings
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.payees import queries as payees
from kameng.domains.payments.own import queries as own
from kameng.domains.terms import queries as terms
from kameng.faces.frame import addresses, filings, who
from kameng.faces.storefront import paths
from kameng.kit import cache, clock
from tenants import registry, routing
from tenants.tree import Tenant
from themes import engine

WITHOUT_FORMS = frozenset(
    {
        *("home", "category", "search", "notices", "help", "article", "page"),
        *("not_found", "refused", "suspended"),
    }
)
KINDS = frozenset({"ok", "info", "warn", "error"})
IN_CART = "cart"
MAY_OPEN_SECONDS = 60
SELLERS, SELLER_SECONDS = "sellers", 600


def on_every_page(
    tenant: Tenant, arrangement: Mapping[str, Any], template: str, active: str
) -> dict[str, Any]:
    """The common drops. A guest's page without a form gets no token and so no session cookie."""
    member = who.member()
    needs_token = member is not None or template.partition(":")[0] not in WITHOUT_FORMS
    needs_token = needs_token and not g.get("editing", False)
    return {
        "shop": _shop(tenant, arrangement.get("site", {})),
        "nav": {"active": active},
        "member": _member(tenant, member, arrangement, template) if member else None,
        "csrf": generate_csrf() if needs_token else "",
        "path": addresses.here(),
        "messages": _messages(),
        "q": request.args.get("q", "")[:80],
        "origin": addresses.site(tenant, ""),
        "canonical": _canonical(),
        "indexed": is_indexed(tenant),
    }


def _canonical() -> str:
    """The one address of this page: without how it is sorted, with which page of a list it is."""
    at = request.args.get("page", 1, type=int)
    return f"{request.path}?page={at}" if at > 1 else request.path


def is_indexed(tenant: Tenant) -> bool:
    """Whether search engines are to know the shop: a real one that is open."""
    return tenant.state == registry.LIVE and not settings().test_payments


def _member(
    tenant: Tenant, member: MemberFacts, arrangement: Mapping[str, Any], template: str
) -> dict[str, Any]:
    """Whoever looks; the tier only where a section of the page asks for it."""
    name = {"name": member.name or member.contact}
    if engine.RANK not in engine.needs(arrangement, template):
        return name
    held = tiers.of_member(tenant, member.id)
    return name | {"rank": held.rank if held else 0, "tier": held.name if held else ""}


def _shop(tenant: Tenant, site: Mapping[str, Any]) -> dict[str, Any]:
    """The shop itself; its own words (notice, service, licence) the theme takes from `site`."""
    return {
        "name": site.get("name") or tenant.name,
        "url": "/",
        "is_test_payments": settings().test_payments,
        "can_open_sites": _can_open_sites(tenant),
        "year": clock.now().year,
        **_who_sells(_seller(tenant), str(site.get("seller") or "")),
        **filings.shown(tenant, routing.host_of_request()),
    }


def _can_open_sites(tenant: Tenant) -> bool:
    """Asked of the terms at most once a minute: it only decides whether a link is shown."""
    kept = cache.get(tenant, "may-open-sites")
    if kept is None:
        kept = terms.may_open_sites(tenant, now=clock.now())
        cache.put(tenant, "may-open-sites", kept, seconds=MAY_OPEN_SECONDS)
    return bool(kept)


def _who_sells(verified: str, said: str) -> dict[str, str]:
    """Who sells is who was verified; what the shop says of itself may only stand beside it. Of a
    master nobody else knows, its own words are all there is."""
    if not verified:
        return {"seller": said, "seller_also": ""}
    return {"seller": verified, "seller_also": said if said != verified else ""}


def _seller(tenant: Tenant) -> str:
    """Who sells below a master: whoever collects, the master or the payee of a
    shop that does it by itself. Whether that one owes something now is asked each time."""
    if tenant.is_root:
        return ""
    kept = cache.get(tenant, SELLERS)
    if kept is None:
        kept = _collectors(tenant)
        cache.put(tenant, SELLERS, kept, seconds=SELLER_SECONDS)
    master, own_payee = kept
    return str(own_payee if own_payee and not own.debt(tenant) else master)


def _collectors(tenant: Tenant) -> tuple[str, str]:
    """The master's name, and the payee's, where the shop could collect by itself."""
    master = registry.by_id(tenant.root_id)
    payee = payees.verified(tenant) if own.is_ready(tenant) else None
    return master.name if master else "", payee.legal_name if payee else ""


def _messages() -> list[dict[str, str]]:
    flashed = (tuple(one) for one in get_flashed_messages(with_categories=True))
    return [_message(kind, str(text)) for kind, text in flashed]


def _message(kind: str, text: str) -> dict[str, str]:
    """One flashed sentence; about the cart it leads there."""
    if kind == IN_CART:
        return {"kind": "ok", "text": text, "url": paths.CART, "label": _("See the cart")}
    return {"kind": kind if kind in KINDS else "info", "text": text}


def notices(arrangement: Mapping[str, Any]) -> list[dict[str, str]]:
    """The shop's announcement as a list, in the shape of its notices."""
    text = str(arrangement.get("site", {}).get("notice") or "")
    return [{"title": text, "text": "", "at": "", "url": "/notices"}] if text else []
