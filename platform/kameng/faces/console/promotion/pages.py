"""Promotion: whether and at what shares, who promotes, and what each has earned."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.members import queries as members
from kameng.domains.catalog import queries as catalog
from kameng.domains.promotion import queries, service
from kameng.domains.promotion.errors import NoSuchPromotedProduct, NoSuchPromoter
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import posted_id
from kameng.faces.console.promotion.forms import ProductForm, PromoterForm, SettingsForm
from kameng.faces.frame import guards, who
from kameng.kit import clock

SIZE, LINES, AT_ONCE = 30, 30, 200


@pages.get("/s/<slug>/promotion")
@guards.staff("promotion.view")
def promotion_page() -> ResponseReturnValue:
    """Promoters, the newest first; found by code, note, name or contact, and by their switch."""
    search, state = lists.word("q"), lists.one_of("state", "on", "off")
    on = state == "on" if state else None
    found = queries.promoters(g.tenant, search=search, on=on, page=lists.page(), size=SIZE)
    ids = [one.member_id for one in found.rows]
    above = [one.referrer_id for one in found.rows if one.referrer_id]
    return render_template(
        "console/promotion/list.html",
        rows=found.rows,
        place=lists.place(found.total, SIZE),
        people=members.by_ids(g.tenant, [*ids, *above]),
        earned=queries.earned(g.tenant, ids),
        offer=queries.settings(g.tenant),
        levels=queries.paid_levels(g.tenant),
    )


@pages.post("/s/<slug>/promotion/promoters")
@guards.staff("promotion.edit", again=promotion_page)
def switch_promoters() -> ResponseReturnValue:
    """Switch those ticked on or off."""
    ticked = [posted_id(one) for one in request.form.getlist("pick")[:AT_ONCE]]
    on = request.form.get("to") == "on"
    changed = service.switch(g.tenant, ticked, on=on, actor=who.actor())
    if not ticked:
        flash(_("Tick the promoters first."), "error")
    elif on:
        flash(_("%(n)s promoters were switched on.", n=changed), "ok")
    else:
        flash(_("%(n)s promoters were switched off; what they earned stays.", n=changed), "ok")
    return redirect(url_for(".promotion_page"), 303)


@pages.get("/s/<slug>/promotion/settings")
@guards.staff("promotion.view")
def promotion_settings() -> ResponseReturnValue:
    """The switch, the shares, and products with shares of their own."""
    held, rates = queries.settings(g.tenant), queries.products_with_rates(g.tenant)
    given = {"is_on": held.is_on, "days": held.days}
    shares = {"first": held.rates.first, "second": held.rates.second}
    form = SettingsForm(**given, **shares, levels=queries.paid_levels(g.tenant))
    return render_template(
        "console/promotion/settings.html",
        form=form,
        product=ProductForm(),
        products=rates,
        names=catalog.product_names(g.tenant, list(rates)),
        levels=queries.paid_levels(g.tenant),
    )


@pages.post("/s/<slug>/promotion/settings")
@guards.staff("promotion.edit", again=promotion_settings)
def save_promotion_settings() -> ResponseReturnValue:
    """Keep them from the next order on."""
    form = SettingsForm().checked()
    more: dict[str, Any] = {"levels": form.levels.data} if g.tenant.is_root else {}
    service.set_up(g.tenant, form.settings(), **more, actor=who.actor(), now=clock.now())
    flash(_("Saved. It holds for the next orders; what is promised stays."), "ok")
    return redirect(url_for(".promotion_settings"), 303)


@pages.post("/s/<slug>/promotion/products")
@guards.staff("promotion.edit", again=promotion_settings)
def set_product_shares() -> ResponseReturnValue:
    """Give a product shares of its own."""
    form = ProductForm().checked()
    product_id, name = _product(form.name.data.strip())
    service.set_product_rates(g.tenant, product_id, form.rates(), actor=who.actor())
    flash(_("“%(name)s” has shares of its own now.", name=name), "ok")
    return redirect(url_for(".promotion_settings"), 303)


@pages.post("/s/<slug>/promotion/products/<uuid:product_id>/removal")
@guards.staff("promotion.edit", again=promotion_settings)
def drop_product_shares(product_id: UUID) -> ResponseReturnValue:
    """Let the product pay as the site does."""
    service.set_product_rates(g.tenant, product_id, None, actor=who.actor())
    flash(_("The product pays the shares of the site again."), "ok")
    return redirect(url_for(".promotion_settings"), 303)


@pages.get("/s/<slug>/promotion/promoters/<uuid:member_id>")
@guards.staff("promotion.view")
def promoter(member_id: UUID) -> ResponseReturnValue:
    """One promoter: shares, note, and what he brought, without who bought."""
    found = queries.promoter(g.tenant, member_id)
    if found is None:
        raise NoSuchPromoter
    lines = queries.lines(g.tenant, member_id, page=lists.page(), size=LINES)
    people = members.by_ids(g.tenant, [one for one in (member_id, found.referrer_id) if one])
    own = {"first": found.rates.first, "second": found.rates.second} if found.rates else {}
    return render_template(
        "console/promotion/promoter.html",
        facts=found,
        people=people,
        purse=queries.purse(g.tenant, member_id),
        brought=queries.brought(g.tenant, member_id),
        lines=lines.rows,
        place=lists.place(lines.total, LINES),
        offer=queries.settings(g.tenant),
        form=PromoterForm(**own, note=found.note),
    )


@pages.post("/s/<slug>/promotion/promoters/<uuid:member_id>")
@guards.staff("promotion.edit", again=promoter)
def save_promoter(member_id: UUID) -> ResponseReturnValue:
    """Keep a note and shares of his own."""
    form = PromoterForm().checked()
    service.describe(
        g.tenant, member_id, note=form.note.data or "", rates=form.rates(), actor=who.actor()
    )
    flash(_("Saved. It holds for the next orders; what is promised stays."), "ok")
    return redirect(url_for(".promoter", member_id=member_id), 303)


def _product(name: str) -> tuple[UUID, str]:
    """The one product on sale that is meant; NoSuchPromotedProduct."""
    cards = catalog.shelf(g.tenant, search=name, size=20).cards
    exact = [one for one in cards if one.name == name]
    meant = exact or cards
    if len(meant) != 1:
        raise NoSuchPromotedProduct
    return meant[0].product_id, meant[0].name
