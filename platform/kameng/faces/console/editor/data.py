"""Everything the editor's script has to know at its start, as plain values."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, g, request, url_for

from kameng.domains.design.media import queries as pictures
from kameng.faces.console.design import lengths, named
from kameng.faces.console.editor import answers, places, words
from kameng.faces.console.editor.opened import Opened
from kameng.faces.console.panel import facts
from kameng.faces.console.writing import menus
from kameng.faces.frame import addresses, i18n, media, permissions, themewords
from themes import engine

ROUTES = {
    "draft": "save_design_draft",
    "publication": "publish_design_draft",
    "deletion": "drop_design_draft",
    "default": "begin_design_anew",
    "choices": "design_choices",
    "pictures": "upload_to_editor",
    "films": "upload_film_to_editor",
    "checklist": "design_checklist",
    "qr": "editor_qr",
    "history": "look_history",
    "themes": "looks_gallery",
    "menus": "menus",
    "articles": "articles",
    "own_pages": "own_pages",
    "site_info": "site_info",
    "media": "media",
}
"""Its addresses; one whose page is not there is left out."""


def of(found: Opened) -> dict[str, Any]:
    """The document and all around it."""
    document = found.document
    known = places.pages(document)
    theme = document["theme"]
    return {
        "document": document,
        "step": found.step,
        "behind": found.is_behind,
        "live": str(found.live.id),
        "editor": secrets.token_urlsafe(9),
        "page": _asked(known),
        "pages": known,
        "library": engine.library(theme, document["version"], i18n.locale()),
        "tokens": document["tokens"],
        "contrast": answers.contrast(document),
        "presets": _presets(theme, document["version"]),
        "media": _pictures(document),
        "panel": facts.of(g.tenant, document),
        "menu": {"usual": menus.usual(str(theme))["main"], "most": menus.MOST["main"]},
        "words": words.said(),
        "notes": found.notes,
        **_saved(found),
        "preview": {"origin": addresses.site(g.tenant, ""), **places.links(document)},
        "theme": {"name": theme, "title": themewords.title(theme)},
        "site": {
            "name": g.tenant.name,
            "slug": g.tenant.slug,
            "home_url": addresses.site(g.tenant),
        },
        "back": url_for(".looks_gallery"),
        "urls": _urls(),
        "locale": i18n.locale(),
        "may_edit": permissions.may("design.edit"),
    }


def _presets(theme: str, version: str) -> list[dict[str, str]]:
    """The decorations a page can begin anew with."""
    found = engine.presets(theme, version)
    return [{"key": one["key"], "title": themewords.said(one["title"])} for one in found]


def _pictures(document: dict[str, Any]) -> dict[str, Any]:
    """The site's own pictures and films the document names, by their ids."""
    return {
        str(one): media.drop(g.tenant, row) | {"name": row.name, "note": lengths.told(row)}
        for one, row in pictures.some(g.tenant, set(named.ids(document))).items()
    }


def _asked(known: list[dict[str, Any]]) -> str:
    """The page that was asked for, if there is such a one."""
    wish = request.args.get("page", "")
    return wish if any(one["key"] == wish for one in known) else "home"


def _saved(found: Opened) -> dict[str, Any]:
    """Who saved the draft last, and when; nothing where nothing is being drafted."""
    if found.draft is None or not found.is_drafted:
        return {"draft": None, "saved_at": None}
    when = found.draft.updated_at.isoformat()
    return {"draft": {"who": found.draft.author, "when": when}, "saved_at": when}


def _urls() -> dict[str, str]:
    there = current_app.view_functions
    return {
        name: url_for(f".{endpoint}")
        for name, endpoint in ROUTES.items()
        if f"console.{endpoint}" in there
    }
