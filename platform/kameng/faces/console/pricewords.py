"""Prices told in sentences: what a rule does, and step by step how a price came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import CategoryChoice
from kameng.domains.pricing.markups.rules import (
    Method,
    Rounding,
    Rule,
    Scope,
    Way,
    told_steps,
)
from kameng.domains.pricing.rules import Trace, TraceStep
from kameng.faces.frame.money import cash, localtime, percent, plain
from kameng.kit.money import Money, Percent
from tenants.tree import Tenant


@dataclass(frozen=True)
class Sentence:
    """One step of a price: what happened, and the price after it."""

    text: str
    after: Money


def methods() -> list[tuple[str, str]]:
    """Ways to make a price, the usual ones first."""
    return [
        (Method.PERCENT.value, _("my cost + a percentage")),
        (Method.AMOUNT.value, _("my cost + an amount in yuan")),
        (Method.MARGIN.value, _("keep a share of the price (%)")),
        (Method.FIXED.value, _("a fixed price in yuan")),
        (Method.FOLLOW.value, _("follow the price above")),
    ]


def roundings() -> list[tuple[str, str]]:
    """Rounding choices, finest first."""
    return [
        (Rounding.NONE.value, _("not at all")),
        (Rounding.FEN.value, _("0.01")),
        (Rounding.JIAO.value, _("0.10")),
        (Rounding.YUAN.value, _("1.00")),
        (Rounding.X9.value, _("prices ending in .9")),
        (Rounding.X99.value, _("prices ending in .99")),
    ]


def ways() -> list[tuple[str, str]]:
    """Which way a price between two steps goes."""
    return [
        (Way.HALF_UP.value, _("to the nearer, halves up")),
        (Way.UP.value, _("always up")),
        (Way.DOWN.value, _("always down")),
        (Way.HALF_EVEN.value, _("to the nearer, halves to even")),
    ]


def rule(one: Rule) -> str:
    """What a rule does, e.g. "cost + 10%, rounded to 0.10"."""
    rounded = dict(roundings())[one.rounding.value]
    parts = [_short(one)]
    if one.rounding is not Rounding.NONE:
        parts.append(_(", rounded to %(step)s", step=rounded))
        if one.way is not Way.HALF_UP:
            parts.append(_(" (%(way)s)", way=dict(ways())[one.way.value]))
    for step in one.steps:
        made = _value(one.method, step.value)
        parts.append(_("; from %(n)s pieces %(value)s", n=step.quantity, value=made))
    return "".join(parts)


def dates(one: Rule) -> str:
    """From when to when a rule holds; nothing for always."""
    start, end = one.place.valid_from, one.place.valid_to
    if start and end:
        return _("%(start)s to %(end)s", start=localtime(start), end=localtime(end))
    if start:
        return _("from %(start)s on", start=localtime(start))
    return _("until %(end)s", end=localtime(end)) if end else ""


def is_plain(one: Rule) -> bool:
    """Whether a rule fits into the small field beside a SKU."""
    usual = not (one.place.is_dated or one.steps or one.below_cost or one.keep)
    return usual and one.rounding is Rounding.NONE and one.method in (Method.FIXED, Method.PERCENT)


def typed(one: Rule) -> str:
    """A rule about one SKU as one types it: "9.90" or "10%"."""
    if one.method in (Method.PERCENT, Method.MARGIN):
        return percent(Percent(one.value))
    return plain(Money(one.value))


def typed_steps(one: Rule) -> str:
    """Quantity steps as one types them."""
    return told_steps(one.method, one.steps)


def sku_names(tenant: Tenant, sku_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What SKUs are called."""
    found = catalog.sku_facts(tenant, list(sku_ids))
    return {
        sku_id: sku.product_name
        if sku.name == sku.product_name
        else f"{sku.product_name} {sku.name}"
        for sku_id, sku in found.items()
    }


