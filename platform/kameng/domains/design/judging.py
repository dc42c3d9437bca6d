"""What may become live: said by the theme engine, which is wired in; a domain knows no theme.

A document that its template cannot draw, or colours nobody can read, are refused here whichever way
they come: the editor, the gallery, an old version, a planned skin, an offer, a roll-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kameng.domains.design.errors import (
    BadDesign,
    ColoursUnreadable,
    MadeUnderAnotherLine,
    TemplateGone,
)
from kameng.domains.design.rules import Arrangement

REFUSED = "refused"


class Engine(Protocol):
    """The doors of the theme engine that are asked."""

    @property
    def THEMES(self) -> tuple[str, ...]: ...  # noqa: N802 - the engine's own name

    @property
    def ThemeError(self) -> type[Exception]: ...  # noqa: N802 - the engine's own name

    def lines(self, theme: str) -> tuple[str, ...]: ...

    def upgrade(self, arrangement: Mapping[str, Any], version: str) -> dict[str, Any]: ...

    def check(self, arrangement: Mapping[str, Any]) -> Sequence[Any]: ...

    def contrast(
        self, theme: str, tokens_: Mapping[str, Any], version: str | None = None
    ) -> Sequence[Any]: ...


_engines: list[Engine] = []


def judged_by(engine: Engine) -> None:
    """Wire the engine in, once for this process; a second call replaces the first."""
    _engines[:] = [engine]


def _engine() -> Engine:
    if not _engines:
        raise LookupError("nobody judges what goes live: kameng.wiring was not run")
    return _engines[0]


def lines(theme: str) -> tuple[str, ...]:
    """The lines of a template, oldest first. Refuses TemplateGone."""
    if theme not in _engine().THEMES:
        raise TemplateGone(theme=theme)
    return _engine().lines(theme)


def brought_to(arrangement: Arrangement, line: str) -> Arrangement:
    """The arrangement on a line of its template by that line's declared steps.

    Refuses MadeUnderAnotherLine for what the line cannot take."""
    try:
        return _engine().upgrade(arrangement, line)
    except _engine().ThemeError:
        raise MadeUnderAnotherLine(line=arrangement["version"], live=line) from None


def check_fit(arrangement: Arrangement) -> None:
    """Refuses BadDesign for what its own line would leave out of a page."""
    problems = _engine().check(arrangement)
    if problems:
        raise BadDesign(where=problems[0].path)


def unreadable(arrangement: Mapping[str, Any], live: Mapping[str, Any]) -> list[Any]:
    """The pairs of colours nobody can read, and that shoppers cannot read worse already: who has
    such colours may change anything else, or make them better."""
    now = {pair.name: pair.ratio for pair in _pairs(live)}
    bad = [pair for pair in _pairs(arrangement) if pair.verdict == REFUSED]
    return [pair for pair in bad if pair.ratio < now.get(pair.name, pair.ratio + 1)]


def check_colours(arrangement: Mapping[str, Any], live: Mapping[str, Any]) -> None:
    """Refuses ColoursUnreadable."""
    bad = unreadable(arrangement, live)
    if bad:
        worst = min(bad, key=lambda pair: pair.ratio)
        raise ColoursUnreadable(pair=worst.name, ratio=worst.ratio, shade=worst.suggestion)


def _pairs(arrangement: Mapping[str, Any]) -> Sequence[Any]:
    theme = str(arrangement.get("theme"))
    if theme not in _engine().THEMES:
        return ()
    return _engine().contrast(theme, arrangement.get("tokens") or {}, arrangement.get("version"))
