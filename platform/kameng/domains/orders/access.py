"""Who may see an order without being its member: by query password, or by the token of the
browser that placed it. Wrong number and wrong password take the same road to the same answer."""

from __future__ import annotations

import base64
import hmac

from redis import Redis

from kameng.domains.orders.errors import TooManyTries
from kameng.kit import cache, secrets
from tenants.tree import Tenant

WINDOW = 600
TRIES_PER_ADDRESS = 30
TRIES_PER_ORDER = 10
PASSWORD = "order-query"  # noqa: S105 - the purpose of a digest, not a password
TOKEN = "order-access"  # noqa: S105 - likewise
NOBODY = bytes(32)


def count_try(tenant: Tenant, number: str, ip: str) -> None:
    """Refuse when this address, or anybody about this number, has asked too often."""
    client = cache.client()
    by_address = _counted(client, cache.key(tenant, f"order-tries:ip:{ip}"))
    by_number = _counted(client, cache.key(tenant, f"order-tries:no:{number}"))
    if by_address > TRIES_PER_ADDRESS or by_number > TRIES_PER_ORDER:
        raise TooManyTries(minutes=WINDOW // 60)


def forget_tries(tenant: Tenant, number: str) -> None:
    """The right password clears the order's own counter, not the address's."""
    cache.client().delete(cache.key(tenant, f"order-tries:no:{number}"))


def digest(tenant: Tenant, password: str) -> bytes:
    """The keyed digest an order keeps of its query password."""
    return secrets.blind(tenant.id, password, purpose=PASSWORD)


def matches(tenant: Tenant, password: str, stored: bytes | None) -> bool:
    """Compare in constant time; with nothing stored, compare all the same and say no."""
    same = hmac.compare_digest(digest(tenant, password), stored or NOBODY)
    return same and stored is not None


def token(tenant: Tenant, number: str) -> str:
    """The proof that a browser placed this order; only this site can make it."""
    made = secrets.blind(tenant.id, number, purpose=TOKEN)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def token_matches(tenant: Tenant, number: str, given: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(token(tenant, number).encode(), given.encode())


def _counted(client: Redis, key: str) -> int:
    count = int(client.incr(key))
    if count == 1:
        client.expire(key, WINDOW)
    return count
