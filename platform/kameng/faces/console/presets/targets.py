"""To whom a preset is to go: everybody below, a level, a package, or one by one; who of them can
have it, and why the others cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import Allows
from kameng.faces.console.sitesearch import NoSuchSite
from tenants import overview
from tenants.context import shared
from tenants.overview import Asked, Line
from tenants.tree import Tenant

WAYS = ("all", "level", "package", "chosen")
SHOWN = 50


@dataclass(frozen=True)
class Wish:
    """What was chosen on the page."""

    way: str
    level: UUID | None
    package: UUID | None
    sites: frozenset[int]
    search: str

    @property
    def is_whole(self) -> bool:
        """Whether it names anybody, once the way is chosen."""
        named = {"level": self.level, "package": self.package, "chosen": self.sites}
        return bool(named.get(self.way, True))


@dataclass(frozen=True)
class Targets:
    """Who gets it, and who cannot, with why."""

    fit: list[Tenant]
    unfit: list[tuple[Tenant, str]]
    found: list[Tenant]
    """Sites to pick from, where one picks them one by one."""

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.fit]


def wish() -> Wish:
    """From the form, or from the address of the page."""
    said: MultiDict[str, str] = request.form if request.method == "POST" else request.args
    way = said.get("to", "all")
    picked = {int(one) for one in said.getlist("site") if one.isascii() and one.isdigit()}
    return Wish(
        way=way if way in WAYS else "all",
        level=_uuid(said.get("level", "")),
        package=_uuid(said.get("package", "")),
        sites=frozenset(one for one in picked if one < 2**62),
        search=said.get("q", "").strip()[:80],
    )


def of(tenant: Tenant, asked: Wish, preset: PresetFacts) -> Targets:
    """The sites of a wish; nothing bound is in a transaction. Refuses NoSuchSite for a number that
    does not stand below."""
    with shared():
        lines = _lines(tenant, asked)
        held = terms.terms_of_sites([one.tenant.id for one in lines])
        found = _found(tenant, asked)
    allows = {site: one.allows for site, one in held.items()}
    told = [(one.tenant, _why_not(one, allows, preset.theme)) for one in lines]
    return Targets(
        fit=[site for site, why in told if not why],
        unfit=[(site, why) for site, why in told if why],
        found=found,
    )


def _lines(tenant: Tenant, asked: Wish) -> tuple[Line, ...]:
    ids = _ids(asked)
    if ids is not None and not ids:
        return ()
    lines = overview.below(tenant, Asked(ids=ids, size=overview.LONGEST)).lines
    if asked.way == "chosen" and {one.tenant.id for one in lines} != asked.sites:
        raise NoSuchSite
    return lines


def _ids(asked: Wish) -> Collection[int] | None:
    if asked.way == "all":
        return None
    if asked.way == "level":
        return terms.sites_of_level(asked.level) if asked.level else []
    if asked.way == "package":
        return terms.sites_on(asked.package) if asked.package else []
    return asked.sites


def _found(tenant: Tenant, asked: Wish) -> list[Tenant]:
    if asked.way != "chosen":
        return []
    page = overview.below(tenant, Asked(search=asked.search, size=SHOWN))
    return [one.tenant for one in page.lines if one.tenant.id not in asked.sites]


def _why_not(line: Line, allows: dict[int, Allows], theme: str) -> str:
    """The code of the reason (words.REASON), "" for a site that can have it."""
    if line.tenant.state != "live" or line.shut_above:
        return "push_site_shut"
    fits = allows.get(line.tenant.id, Allows()).has_theme(theme)
    return "" if fits else "theme_not_in_package"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
