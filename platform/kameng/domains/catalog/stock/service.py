"""The verbs of the card stock: seal and store secrets, hand each out once, open what was sold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text

from kameng.domains.catalog.errors import (
    LineTakenOtherwise,
    NotACardSku,
    OutOfStock,
    SkuNotFound,
)
from kameng.domains.catalog.models import Product, Sku
from kameng.domains.catalog.rules import StockType, one_line
from kameng.domains.catalog.stock import rules, sealing
from kameng.domains.catalog.stock.errors import CardNotFound, FileTooLarge, TextUnreadable
from kameng.domains.catalog.stock.facts import Added, OpenedCard
from kameng.domains.catalog.stock.models import CardBatch
from kameng.kit import audit, ids
from kameng.kit import secrets as seals
from kameng.kit.audit import Actor
from kameng.kit.uploads import text_of
from tenants.database import session
from tenants.tree import Tenant

_TAKE = text(
    "SELECT owner, available, cards, ciphers"
    " FROM shared.take_cards(:sku, :quantity, :order, :line, :at)"
)
_HOLD = text(
    "SELECT owner, available, cards FROM shared.hold_cards(:sku, :quantity, :order, :line, :at)"
)
_SELL_HELD = text("SELECT shared.sell_held_cards(:order, :at)")


def add_secrets_file(
    tenant: Tenant, sku_id: UUID, raw: bytes, *, note: str = "", actor: Actor, now: datetime
) -> Added:
    """Secrets from an uploaded text file, one per line; UTF-8 or GBK, any line ends."""
    if len(raw) > rules.LARGEST_FILE:
        raise FileTooLarge(size=len(raw), limit=rules.LARGEST_FILE)
    content = text_of(raw)
    if content is None:
        raise TextUnreadable()
    return add_secrets(tenant, sku_id, rules.lines_of(content), note=note, actor=actor, now=now)


def add_secrets(
    tenant: Tenant,
    sku_id: UUID,
    lines: Iterable[str],
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Added:
    """Seal and store one secret per line; duplicates of the paste or the stock are reported."""
    _own_card_sku(tenant, sku_id)
    paste = rules.read(lines)
    batch_id = ids.uuid7()
    sealer = seals.sealer(tenant.id)
    first, repeated = sealing.distinct(sealer, paste)
    known = sealing.store(sealer, sku_id, batch_id, first, now)
    added = Added(
        batch_id if len(known) < len(first) else None,
        len(first) - len(known),
        sorted(repeated + known),
        paste.blank,
    )
    if added.batch_id:
        _record_batch(tenant, sku_id, added, note, actor, now)
    return added


def take(
    tenant: Tenant, sku_id: UUID, quantity: int, *, order_id: UUID, line_id: UUID, now: datetime
) -> list[UUID]:
    """Sell `quantity` cards to an order line, held ones first; all or OutOfStock.

    The same line twice returns the same cards. Refused, the caller must roll back.
    """
    return list(_take(tenant, sku_id, quantity, order_id, line_id, now).cards)


def take_open(
    tenant: Tenant, sku_id: UUID, quantity: int, *, order_id: UUID, line_id: UUID, now: datetime
) -> list[OpenedCard]:
    """`take`, and the plaintexts with it, in the same round trip."""
    taken = _take(tenant, sku_id, quantity, order_id, line_id, now)
    sealer = seals.sealer(taken.owner)
    pairs = zip(taken.cards, taken.ciphers, strict=True)
    return [
        OpenedCard(card, line_id, seq, sealer.open(cipher, str(card)))
        for seq, (card, cipher) in enumerate(pairs, 1)
    ]


def hold(
    tenant: Tenant, sku_id: UUID, quantity: int, *, order_id: UUID, line_id: UUID, until: datetime
) -> list[UUID]:
    """Keep `quantity` cards for an order line until it is paid or released; all or OutOfStock."""
    row = session.execute(_HOLD, _asked(sku_id, quantity, order_id, line_id, until)).one()
    return list(_all_or_nothing(row, quantity).cards)


def release(tenant: Tenant, order_id: UUID) -> int:
    """Give the cards held for an order of this site back; how many. Sold ones stay sold."""
    freed = session.execute(text("SELECT shared.release_cards(:order)"), {"order": order_id})
    return int(freed.scalar_one())


def sell_held(tenant: Tenant, order_id: UUID, *, now: datetime) -> list[UUID]:
    """Turn everything held for an order of this site into sold."""
    return list(session.execute(_SELL_HELD, {"order": order_id, "at": now}).scalars())


def open(tenant: Tenant, order_id: UUID) -> list[OpenedCard]:
    """The plaintexts sold to this site's order, by line and sequence; [] if none were."""
    rows = session.execute(
        text(
            "SELECT id, tenant_id, line_id, seq, cipher FROM shared.card_secret"
            " WHERE order_id = :order AND state = 'sold' AND buyer_tenant_id = :me"
            " ORDER BY line_id, seq"
        ),
        {"order": order_id, "me": tenant.id},
    ).all()
    sealers = {owner: seals.sealer(owner) for owner in {row.tenant_id for row in rows}}
    return [
        OpenedCard(
            row.id, row.line_id, row.seq, sealers[row.tenant_id].open(row.cipher, str(row.id))
        )
        for row in rows
    ]


