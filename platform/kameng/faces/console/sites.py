"""The sites below this one: found, sorted and compared; the same list as a file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.terms import queries as terms
from kameng.faces.console import lists, sitelist, words
from kameng.faces.console.blueprint import pages
from kameng.faces.console.collecting import words as collecting_words
from kameng.faces.console.sitelist import Row
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.frame import addresses, guards, who
from kameng.faces.frame.money import localtime, plain
from kameng.kit import audit, clock
from kameng.kit.sheets.writing import tame

AT_ONCE = 1_000


@pages.get("/s/<slug>/sites")
@guards.staff("sites.view")
def sites() -> ResponseReturnValue:
    """The sites below with package, sales, health and revision, a page at a time."""
    refuse_without_sites()
    rows, total = sitelist.page(g.tenant, sitelist.asked())
    return render_template(
        "console/sites/list.html",
        rows=rows,
        place=lists.place(total),
        here=g.tenant,
        packages=terms.packages(g.tenant),
        levels=terms.levels(g.tenant),
        states=words.choices("site", *sitelist.STATES),
        collecting=collecting_words.SITES if g.tenant.is_root else {},
        filtered=sitelist.filtered(),
        export=f"{url_for('.export_sites')}?{urlencode(lists.asked_for())}",
        address=addresses.site,
    )


@pages.get("/s/<slug>/sites/export")
@guards.staff("sites.view")
def export_sites() -> ResponseReturnValue:
    """Everything the list shows, with the same filters, as CSV for a spreadsheet."""
    refuse_without_sites()
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(_head())
    count = 0
    for row in _all_rows():
        sheet.writerow([tame(cell) for cell in _cells(row)])
        count += 1
    audit.record(g.tenant, who.actor(), "sites.exported", g.tenant.slug, after={"sites": count})
    name = f"sites-{g.tenant.slug}-{localtime(clock.now(), '%Y%m%d-%H%M')}.csv"
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _all_rows() -> Iterator[Row]:
    """Every page of the list, a thousand sites at a time."""
    number, total = 0, 1
    while number * AT_ONCE < total:
        number += 1
        wish = replace(sitelist.asked(), page=number, size=AT_ONCE)
        rows, total = sitelist.page(g.tenant, wish)
        yield from rows


def _head() -> list[str]:
    return [
        _("Site"),
        _("Subdomain"),
        _("Address"),
        _("Parent"),
        _("Owner"),
        _("State"),
        _("Package"),
        _("Price level"),
        _("Terms end"),
        _("Orders, 30 days"),
        _("Sales, 30 days (¥)"),
        _("Last order"),
        _("Deposit (¥)"),
        _("Payments"),
        _("Decisions waiting"),
        _("Upgrade"),
        _("Revision"),
        _("Opened"),
    ]


def _cells(row: Row) -> list[str]:
    tenant, until = row.tenant, row.terms.valid_until if row.terms else None
    return [
        tenant.name,
        tenant.slug,
        addresses.site(tenant),
        "/".join(str(step) for step in tenant.chain[:-1]),
        row.owner,
        words.say("site", row.state),
        row.package,
        row.level,
        localtime(until, "%Y-%m-%d") if until else "",
        str(row.sales.orders),
        plain(row.sales.amount),
        localtime(row.last_order) if row.last_order else "",
        plain(row.deposit),
        collecting_words.site(row.collects),
        str(row.tasks),
        words.say("upgrade", row.upgrade),
        row.line.revision,
        localtime(row.line.opened_at),
    ]
