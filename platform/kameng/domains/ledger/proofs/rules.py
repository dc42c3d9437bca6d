"""What a check of the books finds: the thing, what is there, what should be, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """Who must be bound for a check: the master, who sees all books; or each site in turn."""

    ALLIANCE = "alliance"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which check failed, about what, what it says and should say, at
    which site, and the rows to look at."""

    check: str
    subject: str
    found: int
    expected: int
    site_id: int = 0
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to prove. `look` yields what is wrong, for the tenant that is bound."""

    name: str
    scope: Scope
    look: Callable[[Any], Iterable[Fault]]
