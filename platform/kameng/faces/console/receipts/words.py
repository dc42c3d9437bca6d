"""How a fee was paid and for which days, in words; the same on pages and in files."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.billing.receipts.rules import Receipt, Way
from kameng.domains.billing.rules import Kind, Period
from kameng.faces.frame.money import localtime

PERIODS: dict[str, Any] = {Period.MONTH: _l("a month"), Period.YEAR: _l("a year")}
KINDS: dict[str, Any] = {
    Kind.RENEW: _l("Paid for a period"),
    Kind.START: _l("Package taken"),
    Kind.UPGRADE: _l("Difference for a better package"),
}
WAYS: dict[str, Any] = {
    Way.BALANCE: _l("from the balance"),
    Way.ONLINE: _l("paid online"),
    Way.BY_ITSELF: _l("from the balance, by itself"),
}
DAY = "%Y-%m-%d"


def span(receipt: Receipt) -> str:
    """From which day to which."""
    until = localtime(receipt.until, DAY) if receipt.until else _("without an end")
    return f"{localtime(receipt.since, DAY)} – {until}"


def what(receipt: Receipt) -> str:
    """What kind of fee, and for how long; a difference is for the days that are left."""
    said = str(KINDS.get(receipt.kind, receipt.kind))
    if receipt.kind == Kind.UPGRADE:
        return said
    return f"{said} ({PERIODS.get(receipt.period, receipt.period)})"
