"""How many pages shops have drawn on each line of a theme, and on how many a section failed.

Counted where a page is drawn for a visitor: not previews, not pages that tell of a refusal. A
section taken from memory counts as drawn, for it was; a page a browser shows again without asking
is not seen by anybody. Kept by the hour for a little more than a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kameng.kit import clock, tally
from tenants.tree import Tenant

HOURS = 24
"""How far back anybody looks."""
_KEPT = (HOURS + 2) * 3600
_DRAWN, _FAILED = "n", "f"


class Drawn(NamedTuple):
    """Pages drawn, and those on which a section failed."""

    drawn: int = 0
    failed: int = 0


def page(tenant: Tenant, live: Mapping[str, Any], *, failed: bool) -> None:
    """One page more; a failure is told at once, the others in their time."""
    name = _name(str(live["theme"]), str(live.get("version")), clock.now())
    counts = {f"{tenant.id}{_DRAWN}": 1} | ({f"{tenant.id}{_FAILED}": 1} if failed else {})
    tally.add(_root(tenant), name, counts, seconds=_KEPT, at_once=failed)


def counted(master: Tenant, theme: str, line: str, *, since: datetime) -> dict[int, Drawn]:
    """Per site of an alliance, from the hour of `since` on, a day at most."""
    now = clock.now()
    hours = min(int((now - since) / timedelta(hours=1)) + 1, HOURS)
    moments = [now - timedelta(hours=back) for back in range(hours + 1)]
    names = [_name(theme, line, one) for one in moments]
    sums: Counter[str] = Counter()
    for one in tally.read(_root(master), names):
        sums.update(one)
    sites = {int(field[:-1]) for field in sums}
    return {site: Drawn(sums[f"{site}{_DRAWN}"], sums[f"{site}{_FAILED}"]) for site in sites}


def _name(theme: str, line: str, moment: datetime) -> str:
    return f"drawn:{theme}:{line}:{moment:%Y%m%d%H}"


def _root(tenant: Tenant) -> Tenant:
    """Counters of an alliance lie together, under its master."""
    return tenant if tenant.is_root else replace(tenant, id=tenant.root_id)
