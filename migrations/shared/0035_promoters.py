"""What the master keeps of the sales of a level's sites."""

from __future__ import annotations

from alembic import op

revision = "s0035"
down_revision = "s0034"
branch_labels = None
depends_on = None

FEE = """
ALTER TABLE shared.level
    ADD COLUMN platform_fee integer DEFAULT 0 NOT NULL,
    ADD CONSTRAINT ck_level_platform_fee CHECK (platform_fee BETWEEN 0 AND 500000)
"""


def upgrade() -> None:
    op.execute(FEE)


def downgrade() -> None:
    op.execute("ALTER TABLE shared.level DROP COLUMN platform_fee")
