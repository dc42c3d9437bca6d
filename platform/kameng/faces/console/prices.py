"""Prices: the site's own rules, and what they make of every SKU, shown beside cost and floor."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.pricing import queries, service
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.domains.pricing.rules import Quote
from kameng.domains.terms import queries as terms
from kameng.faces.console import lists, pricewords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, FormInvalid, posted_id
from kameng.faces.frame import addresses, guards, who
from kameng.kit import clock
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared

SIZE = 30


@dataclass(frozen=True)
class Line:
    """One SKU on the price page."""

    goods: Any
    quote: Quote
    price: Money
    floor: Money
    own: str
    trace: list[pricewords.Sentence]

    @property
    def profit(self) -> Money:
        """What one piece leaves at this site."""
        return self.price - self.quote.cost


class RuleForm(Form):
    """One rule for many SKUs at once: cost plus a share or an amount."""

    key = "rule"
    about = SelectField(_l("For"))
    method = SelectField(_l("Add to my cost"))
    value = StringField(_l("How much"), [InputRequired(), Length(max=20)])
    rounding = SelectField(_l("Round to"))


@pages.get("/s/<slug>/prices")
@guards.staff("prices.view")
def prices() -> ResponseReturnValue:
    """Rules on top, then every SKU with cost, floor, price and profit."""
    with shared():
        names = {one.id: one.name for one in registry.by_ids(list(g.tenant.chain)).values()}
    place = _place()
    found = catalog.goods(
        g.tenant,
        search=lists.word("q"),
        category=lists.uuid("category"),
        owner=Owner.ANY,
        page=lists.page(),
        size=SIZE,
    )
    rules = [rule for rule in queries.rules_of(g.tenant) if _same_place(rule.place, place)]
    return render_template(
        "console/prices/list.html",
        lines=_lines(found.items, rules, place, names),
        place=lists.place(found.total, SIZE),
        audience=place.audience.value,
        level=place.level_id,
        levels=terms.levels(g.tenant),
        sells_down=_sells_down(),
        categories=catalog.category_choices(g.tenant),
        rules=[_told(rule) for rule in rules if rule.place.scope is not Scope.SKU],
        form=_rule_form(),
    )


@pages.post("/s/<slug>/prices/rules")
@guards.staff("prices.edit", again=prices)
def set_rule() -> ResponseReturnValue:
    """One rule for everything, or for a category."""
    form = _rule_form().checked()
    about = form.about.data or ""
    scope = Scope.CATEGORY if about else Scope.ALL
    service.set_rule(
        g.tenant,
        _place(scope, UUID(about) if about else None),
        Method(form.method.data),
        form.value.data,
        Rounding(form.rounding.data),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The rule is in force. Prices below follow it at once."), "ok")
    return _back()


@pages.post("/s/<slug>/prices/rules/removal")
@guards.staff("prices.edit", again=prices)
def drop_rule() -> ResponseReturnValue:
    """Take a rule away; the next wider one, or the inherited price, holds again."""
    asked = request.form.get("scope", Scope.ALL)
    scope = next((one for one in Scope if one == asked), None)
    if scope is None:
        raise FormInvalid
    about = request.form.get("about") or None
    place = _place(scope, posted_id(about) if about else None)
    service.drop_rule(g.tenant, place, actor=who.actor(), now=clock.now())
    flash(_("The rule was removed."), "ok")
    return _back()


@pages.post("/s/<slug>/prices/skus")
@guards.staff("prices.edit", again=prices)
def set_prices() -> ResponseReturnValue:
    """Save what was typed beside single SKUs; an emptied field goes back to the rules."""
    changed = 0
    for sku_id, asked, before in _typed():
        if asked == before:
            continue
        place = _place(Scope.SKU, sku_id)
        if asked:
            method = Method.PERCENT if asked.endswith(("%", "％")) else Method.FIXED
            service.set_rule(
                g.tenant, place, method, asked, Rounding.NONE, actor=who.actor(), now=clock.now()
            )
        else:
            service.drop_rule(g.tenant, place, actor=who.actor(), now=clock.now())
        changed += 1
    flash(_("%(n)s prices changed.", n=changed), "ok" if changed else "info")
    return _back()


def _typed() -> list[tuple[UUID, str, str]]:
    """What stands in the price fields now, and what stood there when the page was drawn."""
    typed = []
    for name, value in request.form.items():
        if name.startswith("price."):
            before = request.form.get(f"was.{name[6:]}", "")
            typed.append((posted_id(name[6:]), value.strip(), before.strip()))
    return typed


def _place(scope: Scope = Scope.ALL, about: UUID | None = None) -> Place:
    """The audience and level the page stands on, for a scope."""
    child = request.values.get("audience") == "child" and _sells_down()
    level = request.values.get("level", "") if child else ""
    audience = Audience.CHILD if child else Audience.RETAIL
    return Place(scope, about, audience, posted_id(level) if level else None)


def _sells_down() -> bool:
    """Whether sites may stand below this one, so that it has agents to price for."""
    return terms.may_open_sites(g.tenant, now=clock.now())


def _same_place(one: Place, other: Place) -> bool:
    return one.audience is other.audience and one.level_id == other.level_id


def _lines(rows: Any, rules: list[Rule], place: Place, names: dict[int, str]) -> list[Line]:
    sku_ids = [row.sku_id for row in rows]
    quotes = queries.quotes(g.tenant, sku_ids)
    child = place.audience is Audience.CHILD
    prices = queries.child_prices(g.tenant, sku_ids, place.level_id) if child else {}
    own = {rule.place.scope_id: pricewords.typed(rule) for rule in rules}
    return [
        Line(
            row,
            quotes[row.sku_id],
            prices.get(row.sku_id, quotes[row.sku_id].price),
            quotes[row.sku_id].cost if child else quotes[row.sku_id].floor,
            own.get(row.sku_id, ""),
            pricewords.trace(quotes[row.sku_id], g.tenant, names),
        )
        for row in rows
        if row.sku_id in quotes
    ]


def _told(rule: Rule) -> dict[str, Any]:
    choices = {row.id: row.path for row in catalog.category_choices(g.tenant)}
    about = rule.place.scope_id
    return {
        "scope": rule.place.scope.value,
        "about": about or "",
        "name": choices.get(about, _("One product")) if about else _("All goods"),
        "text": pricewords.rule(rule),
    }


def _rule_form() -> RuleForm:
    form = RuleForm()
    form.about.choices = [("", _("All goods"))] + [
        (str(row.id), row.path) for row in catalog.category_choices(g.tenant)
    ]
    form.method.choices = [("percent", _("a percentage")), ("amount", _("an amount in yuan"))]
    form.rounding.choices = pricewords.roundings()
    return form


def _back() -> ResponseReturnValue:
    return redirect(addresses.local_path(request.form.get("back"), url_for(".prices")), 303)
