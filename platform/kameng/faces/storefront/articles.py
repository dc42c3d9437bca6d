"""What the shop has written: its notices, its help, and each article on a page of its own."""

from datetime import datetime
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design.articles import queries
from kameng.domains.design.articles.rules import Article, Kind
from kameng.faces.frame import guards, looks
from kameng.faces.storefront import paths, previewing, turning
from kameng.faces.storefront.answer import arrangement, page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import articles, shop
from kameng.kit import clock

PER_PAGE, MORE = 20, 4


@storefront.get("/notices")
@guards.public
def notices() -> Response:
    """The announcement of the shop, then its notices."""
    at, found = _found(Kind.NOTICE)
    said = shop.notices(arrangement()) if at == 1 else []
    drops = {"notices": said + articles.notices(found.rows)}
    return page("notices", drops | _pages(paths.NOTICES, at, found.total), active=paths.NOTICES)


@storefront.get("/help")
@guards.public
def help_pages() -> Response:
    """How things work here."""
    at, found = _found(Kind.HELP)
    drops = {"articles": articles.cards(found.rows)} | _pages(paths.HELP, at, found.total)
    return page("help", drops, active=paths.HELP)


@storefront.get("/articles/<name>")
@guards.public
def article(name: str) -> ResponseReturnValue:
    """One article; a draft, and one whose day has not come, is there for who holds its link."""
    now = clock.now()
    early = _looked_at(name, now)
    found = early or queries.shown(g.tenant, name, now=now)
    others = queries.newest(g.tenant, kind=found.kind, now=now, size=MORE + 1)
    more = [one for one in others if one.id != found.id][:MORE]
    drops: dict[str, Any] = {
        "article": articles.whole(found),
        "more_articles": articles.cards(more),
    }
    if early is None:
        return page("article", drops, active=paths.article(name))
    told = {"kind": "info", "text": _("A preview: shoppers do not see this article yet.")}
    drops = {**drops, "messages": [told], "indexed": False}
    return previewing.hidden(page("article", drops, active=paths.article(name)))


def _looked_at(name: str, now: datetime) -> Article | None:
    """What shoppers do not see yet, if the address has the link's token for it."""
    token = request.args.get(looks.ARGUMENT, "")[:300]
    if not token:
        return None
    found = queries.written(g.tenant, name)
    early = not found.is_out(now) and looks.names_article(g.tenant, token, found.id)
    return found if early else None


def _found(kind: Kind) -> tuple[int, queries.Found]:
    at = turning.asked()
    return at, queries.published(g.tenant, kind=kind, now=clock.now(), page=at, size=PER_PAGE)


def _pages(here: str, at: int, total: int) -> dict[str, Any]:
    return {"pages": turning.pages(here, at, at * PER_PAGE < total)}
