"""The filing numbers (备案号) of a site's own domains: they are a host's, not a site's."""

from __future__ import annotations

from alembic import op

revision = "s0045"
down_revision = "s0044"
branch_labels = None
depends_on = None

COLUMNS = ("icp", "icp_police")


def upgrade() -> None:
    added = ", ".join(f"ADD COLUMN {name} varchar(40)" for name in COLUMNS)
    op.execute(f"ALTER TABLE shared.own_domain {added}")


def downgrade() -> None:
    dropped = ", ".join(f"DROP COLUMN {name}" for name in COLUMNS)
    op.execute(f"ALTER TABLE shared.own_domain {dropped}")
