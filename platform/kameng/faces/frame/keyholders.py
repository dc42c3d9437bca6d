"""Who asks the API: whoever shows a key of this very site, looked up anew at every request.

The key itself goes nowhere but into its digest: not into the log, not into an answer, not into a
refusal's facts.
"""

from __future__ import annotations

import hashlib

from flask import Response, g, request

from kameng.domains.accounts.keys import queries, rules, service
from kameng.domains.accounts.keys.queries import KeyFacts
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import Module
from kameng.faces.frame import permissions, who
from kameng.faces.frame.forwarded import STRANGER
from kameng.faces.frame.throttle import limiter
from kameng.kit import clock
from kameng.kit.errors import Forbidden, Unknown
from tenants import registry
from tenants.context import shared
from tenants.database import commit_bound

OFTEN = "300 per minute"
"""What one key may ask."""
WRONG = "60 per minute"
"""How often one address may show what opens nothing, before it is not looked at for a while."""
LONGEST = 200


class KeyMissing(Unknown):
    """Nothing that could be a key was shown."""

    code = "key_missing"


class KeyRefused(Unknown):
    """The key is unknown here, revoked, over, or its maker is gone: nobody is told which."""

    code = "key_refused"


class AddressRefused(Forbidden):
    """The key works, but not from there. Facts: address."""

    code = "address_refused"


class KeyNotAllowed(Forbidden):
    """The key was not made for this, or its maker may not do it any more. Facts: permission."""

    code = "key_not_allowed"


class SiteShut(Forbidden):
    """The site, or one above it, is suspended or closed."""

    code = "site_shut"


class ApiNotInPackage(Forbidden):
    """The site's package has no API."""

    code = "api_not_in_package"


def enter(permission: str) -> None:
    """Set g.key and g.held, or refuse. Whether the site is open comes before whose key it is."""
    if g.tenant.state != registry.LIVE:
        raise SiteShut()
    now, key = clock.now(), _shown()
    with shared():
        holder = queries.shown(g.tenant, key, now=now)
        if holder is None:
            raise KeyRefused()
        if not terms.may_use(g.tenant, Module.API):
            raise ApiNotInPackage()
        if not _is_welcome(holder):
            service.note_foreign(g.tenant, holder, who.ip(), now=now)
            commit_bound()
            raise AddressRefused(address=who.ip())
        if service.note_use(holder, who.ip(), now=now):
            commit_bound()
    g.key, g.held = holder, holder.held
    if not permissions.may(permission):
        raise KeyNotAllowed(permission=permission)


def _shown() -> str:
    """The key that is shown. Refuses KeyMissing."""
    key = _read()
    if not key:
        raise KeyMissing()
    return key


def _read() -> str:
    """What stands behind `Bearer`, else nothing; a key in the address would end in every log on
    the way."""
    kind, _, key = request.headers.get("Authorization", "")[:LONGEST].strip().partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _is_welcome(holder: KeyFacts) -> bool:
    """Where nobody we trust says who asks, no list of addresses lets anybody in."""
    if not holder.networks:
        return True
    return not request.environ.get(STRANGER) and rules.is_from(holder.networks, who.ip())


def _by_key() -> str:
    """One key at one site, known or not, without looking it up: however it is written around, and
    by whichever of the site's names it asks."""
    key = _read()
    if not key:
        return _by_address()
    return f"{g.tenant.id}|{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def _by_address() -> str:
    return f"{g.tenant.id}|{who.ip() or '-'}"


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == 401


by_key = limiter.shared_limit(lambda: OFTEN, scope="api", key_func=_by_key)
by_address = limiter.shared_limit(
    lambda: WRONG, scope="api-wrong", key_func=_by_address, deduct_when=_was_wrong
)
