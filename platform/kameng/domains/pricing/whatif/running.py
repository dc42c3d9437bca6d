"""Works a what-if out, a few sites at a time: what is between two steps is kept, so that who is
stopped, killed or relieved leaves the rest to the next.

The moment of all prices is the one at which it began, however often it was gone on with. Who works
at it writes its name into the row; whoever finds another name there, or another state, stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.catalog.goods.priced import priced_goods
from kameng.domains.pricing.changes import entries as kept
from kameng.domains.pricing.changes.entries import Entry
from kameng.domains.pricing.whatif import figures, queries
from kameng.domains.pricing.whatif.figures import Figures, Suffering
from kameng.domains.pricing.whatif.models import WhatIf, WhatIfSite
from kameng.domains.pricing.whatif.rules import WORKING, State
from kameng.domains.pricing.whatif.tables import Moved, Tables, way
from kameng.domains.pricing.worlds import queries as worlds
from kameng.domains.pricing.worlds.queries import Stop
from kameng.domains.pricing.worlds.rules import overlay
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant

PRICES_A_STEP = 50_000
MOST_SITES_A_STEP = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    done: int
    all: int


@dataclass(frozen=True, slots=True)
class _Task:
    """What one runner took up."""

    what_if_id: UUID
    runner: UUID
    entries: Sequence[Entry]
    moment: datetime
    reached: int | None
    clock: Callable[[], datetime]


def steps(tenant: Tenant, what_if_id: UUID, *, clock: Callable[[], datetime]) -> Iterator[Progress]:
    """Work it out from where it was left; whatever was done may be committed at each step.

    Ends when it is done, cancelled, or taken up by somebody else. `clock` tells when each step was
    made; a what-if without new steps has fallen silent. No more rule books are held than
    those of one step and of the sites above it.
    """
    task = _take_up(tenant, what_if_id, clock)
    if task is None:
        return
    stops = worlds.stops(tenant)
    counted = [one for one in stops if _counts(tenant, one)]
    done = _place(counted, task.reached)
    yield Progress(done, len(counted))
    goods = priced_goods(tenant)
    yield Progress(done, len(counted))
    leg = way(stops, counted[done:])
    table = Tables(overlay(tenant.id, task.entries), goods, leg, now=task.moment)
    size = max(1, min(MOST_SITES_A_STEP, PRICES_A_STEP // max(len(goods), 1)))
    yield Progress(done, len(counted))
    while done < len(counted):
        batch = counted[done : done + size]
        done += len(batch)
        if not _kept(tenant, task, Progress(done, len(counted)), table.moved(batch)):
            return
        yield Progress(done, len(counted))
    _finish(tenant, task)
    yield Progress(done, len(counted))


def _counts(tenant: Tenant, stop: Stop) -> bool:
    """Whether a site is one of those asked about: the site itself or one below, and open."""
    return stop.live and tenant.id in stop.chain


def _place(counted: Sequence[Stop], reached: int | None) -> int:
    """How many are done; a site that has gone meanwhile sends the work back to its beginning."""
    return next((n for n, one in enumerate(counted, 1) if one.tenant_id == reached), 0)


def _take_up(tenant: Tenant, what_if_id: UUID, clock: Callable[[], datetime]) -> _Task | None:
    """Write our name into the row; None when nothing is to be done."""
    runner = ids.uuid7()
    row = session.execute(
        update(WhatIf)
        .where(
            *queries.named(tenant, what_if_id),
            WhatIf.state.in_([one.value for one in WORKING]),
        )
        .values(state=State.RUNNING.value, runner=runner, beat_at=clock(), tries=WhatIf.tries + 1)
        .returning(WhatIf.entries, WhatIf.began_at, WhatIf.reached)
    ).one_or_none()
    if row is None:
        return None
    supposed = [kept.read(one) for one in row.entries]
    return _Task(what_if_id, runner, supposed, row.began_at, row.reached, clock)


def _kept(tenant: Tenant, task: _Task, now: Progress, found: Sequence[Moved]) -> bool:
    """Keep a step; False when the work is not ours any more, and then nothing is kept."""
    last = found[-1][0].tenant_id
    told = {"sites_done": now.done, "sites_all": now.all, "reached": last, "tries": 0}
    if not _told(tenant, task, **told):
        return False
    rows = [_row(tenant, task, stop, here, worst) for stop, here, worst in found if here.changed]
    if rows:
        session.execute(insert(WhatIfSite).on_conflict_do_nothing(), rows)
    return True


def _row(
    tenant: Tenant, task: _Task, stop: Stop, here: Figures, worst: list[Suffering]
) -> dict[str, Any]:
    return {
        "what_if_id": task.what_if_id,
        "site_id": stop.tenant_id,
        "tenant_id": tenant.id,
        "name": stop.name,
        "slug": stop.slug,
        "depth": len(stop.chain),
        "danger": here.danger,
        "figures": figures.told(here),
        "worst": figures.told_worst(worst),
    }


def _finish(tenant: Tenant, task: _Task) -> None:
    whole, count = queries.summed(tenant, task.what_if_id)
    totals = figures.told(whole) | {"sites": count}
    _told(tenant, task, state=State.DONE.value, finished_at=task.clock(), totals=totals)


def _told(tenant: Tenant, task: _Task, **news: Any) -> bool:
    """Write into the row as long as it bears our name and nobody stopped the work."""
    ours = (WhatIf.state == State.RUNNING.value, WhatIf.runner == task.runner)
    written = session.execute(
        update(WhatIf)
        .where(*queries.named(tenant, task.what_if_id), *ours)
        .values(beat_at=task.clock(), **news)
        .returning(WhatIf.id)
    )
    return written.first() is not None
