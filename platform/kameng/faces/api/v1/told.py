"""Prices, rules and changes as JSON: amounts are exact decimal text in the site's currency."""

from __future__ import annotations

from typing import Any

from kameng.domains.pricing.changes.entries import CostEntry, Entry
from kameng.domains.pricing.changes.queries import ChangeFacts
from kameng.domains.pricing.markups.rules import Method, Rule
from kameng.domains.pricing.rules import Quote
from kameng.domains.pricing.traces import Trace, TraceStep, rule_facts
from kameng.faces.api.v1.blueprint import words
from kameng.kit.money import Money, Percent
from tenants.tree import Tenant

SHARES = (Method.PERCENT, Method.MARGIN)


def figures(quote: Quote) -> dict[str, Any]:
    """What one piece costs, and between which bounds it may."""
    return {
        "currency": quote.price.currency,
        "quantity": quote.quantity,
        "price": str(quote.price),
        "cost": str(quote.cost),
        "profit": str(quote.margin),
        "floor": str(quote.floor),
        "ceiling": _amount(quote.ceiling),
    }


def trace(quote: Quote, site: Tenant) -> list[dict[str, Any]]:
    """How the price came about, as far as this site may know: a master site sees every step, any
    other begins with what it pays. What stands above it is the business of those above."""
    steps, cost = _seen(quote.trace, site), None if site.is_root else quote.cost
    said = words().sentences(steps, {site.id: site.name}, cost)
    texts = [one.text for one in said]
    told = [] if cost is None else [_start(cost, site, quote.quantity)]
    told.extend(_step(one) for one in steps)
    return [{**step, "text": text} for step, text in zip(told, texts, strict=True)]


def _seen(steps: Trace, site: Tenant) -> list[TraceStep]:
    if site.is_root:
        return list(steps)
    return [step for step in steps if step.tenant_id == site.id and step.code != "cost"]


def _start(cost: Money, site: Tenant, quantity: int) -> dict[str, Any]:
    return _step(TraceStep("cost", Money.zero(cost.currency), cost, site.id, None, quantity))


def _step(step: TraceStep) -> dict[str, Any]:
    return {
        "code": step.code,
        "before": str(step.before),
        "after": str(step.after),
        "rule": rule(step.rule),
    }


def rule(one: Rule | None) -> dict[str, Any] | None:
    """A rule as it stands: `value` in percent or in the currency; what is as usual is left out."""
    if one is None:
        return None
    told = rule_facts(one) | {"value": _value(one, one.value), "text": words().rule(one)}
    if one.steps:
        told["steps"] = [
            {"quantity": step.quantity, "value": _value(one, step.value)} for step in one.steps
        ]
    if one.base is not None:
        told["base"] = str(Money(one.base))
    return told


def change(one: ChangeFacts) -> dict[str, Any]:
    """One decision about prices, without what it moved."""
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "title": one.title,
        "by": one.actor_name,
        "at": one.at.isoformat(),
        "count": one.count,
        "undoes": _id(one.undoes),
        "undone_by": _id(one.undone_by),
    }


def entry(one: Entry) -> dict[str, Any]:
    """One price a change moved: the cost of a SKU, or the rule of a place."""
    if isinstance(one, CostEntry):
        sides = {"before": str(one.before), "after": str(one.after)}
        return {"of": "cost", "sku": str(one.sku_id), **sides}
    return {"of": "rule", "place": one.key, "before": rule(one.before), "after": rule(one.after)}


def _value(one: Rule, value: int) -> str:
    return str(Percent(value)) if one.method in SHARES else str(Money(value))


def _amount(amount: Money | None) -> str | None:
    return None if amount is None else str(amount)


def _id(one: object) -> str | None:
    return None if one is None else str(one)
