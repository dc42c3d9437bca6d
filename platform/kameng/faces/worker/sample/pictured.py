"""Pictures for the sample's goods: put in as an operator would, a few products of each trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog import service as goods
from kameng.domains.catalog.facts import ProductCard
from kameng.domains.design.media import queries, service
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.frame import media
from kameng.faces.worker.sample import data
from kameng.kit import pictures
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant

EACH = 3
"""So many products are shown with the same picture; the others keep their drawn one."""


def hang(hub: Tenant, now: datetime) -> None:
    """Keep the pictures that are missing, and show the first products of each trade with them."""
    with use(hub):
        known = {row.name: row for row in queries.page(hub, size=100)[0]}
    files = data.picture_files()
    ready = {name: pictures.ready(raw) for (_, name), raw in files.items() if name not in known}
    with use(hub):
        for name, one in ready.items():
            known[name] = service.keep(hub, one, name=name, actor=SYSTEM, now=now)
        for card, row in _pairs(catalog.shelf(hub, size=1000).cards, known):
            if not card.picture:
                written = media.ref(hub, row)
                goods.set_picture(hub, card.product_id, written, actor=SYSTEM, now=now)
        session.commit()


def _pairs(
    cards: list[ProductCard], known: Mapping[str, MediaFacts]
) -> Iterator[tuple[ProductCard, MediaFacts]]:
    """The first products of each trade, and its pictures in turn."""
    by_trade: dict[str, list[MediaFacts]] = defaultdict(list)
    for trade, name in data.picture_files():
        by_trade[trade].append(known[name])
    seen: dict[str, int] = defaultdict(int)
    for card in cards:
        mine, at = by_trade.get(card.art, []), seen[card.art]
        seen[card.art] += 1
        if at < EACH * len(mine):
            yield card, mine[at % len(mine)]
