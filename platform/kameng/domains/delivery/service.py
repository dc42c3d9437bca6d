"""The verbs of delivery: reserve, hand over, give back, show again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.catalog.stock import service as stock
from kameng.domains.delivery import rules
from kameng.domains.delivery.models import Fulfilment
from kameng.domains.delivery.rules import FulfilmentState, Parcel, Secret
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

_NEW = insert(Fulfilment.__table__)
_STORE = _NEW.on_conflict_do_update(
    index_elements=["line_id"],
    set_={
        name: _NEW.excluded[name]
        for name in ("state", "held_until", "delivered_at", "revealed_at", "moved_at")
    },
    where=or_(
        Fulfilment.state == FulfilmentState.RESERVED.value,
        Fulfilment.state == FulfilmentState.FAILED.value,
    ),
)


def reserve(
    tenant: Tenant, order_id: UUID, parcels: Sequence[Parcel], *, until: datetime, now: datetime
) -> list[Parcel]:
    """Hold what is scarce until then; what is plentiful is taken when it is paid for."""
    amounts = catalog.stock(tenant, [one.sku_id for one in parcels])
    held = rules.scarce(parcels, amounts)
    for one in held:
        stock.hold(
            tenant, one.sku_id, one.quantity, order_id=order_id, line_id=one.line_id, until=until
        )
    _store([_row(order_id, one, FulfilmentState.RESERVED, now, held_until=until) for one in held])
    return held


def keep_back(
    tenant: Tenant, order_id: UUID, parcels: Sequence[Parcel], *, until: datetime, now: datetime
) -> list[Parcel]:
    """Hold what a paid order waits for, plentiful or not, as far as it is there; what was held
    already is held only once. The parcels that are held."""
    held = [one for one in parcels if _is_kept(tenant, order_id, one, until)]
    _store([_row(order_id, one, FulfilmentState.RESERVED, now, held_until=until) for one in held])
    return held


def _is_kept(tenant: Tenant, order_id: UUID, parcel: Parcel, until: datetime) -> bool:
    line = {"order_id": order_id, "line_id": parcel.line_id}
    try:
        stock.hold(tenant, parcel.sku_id, parcel.quantity, until=until, **line)
    except OutOfStock:
        return False
    return True


def hand_over(
    tenant: Tenant, order_id: UUID, parcels: Sequence[Parcel], *, shown: bool, now: datetime
) -> list[Secret]:
    """Take every line's secrets from the stock, or refuse and let the transaction undo it all.

    `shown` tells that the secrets go to the shopper at once, in this very request.
    """
    secrets: list[Secret] = []
    for one in parcels:
        secrets += _taken(tenant, order_id, one, now)
    state = FulfilmentState.REVEALED if shown else FulfilmentState.DELIVERED
    stamps = {"delivered_at": now, "revealed_at": now if shown else None}
    _store([_row(order_id, one, state, now, **stamps) for one in parcels])
    return secrets


def give_back(tenant: Tenant, order_id: UUID) -> int:
    """Free what was held for an order that will not be paid; what was sold stays sold."""
    session.execute(
        delete(Fulfilment).where(
            Fulfilment.order_id == order_id, Fulfilment.state == FulfilmentState.RESERVED
        )
    )
    return stock.release(tenant, order_id)


def reveal(
    tenant: Tenant,
    order_id: UUID,
    *,
    hidden: Mapping[UUID, int] = MappingProxyType({}),
    actor: Actor,
    now: datetime,
) -> list[Secret]:
    """Show an order's secrets, and write down who saw them. The caller has checked the right.

    `hidden`: so many of a line, its last ones, were given back unseen and stay so.
    """
    opened = [Secret(one.line_id, one.seq, one.secret) for one in stock.open(tenant, order_id)]
    secrets = rules.shown(opened, hidden)
    if secrets:
        _mark_revealed(order_id, {one.line_id for one in secrets}, now)
        audit.record(
            tenant, actor, "secret.revealed", f"order:{order_id}", after={"count": len(secrets)}
        )
    return secrets


def _taken(tenant: Tenant, order_id: UUID, parcel: Parcel, now: datetime) -> list[Secret]:
    rules.check_deliverable(parcel.stock_type)
    cards = stock.take_open(
        tenant,
        parcel.sku_id,
        parcel.quantity,
        order_id=order_id,
        line_id=parcel.line_id,
        now=now,
    )
    secrets = [Secret(card.line_id, card.seq, card.secret) for card in cards]
    rules.check_complete(parcel, secrets)
    return secrets


def _row(
    order_id: UUID, parcel: Parcel, state: FulfilmentState, now: datetime, **stamps: Any
) -> dict[str, Any]:
    empty = {"held_until": None, "delivered_at": None, "revealed_at": None}
    known = {"line_id": parcel.line_id, "order_id": order_id, "state": state.value}
    return {**known, **empty, **stamps, "moved_at": now}


def _store(rows: list[dict[str, Any]]) -> None:
    """Insert, or move what was reserved; what was delivered is never overwritten."""
    if not rows:
        return
    session.execute(_STORE, rows if len(rows) > 1 else rows[0])


def _mark_revealed(order_id: UUID, lines: set[UUID], now: datetime) -> None:
    session.execute(
        update(Fulfilment)
        .where(Fulfilment.order_id == order_id, Fulfilment.state == FulfilmentState.DELIVERED)
        .where(Fulfilment.line_id.in_(lines))
        .values(state=FulfilmentState.REVEALED, revealed_at=now, moved_at=now)
    )
