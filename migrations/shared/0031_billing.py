"""Packages have a fee for a month and for a year; sites pay it, have grace, and are open again.

A site's own role may not write its terms: one function does, for a receipt whose money is in the
books, with what the package of its parent gives.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0031"
down_revision = "s0030"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"

PACKAGE = """
ALTER TABLE shared.package
    ADD COLUMN fee_year bigint,
    ADD COLUMN grace_days smallint DEFAULT 7 NOT NULL,
    ADD CONSTRAINT ck_package_fee_year CHECK (fee_year > 0),
    ADD CONSTRAINT ck_package_grace_days CHECK (grace_days BETWEEN 0 AND 60)
"""
TERMS = """
ALTER TABLE shared.tenant_terms
    ADD COLUMN grace_days smallint DEFAULT 0 NOT NULL,
    ADD COLUMN lapsed_at timestamptz
"""
FEE = """
CREATE TABLE shared.package_fee (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    parent_id bigint NOT NULL,
    package_id uuid NOT NULL,
    package_name varchar(30) NOT NULL,
    kind varchar(10) NOT NULL,
    period varchar(5) NOT NULL,
    amount bigint NOT NULL,
    worth bigint NOT NULL,
    currency varchar(3) NOT NULL,
    began timestamptz NOT NULL,
    until timestamptz,
    anchor smallint NOT NULL,
    replaced boolean NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_package_fee PRIMARY KEY (id),
    CONSTRAINT ck_package_fee_amounts CHECK (amount >= 0 AND worth >= 0),
    CONSTRAINT ck_package_fee_time CHECK (until IS NULL OR until > began)
)
"""
PLAN = """
CREATE TABLE shared.package_plan (
    tenant_id bigint NOT NULL,
    auto_renew boolean NOT NULL,
    period varchar(5) NOT NULL,
    next_id uuid,
    next_period varchar(5),
    most bigint,
    next_most bigint,
    at timestamptz NOT NULL,
    CONSTRAINT pk_package_plan PRIMARY KEY (tenant_id)
)
"""
# Whoever writes a receipt with the site's role gets nothing for it: the money must be in the books,
# and only a package without any fee is had for nothing. A renewal keeps level and allowances, which
# the parent may have set apart from the package.
APPLY = f"""
CREATE FUNCTION shared.package_apply(p_fee uuid) RETURNS void LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    f package_fee%ROWTYPE;
    p package%ROWTYPE;
BEGIN
    SELECT * INTO f FROM package_fee WHERE id = p_fee AND tenant_id = {BOUND};
    SELECT * INTO p FROM package WHERE id = f.package_id AND tenant_id = f.parent_id;
    IF p.id IS NULL THEN RAISE EXCEPTION 'no such receipt or package'; END IF;
    IF f.amount = 0 AND (p.fee > 0 OR p.fee_year > 0) OR f.amount > 0 AND NOT EXISTS (
        SELECT 1 FROM ledger_txn WHERE tenant_id = {BOUND} AND idem_key = 'package_fee:' || f.id)
    THEN RAISE EXCEPTION 'receipt % was not paid', p_fee; END IF;
    UPDATE tenant_terms SET
        package_id = p.id,
        level_id = CASE WHEN f.kind = 'renew' THEN level_id ELSE p.level_id END,
        allows = CASE WHEN f.kind = 'renew' THEN allows ELSE p.allows END,
        valid_from = CASE WHEN f.kind = 'renew' THEN valid_from ELSE f.began END,
        valid_until = f.until, grace_days = p.grace_days
    WHERE tenant_id = {BOUND} AND parent_id = p.tenant_id;
    IF NOT FOUND THEN RAISE EXCEPTION 'receipt % is for another parent', p_fee; END IF;
END $$
"""


def upgrade() -> None:
    for statement in (PACKAGE, TERMS, FEE, PLAN):
        op.execute(statement)
    op.execute("CREATE INDEX ix_package_fee_tenant_id ON shared.package_fee (tenant_id, at)")
    policies.own(op, "package_fee", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "package_plan", grant="SELECT, INSERT, UPDATE")
    op.execute(APPLY)
    op.execute("REVOKE ALL ON FUNCTION shared.package_apply(uuid) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.package_apply(uuid) TO {policies.APP}")


def downgrade() -> None:
    op.execute("DROP FUNCTION shared.package_apply(uuid)")
    op.execute("DROP TABLE shared.package_plan")
    op.execute("DROP TABLE shared.package_fee")
    op.execute("ALTER TABLE shared.tenant_terms DROP COLUMN grace_days, DROP COLUMN lapsed_at")
    op.execute("ALTER TABLE shared.package DROP COLUMN fee_year, DROP COLUMN grace_days")
