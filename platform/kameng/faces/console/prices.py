"""Prices: the site's own rules, and what they make of every SKU, shown beside cost and floor."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.pricing import ownrules, queries, rows, service
from kameng.domains.pricing.errors import NoSuchRule
from kameng.domains.pricing.markups.rules import Audience, Method, Rounding, Rule, Scope
from kameng.domains.pricing.rules import Quote, Trace
from kameng.domains.pricing.service import Asked
from kameng.domains.terms import queries as terms
from kameng.faces.console import lists, priceforms, pricewords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import posted_id
from kameng.faces.console.priceforms import Reader
from kameng.faces.frame import addresses, guards, who
from kameng.kit import clock
from kameng.kit.money import Money

SIZE = 30
MOST_RULES = 40
"""Rules for single SKUs that are listed on top; the others are reached from their line below."""


@dataclass(frozen=True)
class Line:
    """One SKU on the price page; `own` is what stands in its field, None where a field is too
    small for the rule."""

    goods: Any
    quote: Quote
    price: Money
    floor: Money
    own: str | None
    rule: Rule | None
    trace: list[pricewords.Sentence]

    @property
    def profit(self) -> Money:
        """What one piece leaves at this site."""
        return self.price - self.quote.cost


@pages.get("/s/<slug>/prices")
@guards.staff("prices.view")
def prices() -> ResponseReturnValue:
    """Rules on top, then every SKU with cost, floor, price and profit."""
    names, below = priceforms.sites_around()
    reader, now = priceforms.reader(), clock.now()
    found = catalog.goods(
        g.tenant,
        search=lists.word("q"),
        category=lists.uuid("category"),
        owner=Owner.ANY,
        page=lists.page(),
        size=SIZE,
    )
    mine = ownrules.about(g.tenant, reader.place(), [row.sku_id for row in found.items])
    edited = _edited()
    rules, others = _on_top(mine, reader, edited)
    categories = catalog.category_choices(g.tenant)
    return render_template(
        "console/prices/list.html",
        lines=_lines(found.items, mine, reader, names, now),
        place=lists.place(found.total, SIZE),
        reader=reader,
        audience=reader.audience.value,
        levels=terms.levels(g.tenant),
        tiers=tiers.tiers(g.tenant),
        sells_down=priceforms.sells_down(),
        sites=below,
        agreed=priceforms.agreed(reader),
        categories=categories,
        rules=pricewords.told(g.tenant, rules, categories, now),
        others=others,
        seen=" ".join(sorted({rows.seen(one) for one in [*rules, *mine]})),
        form=priceforms.rule_form(edited),
        edited=edited,
        here=_here(),
    )


@pages.post("/s/<slug>/prices/rules")
@guards.staff("prices.edit", again=prices)
def set_rule() -> ResponseReturnValue:
    """One rule for everything, a category or one SKU."""
    reader = priceforms.reader()
    form = priceforms.rule_form().checked()
    edited = _edited()
    service.set_rule(
        g.tenant,
        form.place(reader),
        Method(form.method.data),
        form.value.data or "",
        Rounding(form.rounding.data),
        details=form.details(),
        moved_from=edited.place if edited else None,
        seen=_seen(),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The rule is in force. Prices below follow it at once."), "ok")
    return _back()


@pages.post("/s/<slug>/prices/rules/removal")
@guards.staff("prices.edit", again=prices)
def drop_rule() -> ResponseReturnValue:
    """Take a rule away; the next wider one, or the inherited price, holds again."""
    posted_id(request.form.get("rule", ""))
    if (found := _edited()) is None:
        raise NoSuchRule
    service.drop_rule(g.tenant, found.place, seen=_seen(), actor=who.actor(), now=clock.now())
    flash(_("The rule was removed."), "ok")
    return _back()


@pages.post("/s/<slug>/prices/skus")
@guards.staff("prices.edit", again=prices)
def set_prices() -> ResponseReturnValue:
    """Save what was typed beside single SKUs; an emptied field goes back to the rules."""
    reader = priceforms.reader()
    wishes = {
        reader.place(Scope.SKU, sku_id): _asked(typed)
        for sku_id, typed, before in _typed()
        if typed != before
    }
    acting: Any = {"seen": _seen(), "actor": who.actor(), "now": clock.now()}
    changed = service.set_prices(g.tenant, wishes, **acting) if wishes else 0
    flash(_("%(n)s prices changed.", n=changed), "ok" if changed else "info")
    return _back()


def _asked(typed: str) -> Asked | None:
    """A price or a percentage, as typed beside a SKU."""
    if not typed:
        return None
    return Asked(Method.PERCENT if typed.endswith(("%", "％")) else Method.FIXED, typed)


def _typed() -> list[tuple[UUID, str, str]]:
    """What stands in the price fields now, and what stood there when the page was drawn."""
    typed = []
    for name, value in request.form.items():
        if name.startswith("price."):
            before = request.form.get(f"was.{name[6:]}", "")
            typed.append((posted_id(name[6:]), value.strip(), before.strip()))
    return typed


def _edited() -> Rule | None:
    """The rule that is to be changed or removed."""
    try:
        return ownrules.named(g.tenant, UUID(request.values.get("rule", "")))
    except ValueError:
        return None


def _here() -> dict[str, str]:
    """Where on the page one is: the forms post with it, so that a refusal shows the same rows."""
    return {name: one for name, one in request.args.items() if name not in ("rule", "about")}


def _seen() -> list[str] | None:
    """The marks of the rules the page showed; a page without any is taken at its word."""
    text = request.form.get("seen")
    return text.split() if text is not None else None


def _on_top(mine: list[Rule], reader: Reader, edited: Rule | None) -> tuple[list[Rule], int]:
    """The rules listed above the goods, and how many for single SKUs are not: of those only what
    does not fit beside its SKU, the first of them, and the one that is being changed."""
    wide = [one for one in mine if one.place.scope is not Scope.SKU]
    narrow, total = ownrules.special(g.tenant, reader.place(), most=MOST_RULES)
    if edited is not None and _is_special(edited, reader) and edited not in narrow:
        narrow.append(edited)
    return [*wide, *narrow], max(total - len(narrow), 0)


def _is_special(rule: Rule, reader: Reader) -> bool:
    place = rule.place
    same = replace(place.undated, scope=Scope.ALL, scope_id=None) == reader.place()
    return same and place.scope is Scope.SKU and not pricewords.is_plain(rule)


def _lines(
    found: Any, mine: list[Rule], reader: Reader, names: dict[int, str], now: datetime
) -> list[Line]:
    member = reader.member.id if reader.member else None
    sku_ids = [row.sku_id for row in found]
    quotes = queries.quotes(g.tenant, sku_ids, member_id=member, tier_id=reader.tier_id, now=now)
    below = _below(sku_ids, reader, now)
    own = {one.place.scope_id: one for one in mine if not one.place.is_dated}
    lines = []
    for row in found:
        if (quote := quotes.get(row.sku_id)) is None:
            continue
        price, steps, floor = quote.price, quote.trace, quote.floor
        if row.sku_id in below:
            price, steps = below[row.sku_id]
            floor = quote.cost
        trace = pricewords.trace(steps, g.tenant, quote.cost, names)
        held = own.get(row.sku_id)
        lines.append(Line(row, quote, price, floor, _own(held), held, trace))
    return lines


def _below(sku_ids: list[UUID], reader: Reader, now: datetime) -> dict[UUID, tuple[Money, Trace]]:
    """What agents pay and why, when the page is about them."""
    if reader.audience is not Audience.CHILD:
        return {}
    buyer = reader.site.id if reader.site else None
    asked = queries.child_quotes(g.tenant, sku_ids, reader.holds, buyer_id=buyer, now=now)
    return {sku_id: (quote.cost, quote.cost_trace) for sku_id, quote in asked.items()}


def _own(rule: Rule | None) -> str | None:
    if rule is None:
        return ""
    return pricewords.typed(rule) if pricewords.is_plain(rule) else None


def _back() -> ResponseReturnValue:
    return redirect(addresses.local_path(request.form.get("back"), url_for(".prices")), 303)
