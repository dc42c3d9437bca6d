"""More letters pass for each other: 2 and z, 9 and g and q, cl and d; kept names fold again.

Where two kept names now look alike, the older keeps the look for itself. The younger stays in use
and stays refused to others by the registry's unique name; its row waits under a key
no name folds to.
"""

from __future__ import annotations

from alembic import op

revision = "s0014"
down_revision = "s0013"
branch_labels = None
depends_on = None

_PAIRS = "replace(replace({}, 'rn', 'm'), 'vv', 'w')"
BEFORE = _PAIRS.format("translate(replace(slug, '-', ''), '0158i', 'olsbl')")
NOW = _PAIRS.format("translate(replace(slug, '-', ''), '01i2589q', 'ollzsbgg')")
NOW = f"replace({NOW}, 'cl', 'd')"


def _refold(look: str) -> None:
    """Two passes, because the new look of one row may be the old look of another."""
    op.execute("UPDATE shared.site_name SET look = '=' || left(md5(slug), 29)")
    op.execute(
        f"""
        UPDATE shared.site_name AS kept SET look = first.look
        FROM (
            SELECT DISTINCT ON ({look}) slug, {look} AS look FROM shared.site_name
            ORDER BY {look}, kept_at, slug
        ) AS first
        WHERE first.slug = kept.slug
        """
    )


def upgrade() -> None:
    _refold(NOW)


def downgrade() -> None:
    _refold(BEFORE)
