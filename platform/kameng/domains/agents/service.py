"""Opening a site below another in three steps, each once per application (architecture.md).

apply   bound to the parent: the application is written down
claim   in shared(): a spare schema, the owner's account and grant, the terms the parent gives
dress   bound to the new site: its schema signed, its design begun
set_live  in shared(): the host answers, the fact is announced
The edge binds between them (faces/frame/opening.py); a sweeper goes through them again for what
a crash left, which does nothing twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import LoginTaken
from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import queries, rules
from kameng.domains.agents.errors import (
    ApplicationDiffers,
    NameRefused,
    NoSitesBelow,
    NoSuchApplication,
)
from kameng.domains.agents.events import SiteOpened
from kameng.domains.agents.models import Application, SiteName
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State, Why, Wish
from kameng.domains.design import service as design
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms import rules as terms_rules
from kameng.domains.terms import service as terms
from kameng.domains.terms.errors import NoSuchPackage
from kameng.kit import audit, ids
from kameng.kit.outbox import announce
from tenants import registry
from tenants.database import session
from tenants.errors import NameTaken, NoSpare, TooDeep
from tenants.tree import Tenant

AGENT = "agent"


def check_free(text: str) -> str:
    """The name in its written form if it may be had now; in `shared()`. Refuses NameRefused."""
    name = rules.check_name(text)
    _refuse_taken(name)
    return name


def free_suggestions(text: str) -> list[str]:
    """Up to three free names near a refused one; in `shared()`."""
    return [name for name in rules.suggestions(text) if queries.taken_by(name) is None][:3]


def check_owner(login: str) -> str:
    """The login in its written form if nobody has it; in `shared()`. Refuses LoginTaken."""
    plain = account_rules.login(login)
    if staff_queries.login_taken(plain):
        raise LoginTaken(login=plain)
    return plain


def keep_name(slug: str, tenant_id: int, *, now: datetime) -> None:
    """Give the look of a name to a site, for ever; in `shared()`. Refuses NameRefused."""
    row = {"look": rules.look_of(slug), "slug": slug, "tenant_id": tenant_id, "kept_at": now}
    query = insert(SiteName).values(row).on_conflict_do_nothing().returning(SiteName.look)
    if session.scalar(query) is not None:
        return
    kept = session.get(SiteName, row["look"], populate_existing=True)
    if kept is None or kept.tenant_id != tenant_id:
        raise _taken(slug, kept.slug if kept else slug)


def _refuse_taken(name: str) -> None:
    like = queries.taken_by(name)
    if like is not None:
        raise _taken(name, like)


def _taken(name: str, like: str) -> NameRefused:
    reason = Why.TAKEN if like == name else Why.LOOKS_LIKE
    return NameRefused(reason=reason.value, like=like)


def apply(parent: Tenant, application_id: UUID, wish: Wish, *, now: datetime) -> ApplicationFacts:
    """Write the application down, bound to the parent; the same id again returns the first.

    Refuses NoSitesBelow, NoSuchPackage, PackageNotOnSale, FeesComeLater, NameRefused,
    BadSiteName, BadColor, BadLogin, BadContact; ApplicationDiffers for other answers.
    """
    if parent.state != registry.LIVE or not terms_queries.may_open_sites(parent, now=now):
        raise NoSitesBelow()
    package = terms_queries.package(parent, wish.package_id)
    if package is None:
        raise NoSuchPackage()
    terms_rules.check_choosable(on_sale=package.on_sale, fee=package.fee)
    values = _values(parent, application_id, wish, now=now)
    query = insert(Application).values(values).on_conflict_do_nothing().returning(Application)
    row = session.scalar(query) or session.get(Application, application_id)
    if row is None or (row.slug, row.login) != (values["slug"], values["login"]):
        raise ApplicationDiffers()
    return queries.facts(row)


def _values(parent: Tenant, application_id: UUID, wish: Wish, *, now: datetime) -> dict[str, Any]:
    login = account_rules.login(wish.login)
    return {
        "id": application_id,
        "tenant_id": parent.id,
        "slug": rules.check_name(wish.slug),
        "site_name": rules.check_site_name(wish.site_name),
        "package_id": wish.package_id,
        "theme": wish.theme,
        "primary_color": rules.check_color(wish.primary),
        "staff_id": ids.uuid7(),
        "login": login,
        "owner_name": wish.owner_name.strip()[:40] or login,
        "email": account_rules.email(wish.email),
        "password_hash": wish.password_hash,
        "terms_version": wish.terms_version,
        "state": State.APPLIED.value,
        "created_at": now,
    }


def claim(application_id: UUID, *, domain: str, now: datetime) -> ApplicationFacts:
    """Make the application a site in state `opening`, with owner, grant and terms; in `shared()`.

    The site will answer to its name below `domain`. Does nothing once claimed. Stays APPLIED when
    no spare schema is ready; becomes REFUSED, with nothing else moved, when the name or the login
    went to somebody else meanwhile.
    """
    row = _locked(application_id)
    if row.state != State.APPLIED:
        return queries.facts(row)
    try:
        with session.begin_nested():
            site = _claim_site(row, host=f"{row.slug}.{domain}", now=now)
    except NoSpare:
        return queries.facts(row)
    except (NameTaken, NameRefused, LoginTaken, TooDeep) as refusal:
        return _refuse(row, getattr(refusal, "code", "site_name_refused"))
    row.state, row.opened_id, row.password_hash = State.CLAIMED.value, site.id, None
    session.flush()
    return queries.facts(row)


def _claim_site(row: Application, *, host: str, now: datetime) -> Tenant:
    package = terms_queries.package_by_id(row.package_id)
    if package is None or row.password_hash is None:
        raise NoSuchApplication()
    parent = registry.by_id(row.tenant_id)
    site = registry.claim(
        row.id, parent=parent, slug=row.slug, name=row.site_name, now=now, host=host
    )
    keep_name(row.slug, site.id, now=now)
    staff.open_account(
        login=row.login,
        password_hash=row.password_hash,
        name=row.owner_name,
        email=row.email,
        staff_id=row.staff_id,
        now=now,
    )
    staff.grant(row.staff_id, site.id, AGENT, now=now)
    terms.bind(site, package, now=now)
    return site


def _refuse(row: Application, reason: str) -> ApplicationFacts:
    row.state, row.reason, row.password_hash = State.REFUSED.value, reason, None
    session.flush()
    return queries.facts(row)


def dress(
    site: Tenant, application: ApplicationFacts, arrangement: dict[str, Any], *, now: datetime
) -> None:
    """Sign the new site's schema and begin its design; bound to the site. Twice is once."""
    registry.sign(site, now=now)
    design.start(site, arrangement, author=application.owner_name, now=now)


def set_live(application_id: UUID, *, now: datetime) -> ApplicationFacts:
    """Let the site's host answer and announce it; in `shared()`, after dress. Twice is once."""
    row = _locked(application_id)
    if row.state != State.CLAIMED or row.opened_id is None:
        return queries.facts(row)
    site = registry.by_id(row.opened_id)
    if site is None:
        raise NoSuchApplication()
    registry.go_live(site, now=now)
    row.state, row.opened_at = State.OPEN.value, now
    session.flush()
    audit.record(site, audit.SYSTEM, "site.open", row.slug, after={"application": str(row.id)})
    announce(site, SiteOpened(row.id, row.tenant_id, site.id, row.staff_id, row.slug))
    return queries.facts(row)


def _locked(application_id: UUID) -> Application:
    row = session.get(Application, application_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchApplication()
    return row
