"""How often pages of moved sites fail, beside how often the same sites' pages failed before.
Counts come in, rates go out; no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from kameng.domains.design.rollouts import rules
from kameng.domains.design.rollouts.queries import SiteFacts
from kameng.domains.design.rollouts.rules import Counts

WINDOW = timedelta(hours=24)
"""How long counts are kept; what a site had to its name when it moved is forgotten with them."""


def rates(
    sites: Iterable[SiteFacts], pages: Mapping[int, Counts], *, now: datetime
) -> tuple[Counts, Counts]:
    """All these sites' pages together: in the day before each moved, and since."""
    before, after = Counts(), Counts()
    for site in sites:
        before, after = before + site.before, after + after_of(site, pages, now=now)
    return before, after


def hurt(
    sites: Iterable[SiteFacts],
    pages: Mapping[int, Counts],
    threshold: int,
    *,
    now: datetime,
    least: int = 1,
) -> tuple[set[int], set[int]]:
    """The sites whose own pages have gone wrong since they moved, `least` of them failed, and those
    anybody looked at."""
    after = {site: after_of(site, pages, now=now) for site in sites}
    seen = {site.site_id for site, counts in after.items() if counts.drawn}
    return {
        site.site_id
        for site, counts in after.items()
        if rules.gone_wrong(site.before, counts, threshold, least=least)
    }, seen


def after_of(site: SiteFacts, pages: Mapping[int, Counts], *, now: datetime) -> Counts:
    """One site's pages on the new line since it moved."""
    found = pages.get(site.site_id, Counts())
    forgotten = site.moved_at is None or now - site.moved_at > WINDOW
    return found if forgotten else found - site.base
