"""Leading a shopper to the payment page, or paying an order from the balance."""

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.config import settings
from kameng.domains.orders import service as orders
from kameng.faces.frame import refusals, who
from kameng.faces.storefront import paths, refused
from kameng.kit import calls, clock
from kameng.kit.errors import Refusal
from tenants import routing


def go(number: str, method: str) -> ResponseReturnValue:
    """Start paying order `number` and answer with the way to the provider's page.

    A refusal to start is the caller's: nothing of the request is kept, an order just placed
    neither, so the form it came from is shown again. From then on the order is committed; whatever
    goes wrong, the shopper lands on its cashier, told that nothing was charged."""
    call = orders.start_payment(
        g.tenant,
        number,
        method,
        success_url=_here(paths.order_just_paid(number)),
        cancel_url=_here(paths.cashier(number)),
        actor=who.actor(),
        now=clock.now(),
    )
    try:
        started = calls.run(call)
    except Refusal as refusal:
        refused.undo()
        flash(refusals.text(refusal), "error")
        return redirect(paths.cashier(number), 303)
    if started.url is None:
        flash(_("The payment page did not open. Nothing was charged; please try again."), "error")
    return redirect(started.url or paths.cashier(number), 303)


def from_balance(number: str) -> ResponseReturnValue:
    """Pay an order placed before from the member's balance; the order page shows the secret."""
    member = who.member()
    if member is None:
        flash(_("Please sign in to pay from your balance. Nothing was charged."), "info")
        return redirect(paths.with_query(paths.SIGN_IN, next=paths.cashier(number)), 303)
    orders.pay_from_balance(
        g.tenant, number, member_id=member.id, actor=who.actor(), now=clock.now()
    )
    return redirect(paths.order(number), 303)


def _here(path: str) -> str:
    """An address on the very host the shopper is on: the cookie that opens the order is of it."""
    return settings().address(routing.host_of_request(), path)
