"""Changes of prices told in the sentences of the price page: what, for whom, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.accounts.members import queries as members
from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind, RuleEntry
from kameng.domains.pricing.changes.queries import ChangeFacts
from kameng.domains.pricing.markups.rules import Audience, Place, Rule, Scope
from kameng.domains.terms import queries as terms
from kameng.faces.console import pricewords
from kameng.faces.frame.money import cash
from tenants import registry
from tenants.tree import Tenant

KINDS: dict[Kind, tuple[Any, str]] = {
    Kind.RULE: (_l("Price rule"), "blue"),
    Kind.PRICES: (_l("Single prices"), "azure"),
    Kind.TEMPLATE: (_l("Mark-up template"), "indigo"),
    Kind.MATRIX: (_l("Price sheet"), "cyan"),
    Kind.COST: (_l("Cost moved"), "orange"),
    Kind.WHAT_IF: (_l("Tried first"), "purple"),
    Kind.UNDO: (_l("Taken back"), "secondary"),
}
"""What each door is called, and its colour."""


@dataclass(frozen=True)
class Told:
    """One entry as the page says it."""

    about: str
    whom: str
    dates: str
    before: str
    after: str


def kind(one: Kind) -> str:
    """What a door is called."""
    return str(KINDS[one][0])


def title(one: ChangeFacts) -> str:
    """What one change is called: by its own title where it has one."""
    if one.title and one.undoes is not None:
        return _("Taken back: %(title)s", title=one.title)
    return one.title or kind(one.kind)


def tone(one: Kind) -> str:
    """Its colour."""
    return KINDS[one][1]


def choices() -> list[tuple[str, str]]:
    """For the filter of the page."""
    return [(one.value, kind(one)) for one in KINDS]


def told(tenant: Tenant, entries: Iterable[Entry]) -> list[Told]:
    """The entries of a page, with the names of everything they are about."""
    shown = list(entries)
    goods, people = _goods(tenant, shown), _people(tenant, shown)
    return [_told(one, goods, people) for one in shown]


def _told(entry: Entry, goods: Mapping[UUID, str], people: Mapping[Any, str]) -> Told:
    about = goods.get(entry.about, _("Goods that are gone")) if entry.about else _("All goods")
    if isinstance(entry, CostEntry):
        return Told(about, _("Cost"), "", cash(entry.before), cash(entry.after))
    rule = entry.after or entry.before
    dates = pricewords.dates(rule) if rule else ""
    return Told(about, _whom(entry.place, people), dates, _side(entry.before), _side(entry.after))


def _side(rule: Rule | None) -> str:
    if rule is None:
        return _("no rule of its own")
    parts = [pricewords.rule(rule)]
    if rule.below_cost:
        parts.append(_(", may lie below cost"))
    if rule.template_id is not None:
        parts.append(_(" (by a template)"))
    return "".join(parts)


def _whom(place: Place, people: Mapping[Any, str]) -> str:
    named = place.buyer_id or place.level_id or place.member_id
    if place.tier_id is not None:
        return _("Tier: %(name)s", name=people.get(named, "—"))
    if place.audience is Audience.CHILD:
        if named is None:
            return _("Agents")
        return _("Agents: %(name)s", name=people.get(named, "—"))
    return _("Member: %(name)s", name=people.get(named, "—")) if named else _("Shoppers")


def _goods(tenant: Tenant, entries: Iterable[Entry]) -> dict[UUID, str]:
    """What SKUs, products and categories are called."""
    things: dict[Scope, set[UUID]] = {scope: set() for scope in Scope}
    for one in entries:
        scope = one.place.scope if isinstance(one, RuleEntry) else Scope.SKU
        things[scope] |= {one.about} if one.about else set()
    names = pricewords.sku_names(tenant, things[Scope.SKU]) if things[Scope.SKU] else {}
    if things[Scope.PRODUCT]:
        names |= pricewords.product_names(tenant, things[Scope.PRODUCT])
    if things[Scope.CATEGORY]:
        names |= {one.id: one.path for one in catalog.category_choices(tenant)}
    return names


def _people(tenant: Tenant, entries: Iterable[Entry]) -> dict[Any, str]:
    """What levels, tiers, sites and members are called, by their ids."""
    places = [one.place for one in entries if isinstance(one, RuleEntry)]
    sites = {one.buyer_id for one in places if one.buyer_id}
    shoppers = {one.member_id for one in places if one.member_id}
    names: dict[Any, str] = {}
    if any(one.level_id for one in places):
        names |= {one.id: one.name for one in terms.levels(tenant)}
    if any(one.tier_id for one in places):
        names |= {one.id: one.name for one in tiers.tiers(tenant)}
    if sites:
        names |= {number: one.name for number, one in registry.by_ids(list(sites)).items()}
    if shoppers:
        found = members.by_ids(tenant, list(shoppers))
        names |= {one.id: one.name or one.contact for one in found.values()}
    return names
