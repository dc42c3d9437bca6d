"""Both worlds of a what-if side by side, site by site; rules are read as sites are come to."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from kameng.domains.catalog.facts import PricedGoods
from kameng.domains.pricing import vectors
from kameng.domains.pricing.markups.rules import Rule, RuleBook
from kameng.domains.pricing.vectors import Prices, Site
from kameng.domains.pricing.whatif import figures
from kameng.domains.pricing.whatif.figures import Figures, Suffering
from kameng.domains.pricing.worlds import queries as worlds
from kameng.domains.pricing.worlds.queries import Stop
from kameng.domains.pricing.worlds.rules import Overlay, columns

Moved = tuple[Stop, Figures, list[Suffering]]


class Tables:
    """Both worlds, walked down side by side; each site's rules are read with its step."""

    def __init__(
        self,
        other: Overlay,
        goods: Sequence[PricedGoods],
        way: Sequence[Stop],
        *,
        now: datetime,
    ) -> None:
        self.other = other
        self.sku_ids = [one.sku_id for one in goods]
        self.way = deque(way)
        self.feeds: tuple[deque[Site], deque[Site]] = (deque(), deque())
        both = (goods, other.on_goods(goods))
        self.walks = [
            vectors.walked(columns(one), iter(feed.popleft, None), now=now)
            for one, feed in zip(both, self.feeds, strict=True)
        ]

    def moved(self, batch: Sequence[Stop]) -> list[Moved]:
        """What moves at each of these sites, which come next on the way."""
        wanted, last = {one.tenant_id for one in batch}, batch[-1].tenant_id
        leg = [self.way.popleft()]
        while leg[-1].tenant_id != last:
            leg.append(self.way.popleft())
        rules = worlds.rules_of(one.tenant_id for one in leg)
        found = []
        for stop in leg:
            both = self._priced(stop, rules.pop(stop.tenant_id))
            if stop.tenant_id in wanted:
                moved = vectors.compared(*both)
                worst = figures.worst(moved, self.sku_ids)
                found.append((stop, figures.figures(moved), worst))
        return found

    def _priced(self, stop: Stop, rules: list[Rule]) -> tuple[Prices, Prices]:
        site = Site(stop.tenant_id, stop.parent_id, stop.level_id, RuleBook(rules))
        other = site
        if stop.tenant_id == self.other.tenant_id:
            book = self.other.on_rules(stop.tenant_id, rules)
            other = Site(stop.tenant_id, stop.parent_id, stop.level_id, book)
        for feed, one in zip(self.feeds, (site, other), strict=True):
            feed.append(one)
        before, after = (next(walk) for walk in self.walks)
        return before, after


def way(stops: Sequence[Stop], rest: Sequence[Stop]) -> list[Stop]:
    """The sites still to be walked through: the rest, and whatever stands above one of them."""
    needed = {site for one in rest for site in one.chain}
    return [one for one in stops if one.tenant_id in needed]
