"""What can be wrong with a theme, a saved arrangement or a page being drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault in an arrangement: `path` is the field (home.sections.2.settings.title), `code` and
    `fact` (a limit, a type, an id) are for whoever says it in another language."""

    path: str
    message: str
    code: str = ""
    fact: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True)
class Failure:
    """A section that had to be left out of a page: its id, its type, and why."""

    section: str
    type: str
    why: str


class ThemeError(Exception):
    """Base of everything the engine refuses."""


class UnknownTheme(ThemeError):
    """No theme of that name and version in the gallery."""


class BrokenTheme(ThemeError):
    """A theme's own files are wrong; found when it is loaded, never while serving."""

    def __init__(self, file: object, problem: str) -> None:
        super().__init__(f"{file}: {problem}")


class BadArrangement(ThemeError):
    """A saved arrangement does not fit the theme's schemas."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class TooMuch(ThemeError):
    """A section took too long or grew too large, so it was left out."""


class RenderFailed(ThemeError):
    """The section a page exists for could not be drawn, so there is no page to show."""
