"""The page on which delivered goods are given back: first what it comes to, then the act."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.orders import queries, service
from kameng.domains.orders.aftersale.rules import RETURNABLE, Plan
from kameng.domains.orders.facts import OrderView
from kameng.domains.orders.service import Window
from kameng.faces.console import orders, refundwords
from kameng.faces.console.aftersale import typed
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid, posted_id
from kameng.faces.console.orderacts import acting, seller_of, shown
from kameng.faces.frame import guards, permissions, problems, who
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from tenants.context import use
from tenants.tree import Tenant

LATE = "orders.late"


@pages.get("/s/<slug>/orders/<int:site_id>/<number>/return")
@guards.staff("orders.return")
def goods_refund(site_id: int, number: str) -> ResponseReturnValue:
    """What may go back; and, once something is filled in, what each party gives up for it."""
    seller = seller_of(site_id, number)
    with use(seller):
        view = queries.by_number(seller, number)
        plan, refusal = _looked_at(seller, view)
    if refusal is not None and "refusal" not in g:
        g.refusal = refusal
    sites = orders.named({account.tenant_id for account in plan.gives} if plan else set())
    page = render_template(
        "console/aftersale/refund.html",
        view=view,
        seller=seller,
        open=view.order.state in RETURNABLE,
        boxes=typed.boxes(view.lines),
        promised=[refundwords.window(view.order, line, clock.now()) for line in view.lines],
        way=typed.way(),
        reason=typed.reason(),
        plan=plan,
        parties=list(refundwords.parties(plan, sites)) if plan else [],
        may_late=permissions.may(LATE),
        once=str(ids.uuid7()),
    )
    return page, problems.status_of(refusal) if refusal is not None else 200


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/return")
@guards.staff("orders.return", again=goods_refund)
def refund_goods(site_id: int, number: str) -> ResponseReturnValue:
    """Give it back as it was looked at; the form's own id makes twice once."""
    reason = typed.reason()
    with acting(site_id, number, "order.returned", reason) as act:
        lines = queries.by_number(act.seller, number).lines
        act.call = service.give_back_goods(
            act.seller,
            number,
            typed.wanted(lines),
            refund_id=posted_id(request.form.get("once", "")),
            seen=request.form.get("seen", ""),
            reason=reason,
            way=typed.way(),
            window=_window(),
            actor=who.actor(),
            now=clock.now(),
        )
    return shown(act, _("The refund is booked; below you see where it stands."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/return/again")
@guards.staff("orders.return", again=orders.order)
def retry_return(site_id: int, number: str) -> ResponseReturnValue:
    """Send a failed refund of delivered goods once more: whoever may begin one may."""
    with acting(site_id, number, "order.returned") as act:
        act.call = service.retry_goods(act.seller, number, actor=who.actor(), now=clock.now())
    return shown(act, _("The refund is on its way."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/return/end")
@guards.staff("orders.return", again=orders.order)
def give_up_refund(site_id: int, number: str) -> ResponseReturnValue:
    """A refund that failed is not made: everybody has their part back."""
    reason, now = typed.reason(), clock.now()
    with acting(site_id, number, "order.return_ended", reason) as act:
        service.give_up_refund(act.seller, number, reason=reason, actor=who.actor(), now=now)
    return shown(act, _("The refund was given up; every part is where it was before."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/return/unseen")
@guards.staff("orders.return", again=orders.order)
def settle_unseen(site_id: int, number: str) -> ResponseReturnValue:
    """Somebody has decided what becomes of secrets that were given back unseen."""
    with acting(site_id, number, "order.unseen_settled") as act:
        service.seen_to(act.seller, number, actor=who.actor(), now=clock.now())
    return shown(act, _("The secrets given back unseen are settled."))


def _looked_at(seller: Tenant, view: OrderView) -> tuple[Plan | None, Refusal | None]:
    """What was filled in comes to; or why it comes to nothing."""
    if view.order.state not in RETURNABLE or not typed.anything():
        return None, None
    try:
        wanted = typed.wanted(view.lines)
        return queries.refund_preview(seller, view.order.number, wanted, now=clock.now()), None
    except FormInvalid as invalid:
        return None, invalid
    except Refusal as refusal:
        return None, refusal


def _window() -> Window:
    """Whoever may refund after the promised days says so with a tick of its own."""
    ticked: Any = request.form.get("late") == "yes"
    return Window.OVERRULED if ticked and permissions.may(LATE) else Window.KEPT
