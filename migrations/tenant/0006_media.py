"""A site's pictures: what they are called, and their bytes in up to three widths."""

from __future__ import annotations

from alembic import op

revision = "t0006"
down_revision = "t0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE media (
            id uuid CONSTRAINT pk_media PRIMARY KEY,
            name varchar(80) NOT NULL,
            alt varchar(160) NOT NULL,
            kind varchar(10) NOT NULL,
            width integer NOT NULL,
            height integer NOT NULL,
            digest varchar(16) NOT NULL,
            bytes integer NOT NULL,
            author varchar(80) NOT NULL,
            created_at timestamptz NOT NULL,
            deleted_at timestamptz
        )
        """
    )
    op.execute(
        """
        CREATE TABLE media_file (
            media_id uuid NOT NULL,
            width integer NOT NULL,
            body bytea NOT NULL,
            CONSTRAINT pk_media_file PRIMARY KEY (media_id, width)
        )
        """
    )
    # WebP does not get smaller by packing it once more.
    op.execute("ALTER TABLE media_file ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("DROP TABLE media_file")
    op.execute("DROP TABLE media")
