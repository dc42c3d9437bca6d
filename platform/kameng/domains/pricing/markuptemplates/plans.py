"""Which rules a template makes, changes and takes away, and which it leaves alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kameng.domains.pricing.changes.entries import RuleEntry
from kameng.domains.pricing.markups.rules import Rule
from kameng.domains.pricing.markuptemplates.rules import Line, Who
from kameng.kit import ids

Spot = tuple[UUID, Who]
"""A SKU, and who buys it."""


@dataclass
class Plan:
    """The entries of one application, and where it holds back: at prices somebody typed, and with
    goods that cost nothing; `taken` are prices that another template made."""

    entries: list[RuleEntry] = field(default_factory=list)
    kept: set[Spot] = field(default_factory=set)
    taken: set[Spot] = field(default_factory=set)
    free: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be done: these lines on those goods. `overwrite` also takes prices somebody typed;
    without `take_over` goods of another template stay with it."""

    template_id: UUID
    lines: Sequence[Line]
    overwrite: bool = False
    take_over: bool = True


Held = Mapping[UUID, Mapping[Who, Rule]]
"""The site's own rules about single SKUs, by SKU and buyer."""


def by_sku(rules: Iterable[Rule], skus: Iterable[UUID]) -> Held:
    """The rules about some SKUs for whole kinds of buyers; agreed and dated prices and those
    of a tier stay out."""
    found: dict[UUID, dict[Who, Rule]] = {one: {} for one in skus}
    for rule in rules:
        place = rule.place
        agreed = place.buyer_id or place.member_id or place.tier_id
        if place.scope_id in found and not (agreed or place.is_dated):
            found[place.scope_id][place.audience, place.level_id] = rule
    return found


def plan(wish: Wish, costs: Mapping[UUID, int], held: Held) -> Plan:
    """What laying a template on goods of these costs comes to."""
    made = Plan()
    wanted = {line.who: line for line in wish.lines}
    for sku_id, cost in costs.items():
        if cost <= 0 and wanted:
            made.free.add(sku_id)
            continue
        there = held[sku_id]
        for who, line in wanted.items():
            _lay(wish, made, (sku_id, who), line, there.get(who))
        for who, rule in there.items():
            if rule.template_id == wish.template_id and who not in wanted:
                made.entries.append(RuleEntry(rule.place, rule, None))
    return made


def freed(rules: Iterable[Rule]) -> list[RuleEntry]:
    """The prices of a template stay as they are, as if somebody had typed each."""
    return [RuleEntry(one.place, one, replace(one, template_id=None)) for one in rules]


def _lay(wish: Wish, made: Plan, spot: Spot, line: Line, before: Rule | None) -> None:
    by = before.template_id if before is not None else wish.template_id
    if by != wish.template_id:
        if not (wish.overwrite if by is None else wish.take_over):
            made.kept.add(spot)
            return
        if by is not None:
            made.taken.add(spot)
    rule_id = before.id if before is not None else ids.uuid7()
    after = line.rule(rule_id, spot[0], wish.template_id)
    if after != before:
        made.entries.append(RuleEntry(after.place, before, after))
