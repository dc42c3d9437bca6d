"""What only some sections show: read when a section of the page wants it, and never otherwise.

Sums over orders are kept for a while for all visitors; what depends on the visitor is read anew.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.errors import ProductNotFound
from kameng.domains.catalog.stock import queries as stock
from kameng.domains.orders.shopwindow import queries as shopwindow
from kameng.domains.pricing import queries as pricing
from kameng.domains.wallet import queries as wallet
from kameng.faces.frame import who
from kameng.faces.frame.money import plain
from kameng.faces.storefront import shelves
from kameng.faces.storefront.drops import articles, goods, shop
from kameng.faces.storefront.ids import uuid_of
from kameng.kit import cache, clock
from tenants.tree import Tenant
from themes import engine

TICKER, TICKER_SECONDS = "ticker", 60
RANKS, RANKS_SECONDS = "ranks", 600
TIERS, TIERS_SECONDS = "tiers", 60
RANK_DAYS = timedelta(days=30)
MOST_TICKS = 12
MOST_RANKS = 10

Arrangement = Mapping[str, Any]


def of_the_page(tenant: Tenant, live: Arrangement, template: str) -> dict[str, Any]:
    """The drops that sections of this page cannot be drawn without and every page lacks."""
    wanted = engine.needs(live, template)
    return {name: read(tenant, live, template) for name, read in READERS.items() if name in wanted}


def _ticker(tenant: Tenant, live: Arrangement, template: str) -> list[dict[str, str]]:
    """What was delivered last and how long ago; nothing about who bought it."""
    kept = cache.get(tenant, TICKER)
    if kept is None:
        found = shopwindow.latest(tenant, now=clock.now(), size=MOST_TICKS)
        kept = [[one.name, one.at.isoformat()] for one in found]
        cache.put(tenant, TICKER, kept, seconds=TICKER_SECONDS)
    now = clock.now()
    return [{"name": name, "ago": ago(now - datetime.fromisoformat(at))} for name, at in kept]


def ago(past: timedelta) -> str:
    """A stretch of time as people say it, never to the second."""
    minutes = max(int(past.total_seconds()) // 60, 0)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(n)s min ago", n=minutes)
    return _("%(n)s h ago", n=minutes // 60)


def _ranks(tenant: Tenant, live: Arrangement, template: str) -> list[dict[str, Any]]:
    """The cards of what sold best in thirty days, each with what was really sold of it."""
    kept = cache.get(tenant, RANKS)
    if kept is None:
        since = clock.now() - RANK_DAYS
        found = shopwindow.best_sellers(tenant, since=since, size=MOST_RANKS)
        kept = {str(product): pieces for product, pieces in found.items()}
        cache.put(tenant, RANKS, kept, seconds=RANKS_SECONDS)
    if not kept:
        return []
    cards = catalog.cards(tenant, [UUID(product) for product in kept])
    return [card | {"sold": kept[card["id"]]} for card in shelves.priced(tenant, cards)]


def _tiers(tenant: Tenant, live: Arrangement, template: str) -> list[dict[str, Any]]:
    kept = cache.get(tenant, TIERS)
    if kept is None:
        kept = [{"name": one.name, "rank": one.rank} for one in tiers.tiers(tenant)]
        cache.put(tenant, TIERS, kept, seconds=TIERS_SECONDS)
    return list(kept)


def _card(tenant: Tenant, live: Arrangement, template: str) -> dict[str, str]:
    """What a member has here; for a guest nothing, and nothing is asked."""
    member = who.member()
    return {"balance": plain(wallet.balance(tenant, member.id))} if member else {}


def _recharges(tenant: Tenant, live: Arrangement, template: str) -> dict[str, Any]:
    """By section: its product and the face values of it; what is not sold here is left out."""
    asked = engine.settings_of(live, template, "recharge")
    found = {one["section"]: _recharge(tenant, str(one["product"])) for one in asked}
    return {section: given for section, given in found.items() if given}


def _recharge(tenant: Tenant, product: str) -> dict[str, Any] | None:
    product_id, member = uuid_of(product), who.member()
    try:
        facts = catalog.product(tenant, product_id) if product_id else None
    except ProductNotFound:
        return None
    if facts is None:
        return None
    offered = {sku.sku_id: sku for sku in facts.skus}
    prices = pricing.price_list(
        tenant, offered, facts=offered, member_id=member.id if member else None, now=clock.now()
    )
    values = goods.skus(facts, prices, stock.counted(list(offered)), None)
    return {"product": goods.product(facts, 0), "skus": values} if values else None


def _articles(tenant: Tenant, live: Arrangement, template: str) -> list[dict[str, Any]]:
    return articles.newest(tenant)


def _notices(tenant: Tenant, live: Arrangement, template: str) -> list[dict[str, Any]]:
    """The announcement, then the newest notices."""
    return [*shop.notices(live), *articles.newest_notices(tenant)]


READERS: dict[str, Callable[[Tenant, Arrangement, str], Any]] = {
    "ticker": _ticker,
    "ranks": _ranks,
    "tiers": _tiers,
    "card": _card,
    "recharges": _recharges,
    "articles": _articles,
    "notices": _notices,
}
