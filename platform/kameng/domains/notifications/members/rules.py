"""What a mail to a member needs to know, and what members may choose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kameng.domains.notifications.members import phrases
from kameng.domains.notifications.members.errors import NoSuchMail
from kameng.domains.notifications.members.kinds import CHOICES, Mail
from kameng.domains.notifications.notices import rules as notices
from kameng.domains.notifications.notices.rules import LOCALES, Fact


def told(mail: Mail, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts as a job can carry them. Refuses FactsMissing."""
    said = (phrases.CHINESE[mail], phrases.ENGLISH[mail])
    return notices.kept(mail.value, notices.named(*said), facts)


def check_unwanted(names: Iterable[str]) -> list[str]:
    """Mails a member does without. Refuses NoSuchMail."""
    chosen = set(names)
    if not chosen <= {one.value for one in CHOICES}:
        raise NoSuchMail(mails=sorted(chosen))
    return sorted(chosen)


def check_locale(locale: str) -> str:
    """A language mails are written in. Refuses NoSuchMail."""
    if locale not in LOCALES:
        raise NoSuchMail(locale=locale)
    return locale
