"""Alembic's entry: shared online as the owner role, tenant rendered offline as SQL."""

from __future__ import annotations

from alembic import context

config = context.config
connection = config.attributes.get("connection")

if connection is None:
    context.configure(
        dialect_name="postgresql",
        output_buffer=config.attributes["buffer"],
        as_sql=True,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    context.configure(
        connection=connection,
        version_table="schema_version",
        version_table_schema="shared",
        transaction_per_migration=False,
    )
    context.run_migrations()
