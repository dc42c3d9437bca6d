"""The verbs of pricing: set a rule, drop a rule; each leaves a line in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing import queries, rules
from kameng.domains.pricing.errors import NoSuchGoods, NoSuchRule
from kameng.domains.pricing.markups.rules import Method, Place, Rounding, Rule, Scope, markup
from kameng.domains.pricing.models import PriceRule
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money, Percent
from tenants.database import session
from tenants.tree import Tenant


def set_rule(
    tenant: Tenant,
    place: Place,
    method: Method,
    asked: str,
    rounding: Rounding,
    *,
    actor: Actor,
    now: datetime,
) -> Rule:
    """Put a rule into its place, or change the one there; `asked` is the text a person typed."""
    value = markup(method, asked)
    _refuse_strange_level(tenant, place)
    before = queries.rule_at(tenant, place, lock=True)
    rule = Rule(before.id if before else ids.uuid7(), place, method, value, rounding)
    if place.scope is Scope.SKU:
        _refuse_below_floor(tenant, rule)
    _write(tenant, rule, actor=actor, now=now)
    _record(tenant, actor, place, before=before, after=rule)
    return rule


def drop_rule(tenant: Tenant, place: Place, *, actor: Actor, now: datetime) -> None:
    """Take a rule away; the next wider one, or the price from above, holds again."""
    before = queries.rule_at(tenant, place, lock=True)
    if before is None:
        raise NoSuchRule()
    session.execute(delete(PriceRule).where(*queries.in_place(tenant, place)))
    _record(tenant, actor, place, before=before, after=None)


def _refuse_strange_level(tenant: Tenant, place: Place) -> None:
    if place.level_id is not None and terms.level(tenant, place.level_id) is None:
        raise NoSuchLevel()


def _refuse_below_floor(tenant: Tenant, rule: Rule) -> None:
    assert rule.place.scope_id is not None
    facts = catalog.sku_facts(tenant, [rule.place.scope_id])
    if rule.place.scope_id not in facts:
        raise NoSuchGoods()
    goods = facts[rule.place.scope_id]
    quote = queries.quotes(tenant, [goods.sku_id], facts=facts)[goods.sku_id]
    rules.refuse_below_floor(rule, quote.cost, goods)


def _write(tenant: Tenant, rule: Rule, *, actor: Actor, now: datetime) -> None:
    changed = {
        "method": rule.method.value,
        "value": rule.value,
        "rounding": rule.rounding.value,
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    place = rule.place
    row = changed | {
        "id": rule.id,
        "tenant_id": tenant.id,
        "scope": place.scope.value,
        "scope_id": place.scope_id,
        "audience": place.audience.value,
        "level_id": place.level_id,
        "created_at": now,
    }
    written = insert(PriceRule).values(row)
    session.execute(written.on_conflict_do_update(constraint="uq_price_rule_place", set_=changed))


def _record(
    tenant: Tenant, actor: Actor, place: Place, *, before: Rule | None, after: Rule | None
) -> None:
    thing = f" {place.scope_id}" if place.scope_id else ""
    level = f" {place.level_id}" if place.level_id else ""
    audit.record(
        tenant,
        actor,
        "price_rule.set" if after else "price_rule.drop",
        f"{place.audience.value}{level} {place.scope.value}{thing}",
        before=_told(before),
        after=_told(after),
    )


def _told(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    percent = rule.method is Method.PERCENT
    value = f"{Percent(rule.value)} %" if percent else str(Money(rule.value))
    return {"method": rule.method.value, "value": value, "rounding": rule.rounding.value}
