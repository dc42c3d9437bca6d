"""Reads of notices: one person's inbox on one site, and what each wishes. Inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, true

from kameng.domains.notifications.kinds import KINDS, Group, Kind
from kameng.domains.notifications.notices import rules
from kameng.domains.notifications.notices.models import Notice, NoticeCopy, NoticeWish
from kameng.domains.notifications.notices.rules import Said, Wish
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody on a site: `may` is what he may read now (rules.readable)."""

    staff_id: UUID
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in somebody's inbox; `page` is a path of the site's console, or nothing."""

    id: UUID
    kind: str
    facts: dict[str, Any]
    page: str
    at: datetime
    read: bool

    def said(self, locale: str) -> Said:
        """In words."""
        return rules.said(self.kind, self.facts, locale)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to be told: of each kind, and in which language by mail."""

    of: dict[Kind, Wish]
    locale: str


def reader(staff_id: UUID, role: str, held: Iterable[str]) -> Reader:
    """Who reads, in which role and with which permissions."""
    return Reader(staff_id, tuple(rules.readable(role, held)))


def inbox(
    tenant: Tenant,
    who: Reader,
    *,
    unread: bool = False,
    group: Group | None = None,
    page: int = 1,
    size: int = 30,
) -> tuple[list[Told], int]:
    """A page of the inbox, the newest first, and how many notices there are."""
    wanted = _mine(tenant, who).where(NoticeCopy.read_at.is_(None) if unread else true())
    if group is not None:
        wanted = wanted.where(Notice.kind.in_(_of_group(group)))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(Notice.id.desc()).limit(size).offset((max(page, 1) - 1) * size)
    return [_told(*row) for row in session.execute(newest)], total


def unread(tenant: Tenant, who: Reader, *, most: int = 100) -> int:
    """How many notices wait to be read; counting ends at `most`."""
    waiting = (
        select(NoticeCopy.notice_id)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == who.staff_id)
        .where(NoticeCopy.shown, NoticeCopy.read_at.is_(None), NoticeCopy.to.in_(who.may))
        .limit(most)
    )
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def wishes(tenant: Tenant, staff_id: UUID) -> Wishes:
    """What holds for this person on this site."""
    row = session.get(NoticeWish, (tenant.id, staff_id))
    chosen = row.kinds if row else {}
    return Wishes(
        {kind: rules.wish_of(kind, chosen) for kind in KINDS},
        row.locale if row else rules.CHINESE,
    )


def latest(tenant: Tenant, kind: Kind, *, since: datetime) -> Mapping[str, Any] | None:
    """The facts of the last notice of a kind since then, whoever may read it."""
    query = (
        select(Notice.facts)
        .where(Notice.tenant_id == tenant.id, Notice.kind == kind.value, Notice.at >= since)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def last_of(tenant: Tenant, kinds: Iterable[Kind]) -> tuple[Kind, UUID] | None:
    """The last notice of any of these kinds the site was given, whoever may read it."""
    among = Notice.kind.in_([kind.value for kind in kinds])
    query = select(Notice.kind, Notice.id).where(Notice.tenant_id == tenant.id, among)
    row = session.execute(query.order_by(Notice.id.desc()).limit(1)).one_or_none()
    return (Kind(row[0]), row[1]) if row else None


def _mine(tenant: Tenant, who: Reader) -> Select[Notice, datetime | None]:
    return (
        select(Notice, NoticeCopy.read_at)
        .join(NoticeCopy, NoticeCopy.notice_id == Notice.id)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == who.staff_id)
        .where(NoticeCopy.shown, NoticeCopy.to.in_(who.may))
    )


def _of_group(group: Group) -> list[str]:
    return [kind.value for kind, about in KINDS.items() if about.group is group]


def _told(row: Notice, read_at: datetime | None) -> Told:
    return Told(row.id, row.kind, row.facts, row.page, row.at, read_at is not None)
