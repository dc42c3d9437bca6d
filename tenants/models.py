"""The registry's tables: sites, their host names, and the schemas that wait for a site."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Sequence,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime
from sqlalchemy_utils import LtreeType

from tenants.database import SharedModel, TenantModel

STAMP = DateTime(timezone=True)
TENANT_IDS = Sequence("tenant_id_seq", schema="shared", metadata=SharedModel.metadata)


class TenantRow(SharedModel):
    """One site. `schema_name` is opaque and never renamed; `path` is the chain as ltree."""

    __tablename__ = "tenant"
    __table_args__ = (
        UniqueConstraint("slug", name="uq_tenant_slug"),
        UniqueConstraint("schema_name", name="uq_tenant_schema_name"),
        UniqueConstraint("application_id", name="uq_tenant_application_id"),
        Index("ix_tenant_path", "path", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(60))
    schema_name: Mapped[str] = mapped_column(String(15))
    path: Mapped[Any] = mapped_column(LtreeType)
    state: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    application_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    live_at: Mapped[datetime | None] = mapped_column(STAMP)


class HostnameRow(SharedModel):
    """A host name that leads to a site: its subdomain or a verified own domain."""

    __tablename__ = "hostname"
    __table_args__ = (
        Index("ix_hostname_tenant_id", "tenant_id"),
        Index(
            "uq_hostname_canonical",
            "tenant_id",
            unique=True,
            postgresql_where=text("canonical"),
        ),
    )

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    canonical: Mapped[bool]
    verified_at: Mapped[datetime | None] = mapped_column(STAMP)


class SpareSchema(SharedModel):
    """A built, empty tenant schema that waits to be claimed."""

    __tablename__ = "schema_pool"

    schema_name: Mapped[str] = mapped_column(String(15), primary_key=True)
    revision: Mapped[str] = mapped_column(String(20))
    built_at: Mapped[datetime] = mapped_column(STAMP)


class SchemaState(SharedModel):
    """The migration state of every tenant schema, spare or claimed (migrations/runner.py).

    `target` is the revision it was last sent to, `ring` the one in which it goes.
    """

    __tablename__ = "tenant_schema_state"
    __table_args__ = (
        Index(
            "ix_tenant_schema_state_open",
            "ring",
            "schema_name",
            postgresql_where=text("state <> 'ok'"),
        ),
    )

    schema_name: Mapped[str] = mapped_column(String(15), primary_key=True)
    revision: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    ring: Mapped[int] = mapped_column(SmallInteger)
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    not_before: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)


class MigrationRun(SharedModel):
    """How far the sites have been brought to one revision; `stopped_ring` failed too often."""

    __tablename__ = "migration_run"

    target: Mapped[str] = mapped_column(String(20), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(STAMP)
    finished_at: Mapped[datetime | None] = mapped_column(STAMP)
    stopped_ring: Mapped[int | None] = mapped_column(SmallInteger)


class SchemaInfo(TenantModel):
    """The one row in each tenant schema that says whose it is."""

    __tablename__ = "schema_info"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    claimed_at: Mapped[datetime] = mapped_column(STAMP)


class RegistryChange(SharedModel):
    """That a site was changed, in the order of the commits; written by triggers, read by all."""

    __tablename__ = "registry_change"

    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(STAMP)


class CellRow(SharedModel):
    """A cell: every one in the main cell's database, in another's only itself."""

    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("number", name="uq_cell_number"),)

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(STAMP)


class DirectoryRow(SharedModel):
    """Which cell a host, the look of a name or a login belongs to; in the main cell only."""

    __tablename__ = "directory"
    __table_args__ = (
        CheckConstraint("kind IN ('host', 'look', 'login')", name="kind"),
        Index("ix_directory_owner", "owner"),
    )

    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(253), primary_key=True)
    cell: Mapped[str] = mapped_column(String(20))
    owner: Mapped[UUID]
