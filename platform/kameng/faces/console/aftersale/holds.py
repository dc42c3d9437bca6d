"""Letting the goods of a held order go although its payment is disputed."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.orders import service
from kameng.faces.console import orders
from kameng.faces.console.aftersale import typed
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import guards, who
from kameng.kit import clock
from tenants.context import use


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/release")
@guards.staff("orders.refund", again=orders.order)
def release_order(site_id: int, number: str) -> ResponseReturnValue:
    """Deliver it now; whose loss it may become decides who may."""
    seller, reason = orders.seller_of(site_id, number), typed.reason()
    with use(seller):
        call = service.release(
            seller, number, by=g.tenant, reason=reason, actor=who.actor(), now=clock.now()
        )
        orders.keep(seller, "order.released", number, reason)
        orders.finish(call)
    orders.keep_above(seller, "order.released", number, reason)
    flash(_("The order was let go; see the state below."), "ok")
    return redirect(url_for(".order", site_id=site_id, number=number), 303)
