"""A rule and its row: the columns a rule is read from and written to, and how a record tells it."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Step,
    Way,
    told_steps,
)
from kameng.domains.pricing.models import PriceRule
from kameng.kit.money import Money, Percent

COLUMNS = (
    PriceRule.tenant_id,
    PriceRule.id,
    PriceRule.scope,
    PriceRule.scope_id,
    PriceRule.audience,
    PriceRule.level_id,
    PriceRule.buyer_id,
    PriceRule.member_id,
    PriceRule.valid_from,
    PriceRule.valid_to,
    PriceRule.method,
    PriceRule.value,
    PriceRule.rounding,
    PriceRule.way,
    PriceRule.steps,
    PriceRule.base_cost,
    PriceRule.below_cost,
    PriceRule.template_id,
)
PLACE = ("scope", "scope_id", "audience", "level_id", "buyer_id", "member_id")
"""The columns that say for what and for whom a rule is."""
DATES = ("valid_from", "valid_to")


_SCOPES = {one.value: one for one in Scope}
_AUDIENCES = {one.value: one for one in Audience}
_METHODS = {one.value: one for one in Method}
_ROUNDINGS = {one.value: one for one in Rounding}
_WAYS = {one.value: one for one in Way}
"""Looked up, not called: a site may have ten thousands of rules."""


def read(row: Any) -> Rule:
    """The rule of a row of COLUMNS."""
    place = Place(
        _SCOPES[row.scope],
        row.scope_id,
        _AUDIENCES[row.audience],
        row.level_id,
        row.buyer_id,
        row.member_id,
        row.valid_from,
        row.valid_to,
    )
    return Rule(
        row.id,
        place,
        _METHODS[row.method],
        row.value,
        _ROUNDINGS[row.rounding],
        _WAYS[row.way],
        tuple(Step(quantity, value) for quantity, value in row.steps) if row.steps else (),
        base=row.base_cost,
        below_cost=row.below_cost,
        template_id=row.template_id,
    )


def place_values(place: Place) -> dict[str, Any]:
    """The columns that say where a rule stands."""
    return {
        "scope": place.scope.value,
        "scope_id": place.scope_id,
        "audience": place.audience.value,
        "level_id": place.level_id,
        "buyer_id": place.buyer_id,
        "member_id": place.member_id,
        "valid_from": place.valid_from,
        "valid_to": place.valid_to,
    }


def values(rule: Rule) -> dict[str, Any]:
    """The columns that say what a rule does."""
    return {
        "method": rule.method.value,
        "value": rule.value,
        "rounding": rule.rounding.value,
        "way": rule.way.value,
        "steps": [[step.quantity, step.value] for step in rule.steps],
        "keep": rule.keep,
        "base_cost": rule.base,
        "below_cost": rule.below_cost,
        "template_id": rule.template_id,
    }


def told(rule: Rule | None) -> dict[str, Any] | None:
    """What a rule does, for the audit log; what is as usual is not mentioned."""
    if rule is None:
        return None
    share = rule.method in (Method.PERCENT, Method.MARGIN)
    value = f"{Percent(rule.value)} %" if share else str(Money(rule.value))
    said = {"method": rule.method.value, "value": value, "rounding": rule.rounding.value}
    if rule.way is not Way.HALF_UP:
        said["way"] = rule.way.value
    if rule.steps:
        said["steps"] = told_steps(rule.method, rule.steps).replace("\n", ", ")
    if rule.base is not None:
        said["keeps_profit_from_cost"] = str(Money(rule.base))
    if rule.below_cost:
        said["below_cost"] = "yes"
    return said


def seen(rule: Rule) -> str:
    """A short mark of a rule as a page showed it: a changed rule has another."""
    said = repr((rule.id, place_values(rule.place), values(rule)))
    return blake2b(said.encode(), digest_size=6).hexdigest()
