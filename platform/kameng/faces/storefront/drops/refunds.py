"""What of an order was given back, as its shopper sees it; and what was promised about that."""

from __future__ import annotations

from flask_babel import gettext as _

from kameng.domains.orders.facts import GoodsRefund, OrderView
from kameng.domains.orders.rules import LineFacts, OrderState, Progress
from kameng.faces.frame.money import localtime, money
from kameng.kit.money import Money


def hint(view: OrderView) -> str | None:
    """What the state of an order whose goods went back means for the shopper's money."""
    if not _shown(view):
        return None
    return {
        OrderState.REFUNDING: _("Money for what you bought is on its way back; see below."),
        OrderState.PARTIALLY_REFUNDED: _("A part of your money was given back; see below."),
        OrderState.REFUNDED: _("All of your money was given back; see below."),
    }.get(view.order.state)


def given(view: OrderView) -> list[dict[str, str]]:
    """Each refund of delivered goods: when, how much, where it stands, where it went, for what."""
    return [
        {
            "amount": money(one.amount),
            "at": localtime(one.at),
            "state_label": _("Given back") if one.state is Progress.DONE else _("Under way"),
            "tone": "ok" if one.state is Progress.DONE else "work",
            "way": _way(one),
            "what": _what(view, one),
        }
        for one in _shown(view)
    ]


def in_all(view: OrderView) -> str | None:
    """What has gone back altogether; None for nothing."""
    done = [one.amount for one in view.returns if one.state is Progress.DONE]
    return money(sum(done, Money.zero(view.order.currency))) if done else None


def of_line(line: LineFacts) -> str:
    """What of a line is back, in a few words; nothing for nothing."""
    said = []
    if line.returned:
        said.append(_("%(n)s pieces refunded", n=line.returned))
    if line.back.money:
        said.append(_("%(amount)s refunded besides", amount=f"¥{money(line.back.money)}"))
    return " · ".join(said)


def promised(days: int | None) -> str:
    """What a product page says about giving it back; nothing where nothing is promised."""
    if days is None:
        return ""
    if days == 0:
        return _("Cannot be given back once it is delivered")
    return _("May be given back within %(days)s days of delivery if it does not work", days=days)


def _shown(view: OrderView) -> list[GoodsRefund]:
    return [one for one in view.returns if one.state is not Progress.GIVEN_UP]


def _way(one: GoodsRefund) -> str:
    return _("To your balance") if one.attempt_id is None else _("Back the way it came")


def _what(view: OrderView, one: GoodsRefund) -> str:
    names = {line.id: line.product_name for line in view.lines}
    said = []
    for back in one.lines:
        pieces = f" × {back.pieces}" if back.pieces else ""
        said.append(f"{names.get(back.line_id, '')}{pieces} ¥{money(back.amount)}")
    return "；".join(said)
