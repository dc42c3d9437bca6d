"""Who really asks, when proxies stand in front: headers are believed from named addresses only.

Everybody may write X-Forwarded-For; only the proxies of KAMENG_TRUSTED_PROXIES are believed, and
from right to left: each trusted hop vouches for the one before it. The Host header is the proxy's
to keep: X-Forwarded-Host chooses no site, whoever sends it. After this nothing deeper in the
application finds any such header, so that nothing there can believe one by accident.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kameng.config import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
STRANGER = "kameng.forwarded_by_stranger"
"""Set in the environ when nobody we trust says who asks: the headers are a stranger's, or what a
proxy of ours says last is no address."""
HEADERS = (
    *("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_FORWARDED_BY"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"),
    *("HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SCHEME"),
    *("HTTP_X_FORWARDED_SERVER", "HTTP_X_FORWARDED_SSL", "HTTP_FRONT_END_HTTPS"),
    *("HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP"),
    *("HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_X_ORIGINAL_HOST", "HTTP_X_HOST"),
    *("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE"),
)


class Forwarded:
    """The application behind its proxies."""

    def __init__(self, app: WSGIApplication, trusted: Iterable[Network]) -> None:
        self.app, self.trusted = app, tuple(trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._unwrap(environ)
        for name in HEADERS:
            environ.pop(name, None)
        return self.app(environ, start_response)

    def _unwrap(self, environ: WSGIEnvironment) -> None:
        """Set the visitor's address and scheme from what trusted hops say."""
        peer = address_of(environ.get("REMOTE_ADDR") or "")
        if peer is None or not is_among(peer, self.trusted):
            environ[STRANGER] = any(name in environ for name in HEADERS)
            return
        told = _listed(environ, "HTTP_X_FORWARDED_FOR")
        if "HTTP_X_FORWARDED_FOR" in environ and not (told and address_of(told[-1])):
            environ[STRANGER] = True  # somebody asks through a proxy of ours, nobody says who
        visitor, hops = self._visitor(peer, told)
        environ["REMOTE_ADDR"] = str(visitor)
        schemes = _listed(environ, "HTTP_X_FORWARDED_PROTO")
        if schemes and (said := schemes[-min(hops, len(schemes))].lower()) in ("http", "https"):
            environ["wsgi.url_scheme"] = said

    def _visitor(self, peer: Address, told: list[str]) -> tuple[Address, int]:
        """The rightmost address that is no proxy of ours, and how many proxies vouched for it.

        What cannot be read as an address ends the walk: who wrote it vouches for nothing."""
        seen, hops = peer, 1
        for text in reversed(told):
            before = address_of(text)
            if before is None:
                break
            seen = before
            if not is_among(before, self.trusted):
                break
            hops += 1
        return seen, hops


def address_of(text: str) -> Address | None:
    """An address as a header writes it: with a port, in brackets, an IPv4 inside an IPv6."""
    plain = text.strip().strip('"')
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_among(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    return any(address in network for network in networks)


def is_near(environ: WSGIEnvironment, trusted: Iterable[Network]) -> bool:
    """Whether this machine, or a trusted one, asks by itself and not for somebody else."""
    asker = address_of(environ.get("REMOTE_ADDR") or "")
    if asker is None or environ.get(STRANGER):
        return False
    return asker.is_loopback or is_among(asker, trusted)


def _listed(environ: WSGIEnvironment, name: str) -> list[str]:
    return [word.strip() for word in str(environ.get(name, "")).split(",") if word.strip()]
