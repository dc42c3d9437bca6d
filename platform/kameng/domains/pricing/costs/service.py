"""The door by which every cost moves: at once, or after somebody who may has approved it.

The catalogue's forms and spreadsheets propose (kameng.wiring hands them this module); other doors
of prices ask `refuse_unapproved` before they commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, delete, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind, inverted
from kameng.domains.pricing.costs import queries, rules
from kameng.domains.pricing.costs.errors import CostNeedsApproval, CostProposalGone, CostsNotYours
from kameng.domains.pricing.costs.models import CostWaiting, PricePolicy
from kameng.domains.pricing.costs.rules import Moves
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money, Percent
from tenants.database import session
from tenants.tree import Tenant

APPROVE, EDIT = "prices.approve", "goods.edit"
_ROWS_AT_ONCE = 1_000


def hold(tenant: Tenant) -> None:
    """Until the end of the transaction nobody else moves a cost of this site."""
    changes.one_at_a_time(tenant)


def propose(
    tenant: Tenant, moves: Moves, *, source: UUID | None, actor: Actor, now: datetime
) -> frozenset[UUID]:
    """Move what may move at once, let the rest wait; which SKUs moved.

    What waited for one of these SKUs before is replaced. `source` is the import they came from.
    Refuses StalePrices when a cost that would move now is not any more what was seen.
    """
    told = _sorted_out(tenant, moves, now)
    _drop(tenant, told.now)
    if told.now:
        _commit(tenant, told.now, actor, now)
    if told.waiting:
        _wait(tenant, told.waiting, source, actor, now)
    return frozenset(told.now)


def put_back(
    tenant: Tenant,
    moves: Moves,
    *,
    source: UUID,
    gone: Collection[UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """Undo what an import did to costs: those that moved move back, however far, what still waits
    of it is dropped, and so is whatever waits for goods that are gone."""
    of_it = (CostWaiting.tenant_id == tenant.id, CostWaiting.source_id == source)
    session.execute(delete(CostWaiting).where(*of_it, _among(moves)))
    _drop(tenant, gone)
    back = {sku_id: move for sku_id, move in moves.items() if move[0] != move[1]}
    if back:
        _commit(tenant, back, actor, now)


def approve(
    tenant: Tenant, seen: Mapping[UUID, Money], *, actor: Actor, now: datetime
) -> UUID | None:
    """Let costs that waited move, all or none; the change, or None when all stood there already.

    `seen`: for each that waits (by its id) the cost its approver saw. CostProposalGone when one is
    decided already or replaced; StalePrices when a cost moved meanwhile.
    """
    waiting = _taken(tenant, seen)
    entries = [CostEntry(one.sku_id, seen[one.id], one.after) for one in waiting]
    moving = [one for one in entries if one.before != one.after]
    old, new = (_told(entries, side) for side in ("before", "after"))
    audit.record(tenant, actor, "price_cost.approved", _subject(entries), before=old, after=new)
    if not moving:
        return None
    return changes.commit(tenant, Kind.COST, moving, actor=actor, now=now)


def reject(tenant: Tenant, proposals: Collection[UUID], *, actor: Actor) -> int:
    """Forget costs that wait; nothing moves. CostProposalGone as in `approve`."""
    taken = _taken(tenant, proposals)
    entries = [CostEntry(one.sku_id, one.before, one.after) for one in taken]
    told = _told(entries, "after")
    audit.record(tenant, actor, "price_cost.rejected", _subject(entries), before=told)
    return len(entries)


def reached(tenant: Tenant, change_id: UUID) -> None:
    """Forget what waits for a cost that a change has brought about by another door."""
    if not queries.count(tenant):
        return
    entries = history.entries(tenant, change_id)
    stands = {one.sku_id: one.after for one in entries if isinstance(one, CostEntry)}
    waiting = queries.waiting_for(tenant, stands)
    _drop(tenant, [sku_id for sku_id, one in waiting.items() if one.after == stands[sku_id]])


def set_alarm(tenant: Tenant, asked: str, *, actor: Actor, now: datetime) -> Percent | None:
    """From which percentage on a cost move waits; empty: none. What waits goes on waiting."""
    before, after = queries.alarm(tenant), rules.read_alarm(asked)
    row: dict[str, Any] = {
        "alarm": after.ppm if after is not None else None,
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    session.execute(
        insert(PricePolicy)
        .values(row | {"tenant_id": tenant.id})
        .on_conflict_do_update(index_elements=["tenant_id"], set_=row)
    )
    if before != after:
        said = [{"alarm": f"{one} %" if one is not None else ""} for one in (before, after)]
        audit.record(tenant, actor, "price_policy.set", tenant.slug, before=said[0], after=said[1])
    return after


def undo(
    tenant: Tenant, change_id: UUID, *, held: Collection[str], actor: Actor, now: datetime
) -> UUID:
    """Undo a change, costs among it only for those who may move them so far: the way back may be
    the longer one. `held` are the person's permissions. Refuses like `refuse_unapproved` and
    `changes.service.undo`."""
    hold(tenant)
    refuse_unapproved(tenant, inverted(history.entries(tenant, change_id)), held=held, now=now)
    return changes.undo(tenant, change_id, actor=actor, now=now)


def refuse_unapproved(
    tenant: Tenant, entries: Iterable[Entry], *, held: Collection[str], now: datetime
) -> None:
    """Before costs move by another door than the goods' own: CostsNotYours unless the person may
    edit goods or approve costs, CostNeedsApproval for moves that would wait unless they approve."""
    moves = {one.sku_id: (one.before, one.after) for one in entries if isinstance(one, CostEntry)}
    if not moves or APPROVE in held:
        return
    if EDIT not in held:
        raise CostsNotYours()
    if far := _sorted_out(tenant, moves, now).waiting:
        raise CostNeedsApproval(count=len(far), alarm=queries.alarm(tenant) or Percent(0))


def _sorted_out(tenant: Tenant, moves: Moves, now: datetime) -> rules.Sorted:
    limit = queries.alarm(tenant)
    return rules.sorted_out(moves, limit, queries.began(tenant, list(moves), limit, now=now))


def _commit(tenant: Tenant, moves: Moves, actor: Actor, now: datetime) -> None:
    entries = [CostEntry(sku_id, before, after) for sku_id, (before, after) in moves.items()]
    changes.commit(tenant, Kind.COST, entries, actor=actor, now=now)


def _wait(tenant: Tenant, moves: Moves, source: UUID | None, actor: Actor, now: datetime) -> None:
    common = {
        "tenant_id": tenant.id,
        "source_id": source,
        "actor": f"{actor.kind}:{actor.id}"[:80],
        "actor_name": actor.name[:80],
        "at": now,
    }
    wanted = [
        common | {"id": ids.uuid7(), "sku_id": sku_id, "before": before, "after": after}
        for sku_id, (before, after) in sorted(moves.items())
    ]
    written = insert(CostWaiting)
    changed = ("id", "source_id", "before", "after", "actor", "actor_name", "at")
    anew = written.on_conflict_do_update(
        index_elements=["tenant_id", "sku_id"],
        set_={name: written.excluded[name] for name in changed},
    )
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        session.execute(anew, wanted[start : start + _ROWS_AT_ONCE])
    _note_waiting(tenant, moves, actor)


def _note_waiting(tenant: Tenant, moves: Moves, actor: Actor) -> None:
    entries = [CostEntry(sku_id, before, after) for sku_id, (before, after) in moves.items()]
    old, new = (_told(entries, side) for side in ("before", "after"))
    audit.record(tenant, actor, "price_cost.waits", _subject(entries), before=old, after=new)


def _taken(tenant: Tenant, proposals: Iterable[UUID]) -> list[Any]:
    """Those that wait under these ids, struck off; all of them, or CostProposalGone."""
    wanted = set(proposals)
    hold(tenant)
    named = CostWaiting.id == any_(literal(list(wanted), ARRAY(Uuid)))
    fields = (CostWaiting.id, CostWaiting.sku_id, CostWaiting.before, CostWaiting.after)
    mine = select(*fields).where(CostWaiting.tenant_id == tenant.id, named)
    found = list(session.execute(mine.order_by(CostWaiting.sku_id).with_for_update()))
    if not wanted or len(found) != len(wanted):
        raise CostProposalGone()
    _drop(tenant, [row.sku_id for row in found])
    return found


def _drop(tenant: Tenant, sku_ids: Collection[UUID]) -> None:
    if sku_ids:
        mine = (CostWaiting.tenant_id == tenant.id, _among(sku_ids))
        session.execute(delete(CostWaiting).where(*mine))


def _among(sku_ids: Collection[UUID]) -> Any:
    return CostWaiting.sku_id == any_(literal(list(sku_ids), ARRAY(Uuid)))


def _subject(entries: Collection[CostEntry]) -> str:
    """The SKU it is about, when it is about one."""
    return f"sku {next(iter(entries)).sku_id}" if len(entries) == 1 else ""


def _told(entries: Sequence[CostEntry], side: str) -> dict[str, str]:
    """One side of a single move as the log keeps it; of many only how many."""
    if len(entries) == 1:
        return {"cost": str(getattr(entries[0], side))}
    return {"count": str(len(entries))} if side == "after" else {}
