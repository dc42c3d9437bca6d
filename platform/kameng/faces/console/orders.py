"""Orders of the site and of every site below: the list, one order's whole life, the few acts."""

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.orders import queries, service
from kameng.domains.orders.aftersale.rules import RETURNABLE
from kameng.domains.orders.errors import OrderNotFound
from kameng.domains.orders.facts import OrderView
from kameng.domains.orders.rules import LineSplit, OrderState, Progress, masked
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.disputes.rules import DisputeFacts
from kameng.faces.console import lists, ordertraces, orderwords, refundwords, words
from kameng.faces.console.blueprint import pages
from kameng.faces.console.disputes import words as disputewords
from kameng.faces.console.forms import Form
from kameng.faces.console.sitesearch import few_here
from kameng.faces.frame import guards, permissions, who
from kameng.kit import audit, calls, clock
from kameng.kit.calls import Call
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant, is_above

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
        left = service.left_of(seller, number)
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
    form = RefundForm().checked()
    seller = seller_of(site_id, number)
    with use(seller):
        call = _give_back(seller, number, form.reason.data)
        keep(seller, "order.refund", number, form.reason.data)
        finish(call)
    keep_above(seller, "order.refund", number, form.reason.data)
    flash(_("The refund is on its way."), "ok")
    return redirect(url_for(".order", site_id=site_id, number=number), 303)


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/settlement")
@guards.staff("orders.refund", again=order)
def settle_order(site_id: int, number: str) -> ResponseReturnValue:
    """Put a payment that did not fit away, once it was settled with the provider by hand."""
    form = SettleForm().checked()
    seller = seller_of(site_id, number)
    with use(seller):
        service.close_mismatch(
            seller,
            number,
            by=g.tenant,
            reason=form.reason.data,
            actor=who.actor(),
            now=clock.now(),
        )
        keep(seller, "order.settled", number, form.reason.data)
        commit_bound()
    keep_above(seller, "order.settled", number, form.reason.data)
    flash(_("The payment is settled and the order closed."), "ok")
    return redirect(url_for(".order", site_id=site_id, number=number), 303)


@pages.post("/s/<slug>/orders/<int:site_id>/<number>/fulfilment")
@guards.staff("orders.refund", again=order)
def fulfil_order(site_id: int, number: str) -> ResponseReturnValue:
    """Try the delivery once more, after stock was added."""
    seller = seller_of(site_id, number)
    with use(seller):
        view = queries.by_number(seller, number)
        call = service.fulfil(seller, view.order.id, actor=who.actor(), now=clock.now())
        keep(seller, "order.retried", number)
        finish(call)
    keep_above(seller, "order.retried", number)
    flash(_("Delivery was tried again; see the state below."), "ok")
    return redirect(url_for(".order", site_id=site_id, number=number), 303)


def keep(site: Tenant, act: str, number: str, reason: str | None = None) -> None:
    """In the log of the bound site, in the transaction of the act."""
    told = {"reason": reason} if reason else None
    audit.record(site, who.actor(), act, number, after=told)


def keep_above(seller: Tenant, act: str, number: str, reason: str | None = None) -> None:
    """What was done about a site below stands in the log of the site it was done from as well."""
    if seller.id != g.tenant.id:
        keep(g.tenant, act, f"{number} {seller.slug}", reason)


def _give_back(seller: Tenant, number: str, reason: str) -> Call[Any, Any] | None:
    """A first refund, or one that failed once more."""
    actor, now = who.actor(), clock.now()
    if FAILED in queries.tasks_of(seller, queries.by_number(seller, number).order.id):
        return service.retry_refund(seller, number, by=g.tenant, actor=actor, now=now)
    return service.refund(seller, number, by=g.tenant, reason=reason, actor=actor, now=now)


def finish(call: Call[Any, Any] | None) -> None:
    """Ask the provider if there is something to ask; what came of it is kept."""
    if call is not None:
        calls.run(call)
    commit_bound()


def named(site_ids: set[int]) -> dict[int, Tenant]:
    """The sites of a page, by id; also one that has been moved away since."""
    with shared():
        return registry.by_ids(list(site_ids))


def seller_of(site_id: int, number: str) -> Tenant:
    """The site an order belongs to: this one or one below, and above it when it was placed."""
    with use(g.tenant):
        seen = queries.is_seen(g.tenant, number)
    with shared():
        found = registry.by_id(site_id)
    ours = found is not None and (found.id == g.tenant.id or is_above(g.tenant, found))
    if not seen or not ours or found is None:
        raise OrderNotFound
    return found


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
