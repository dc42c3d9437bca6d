"""Paying an order that was placed and not paid yet."""

from typing import Any

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.orders.facts import OrderView
from kameng.domains.orders.rules import OrderState
from kameng.faces.frame import guards, problems, throttle, who
from kameng.faces.storefront import access, paths, payment, refused, shortage
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.buying_form import PAY_WALLET
from kameng.faces.storefront.drops import orders as order_drops
from kameng.faces.storefront.drops import paying
from kameng.kit import clock
from kameng.kit.errors import NotFound, Refusal


@storefront.get("/cashier/<number>")
@guards.public
def cashier(number: str) -> ResponseReturnValue:
    """The ways to pay this order, as long as it can be paid."""
    found = access.opened(g.tenant, number)
    if found is None:
        return redirect(paths.with_query(paths.ORDERS, number=number[:40]), 303)
    return _drawn(found, {})


@storefront.post("/orders/<number>/payment")
@guards.public
@throttle.limiter.limit("60 per 10 minutes")
def pay(number: str) -> ResponseReturnValue:
    """Pay the order the chosen way."""
    found = access.opened(g.tenant, number)
    if found is None:
        raise NoSuchPage
    try:
        if request.form.get("pay") == PAY_WALLET:
            return payment.from_balance(number)
        return payment.go(number, "any")
    except NotFound:
        raise
    except Refusal as refusal:
        refused.undo()
        shortage.told(refusal)
        errors = {"form": refused.text(refusal)}
        return _drawn(found, errors, status=problems.status_of(refusal))


def _drawn(found: OrderView, errors: dict[str, str], *, status: int = 200) -> ResponseReturnValue:
    order = order_drops.order(found, now=clock.now())
    if not order["can_pay"]:
        return redirect(order["url"], 303)
    methods = paying.methods(g.tenant, who.member(), total=found.order.total)
    drops: dict[str, Any] = {
        "order": order,
        "methods": methods["pay_methods"],
        "form": {
            "action": paths.order_payment(found.order.number),
            "errors": errors,
            "values": {},
        },
        "countdown_to": order["expires_at"],
        "waiting": found.order.state == OrderState.PAYING,
    }
    return private(page("cashier", drops, status=status, active="orders"))
