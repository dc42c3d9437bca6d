"""Reads of payees: a site its own, the master those of all sites below; numbers stay masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from kameng.domains.accounts.members import queries as members
from kameng.domains.payees.models import Payee
from kameng.domains.payees.rules import CONSENT, CONSENT_VERSION, HOUSE, Kind, Owner, State
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class PayeeFacts:
    """One payee, as far as anybody sees it without asking for the number."""

    id: UUID
    tenant_id: int
    owner: Owner
    kind: Kind
    legal_name: str
    id_hint: str
    state: State
    reason: str
    version: int
    sent_at: datetime
    decided_at: datetime | None
    decided_by: str | None

    @property
    def is_verified(self) -> bool:
        return self.state is State.VERIFIED


def of(tenant: Tenant, owner: Owner = HOUSE) -> PayeeFacts | None:
    """The payee the site has sent, whatever became of it."""
    row = session.scalar(select(Payee).where(*_is(tenant, owner)))
    return facts(row) if row else None


def verified(tenant: Tenant, owner: Owner = HOUSE) -> PayeeFacts | None:
    """The payee money may be paid to now; None while nobody is verified."""
    found = of(tenant, owner)
    return found if found and found.is_verified else None


def of_site(tenant: Tenant, *, limit: int = 100) -> list[PayeeFacts]:
    """Everybody who is paid at a site: the house first, then its promoters, the latest first."""
    query = select(Payee).where(Payee.tenant_id == tenant.id)
    house = Payee.owner_type != HOUSE.kind
    return [
        facts(row)
        for row in session.scalars(query.order_by(house, Payee.sent_at.desc()).limit(limit))
    ]


def waiting(root: Tenant, *, limit: int = 100) -> list[PayeeFacts]:
    """Payees of the sites below that wait for the master's word, the oldest first."""
    query = select(Payee).where(Payee.root_id == root.id, Payee.state == State.SENT.value)
    return [facts(row) for row in session.scalars(query.order_by(Payee.sent_at).limit(limit))]


def decided(root: Tenant, *, page: int = 1, size: int = 30) -> tuple[list[PayeeFacts], int]:
    """Payees that were decided, the latest first, and how many there are."""
    mine = (Payee.root_id == root.id, Payee.state != State.SENT.value)
    total = session.scalar(select(func.count()).select_from(Payee).where(*mine)) or 0
    query = select(Payee).where(*mine).order_by(Payee.decided_at.desc(), Payee.id)
    rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
    return [facts(row) for row in rows], total


def count_waiting(root: Tenant) -> int:
    """How many wait for the master's word."""
    mine = (Payee.root_id == root.id, Payee.state == State.SENT.value)
    return session.scalar(select(func.count()).select_from(Payee).where(*mine)) or 0


def has_consented(tenant: Tenant, member_id: UUID) -> bool:
    """Whether a member agreed that the master sees the papers, in the version of now."""
    found = consent_of(tenant, member_id)
    return found is not None and found[0] == CONSENT_VERSION


def consent_of(tenant: Tenant, member_id: UUID) -> tuple[str, datetime] | None:
    """The latest version of that text a member agreed to, and when."""
    given = members.consents(tenant, member_id)
    mine = [(version, at) for purpose, version, at in given if purpose == CONSENT]
    return mine[-1] if mine else None


def facts(row: Payee) -> PayeeFacts:
    """The public side of a row."""
    return PayeeFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        owner=Owner(row.owner_type, row.owner_id),
        kind=Kind(row.kind),
        legal_name=row.legal_name,
        id_hint=row.id_hint,
        state=State(row.state),
        reason=row.reason,
        version=row.version,
        sent_at=row.sent_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _is(tenant: Tenant, owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (
        Payee.tenant_id == tenant.id,
        Payee.owner_type == owner.kind,
        Payee.owner_id == owner.id,
    )
