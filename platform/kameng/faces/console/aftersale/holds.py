"""Goods whose money is in doubt: letting a held order go, and a refund made at the provider."""

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.orders import service
from kameng.faces.console import orders
from kameng.faces.console.aftersale import typed
from kameng.faces.console.blueprint import pages
from kameng.faces.console.orderacts import acting, shown
from kameng.faces.frame import guards, who
from kameng.kit import clock


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/release")
@guards.staff("orders.refund", again=orders.order)
def release_order(site_id: int, number: str) -> ResponseReturnValue:
    """Deliver it now; whose loss it may become decides who may."""
    reason, now = typed.reason(), clock.now()
    with acting(site_id, number, "order.released", reason) as act:
        act.call = service.release(
            act.seller, number, by=g.tenant, reason=reason, actor=who.actor(), now=now
        )
    return shown(act, _("The order was let go; see the state below."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/outside-refund")
@guards.staff("orders.refund", again=orders.order)
def settle_outside(site_id: int, number: str) -> ResponseReturnValue:
    """Somebody has decided about goods whose money went back at the provider itself."""
    with acting(site_id, number, "order.outside_settled") as act:
        service.outside_seen_to(act.seller, number, by=g.tenant, actor=who.actor(), now=clock.now())
    return shown(act, _("Put away."))
