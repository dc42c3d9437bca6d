"""Records who changed what, from where; the log only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select

from kameng.kit import clock, ids
from kameng.kit.tables import AuditRow
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind 'staff', 'member', 'guest' or 'system'."""

    kind: str
    id: str
    name: str
    ip: str = ""


SYSTEM = Actor("system", "kameng", "Kameng")


def record(
    tenant: Tenant,
    actor: Actor,
    action: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append one line in the current transaction; values must be JSON and hold no secret."""
    row = {
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id[:60],
        "actor_name": actor.name[:80],
        "ip": actor.ip[:45],
        "action": action,
        "subject": subject[:120],
        "before": before,
        "after": after,
    }
    session.execute(insert(AuditRow.__table__).values(row))


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the log as the console lists it."""

    at: datetime
    actor_kind: str
    actor_name: str
    ip: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the log: words anywhere, who (name or address), which thing, when (from the one
    moment to before the other), how the codes of the acts begin. Empty: everything."""

    search: str = ""
    who: str = ""
    about: str = ""
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def lines(
    tenant: Tenant, wanted: Wanted | None = None, *, page: int = 1, size: int = 50
) -> tuple[list[AuditLine], int]:
    """The log of a site, newest first, and how many lines there are."""
    narrowed = _narrowed(tenant, wanted or Wanted())
    total = session.scalar(select(func.count()).select_from(AuditRow).where(*narrowed)) or 0
    query = (
        select(AuditRow)
        .where(*narrowed)
        .order_by(AuditRow.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return [_line(row) for row in session.scalars(query)], total


def _narrowed(tenant: Tenant, wanted: Wanted) -> list[ColumnElement[bool]]:
    said = (
        (wanted.search, (AuditRow.action, AuditRow.actor_name, AuditRow.subject, AuditRow.ip)),
        (wanted.who, (AuditRow.actor_name, AuditRow.ip)),
        (wanted.about, (AuditRow.subject,)),
    )
    found = [AuditRow.tenant_id == tenant.id]
    for word, columns in said:
        if part := word.strip():
            found.append(or_(*(column.icontains(part, autoescape=True) for column in columns)))
    if wanted.actions:
        begins = (AuditRow.action.startswith(one, autoescape=True) for one in wanted.actions)
        found.append(or_(*begins))
    if wanted.since:
        found.append(AuditRow.at >= wanted.since)
    if wanted.until:
        found.append(AuditRow.at < wanted.until)
    return found


def about(tenant: Tenant, subject: str, *, size: int = 20) -> list[AuditLine]:
    """What this site's log says about one thing, newest first."""
    query = (
        select(AuditRow)
        .where(AuditRow.tenant_id == tenant.id, AuditRow.subject == subject)
        .order_by(AuditRow.id.desc())
        .limit(size)
    )
    return [_line(row) for row in session.scalars(query)]


def last_act(tenant_ids: Sequence[int], actions: Sequence[str], subject: str) -> str | None:
    """Which of `actions` on `subject` was the last on any of these sites; in `shared()`."""
    found = (
        select(AuditRow.action)
        .where(
            AuditRow.tenant_id.in_(tenant_ids),
            AuditRow.action.in_(actions),
            AuditRow.subject == subject,
        )
        .order_by(AuditRow.id.desc())
        .limit(1)
    )
    return session.scalar(found)


def _line(row: AuditRow) -> AuditLine:
    return AuditLine(
        row.at,
        row.actor_kind,
        row.actor_name,
        row.ip,
        row.action,
        row.subject,
        row.before,
        row.after,
    )
