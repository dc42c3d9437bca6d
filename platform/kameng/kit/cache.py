"""Valkey behind keys that always name their tenant first."""

from __future__ import annotations

import json
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tenants.tree import Tenant

_client: redis.Redis | None = None
_url = ""


def configure(url: str) -> None:
    """Set the server's address for this process."""
    global _client, _url
    _url = url
    _client = redis.Redis.from_url(url, socket_timeout=5, health_check_interval=30)


def client() -> redis.Redis:
    """The connection pool of this process."""
    if _client is None:
        raise RuntimeError("kit.cache.configure(url) has not been called")
    return _client


def own_line() -> Any:
    """A connection outside the pool that never mends itself silently: its end is told."""
    never = Retry(NoBackoff(), 0)
    kept = redis.Redis.from_url(_url, retry=never, protocol=2, socket_timeout=5)
    return kept.connection_pool.make_connection()


def key(tenant: Tenant, name: str) -> str:
    """The full key of `name` for `tenant`."""
    return f"t:{tenant.id}:{name}"


def get(tenant: Tenant, name: str) -> Any:
    """The kept JSON value, or None."""
    kept = client().get(key(tenant, name))
    return None if kept is None else json.loads(kept)


def put(tenant: Tenant, name: str, value: Any, *, seconds: int) -> None:
    """Keep a JSON value for `seconds`."""
    client().set(key(tenant, name), json.dumps(value), ex=seconds)


def forget(tenant: Tenant, name: str) -> None:
    """Drop a kept value."""
    client().delete(key(tenant, name))
