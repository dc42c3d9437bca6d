"""What a site writes for its shoppers: notices and help, with an address each."""

from __future__ import annotations

from alembic import op

revision = "t0007"
down_revision = "t0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE article (
            id uuid CONSTRAINT pk_article PRIMARY KEY,
            slug varchar(60) NOT NULL,
            kind varchar(6) NOT NULL CONSTRAINT ck_article_kind CHECK (kind IN ('notice', 'help')),
            title varchar(80) NOT NULL,
            summary varchar(200) NOT NULL,
            body text NOT NULL,
            picture varchar(64) NOT NULL,
            state varchar(9) NOT NULL
                CONSTRAINT ck_article_state CHECK (state IN ('draft', 'published')),
            publish_at timestamptz,
            pinned boolean NOT NULL,
            author varchar(80) NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            version integer NOT NULL,
            deleted_at timestamptz,
            CONSTRAINT ck_article_published CHECK (state = 'draft' OR publish_at IS NOT NULL)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX uq_article_slug ON article (slug) WHERE deleted_at IS NULL")
    op.execute("CREATE INDEX ix_article_publish_at ON article (kind, publish_at)")


def downgrade() -> None:
    op.execute("DROP TABLE article")
