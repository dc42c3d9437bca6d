"""The price matrix as a file: download it, upload it, look at what would move, then decide."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.pricing.matrix import export, queries, service
from kameng.domains.pricing.matrix.checking import Result
from kameng.domains.pricing.matrix.errors import PriceSheetEmpty
from kameng.domains.pricing.whatif import service as what_ifs
from kameng.faces.console import lists, priceforms
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.pricesheets import words
from kameng.faces.frame import guards, who
from kameng.faces.frame.money import localtime
from kameng.kit import audit, clock
from kameng.kit.sheets import writing

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
SIZE = 20
IN_MEMORY = 1024 * 1024
"""Bytes of a file that are not worth a place on the disk."""
AT_A_TIME = 64 * 1024


class PriceSheetForm(Form):
    """The spreadsheet."""

    key = "sheet"
    file = FileField(_l("Price sheet (XLSX or CSV)"), [FileRequired()])


@pages.get("/s/<slug>/prices/sheets")
@guards.staff("prices.view")
def price_sheets() -> ResponseReturnValue:
    """Download on one side, upload on the other, and what was uploaded before."""
    found = queries.history(g.tenant, page=lists.page(), size=SIZE)
    return render_template(
        "console/pricesheets/list.html",
        rows=found.items,
        place=lists.place(found.total, SIZE),
        categories=catalog.category_choices(g.tenant),
        form=PriceSheetForm(),
        words=words,
    )


@pages.get("/s/<slug>/prices/sheets/export")
@guards.staff("prices.view")
def export_prices() -> ResponseReturnValue:
    """All prices of this site, or those of a category or a search, as XLSX or CSV."""
    kind = lists.one_of("kind", *TYPES) or "xlsx"
    search, category = lists.word("q") or None, lists.uuid("category")
    table = export.table(g.tenant, search=search, category=category, now=clock.now())
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - sent after us
    if kind == "csv":
        file.writelines(writing.as_csv(table))
    else:
        writing.workbook(file, table, export.NOTES)
    length = file.tell()
    file.seek(0)
    audit.record(g.tenant, who.actor(), "prices.exported", g.tenant.slug, after={"kind": kind})
    name = f"prices-{g.tenant.slug}-{localtime(clock.now(), '%Y%m%d-%H%M')}.{kind}"
    answer = Response(_sent(file), content_type=TYPES[kind])
    answer.call_on_close(file.close)
    answer.content_length = length
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sent(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    """The file piece by piece, gone with the last of them."""
    with file:
        yield from iter(lambda: file.read(AT_A_TIME), b"")


@pages.post("/s/<slug>/prices/sheets")
@guards.staff("prices.edit", again=price_sheets)
def check_price_sheet() -> ResponseReturnValue:
    """Read the file and say row by row what would move; no price moves yet."""
    sheet = PriceSheetForm().checked().file.data
    made = service.preview(
        g.tenant, sheet.filename or "", sheet.read(), actor=who.actor(), now=clock.now()
    )
    return redirect(url_for(".price_sheet", sheet_id=made), 303)


@pages.get("/s/<slug>/prices/sheets/<uuid:sheet_id>")
@guards.staff("prices.view")
def price_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """One uploaded sheet: its changes, and the rows that cannot be read."""
    facts = queries.facts(g.tenant, sheet_id)
    result = Result(lists.one_of("result", "change", "error") or words.first(facts))
    found = queries.rows(g.tenant, sheet_id, result=result, page=lists.page(), size=lists.SIZE)
    return render_template(
        "console/pricesheets/sheet.html",
        facts=facts,
        result=result.value,
        lines=words.lines(g.tenant, found.items),
        wrong=words.wrong(g.tenant, found.items),
        place=lists.place(found.total),
        sells_down=priceforms.sells_down(),
        words=words,
    )


@pages.post("/s/<slug>/prices/sheets/<uuid:sheet_id>/commit")
@guards.staff("prices.edit", again=price_sheet)
def commit_price_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Put the prices of the good rows in force, all of them or none."""
    change_id = service.commit(g.tenant, sheet_id, actor=who.actor(), now=clock.now())
    moved = queries.facts(g.tenant, sheet_id).prices
    flash(_("%(n)s prices are in force. You can take them back here as a whole.", n=moved), "ok")
    return redirect(url_for(".price_change", change_id=change_id), 303)


@pages.post("/s/<slug>/prices/sheets/<uuid:sheet_id>/trial")
@guards.staff("prices.edit", again=price_sheet)
def try_price_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Suppose the prices first: what would they do at every site below?"""
    facts = queries.facts(g.tenant, sheet_id)
    if not (found := queries.entries(g.tenant, sheet_id)):
        raise PriceSheetEmpty()
    made = what_ifs.draft(g.tenant, facts.filename, found, actor=who.actor(), now=clock.now())
    return redirect(url_for(".what_if", what_if_id=made), 303)


@pages.post("/s/<slug>/prices/sheets/<uuid:sheet_id>/discard")
@guards.staff("prices.edit", again=price_sheet)
def discard_price_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Forget a sheet nobody wants to commit."""
    service.discard(g.tenant, sheet_id, actor=who.actor(), now=clock.now())
    flash(_("The sheet was discarded; no price moved."), "ok")
    return redirect(url_for(".price_sheets"), 303)
