"""What a newcomer typed, and what is wrong with it field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import ConsentMissing, LoginTaken
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import names, rules
from kameng.domains.agents import queries as agents
from kameng.domains.agents.errors import NameRefused, NoSitesBelow
from kameng.domains.agents.queries import Standing
from kameng.domains.agents.rules import Wish
from kameng.domains.design.errors import ThemeNotInPackage
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.terms.errors import NoSuchPackage
from kameng.faces.frame import i18n
from kameng.faces.frame.opening import THEME
from kameng.kit import ids
from kameng.kit.errors import Refusal
from tenants.tree import Tenant
from themes import engine

THEMES_OWN = "theme"
"""Instead of a colour: the theme's."""
INDUSTRIES = ("mix", "games", "video", "topup")
"""What a shop mostly sells: the preset it begins with."""
TERMS_VERSION = "2026-11"
"""The version of the agents' terms that is accepted; kept with the application."""
Refusals = dict[str, Refusal]


@dataclass(frozen=True, slots=True)
class Answers:
    """The form as typed; nothing in it is believed yet."""

    application_id: UUID
    package: str = ""
    slug: str = ""
    site_name: str = ""
    theme: str = ""
    industry: str = ""
    primary: str = ""
    login: str = ""
    email: str = ""
    password: str = ""
    consent: bool = False


def read(form: Mapping[str, str]) -> Answers:
    """The posted form; a missing or odd application id begins a new application."""
    texts = {
        name: form.get(name, "")[:300].strip()
        for name in (
            *("package", "slug", "site_name", "theme", "industry", "primary", "login", "email"),
        )
    }
    return Answers(
        application_id=uuid_or_none(form.get("application", "")) or ids.uuid7(),
        password=form.get("password", "")[:300],
        consent=form.get("consent") == "yes",
        **texts,
    )


def uuid_or_none(text: str) -> UUID | None:
    """A typed id, or None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def faults(answers: Answers) -> Refusals:
    """What is wrong with each field by itself; needs no database."""
    checks: dict[str, Callable[[], object]] = {
        "package": lambda: _package(answers),
        "slug": lambda: rules.check_name(answers.slug),
        "site_name": lambda: rules.check_site_name(answers.site_name),
        "theme": lambda: _theme(answers),
        "primary": lambda: answers.primary == THEMES_OWN or rules.check_color(answers.primary),
        "login": lambda: account_rules.login(answers.login),
        "email": lambda: account_rules.email(answers.email),
        "password": lambda: account_rules.check_password(
            answers.password, not_like=(answers.login, answers.email, answers.slug)
        ),
        "consent": lambda: _consent(answers),
    }
    return {field: refusal for field, check in checks.items() if (refusal := _tried(check))}


def standing(parent: Tenant, answers: Answers, wrong: Refusals) -> Standing:
    """What is known of this application and its names; in `shared()`. Faulty names ask nothing."""
    slug = "" if "slug" in wrong else rules.check_name(answers.slug)
    login = "" if "login" in wrong else account_rules.login(answers.login)
    return agents.standing(parent, answers.application_id, slug=slug, login=login)


def taken(answers: Answers, found: Standing) -> Refusals:
    """What others already have, field by field."""
    refused: Refusals = {}
    if found.like is not None:
        refused["slug"] = names.taken(rules.check_name(answers.slug), found.like)
    if found.login_taken:
        refused["login"] = LoginTaken(login=answers.login)
    return refused


def lost(answers: Answers, reason: str) -> tuple[Answers, Refusals]:
    """The form of somebody who was a moment too late: all is kept but the application, which is
    over, and the field that was lost is named."""
    slug = names.taken(rules.check_name(answers.slug), rules.check_name(answers.slug))
    causes: dict[str, Refusals] = {
        NameRefused.code: {"slug": slug},
        LoginTaken.code: {"login": LoginTaken(login=answers.login)},
        NoSuchPackage.code: {"package": NoSuchPackage()},
    }
    fresh = replace(answers, application_id=ids.uuid7())
    return fresh, causes.get(reason, {"form": NoSitesBelow()})


def given_look(answers: Answers) -> UUID | None:
    """The preset of a site that was picked instead of a theme."""
    return uuid_or_none(answers.theme)


def wish(answers: Answers, given: PresetFacts | None = None) -> Wish:
    """What is asked of agents; hashes the password, so no transaction should be open."""
    own = answers.industry if answers.industry in INDUSTRIES else ""
    return Wish(
        slug=rules.check_name(answers.slug),
        site_name=answers.site_name,
        package_id=_package(answers),
        theme=given.theme if given else _theme(answers),
        preset=str(given.id) if given else own,
        locale=i18n.locale(),
        primary="" if answers.primary == THEMES_OWN else answers.primary,
        login=answers.login,
        owner_name=answers.login,
        email=answers.email,
        password_hash=staff.hash_password(answers.password),
        terms_version=TERMS_VERSION,
    )


def _tried(check: Callable[[], object]) -> Refusal | None:
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None


def _package(answers: Answers) -> UUID:
    chosen = uuid_or_none(answers.package)
    if chosen is None:
        raise NoSuchPackage()
    return chosen


def _theme(answers: Answers) -> str:
    """The theme that was picked; a form without one means the usual. A preset of a site, which
    stands in the same row, is looked for later."""
    if given_look(answers) is None and answers.theme and answers.theme not in engine.THEMES:
        raise ThemeNotInPackage(theme=answers.theme[:40])
    return answers.theme or THEME


def _consent(answers: Answers) -> None:
    if not answers.consent:
        raise ConsentMissing()
