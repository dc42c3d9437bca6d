"""What a site is being changed into: the one draft its editor works on."""

from __future__ import annotations

from alembic import op

revision = "t0009"
down_revision = "t0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE design_draft (
            id smallint CONSTRAINT pk_design_draft PRIMARY KEY,
            step integer NOT NULL,
            theme varchar(40) NOT NULL,
            theme_version varchar(20) NOT NULL,
            doc_json jsonb,
            tokens_json jsonb,
            base_rev uuid NOT NULL,
            author varchar(80) NOT NULL,
            editor varchar(40) NOT NULL,
            updated_at timestamptz NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE design_draft")
