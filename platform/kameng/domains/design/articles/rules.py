"""What an article is, and when shoppers see it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kameng.domains.design.articles.errors import BadAddress, BadArticle

LONGEST = {"title": 80, "summary": 200, "body": 40_000}
LONGEST_SLUG, MOST_ARTICLES = 60, 1000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"<[^>]*>")


class Kind(StrEnum):
    """What an article is for."""

    NOTICE = "notice"
    HELP = "help"


class State(StrEnum):
    """Whether its writer let it out."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person writes; `body` is clean HTML, `slug` may be empty."""

    kind: Kind
    title: str
    summary: str
    body: str
    slug: str = ""
    picture: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored; a list may leave its `body` empty."""

    id: UUID
    slug: str
    kind: Kind
    title: str
    summary: str
    body: str
    picture: str
    state: State
    publish_at: datetime | None
    pinned: bool
    author: str
    created_at: datetime
    updated_at: datetime
    version: int
    deleted_at: datetime | None = None

    def is_out(self, now: datetime) -> bool:
        """Whether shoppers see it."""
        out = self.state is State.PUBLISHED and self.deleted_at is None
        return out and self.publish_at is not None and self.publish_at <= now


def checked(draft: Draft, *, token: str) -> Draft:
    """The draft, trimmed, with an address and a summary. Refuses BadArticle, BadAddress.

    `token` makes an address of a title without Latin words unlike any other.
    """
    texts = {name: getattr(draft, name).strip() for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(texts[name]) > longest or (name == "title" and not texts[name]):
            raise BadArticle(field=name, longest=longest)
    if not texts["title"].isprintable():
        raise BadArticle(field="title", longest=LONGEST["title"])
    texts["summary"] = " ".join(texts["summary"].split())
    return replace(draft, **texts, slug=address(draft.slug, texts["title"], token))


def address(typed: str, title: str, token: str) -> str:
    """The typed address, or one made of the title's Latin words. Refuses BadAddress."""
    slug = typed.strip().lower()
    if slug:
        if len(slug) > LONGEST_SLUG or not _SLUG.fullmatch(slug):
            raise BadAddress()
        return slug
    words = _WORD.findall(title.lower())[:8]
    return "-".join([*words, token])[-LONGEST_SLUG:].strip("-")


def opening(body: str, *, length: int = 120) -> str:
    """The first words of a text without its tags, for where nobody wrote a summary."""
    plain = " ".join(_TAG.sub(" ", body).replace("&nbsp;", " ").split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"
