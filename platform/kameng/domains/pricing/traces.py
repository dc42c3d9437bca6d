"""Why a price is what it is: steps that can be told, kept as plain facts, and worked out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kameng.domains.pricing.errors import BrokenTrace
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Step,
    Way,
)
from kameng.kit.money import Money


class TraceStep(NamedTuple):
    """One sentence of the explanation: what happened, at whose site, from which to which price.

    Codes: cost, child_rule, child_at_retail, retail_rule, retail_suggested, retail_inherited,
    cut_to_ceiling, raised_to_cost, raised_to_floor.
    """

    code: str
    before: Money
    after: Money
    tenant_id: int
    rule: Rule | None = None
    quantity: int = 1


Trace = tuple[TraceStep, ...]


def replay(trace: Sequence[TraceStep]) -> Money:
    """The price the steps lead to, each worked out again; BrokenTrace where one does not hold."""
    if not trace or trace[0].code != "cost":
        raise BrokenTrace(step=0)
    price = Money.zero(trace[0].after.currency)
    for number, step in enumerate(trace):
        if step.before != price or (price := _again(step, price)) != step.after:
            raise BrokenTrace(step=number, code=step.code)
    return price


def _again(step: TraceStep, price: Money) -> Money:
    if step.code in ("child_rule", "retail_rule"):
        if step.rule is None:
            raise BrokenTrace(code=step.code)
        return step.rule.price(price, step.quantity)
    if step.code in ("cost", "retail_suggested"):
        return step.after
    if step.code in ("raised_to_cost", "raised_to_floor"):
        return max(price, step.after)
    return min(price, step.after) if step.code == "cut_to_ceiling" else price


def facts(trace: Sequence[TraceStep]) -> list[dict[str, Any]]:
    """The steps as JSON can keep them; amounts are whole micro-units as text."""
    return [
        {
            "code": step.code,
            "before": str(step.before.micro),
            "after": str(step.after.micro),
            "currency": step.after.currency,
            "tenant_id": step.tenant_id,
            "quantity": step.quantity,
            "rule": rule_facts(step.rule) if step.rule else None,
        }
        for step in trace
    ]


def read(kept: Sequence[Mapping[str, Any]]) -> Trace:
    """The steps that `facts` kept."""
    return tuple(
        TraceStep(
            step["code"],
            Money(int(step["before"]), step["currency"]),
            Money(int(step["after"]), step["currency"]),
            step["tenant_id"],
            read_rule(step["rule"]) if step["rule"] else None,
            step["quantity"],
        )
        for step in kept
    )


def rule_facts(rule: Rule) -> dict[str, Any]:
    """A whole rule as JSON can keep it; what is as usual is left out."""
    place = rule.place
    said: dict[str, Any] = {
        "id": str(rule.id),
        "scope": place.scope.value,
        "scope_id": _text(place.scope_id),
        "audience": place.audience.value,
        "level_id": _text(place.level_id),
        "buyer_id": place.buyer_id,
        "member_id": _text(place.member_id),
        "valid_from": place.valid_from.isoformat() if place.valid_from else None,
        "valid_to": place.valid_to.isoformat() if place.valid_to else None,
        "method": rule.method.value,
        "value": str(rule.value),
        "rounding": rule.rounding.value,
        "way": rule.way.value,
        "steps": [[one.quantity, str(one.value)] for one in rule.steps],
        "base": _amount(rule.base),
        "below_cost": rule.below_cost,
        "template_id": _text(rule.template_id),
    }
    return {name: value for name, value in said.items() if value not in (None, [], False)}


def read_rule(said: Mapping[str, Any]) -> Rule:
    """The rule that `rule_facts` kept."""
    place = Place(
        Scope(said["scope"]),
        _id(said.get("scope_id")),
        Audience(said["audience"]),
        _id(said.get("level_id")),
        said.get("buyer_id"),
        _id(said.get("member_id")),
        _moment(said.get("valid_from")),
        _moment(said.get("valid_to")),
    )
    return Rule(
        UUID(said["id"]),
        place,
        Method(said["method"]),
        int(said["value"]),
        Rounding(said["rounding"]),
        Way(said["way"]),
        tuple(Step(quantity, int(value)) for quantity, value in said.get("steps", ())),
        base=int(said["base"]) if "base" in said else None,
        below_cost=said.get("below_cost", False),
        template_id=_id(said.get("template_id")),
    )


def _amount(micro: int | None) -> str | None:
    return str(micro) if micro is not None else None


def _text(one: UUID | None) -> str | None:
    return str(one) if one is not None else None


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
