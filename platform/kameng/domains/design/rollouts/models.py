"""Roll-outs of a master site and the place of every site in them; in the shared schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)
_OPEN = text("state IN ('planned', 'running', 'paused', 'returning')")


class ThemeRollout(SharedModel):
    """One new line on its way to the sites of a master. `waves` are percentages, `chosen` the sites
    before them, `wave` the one that may move now; `threshold` in hundredths of a percent; `drawn`
    and `failed` what was counted when it stopped by itself."""

    __tablename__ = "theme_rollout"
    __table_args__ = (
        Index("uq_theme_rollout_open", "tenant_id", "theme", unique=True, postgresql_where=_OPEN),
        CheckConstraint(
            "state IN ('planned', 'running', 'paused', 'returning', 'stopped', 'done',"
            " 'rolled_back')",
            name="state",
        ),
        CheckConstraint("threshold BETWEEN 1 AND 10000", name="threshold"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    theme: Mapped[str] = mapped_column(String(40))
    from_line: Mapped[str] = mapped_column(String(20))
    to_line: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    waves: Mapped[list[int]] = mapped_column(JSONB)
    chosen: Mapped[list[int]] = mapped_column(JSONB)
    wave: Mapped[int] = mapped_column(SmallInteger)
    wave_full_at: Mapped[datetime | None] = mapped_column(STAMP)
    wait_minutes: Mapped[int]
    threshold: Mapped[int]
    stopped_why: Mapped[str] = mapped_column(String(20))
    drawn: Mapped[int]
    failed: Mapped[int]
    started_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    started_at: Mapped[datetime | None] = mapped_column(STAMP)
    ended_at: Mapped[datetime | None] = mapped_column(STAMP)


class ThemeRolloutSite(SharedModel):
    """One site in a roll-out. `before_rev`, `after_rev`: what was live before it moved and what its
    move made live; the counts before the move are of the old line, those of `_base` what the new
    line had to its name here already."""

    __tablename__ = "theme_rollout_site"
    __table_args__ = (
        Index("ix_theme_rollout_site_rollout_id", "rollout_id", "state", "wave"),
        CheckConstraint(
            "state IN ('waiting', 'moved', 'skipped', 'failed', 'reverted', 'kept')", name="state"
        ),
    )

    rollout_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(BigInteger)
    wave: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10))
    before_rev: Mapped[UUID | None]
    after_rev: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(300))
    drawn_before: Mapped[int]
    failed_before: Mapped[int]
    drawn_base: Mapped[int]
    failed_base: Mapped[int]
    moved_at: Mapped[datetime | None] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
