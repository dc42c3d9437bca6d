"""Reads of the fees of providers."""

from __future__ import annotations

from sqlalchemy import select

from kameng.domains.payments.fees.models import ChannelFeeRow
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.kit.money import Money, Percent
from tenants.database import session
from tenants.tree import Tenant


def of(tenant: Tenant, channel: str) -> ChannelFee:
    """What a provider keeps of payments to the master of this alliance; nothing unless set."""
    columns = ChannelFeeRow.__table__.c
    row = session.execute(
        select(columns.percent, columns.flat, columns.returns).where(
            columns.tenant_id == tenant.root_id, columns.channel == channel
        )
    ).first()
    if row is None:
        return ChannelFee()
    return ChannelFee(Percent(row.percent), Money(row.flat.micro, tenant.currency), row.returns)
