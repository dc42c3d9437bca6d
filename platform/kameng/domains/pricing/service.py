"""The verbs of pricing: set a rule, drop a rule; each leaves a line in the audit log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts.members import queries as members
from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing import queries, rows, rules
from kameng.domains.pricing.errors import (
    NoSuchBuyer,
    NoSuchGoods,
    NoSuchRule,
    PriceAboveCeiling,
    StalePrices,
)
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Way,
    markup,
    refuse_overlap,
    refuse_senseless,
    steps,
)
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rules import Quote
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Details:
    """What most rules leave as usual: the way to round, quantity steps as typed, and the word that
    this price may lie below the own cost."""

    way: Way = Way.HALF_UP
    steps: str = ""
    below_cost: bool = False


USUAL = Details()
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261123, :site)")
"""Two people may set rules with dates at once: whether they overlap is asked one after another."""


def set_rule(
    tenant: Tenant,
    place: Place,
    method: Method,
    asked: str,
    rounding: Rounding,
    *,
    details: Details = USUAL,
    seen: Collection[str] | None = None,
    actor: Actor,
    now: datetime,
) -> Rule:
    """Put a rule into its place, or change the one there; `asked` is the text a person typed.

    `seen` are the marks of the rules the person saw (`rows.seen`): a rule that came there or
    changed meanwhile is not overwritten, and its writer is told.
    """
    value, stepped = markup(method, asked), steps(method, details.steps)
    _refuse_strangers(tenant, place)
    before = _locked(tenant, place, seen)
    rule = Rule(
        before.id if before else ids.uuid7(),
        place,
        method,
        value,
        rounding,
        details.way,
        stepped,
        below_cost=details.below_cost,
    )
    refuse_senseless(rule)
    if place.is_dated:
        refuse_overlap(place, queries.dated_places(tenant, place))
    if place.scope is Scope.SKU:
        _refuse_below_floor(tenant, rule, now)
    _write(tenant, rule, actor=actor, now=now)
    _record(tenant, actor, place, before=before, after=rule)
    return rule


def drop_rule(
    tenant: Tenant,
    place: Place,
    *,
    seen: Collection[str] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a rule away; the next wider one, or the price from above, holds again."""
    before = _locked(tenant, place, seen)
    if before is None:
        raise NoSuchRule()
    session.execute(delete(PriceRule).where(*queries.in_place(tenant, place)))
    _record(tenant, actor, place, before=before, after=None)


def _locked(tenant: Tenant, place: Place, seen: Collection[str] | None) -> Rule | None:
    """The rule in a place, held until the end; StalePrices when it was not among those seen."""
    session.execute(ONE_AT_A_TIME, {"site": tenant.id})
    before = queries.rule_at(tenant, place, lock=True)
    if before is not None and seen is not None and rows.seen(before) not in seen:
        raise StalePrices()
    return before


def _refuse_strangers(tenant: Tenant, place: Place) -> None:
    """Levels, sites and members a rule names are this site's own."""
    if place.level_id is not None and terms.level(tenant, place.level_id) is None:
        raise NoSuchLevel()
    if place.buyer_id is not None:
        held = terms.terms_of(place.buyer_id)
        if held is None or held.parent_id != tenant.id:
            raise NoSuchBuyer()
    if place.member_id is not None and members.by_id(tenant, place.member_id) is None:
        raise NoSuchBuyer()


def _refuse_below_floor(tenant: Tenant, rule: Rule, now: datetime) -> None:
    assert rule.place.scope_id is not None
    facts = catalog.sku_facts(tenant, [rule.place.scope_id])
    if rule.place.scope_id not in facts:
        raise NoSuchGoods()
    goods = facts[rule.place.scope_id]
    quote = queries.quotes(tenant, [goods.sku_id], facts=facts, now=now)[goods.sku_id]
    rules.refuse_below_floor(rule, quote.cost, goods, floor=quote.floor)
    if rule.place.audience is Audience.RETAIL:
        _refuse_above_ceiling(rule, quote)


def _refuse_above_ceiling(rule: Rule, quote: Quote) -> None:
    """A price named for one SKU is meant: above the ceiling it is refused, not quietly cut."""
    if quote.ceiling is None or rule.method is Method.FOLLOW:
        return
    if rule.price(quote.cost) > max(quote.ceiling, quote.floor):
        raise PriceAboveCeiling(ceiling=quote.ceiling)


def _write(tenant: Tenant, rule: Rule, *, actor: Actor, now: datetime) -> None:
    changed = rows.values(rule) | {
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    row = changed | rows.place_values(rule.place)
    row |= {"id": rule.id, "tenant_id": tenant.id, "created_at": now}
    written = insert(PriceRule).values(row)
    session.execute(written.on_conflict_do_update(constraint="uq_price_rule_place", set_=changed))


def _record(
    tenant: Tenant, actor: Actor, place: Place, *, before: Rule | None, after: Rule | None
) -> None:
    audit.record(
        tenant,
        actor,
        "price_rule.set" if after else "price_rule.drop",
        _subject(place),
        before=rows.told(before),
        after=rows.told(after),
    )


def _subject(place: Place) -> str:
    """Where the rule stands, in the few words the log has room for."""
    named = place.level_id or place.buyer_id or place.member_id
    parts = [place.audience.value, named, place.scope.value, place.scope_id]
    if place.is_dated:
        start, end = (f"{at:%Y-%m-%d}" if at else "" for at in (place.valid_from, place.valid_to))
        parts.append(f"{start}..{end}")
    return " ".join(str(part) for part in parts if part)
