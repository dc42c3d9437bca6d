"""Reads of API keys; all inside `shared()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select

from kameng.domains.accounts.keys import rules
from kameng.domains.accounts.keys.models import ApiKey
from kameng.domains.accounts.roles import rules as roles
from kameng.domains.accounts.roles.models import StaffRole
from kameng.domains.accounts.staff.models import Staff, StaffGrant
from kameng.domains.accounts.staff.queries import ACTIVE
from kameng.domains.accounts.staff.rules import STEWARD
from tenants.database import session
from tenants.tree import Tenant

MOST_ENDED = 20
"""Keys that are over, as many as the page shows."""


class KeyState(StrEnum):
    """Whether a key works, and why not."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ORPHANED = "orphaned"
    """Its maker works here no more, or his account is frozen."""
    POWERLESS = "powerless"
    """Its maker may no longer do any of what the key was made for."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """One key: `given` is what it was made for, `held` what it may do at this moment."""

    id: UUID
    name: str
    hint: str
    given: frozenset[str]
    held: frozenset[str]
    networks: tuple[str, ...]
    maker: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    used_from: str | None
    stopped_at: datetime | None
    state: KeyState

    @property
    def works(self) -> bool:
        """Whether it opens anything."""
        return self.state is KeyState.IN_FORCE


def shown(tenant: Tenant, key: str, *, now: datetime) -> KeyFacts | None:
    """The key of this site that somebody shows. A revoked, expired or orphaned one is as unknown
    as one of another site or one that never was: all of them cost the same one statement."""
    if not rules.is_key(key):
        return None
    query = _keys(tenant).where(ApiKey.digest == rules.digest(key)).limit(1)
    row = session.execute(query).first()
    found = _facts(tenant, row, now) if row else None
    dead = (KeyState.REVOKED, KeyState.EXPIRED, KeyState.ORPHANED)
    return None if found is None or found.state in dead else found


def keys_of(tenant: Tenant, *, now: datetime) -> tuple[list[KeyFacts], list[KeyFacts]]:
    """The keys of a site that are not over yet, and the last ones that are; newest first."""
    over = ApiKey.revoked_at.is_not(None) | (ApiKey.expires_at <= now)
    newest = ApiKey.id.desc()
    live = session.execute(_keys(tenant).where(over.isnot(True)).order_by(newest))
    ended = session.execute(_keys(tenant).where(over).order_by(newest).limit(MOST_ENDED))
    told = ([_facts(tenant, row, now) for row in rows] for rows in (live, ended))
    first, second = (_once(keys) for keys in told)
    return first, second


def _keys(tenant: Tenant) -> Select[*tuple[Any, ...]]:
    """Keys with their maker, and with what he is on the site today."""
    there = and_(
        StaffGrant.staff_id == ApiKey.made_by,
        StaffGrant.tenant_id == ApiKey.tenant_id,
        StaffGrant.role != STEWARD,
    )
    own = and_(StaffRole.tenant_id == StaffGrant.tenant_id, StaffRole.code == StaffGrant.role)
    return (
        select(ApiKey, Staff.name, Staff.state, StaffGrant.role, StaffRole.permissions)
        .outerjoin(Staff, Staff.id == ApiKey.made_by)
        .outerjoin(StaffGrant, there)
        .outerjoin(StaffRole, own)
        .where(ApiKey.tenant_id == tenant.id)
        .execution_options(populate_existing=True)
    )


def _facts(tenant: Tenant, found: Any, now: datetime) -> KeyFacts:
    row, maker, account, role, own = found
    there = account == ACTIVE and role is not None
    his = roles.held(role, own or (), root=tenant.is_root) if there else frozenset[str]()
    held = rules.held(row.permissions, his, root=tenant.is_root)
    return KeyFacts(
        row.id,
        row.name,
        row.hint,
        frozenset(row.permissions),
        held,
        tuple(row.networks),
        maker or "",
        row.made_at,
        row.expires_at,
        row.revoked_at,
        row.used_at,
        row.used_from,
        row.stopped_at,
        _state(row, there, held, now),
    )


def _state(row: ApiKey, there: bool, held: frozenset[str], now: datetime) -> KeyState:
    if row.revoked_at is not None:
        return KeyState.REVOKED
    if row.expires_at is not None and row.expires_at <= now:
        return KeyState.EXPIRED
    if not there:
        return KeyState.ORPHANED
    return KeyState.IN_FORCE if held else KeyState.POWERLESS


def _once(keys: list[KeyFacts]) -> list[KeyFacts]:
    """Somebody with two grants brings a key twice."""
    return list({one.id: one for one in keys}.values())
