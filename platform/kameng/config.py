"""The only reader of os.environ: one frozen Settings; a missing or weak secret is no start."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from tenants.tree import MAIN

ROLES = {"owner": "kameng_owner", "app": "kameng_app", "app_shared": "kameng_app_shared"}
ROLES["relay"] = "kameng_relay"
PLATFORM_FACES = ("console", "hooks", "media")
CELL = re.compile(r"[a-z][a-z0-9]{0,19}")
SHORTEST_SECRET = 32
TEST_KEYS = ("sk_test_", "rk_test_")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WEAK = re.compile(r"change.?me|secret|default|password|example|kameng", re.IGNORECASE)


class BadSettings(Exception):
    """The environment does not describe a safe start; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the processes are told from outside."""

    env: str
    home: Path
    base_domain: str
    scheme: str
    port: int
    public_port: int | None
    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)
    stripe_secret_key: str = field(repr=False, default="")
    stripe_webhook_secret: str = field(repr=False, default="")
    stripe_api_base: str | None = None
    test_payments: bool = False
    smtp_url: str | None = field(repr=False, default=None)
    mail_sender: str = "Kameng <no-reply@localhost>"
    trusted_proxies: tuple[Network, ...] = ()
    resolvers: tuple[str, ...] = ()
    proof_port: int | None = None
    cells: tuple[tuple[str, str], ...] = field(repr=False, default=())
    web_workers: int = 2
    web_threads: int = 8
    web_waiting: int = 56
    web_films: int = 24
    db_pool: int = 8
    icp: str = ""
    icp_police: str = ""
    spares: int = 20
    tenant_limit: int = 5000

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read and check the environment; raises BadSettings with one clear sentence."""
        source = os.environ if env is None else env
        name = _one_of(source, "KAMENG_ENV", ("production", "development", "test"))
        port = _number(source, "PORT", 8000)
        scheme = source.get("KAMENG_SCHEME", "https" if name == "production" else "http")
        return cls(
            env=name,
            home=Path(source.get("KAMENG_HOME", "var")).resolve(),
            base_domain=source.get("KAMENG_BASE_DOMAIN", "localhost").strip(".").lower(),
            scheme=scheme,
            port=port,
            public_port=_public_port(source, scheme, port),
            database_url=_required(source, "DATABASE_URL"),
            redis_url=_required(source, "REDIS_URL"),
            secret_key=_strong(source, "KAMENG_SECRET_KEY"),
            master_key=_key(source, "KAMENG_MASTER_KEY"),
            **_stripe(source, name),
            smtp_url=source.get("SMTP_URL") or None,
            mail_sender=source.get("MAIL_SENDER", "Kameng <no-reply@localhost>"),
            trusted_proxies=_networks(source, "KAMENG_TRUSTED_PROXIES"),
            resolvers=_words(source, "KAMENG_RESOLVERS"),
            proof_port=_proof_port(source, name),
            cells=_cells(source),
            web_workers=_number(source, "WEB_CONCURRENCY", 2),
            web_threads=_number(source, "WEB_THREADS", 8),
            web_waiting=_number(source, "WEB_WAITING", 56),
            web_films=_number(source, "WEB_FILMS", 24),
            db_pool=_number(source, "KAMENG_DB_POOL", 8),
            icp=source.get("KAMENG_ICP", "").strip(),
            icp_police=source.get("KAMENG_ICP_POLICE", "").strip(),
            spares=_number(source, "KAMENG_SPARES", 20),
            tenant_limit=_number(source, "KAMENG_TENANT_LIMIT", 5000),
        )

    @property
    def development(self) -> bool:
        return self.env != "production"

    def host(self, name: str | None = None) -> str:
        """A host of this deployment without port: the base domain, or one name below it."""
        return f"{name}.{self.base_domain}" if name else self.base_domain

    def address(self, host: str, path: str = "/") -> str:
        """The outside address of `path` on `host`, with scheme and port."""
        port = f":{self.public_port}" if self.public_port else ""
        return f"{self.scheme}://{host}{port}{path}"

    @property
    def platform_hosts(self) -> dict[str, str]:
        """Hosts that belong to no tenant -> the face that answers there."""
        hosts = {self.host(face): face for face in PLATFORM_FACES}
        return {**hosts, self.host(): "landing"}

    def role_password(self, role: str) -> str:
        """The database role's password, derived from the master key."""
        digest = hmac.digest(self.master_key, f"database-role:{role}".encode(), "sha256")
        return digest.hex()

    @property
    def databases(self) -> dict[str, str]:
        """The administrator's address of each cell's database, main first."""
        return {MAIN: self.database_url, **dict(self.cells)}

    def role_url(self, role: str, cell: str = MAIN) -> str:
        """A cell's database address for one of ROLES ('owner', 'app', 'app_shared', 'relay')."""
        parts = urlsplit(self.databases[cell])
        place = parts.netloc.rsplit("@", 1)[-1]
        netloc = f"{ROLES[role]}:{quote(self.role_password(role))}@{place}"
        return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))

    def role_urls(self, cell: str = MAIN) -> dict[str, str]:
        """The addresses web and worker use, by role name."""
        return {role: self.role_url(role, cell) for role in ("app", "app_shared", "relay")}


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise BadSettings(f"{name} is not set.")
    return value


