"""A site's films: what a still in `media` is of, and the bytes in pieces that are read alone."""

from __future__ import annotations

from alembic import op

revision = "t0010"
down_revision = "t0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE media ADD COLUMN film jsonb")
    op.execute(
        """
        CREATE TABLE media_part (
            media_id uuid NOT NULL,
            part integer NOT NULL,
            body bytea NOT NULL,
            CONSTRAINT pk_media_part PRIMARY KEY (media_id, part)
        )
        """
    )
    # A film does not get smaller by packing it once more.
    op.execute("ALTER TABLE media_part ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("DROP TABLE media_part")
    op.execute("ALTER TABLE media DROP COLUMN film")
