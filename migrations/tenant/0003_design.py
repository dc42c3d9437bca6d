"""A site's arrangement of its theme: revisions that are only added, and which one is live."""

from __future__ import annotations

from alembic import op

revision = "t0003"
down_revision = "t0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE design_revision (
            id uuid CONSTRAINT pk_design_revision PRIMARY KEY,
            seq integer NOT NULL CONSTRAINT uq_design_revision_seq UNIQUE,
            theme varchar(40) NOT NULL,
            theme_version varchar(20) NOT NULL,
            doc_json jsonb NOT NULL,
            tokens_json jsonb NOT NULL,
            author varchar(80) NOT NULL,
            note varchar(120) NOT NULL,
            digest varchar(64) NOT NULL,
            created_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE site_design (
            id smallint CONSTRAINT pk_site_design PRIMARY KEY,
            live_rev uuid NOT NULL,
            draft_rev uuid,
            published_at timestamptz NOT NULL,
            CONSTRAINT ck_site_design_one_row CHECK (id = 1)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE site_design")
    op.execute("DROP TABLE design_revision")
