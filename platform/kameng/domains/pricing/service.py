"""The verbs of pricing: set a rule, drop a rule, set many prices; each is one change on record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from kameng.domains.accounts.members.tiers import service as tiers
from kameng.domains.pricing import asking, ownrules
from kameng.domains.pricing.asking import USUAL, Asked, Details, Wishes
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Kind, RuleEntry
from kameng.domains.pricing.errors import NoSuchRule, TierPriced
from kameng.domains.pricing.markups.rules import Method, Place, Rounding, Rule
from kameng.kit.audit import Actor
from tenants.tree import Tenant

__all__ = [
    "USUAL",
    "Asked",
    "Details",
    "drop_entry",
    "drop_rule",
    "remove_tier",
    "rule_entry",
    "set_prices",
    "set_rule",
]


def set_rule(
    tenant: Tenant,
    place: Place,
    method: Method,
    asked: str,
    rounding: Rounding,
    *,
    details: Details = USUAL,
    moved_from: Place | None = None,
    seen: Collection[str] | None = None,
    actor: Actor,
    now: datetime,
) -> Rule:
    """Put a rule into its place, or change the one there; `asked` is the text a person typed.

    `seen` are the marks of the rules the person saw (`rows.seen`): a rule that came there or
    changed meanwhile is not overwritten, and its writer is told. `moved_from`: the place the rule
    leaves, in the same change.
    """
    wishes: dict[Place, Asked | None] = {place: Asked(method, asked, rounding, details)}
    if moved_from is not None and moved_from != place:
        wishes = {moved_from: None, **wishes}
    made = asking.entries(tenant, wishes, seen=seen, now=now)
    if len(made) > 1 and made[0].before is None:
        raise NoSuchRule()
    _commit(tenant, Kind.RULE, made, actor, now)
    rule = made[-1].after
    assert rule is not None
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
    _commit(tenant, Kind.RULE, [drop_entry(tenant, place, seen=seen, now=now)], actor, now)


def set_prices(
    tenant: Tenant,
    wishes: Wishes,
    *,
    seen: Collection[str] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Prices typed side by side, all or none, as one change; how many really moved. A rule that is
    to go and went already is as wished."""
    made = asking.entries(tenant, wishes, seen=seen, now=now)
    return _commit(tenant, Kind.PRICES, made, actor, now)


def remove_tier(tenant: Tenant, tier_id: UUID, *, actor: Actor) -> None:
    """Take away a tier of members that neither a price names nor a member holds; TierPriced,
    NoSuchTier, TierHeld."""
    changes.one_at_a_time(tenant)
    if (rules := ownrules.of_tier(tenant, tier_id)) > 0:
        raise TierPriced(rules=rules)
    tiers.remove(tenant, tier_id, actor=actor)


def rule_entry(
    tenant: Tenant,
    place: Place,
    method: Method,
    asked: str,
    rounding: Rounding,
    *,
    details: Details = USUAL,
    seen: Collection[str] | None = None,
    now: datetime,
) -> RuleEntry:
    """What `set_rule` would write, with all its refusals and nothing written."""
    wishes = {place: Asked(method, asked, rounding, details)}
    return asking.entries(tenant, wishes, seen=seen, now=now)[0]


def drop_entry(
    tenant: Tenant, place: Place, *, seen: Collection[str] | None = None, now: datetime
) -> RuleEntry:
    """What `drop_rule` would write; NoSuchRule."""
    (made,) = asking.entries(tenant, {place: None}, seen=seen, now=now)
    if made.before is None:
        raise NoSuchRule()
    return made


def _commit(
    tenant: Tenant, kind: Kind, made: Collection[RuleEntry], actor: Actor, now: datetime
) -> int:
    """How many places moved; what already is as wished is no change."""
    moved = [one for one in made if one.before != one.after]
    if moved:
        changes.commit(tenant, kind, moved, actor=actor, now=now)
    return len(moved)
