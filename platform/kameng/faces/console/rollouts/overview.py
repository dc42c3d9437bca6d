"""Which theme lines the alliance's sites show, and which newer ones wait in the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from kameng.domains.design import queries as design
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import SiteState, State
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
    """A line most sites of a theme could move to; `tried`: the last roll-out of it, which was
    stopped or taken back."""

    theme: str
    old: str
    new: str
    sites: int
    tried: RolloutFacts | None


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave: its part of the sites in percent (None: the chosen ones), and how it stands."""

    number: int
    percent: int | None
    total: int
    ended: int
    moved: int
    trouble: int


@dataclass(frozen=True, slots=True)
class Hurt:
    """The sites whose pages fail more often since they moved, of so many that anybody visited."""

    sites: list[int]
    visited: int


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
            tried = _tried(rollouts, theme, here[0].line)
            made.append(Newer(theme, most.line, here[0].line, most.sites, tried))
    return made


def _tried(rollouts: Sequence[RolloutFacts], theme: str, line: str) -> RolloutFacts | None:
    """The newest roll-out of a line, when it did not reach everybody."""
    same = (one for one in rollouts if (one.theme, one.to_line) == (theme, line))
    last = next(same, None)
    return last if last and last.state is not State.DONE else None


def waves(rollout: RolloutFacts, counts: dict[tuple[int, SiteState], int]) -> list[Wave]:
    """The waves in order; one without a site is passed over."""
    found = (_wave(rollout, number, counts) for number in range(rollout.last_wave + 1))
    return [one for one in found if one.total]


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
