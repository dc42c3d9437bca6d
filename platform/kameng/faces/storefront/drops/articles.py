"""Articles as a theme prints them: in lists, as notices, and whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _

from kameng.domains.design.articles import queries
from kameng.domains.design.articles.rules import Article, Kind, opening
from kameng.faces.frame.money import SHOP_TIME
from kameng.faces.storefront import paths
from kameng.faces.storefront.drops import media
from kameng.kit import clock
from tenants.tree import Tenant

Cards = list[dict[str, Any]]
NEWEST = 24


def cards(found: Iterable[Article]) -> Cards:
    """Articles for a list; one query for their pictures, none where none has one."""
    rows = list(found)
    pictures = media.shown(g.tenant, [one.picture for one in rows if one.picture])
    return [_card(one, pictures) for one in rows]


def newest(tenant: Tenant) -> Cards:
    """The newest of all kinds, read once per request."""
    if "articles" not in g:
        g.articles = cards(queries.newest(tenant, now=clock.now(), size=NEWEST))
    kept: Cards = g.articles
    return kept


def newest_notices(tenant: Tenant) -> Cards:
    """The newest notices among them."""
    told = (card for card in newest(tenant) if card["kind"] == Kind.NOTICE)
    return [card | {"text": card["summary"]} for card in told]


def notices(found: Iterable[Article]) -> Cards:
    """Notices beside the shop's announcement, in its shape."""
    return [card | {"text": card["summary"]} for card in cards(found)]


def _card(article: Article, pictures: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": article.title,
        "summary": article.summary,
        "url": paths.article(article.slug),
        "at": _day(article.publish_at, "%m-%d"),
        "kind": article.kind.value,
        "pinned": article.pinned,
        "picture": pictures.get(article.picture, ""),
    }


def whole(article: Article) -> dict[str, Any]:
    """One article on its own page."""
    out, changed = article.publish_at, article.updated_at
    return cards([article])[0] | {
        "summary": article.summary or opening(article.body),
        "body": article.body,
        "at": _day(out),
        "updated": _day(changed) if out and changed.date() > out.date() else "",
        "published_iso": _iso(out),
        "updated_iso": _iso(changed),
        "list": _list(article.kind),
    }


def _list(kind: Kind) -> dict[str, str]:
    """The list an article stands in."""
    if kind is Kind.HELP:
        return {"name": _("Help"), "url": paths.HELP}
    return {"name": _("Notices"), "url": paths.NOTICES}


def _day(at: datetime | None, form: str = "%Y-%m-%d") -> str:
    return at.astimezone(SHOP_TIME).strftime(form) if at else ""


def _iso(at: datetime | None) -> str:
    return at.astimezone(SHOP_TIME).isoformat(timespec="seconds") if at else ""
