"""Records who changed what, from where; the log only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select

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


def lines(
    tenant: Tenant, *, search: str = "", page: int = 1, size: int = 50
) -> tuple[list[AuditLine], int]:
    """The log of a site, newest first, and how many lines there are; by action, actor, subject."""
    part = search.strip()
    wanted = [AuditRow.tenant_id == tenant.id]
    if part:
        columns = (AuditRow.action, AuditRow.actor_name, AuditRow.subject)
        wanted.append(or_(*(column.icontains(part, autoescape=True) for column in columns)))
    total = session.scalar(select(func.count()).select_from(AuditRow).where(*wanted)) or 0
    query = (
        select(AuditRow)
        .where(*wanted)
        .order_by(AuditRow.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return [_line(row) for row in session.scalars(query)], total


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
