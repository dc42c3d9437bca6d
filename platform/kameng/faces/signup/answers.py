"""What a newcomer typed, and what is wrong with it field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import ConsentMissing
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import rules
from kameng.domains.agents import service as agents
from kameng.domains.agents.rules import Wish
from kameng.domains.terms.errors import NoSuchPackage
from kameng.faces.frame.opening import THEME
from kameng.kit import ids
from kameng.kit.errors import Refusal

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
    primary: str = ""
    login: str = ""
    email: str = ""
    password: str = ""
    consent: bool = False


def read(form: Mapping[str, str]) -> Answers:
    """The posted form; a missing or odd application id begins a new application."""
    texts = {
        name: form.get(name, "")[:300].strip()
        for name in ("package", "slug", "site_name", "primary", "login", "email")
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
        "primary": lambda: rules.check_color(answers.primary),
        "login": lambda: account_rules.login(answers.login),
        "email": lambda: account_rules.email(answers.email),
        "password": lambda: account_rules.check_password(
            answers.password, not_like=(answers.login, answers.email, answers.slug)
        ),
        "consent": lambda: _consent(answers),
    }
    return {field: refusal for field, check in checks.items() if (refusal := _tried(check))}


def taken(answers: Answers) -> Refusals:
    """What others already have; in `shared()`, for answers without faults."""
    checks: dict[str, Callable[[], object]] = {
        "slug": lambda: agents.check_free(answers.slug),
        "login": lambda: agents.check_owner(answers.login),
    }
    return {field: refusal for field, check in checks.items() if (refusal := _tried(check))}


def wish(answers: Answers) -> Wish:
    """What is asked of agents; hashes the password, so no transaction should be open."""
    return Wish(
        slug=rules.check_name(answers.slug),
        site_name=answers.site_name,
        package_id=_package(answers),
        theme=THEME,
        primary=answers.primary,
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


def _consent(answers: Answers) -> None:
    if not answers.consent:
        raise ConsentMissing()
