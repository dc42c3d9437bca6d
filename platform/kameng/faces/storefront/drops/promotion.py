"""Promotion as a member sees it: what it pays, what it has earned, never who bought."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from kameng.domains.promotion.queries import CommissionFacts, Purse
from kameng.domains.promotion.rules import PromoterFacts, Settings
from kameng.faces.frame.money import localtime, money
from kameng.faces.storefront import paths


def offer(settings: Settings, found: PromoterFacts | None, levels: int) -> dict[str, Any]:
    """What a sale pays whoever brought the shopper."""
    rates = (found.rates if found else None) or settings.rates
    second = rates.second if levels > 1 else None
    return {
        "offer": {
            "is_open": settings.is_on and levels > 0 and (found is None or found.is_on),
            "first": str(rates.first),
            "second": str(second) if second and second.ppm else "",
            "days": settings.days,
        },
        "lines": [],
    }


def promoter(found: PromoterFacts, purse: Purse, brought: int, link: str) -> dict[str, Any]:
    """The link, and what there is."""
    return {
        "link": link,
        "code": found.code,
        "picture": paths.PROMOTION_PICTURE,
        "pending": money(purse.pending),
        "available": money(purse.available),
        "debt": money(purse.debt) if purse.debt else "",
        "free": money(purse.free),
        "can_turn": purse.free.micro > 0,
        "brought": brought,
        "turn": paths.PROMOTION_TO_BALANCE,
    }


def rows(found: Iterable[CommissionFacts]) -> list[dict[str, Any]]:
    """Delivered orders, each with what is kept of it."""
    return [
        {
            "title": one.title,
            "at": localtime(one.placed_at),
            "level": one.level,
            "amount": money(one.amount),
            **_state(one),
        }
        for one in found
    ]


def pages(at: int, more: bool) -> dict[str, Any]:
    """Where the neighbours of a page are."""
    back = paths.with_query(paths.PROMOTION, page=at - 1 if at > 2 else "")
    there = paths.with_query(paths.PROMOTION, page=at + 1)
    return {"prev": back if at > 1 else None, "next": there if more else None, "page": at}


def _state(one: CommissionFacts) -> dict[str, str]:
    if not one.amount:
        return {"state_label": _("Given back, nothing earned"), "tone": "bad"}
    if one.is_frozen:
        return {"state_label": _("On hold"), "tone": "wait"}
    if one.due_at is None:
        return {"state_label": _("Paid out to you"), "tone": "ok"}
    day = localtime(one.due_at, "%m-%d")
    return {"state_label": _("Due %(day)s", day=day), "tone": "wait"}
