"""The goods of a site: its own to edit, the inherited ones to list, hide or rename."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.billing import allowances
from kameng.domains.catalog import service
from kameng.domains.catalog.goods import listed as shelf
from kameng.domains.catalog.goods import queries
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.catalog.rules import SaleState
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import addresses, guards, who
from kameng.kit import clock

STATES = ("on_sale", "off_sale")
OWNERS = ("mine", "inherited")


@pages.get("/s/<slug>/goods")
@guards.staff("goods.view")
def goods(sku_id: UUID | None = None) -> ResponseReturnValue:
    """Every SKU the site sees, with search, filters and paging; `sku_id`: one of them was not
    changed, the page says why."""
    state = lists.one_of("state", *STATES)
    found = queries.goods(
        g.tenant,
        search=lists.word("q"),
        category=lists.uuid("category"),
        state=SaleState(state) if state else None,
        owner=Owner(lists.one_of("owner", *OWNERS) or "any"),
        page=lists.page(),
        size=lists.SIZE,
    )
    return render_template(
        "console/goods/list.html",
        rows=found.items,
        place=lists.place(found.total),
        categories=queries.category_choices(g.tenant),
    )


@pages.post("/s/<slug>/goods/skus/<uuid:sku_id>/state")
@guards.staff("goods.edit", again=goods)
def set_sku_state(sku_id: UUID) -> ResponseReturnValue:
    """Put an own SKU on or off sale."""
    asked = request.form.get("state")
    state = SaleState.ON_SALE if asked == "on_sale" else SaleState.OFF_SALE
    service.set_sku_state(g.tenant, sku_id, state, actor=who.actor(), now=clock.now())
    flash(_("On sale.") if state is SaleState.ON_SALE else _("Taken off sale."), "ok")
    return _back()


@pages.post("/s/<slug>/goods/skus/<uuid:sku_id>/listing")
@guards.staff("listing.edit", again=goods)
def set_listing(sku_id: UUID) -> ResponseReturnValue:
    """Hide, show, pin or rename a SKU on this site and the sites below it."""
    if request.form.get("hidden") != "yes" and shelf.hides(g.tenant, sku_id):
        allowances.check_room(g.tenant)
    service.set_listing(
        g.tenant,
        sku_id,
        hidden=request.form.get("hidden") == "yes",
        name=request.form.get("name", "").strip()[:80] or None,
        pinned=request.form.get("pinned") == "yes",
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The listing was saved."), "ok")
    return _back()


def _back() -> ResponseReturnValue:
    """To the list as it was filtered."""
    return redirect(addresses.local_path(request.form.get("back"), url_for(".goods")), 303)
