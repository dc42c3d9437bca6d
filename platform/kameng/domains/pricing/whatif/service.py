"""The verbs of what-ifs: suppose, work out, stop, then decide so or throw it away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update

from kameng.domains.pricing.changes import entries as kept
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Entry, Kind
from kameng.domains.pricing.costs import service as costs
from kameng.domains.pricing.whatif import queries, rules, turns
from kameng.domains.pricing.whatif.errors import NoSuchWhatIf, NothingSupposed
from kameng.domains.pricing.whatif.models import WhatIf, WhatIfSite
from kameng.domains.pricing.whatif.rules import State
from kameng.domains.pricing.worlds import queries as worlds
from kameng.kit import due, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

LOOK = "what_if.look"
"""What the clock does with a what-if that is being worked at: see that somebody still does."""
LOOK_AFTER = timedelta(seconds=30)
SILENCE = timedelta(seconds=20)
MOST_TRIES = 5
"""So often it is begun in vain before it is given up."""
KEPT = timedelta(days=90)
MOST_KEPT = 100
"""What-ifs of a site; who tries another one lets the oldest go, and those older than KEPT."""
EMPTY: dict[str, Any] = {
    "state": State.DRAFT.value,
    "began_at": None,
    "finished_at": None,
    "beat_at": None,
    "runner": None,
    "tries": 0,
    "sites_all": 0,
    "sites_done": 0,
    "reached": None,
    "mark": "",
    "totals": {},
}


def draft(
    tenant: Tenant, title: str, supposed: Iterable[Entry] = (), *, actor: Actor, now: datetime
) -> UUID:
    """A new what-if; nothing is worked out yet. Those of long ago make room for it."""
    _forget_old(tenant, now)
    made, found = ids.uuid7(), rules.added([], supposed)
    row = EMPTY | {
        "id": made,
        "tenant_id": tenant.id,
        "title": rules.check_title(title),
        "entries": [kept.told(one) for one in found],
        "count": len(found),
        "actor_name": actor.name[:80],
        "at": now,
    }
    session.execute(insert(WhatIf.__table__), row)
    return made


def suppose(tenant: Tenant, what_if_id: UUID, more: Sequence[Entry]) -> None:
    """Suppose more; figures worked out before are of another supposition and go."""
    _check(tenant, what_if_id, State.DRAFT)
    if not more:
        raise NothingSupposed()
    _hold(tenant, what_if_id, rules.added(queries.entries(tenant, what_if_id), more))


def drop(tenant: Tenant, what_if_id: UUID, key: str) -> None:
    """Suppose one thing less, named by the key of its entry."""
    _check(tenant, what_if_id, State.DRAFT)
    held = queries.entries(tenant, what_if_id)
    _hold(tenant, what_if_id, [one for one in held if one.key != key])


def start(tenant: Tenant, what_if_id: UUID, *, now: datetime) -> None:
    """Let a worker work it out; the clock looks after it until it is over."""
    begin(tenant, what_if_id, now=now)
    turns.soon(tenant, what_if_id)
    due.at(tenant, LOOK, str(what_if_id), now + LOOK_AFTER)


def begin(tenant: Tenant, what_if_id: UUID, *, now: datetime) -> None:
    """Make it ready to be worked out from its beginning, by whoever takes it up."""
    if not _check(tenant, what_if_id, State.QUEUED).count:
        raise NothingSupposed()
    _forget(what_if_id)
    fresh = EMPTY | {
        "state": State.QUEUED.value,
        "began_at": now,
        "beat_at": now,
        "mark": worlds.mark(tenant),
    }
    _set(tenant, what_if_id, **fresh)


def cancel(tenant: Tenant, what_if_id: UUID, *, now: datetime) -> None:
    """Stop the work; who works at it sees so at its next step."""
    _check(tenant, what_if_id, State.CANCELLED)
    _set(tenant, what_if_id, state=State.CANCELLED.value, finished_at=now)
    due.cancel(tenant, LOOK, str(what_if_id))


def reopen(tenant: Tenant, what_if_id: UUID) -> None:
    """A draft again, with all that was supposed and without the figures."""
    _check(tenant, what_if_id, State.DRAFT)
    _forget(what_if_id)
    _set(tenant, what_if_id, **EMPTY)


def commit(
    tenant: Tenant, what_if_id: UUID, *, held: Collection[str], actor: Actor, now: datetime
) -> UUID:
    """Decide so: one change with all that was supposed. `held` are the person's permissions: costs
    move only for those who may move them so far (`costs.refuse_unapproved`). StalePrices when a
    rule or a cost it is about is not any more what it was when it was supposed."""
    facts = _check(tenant, what_if_id, State.COMMITTED)
    supposed = queries.entries(tenant, what_if_id)
    costs.refuse_unapproved(tenant, supposed, held=held, now=now)
    made = changes.commit(tenant, Kind.WHAT_IF, supposed, title=facts.title, actor=actor, now=now)
    _set(tenant, what_if_id, state=State.COMMITTED.value, change_id=made)
    return made


def discard(tenant: Tenant, what_if_id: UUID) -> None:
    """Throw it away; nothing was decided."""
    _check(tenant, what_if_id, State.DISCARDED)
    _forget(what_if_id)
    _set(tenant, what_if_id, **EMPTY | {"state": State.DISCARDED.value, "entries": []})


def look(tenant: Tenant, what_if_id: UUID, *, now: datetime) -> None:
    """See that somebody works at it: after a silence it is queued anew, and given up when it was
    begun in vain too often."""
    row = session.execute(
        select(WhatIf.state, WhatIf.tries, WhatIf.beat_at).where(*queries.named(tenant, what_if_id))
    ).one_or_none()
    if row is None or State(row.state) not in rules.WORKING:
        return
    if row.tries >= MOST_TRIES:
        _set(tenant, what_if_id, state=State.FAILED.value, finished_at=now)
        return
    if row.beat_at < now - SILENCE:
        turns.soon(tenant, what_if_id)
    due.at(tenant, LOOK, str(what_if_id), now + LOOK_AFTER)


def is_stale(tenant: Tenant, held: queries.WhatIfFacts) -> bool:
    """Whether rules or costs of the tree moved since it was worked out."""
    return held.state is State.DONE and held.mark != worlds.mark(tenant)


def _check(tenant: Tenant, what_if_id: UUID, to: State) -> queries.WhatIfFacts:
    """The what-if, held until the end, when it may go there."""
    locked = select(WhatIf.id).where(*queries.named(tenant, what_if_id)).with_for_update()
    if session.scalar(locked) is None:
        raise NoSuchWhatIf()
    held = queries.facts(tenant, what_if_id)
    rules.check_move(held.state, to)
    return held


def _hold(tenant: Tenant, what_if_id: UUID, supposed: Sequence[Entry]) -> None:
    _forget(what_if_id)
    told = [kept.told(one) for one in supposed]
    _set(tenant, what_if_id, **EMPTY | {"entries": told, "count": len(told)})


def _forget(*what_ifs: UUID) -> None:
    session.execute(delete(WhatIfSite).where(WhatIfSite.what_if_id.in_(what_ifs)))


def _forget_old(tenant: Tenant, now: datetime) -> None:
    """Not what somebody works at or decides about this moment."""
    mine, last = WhatIf.tenant_id == tenant.id, func.coalesce(WhatIf.finished_at, WhatIf.at)
    newest = select(WhatIf.id).where(mine).order_by(WhatIf.id.desc()).limit(MOST_KEPT - 1)
    idle = WhatIf.state.not_in([one.value for one in rules.WORKING])
    old = or_(last < now - KEPT, WhatIf.id.not_in(newest))
    wanted = select(WhatIf.id).where(mine, idle, old).with_for_update(skip_locked=True)
    if gone := session.scalars(wanted).all():
        _forget(*gone)
        session.execute(delete(WhatIf).where(mine, WhatIf.id.in_(gone)))


def _set(tenant: Tenant, what_if_id: UUID, **news: Any) -> None:
    session.execute(update(WhatIf).where(*queries.named(tenant, what_if_id)).values(**news))
