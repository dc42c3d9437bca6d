"""What an operator searches and works on: the index of all orders of the alliance, and tasks.

Both are written only by the functions below, which take the buying site and its chain from the
bound tenant, never from the caller: no site can put a row into another site's books.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0009"
down_revision = "s0008"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"


def upgrade() -> None:
    _index()
    _tasks()
    policies.books(op, "order_index", shared_access="SELECT")
    policies.books(op, "fulfilment_task", shared_access="SELECT")
    for function in (INDEX, MOVED, TASK, TASK_DONE):
        op.execute(function)
    for name in (
        "order_indexed(jsonb)",
        "order_moved(uuid, text, timestamptz)",
        "task_opened(jsonb)",
        "task_closed(uuid, text, timestamptz)",
    ):
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")


def _index() -> None:
    op.execute(
        """
        CREATE TABLE shared.order_index (
            order_id uuid CONSTRAINT pk_order_index PRIMARY KEY,
            tenant_id bigint NOT NULL,
            chain bigint[] NOT NULL,
            number varchar(24) NOT NULL,
            state varchar(24) NOT NULL,
            title text NOT NULL,
            quantity integer NOT NULL,
            total bigint NOT NULL,
            currency varchar(3) NOT NULL,
            contact varchar(120) NOT NULL,
            pay_method varchar(20) NOT NULL,
            member_id uuid,
            placed_at timestamptz NOT NULL,
            paid_at timestamptz,
            completed_at timestamptz,
            moved_at timestamptz NOT NULL,
            CONSTRAINT uq_order_index_number UNIQUE (number)
        )
        """
    )
    op.execute("CREATE INDEX ix_order_index_tenant ON shared.order_index (tenant_id, placed_at)")
    op.execute("CREATE INDEX ix_order_index_master ON shared.order_index ((chain[1]), placed_at)")
    op.execute(
        "CREATE INDEX ix_order_index_agent ON shared.order_index ((chain[2]), placed_at)"
        " WHERE chain[2] IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_order_index_stuck ON shared.order_index (moved_at)"
        " WHERE state IN ('paid', 'paid_late', 'fulfilling', 'fulfil_failed', 'refunding')"
    )


def _tasks() -> None:
    op.execute(
        """
        CREATE TABLE shared.fulfilment_task (
            id uuid CONSTRAINT pk_fulfilment_task PRIMARY KEY,
            tenant_id bigint NOT NULL,
            chain bigint[] NOT NULL,
            order_id uuid NOT NULL,
            order_number varchar(24) NOT NULL,
            kind varchar(24) NOT NULL,
            reason text NOT NULL,
            created_at timestamptz NOT NULL,
            closed_at timestamptz,
            CONSTRAINT uq_fulfilment_task_order UNIQUE (order_id, kind)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_fulfilment_task_open ON shared.fulfilment_task (created_at)"
        " WHERE closed_at IS NULL"
    )


INDEX = f"""
CREATE FUNCTION shared.order_indexed(wanted jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE given shared.order_index := jsonb_populate_record(NULL::shared.order_index, wanted);
BEGIN
    given.tenant_id := {BOUND};
    given.chain := {CHAIN};
    INSERT INTO shared.order_index SELECT given.*;
END $$
"""

MOVED = f"""
CREATE FUNCTION shared.order_moved(moved uuid, into_state text, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    UPDATE shared.order_index SET state = into_state, moved_at = at,
        paid_at = CASE WHEN into_state IN ('paid', 'paid_late') THEN coalesce(paid_at, at)
            ELSE paid_at END,
        completed_at = CASE WHEN into_state = 'completed' THEN at ELSE completed_at END
    WHERE order_id = moved AND tenant_id = {BOUND};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % is not in the index of this site', moved;
    END IF;
END $$
"""

TASK = f"""
CREATE FUNCTION shared.task_opened(wanted jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE given shared.fulfilment_task :=
    jsonb_populate_record(NULL::shared.fulfilment_task, wanted);
BEGIN
    given.tenant_id := {BOUND};
    given.chain := {CHAIN};
    INSERT INTO shared.fulfilment_task SELECT given.*
    ON CONFLICT (order_id, kind) DO UPDATE SET reason = excluded.reason, closed_at = NULL;
END $$
"""

TASK_DONE = f"""
CREATE FUNCTION shared.task_closed(about uuid, what text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    UPDATE shared.fulfilment_task SET closed_at = at
    WHERE order_id = about AND kind = what AND tenant_id = {BOUND} AND closed_at IS NULL
$$
"""


def downgrade() -> None:
    for name in (
        "order_indexed(jsonb)",
        "order_moved(uuid, text, timestamptz)",
        "task_opened(jsonb)",
        "task_closed(uuid, text, timestamptz)",
    ):
        op.execute(f"DROP FUNCTION shared.{name}")
    op.execute("DROP TABLE shared.fulfilment_task")
    op.execute("DROP TABLE shared.order_index")