def _cells(env: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """KAMENG_CELLS: `name=postgresql://…` for each database besides DATABASE_URL."""
    found: dict[str, str] = {}
    for part in env.get("KAMENG_CELLS", "").split():
        name, _, url = part.partition("=")
        places = {_place(known) for known in (env.get("DATABASE_URL", ""), *found.values())}
        if not CELL.fullmatch(name) or name in (MAIN, *found) or not urlsplit(url).hostname:
            raise BadSettings(
                "KAMENG_CELLS must be names of a-z and 0-9, each once and none of them main, with "
                f"addresses: east=postgresql://user:password@host:5432/database. Not: {name!r}."
            )
        if _place(url) in places:
            raise BadSettings(f"KAMENG_CELLS: {name} names a database that another cell has.")
        found[name] = url
    return tuple(found.items())


def _place(url: str) -> tuple[str | None, int, str]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name, allowed[0])
    if value not in allowed:
        raise BadSettings(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise BadSettings(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(env.get(name, "").replace(",", " ").split())


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Addresses and networks, e.g. "127.0.0.1, 10.0.0.0/8"; empty trusts nobody."""
    try:
        return tuple(ipaddress.ip_network(word, strict=False) for word in _words(env, name))
    except ValueError as error:
        raise BadSettings(
            f"{name} holds the addresses of the proxies in front, like 127.0.0.1: {error}."
        ) from None


def _proof_port(env: Mapping[str, str], name: str) -> int | None:
    """Tests only: files that prove a domain may stand on this machine, on this port."""
    if not env.get("KAMENG_PROOF_PORT"):
        return None
    if name == "production":
        raise BadSettings("KAMENG_PROOF_PORT is for tests: production asks port 80 of the world.")
    return _number(env, "KAMENG_PROOF_PORT", 0)


def _public_port(env: Mapping[str, str], scheme: str, port: int) -> int | None:
    usual = 443 if scheme == "https" else 80
    if scheme == "https" and "KAMENG_PUBLIC_PORT" not in env:
        return None
    shown = _number(env, "KAMENG_PUBLIC_PORT", port)
    return None if shown == usual else shown


def _strong(env: Mapping[str, str], name: str) -> str:
    value = _required(env, name)
    if len(value) < SHORTEST_SECRET or len(set(value)) < 10 or WEAK.search(value):
        raise BadSettings(f"{name} is too weak: use at least {SHORTEST_SECRET} random characters.")
    return value


def _key(env: Mapping[str, str], name: str) -> bytes:
    value = _required(env, name)
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32 or len(set(key)) < 10:
        raise BadSettings(f"{name} must be 32 random bytes in base64.")
    return key


def _stripe(env: Mapping[str, str], name: str) -> dict[str, Any]:
    """Stripe's keys, or, outside production only, the stand-in's derived from our secret."""
    own = env.get("STRIPE_SECRET_KEY", "").strip()
    is_test = own.startswith(TEST_KEYS)
    if own and not (is_test and name == "production"):
        return {
            "stripe_secret_key": own,
            "stripe_webhook_secret": _required(env, "STRIPE_WEBHOOK_SECRET"),
            "test_payments": is_test,
        }
    if name == "production":
        fault = "a test key" if is_test else "not set"
        raise BadSettings(f"STRIPE_SECRET_KEY is {fault}: production takes no test payments.")
    seed = env.get("KAMENG_SECRET_KEY", "")
    return {
        "stripe_secret_key": "sk_test_" + _derived(seed, "stripe-key"),
        "stripe_webhook_secret": "whsec_" + _derived(seed, "stripe-webhook"),
        "stripe_api_base": env.get("STRIPE_API_BASE") or "http://127.0.0.1:12111",
        "test_payments": True,
    }


def _derived(seed: str, purpose: str) -> str:
    return hashlib.sha256(f"{purpose}:{seed}".encode()).hexdigest()[:40]


_settings: Settings | None = None


def use_settings(loaded: Settings) -> Settings:
    """Make `loaded` the settings of this process."""
    global _settings
    _settings = loaded
    return loaded


def settings() -> Settings:
    """The settings of this process, loaded from the environment on first use."""
    return _settings or use_settings(Settings.load())


def environment() -> dict[str, str]:
    """A copy of the environment, for the launcher that hands it on to the processes it starts."""
    return dict(os.environ)
