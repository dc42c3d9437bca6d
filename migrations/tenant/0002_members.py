"""Members of one site, what they agreed to, and their one-time reset links."""

from __future__ import annotations

from alembic import op

revision = "t0002"
down_revision = "t0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE member (
            id uuid CONSTRAINT pk_member PRIMARY KEY,
            email varchar(254) CONSTRAINT uq_member_email UNIQUE,
            phone varchar(20) CONSTRAINT uq_member_phone UNIQUE,
            name varchar(40) NOT NULL,
            password_hash varchar(120) NOT NULL,
            state varchar(10) NOT NULL,
            epoch integer NOT NULL,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz
        )
        """
    )
    op.execute(
        """
        CREATE TABLE member_consent (
            member_id uuid NOT NULL,
            purpose varchar(20) NOT NULL,
            version varchar(20) NOT NULL,
            given_at timestamptz NOT NULL,
            CONSTRAINT pk_member_consent PRIMARY KEY (member_id, purpose, version)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE member_token (
            digest varchar(64) CONSTRAINT pk_member_token PRIMARY KEY,
            member_id uuid NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX ix_member_token_member_id ON member_token (member_id)")


def downgrade() -> None:
    for table in ("member_token", "member_consent", "member"):
        op.execute(f"DROP TABLE {table}")
