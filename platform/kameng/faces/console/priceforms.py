"""The rule form of the price page, and for whom the page stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from kameng.domains.accounts.errors import NoSuchTier
from kameng.domains.accounts.members import queries as members
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog import queries as shelf
from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.pricing import ownrules
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.errors import NoSuchBuyer
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rule, Scope, Way
from kameng.domains.pricing.service import Details
from kameng.domains.terms import queries as terms
from kameng.faces.console import pricewords
from kameng.faces.console.forms import Form, posted_id
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared
from tenants.tree import Tenant

CLOCK = "%Y-%m-%dT%H:%M"
SKU, PRODUCT = "sku:", "product:"
MOST_AGREED = 20
MOST_SITES = 100
"""Sites that are offered by name; any other is typed."""
MICRO_UNITS = re.compile("[0-9]{1,18}")


@dataclass(frozen=True)
class Reader:
    """For whom the page shows prices: shoppers or agents, any of them, those of a level (among
    shoppers: of a tier), or a named one."""

    audience: Audience
    level_id: UUID | None = None
    site: Tenant | None = None
    member: MemberFacts | None = None

    def place(self, scope: Scope = Scope.ALL, about: UUID | None = None) -> Place:
        """The place of a rule for them."""
        return Place(
            scope,
            about,
            self.audience,
            self.level_id,
            self.site.id if self.site else None,
            self.member.id if self.member else None,
        )

    @property
    def tier_id(self) -> UUID | None:
        """The tier of members whose prices are shown."""
        return self.level_id if self.audience is Audience.RETAIL else None

    @property
    def holds(self) -> UUID | None:
        """The level by which the parent's rules are found."""
        return terms.levels_of([self.site.id])[self.site.id] if self.site else self.level_id

    @property
    def fields(self) -> dict[str, str]:
        """What a form of the page carries to come back to the same reader."""
        return {
            "audience": self.audience.value,
            "level": "" if self.tier_id else str(self.level_id or ""),
            "tier": str(self.tier_id or ""),
            "site": self.site.slug if self.site else "",
            "member": str(self.member.id) if self.member else "",
        }


def reader() -> Reader:
    """The reader the address or the form names; asked first, before the site's own tables."""
    if request.values.get("audience") == "child":
        level, site = request.values.get("level", ""), named_site()
        if sells_down():
            named = posted_id(level) if level and not site else None
            return Reader(Audience.CHILD, named, site)
    if member := request.values.get("member", "").strip():
        return Reader(Audience.RETAIL, member=_member(member))
    tier = request.values.get("tier", "")
    return Reader(Audience.RETAIL, _tier(tier) if tier else None)


def sells_down() -> bool:
    """Whether sites may stand below this one, so that it has agents to price for."""
    return terms.may_open_sites(g.tenant, now=clock.now())


def sites_around() -> tuple[dict[int, str], list[Tenant]]:
    """The names of the chain, and the sites a price may be agreed with, the first of them."""
    with shared():
        chain = registry.by_ids(list(g.tenant.chain)).values()
        children = registry.children_of(g.tenant, limit=MOST_SITES)
        return {one.id: one.name for one in chain}, children


def named_site() -> Tenant | None:
    """The site right below that a form names, if it names one; asked before the site's own
    tables."""
    typed = request.values.get("site", "").strip()
    return _site(typed) if typed else None


@dataclass(frozen=True)
class Agreed:
    """Somebody with prices of their own: what leads to them, and how many there are."""

    name: str
    args: dict[str, str]
    count: int


def agreed(who: Reader) -> list[Agreed]:
    """The sites, or the members, with prices agreed with them alone; the first of them."""
    found = ownrules.agreed(g.tenant, who.audience, most=MOST_AGREED)
    if not found:
        return []
    if who.audience is Audience.CHILD:
        sites = registry.by_ids(list(found))
        here = [one for one in found if one in sites and sites[one].parent_id == g.tenant.id]
        return [Agreed(sites[one].name, {"site": sites[one].slug}, found[one]) for one in here]
    known = members.by_ids(g.tenant, list(found))
    return [
        Agreed(known[one].name or known[one].contact, {"member": str(one)}, count)
        for one, count in found.items()
        if one in known
    ]


def _site(typed: str) -> Tenant:
    """By subdomain, or by the whole name where only one is called so."""
    with shared():
        found = registry.by_slug(typed[:60].lower())
        if found is None or found.parent_id != g.tenant.id:
            called = registry.children_named(g.tenant, typed[:60])
            found = called[0] if len(called) == 1 else None
    if found is None:
        raise NoSuchBuyer()
    return found


def _tier(named: str) -> UUID:
    if tiers.tier(g.tenant, tier_id := posted_id(named)) is None:
        raise NoSuchTier()
    return tier_id


def _member(named: str) -> MemberFacts:
    """By id, or by the whole e-mail address, phone or name somebody typed."""
    try:
        found = members.by_id(g.tenant, UUID(named))
    except ValueError:
        typed = named.lower()
        some = members.page(g.tenant, search=named[:80], size=20).members
        exact = [one for one in some if typed in (one.email, one.phone, one.name.lower())]
        found = exact[0] if len(exact) == 1 else None
    if found is None:
        raise NoSuchBuyer()
    return found


