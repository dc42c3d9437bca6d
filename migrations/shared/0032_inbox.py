"""Notices to the people of a site: everybody's inbox, and how each wants to be told.

A site's own role neither knows its people nor writes what the sites above it are told; one function
stores a notice with a copy for each who is to know, another says where somebody gets mail.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0032"
down_revision = "s0031"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"

NOTICE = """
CREATE TABLE shared.notice (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    kind varchar(40) NOT NULL,
    key varchar(200) NOT NULL,
    facts jsonb NOT NULL,
    page varchar(200) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT uq_notice_key UNIQUE (tenant_id, kind, key)
)
"""
COPY = """
CREATE TABLE shared.notice_copy (
    tenant_id bigint NOT NULL,
    staff_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    "to" varchar(40) NOT NULL,
    shown boolean NOT NULL,
    read_at timestamptz,
    mail_at timestamptz,
    mailed_at timestamptz,
    CONSTRAINT pk_notice_copy PRIMARY KEY (tenant_id, staff_id, notice_id)
)
"""
WISH = """
CREATE TABLE shared.notice_wish (
    tenant_id bigint NOT NULL,
    staff_id uuid NOT NULL,
    kinds jsonb NOT NULL,
    locale varchar(5) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_notice_wish PRIMARY KEY (tenant_id, staff_id),
    CONSTRAINT ck_notice_wish_locale CHECK (locale IN ('zh_CN', 'en'))
)
"""
INDEXES = (
    "CREATE INDEX ix_notice_at ON shared.notice (at)",
    "CREATE INDEX ix_notice_copy_unread ON shared.notice_copy (tenant_id, staff_id)"
    " WHERE shown AND read_at IS NULL",
    "CREATE INDEX ix_notice_copy_to_mail ON shared.notice_copy (tenant_id, staff_id)"
    " WHERE mail_at IS NOT NULL AND mailed_at IS NULL",
)
# Told twice is told once; nobody visiting is told anything. A mail is due at once or in the
# morning, in one row a person for all that is due then.
PUT = f"""
CREATE FUNCTION shared.notice_put(
    p_site bigint, p_id uuid, p_kind text, p_key text, p_facts jsonb, p_page text, p_to text,
    p_roles text[], p_asked text, p_now timestamptz, p_morning timestamptz, p_mail text,
    p_always boolean
) RETURNS boolean LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    IF p_site <> ALL ({CHAIN}) THEN
        RAISE EXCEPTION 'site % is not in the chain of the bound site', p_site;
    END IF;
    INSERT INTO notice (id, tenant_id, kind, key, facts, page, at)
    VALUES (p_id, p_site, p_kind, p_key, p_facts, p_page, p_now)
    ON CONFLICT (tenant_id, kind, key) DO NOTHING;
    IF NOT FOUND THEN RETURN false; END IF;
    WITH people AS (
        SELECT DISTINCT g.staff_id,
            p_always OR coalesce((w.kinds -> p_kind ->> 'inbox')::boolean, true) AS shown,
            CASE WHEN s.email IS NULL THEN NULL
                 ELSE CASE coalesce(w.kinds -> p_kind ->> 'mail', p_mail)
                      WHEN 'now' THEN p_now WHEN 'daily' THEN p_morning END END AS mail_at
        FROM staff_grant g JOIN staff s ON s.id = g.staff_id
        LEFT JOIN staff_role r ON r.tenant_id = g.tenant_id AND r.code = g.role
        LEFT JOIN notice_wish w ON w.tenant_id = g.tenant_id AND w.staff_id = g.staff_id
        WHERE g.tenant_id = p_site AND g.role <> 'steward' AND s.state = 'active'
            AND (g.role = ANY (p_roles) OR p_asked = ANY (r.permissions))),
    told AS (
        INSERT INTO notice_copy (tenant_id, staff_id, notice_id, "to", shown, mail_at)
        SELECT p_site, staff_id, p_id, p_to, shown, mail_at FROM people
        WHERE shown OR mail_at IS NOT NULL
        RETURNING staff_id, mail_at)
    INSERT INTO due (tenant_id, kind, key, at, attempts)
    SELECT p_site, 'notice.mail',
        staff_id || CASE WHEN mail_at = p_now THEN '.now' ELSE '.daily' END, mail_at, 0
    FROM told WHERE mail_at IS NOT NULL ORDER BY staff_id
    ON CONFLICT (tenant_id, kind, key)
    DO UPDATE SET at = LEAST(due.at, excluded.at), attempts = 0;
    RETURN true;
END $$
"""
READER = f"""
CREATE FUNCTION shared.notice_reader(p_staff uuid) RETURNS TABLE (
    email text, role text, own text[]
) LANGUAGE sql STABLE {HEAD} AS $$
    SELECT s.email::text, g.role::text, r.permissions::text[]
    FROM staff_grant g JOIN staff s ON s.id = g.staff_id
    LEFT JOIN staff_role r ON r.tenant_id = g.tenant_id AND r.code = g.role
    WHERE g.tenant_id = {BOUND} AND g.staff_id = p_staff AND g.role <> 'steward'
        AND s.state = 'active' AND s.email IS NOT NULL
$$
"""
FUNCTIONS = {
    "notice_put(bigint, uuid, text, text, jsonb, text, text, text[], text, timestamptz,"
    " timestamptz, text, boolean)": PUT,
    "notice_reader(uuid)": READER,
}


def upgrade() -> None:
    for statement in (NOTICE, COPY, WISH, *INDEXES):
        op.execute(statement)
    policies.own(op, "notice", grant="SELECT", shared_access="SELECT, DELETE")
    policies.own(op, "notice_copy", grant="SELECT, UPDATE", shared_access="SELECT, DELETE")
    policies.own(op, "notice_wish", grant="SELECT, INSERT, UPDATE")
    for name, body in FUNCTIONS.items():
        op.execute(body)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")


def downgrade() -> None:
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION shared.{name}")
    for table in ("notice_wish", "notice_copy", "notice"):
        op.execute(f"DROP TABLE shared.{table}")
