"""How an order is written: whole, with lines, history and index row, in one statement; and how
it moves, with its history and index, in one statement too. A purchase is paid for in round trips.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.orders import rules
from kameng.domains.orders.errors import OrderNotFound, SiteMoved
from kameng.domains.orders.models import OrderEvent, OrderLine, ShopOrder
from kameng.domains.orders.rules import LineFacts, OrderFacts, OrderState
from kameng.kit import ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

ORDERS: Table = ShopOrder.__table__
LINES: Table = OrderLine.__table__
EVENTS: Table = OrderEvent.__table__


def _from_json(table: Table, value: str, more: str = "") -> str:
    """An INSERT of JSON rows that names its columns: the next revision may have more of them."""
    columns = ", ".join(table.columns.keys())
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM"  # noqa: S608 - our names
        f" jsonb_populate_recordset(NULL::{table.name}, CAST({value} AS jsonb)){more}"
    )


NEW = text(
    f"WITH o AS ({_from_json(ORDERS, ':placed')}),"
    f" l AS ({_from_json(LINES, ':lines')}), e AS ({_from_json(EVENTS, ':events')})"
    " SELECT shared.order_indexed(CAST(:indexed AS jsonb))"
)
ELSEWHERE = "KO001"
"""SQLSTATE raised by shared.order_indexed: the site does not stand where the chain says."""
MOVED = text(
    "WITH o AS (UPDATE shop_order SET state = :state, paid_at = :paid_at,"  # noqa: S608 - ours
    " completed_at = :completed_at, pay_method = :pay_method, expires_at = :expires_at,"
    " moved_at = :now WHERE id = :id AND state = :was RETURNING id),"
    f" e AS ({_from_json(EVENTS, ':events', ' WHERE EXISTS (SELECT 1 FROM o)')})"
    " SELECT shared.order_moved(id, :state, :now) FROM o"
)


@dataclass
class Journey:
    """An order on its way in this transaction: where it stands, and what has happened so far.

    Steps of one moment are a microsecond apart, so that the history keeps their order.
    """

    order: OrderFacts
    was: OrderState | None
    now: datetime
    events: list[dict[str, Any]] = field(default_factory=list)

    def note(self, name: str, actor: Actor, **note: Any) -> None:
        """Something happened that changes no state."""
        self._add(name, self.order.state, self.order.state, actor, note)

    def move(self, to: OrderState, name: str, actor: Actor, **note: Any) -> None:
        """Go on to another state, if there is a way."""
        before = self.order.state
        self.order = _stamped(self.order, rules.move(before, to), self.now)
        self._add(name, before, to, actor, note)

    def _add(
        self,
        name: str,
        before: OrderState | None,
        to: OrderState,
        actor: Actor,
        note: Mapping[str, Any],
    ) -> None:
        step = timedelta(microseconds=len(self.events))
        self.events.append(
            {
                "id": str(ids.uuid7()),
                "order_id": str(self.order.id),
                "name": name,
                "from_state": before.value if before else None,
                "to_state": to.value,
                "actor_kind": actor.kind,
                "actor_id": actor.id[:60],
                "actor_name": actor.name[:80],
                "ip": actor.ip[:45],
                "note": dict(note),
                "at": self.now + step,
            }
        )


def begin(order: OrderFacts, actor: Actor, *, now: datetime, **note: Any) -> Journey:
    """A new order sets out."""
    journey = Journey(order, None, now)
    journey._add("placed", None, order.state, actor, note)
    return journey


def write(
    tenant: Tenant,
    journey: Journey,
    lines: Sequence[LineFacts],
    *,
    password_digest: bytes | None,
    ip: str,
) -> OrderFacts:
    """Store a new order with everything that belongs to it.

    SiteMoved when the site no longer stands where the order's chain says.
    """
    order = journey.order
    placed = _row(order) | {
        "password_digest": f"\\x{password_digest.hex()}" if password_digest else None,
        "ip": ip[:45],
        "moved_at": order.placed_at,
    }
    row = {
        "placed": _json([placed]),
        "lines": _json([_line_row(order.id, line) for line in lines]),
        "events": _json(journey.events),
        "indexed": _json(_index_row(order, lines)),
    }
    try:
        session.execute(NEW, row)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == ELSEWHERE:
            raise SiteMoved() from error
        raise
    return order


def save(tenant: Tenant, journey: Journey) -> OrderFacts:
    """Store how far an order has come; refuses if it is no longer where it was read."""
    order = journey.order
    moved = session.execute(
        MOVED,
        {
            "id": order.id,
            "was": (journey.was or order.state).value,
            "state": order.state.value,
            "paid_at": order.paid_at,
            "completed_at": order.completed_at,
            "pay_method": order.pay_method,
            "expires_at": order.expires_at,
            "events": _json(journey.events),
            "now": journey.now,
        },
    )
    if len(moved.all()) != 1:
        raise AssertionError(f"order {order.number} was moved without its lock")
    return order


def locked(tenant: Tenant, *, now: datetime, **which: Any) -> Journey:
    """The order, by id or number, locked until the transaction ends."""
    found = [ORDERS.c[name] == value for name, value in which.items()]
    row = session.execute(select(*ORDERS.c).where(*found).with_for_update()).first()
    if row is None:
        raise OrderNotFound()
    order = facts(row)
    return Journey(order, order.state, now)


def read(number: str) -> tuple[OrderFacts, list[LineFacts]]:
    """An order with its lines, without a lock."""
    row = session.execute(select(*ORDERS.c).where(ORDERS.c.number == number)).first()
    if row is None:
        raise OrderNotFound()
    order = facts(row)
    return order, lines_of(order.id)


def lines_of(order_id: UUID) -> list[LineFacts]:
    """An order's lines."""
    mine = select(*LINES.c).where(LINES.c.order_id == order_id).order_by(LINES.c.seq)
    return [line_facts(row) for row in session.execute(mine)]


