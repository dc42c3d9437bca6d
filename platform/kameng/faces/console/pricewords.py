"""Prices told in sentences: what a rule does, and step by step how a price came about."""

from dataclasses import dataclass

from flask_babel import gettext as _

from kameng.domains.pricing.markups.rules import Method, Rounding, Rule
from kameng.domains.pricing.rules import Quote, TraceStep
from kameng.faces.frame.money import cash, percent, plain
from kameng.kit.money import Money, Percent
from tenants.tree import Tenant


@dataclass(frozen=True)
class Sentence:
    """One step of a price: what happened, and the price after it."""

    text: str
    after: Money


def roundings() -> list[tuple[str, str]]:
    """Rounding choices, finest first."""
    return [
        (Rounding.NONE.value, _("not at all")),
        (Rounding.FEN.value, _("0.01")),
        (Rounding.JIAO.value, _("0.10")),
        (Rounding.YUAN.value, _("1.00")),
    ]


def rule(one: Rule) -> str:
    """What a rule does, e.g. "cost + 10%, rounded to 0.10"."""
    rounded = dict(roundings())[one.rounding.value]
    tail = _(", rounded to %(step)s", step=rounded) if one.rounding is not Rounding.NONE else ""
    return _short(one) + tail


def typed(one: Rule) -> str:
    """A rule about one SKU as one types it: "9.90" or "10%"."""
    if one.method is Method.PERCENT:
        return percent(Percent(one.value))
    return plain(Money(one.value))


def trace(quote: Quote, tenant: Tenant, names: dict[int, str]) -> list[Sentence]:
    """The steps this site may see: a master sees all, an agent from its own cost on."""
    if tenant.is_root:
        return [Sentence(_step(step, names), step.after) for step in quote.trace]
    start = Sentence(_("Your cost"), quote.cost)
    own = [step for step in quote.trace if step.tenant_id == tenant.id]
    return [start, *(Sentence(_step(step, names), step.after) for step in own)]


def _step(step: TraceStep, names: dict[int, str]) -> str:
    site = names.get(step.tenant_id, "—")
    made = rule(step.rule) if step.rule else ""
    texts = {
        "cost": _("Cost at %(site)s", site=site),
        "child_rule": _("%(site)s sells to agents: %(rule)s", site=site, rule=made),
        "child_at_retail": _("%(site)s has no agent price: agents pay retail", site=site),
        "retail_rule": _("%(site)s sells at: %(rule)s", site=site, rule=made),
        "retail_suggested": _("Suggested retail price of %(site)s", site=site),
        "retail_inherited": _("%(site)s takes over the price above", site=site),
        "raised_to_cost": _("Raised: never below the cost"),
        "raised_to_floor": _("Raised: never below the floor"),
    }
    return texts.get(step.code, step.code)


def _short(one: Rule) -> str:
    if one.method is Method.FIXED:
        return _("fixed at %(price)s", price=cash(Money(one.value)))
    if one.method is Method.PERCENT:
        return _("cost + %(share)s", share=percent(Percent(one.value)))
    return _("cost + %(amount)s", amount=cash(Money(one.value)))
