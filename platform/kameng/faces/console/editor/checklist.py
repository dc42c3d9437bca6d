"""What to look at before publishing: said in plain words, each with the way to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.design import judging
from kameng.domains.design import queries as designs
from kameng.faces.console.checks import facts, rules, walk
from kameng.faces.console.checks.rules import OK, STOP, WARN, Look, Said
from kameng.faces.console.editor.problems import told
from kameng.faces.frame import i18n, pairwords, permissions
from tenants.tree import Tenant
from themes import engine

HOME = "home"
"""Where nothing is chosen the colours of the whole site are set."""
MOST_ALIKE = 6
"""So many findings of one kind are listed; the rest is a number."""
Check = Callable[[Look], Iterator[Said]]
CHECKS: tuple[tuple[Any, Check], ...] = (
    (_l("The filing number is shown."), rules.filing),
    (_l("Logo, contact and description are there."), rules.signs),
    (_l("Every link leads somewhere."), rules.links),
    (_l("Every picked product and category is there."), rules.goods),
    (_l("Every shelf has goods one can buy."), rules.shelves),
    (_l("No section is empty."), rules.empty),
    (_l("Every own page says something."), rules.texts),
    (_l("Every picture is there and has words."), rules.pictures),
    (_l("Every video is there."), rules.films),
    (_l("Every section has its place in the template."), rules.waiting),
)
RIGHTS = {"domains": "settings.view", "media": "design.view", "goods": "goods.view"}


@dataclass(frozen=True, slots=True)
class Where:
    """The editor's name of a page, and a section of it; "" for the whole site."""

    page: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list. `url`: where it is mended, "" where only the editor's form does it."""

    kind: str
    text: str
    where: Where
    url: str


def findings(tenant: Tenant, arrangement: Mapping[str, Any]) -> list[Finding]:
    """All that can be said of an arrangement: what stops, what to look at, what is well.

    Inside `use(tenant)`, in the language of the page.
    """
    document = {name: part for name, part in arrangement.items() if name != "digest"}
    theme, version = str(document["theme"]), document.get("version")
    library = engine.library(theme, version, i18n.locale())
    look = Look(document, library, facts.gather(tenant, document, library))
    found = [*_stopping(document, library), *_colours(document, designs.live(tenant))]
    for label, check in CHECKS:
        said = list(dict.fromkeys(check(look)))
        found += [_finding(one) for one in said[:MOST_ALIKE]] or [_fine(str(label))]
        if len(said) > MOST_ALIKE:
            found.append(_finding(Said(_("%(n)s more of this kind.", n=len(said) - MOST_ALIKE))))
    return sorted(found, key=lambda one: (STOP, WARN, OK).index(one.kind))


def _stopping(document: Mapping[str, Any], library: Mapping[str, Any]) -> Iterator[Finding]:
    """What the engine would not keep: a page would show less than was meant."""
    for problem in engine.check(document)[:MOST_ALIKE]:
        where, name = _place(document, library, problem.path)
        why = told([problem])[0]["message"]
        text = _("“%(name)s” cannot be shown as it is: %(why)s", name=name, why=why)
        yield Finding(STOP, text, where, "")


def _place(document: Mapping[str, Any], library: Mapping[str, Any], path: str) -> tuple[Where, str]:
    """Where the engine's path leads, and what people call it."""
    part, _dot, rest = path.partition(".")
    if part == "pages":
        part, _dot, rest = rest.partition(".")
        key, page = f"{walk.OWN}{part}", document["pages"].get(part)
    elif part in document["groups"]:
        key, page = f"group:{part}", document["groups"][part]
    else:
        key, page = part, document["templates"].get(part)
    at = rest.removeprefix("sections.").partition(".")[0]
    if page is None or not at.isdigit() or int(at) >= len(page["sections"]):
        return Where(key if page is not None else ""), path
    section = page["sections"][int(at)]
    kind = library.get(section["type"], {})
    return Where(key, section["id"]), str(kind.get("name", section["type"]))


def _colours(document: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Finding]:
    """Words nobody can read stop, unless they are no better on the shop now; those that are hard to
    read are said."""
    tokens, version = document.get("tokens") or {}, document.get("version")
    pairs = engine.contrast(str(document["theme"]), tokens, version)
    bad = [pair for pair in pairs if pair.verdict != "ok"]
    stopping = {pair.name for pair in judging.unreadable(document, live)}
    for pair in bad:
        text = _(
            "%(pair)s: hard to tell apart (%(ratio)s to 1); %(shade)s would do.",
            pair=pairwords.said(pair.name),
            ratio=pair.ratio,
            shade=pair.suggestion,
        )
        kind = STOP if pair.name in stopping else WARN
        yield _finding(Said(text, HOME, kind=kind))
    if not bad:
        yield _fine(_("Every colour can be read."))


def _fine(text: str) -> Finding:
    return Finding(OK, text, Where(), "")


def _finding(said: Said) -> Finding:
    return Finding(said.kind, said.text, Where(said.page, said.section), _way(said))


def _way(said: Said) -> str:
    """A page of the console this person may open, or the editor at the section."""
    if said.way:
        return said.way
    page = said.mend or ("" if said.section else said.key)
    if page and permissions.may(RIGHTS.get(page, "design.view")):
        return url_for(f"console.{page}", name=said.key if page == "own_page" else None)
    if said.page and "console.editor" in current_app.view_functions:
        return url_for("console.editor", page=said.page, section=said.section or None)
    return ""
