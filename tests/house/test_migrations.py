"""Two branches, numbered, and the models are what the migrations make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy_utils import LtreeType

from kameng.config import Settings
from migrations import run
from tenants.database import SharedModel, TenantModel
from tests.support.worlds import Alliance

ischema_names["shared.ltree"] = LtreeType
HERE = Path(run.__file__).parent


@pytest.mark.parametrize(("branch", "letter"), [("shared", "s"), ("tenant", "t")])
def test_a_branch_is_one_numbered_line(branch: str, letter: str) -> None:
    files = sorted((HERE / branch).glob("[0-9]*.py"))
    for number, path in enumerate(files, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04d}_"), path.name
        assert re.search(rf'^revision = "{letter}{number:04d}"$', text, re.MULTILINE), path.name
    assert run.head(branch) == f"{letter}{len(files):04d}"
    recorded = (HERE / f".head-{branch}").read_text(encoding="utf-8").strip()
    assert recorded == run.head(branch)


def test_the_tenant_branch_renders_as_single_statements() -> None:
    script = run.tenant_script()
    assert len(script) > 10
    assert not [
        part for part in script if ";" in re.sub(r"'[^']*'|\$\$.*?\$\$", "", part, flags=re.S)
    ]


def test_tenant_tables_keep_the_catalog_small() -> None:
    script = "\n".join(run.tenant_script())
    assert not re.search(r"\b(GENERATED|SERIAL|TRIGGER|UNLOGGED|DEFAULT)\b", script, re.IGNORECASE)


def test_tenant_and_shared_tables_never_share_a_name(tools: Settings) -> None:
    shared = {table.name for table in SharedModel.metadata.tables.values()}
    own = {table.name for table in TenantModel.metadata.tables.values()}
    assert shared
    assert own
    assert shared.isdisjoint(own)


def differences(connection: Connection, metadata: MetaData, schema: str | None) -> list[str]:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return name == schema if kind == "schema" else name != "schema_version"

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": schema is not None,
            "include_name": ours,
            "compare_type": True,
            "target_metadata": metadata,
        },
    )
    return [str(found) for found in compare_metadata(context, metadata)]


def test_shared_models_are_what_the_migrations_make(tools: Settings, owner: Engine) -> None:
    nowhere = {"options": "-c search_path=pg_catalog"}
    outside = create_engine(owner.url, connect_args=nowhere, poolclass=NullPool)
    with outside.connect() as connection:
        found = differences(connection, SharedModel.metadata, "shared")
    assert found == []


def test_tenant_models_are_what_the_migrations_make(owner: Engine, alliance: Alliance) -> None:
    schema = alliance.hub.schema
    with owner.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}"')
        found = differences(connection, TenantModel.metadata, None)
        connection.exec_driver_sql("ROLLBACK")
    assert found == []
