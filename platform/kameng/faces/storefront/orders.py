"""An order after it was placed: its page, its live state, and finding it again."""

from uuid import UUID

from flask import Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage
from wtforms import Form, PasswordField, StringField
from wtforms.validators import Length

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.delivery.rules import Secret
from kameng.domains.orders import queries as orders
from kameng.domains.orders import service
from kameng.domains.orders.facts import OrderView
from kameng.faces.frame import guards, problems, throttle, who
from kameng.faces.storefront import access, gate, paths, recent, refused
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import forms, states
from kameng.faces.storefront.drops import orders as order_drops
from kameng.faces.storefront.members_forms import REQUIRED
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal


class Query(Form):
    """What proves that an order is the visitor's: its number and its query password."""

    number = StringField(validators=[REQUIRED, Length(max=40)])
    query_password = PasswordField(validators=[REQUIRED, Length(max=128)])


def _asked_order() -> str:
    """Wrong passwords are counted per order too, whoever and from wherever they are typed."""
    return f"order|{g.tenant.id}|{ids.read_number(request.form.get('number', '')[:40])}"


def _was_wrong(response: Response) -> bool:
    return response.status_code != 303


@storefront.get("/orders")
@guards.public
def order_query() -> Response:
    """Find an order: by number and password, or among this browser's last ones."""
    return _query_page(Query(data={"number": request.args.get("number", "")[:40]}), {})


@storefront.post("/orders/query")
@guards.public
@throttle.limiter.limit("30 per 10 minutes")
@throttle.limiter.limit("5 per 10 minutes", key_func=_asked_order, deduct_when=_was_wrong)
def query() -> ResponseReturnValue:
    """Open an order by number and password; every wrong pair gets the same answer."""
    form = Query(request.form)
    if not form.validate():
        return _query_page(form, {}, status=422)
    try:
        password = form.query_password.data.strip()
        found = orders.find(g.tenant, form.number.data, password, ip=who.ip())
    except Refusal as refusal:
        refused.undo()
        return _query_page(form, refused.as_errors(refusal), status=problems.status_of(refusal))
    number = found.order.number
    return recent.with_order(redirect(paths.order(number), 303), g.tenant, number)


@storefront.get("/orders/<number>")
@guards.public
def order(number: str) -> ResponseReturnValue:
    """One order, with its secrets, for whoever may see it; others are led to the query."""
    found = access.opened(g.tenant, number)
    if found is None:
        return private(redirect(paths.with_query(paths.ORDERS, number=number[:40]), 303))
    if gate.shuts(found.order):
        return gate.notice()
    drop = order_drops.order(found, _secrets(found), goods=_goods(found), now=clock.now())
    if request.args.get("paid"):
        drop = order_drops.awaiting_confirmation(drop)
    saved = recent.token_for(g.tenant, number) is not None
    return private(page("order", {"order": drop, "saved": saved}, active="orders"))


@storefront.get("/orders/<number>/status")
@guards.public
def order_status(number: str) -> Response:
    """The state of an order, for the page that is waiting on it."""
    found = access.opened(g.tenant, number)
    if found is None:
        raise NoSuchPage
    state = found.order.state
    return private(jsonify(state=str(state), final=states.is_final(state)))


def _goods(found: OrderView) -> dict[UUID, SkuFacts]:
    return catalog.sku_facts(g.tenant, [line.sku_id for line in found.lines])


def _secrets(found: OrderView) -> list[Secret]:
    """What was delivered so far; each look is in the audit log."""
    if not any(line.delivered for line in found.lines):
        return []
    return service.reveal(g.tenant, found.order.id, actor=who.actor(), now=clock.now())


def _query_page(form: Query, errors: dict[str, str], *, status: int = 200) -> Response:
    numbers = [kept.number for kept in recent.of_this_browser(g.tenant)]
    drops = {
        "form": forms.of(form, action=paths.ORDER_QUERY, errors=errors),
        "recent": order_drops.rows(orders.recent(g.tenant, numbers)) if numbers else [],
    }
    return private(page("order_query", drops, status=status, active="orders"))
