"""One decision about one price as a value: where, what held before, what holds after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kameng.domains.pricing.markups.rules import Place, Rule
from kameng.domains.pricing.traces import read_rule, rule_facts
from kameng.kit.money import Money


class Kind(StrEnum):
    """By which door a change came."""

    RULE = "rule"
    PRICES = "prices"
    TEMPLATE = "template"
    MATRIX = "matrix"
    COST = "cost"
    WHAT_IF = "what_if"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule set, changed or taken away; nothing on one side means that no rule stands there."""

    place: Place
    before: Rule | None
    after: Rule | None

    def __post_init__(self) -> None:
        if any(one is not None and one.place != self.place for one in (self.before, self.after)):
            raise ValueError("a rule stands in the place of its entry")

    @property
    def key(self) -> str:
        """The name of the place: equal for equal places, whatever clock a date was told by."""
        place = self.place
        parts = [place.scope.value, _hex(place.scope_id), place.audience.value, _who(place)]
        if place.is_dated:
            parts.append(f"{_moment(place.valid_from)}..{_moment(place.valid_to)}")
        return "/".join(parts)

    @property
    def about(self) -> UUID | None:
        """The goods it is about: a SKU, a product or a category; nothing for everything."""
        return self.place.scope_id


@dataclass(frozen=True, slots=True)
class CostEntry:
    """What a SKU costs its owner."""

    sku_id: UUID
    before: Money
    after: Money

    @property
    def key(self) -> str:
        """The name of the place."""
        return f"cost/{_hex(self.sku_id)}"

    @property
    def about(self) -> UUID:
        """The SKU."""
        return self.sku_id


Entry = RuleEntry | CostEntry


def inverted(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that lead back, in the opposite order."""
    return [_back(one) for one in reversed(list(entries))]


def told(entry: Entry) -> dict[str, Any]:
    """An entry as JSON can keep it; amounts are whole micro-units as text."""
    if isinstance(entry, CostEntry):
        before, after = _amount(entry.before), _amount(entry.after)
        return {"place": entry.key, "before": before, "after": after}
    sides = (entry.before, entry.after)
    told_before, told_after = (rule_facts(one) if one is not None else None for one in sides)
    return {"place": entry.key, "before": told_before, "after": told_after}


def read(stored: Mapping[str, Any]) -> Entry:
    """The entry that `told` kept."""
    scope, _, rest = str(stored["place"]).partition("/")
    before, after = stored["before"], stored["after"]
    if scope == "cost":
        return CostEntry(UUID(rest), _money(before), _money(after))
    rules = [read_rule(one) if one else None for one in (before, after)]
    place = next(one.place for one in rules if one is not None)
    return RuleEntry(place, *rules)


def _back(entry: Entry) -> Entry:
    if isinstance(entry, CostEntry):
        return CostEntry(entry.sku_id, entry.after, entry.before)
    return RuleEntry(entry.place, entry.after, entry.before)


def _who(place: Place) -> str:
    if place.buyer_id is not None:
        return f"site:{place.buyer_id}"
    if place.tier_id is not None:
        return f"tier:{_hex(place.tier_id)}"
    if place.level_id is not None:
        return f"level:{_hex(place.level_id)}"
    return f"member:{_hex(place.member_id)}" if place.member_id is not None else ""


def _hex(named: UUID | None) -> str:
    return named.hex if named is not None else ""


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at is not None else ""


def _amount(money: Money) -> dict[str, str]:
    return {"micro": str(money.micro), "currency": money.currency}


def _money(said: Mapping[str, str]) -> Money:
    return Money(int(said["micro"]), said["currency"])
