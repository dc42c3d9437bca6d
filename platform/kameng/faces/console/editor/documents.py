"""An arrangement somebody sends: what becomes of it before it is kept."""

from __future__ import annotations

from typing import Any

from flask import g

from kameng.domains.design import publishing
from kameng.domains.design.errors import BadDesign
from kameng.domains.design.queries import RevisionFacts
from kameng.faces.console.design import gates
from kameng.faces.console.editor import problems
from themes import engine

Document = dict[str, Any]


def checked(document: Document, *, live: RevisionFacts) -> Document:
    """The arrangement as it is stored, on the line of the theme the site is on. Refuses BadDesign
    with all problems, ThemeNotInPackage."""
    theme = document.get("theme")
    if not isinstance(theme, str) or theme not in engine.THEMES:
        raise BadDesign(where="theme")
    gates.refuse_locked(theme)
    line = _line(theme, str(document.get("version")), live)
    try:
        return engine.normalise(without_dead_lines({**document, "version": line}))
    except engine.BadArrangement as bad:
        told = problems.told(bad.problems)
        raise BadDesign(where=bad.problems[0].path, problems=told) from None


def _line(theme: str, made_on: str, live: RevisionFacts) -> str:
    """The site's own line of its template; of another one that on which it would be shown here."""
    if theme == live.theme:
        return live.theme_version
    there = engine.lines(theme)
    return publishing.line_for(g.tenant, theme, made_on if made_on in there else there[0])


def without_dead_lines(document: Document) -> Document:
    """Without the lines of menus that lead to an own page which is gone."""
    menus, pages = document.get("menus"), document.get("pages") or {}
    if not isinstance(menus, dict) or not isinstance(pages, dict):
        return document
    kept = {
        name: [line for line in lines if not _is_dead(line, pages)]
        if isinstance(lines, list)
        else lines
        for name, lines in menus.items()
    }
    return {**document, "menus": kept}


def _is_dead(line: Any, pages: Document) -> bool:
    link = line.get("link") if isinstance(line, dict) else None
    return isinstance(link, dict) and link.get("kind") == "page" and link.get("ref") not in pages
