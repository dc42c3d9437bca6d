"""The verbs on API keys: made and shown once, revoked at once, their use written down.

Inside `shared()`; what decides about people is done under the team's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update

from kameng.domains.accounts.keys import rules
from kameng.domains.accounts.keys.errors import KeyNameTaken, NoSuchKey, TooManyKeys
from kameng.domains.accounts.keys.models import ApiKey
from kameng.domains.accounts.keys.queries import KeyFacts
from kameng.domains.accounts.staff import team as teams
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

MADE, REVOKED, STOPPED = "key.made", "key.revoked", "key.stopped"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key shall be, as somebody typed it; `days` None: until it is revoked."""

    name: str
    permissions: Sequence[str]
    networks: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NewKey:
    """A key that has just been made. The key itself stands nowhere else and is not repeated."""

    id: UUID
    name: str
    key: str


def make(site: Tenant, wish: Wish, *, by: UUID, actor: Actor, now: datetime) -> NewKey:
    """A key that may do at most what its maker may.

    Refuses BadKeyName, KeyNameTaken, KeyEmpty, NotForKeys, BeyondPlatformLimit, NotYoursToGive
    (also to a visitor from above, who belongs to another site), BadNetwork, TooManyNetworks,
    BadDuration, TooManyKeys.
    """
    mine = teams.held_or_refuse(teams.locked(site), by)
    name, networks = rules.check_name(wish.name), rules.check_networks(wish.networks)
    given = rules.check_permissions(wish.permissions, mine, root=site.is_root)
    until = rules.ends(wish.days, now=now)
    _refuse_crowd(site, name, now)
    made = NewKey(ids.uuid7(), name, rules.draw())
    row = {
        "id": made.id,
        "tenant_id": site.id,
        "name": name,
        "hint": rules.hint(made.key),
        "digest": rules.digest(made.key),
        "permissions": sorted(given),
        "networks": networks,
        "made_by": by,
        "made_at": now,
        "expires_at": until,
    }
    session.execute(insert(ApiKey).values(row))
    told = {"key": row["hint"], "permissions": row["permissions"], "networks": networks}
    told["until"] = until.isoformat() if until else None
    audit.record(site, actor, MADE, name, after={field: one for field, one in told.items() if one})
    return made


def revoke(site: Tenant, key_id: UUID, *, actor: Actor, now: datetime) -> str:
    """End a key; the next request with it is a stranger's. Returns its name. Refuses NoSuchKey."""
    ended = _end(site, [ApiKey.id == key_id], actor, now)
    if not ended:
        raise NoSuchKey()
    return ended[0]


def revoke_all_of(site: Tenant, staff_id: UUID, *, actor: Actor, now: datetime) -> list[str]:
    """End every key somebody made, because he leaves: should he come back, they do not."""
    return _end(site, [ApiKey.made_by == staff_id], actor, now)


def note_use(key: KeyFacts, address: str, *, now: datetime) -> bool:
    """Write down that a key was used, once a minute at most. Returns whether it was written."""
    if not rules.is_due(key.used_at, rules.A_MINUTE, now=now):
        return False
    due = or_(ApiKey.used_at.is_(None), ApiKey.used_at <= now - rules.A_MINUTE)
    values = {"used_at": now, "used_from": address[:45]}
    session.execute(update(ApiKey).where(ApiKey.id == key.id, due).values(values))
    return True


def note_foreign(site: Tenant, key: KeyFacts, address: str, *, now: datetime) -> bool:
    """Put into the log, once an hour at most, that a key was shown from an address it is not for:
    somebody else may have it. Returns whether it was written."""
    if not rules.is_due(key.stopped_at, rules.AN_HOUR, now=now):
        return False
    due = or_(ApiKey.stopped_at.is_(None), ApiKey.stopped_at <= now - rules.AN_HOUR)
    query = update(ApiKey).where(ApiKey.id == key.id, due).values(stopped_at=now)
    if session.scalar(query.returning(ApiKey.id)) is None:
        return False
    actor = Actor("key", str(key.id), key.name, address)
    audit.record(site, actor, STOPPED, key.name, after={"key": key.hint})
    return True


def _end(site: Tenant, which: Iterable[object], actor: Actor, now: datetime) -> list[str]:
    ended = session.execute(
        update(ApiKey)
        .where(ApiKey.tenant_id == site.id, ApiKey.revoked_at.is_(None), *which)  # type: ignore[arg-type]
        .values(revoked_at=now, revoked_by=f"{actor.kind}:{actor.id}"[:80])
        .returning(ApiKey.name, ApiKey.hint)
    ).all()
    for name, hint in ended:
        audit.record(site, actor, REVOKED, name, before={"key": hint})
    return [name for name, _hint in ended]


def _refuse_crowd(site: Tenant, name: str, now: datetime) -> None:
    """Under the team's lock, so two people at once do not make one key too many."""
    over = or_(ApiKey.revoked_at.is_not(None), ApiKey.expires_at <= now).is_not(True)
    live = select(func.lower(ApiKey.name)).where(ApiKey.tenant_id == site.id, over)
    names = session.scalars(live).all()
    if name.lower() in names:
        raise KeyNameTaken(name=name)
    if len(names) >= rules.MOST_KEYS:
        raise TooManyKeys(most=rules.MOST_KEYS)
