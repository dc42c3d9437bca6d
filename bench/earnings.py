"""Sites below a master, and orders of theirs over a month, written as the books would have them.

The sites but the master are rows of the registry: nobody opens their schemas. What a cut run wrote
is kept; the next one goes on behind it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy_utils import Ltree

from bench.figure import progress
from kameng.config import Settings
from kameng.kit import clock, ids
from tenants import registry
from tenants.context import shared
from tenants.database import SharedModel
from tenants.tree import Tenant
from tests.support import databases
from tests.support.worlds import Builder

OTHERS = 1_000_000
"""Ids of the sites that are only rows of the registry: nobody opens their schemas."""
AGENTS_OF = 20
"""Every so many sites, one stands right below the master, and the others below it."""
BATCH = 50_000
DAYS = 30
"""Orders are of so many days, the youngest of yesterday: a quarter is not due yet."""

_DRAWN = """
    CREATE TEMP TABLE drawn AS
    SELECT n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
        s.tenant_id, s.chain, t.at, (t.at AT TIME ZONE 'UTC')::date AS day
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
    JOIN shared.bench_site s ON s.number = n % (SELECT count(*) FROM shared.bench_site)
    CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz)
        - (1 + (n * 7919 + n / 997) % :days) * interval '1 day' AS at) t
"""
_ORDERS = """
    INSERT INTO shared.order_index (order_id, tenant_id, chain, number, state, title, quantity,
        total, currency, contact, pay_method, placed_at, moved_at)
    SELECT id, tenant_id, chain, 'B' || n,
        CASE WHEN mod(n, 500) = 0 THEN 'disputed' ELSE 'completed' END,
        'bench', 1, 10000000, 'CNY', '', 'stripe', at, at FROM drawn
"""
_TXNS = """
    INSERT INTO shared.ledger_txn (id, tenant_id, chain, idem_key, request_hash, kind, status,
        ref_type, ref_id, created_by, created_at, day)
    SELECT id, tenant_id, chain, 'order:' || id || ':delivered', '\\x00', 'order_delivered',
        'posted', 'order', id::text, 'bench', at, day FROM drawn
"""
# Ten yuan: each site of the chain has one of them, the rest is cost.
_ENTRIES = """
    INSERT INTO shared.ledger_entry (txn_id, seq, account_id, tenant_id, chain, currency, amount,
        pending, day)
    SELECT d.id, p.seq, p.account_id, p.tenant_id, p.chain, 'CNY', p.amount, false, d.day
    FROM drawn d JOIN shared.bench_part p ON p.seller = d.tenant_id
"""
_ACCOUNTS = """
    INSERT INTO shared.ledger_account (id, tenant_id, chain, owner_type, owner_id, kind, currency,
        normal_side, floor_zero, hot, posted_debit, posted_credit, pending_debit, pending_credit,
        version, opened_at)
    SELECT gen_random_uuid(), t.id, string_to_array(t.path::text, '.')::bigint[], 'house', '',
        k.kind, 'CNY', k.normal_side, k.floor_zero, k.hot, 0, 0, 0, 0, 0, now()
    FROM shared.tenant t JOIN shared.ledger_kind k
        ON k.kind = 'margin'
        OR nlevel(t.path) = 1 AND k.kind IN ('order_liability', 'supplier_cost')
"""
_SITES = """
    CREATE TABLE shared.bench_site AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS number, id AS tenant_id,
        string_to_array(path::text, '.')::bigint[] AS chain
    FROM shared.tenant WHERE nlevel(path) > 1
"""
_PARTS = """
    CREATE TABLE shared.bench_part AS
    SELECT s.tenant_id AS seller, row_number() OVER (PARTITION BY s.tenant_id)::smallint AS seq,
        a.id AS account_id, a.tenant_id, a.chain,
        CASE a.kind WHEN 'order_liability' THEN 10000000 WHEN 'margin' THEN -1000000
            ELSE -10000000 + 1000000 * cardinality(s.chain) END::bigint AS amount
    FROM shared.bench_site s JOIN shared.ledger_account a ON a.tenant_id = ANY (s.chain)
        AND a.kind IN ('order_liability', 'margin', 'supplier_cost')
"""
_WRITTEN = "SELECT count(*) FROM shared.ledger_txn WHERE kind = 'order_delivered'"


def written(chosen: Settings, sites: int, orders: int, *, now: datetime) -> Tenant:
    """The master, with so many sites below it and so many orders before `now`."""
    owner = databases.owner_engine(chosen)
    hub = _master() or _sites(chosen, owner, sites)
    with owner.begin() as line:
        done = int(line.exec_driver_sql(_WRITTEN).scalar_one())
        line.exec_driver_sql("ALTER TABLE shared.ledger_entry DISABLE TRIGGER sums_to_zero")
    for first in range(done + 1, orders + 1, BATCH):
        last = min(first + BATCH - 1, orders)
        with owner.begin() as line:
            _write_orders(line, first, last, now)
        progress(last, orders, "orders")
    with owner.begin() as line:
        line.exec_driver_sql("ALTER TABLE shared.ledger_entry ENABLE TRIGGER sums_to_zero")
        for name in ("ledger_entry", "ledger_txn", "order_index"):
            line.exec_driver_sql(f"ANALYZE shared.{name}")
    owner.dispose()
    return hub


def _master() -> Tenant | None:
    with shared():
        return next((one for one in registry.masters() if one.slug == "hub"), None)


def _sites(chosen: Settings, owner: Engine, sites: int) -> Tenant:
    hub = Builder(owner, None, chosen).site("hub")  # type: ignore[arg-type]
    with owner.begin() as line:
        table = SharedModel.metadata.tables["shared.tenant"]
        line.execute(table.insert(), [_row(hub, number) for number in range(1, sites + 1)])
        for statement in (_ACCOUNTS, _SITES, _PARTS):
            line.exec_driver_sql(statement)
    return hub


def _write_orders(line: Connection, first: int, last: int, now: datetime) -> None:
    drawn = {"first": first, "last": last, "now": now, "days": DAYS}
    line.execute(text(_DRAWN), drawn)
    for statement in (_ORDERS, _TXNS, _ENTRIES, "DROP TABLE drawn"):
        line.exec_driver_sql(statement)


def _row(hub: Tenant, number: int) -> dict[str, object]:
    agent = OTHERS + number - (number - 1) % AGENTS_OF
    site = OTHERS + number
    steps = [hub.id, agent] if site == agent else [hub.id, agent, site]
    return {
        "id": site,
        "slug": f"s{number}",
        "name": f"分站 {number}",
        "schema_name": f"t_{number:013d}",
        "path": Ltree(".".join(map(str, steps))),
        "state": "live",
        "currency": hub.currency,
        "application_id": ids.uuid7(),
        "created_at": clock.now(),
    }
