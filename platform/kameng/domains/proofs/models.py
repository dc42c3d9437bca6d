"""The runs of the proof and what each found; only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class ProofRun(SharedModel):
    """One proof of the books of a master's alliance."""

    __tablename__ = "proof_run"
    __table_args__ = (
        CheckConstraint("state IN ('holds', 'differs', 'failed')", name="state"),
        Index("ix_proof_run_tenant_id", "tenant_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(80))
    began_at: Mapped[datetime] = mapped_column(STAMP)
    ended_at: Mapped[datetime] = mapped_column(STAMP)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    found: Mapped[int] = mapped_column(Integer)


class ProofDifference(SharedModel):
    """One thing a run found wrong, with the rows to look at."""

    __tablename__ = "proof_difference"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    site_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(Text)
    found: Mapped[int] = mapped_column(BigInteger)
    expected: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
