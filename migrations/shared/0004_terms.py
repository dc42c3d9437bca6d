"""Levels, packages and terms of child sites; applications to open one, and the names kept.

A site's terms are written by its parent or while it opens, never by the site itself.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0004"
down_revision = "s0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _terms()
    _agents()
    policies.chain(op, "level", shared_access=policies.READ)
    policies.chain(op, "package", shared_access=policies.READ)
    _terms_policies()
    policies.own(op, "application", grant="SELECT, INSERT, UPDATE", shared_access="SELECT, UPDATE")
    policies.registry_only(op, "site_name", grant="SELECT, INSERT")


def _terms() -> None:
    op.execute(
        """
        CREATE TABLE shared.level (
            id uuid CONSTRAINT pk_level PRIMARY KEY,
            tenant_id bigint NOT NULL,
            name varchar(30) NOT NULL,
            rank integer NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_level_tenant_id_name UNIQUE (tenant_id, name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.package (
            id uuid CONSTRAINT pk_package PRIMARY KEY,
            tenant_id bigint NOT NULL,
            name varchar(30) NOT NULL,
            summary varchar(120) NOT NULL,
            level_id uuid,
            fee bigint NOT NULL,
            trial_days integer,
            allows jsonb NOT NULL,
            on_sale boolean NOT NULL,
            popular boolean NOT NULL,
            position integer NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            CONSTRAINT ck_package_fee CHECK (fee >= 0),
            CONSTRAINT ck_package_trial CHECK (trial_days > 0)
        )
        """
    )
    op.execute("CREATE INDEX ix_package_tenant_id ON shared.package (tenant_id, position)")
    op.execute(
        """
        CREATE TABLE shared.tenant_terms (
            tenant_id bigint CONSTRAINT pk_tenant_terms PRIMARY KEY,
            parent_id bigint NOT NULL,
            package_id uuid NOT NULL,
            level_id uuid,
            allows jsonb NOT NULL,
            valid_from timestamptz NOT NULL,
            valid_until timestamptz
        )
        """
    )
    op.execute("CREATE INDEX ix_tenant_terms_parent_id ON shared.tenant_terms (parent_id)")


def _agents() -> None:
    op.execute(
        """
        CREATE TABLE shared.application (
            id uuid CONSTRAINT pk_application PRIMARY KEY,
            tenant_id bigint NOT NULL,
            slug varchar(30) NOT NULL,
            site_name varchar(30) NOT NULL,
            package_id uuid NOT NULL,
            theme varchar(40) NOT NULL,
            primary_color varchar(7) NOT NULL,
            staff_id uuid NOT NULL,
            login varchar(32) NOT NULL,
            owner_name varchar(40) NOT NULL,
            email varchar(254) NOT NULL,
            password_hash varchar(120),
            terms_version varchar(20) NOT NULL,
            state varchar(10) NOT NULL,
            reason varchar(40),
            opened_id bigint,
            created_at timestamptz NOT NULL,
            opened_at timestamptz,
            CONSTRAINT ck_application_state
                CHECK (state IN ('applied', 'claimed', 'open', 'refused'))
        )
        """
    )
    op.execute("CREATE INDEX ix_application_tenant_id ON shared.application (tenant_id, id)")
    op.execute(
        "CREATE INDEX ix_application_unfinished ON shared.application (created_at)"
        " WHERE state IN ('applied', 'claimed')"
    )
    op.execute(
        """
        CREATE TABLE shared.site_name (
            look varchar(30) CONSTRAINT pk_site_name PRIMARY KEY,
            slug varchar(30) NOT NULL,
            tenant_id bigint NOT NULL,
            kept_at timestamptz NOT NULL
        )
        """
    )


def _terms_policies() -> None:
    """Read by the site, those below it (they need its level to price) and its parent."""
    policies.registry_only(op, "tenant_terms", grant="SELECT, INSERT")
    parent = f"parent_id = {policies.TENANT}"
    op.execute(
        f"CREATE POLICY family ON shared.tenant_terms FOR SELECT TO {policies.APP}"
        f" USING (tenant_id = ANY ({policies.CHAIN}) OR {parent})"
    )
    op.execute(
        f"CREATE POLICY parent_moves ON shared.tenant_terms FOR UPDATE TO {policies.APP}"
        f" USING ({parent}) WITH CHECK ({parent})"
    )
    op.execute(f"GRANT SELECT, UPDATE ON shared.tenant_terms TO {policies.APP}")


def downgrade() -> None:
    for table in ("site_name", "application", "tenant_terms", "package", "level"):
        op.execute(f"DROP TABLE shared.{table}")
