"""This code runs on the tenant schemas of its own revision and of the next: while sites are being
migrated, the same processes meet both."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from migrations import run, scripts
from tenants import needs
from tenants.database import TenantModel
from tenants.tree import Tenant
from tests.house.test_leaks import routes
from tests.support import rivals
from tests.support.rivals import fill
from tests.support.worlds import Builder

NEXT = "t9999"
CONTRACTS: dict[str, str] = {}
"""Revisions that take something away -> why: nothing at .needs-tenant or later uses it."""
TAKES_AWAY = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|INDEX|CONSTRAINT|DEFAULT)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b"
    r"|\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b|\bTRUNCATE\b"
    r"|\bADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT\b)\w+\s[^,]*\bNOT\s+NULL\b"
    r"|\bADD\s+CONSTRAINT\b(?!.*\bNOT\s+VALID\b)",
    re.IGNORECASE | re.DOTALL,
)


def revisions() -> list[str]:
    """Every tenant revision, the oldest first."""
    return [f"t{number:04d}" for number in range(1, int(run.head("tenant")[1:]) + 1)]


def test_no_tenant_migration_takes_away_what_older_code_uses() -> None:
    starts = ["base", *revisions()]
    taking = [
        f"{end}: {statement}"
        for start, end in zip(starts, revisions(), strict=False)
        for statement in run.tenant_script(start, end)
        if TAKES_AWAY.search(statement) and end not in CONTRACTS
    ]
    assert taking == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE member",
        "ALTER TABLE member DROP COLUMN name",
        "ALTER TABLE member RENAME COLUMN name TO title",
        "ALTER TABLE member ALTER COLUMN phone SET NOT NULL",
        "ALTER TABLE member ALTER COLUMN phone TYPE integer",
        "ALTER TABLE member ADD COLUMN age integer NOT NULL",
        "ALTER TABLE member ADD age integer NOT NULL",
        "ALTER TABLE member ADD CONSTRAINT ck_age CHECK (age > 0)",
    ],
)
def test_the_guard_knows_what_takes_something_away(statement: str) -> None:
    assert TAKES_AWAY.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE ticket (id uuid CONSTRAINT pk_ticket PRIMARY KEY, at timestamptz NOT NULL)",
        "ALTER TABLE member ADD COLUMN age integer",
        "ALTER TABLE member ADD CONSTRAINT ck_age CHECK (age > 0) NOT VALID",
        "CREATE INDEX CONCURRENTLY ix_member_name ON {schema}.member (name)",
    ],
)
def test_the_guard_lets_pass_what_only_adds(statement: str) -> None:
    assert not TAKES_AWAY.search(statement)


def test_what_this_code_needs_is_a_revision_it_has() -> None:
    assert needs.REVISION in revisions()
    assert scripts.leg("base").to == run.head("tenant")


def grown(owner: Engine, site: Tenant) -> None:
    """What a next revision may do: a column more in every table, a table more, an index more."""
    with owner.connect() as line, run.Transaction(line):
        line.exec_driver_sql(f'SET LOCAL search_path = "{site.schema}", shared, pg_temp')
        for table in TenantModel.metadata.tables:
            line.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN next_one text")
            line.exec_driver_sql(f"CREATE INDEX ix_{table}_next ON {table} (next_one)")
        line.exec_driver_sql("CREATE TABLE next_table (id uuid)")
        moved = text(
            "UPDATE shared.tenant_schema_state SET revision = :next, target = :next"
            " WHERE schema_name = :name"
        )
        line.execute(moved, {"next": NEXT, "name": site.schema})


def test_a_shop_on_the_next_revision_is_served_and_sells(
    app: Flask, builder: Builder, owner: Engine
) -> None:
    builder.app = app
    alliance = builder.alliance()
    for site in (alliance.hub, alliance.ada, alliance.bo):
        grown(owner, site)
    ours = rivals.rival(alliance, "明日")
    shop = rivals.Visitor(alliance.client(alliance.ada))
    assert shop.sign_in(ours.contact).status_code == 303
    console = rivals.signed_in(ours, "agent")
    seen = {
        rule.endpoint: client.get(fill(rule.rule, ours.ids, alliance.ada.slug)).status_code
        for faces, client in ((("storefront.", "signup."), shop.client), (("console.",), console))
        for rule in routes(app, *faces, method="GET")
    }
    assert {name: status for name, status in seen.items() if status >= 500} == {}
    for name in ("storefront.home", "storefront.product", "storefront.order"):
        assert seen[name] == 200, name
    assert list(seen.values()).count(200) > 30


def test_a_spare_of_the_next_revision_can_be_claimed(builder: Builder, owner: Engine) -> None:
    from kameng.kit import clock

    with owner.connect() as line:
        run.fill_pool(owner, spares=1, now=clock.now())
        line.execute(text("UPDATE shared.schema_pool SET revision = :next"), {"next": NEXT})
        assert run.waiting(line) >= 1
        assert builder.site("from-the-next-revision").state == "live"
        back = text("UPDATE shared.schema_pool SET revision = :head")
        line.execute(back, {"head": run.head("tenant")})
