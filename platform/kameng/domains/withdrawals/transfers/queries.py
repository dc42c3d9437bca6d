"""Reads of transfers: of one withdrawal, and of all sites for the clock and for notifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.withdrawals.transfers.models import PayoutTransfer
from kameng.domains.withdrawals.transfers.rules import TransferFacts, TransferState
from tenants.database import session
from tenants.tree import Tenant


def of_withdrawal(tenant: Tenant, withdrawal_id: UUID) -> list[TransferFacts]:
    """All attempts to pay a withdrawal of the bound site, the latest first."""
    query = select(PayoutTransfer).where(
        PayoutTransfer.tenant_id == tenant.id, PayoutTransfer.withdrawal_id == withdrawal_id
    )
    return [facts(row) for row in session.scalars(query.order_by(PayoutTransfer.number.desc()))]


def about(provider_transfer: str) -> TransferFacts | None:
    """Whose a transfer at the provider is. Inside `shared()`."""
    query = select(PayoutTransfer).where(PayoutTransfer.provider_transfer == provider_transfer)
    row = session.scalar(query)
    return facts(row) if row else None


def latest() -> TransferFacts | None:
    """The last one any site began; None where no provider ever paid. Inside `shared()`."""
    row = session.scalar(select(PayoutTransfer).order_by(PayoutTransfer.id.desc()).limit(1))
    return facts(row) if row else None


def to_check(now: datetime, *, limit: int = 50) -> Sequence[TransferFacts]:
    """Transfers of all sites whose outcome nobody knows yet. Inside `shared()`."""
    query = select(PayoutTransfer).where(PayoutTransfer.check_at <= now)
    rows = session.scalars(query.order_by(PayoutTransfer.check_at).limit(limit))
    return [facts(row) for row in rows]


def facts(row: PayoutTransfer) -> TransferFacts:
    """The public side of a row."""
    return TransferFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        withdrawal_id=row.withdrawal_id,
        number=row.number,
        to=row.provider_account,
        amount=row.amount,
        state=TransferState(row.state),
        provider_transfer=row.provider_transfer,
        problem=row.problem or "",
        back=row.back,
        created_at=row.created_at,
        created_by=row.created_by,
        settled_at=row.settled_at,
    )
