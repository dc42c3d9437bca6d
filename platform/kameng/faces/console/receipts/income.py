"""What a site's packages brought in a month: every fee, the sums by package, and a CSV file."""

from datetime import datetime

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.billing.receipts import queries
from kameng.domains.billing.receipts.rules import Brought, Receipt
from kameng.domains.ledger.statements.rules import Month, month_of, read_month
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.receipts import words
from kameng.faces.frame import guards, who
from kameng.faces.frame.money import localtime
from kameng.kit import audit, clock
from kameng.kit.money import Money
from kameng.kit.sheets import writing
from kameng.kit.sheets.writing import Table, Told
from tenants.context import use
from tenants.database import one_moment

SIZE = 50


@pages.get("/s/<slug>/packages/income")
@guards.staff("ledger.view")
def package_income() -> ResponseReturnValue:
    """One month by the shop's clock; a fee belongs to the month in which it was paid."""
    month, this_month = _month(clock.now())
    with use(g.tenant):
        one_moment()
        sums = queries.brought(g.tenant, month.begin, month.end)
        place = lists.place(sum(one.count for one in sums), SIZE)
        rows = queries.sold(g.tenant, month.begin, month.end, page=place.page, size=SIZE)
    return render_template(
        "console/receipts/income.html",
        month=month,
        this_month=this_month,
        sums=sums,
        total=_total(sums),
        rows=rows,
        place=place,
        words=words,
        export=url_for(".package_income_file", month=month),
    )


@pages.get("/s/<slug>/packages/income/file")
@guards.staff("ledger.view", again=package_income)
def package_income_file() -> ResponseReturnValue:
    """Every fee of the month as CSV for a spreadsheet."""
    month, _this = _month(clock.now())
    sold = queries.all_sold(g.tenant, month.begin, month.end)
    cells = [_cells(one) for one in sold]
    body = b"".join(writing.as_csv(Table("", [(head, 0) for head in _heads()], cells)))
    told = {"month": str(month), "receipts": len(cells)}
    audit.record(g.tenant, who.actor(), "statement.packages", g.tenant.slug, after=told)
    answer = Response(body, content_type="text/csv; charset=utf-8")
    name = f"package-income-{g.tenant.slug}-{month}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _month(now: datetime) -> tuple[Month, Month]:
    """The month asked for, no later than the one that runs; and that one."""
    today = month_of(now)
    return min(read_month(request.args.get("month", "")) or today, today), today


def _total(sums: list[Brought]) -> tuple[Money, Money]:
    """What was paid, and what of it went back."""
    paid = returned = Money.zero(g.tenant.currency)
    for one in sums:
        paid, returned = paid + one.paid, returned + one.returned
    return paid, returned


def _heads() -> list[str]:
    return [
        _("Receipt number"),
        _("Paid at"),
        _("Site"),
        _("Package"),
        _("What for"),
        _("Begins"),
        _("Ends"),
        _("How it was paid"),
        _("Amount (¥)"),
        _("Given back on"),
    ]


def _cells(one: Receipt) -> list[Told]:
    return [
        one.number,
        localtime(one.at),
        one.site_name,
        one.package_name,
        words.what(one),
        localtime(one.since, words.DAY),
        localtime(one.until, words.DAY) if one.until else "",
        str(words.WAYS[one.way]),
        one.amount.decimal,
        localtime(one.returned_at) if one.returned_at else "",
    ]
