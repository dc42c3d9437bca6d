"""Which theme lines the alliance's sites show, and which newer ones wait in the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from kameng.domains.design import queries as design
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import SiteState
from themes import engine


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a theme and how many sites show it; `here`: it lies in the gallery."""

    theme: str
    line: str
    sites: int
    here: bool


@dataclass(frozen=True, slots=True)
class Newer:
    """A line most sites of a theme could move to."""

    theme: str
    old: str
    new: str
    sites: int


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave: its part of the sites in percent (None: the chosen ones), and how it stands."""

    number: int
    percent: int | None
    total: int
    ended: int
    moved: int
    trouble: int


def lines() -> list[Line]:
    """Every line in the gallery or in use, theme by theme, the newest first."""
    used = design.lines_in_use(g.tenant.id)
    there = {(theme, line) for theme in engine.THEMES for line in engine.lines(theme)}
    found = [
        Line(theme, line, used.get((theme, line), 0), (theme, line) in there)
        for theme, line in there | set(used)
    ]
    return sorted(found, key=lambda one: (one.theme, [-int(n) for n in one.line.split(".")]))


def newer(found: Sequence[Line], rollouts: Sequence[RolloutFacts]) -> list[Newer]:
    """New lines worth a roll-out: sites show an older one, and none is under way for the theme."""
    busy = {one.theme for one in rollouts if one.is_open}
    made = []
    for theme in engine.THEMES:
        here = [one for one in found if one.theme == theme and one.here]
        older = [one for one in here[1:] if one.sites]
        if older and theme not in busy:
            most = max(older, key=lambda one: one.sites)
            made.append(Newer(theme, most.line, here[0].line, most.sites))
    return made


def waves(rollout: RolloutFacts, counts: dict[tuple[int, SiteState], int]) -> list[Wave]:
    """The waves in order; one without a site is left out but for those of percentages."""
    numbers = range(0 if rollout.chosen else 1, rollout.last_wave + 1)
    return [_wave(rollout, number, counts) for number in numbers]


def _wave(rollout: RolloutFacts, number: int, counts: dict[tuple[int, SiteState], int]) -> Wave:
    own = {state: counts.get((number, state), 0) for state in SiteState}
    bad = own[SiteState.SKIPPED] + own[SiteState.FAILED] + own[SiteState.KEPT]
    total = sum(own.values())
    return Wave(
        number=number,
        percent=rollout.waves[number - 1] if number else None,
        total=total,
        ended=total - own[SiteState.WAITING],
        moved=own[SiteState.MOVED],
        trouble=bad,
    )


def names(found: Sequence[SiteFacts], sites: dict[int, str]) -> list[tuple[SiteFacts, str]]:
    """Each site with its name, its number where it has none."""
    return [(one, sites.get(one.site_id, str(one.site_id))) for one in found]
