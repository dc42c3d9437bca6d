"""What decisions above did to the costs here: one digest an hour, and every move in it."""

from dataclasses import dataclass
from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.costs.rules import share
from kameng.domains.pricing.news import queries
from kameng.domains.pricing.news.rules import MOST_TOLD, Move
from kameng.domains.pricing.rules import Quote
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import guards
from kameng.kit import clock
from kameng.kit.money import Money, Percent

SIZE = 30


@dataclass(frozen=True)
class Line:
    """One move as the page shows it: the goods and what they cost and bring now."""

    move: Move
    goods: SkuFacts | None
    now: Quote | None

    @property
    def share(self) -> Percent | None:
        """How far the cost moved."""
        return share(self.move.before, self.move.after)

    @property
    def profit_before(self) -> Money:
        """What one piece left before."""
        return self.move.price_before - self.move.before

    @property
    def profit(self) -> Money:
        """What it left when the digest was made."""
        return self.move.price - self.move.after


@pages.get("/s/<slug>/prices/news")
@guards.staff("prices.view")
def price_news() -> ResponseReturnValue:
    """The digests, the newest first."""
    found = queries.page(g.tenant, page=lists.page(), size=SIZE)
    return render_template(
        "console/news/list.html", rows=found.items, place=lists.place(found.total, SIZE)
    )


@pages.get("/s/<slug>/prices/news/<uuid:news_id>")
@guards.staff("prices.view")
def price_digest(news_id: UUID) -> ResponseReturnValue:
    """One digest: the widest moves first."""
    news, moves = queries.one(g.tenant, news_id)
    place = lists.place(len(moves), SIZE)
    shown = moves[(place.page - 1) * SIZE : place.page * SIZE]
    return render_template(
        "console/news/digest.html", news=news, rows=_lines(shown), place=place, most=MOST_TOLD
    )


def _lines(moves: list[Move]) -> list[Line]:
    sku_ids = [one.sku_id for one in moves]
    goods = catalog.sku_facts(g.tenant, sku_ids)
    now = pricing.quotes(g.tenant, sku_ids, facts=goods, now=clock.now())
    return [Line(one, goods.get(one.sku_id), now.get(one.sku_id)) for one in moves]
