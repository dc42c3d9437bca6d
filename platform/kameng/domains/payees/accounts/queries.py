"""Reads of payout accounts, masked: a site its own, the master those of all sites below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts.models import PayoutAccount
from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.models import Payee
from kameng.domains.payees.rules import HOUSE, Owner, State
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One payout account as anybody sees it. `stands`: it is verified and its payee still is."""

    id: UUID
    payee_id: UUID
    tenant_id: int
    owner: Owner
    method: Method
    holder: str
    hint: str
    has_picture: bool
    state: State
    reason: str
    sent_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    removed: bool
    is_current: bool

    @property
    def stands(self) -> bool:
        return self.state is State.VERIFIED and self.is_current and not self.removed


def accounts(tenant: Tenant, owner: Owner = HOUSE) -> list[AccountFacts]:
    """The accounts an owner has bound, the latest first; removed ones are left out."""
    mine = _with_payee().where(
        PayoutAccount.tenant_id == tenant.id,
        PayoutAccount.owner_type == owner.kind,
        PayoutAccount.owner_id == owner.id,
        PayoutAccount.removed_at.is_(None),
    )
    rows = session.execute(mine.order_by(PayoutAccount.sent_at.desc()))
    return [_facts(row, payee) for row, payee in rows]


def account(tenant: Tenant, account_id: UUID) -> AccountFacts | None:
    """One account of the site, removed ones too."""
    mine = _with_payee().where(PayoutAccount.tenant_id == tenant.id, PayoutAccount.id == account_id)
    found = session.execute(mine).one_or_none()
    return _facts(*found) if found else None


def usable(tenant: Tenant, owner: Owner = HOUSE) -> list[AccountFacts]:
    """The accounts money may be paid out to now."""
    if payees.verified(tenant, owner) is None:
        return []
    return [one for one in accounts(tenant, owner) if one.stands]


def waiting(root: Tenant, *, limit: int = 100) -> list[AccountFacts]:
    """Accounts of verified payees that wait for the master's word, the oldest first."""
    query = _with_payee().where(*_waits(root))
    rows = session.execute(query.order_by(PayoutAccount.sent_at).limit(limit))
    return [_facts(row, payee) for row, payee in rows]


def count_waiting(root: Tenant) -> int:
    """How many wait for the master's word."""
    query = select(func.count()).select_from(PayoutAccount).join(Payee, _its_payee())
    return session.scalar(query.where(*_waits(root))) or 0


def _waits(root: Tenant) -> tuple[ColumnElement[bool], ...]:
    return (
        PayoutAccount.root_id == root.id,
        PayoutAccount.state == State.SENT.value,
        PayoutAccount.removed_at.is_(None),
        Payee.state == State.VERIFIED.value,
    )


def _with_payee() -> Select[PayoutAccount, Payee]:
    return select(PayoutAccount, Payee).join(Payee, _its_payee())


def _its_payee() -> ColumnElement[bool]:
    return (
        (Payee.tenant_id == PayoutAccount.tenant_id)
        & (Payee.owner_type == PayoutAccount.owner_type)
        & (Payee.owner_id == PayoutAccount.owner_id)
    )


def _facts(row: PayoutAccount, payee: Payee) -> AccountFacts:
    return AccountFacts(
        id=row.id,
        payee_id=payee.id,
        tenant_id=row.tenant_id,
        owner=Owner(row.owner_type, row.owner_id),
        method=Method(row.method),
        holder=row.holder,
        hint=row.hint,
        has_picture=row.has_picture,
        state=State(row.state),
        reason=row.reason,
        sent_at=row.sent_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        removed=row.removed_at is not None,
        is_current=_is_current(row, payee),
    )


def _is_current(row: PayoutAccount, payee: Payee) -> bool:
    """Whether it was checked for the payee as it stands; the name must be the same, too."""
    checked = row.state != State.VERIFIED or row.payee_version == payee.version
    return payee.state == State.VERIFIED and row.holder == payee.legal_name and checked