class RuleForm(Form):
    """One rule: about which goods, how, from when to when."""

    key = "rule"
    cost: Money | None = None
    """What the SKU costs here, where the form names one: only such a price can keep its profit."""
    about = SelectField(_l("For"))
    method = SelectField(_l("How"))
    value = StringField(_l("Yuan or percent"), [Length(max=20)])
    rounding = SelectField(_l("Round to"))
    way = SelectField(_l("Way to round"))
    valid_from = DateTimeLocalField(_l("Holds from"), [Optional()], format=CLOCK)
    valid_to = DateTimeLocalField(_l("Holds until"), [Optional()], format=CLOCK)
    steps = TextAreaField(_l("Quantity prices"), [Length(max=600)])
    below_cost = BooleanField(_l("This price may lie below my cost"))
    keep = BooleanField(_l("Keep the profit when my cost moves"))

    def place(self, who: Reader) -> Place:
        """Where the rule shall stand."""
        about = self.about.data or ""
        if about.startswith(SKU):
            made = who.place(Scope.SKU, posted_id(about.removeprefix(SKU)))
        elif about.startswith(PRODUCT):
            made = who.place(Scope.PRODUCT, posted_id(about.removeprefix(PRODUCT)))
        else:
            made = who.place(Scope.CATEGORY if about else Scope.ALL, UUID(about) if about else None)
        start, end = _moment(self.valid_from.data), _moment(self.valid_to.data)
        return replace(made, valid_from=start, valid_to=end)

    def details(self) -> Details:
        """The rest of it."""
        below, keep = bool(self.below_cost.data), bool(self.keep.data)
        seen = request.form.get("seen_cost", "")
        seen_cost = int(seen) if MICRO_UNITS.fullmatch(seen) else None
        return Details(Way(self.way.data), self.steps.data or "", below, keep, seen_cost)


def rule_form(held: Rule | None = None) -> RuleForm:
    """The form, empty or with a rule that is to be changed."""
    new = {"way": Way.HALF_UP.value, "about": request.args.get("about", "")}
    named = _named_sku(held)
    cost = _cost(named[0][0]) if named else None
    named += _named_product(held, named)
    if held is not None and cost is not None:
        held = held.told_at(cost.micro)
    form = RuleForm(data=_data(held) if held else new)
    form.cost = cost
    form.about.choices = [("", _("All goods")), *named] + [
        (str(row.id), row.path) for row in catalog.category_choices(g.tenant)
    ]
    form.method.choices = pricewords.methods()
    form.rounding.choices = pricewords.roundings()
    form.way.choices = pricewords.ways()
    return form


def _named_sku(held: Rule | None) -> list[tuple[str, str]]:
    """The one SKU the form may be about: the one asked for, or the one of the rule."""
    about = request.values.get("about", "")
    if held is not None and held.place.scope is Scope.SKU:
        about = f"{SKU}{held.place.scope_id}"
    if not about.startswith(SKU):
        return []
    sku_id = posted_id(about.removeprefix(SKU))
    names = pricewords.sku_names(g.tenant, [sku_id])
    return [(f"{SKU}{sku_id}", names[sku_id])] if sku_id in names else []


def _named_product(held: Rule | None, skus: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The one product the form may be about: the one asked for, that of the rule or of the SKU."""
    about = request.values.get("about", "")
    if held is not None and held.place.scope is Scope.PRODUCT:
        about = f"{PRODUCT}{held.place.scope_id}"
    wanted = posted_id(about.removeprefix(PRODUCT)) if about.startswith(PRODUCT) else None
    for one, _name in skus:
        sku_id = UUID(one.removeprefix(SKU))
        wanted = shelf.sku_facts(g.tenant, [sku_id])[sku_id].product_id
    names = pricewords.product_names(g.tenant, [wanted]) if wanted else {}
    return [(f"{PRODUCT}{one}", name) for one, name in names.items()]


def _cost(named: str) -> Money | None:
    """What the SKU of a choice costs here today."""
    sku_id = UUID(named.removeprefix(SKU))
    quote = pricing.quotes(g.tenant, [sku_id]).get(sku_id)
    return quote.cost if quote else None


def _data(rule: Rule) -> dict[str, Any]:
    place = rule.place
    kind = {Scope.SKU: SKU, Scope.PRODUCT: PRODUCT}.get(place.scope, "")
    about = f"{kind}{place.scope_id or ''}"
    return {
        "about": about,
        "method": rule.method.value,
        "value": "" if rule.method is Method.FOLLOW else pricewords.typed(rule).rstrip("%"),
        "rounding": rule.rounding.value,
        "way": rule.way.value,
        "valid_from": _wall(place.valid_from),
        "valid_to": _wall(place.valid_to),
        "steps": pricewords.typed_steps(rule),
        "below_cost": rule.below_cost,
        "keep": rule.keep,
    }


def _moment(typed: datetime | None) -> datetime | None:
    """What was typed is meant on the shop's clock."""
    return typed.replace(tzinfo=SHOP_TIME).astimezone(UTC) if typed else None


def _wall(moment: datetime | None) -> datetime | None:
    return moment.astimezone(SHOP_TIME) if moment else None
