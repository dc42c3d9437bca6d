"""The registry's tables: sites, their host names, and the schemas that wait for a site."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Sequence, String, Text, UniqueConstraint
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
    __table_args__ = (Index("ix_hostname_tenant_id", "tenant_id"),)

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
    """The migration state of every tenant schema, spare or claimed."""

    __tablename__ = "tenant_schema_state"

    schema_name: Mapped[str] = mapped_column(String(15), primary_key=True)
    revision: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(STAMP)


class SchemaInfo(TenantModel):
    """The one row in each tenant schema that says whose it is."""

    __tablename__ = "schema_info"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    claimed_at: Mapped[datetime] = mapped_column(STAMP)
