"""Whose schema it is, asked of the schema itself: a wrong pointer in the registry stops here.

Each tenant schema holds one row that names its tenant. The claim writes it and refuses a schema
that belongs to somebody; whoever works without a person watching (jobs, relay, clock) compares it
before the first statement that matters. A schema is never renamed nor used again, so one look per
process is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from tenants.context import use
from tenants.database import session
from tenants.errors import WrongSchema
from tenants.models import SchemaInfo
from tenants.tree import Tenant

MOST = 20_000
_proven: set[tuple[int, str]] = set()


@contextmanager
def use_proven(tenant: Tenant) -> Iterator[Tenant]:
    """Like `use(tenant)`; raises WrongSchema when the schema is not this tenant's."""
    with use(tenant):
        _prove(tenant)
        yield tenant


def _prove(tenant: Tenant) -> None:
    pair = (tenant.id, tenant.schema)
    if pair in _proven:
        return
    said = _owners()
    if said != [tenant.id]:
        raise WrongSchema(f"{tenant.schema} is not {tenant.slug}'s: it says {said}")
    if len(_proven) >= MOST:
        _proven.clear()
    _proven.add(pair)


def _owners() -> list[int]:
    return list(session.scalars(select(SchemaInfo.tenant_id)))


_SIGN = (
    insert(SchemaInfo.__table__)
    .from_select(
        ["tenant_id", "claimed_at"],
        select(
            bindparam("site", type_=BigInteger), bindparam("now", type_=DateTime(timezone=True))
        ).where(~select(SchemaInfo.tenant_id).exists()),
    )
    .on_conflict_do_nothing()
    .returning(SchemaInfo.tenant_id)
)


def sign(tenant: Tenant, *, now: datetime) -> None:
    """Write into the site's schema whose it is; inside `use(tenant)`. Twice is once.

    Raises WrongSchema, with nothing written, when the schema is somebody's already.
    """
    if session.scalar(_SIGN, {"site": tenant.id, "now": now}) is not None:
        return
    said = _owners()
    if said != [tenant.id]:
        raise WrongSchema(f"{tenant.schema} cannot be {tenant.slug}'s: it says {said}")
