"""Changes to a site's live design that need no editor: read it, change a copy, make that live.

The form carries the revision it was drawn from: whoever was overtaken is told and loses nothing.
"""

from typing import Any
from uuid import UUID

from flask import g

from kameng.domains.design import queries, service
from kameng.domains.design.errors import BadDesign
from kameng.faces.frame import who
from kameng.kit import audit, clock
from themes import engine

Document = dict[str, Any]
HEADING = {"id": "main", "type": "main_page"}
TEXT = "rich_text"


def live() -> Document:
    """The site's live arrangement, to be looked at or changed."""
    found = queries.live(g.tenant)
    return {name: value for name, value in found.items() if name != "digest"}


def revision() -> str:
    """Which revision is live, for the hidden field of a form."""
    found = queries.live_revision(g.tenant)
    return str(found.id) if found else ""


def save(document: Document, *, expected: UUID, act: str, subject: str, note: str) -> None:
    """Check it and make it live. Refuses BadDesign, DesignMoved."""
    try:
        clean = engine.normalise(document)
    except engine.BadArrangement as bad:
        raise BadDesign(where=bad.problems[0].path) from None
    service.replace(
        g.tenant, clean, expected=expected, author=g.staff.name, note=note[:120], now=clock.now()
    )
    audit.record(g.tenant, who.actor(), act, subject)


def with_page(document: Document, slug: str, old: str, page: Document) -> Document:
    """With a page under `slug`, in the place of the one that was under `old` if any."""
    pages = dict(document.get("pages") or {})
    if old and old != slug:
        moved = {slug if name == old else name: one for name, one in pages.items()}
        menus = _renamed(document.get("menus") or {}, old, slug)
        return {**document, "pages": {**moved, slug: page}, "menus": menus}
    return {**document, "pages": {**pages, slug: page}}


def without_page(document: Document, slug: str) -> Document:
    """Without a page, and without the lines of menus that led to it."""
    pages = {name: one for name, one in (document.get("pages") or {}).items() if name != slug}
    menus = {
        name: [line for line in lines if not _leads(line, slug)]
        for name, lines in (document.get("menus") or {}).items()
    }
    return {**document, "pages": pages, "menus": menus}


def _renamed(menus: dict[str, Any], old: str, slug: str) -> dict[str, Any]:
    link = {"kind": "page", "ref": slug}
    return {
        name: [line | {"link": link} if _leads(line, old) else line for line in lines]
        for name, lines in menus.items()
    }


def _leads(line: dict[str, Any], slug: str) -> bool:
    link: dict[str, str] = line["link"]
    return link == {"kind": "page", "ref": slug}


def text_of(page: Document) -> str:
    """The text of a page: its first piece of rich text."""
    found = next((one for one in page["sections"] if one["type"] == TEXT), None)
    return str(found["settings"].get("body", "")) if found else ""


def with_text(page: Document, body: str) -> list[Document]:
    """The page's sections with another text; what an editor put around it stays."""
    sections = [dict(one) for one in page.get("sections") or [HEADING]]
    found = next((one for one in sections if one["type"] == TEXT), None)
    if found is None:
        sections.append({"id": _free(sections), "type": TEXT, "settings": {"body": body}})
    else:
        found["settings"] = {**found.get("settings", {}), "body": body}
    return sections


def _free(sections: list[Document]) -> str:
    taken = {one["id"] for one in sections}
    return next(name for n in range(99) if (name := f"text-{n}" if n else "text") not in taken)
