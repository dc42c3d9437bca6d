"""The row of a top-up while a verb works on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kameng.domains.topups.errors import NoSuchTopUp
from kameng.domains.topups.models import TopUp
from tenants.database import session
from tenants.tree import Tenant


def locked(tenant: Tenant, topup_id: UUID) -> TopUp:
    """A top-up of the bound site, locked until the transaction ends."""
    row = session.scalar(
        select(TopUp)
        .where(TopUp.id == topup_id, TopUp.tenant_id == tenant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NoSuchTopUp()
    return row
