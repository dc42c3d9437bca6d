"""The blueprint of the API on every site's own hosts, and the words it is lent for prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from flask import Blueprint, current_app

from kameng.domains.pricing.markups.rules import Rule
from kameng.domains.pricing.traces import TraceStep
from kameng.kit.money import Money

v1 = Blueprint("api", __name__, url_prefix="/api/v1")
NAME = "kameng.api"


class Sentence(Protocol):
    """One step of a price in words, and the price after it."""

    @property
    def text(self) -> str: ...


class Words(Protocol):
    """How people are told about prices; the app lends the console's, so that both say the same."""

    def rule(self, one: Rule, /) -> str:
        """What a rule does."""

    def sentences(
        self, steps: Iterable[TraceStep], names: dict[int, str], cost: Money | None, /
    ) -> Sequence[Sentence]:
        """Steps in words, after what the reader paid where they do not begin with it."""


def words() -> Words:
    """The words that were lent."""
    lent: Words = current_app.extensions[NAME]
    return lent
