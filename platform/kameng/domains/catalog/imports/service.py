"""The verbs of imports: preview stores what a sheet would do, commit does it, undo puts it back."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from kameng.domains.catalog import descriptions
from kameng.domains.catalog.costs import decider
from kameng.domains.catalog.imports import costing, rules, sheets, undoing, writing
from kameng.domains.catalog.imports import known as catalogue
from kameng.domains.catalog.imports import plan as planning
from kameng.domains.catalog.imports.cells import Parsed, parse
from kameng.domains.catalog.imports.errors import (
    CatalogueMoved,
    ImportNotCommitted,
    ImportNotFound,
    ImportNotPreviewed,
    NothingToCommit,
    SheetEmpty,
)
from kameng.domains.catalog.imports.facts import Committed, Undone
from kameng.domains.catalog.imports.models import CatalogueImport, CatalogueImportRow
from kameng.domains.catalog.imports.plan import Planned, Result
from kameng.domains.catalog.imports.rules import Code, Level, Problem, Reason
from kameng.domains.catalog.rules import one_line
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.sheets.errors import TooManyRows
from kameng.kit.sheets.grids import Cell, Grid
from tenants.database import session
from tenants.tree import Tenant

_ACTIVE = re.compile(
    r"<\s*(script|style|iframe|object|embed|svg|img|form|input|link|meta)|\son\w+\s*=|javascript:",
    re.IGNORECASE,
)

_MARK = text(
    """UPDATE shared.catalogue_import_row AS r
    SET outcome = u.outcome, reason = u.reason, trail = coalesce(u.trail, r.trail)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS u (line integer, outcome text, reason text, trail jsonb)
    WHERE r.import_id = :import AND r.line = u.line"""
)


def preview(tenant: Tenant, filename: str, raw: bytes, *, actor: Actor, now: datetime) -> UUID:
    """Read a sheet and store, row by row, what a commit would do; the catalogue is untouched."""
    grid = sheets.read(filename, raw)
    header = rules.find_header(grid)
    parsed = _parsed(grid, header)
    names = {each.values["name"] for _, each in parsed if each.is_good}
    planned = planning.plan(parsed, catalogue.load(tenant, names).products)
    return _store(tenant, filename, header.ignored, planned, actor, now)


def commit(tenant: Tenant, import_id: UUID, *, actor: Actor, now: datetime) -> Committed:
    """Write every good row of a preview in one go; rows whose goods moved since are skipped.

    Costs that move far are not written: they wait, under the number of this import.
    """
    decider().hold(tenant)
    _locked(tenant, import_id, "previewed", ImportNotPreviewed)
    seen = _planned_rows(import_id)
    if not seen:
        raise NothingToCommit()
    known = catalogue.load(tenant, {row.values["name"] for row in seen})
    again = planning.plan([(row.line, Parsed(row.values, [])) for row in seen], known.products)
    moved = [old.line for old, new in zip(seen, again, strict=True) if planning.has_moved(old, new)]
    good = [row for row in again if row.line not in set(moved)]
    if not good:
        raise CatalogueMoved()
    trails = _write(tenant, good, known, import_id, actor, now)
    skipped = [(line, Reason.CHANGED_SINCE_PREVIEW.value) for line in moved]
    _record_commit(tenant, import_id, trails, skipped, actor, now)
    return Committed(len(trails), skipped)


def undo(tenant: Tenant, import_id: UUID, *, actor: Actor, now: datetime) -> Undone:
    """Put a committed import back row by row; what was sold or edited since is refused.

    Once refused, rows may be undone again later, for instance after their cards were moved.
    """
    decider().hold(tenant)
    head = _locked(tenant, import_id, "committed", ImportNotCommitted)
    trails = _trails(import_id)
    state = undoing.look(tenant, trails.values(), head.committed_at or now)
    verdicts = {line: undoing.verdict(trail, state) for line, trail in trails.items()}
    refused = [(line, reason.value) for line, reason in verdicts.items() if reason]
    good = [trail for line, trail in trails.items() if not verdicts[line]]
    kept = [trail for line, trail in trails.items() if verdicts[line]]
    undoing.put_back(tenant, good, kept, now)
    costing.put_back(tenant, good, source=import_id, actor=actor, now=now)
    _record_undo(tenant, import_id, verdicts, actor, now)
    return Undone(len(good), refused)


def discard(tenant: Tenant, import_id: UUID, *, actor: Actor) -> None:
    """Forget a preview nobody wants to commit."""
    _locked(tenant, import_id, "previewed", ImportNotPreviewed)
    rows, head = CatalogueImportRow, CatalogueImport
    session.execute(rows.__table__.delete().where(rows.import_id == import_id))
    session.execute(head.__table__.delete().where(head.id == import_id))
    audit.record(tenant, actor, "catalogue.preview_discarded", str(import_id))


def _parsed(grid: Grid, header: rules.Header) -> list[tuple[int, Parsed]]:
    below = grid.rows[header.at + 1 :]
    if not below:
        raise SheetEmpty()
    if len(below) > rules.MOST_ROWS:
        raise TooManyRows(rows=len(below), limit=rules.MOST_ROWS)
    return [(line, _row(line, cells, grid, header)) for line, cells in below]


def _row(line: int, cells: list[Cell], grid: Grid, header: rules.Header) -> Parsed:
    columns = header.columns.items()
    told = {field: cells[at] for field, at in columns if at < len(cells)}
    marks = {field: grid.marks[line, at] for field, at in columns if (line, at) in grid.marks}
    parsed = parse(told, marks)
    written = parsed.values.get("description")
    if written is None:
        return parsed
    values = {**parsed.values, "description": descriptions.clean(written)}
    warned = [Problem("description", Code.MARKUP_REMOVED.value, Level.WARNING.value)]
    return Parsed(values, [*parsed.problems, *(warned if _ACTIVE.search(written) else [])])


def _store(
    tenant: Tenant,
    filename: str,
    ignored: list[str],
    planned: Sequence[Planned],
    actor: Actor,
    now: datetime,
) -> UUID:
    import_id = ids.uuid7()
    counted = Counter(row.result for row in planned)
    warned = sum(not each.is_error for row in planned for each in row.problems)
    session.execute(
        insert(CatalogueImport).values(
            id=import_id,
            tenant_id=tenant.id,
            filename=one_line(filename)[-120:],
            state="previewed",
            **{f"rows_{result}": counted[result] for result in Result},
            warnings=warned,
            ignored=ignored[:50],
            created_by=actor.name[:80],
            created_at=now,
        )
    )
    rows = [
        {
            "import_id": import_id,
            "line": row.line,
            "tenant_id": tenant.id,
            "result": row.result.value,
            "values": row.values,
            "problems": [asdict(problem) for problem in row.problems],
            "seen": row.seen,
        }
        for row in planned
    ]
    session.execute(insert(CatalogueImportRow), rows)
    return import_id


def _locked(
    tenant: Tenant,
    import_id: UUID,
    state: str,
    otherwise: type[ImportNotPreviewed] | type[ImportNotCommitted],
) -> CatalogueImport:
    query = select(CatalogueImport).where(
        CatalogueImport.id == import_id, CatalogueImport.tenant_id == tenant.id
    )
    found = session.execute(
        query.with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise ImportNotFound()
    if found.state != state:
        raise otherwise(state=found.state)
    return found


def _planned_rows(import_id: UUID) -> list[Planned]:
    row = CatalogueImportRow
    rows = session.execute(
        select(row.line, row.result, row.values, row.seen)
        .where(row.import_id == import_id, row.result.in_((Result.NEW, Result.CHANGE)))
        .order_by(row.line)
    )
    return [
        Planned(each.line, Result(each.result), each.values, [], seen=each.seen) for each in rows
    ]


def _write(
    tenant: Tenant,
    good: list[Planned],
    known: catalogue.Known,
    import_id: UUID,
    actor: Actor,
    now: datetime,
) -> dict[int, dict[str, Any]]:
    try:
        with session.begin_nested():
            return writing.write(tenant, good, known, import_id=import_id, actor=actor, now=now)
    except IntegrityError as error:
        raise CatalogueMoved() from error


def _trails(import_id: UUID) -> dict[int, dict[str, Any]]:
    row = CatalogueImportRow
    rows = session.execute(
        select(row.line, row.trail)
        .where(row.import_id == import_id, row.outcome.in_(("written", "refused")))
        .order_by(row.line)
    )
    return {each.line: each.trail for each in rows}


def _record_commit(
    tenant: Tenant,
    import_id: UUID,
    trails: dict[int, dict[str, Any]],
    skipped: list[tuple[int, str]],
    actor: Actor,
    now: datetime,
) -> None:
    rows = [
        {"line": line, "trail": trail, "outcome": "written", "reason": None}
        for line, trail in trails.items()
    ] + [
        {"line": line, "trail": None, "outcome": "skipped", "reason": reason}
        for line, reason in skipped
    ]
    _mark(import_id, rows)
    _set(import_id, state="committed", committed_at=now)
    told = {"written": len(trails), "skipped": len(skipped)}
    audit.record(tenant, actor, "catalogue.imported", str(import_id), after=told)


def _record_undo(
    tenant: Tenant,
    import_id: UUID,
    verdicts: dict[int, Reason | None],
    actor: Actor,
    now: datetime,
) -> None:
    rows = [
        {
            "line": line,
            "outcome": "refused" if reason else "reversed",
            "reason": reason.value if reason else None,
        }
        for line, reason in verdicts.items()
    ]
    _mark(import_id, rows)
    refused = sum(reason is not None for reason in verdicts.values())
    _set(import_id, state="committed" if refused else "undone", undone_at=now)
    told = {"reversed": len(rows) - refused, "refused": refused}
    audit.record(tenant, actor, "catalogue.import_undone", str(import_id), after=told)


def _mark(import_id: UUID, rows: list[dict[str, Any]]) -> None:
    """What became of many rows, in one statement."""
    session.execute(_MARK, {"import": import_id, "rows": json.dumps(rows)})


def _set(import_id: UUID, **values: Any) -> None:
    head = CatalogueImport
    session.execute(update(head).where(head.id == import_id).values(values))
