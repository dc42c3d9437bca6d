"""Articles and own pages of a site, written the way its people do; committed."""

from __future__ import annotations

from typing import Any

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.articles import service
from kameng.domains.design.articles.rules import Article, Draft, Kind
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from themes import engine


def article(
    site: Tenant, title: str, *, kind: Kind = Kind.NOTICE, out: bool = True, **more: Any
) -> Article:
    """An article with a text, published unless told otherwise."""
    now = clock.now()
    draft = Draft(kind, title, more.pop("summary", ""), f"<p>{title}正文</p>", **more)
    with use(site):
        made = service.write(site, draft, actor=SYSTEM, now=now)
        made = service.publish(site, made.id, actor=SYSTEM, now=now) if out else made
        session.commit()
    return made


def page(site: Tenant, slug: str, title: str, **more: Any) -> None:
    """A page of the site's own with one text, live."""
    text = {"id": "text", "type": "rich_text", "settings": {"body": f"<p>{title}正文</p>"}}
    own = {"title": title, "description": "", "listed": True, "sections": [text]} | more
    with use(site):
        live = designs.live(site)
        live.pop("digest", None)
        found = designs.live_revision(site)
        assert found
        pages = {**live.get("pages", {}), slug: own}
        made = engine.normalise({**live, "pages": pages})
        design.replace(site, made, expected=found.id, author="test", now=clock.now())
        session.commit()
