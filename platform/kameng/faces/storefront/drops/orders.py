"""An order as its shopper sees it: state, lines, secrets, the steps so far."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.delivery.rules import Secret
from kameng.domains.orders.facts import OrderSummary, OrderView
from kameng.domains.orders.rules import LineFacts, OrderFacts
from kameng.domains.orders.service import Bought
from kameng.faces.frame import media
from kameng.faces.frame.money import localtime, money
from kameng.faces.storefront import paths
from kameng.faces.storefront.drops import refunds, states

Goods = Mapping[UUID, SkuFacts]


def order(
    view: OrderView,
    secrets: Iterable[Secret] = (),
    *,
    goods: Goods = MappingProxyType({}),
    now: datetime,
) -> dict[str, Any]:
    """The order page's order; `secrets` for who may see them, `goods` what they look like."""
    facts, said = view.order, states.words(view.order.state)
    return {
        "number": facts.number,
        "state": str(facts.state),
        "state_label": str(said.label),
        "tone": said.tone,
        "hint": str(refunds.hint(view) or said.hint),
        "total": money(facts.total),
        "contact": facts.contact,
        "placed_at": localtime(facts.placed_at),
        "lines": _lines(view.lines, secrets, goods),
        "refunds": refunds.given(view),
        "refunded": refunds.in_all(view),
        "steps": _steps(facts),
        "url": paths.order(facts.number),
        "status_url": paths.order_status(facts.number),
        "final": states.is_final(facts.state),
        **_to_pay(facts, now),
    }


def _to_pay(facts: OrderFacts, now: datetime) -> dict[str, Any]:
    """Until when and where the order can be paid, if it still can."""
    due = facts.expires_at
    can_pay = facts.state in states.PAYABLE and (due is None or due > now)
    return {
        "can_pay": can_pay,
        "pay_url": paths.cashier(facts.number) if can_pay else None,
        "expires_at": due.isoformat() if can_pay and due else None,
    }


def awaiting_confirmation(order: dict[str, Any]) -> dict[str, Any]:
    """The order of a shopper who just came back from paying: nobody is asked to pay twice while
    the provider's notice is on its way. Any other state is shown as it is."""
    if not order["can_pay"]:
        return order
    return {
        **order,
        "state_label": _("Confirming your payment"),
        "tone": "work",
        "hint": _("This takes a moment; the page updates by itself."),
        "can_pay": False,
        "pay_url": None,
        "expires_at": None,
    }


def _lines(
    lines: Iterable[LineFacts], secrets: Iterable[Secret], goods: Goods
) -> list[dict[str, Any]]:
    by_line: dict[Any, list[str]] = defaultdict(list)
    for secret in secrets:
        by_line[secret.line_id].append(secret.text)
    return [
        {
            "name": _full_name(line),
            "quantity": line.quantity,
            "unit_price": money(line.unit_price),
            "total": money(line.total),
            "usage_note": line.usage_note,
            "secrets": by_line[line.id],
            **_look(goods.get(line.sku_id)),
            "refund": refunds.of_line(line),
        }
        for line in lines
    ]


def _look(sku: SkuFacts | None) -> dict[str, Any]:
    """The picture of what was bought, as it is today."""
    if sku is None:
        return {"art": "card", "picture": ""}
    return {"art": sku.art, "picture": media.of_ref(sku.picture) or ""}


def _full_name(line: LineFacts) -> str:
    """Product and SKU, said once where they are called the same."""
    if not line.name or line.name == line.product_name:
        return line.product_name
    return f"{line.product_name} · {line.name}"


def _steps(facts: OrderFacts) -> list[dict[str, str]]:
    """Placed, paid, delivered: done with the time, the one that runs now, those to come."""
    reached = [
        ("placed", _("Order placed"), facts.placed_at),
        ("paid", _("Paid"), facts.paid_at),
        ("delivered", _("Delivered"), facts.completed_at),
    ]
    first_open = next((key for key, _label, at in reached if at is None), None)
    tone = states.words(facts.state).tone
    return [
        {
            "key": key,
            "label": label,
            "at": localtime(at) if at else "",
            "state": "done" if at else _open_step(tone, is_next=key == first_open),
        }
        for key, label, at in reached
    ]


def _open_step(tone: str, *, is_next: bool) -> str:
    if not is_next:
        return "todo"
    return "bad" if tone == "bad" else "now"


def rows(summaries: Iterable[OrderSummary]) -> list[dict[str, str]]:
    """Orders in a list, each leading to its page."""
    return [
        {
            "number": one.number,
            "url": paths.order(one.number),
            "name": one.title,
            "state": str(one.state),
            "state_label": str(states.words(one.state).label),
            "tone": states.words(one.state).tone,
            "total": money(one.total),
            "placed_at": localtime(one.placed_at),
        }
        for one in summaries
    ]


def reply(bought: Bought) -> dict[str, Any]:
    """The answer to a program that bought from a balance: the secrets are in it."""
    return {
        "number": bought.order.number,
        "state": str(bought.order.state),
        "total": money(bought.order.total),
        "url": paths.order(bought.order.number),
        "secrets": [secret.text for secret in bought.secrets],
    }
