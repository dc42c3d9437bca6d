"""Goods whose money is in doubt: letting a held order go, and a refund made at the provider."""

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


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/outside-refund")
@guards.staff("orders.refund", again=orders.order)
def settle_outside(site_id: int, number: str) -> ResponseReturnValue:
    """Somebody has decided about goods whose money went back at the provider itself."""
    seller = orders.seller_of(site_id, number)
    with use(seller):
        service.outside_seen_to(seller, number, by=g.tenant, actor=who.actor(), now=clock.now())
        orders.keep(seller, "order.outside_settled", number)
        orders.finish(None)
    orders.keep_above(seller, "order.outside_settled", number)
    flash(_("Put away."), "ok")
    return redirect(url_for(".order", site_id=site_id, number=number), 303)
