"""GET /changes: which decisions about prices were taken here, and what each of them moved."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from kameng.domains.pricing.changes import queries
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.changes.queries import Wanted
from kameng.faces.api.v1 import asked, told
from kameng.faces.api.v1.blueprint import v1
from kameng.faces.frame import guards


@v1.get("/changes")
@guards.api("prices.view")
def changes() -> ResponseReturnValue:
    """The oldest first, so that who comes back with the last one he saw misses none."""
    asked.only("kind", "limit", "after")
    most, kind = asked.limit(), asked.one_of("kind", [one.value for one in Kind])
    wanted = Wanted(kind=Kind(kind) if kind else None)
    found = queries.later(g.tenant, asked.after(), wanted, size=most + 1)
    last = str(found[most - 1].id) if len(found) > most else None
    return {"changes": [told.change(one) for one in found[:most]], "next": last}


@v1.get("/changes/<uuid:change_id>")
@guards.api("prices.view")
def change(change_id: UUID) -> ResponseReturnValue:
    """One decision with what it moved, a piece at a time."""
    asked.only("limit", "after")
    most, page = asked.limit(), asked.page()
    facts = queries.facts(g.tenant, change_id)
    entries = queries.entries(g.tenant, change_id, page=page, size=most)
    more = page * most < facts.count
    return {
        **told.change(facts),
        "entries": [told.entry(one) for one in entries],
        "next": str(page) if more else None,
    }
