"""Counts failed tries per name in Valkey, so that guessing stops whatever address it comes from."""

from __future__ import annotations

import hashlib

from kameng.domains.accounts.errors import TooManyAttempts
from kameng.kit import cache

MOST = 10
MINUTES = 15


def refuse_if_many(tenant_id: int, kind: str, name: str) -> None:
    """Refuse TooManyAttempts after MOST failures; a name that does not exist counts the same."""
    count = cache.client().get(_key(tenant_id, kind, name))
    if count is not None and int(count) >= MOST:
        raise TooManyAttempts(minutes=MINUTES)


def failed(tenant_id: int, kind: str, name: str) -> None:
    """Remember one failure for MINUTES."""
    key = _key(tenant_id, kind, name)
    pipe = cache.client().pipeline()
    pipe.incr(key)
    pipe.expire(key, MINUTES * 60)
    pipe.execute()


def forget(tenant_id: int, kind: str, name: str) -> None:
    """Start over after a success."""
    cache.client().delete(_key(tenant_id, kind, name))


def _key(tenant_id: int, kind: str, name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{tenant_id}:attempts:{kind}:{digest}"
