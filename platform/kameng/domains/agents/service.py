"""Opening a site below another in three steps, each once per application (architecture.md).

apply   bound to the parent: the application is written down
claim   in shared(): a spare schema, the owner's account and grant, the terms the parent gives
dress   bound to the new site: its schema signed, its design begun
set_live  in shared(): the host answers, the fact is announced
The edge binds between them (faces/frame/opening.py); a sweeper goes through them again for what
a crash left, which does nothing twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import AccountFrozen, LoginTaken
from kameng.domains.accounts.staff import owners
from kameng.domains.agents import queries, rules
from kameng.domains.agents.errors import (
    ApplicationDiffers,
    ApplicationEnded,
    NameRefused,
    NoSitesBelow,
    NoSuchApplication,
    OwnerUnclear,
)
from kameng.domains.agents.events import SiteOpened
from kameng.domains.agents.models import Application
from kameng.domains.agents.names import check_free, free_suggestions, keep_name
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State, Wish
from kameng.domains.design import service as design
from kameng.domains.design.errors import ThemeNotInPackage
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms import rules as terms_rules
from kameng.domains.terms import service as terms
from kameng.domains.terms.errors import NoSuchPackage
from kameng.kit import audit, ids
from kameng.kit.outbox import announce
from tenants import claims, registry
from tenants.database import session
from tenants.errors import NameTaken, ParentClosed, TooDeep
from tenants.tree import Tenant

__all__ = [
    "LOST",
    "apply",
    "check_free",
    "claim",
    "dress",
    "free_suggestions",
    "keep_name",
    "refuse",
    "set_live",
]

AGENT = "agent"
_TABLE = Application.__table__


def apply(parent: Tenant, application_id: UUID, wish: Wish, *, now: datetime) -> ApplicationFacts:
    """Write the application down, bound to the parent; the same id again returns the first.

    Refuses NoSitesBelow, NoSuchPackage, PackageNotOnSale, ThemeNotInPackage, NameRefused,
    BadSiteName, BadColor, BadLogin, BadContact, OwnerUnclear; ApplicationDiffers for other
    answers.
    """
    if parent.state != registry.LIVE or not terms_queries.may_open_sites(parent, now=now):
        raise NoSitesBelow()
    package = terms_queries.package(parent, wish.package_id)
    if package is None:
        raise NoSuchPackage()
    terms_rules.check_choosable(on_sale=package.on_sale)
    if not package.allows.has_theme(wish.theme):
        raise ThemeNotInPackage(theme=wish.theme)
    values = _values(parent, application_id, wish, now=now)
    query = insert(Application).values(values).on_conflict_do_nothing().returning(Application)
    row = session.scalar(query) or session.get(Application, application_id)
    if row is None or (row.slug, row.login) != (values["slug"], values["login"]):
        raise ApplicationDiffers()
    return queries.facts(row)


def _values(parent: Tenant, application_id: UUID, wish: Wish, *, now: datetime) -> dict[str, Any]:
    login = account_rules.login(wish.login)
    newcomer = wish.staff_id is None
    if newcomer is (wish.password_hash is None):
        raise OwnerUnclear()
    return {
        "id": application_id,
        "tenant_id": parent.id,
        "slug": rules.check_name(wish.slug),
        "site_name": rules.check_site_name(wish.site_name),
        "package_id": wish.package_id,
        "theme": wish.theme,
        "preset": wish.preset or None,
        "locale": wish.locale[:8] or None,
        "primary_color": rules.check_color(wish.primary) if wish.primary else "",
        "staff_id": wish.staff_id or ids.uuid7(),
        "login": login,
        "owner_name": wish.owner_name.strip()[:40] or login,
        "email": account_rules.email(wish.email) if newcomer else wish.email[:254],
        "password_hash": wish.password_hash,
        "terms_version": wish.terms_version,
        "state": State.APPLIED.value,
        "created_at": now,
    }


_waiting = (
    select(_TABLE).where(_TABLE.c.id == bindparam("application")).with_for_update().cte("waiting")
)
_TAKE_UP = (
    update(_TABLE)
    .where(_TABLE.c.id == _waiting.c.id, _waiting.c.state == State.APPLIED.value)
    .values(state=State.CLAIMED.value, password_hash=null())
    .returning(*_waiting.c)
)
"""Takes an application up and erases its password, which comes back this once."""


def claim(application_id: UUID, *, domain: str, now: datetime) -> tuple[ApplicationFacts, Tenant]:
    """Make the application a site in state `opening`, with owner, grant and terms; in `shared()`.

    The site will answer to its name below `domain`. Once claimed, gives what was made. Every
    refusal leaves nothing behind once it is rolled back: NoSpare (come again), and LOST, of which
    refuse() is then told: the name or the login went to somebody else meanwhile, or the parent or
    the person may not go on. ApplicationEnded for one that was refused before.
    """
    row = session.execute(_TAKE_UP, {"application": application_id}).first()
    if row is None:
        return _claimed(application_id)
    facts = replace(queries.facts(row), state=State.CLAIMED, newcomer=False)
    host = f"{row.slug}.{domain}"
    site = claims.take(
        row.id, parent=row.tenant_id, slug=row.slug, name=row.site_name, now=now, host=host
    )
    if site is None:
        raise ApplicationEnded(reason="")
    keep_name(row.slug, site.id, now=now)
    _install(facts, row.email, row.password_hash, site, now=now)
    _bind_terms(site, row.package_id, now=now)
    return facts, site


def _claimed(application_id: UUID) -> tuple[ApplicationFacts, Tenant]:
    facts, site = queries.application(application_id), registry.by_application(application_id)
    if facts is None:
        raise NoSuchApplication()
    if site is None:
        raise ApplicationEnded(reason=facts.reason or "")
    return facts, site


def _install(
    facts: ApplicationFacts, email: str, password_hash: str | None, site: Tenant, *, now: datetime
) -> None:
    """The owner: a newcomer comes with a password, staff are there already."""
    if password_hash is None:
        owners.appoint(facts.staff_id, site.id, AGENT, now=now)
        return
    owners.hire(
        facts.staff_id,
        site.id,
        AGENT,
        login=facts.login,
        password_hash=password_hash,
        name=facts.owner_name,
        email=email,
        now=now,
    )


def _bind_terms(site: Tenant, package_id: UUID, *, now: datetime) -> None:
    package = terms_queries.package_by_id(package_id)
    if package is None:
        raise NoSuchPackage()
    terms.bind(site, package, now=now)


LOST: dict[type[Exception], str] = {
    NameTaken: NameRefused.code,
    NameRefused: NameRefused.code,
    LoginTaken: LoginTaken.code,
    AccountFrozen: AccountFrozen.code,
    TooDeep: NoSitesBelow.code,
    ParentClosed: NoSitesBelow.code,
    NoSuchPackage: NoSuchPackage.code,
}
"""What ends an application at its claim, and the reason that is kept with it."""


def refuse(application_id: UUID, reason: str) -> ApplicationFacts:
    """End an application that lost; in `shared()`, after the claim was rolled back."""
    row = session.get(Application, application_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchApplication()
    if rules.may_move(State(row.state), State.REFUSED):
        row.state, row.reason, row.password_hash = State.REFUSED.value, reason, None
        session.flush()
    return queries.facts(row)


def dress(
    site: Tenant, application: ApplicationFacts, arrangement: dict[str, Any], *, now: datetime
) -> None:
    """Sign the new site's schema and begin its design; bound to the site. Twice is once."""
    registry.sign(site, now=now)
    design.start(site, arrangement, author=application.owner_name, now=now)


_FINISH = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("application"), _TABLE.c.state == State.CLAIMED.value)
    .values(state=State.OPEN.value, opened_at=bindparam("now"), opened_id=bindparam("site"))
    .returning(_TABLE)
)


def set_live(site: Tenant, application_id: UUID, *, now: datetime) -> ApplicationFacts:
    """Let the site's host answer and announce it; in `shared()`, after dress. Twice is once."""
    asked = {"application": application_id, "site": site.id, "now": now}
    row = session.execute(_FINISH, asked).first()
    if row is None:
        return _claimed(application_id)[0]
    claims.set_live(site.id, now=now)
    audit.record(site, audit.SYSTEM, "site.open", row.slug, after={"application": str(row.id)})
    announce(site, SiteOpened(row.id, row.tenant_id, site.id, row.staff_id, row.slug))
    return queries.facts(row)
