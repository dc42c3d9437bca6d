"""Every link by which one looks at a site before its shoppers do: its path and its token."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from kameng.domains.design.articles import queries as articles
from kameng.faces.frame import looks
from tenants.context import use
from tests.support.rivals import Rival

Link = tuple[str, str]


def links(app: Flask, stranger: Rival) -> dict[str, Link]:
    """Ada's: her draft for a phone and in the editor's frame, a saved version (of the gallery, the
    history, a planned skin or an offer), an article that is not out."""
    ada = stranger.alliance.ada
    with use(ada):
        article = articles.one(ada, UUID(stranger.ids["article_id"]))
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        found = {
            "draft": looks.link_draft(ada, "/"),
            "frame": looks.link_draft(ada, "/", editing=True),
            "version": looks.link(ada, UUID(stranger.ids["revision_id"])),
            "article": looks.link_article(ada, article.id, f"/articles/{article.slug}"),
        }
    return {name: _parts(link) for name, link in found.items()}


def _parts(link: str) -> Link:
    address, _sign, token = link.partition("?look=")
    return "/" + address.split("/", 3)[3], token