def product_names(tenant: Tenant, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What rules about whole products are about."""
    found = catalog.product_names(tenant, product_ids)
    return {one: _("%(name)s, every choice", name=name) for one, name in found.items()}


def told(
    tenant: Tenant, rules: list[Rule], categories: Iterable[CategoryChoice], now: datetime
) -> list[dict[str, Any]]:
    """The rules of a page: about what, how, from when to when."""
    names = {row.id: row.path for row in categories}
    skus = [one.place.scope_id for one in rules if one.place.scope is Scope.SKU]
    names |= sku_names(tenant, [one for one in skus if one])
    products = [one.place.scope_id for one in rules if one.place.scope is Scope.PRODUCT]
    if products:
        names |= product_names(tenant, [one for one in products if one])
    return [
        {
            "id": one.id,
            "name": names.get(about, _("One product"))
            if (about := one.place.scope_id)
            else _("All goods"),
            "text": rule(one),
            "dates": dates(one),
            "sleeps": not one.place.holds(now),
            "below_cost": one.below_cost,
            "keep": one.keep,
        }
        for one in rules
    ]


def trace(steps: Trace, tenant: Tenant, cost: Money, names: dict[int, str]) -> list[Sentence]:
    """The steps this site may see: a master sees all, an agent from its own cost on."""
    if tenant.is_root:
        return sentences(steps, names)
    own = [step for step in steps if step.tenant_id == tenant.id and step.code != "cost"]
    return sentences(own, names, cost)


def sentences(
    steps: Iterable[TraceStep], names: dict[int, str], cost: Money | None = None
) -> list[Sentence]:
    """Steps in words, after what the reader paid where they do not begin with it."""
    start = [Sentence(_("Your cost"), cost)] if cost is not None else []
    return [*start, *(Sentence(_step(step, names), step.after) for step in steps)]


def _step(step: TraceStep, names: dict[int, str]) -> str:
    site = names.get(step.tenant_id, "—")
    made = rule(step.rule) if step.rule else ""
    if step.rule is not None and step.rule.place.is_dated:
        made = _("%(rule)s (%(dates)s)", rule=made, dates=dates(step.rule))
    texts = {
        "cost": _("Cost at %(site)s", site=site),
        "child_rule": _child(step, site, made),
        "child_at_retail": _("%(site)s has no agent price: agents pay retail", site=site),
        "retail_rule": _retail(step, site, made),
        "retail_suggested": _("Suggested retail price of %(site)s", site=site),
        "retail_inherited": _("%(site)s takes over the price above", site=site),
        "cut_to_ceiling": _("Cut: no shopper pays more than the ceiling"),
        "raised_to_cost": _("Raised: never below the cost"),
        "raised_to_floor": _("Raised: never below the floor"),
    }
    return texts.get(step.code, step.code)


def _child(step: TraceStep, site: str, made: str) -> str:
    if step.rule is not None and step.rule.place.buyer_id is not None:
        return _("%(site)s agreed a price with this one site: %(rule)s", site=site, rule=made)
    return _("%(site)s sells to agents: %(rule)s", site=site, rule=made)


def _retail(step: TraceStep, site: str, made: str) -> str:
    if step.rule is not None and step.rule.place.member_id is not None:
        return _("%(site)s agreed a price with this member: %(rule)s", site=site, rule=made)
    if step.rule is not None and step.rule.place.tier_id is not None:
        return _("%(site)s sells to this tier of members at: %(rule)s", site=site, rule=made)
    return _("%(site)s sells at: %(rule)s", site=site, rule=made)


def _short(one: Rule) -> str:
    if one.method is Method.FOLLOW:
        return _("follows the price above")
    if one.base is not None:
        named = _value(one.method, one.value)
        return _(
            "%(price)s at a cost of %(cost)s, moving with it", price=named, cost=_cash(one.base)
        )
    return _value(one.method, one.value)


def _cash(micro: int) -> str:
    return cash(Money(micro))


def _value(method: Method, value: int) -> str:
    if method is Method.FIXED:
        return _("fixed at %(price)s", price=_cash(value))
    if method is Method.PERCENT:
        return _("cost + %(share)s", share=percent(Percent(value)))
    if method is Method.MARGIN:
        return _("%(share)s of the price is kept", share=percent(Percent(value)))
    return _("cost + %(amount)s", amount=_cash(value))
