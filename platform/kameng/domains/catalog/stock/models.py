"""Card secrets and the batches they came in. Only the database functions of 0005 move a card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class CardBatch(SharedModel):
    """One paste or upload of secrets for one SKU."""

    __tablename__ = "card_batch"
    __table_args__ = (Index("ix_card_batch_tenant_id", "tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    sku_id: Mapped[UUID]
    note: Mapped[str] = mapped_column(String(200))
    inserted: Mapped[int]
    duplicates: Mapped[int]
    blank: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)


class CardSecret(SharedModel):
    """One sealed secret of its owner `tenant_id`; free -> held -> sold, or void.

    Once sold it never moves again. (order, line, seq) is unique, so no line gets a card twice.
    """

    __tablename__ = "card_secret"
    __table_args__ = (
        UniqueConstraint("tenant_id", "sku_id", "digest", name="uq_card_secret_digest"),
        Index("ix_card_secret_free", "sku_id", "id", postgresql_where=text("state = 'free'")),
        Index("ix_card_secret_state", "sku_id", "state", "id"),
        Index("ix_card_secret_batch_id", "batch_id", "state"),
        Index(
            "uq_card_secret_delivery",
            "order_id",
            "line_id",
            "seq",
            unique=True,
            postgresql_where=text("order_id is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    sku_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(4))
    cipher: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    buyer_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    order_id: Mapped[UUID | None]
    line_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    held_until: Mapped[datetime | None] = mapped_column(STAMP)
    sold_at: Mapped[datetime | None] = mapped_column(STAMP)