def reveal_in_console(tenant: Tenant, card_id: UUID, *, actor: Actor, now: datetime) -> str:
    """The plaintext of an own card for staff; who looked is on record."""
    row = session.execute(
        text(
            "SELECT sku_id, state, cipher FROM shared.card_secret"
            " WHERE id = :card AND tenant_id = :me"
        ),
        {"card": card_id, "me": tenant.id},
    ).one_or_none()
    if row is None:
        raise CardNotFound()
    seen = {"sku": str(row.sku_id), "state": row.state}
    audit.record(tenant, actor, "secret.revealed", str(card_id), after=seen)
    return seals.sealer(tenant.id).open(row.cipher, str(card_id))


def void(
    tenant: Tenant, card_ids: Sequence[UUID], *, reason: str, actor: Actor, now: datetime
) -> int:
    """Take own free cards out of sale; held and sold ones are left alone. How many moved."""
    return _move("void_cards", "secrets.voided", tenant, card_ids, reason, actor)


def restore(
    tenant: Tenant, card_ids: Sequence[UUID], *, reason: str, actor: Actor, now: datetime
) -> int:
    """Put own voided cards back on sale. How many moved."""
    return _move("restore_cards", "secrets.restored", tenant, card_ids, reason, actor)


def _own_card_sku(tenant: Tenant, sku_id: UUID) -> None:
    query = select(Product.stock_type).join(Sku, Sku.product_id == Product.id)
    stock_type = session.execute(
        query.where(Sku.id == sku_id, Sku.tenant_id == tenant.id)
    ).scalar_one_or_none()
    if stock_type is None:
        raise SkuNotFound()
    if stock_type != StockType.CARD:
        raise NotACardSku()


def _record_batch(
    tenant: Tenant, sku_id: UUID, added: Added, note: str, actor: Actor, now: datetime
) -> None:
    told = {
        "inserted": added.inserted,
        "duplicates": len(added.duplicates),
        "blank": added.blank,
        "note": one_line(note)[:200],
    }
    session.execute(
        insert(CardBatch).values(
            id=added.batch_id,
            tenant_id=tenant.id,
            sku_id=sku_id,
            created_by=actor.name[:80],
            created_at=now,
            **told,
        )
    )
    audit.record(tenant, actor, "secrets.added", str(sku_id), after=told)


def _take(
    tenant: Tenant, sku_id: UUID, quantity: int, order_id: UUID, line_id: UUID, now: datetime
) -> Row[Any]:
    row = session.execute(_TAKE, _asked(sku_id, quantity, order_id, line_id, now)).one()
    return _all_or_nothing(row, quantity)


def _asked(
    sku_id: UUID, quantity: int, order_id: UUID, line_id: UUID, at: datetime
) -> dict[str, Any]:
    if quantity < 1:
        raise ValueError("a quantity is at least one")
    return {"sku": sku_id, "quantity": quantity, "order": order_id, "line": line_id, "at": at}


def _all_or_nothing(row: Row[Any], quantity: int) -> Row[Any]:
    if row.owner is None:
        raise SkuNotFound()
    if row.cards is None:
        raise OutOfStock(available=row.available or 0, wanted=quantity)
    if len(row.cards) != quantity:
        raise LineTakenOtherwise(taken=len(row.cards), wanted=quantity)
    return row


def _move(
    function: str,
    action: str,
    tenant: Tenant,
    card_ids: Sequence[UUID],
    reason: str,
    actor: Actor,
) -> int:
    moved = session.execute(
        text(f"SELECT shared.{function}(CAST(:ids AS uuid[]))"), {"ids": list(card_ids)}
    ).scalars()
    told = [str(card) for card in moved]
    if told:
        after = {"cards": told[:100], "count": len(told), "reason": one_line(reason)[:200]}
        audit.record(tenant, actor, action, told[0], after=after)
    return len(told)
