"""Pages a site wrote itself, and the menus that lead to them.

Such a page is known to every door as the template `page:<slug>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import links
from .errors import Problem

TEMPLATE = "page"
_PREFIX = f"{TEMPLATE}:"
MENUS = ("main", "footer")
Menus = dict[str, list[dict[str, Any]]]
NAV = {"home": "home", "categories": "category", "orders": "orders", "member": "me"}
"""Kinds of links that are one of the pages a theme knows to be on, by its name for them."""


def named(slug: str) -> str:
    """What the page `slug` is called where a template is asked for."""
    return _PREFIX + slug


def template_of(name: str) -> str:
    """The theme's template for a page of this name."""
    return TEMPLATE if name.startswith(_PREFIX) else name


def slug_of(name: str) -> str:
    """The slug in a name, "" for the theme's own pages."""
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) else ""


def page(document: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The page of the document a name means; None for the theme's own and for unknown ones."""
    found = (document.get("pages") or {}).get(slug_of(name))
    return dict(found) if found else None


def problems(document: Mapping[str, Any]) -> list[Problem]:
    """Lines of menus that lead nowhere."""
    return [
        Problem(f"menus.{menu}.{at}.link", "leads nowhere", "leads_nowhere")
        for menu, entries in document["menus"].items()
        for at, entry in enumerate(entries)
        if not leads(document, entry["link"])
    ]


def menus(
    document: Mapping[str, Any], usual: Mapping[str, Any], *, can_open: bool
) -> dict[str, list[dict[str, str]]]:
    """Both menus as a template prints them: {label, url, on}; `on` says when it is current. What
    the site has not written is the theme's; `own` is its main menu where it wrote one. A line to
    where shops are opened stands only where that may be done."""
    saved = document.get("menus") or {}
    written = {menu: saved.get(menu) or [] for menu in MENUS}
    shown = {menu: list(_lines(document, own or usual[menu])) for menu, own in written.items()}
    if not can_open:
        opens = links.ROUTES["open"]
        shown = {
            menu: [one for one in found if one["url"] != opens] for menu, found in shown.items()
        }
    return {**shown, "own": shown["main"] if written["main"] else []}


def usual(lines: Mapping[str, Any], words: Callable[[str], str]) -> Menus:
    """A theme's own menus as a site may store them: {label, link}."""
    return {
        menu: [
            {"label": words(one["text"]), "link": {"kind": one["to"], "ref": ""}} for one in found
        ]
        for menu, found in lines.items()
    }


def _lines(document: Mapping[str, Any], entries: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    for entry in entries:
        if leads(document, entry["link"]):
            url, kind = links.resolve(entry["link"]), entry["link"]["kind"]
            yield {"label": entry["label"], "url": url, "on": NAV.get(kind, url)}


def leads(document: Mapping[str, Any], link: Mapping[str, str]) -> bool:
    """Whether a link has an address, and the page it names is there."""
    if link.get("kind") == TEMPLATE and link.get("ref") not in (document.get("pages") or {}):
        return False
    return bool(links.resolve(link))
