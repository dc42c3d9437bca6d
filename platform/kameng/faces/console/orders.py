"""Orders of the site and of every site below: the list, one order's whole life, the few acts."""

from datetime import timedelta
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.orders import queries, service
from kameng.domains.orders.aftersale.rules import RETURNABLE
from kameng.domains.orders.facts import OrderView
from kameng.domains.orders.rules import LineSplit, OrderState, Progress, masked
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.disputes.rules import DisputeFacts
from kameng.faces.console import lists, ordertraces, orderwords, refundwords, words
from kameng.faces.console.blueprint import pages
from kameng.faces.console.disputes import words as disputewords
from kameng.faces.console.forms import Form
from kameng.faces.console.orderacts import acting, seller_of, shown
from kameng.faces.console.sitesearch import few_here
from kameng.faces.frame import guards, permissions, who
from kameng.kit import clock
from kameng.kit.calls import Call
from tenants import registry
from tenants.context import shared, use
from tenants.tree import Tenant

FAILED, MISMATCH = "refund_failed", "payment_mismatch"
UNSEEN, OUTSIDE = "unseen_secrets", "outside_refund"


class RefundForm(Form):
    """Why an order is refunded."""

    key = "refund"
    reason = StringField(_l("Why"), [InputRequired(), Length(max=200)])


class SettleForm(Form):
    """What was done about a payment that did not fit."""

    key = "settle"
    reason = StringField(_l("What was done"), [InputRequired(), Length(max=200)])


@pages.get("/s/<slug>/orders")
@guards.staff("orders.view")
def orders() -> ResponseReturnValue:
    """Own orders and those of the sites below, newest first, with the total of what is shown."""
    until = lists.day("until")
    with use(g.tenant):
        found = queries.index(
            g.tenant,
            state=_state(),
            site_id=lists.number("site"),
            search=lists.word("q"),
            since=lists.start_of(day) if (day := lists.day("since")) else None,
            until=lists.start_of(until + timedelta(days=1)) if until else None,
            attention=lists.word("attention") == "yes",
            page=lists.page(),
            size=lists.SIZE,
        )
    return render_template(
        "console/orders/list.html",
        rows=found.rows,
        total=found.total_amount,
        place=lists.place(found.total_count),
        sites=named({row.tenant_id for row in found.rows}),
        choices=few_here(g.tenant, lists.number("site")),
        here=g.tenant,
        states=words.choices("order", *[state.value for state in OrderState]),
    )


@pages.get("/s/<slug>/orders/<int:site_id>/<number>")
@guards.staff("orders.view")
def order(site_id: int, number: str) -> ResponseReturnValue:
    """One order: what was bought, where the money went, and its life step by step."""
    seller = seller_of(site_id, number)
    with use(seller):
        view = queries.by_number(seller, number)
        timeline = queries.timeline(seller, number)
        split = _split(seller, number)
        tasks = queries.tasks_of(seller, view.order.id)
        disputes = dispute_queries.of(seller, "order", number)
        left = service.still_owed(seller, number)
        unsettled = view.order.state is OrderState.PAYMENT_MISMATCH and MISMATCH in tasks
        settles = unsettled and service.may_close_mismatch(seller, number, by=g.tenant)
    sites = named({share.tenant_id for line in split for share in line.shares})
    return render_template(
        "console/orders/order.html",
        view=view,
        timeline=timeline,
        split=split,
        traces=ordertraces.told(view, sites),
        contact=_contact(seller, view),
        refundable=service.may_refund(seller, view.order, by=g.tenant)
        and (FAILED in tasks or _is_refundable(view, disputes)),
        returnable=view.order.state in RETURNABLE,
        releases=service.may_release(seller, view.order, by=g.tenant),
        failed=next((one for one in view.returns if one.state is Progress.FAILED), None),
        unseen=UNSEEN in tasks,
        outside=OUTSIDE in tasks,
        aftersale=refundwords,
        disputes=disputes,
        disputewords=disputewords,
        now=clock.now(),
        unsettled=unsettled,
        settles=settles,
        words=orderwords,
        seller=seller,
        sites=sites,
        form=RefundForm(),
        settle=SettleForm(),
        left=left,
    )


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/refund")
@guards.staff("orders.refund", again=order)
def refund_order(site_id: int, number: str) -> ResponseReturnValue:
    """Give the money back the way it came; at once from a balance, by the provider otherwise."""
    reason = RefundForm().checked().reason.data
    with acting(site_id, number, "order.refund", reason) as act:
        act.call = _give_back(act.seller, number, reason)
    return shown(act, _("The refund is on its way."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/settlement")
@guards.staff("orders.refund", again=order)
def settle_order(site_id: int, number: str) -> ResponseReturnValue:
    """Put a payment that did not fit away, once it was settled with the provider by hand."""
    reason = SettleForm().checked().reason.data
    with acting(site_id, number, "order.settled", reason) as act:
        service.close_mismatch(
            act.seller, number, by=g.tenant, reason=reason, actor=who.actor(), now=clock.now()
        )
    return shown(act, _("The payment is settled and the order closed."))


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/fulfilment")
@guards.staff("orders.refund", again=order)
def fulfil_order(site_id: int, number: str) -> ResponseReturnValue:
    """Try the delivery once more, after stock was added."""
    with acting(site_id, number, "order.retried") as act:
        view = queries.by_number(act.seller, number)
        act.call = service.fulfil(act.seller, view.order.id, actor=who.actor(), now=clock.now())
    return shown(act, _("Delivery was tried again; see the state below."))


def _give_back(seller: Tenant, number: str, reason: str) -> Call[Any, Any] | None:
    """A first refund, or one that failed once more."""
    actor, now = who.actor(), clock.now()
    if FAILED in queries.tasks_of(seller, queries.by_number(seller, number).order.id):
        return service.retry_refund(seller, number, by=g.tenant, actor=actor, now=now)
    return service.refund(seller, number, by=g.tenant, reason=reason, actor=actor, now=now)


def named(site_ids: set[int]) -> dict[int, Tenant]:
    """The sites of a page, by id; also one that has been moved away since."""
    with shared():
        return registry.by_ids(list(site_ids))


def _is_refundable(view: OrderView, disputes: list[DisputeFacts]) -> bool:
    """Paid, not delivered, and no bank takes the money by itself; service.refund says so too."""
    taking = any(one.is_taking for one in disputes)
    return view.order.state in service.REFUNDABLE and not taking


def _split(seller: Tenant, number: str) -> list[LineSplit]:
    """Where the money goes, for whoever may see prices: what a site keeps tells what it paid."""
    if not permissions.may("prices.view"):
        return []
    return queries.split(seller, number, viewer_id=g.tenant.id)


def _contact(seller: Tenant, view: OrderView) -> str:
    """The buyer's contact; a site above, or a visitor from there, sees it masked (limits.md)."""
    own = seller.id == g.tenant.id and permissions.may("contacts.view")
    return view.order.contact if own else masked(view.order.contact)


def _state() -> OrderState | None:
    asked = lists.one_of("state", *[state.value for state in OrderState])
    return OrderState(asked) if asked else None
