"""The draft as its editor finds it: brought up to the theme and to what went live meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from kameng.domains.design import publishing
from kameng.domains.design import queries as designs
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import rules
from kameng.domains.design.drafts.queries import DraftFacts
from kameng.domains.design.errors import (
    DesignMissing,
    MadeUnderAnotherLine,
    NoSuchRevision,
    TemplateGone,
)
from kameng.domains.design.queries import RevisionFacts
from kameng.faces.console.editor import documents, leftout
from kameng.faces.frame.money import localtime
from themes import engine

Document = dict[str, Any]
Note = dict[str, str]
Line = tuple[str, str]
"""A theme and the major.minor of it."""
BROUGHT_UP = frozenset({"migrated", "caught_up", "left_out"})
"""The notes that say that a draft is not shown as it was left."""


@dataclass(frozen=True)
class Opened:
    """What is edited: the whole document, the draft it comes from if any, what is live, and what
    the person has to know of it."""

    document: Document
    draft: DraftFacts | None
    live: RevisionFacts
    notes: list[Note]

    @property
    def step(self) -> int:
        return self.draft.step if self.draft else 0

    @property
    def is_drafted(self) -> bool:
        """Whether there is something that is not live yet."""
        return self.draft is not None and self.draft.arrangement is not None

    @property
    def is_behind(self) -> bool:
        """Whether the draft as it is stored is no more what is edited here: the frame of the editor
        and a phone draw the stored one."""
        return self.is_drafted and any(note["kind"] in BROUGHT_UP for note in self.notes)


def opened() -> Opened:
    """The site's draft, or what is live where nothing is being drafted. Refuses DesignMissing."""
    live = designs.live_revision(g.tenant)
    if live is None:
        raise DesignMissing()
    shown = {key: value for key, value in designs.live(g.tenant).items() if key != "digest"}
    draft = drafts.one(g.tenant)
    saved = draft.arrangement if draft else None
    if draft is None or saved is None:
        document, notes = _live(shown)
    else:
        document, notes = _drafted(saved, draft.base_rev, shown, live)
    return Opened(document, draft, live, notes + _waiting(document))


def _live(shown: Document) -> tuple[Document, list[Note]]:
    """What is live, as far as its theme takes it: nobody is shut out of the editor by a row that
    was damaged or a theme that has changed. Stored by nobody before the next change."""
    document, _is_changed, lost = engine.recovered(shown)
    parts = designs.live_damage(g.tenant)
    return document, leftout.notes(document, lost, parts)


def _drafted(
    saved: Document, base: UUID, shown: Document, live: RevisionFacts
) -> tuple[Document, list[Note]]:
    """The draft brought up to date, and what the person has to know of it."""
    begun = _begun(base) if base != live.id else shown
    stays = begun is not None and begun["theme"] != saved["theme"]
    line = _elsewhere(saved) if stays else _line(shown)
    mine, is_changed, lost = _on(line, saved)
    notes = [_migrated()] if _line(saved) != line or (is_changed and not lost) else []
    notes += leftout.notes(mine, lost)
    if base == live.id:
        return mine, notes
    return _caught_up(begun, shown, mine, line), [*notes, _published(live)]


def _caught_up(begun: Document | None, shown: Document, mine: Document, line: Line) -> Document:
    """The draft with what went live since it began, where it has nothing of its own there."""
    if begun is None:
        return mine
    try:
        made = rules.caught_up(_on(line, begun)[0], _on(line, shown)[0], mine)
        return engine.normalise(documents.without_dead_lines(made))
    except engine.BadArrangement:
        return mine


def _begun(base: UUID) -> Document | None:
    """What was live when the draft began, if it is still kept."""
    try:
        return designs.revision(g.tenant, base)[1]
    except NoSuchRevision:
        return None


def _line(document: Document) -> Line:
    return str(document["theme"]), str(document["version"])


def _elsewhere(saved: Document) -> Line:
    """Where a draft of another template than the site's would be shown."""
    theme, made_on = _line(saved)
    try:
        return theme, publishing.line_for(g.tenant, theme, made_on)
    except (MadeUnderAnotherLine, TemplateGone):
        return theme, made_on


def _on(line: Line, document: Document) -> engine.Recovered:
    """An arrangement on a line of a theme, whole; whether it was changed for that, and what had to
    be left out."""
    theme, version = line
    same = document["theme"] == theme
    whole, is_changed, lost = engine.recovered(document, version if same else None)
    if whole["theme"] == theme or theme not in engine.THEMES:
        return whole, is_changed, lost
    return engine.opened(engine.switch(whole, theme, version=version))[0], True, lost


def _waiting(document: Document) -> list[Note]:
    count = len(document["orphans"])
    if not count:
        return []
    told = _(
        "%(n)s modules wait: this theme does not have their kind. They come back with a theme that"
        " does.",
        n=count,
    )
    return [_note("waiting", told)]


def _note(kind: str, text: str) -> Note:
    return {"kind": kind, "text": text}


def _migrated() -> Note:
    told = _(
        "This draft was made under an older version of the theme. It was brought up to the present"
        " one; look it over before you publish."
    )
    return _note("migrated", told)


def _published(live: RevisionFacts) -> Note:
    told = _(
        "Another version, by %(who)s, went live on %(when)s. What you have not changed yourself was"
        " taken over into this draft.",
        who=live.author or "Kameng",
        when=localtime(live.created_at),
    )
    return _note("caught_up", told)