def open_task(order: OrderFacts, kind: str, reason: str, *, now: datetime) -> None:
    """Put an order before a human, with the reason."""
    row = {
        "id": str(ids.uuid7()),
        "order_id": str(order.id),
        "order_number": order.number,
        "kind": kind,
        "reason": reason[:500],
        "created_at": now.isoformat(),
    }
    session.execute(text("SELECT shared.task_opened(CAST(:row AS jsonb))"), {"row": _json(row)})


def close_task(order: OrderFacts, kind: str, *, now: datetime) -> None:
    """What a human had to decide is decided."""
    session.execute(
        text("SELECT shared.task_closed(:order, :kind, :now)"),
        {"order": order.id, "kind": kind, "now": now},
    )


def facts(row: ShopOrder | Row[Any]) -> OrderFacts:
    """The row as a value."""
    return OrderFacts(
        id=row.id,
        number=row.number,
        state=OrderState(row.state),
        total=Money(row.total.micro, row.currency),
        currency=row.currency,
        contact=row.contact,
        member_id=row.member_id,
        pay_method=row.pay_method,
        locale=row.locale,
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        completed_at=row.completed_at,
    )


def line_facts(row: Row[Any]) -> LineFacts:
    """The row as a value."""
    return LineFacts(
        id=row.id,
        seq=row.seq,
        sku_id=row.sku_id,
        product_id=row.product_id,
        owner_tenant_id=row.owner_tenant_id,
        name=row.name,
        product_name=row.product_name,
        usage_note=row.usage_note,
        stock_type=row.stock_type,
        quantity=row.quantity,
        unit_price=row.unit_price,
        total=row.total,
        chain=tuple(row.chain),
        extras=tuple(row.extras or ()),
        refund_days=row.refund_days,
        returned=row.returned or 0,
        allowed=row.allowed,
    )


def _stamped(order: OrderFacts, to: OrderState, now: datetime) -> OrderFacts:
    paid = order.paid_at or (now if to in rules.MUST_DELIVER else None)
    completed = order.completed_at or (now if to is OrderState.COMPLETED else None)
    return dataclasses.replace(order, state=to, paid_at=paid, completed_at=completed)


def _row(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}


def _line_row(order_id: UUID, line: LineFacts) -> dict[str, Any]:
    row = _row(line) | {"order_id": str(order_id), "allowed": line.back.money}
    row.pop("delivered")
    return row


def _index_row(order: OrderFacts, lines: Sequence[LineFacts]) -> dict[str, Any]:
    row = _row(order) | {
        "order_id": str(order.id),
        "title": rules.title_of(lines),
        "quantity": sum(line.quantity for line in lines),
        "contact": rules.masked(order.contact),
        "moved_at": order.placed_at,
    }
    for private in ("id", "locale", "expires_at"):
        row.pop(private)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.micro
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
