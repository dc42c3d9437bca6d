"""How amounts, shares and moments are written on a page, in one place for all faces."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask

from kameng.kit.money import Money, Percent

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€"}
SHOP_TIME = ZoneInfo("Asia/Shanghai")
FEN = Decimal("0.01")


def money(amount: Money | None) -> str:
    """12345.6 yuan → "12,345.60"; digits below the fen only where there are any."""
    if amount is None:
        return "—"
    value = amount.decimal
    if value == value.quantize(FEN):
        return f"{value:,.2f}"
    return f"{value.normalize():,f}"


def cash(amount: Money | None) -> str:
    """The same with its currency sign: "¥9.90", "-¥9.90"."""
    if amount is None:
        return "—"
    sign = SIGNS.get(amount.currency, amount.currency + " ")
    return f"-{sign}{money(-amount)}" if amount.micro < 0 else f"{sign}{money(amount)}"


def plain(amount: Money | None) -> str:
    """For an input field: no separators, no sign; nothing for nothing."""
    return "" if amount is None else money(amount).replace(",", "")


def percent(share: Percent | None) -> str:
    """70_000 ppm → "7%"."""
    if share is None:
        return "—"
    return f"{(Decimal(share.ppm) / 10_000).normalize():f}%"


def localtime(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment as the shop's clock shows it."""
    return moment.astimezone(SHOP_TIME).strftime(form) if moment else "—"


def init(app: Flask) -> None:
    """Give the filters to every Jinja page drawn by Flask."""
    app.jinja_env.filters.update(
        money=money, cash=cash, plain=plain, percent=percent, localtime=localtime
    )
