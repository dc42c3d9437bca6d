"""The pages one can decorate: how each is called, where it is seen in the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l

from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.faces.frame import looks
from kameng.faces.frame.pagenames import NAMES

TEMPLATE, GROUP, OWN = "template", "group", "own"
TEMPLATES: dict[str, tuple[Any, str]] = {
    key: (NAMES[key], path)
    for key, path in {
        "home": "/",
        "category": "/c",
        "product": "",
        "search": "/search",
        "cart": "/cart",
        "order_query": "/orders",
        "notices": "/notices",
        "help": "/help",
        "article": "",
        "member": "/me/look",
        "sign_in": "/sign-in",
        "sign_up": "/sign-up",
        "not_found": "/pages/-",
    }.items()
}
"""The theme's pages worth decorating; where one is seen depends on what the shop has for some."""
GROUPS: dict[str, Any] = {
    "header": _l("Page header"),
    "footer": _l("Page footer"),
    "overlay": _l("Floating elements"),
}
_OWN_PREFIX, _GROUP_PREFIX = "page:", "group:"


def pages(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every page as {key, title, kind, path, deletable}; path "" where no preview can be."""
    found = [
        _page(key, TEMPLATES[key][0], TEMPLATE, _path(key))
        for key in TEMPLATES
        if key in document["templates"]
    ]
    found += [
        _page(f"{_GROUP_PREFIX}{key}", GROUPS[key], GROUP, "/")
        for key in GROUPS
        if key in document["groups"]
    ]
    return found + [
        _page(f"{_OWN_PREFIX}{slug}", one["title"], OWN, f"/pages/{slug}")
        for slug, one in document["pages"].items()
    ]


def _page(key: str, title: Any, kind: str, path: str) -> dict[str, Any]:
    deletable = kind == OWN
    return {"key": key, "title": str(title), "kind": kind, "path": path, "deletable": deletable}


def _path(key: str) -> str:
    """Where a page of the theme is seen: of those there are many of, the first."""
    if key == "product":
        first = catalog.listed(g.tenant, page=1, size=1)
        return f"/p/{first[0]}" if first else ""
    if key == "article":
        found = articles.titles(g.tenant, size=1)
        return f"/articles/{found[0][0]}" if found else ""
    return TEMPLATES[key][1]


def links(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Signed addresses of the working draft by page: `links` for the editor's frame, `phone` for a
    phone that looks at it."""
    paths = {one["key"]: one["path"] for one in pages(document) if one["path"]}
    return {
        "links": {
            key: looks.link_draft(g.tenant, path, editing=True) for key, path in paths.items()
        },
        "phone": {key: looks.link_draft(g.tenant, path) for key, path in paths.items()},
    }


def part_of(key: str) -> tuple[str, str] | None:
    """Where in a document the theme's page of this key stands; None for an own one."""
    if key.startswith(_OWN_PREFIX):
        return None
    if key.startswith(_GROUP_PREFIX):
        return "groups", key.removeprefix(_GROUP_PREFIX)
    return "templates", key
