"""Reads of what was delivered; never of the secrets themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kameng.domains.delivery.models import Fulfilment
from kameng.domains.delivery.rules import FulfilmentState
from tenants.database import session
from tenants.tree import Tenant


def states(tenant: Tenant, order_id: UUID) -> dict[UUID, FulfilmentState]:
    """The state of each line of an order that is no longer simply waiting."""
    rows = session.execute(
        select(Fulfilment.line_id, Fulfilment.state).where(Fulfilment.order_id == order_id)
    )
    return {line_id: FulfilmentState(state) for line_id, state in rows}
