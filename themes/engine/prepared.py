"""From a saved arrangement to sections ready to draw: checked, resolved, remembered.

A page is drawn far more often than it changes, so what was checked is kept: each section under
its theme and its whole text, each page of a saved revision under its digest.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from . import arrangement, images, links, ownpages, richtext, same
from .errors import Failure, Problem
from .schemas import SectionSchema
from .theme import Arrangement, Theme

log = logging.getLogger(__name__)
GROUPS = ("header", "main", "footer", "overlay")


@dataclass(frozen=True)
class Ready:
    """A section as templates see it (`values`), with the schema that allowed it."""

    schema: SectionSchema
    values: dict[str, Any]
    media: tuple[str, ...] = ()
    """The media ids it shows; whoever draws it fills in their pictures."""

    def filled(self, media: Mapping[str, Any]) -> dict[str, Any]:
        """The values with every media id replaced by its picture."""
        if not self.media:
            return self.values
        return self.values | {
            "settings": self._filled(self.values["settings"], "", media),
            "blocks": [
                block | {"settings": self._filled(block["settings"], block["type"], media)}
                for block in self.values["blocks"]
            ],
        }

    def _filled(self, settings: dict[str, Any], block: str, media: Mapping[str, Any]) -> Any:
        return images.filled(settings, self.schema.picture_keys(block), media)


class Prepared(dict[str, tuple[Ready, ...]]):
    """The sections of a page by group, and what had to be left out of it."""

    broken: tuple[Failure, ...] = ()


Found = tuple[Ready | None, Failure | None]
Sections = list[dict[str, Any]]
Known = tuple[Theme, str, str]
KEPT, KEPT_SECTIONS = 1024, 4096
_checked: OrderedDict[tuple[Theme, bytes], Ready] = OrderedDict()
_known: OrderedDict[Known, Prepared] = OrderedDict()
"""Pages of saved revisions, whose contents never change: looked up without writing them out."""


def page(theme: Theme, template: str, document: Mapping[str, Any]) -> Prepared:
    """The sections of `template` by group, in order; what does not fit is left out and logged.

    A document that carries the `digest` of its saved revision is checked once per process.
    """
    digest = document.get("digest")
    known = (theme, template, str(digest))
    if digest and known in _known:
        return _known[known]
    found = _page(theme, template, document)
    if digest:
        _remember(known, found)
    return found


def _remember(known: Known, found: Prepared) -> None:
    """Keep the page of a saved revision under its digest, forgetting the oldest."""
    _known[known] = found
    while len(_known) > KEPT:
        _known.popitem(last=False)


def forget() -> None:
    """Drop every kept page."""
    _known.clear()
    _checked.clear()


def _saved(
    theme: Theme, document: Mapping[str, Any], group: str, template: str
) -> tuple[Sections, Sections]:
    """The saved sections of a group, or the theme's own where the site saved none; and the theme's
    own, without which a page may be pointless."""
    part, name = ("templates", template) if group == "main" else ("groups", group)
    defaults: Arrangement = getattr(theme, part).get(ownpages.template_of(name)) or {}
    own = ownpages.page(document, template) if group == "main" else None
    saved = own or (document.get(part) or {}).get(name) or defaults
    return saved.get("sections", []), defaults.get("sections", [])


def _essential(theme: Theme, found: list[Found], usual: Sections) -> Iterator[Found]:
    """The default sections a page is pointless without, where the saved ones are gone or broken."""
    there = {ready.schema.type for ready, _ in found if ready}
    for raw in usual:
        if theme.schemas[raw["type"]].essential and raw["type"] not in there:
            yield _ready(theme, raw["type"], raw)


def _page(theme: Theme, template: str, document: Mapping[str, Any]) -> Prepared:
    prepared, broken = Prepared(), list[Failure]()
    for group in GROUPS:
        saved, usual = _saved(theme, document, group, template)
        numbered = [(n, raw) for n, raw in enumerate(saved) if isinstance(raw, dict)]
        found = [_kept(theme, f"{template}.{group}.{n}", {"id": "", **raw}) for n, raw in numbered]
        found = [_placed(one, group, ownpages.template_of(template)) for one in found]
        found += _essential(theme, found, usual)
        prepared[group] = tuple(ready for ready, _ in found if ready)
        broken += [failure for _, failure in found if failure]
    prepared.broken = tuple(broken)
    return prepared


def _placed(found: Found, group: str, template: str) -> Found:
    """Only where its schema lets it stand: what it shows is not there on another page."""
    ready, _ = found
    if ready is None:
        return found
    schema, elsewhere = ready.schema, False
    if group == "main" and schema.templates is not None:
        elsewhere = template not in schema.templates
    if group in schema.groups and not elsewhere:
        return found
    log.warning("section left out: %s does not belong on %s", schema.type, template)
    return None, Failure(ready.values["id"], schema.type, "misplaced")


def _kept(theme: Theme, path: str, raw: dict[str, Any]) -> Found:
    """The section from memory, if this theme found the very same text good before: most pages
    share their head and foot, and many sites their preset."""
    text = same.plain(raw)
    ready = _checked.get((theme, text)) if text else None
    if ready is not None:
        return ready, None
    found = _ready(theme, path, raw)
    if text and found[0]:
        _checked[theme, text] = found[0]
        while len(_checked) > KEPT_SECTIONS:
            _checked.popitem(last=False)
    return found


def _ready(theme: Theme, path: str, raw: dict[str, Any]) -> Found:
    try:
        clean, problems = arrangement.section(theme, raw, path)
    except (TypeError, ValueError, KeyError, AttributeError) as odd:
        clean, problems = None, [Problem(path, repr(odd))]
    for problem in problems:
        log.warning("section left out: theme=%s %s", theme.name, problem)
    if problems:
        what = "; ".join(str(problem) for problem in problems)
        return None, Failure(str(raw.get("id", "")), str(raw.get("type", "")), what)
    return _made(theme, clean), None


def _made(theme: Theme, clean: dict[str, Any] | None) -> Ready | None:
    if clean is None or not clean["id"]:
        return None
    schema = theme.schemas[clean["type"]]
    values = _resolved(theme, schema, clean)
    return Ready(schema, values, tuple(_media(schema, values)))


def _resolved(theme: Theme, schema: SectionSchema, clean: dict[str, Any]) -> dict[str, Any]:
    """The section with rich text as markup, links as URLs, the theme's pictures as pictures."""
    blocks = [
        block | {"settings": _values(theme, schema, block["settings"], block["type"])}
        for block in clean["blocks"]
    ]
    return clean | {"settings": _values(theme, schema, clean["settings"], ""), "blocks": blocks}


def _media(schema: SectionSchema, values: dict[str, Any]) -> list[str]:
    parts = [("", values["settings"]), *((b["type"], b["settings"]) for b in values["blocks"])]
    found = [images.media_ids(part, schema.picture_keys(kind)) for kind, part in parts]
    return list(dict.fromkeys(one for ids in found for one in ids))


def _values(
    theme: Theme, schema: SectionSchema, settings: dict[str, Any], block: str
) -> dict[str, Any]:
    found = dict(settings)
    for key in schema.picture_keys(block):
        found[key] = images.picked(found[key], theme.art)
    for key in schema.rich_keys(block):
        found[key] = Markup(richtext.clean_block(found[key]))  # noqa: S704 - cleaned right here
    for key in schema.link_keys(block):
        found[key] = links.resolve(found[key])
    return found
