"""Writes a change in few statements, whatever the number of its entries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Table,
    Text,
    Uuid,
    any_,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_not
from sqlalchemy.sql.selectable import TableValuedAlias

from kameng.domains.pricing import rows
from kameng.domains.pricing.changes.entries import Entry, RuleEntry, told
from kameng.domains.pricing.changes.models import PriceChange, PriceChangeEntry
from kameng.domains.pricing.errors import StalePrices
from kameng.domains.pricing.markups.rules import Rule
from kameng.domains.pricing.models import PriceRule
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

Row = Mapping[str, Any]
RULES = cast(Table, PriceRule.__table__)
ENTRIES = cast(Table, PriceChangeEntry.__table__)


def rules(tenant: Tenant, entries: Sequence[RuleEntry], *, actor: Actor, now: datetime) -> None:
    """Put what holds after into every place; StalePrices where something else held before."""
    if not entries:
        return
    _refuse_stale(tenant, entries)
    gone = [one.before.id for one in entries if one.before and not one.after]
    new = [one.after for one in entries if one.after and not one.before]
    moved = [(one.before.id, one.after) for one in entries if one.before and one.after]
    stamp = {"tenant_id": tenant.id, "updated_at": now, "updated_by": signed(actor)}
    if gone:
        session.execute(delete(PriceRule).where(_own(tenant), PriceRule.id == _any(gone)))
    if moved:
        _change([_values(rule) | stamp | {"held": held} for held, rule in moved])
    if new:
        _add([_values(rule) | stamp | {"created_at": now} for rule in new])


def change(
    tenant: Tenant, change_id: UUID, entries: Sequence[Entry], said: Row, *, actor: Actor
) -> None:
    """Keep the change and each of its entries."""
    row = {
        "id": change_id,
        "tenant_id": tenant.id,
        "actor": signed(actor),
        "actor_name": actor.name[:80],
        "count": len(entries),
    }
    session.execute(insert(PriceChange.__table__).values({**row, **said}))
    kept = [
        {
            "change_id": change_id,
            "position": position,
            "tenant_id": tenant.id,
            "place_key": entry.key,
            "about": entry.about,
            **{side: value for side, value in told(entry).items() if side != "place"},
        }
        for position, entry in enumerate(entries, start=1)
    ]
    given = _recordset(ENTRIES, kept)
    names = [one.name for one in ENTRIES.columns]
    session.execute(insert(ENTRIES).from_select(names, select(*(given.c[one] for one in names))))


def signed(actor: Actor) -> str:
    """Who decided, as rows name them."""
    return f"{actor.kind}:{actor.id}"[:80]


def _refuse_stale(tenant: Tenant, entries: Sequence[RuleEntry]) -> None:
    wanted = {one.before.id: one.before for one in entries if one.before}
    if not wanted:
        return
    found = select(*rows.COLUMNS).where(_own(tenant), PriceRule.id == _any(list(wanted)))
    held = {row.id: rows.read(row) for row in session.execute(found.with_for_update())}
    if held != wanted:
        raise StalePrices()


def _change(changed: Sequence[Row]) -> None:
    given = _recordset(RULES, changed, column("held", Uuid))
    values = {name: given.c[name] for name in changed[0] if name != "held"}
    same = (RULES.c.id == given.c.held, RULES.c.tenant_id == given.c.tenant_id)
    session.execute(update(RULES).where(*same).values(values))


def _add(new: Sequence[Row]) -> None:
    given = _recordset(RULES, new)
    names = list(new[0])
    taken = insert_or_not(RULES).from_select(names, select(*(given.c[one] for one in names)))
    taken = taken.on_conflict_do_nothing(constraint="uq_price_rule_place")
    counted = session.execute(taken, execution_options={"preserve_rowcount": True})
    if cast("CursorResult[Any]", counted).rowcount != len(new):
        raise StalePrices()


def _values(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, **rows.place_values(rule.place), **rows.values(rule)}


def _recordset(table: Table, given: Sequence[Row], *more: Any) -> TableValuedAlias:
    """Rows as one parameter that the database reads as a table, typed like `table`."""
    named = [column(one.name, one.type) for one in table.columns]
    said = as_type(literal(json.dumps(given, default=str), Text), JSONB)
    return func.jsonb_to_recordset(said).table_valued(*named, *more).render_derived(with_types=True)


def _own(tenant: Tenant) -> Any:
    return PriceRule.tenant_id == tenant.id


def _any(ids: Sequence[UUID]) -> Any:
    return any_(literal(list(ids), ARRAY(Uuid)))
