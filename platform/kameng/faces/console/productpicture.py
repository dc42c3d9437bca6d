"""The picture of an own product: one of the site's pictures, a new one, or none."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.catalog import service
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import choices
from kameng.faces.console.products import product
from kameng.faces.frame import guards, media, who
from kameng.kit import clock


@pages.post("/s/<slug>/goods/products/<uuid:product_id>/picture")
@guards.staff("goods.edit", again=product)
def set_product_picture(product_id: UUID) -> ResponseReturnValue:
    """Show the product with the picture that was chosen or sent."""
    row = choices.picked(g.tenant, "picture")
    written = media.ref(g.tenant, row) if row else None
    service.set_picture(g.tenant, product_id, written, actor=who.actor(), now=clock.now())
    flash(_("The picture was saved. Shoppers see it at once."), "ok")
    return redirect(url_for(".product", product_id=product_id), 303)
