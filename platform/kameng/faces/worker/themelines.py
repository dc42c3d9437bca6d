"""`kameng theme`: how many sites show which line, what a newer line would make of them, and the
switch that stops every roll-out at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kameng.domains.design import queries as design
from kameng.domains.design import service as designs
from kameng.domains.design.errors import DesignMissing
from kameng.domains.design.rollouts import queries, service
from kameng.domains.design.rollouts.rules import State
from kameng.faces.worker import rollouts, sites
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import at, shared
from tenants.database import engines, session
from tenants.proof import use_proven
from tenants.tree import Tenant
from themes import engine

if TYPE_CHECKING:
    from kameng.config import Settings

ALL = 1_000_000


def lines(chosen: Settings) -> int:
    """Print every line in the gallery or in use, with its sites, master by master."""
    for master in _masters(chosen):
        with at(master.cell), shared():
            used = design.lines_in_use(master.id)
        there = {(theme, line) for theme in engine.THEMES for line in engine.lines(theme)}
        print(f"{master.slug}:")
        for theme, line in sorted(there | set(used)):
            gone = "" if (theme, line) in there else "  not in the gallery"
            print(f"  {theme:<12} {line:<8} {used.get((theme, line), 0):>7} sites{gone}")
    return 0


def dry_run(chosen: Settings, theme: str, line: str) -> int:
    """Say of every site what the line would make of it, and change nothing; 1 if one would not
    fit."""
    if theme not in engine.THEMES or line not in engine.lines(theme):
        raise StartRefused(f"The gallery has no line {line!r} of a theme {theme!r}.")
    sums: Counter[str] = Counter()
    for master in _masters(chosen):
        with at(master.cell), shared():
            found = [
                site
                for one, count in design.lines_in_use(master.id).items()
                if count and one[0] == theme and one[1] != line
                for site in design.sites_on(master.id, *one)
            ]
        with at(master.cell):
            for site in filter(None, map(sites.served, found)):
                sums[_tried(site, line)] += 1
    print(f"{theme} {line}: {sums['fits']} sites fit, {sums['not']} do not. Nothing was changed.")
    return 1 if sums["not"] else 0


def _tried(site: Tenant, line: str) -> str:
    """One line about a site: how many of its sections would be migrated, or why it does not fit."""
    try:
        with use_proven(site):
            _facts, before = designs.held(site)
        after = engine.upgrade(before, line)
    except DesignMissing:
        return "none"
    except engine.BadArrangement as bad:
        print(f"  {site.slug}: does not fit: {bad.problems[0]}")
        return "not"
    waits = len(after["orphans"]) - len(before.get("orphans", []))
    print(f"  {site.slug}: {_migrated(before, after)} sections migrate, {waits} more wait")
    return "fits"


def _migrated(before: dict[str, object], after: dict[str, object]) -> int:
    old, new = _versions(before), _versions(after)
    return sum(new.get(key, kind) != kind for key, kind in old.items())


def _versions(document: dict[str, object]) -> dict[tuple[str, str, str], tuple[str, int]]:
    """(part, page, section) -> its type and version."""
    found: dict[tuple[str, str, str], tuple[str, int]] = {}
    for part in ("groups", "templates", "pages"):
        named = document.get(part) or {}
        assert isinstance(named, dict)
        for page, contents in named.items():
            for one in contents.get("sections", []):
                found[part, page, one["id"]] = (one["type"], one.get("v", 1))
    return found


def stop(chosen: Settings, slug: str) -> int:
    """Stop every roll-out that could move a site, of one master or of all; who has moved stays."""
    stopped = 0
    for master in _masters(chosen, slug):
        with use_proven(master):
            for one in queries.of_master(master):
                if one.state in (State.PLANNED, State.RUNNING, State.PAUSED):
                    service.stop(master, one.id, actor=SYSTEM, now=clock.now())
                    print(f"{master.slug}: {one.theme} {one.from_line} to {one.to_line} stopped")
                    stopped += 1
            session.commit()
    print(f"{stopped} roll-outs stopped.")
    return 0


def _masters(chosen: Settings, slug: str = "") -> list[Tenant]:
    """Every master, after what each of its sites shows was written down."""
    from kameng import wiring

    wiring.connect(chosen)
    found: list[Tenant] = []
    for cell in engines.cells():
        with at(cell):
            rollouts.note_lines(clock.now(), most=ALL)
            with shared():
                found += [one for one in registry.masters() if slug in ("", one.slug)]
    if slug and not found:
        raise StartRefused(f"There is no master site {slug!r}.")
    return [one for one in found if one.state != registry.BEHIND]
