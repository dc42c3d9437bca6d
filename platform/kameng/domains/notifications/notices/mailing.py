"""Mails one person what waits for him; the mails of a moment and those of a day are one letter.

The inbox is the record. What is being mailed is marked before it is sent, and the mark is taken
back when the server says no: a crash in between loses a mail and never sends it twice.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update

from kameng.config import settings
from kameng.domains.accounts.roles.rules import held
from kameng.domains.notifications.notices import letters, rules
from kameng.domains.notifications.notices.models import Notice, NoticeCopy
from kameng.domains.notifications.notices.queries import Told, wishes
from kameng.domains.notifications.texts import Letter
from kameng.kit import calls, clock, ids, mail
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.jobs import enqueue, job
from tenants.database import session
from tenants.tree import MAIN, Tenant

_READER = text("SELECT email, role, own FROM shared.notice_reader(:staff)")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where somebody gets mail, and what he may read on the site now."""

    address: str
    may: list[str]


def soon(tenant: Tenant, key: str) -> None:
    """Queue the mail of what is due for a person; `key` begins with the person's id."""
    staff_id = key.partition(".")[0]
    enqueue(mail_notices, tenant, staff_id, key=f"notices-{ids.uuid7()}")


@job(queue="slow")
def mail_notices(tenant: Tenant, staff_id: str) -> Iterator[None]:
    """Mail this person what is due; nobody, or nothing, nothing."""
    person, now = UUID(staff_id), clock.now()
    reader = _reader(tenant, person)
    due = _take(tenant, person, now)
    told = _readable(due, reader)
    if reader is None or not told:
        return
    locale = wishes(tenant, person).locale
    letter = letters.letter(tenant.name, told, console=_console(tenant), locale=locale)
    failure = calls.run(Call(lambda: _sent(reader.address, letter), lambda answer: answer))
    if isinstance(failure, (CallRefused, CallUnknown)):
        _give_back(tenant, person, [one.id for one in told])
        yield
        raise failure


def _reader(tenant: Tenant, person: UUID) -> _Reader | None:
    """None for who has no address, is frozen, or does not belong to the site any more."""
    rows = session.execute(_READER, {"staff": person}).all()
    may: list[str] = []
    for row in rows:
        may += rules.readable(row.role, held(row.role, row.own or (), root=tenant.is_root))
    return _Reader(rows[0].email, may) if rows else None


def _take(tenant: Tenant, person: UUID, now: datetime) -> list[tuple[Told, str]]:
    """What is due, marked as mailed, the oldest first."""
    marked = (
        update(NoticeCopy)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == person)
        .where(NoticeCopy.mail_at <= now, NoticeCopy.mailed_at.is_(None))
        .values(mailed_at=now)
        .returning(NoticeCopy.notice_id, NoticeCopy.to)
        .execution_options(synchronize_session=False)
    )
    to = {row.notice_id: row.to for row in session.execute(marked)}
    found = session.scalars(select(Notice).where(Notice.id.in_(to)).order_by(Notice.id))
    return [
        (Told(row.id, row.kind, row.facts, row.page, row.at, False), to[row.id]) for row in found
    ]


def _readable(due: list[tuple[Told, str]], reader: _Reader | None) -> list[Told]:
    """What is not for him any more is not mailed."""
    return [told for told, to in due if reader is not None and to in reader.may]


def _give_back(tenant: Tenant, person: UUID, notices: list[UUID]) -> None:
    session.execute(
        update(NoticeCopy)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == person)
        .where(NoticeCopy.notice_id.in_(notices))
        .values(mailed_at=None)
        .execution_options(synchronize_session=False)
    )


def _console(tenant: Tenant) -> str:
    path = f"/s/{tenant.slug}"
    chosen = settings()
    return chosen.address(
        chosen.host("console"), path if tenant.cell == MAIN else f"/at/{tenant.cell}{path}"
    )


def _sent(address: str, letter: Letter) -> None:
    try:
        mail.send(address, letter.subject, letter.text)
    except (OSError, smtplib.SMTPException) as failure:
        raise CallUnknown(f"{type(failure).__name__}: {failure}") from failure
