"""Founds a master site: the first operator, the schema, the design. Every step twice is once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from kameng.config import settings
from kameng.domains.accounts import passwords
from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import LoginTaken
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import rules as names
from kameng.domains.agents import service as agents
from kameng.domains.agents.errors import NameRefused
from kameng.domains.agents.rules import Why
from kameng.domains.design import service as design
from kameng.kit import audit
from tenants import directory, registry
from tenants.context import shared, use
from tenants.database import session
from tenants.errors import NameTaken
from tenants.tree import Tenant
from themes import engine

THEME, PRESET = "clean", "standard"


@dataclass(frozen=True, slots=True)
class Founder:
    """The person who will run the master site."""

    login: str
    name: str
    email: str
    password: str


def found(
    slug: str, name: str, founder: Founder, *, primary: str = "#1d4ed8", now: datetime
) -> Tenant:
    """Open the master site `slug` with its operator, and set it live; returns it.

    It stands in the cell in force. Refuses NameRefused, BadLogin, WeakPassword, LoginTaken;
    raises NoSpare on an empty pool.
    """
    number = uuid5(NAMESPACE_URL, f"kameng:master:{slug}")
    hashed = passwords.hash_password(founder.password)
    _hold(number, names.check_name(slug), founder)
    with shared():
        site = _claim(number, names.check_name(slug), name, now)
        _hire(number, site, founder, hashed, now)
        session.commit()
    with use(site):
        _dress(site, name, primary, founder, now)
        session.commit()
    with shared():
        live = registry.go_live(site, now=now)
        session.commit()
    return live


def _hold(number: UUID, slug: str, founder: Founder) -> None:
    """Among several cells the names are this site's before it is claimed in one of them."""
    with shared():
        if registry.by_application(number) is not None:
            return
    login = account_rules.login(founder.login)
    host, look = settings().host(slug), names.look_of(slug)
    try:
        directory.hold(number, host=host, look=look, login=login)
    except NameTaken as taken:
        if str(taken) == login:
            raise LoginTaken(login=login) from taken
        raise NameRefused(reason=Why.TAKEN.value, like=slug) from taken


def _claim(number: UUID, slug: str, name: str, now: datetime) -> Tenant:
    known = registry.by_application(number)
    if known is not None:
        return known
    host = settings().host(slug)
    site = registry.claim(number, parent=None, slug=slug, name=name, now=now, host=host)
    agents.keep_name(slug, site.id, now=now)
    return site


def _hire(number: UUID, site: Tenant, founder: Founder, hashed: str, now: datetime) -> None:
    staff_id = uuid5(number, founder.login)
    staff.open_account(
        login=founder.login,
        password_hash=hashed,
        name=founder.name,
        email=founder.email,
        staff_id=staff_id,
        now=now,
    )
    staff.grant(staff_id, site.id, "operator", now=now)


def _dress(site: Tenant, name: str, primary: str, founder: Founder, now: datetime) -> None:
    registry.sign(site, now=now)
    arrangement = engine.start(THEME, PRESET, name=name, primary=primary)
    design.start(site, arrangement, author=founder.name, now=now)
    audit.record(site, audit.SYSTEM, "site.found", site.slug, after={"name": name})
