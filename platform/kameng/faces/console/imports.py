"""A catalogue from a spreadsheet: look first, then commit, and take back what can be taken back."""

import io
from uuid import UUID

from flask import flash, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from kameng.domains.catalog.imports import queries, service, template
from kameng.domains.catalog.imports.plan import Result
from kameng.domains.pricing.costs import queries as costs
from kameng.faces.console import importwords, lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import guards, who
from kameng.kit import clock

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Form):
    """The spreadsheet."""

    key = "upload"
    file = FileField(_l("Spreadsheet (XLSX or CSV)"), [FileRequired()])


@pages.get("/s/<slug>/goods/import")
@guards.staff("import.edit")
def imports() -> ResponseReturnValue:
    """Upload, and what was imported before."""
    found = queries.history(g.tenant, page=lists.page(), size=20)
    return render_template(
        "console/imports/list.html",
        rows=found.items,
        place=lists.place(found.total, 20),
        form=UploadForm(),
    )


@pages.get("/s/<slug>/goods/import/template.xlsx")
@guards.staff("import.edit")
def import_template() -> ResponseReturnValue:
    """An empty spreadsheet with the columns we read."""
    return send_file(
        io.BytesIO(template.workbook()),
        SHEET,
        as_attachment=True,
        download_name="kameng-goods.xlsx",
    )


@pages.post("/s/<slug>/goods/import")
@guards.staff("import.edit", again=imports)
def preview_import() -> ResponseReturnValue:
    """Read the file and say row by row what would happen; nothing is imported yet."""
    sheet = UploadForm().checked().file.data
    made = service.preview(
        g.tenant, sheet.filename or "", sheet.read(), actor=who.actor(), now=clock.now()
    )
    return redirect(url_for(".import_page", import_id=made), 303)


@pages.get("/s/<slug>/goods/import/<uuid:import_id>")
@guards.staff("import.edit")
def import_page(import_id: UUID) -> ResponseReturnValue:
    """One import with its rows; the ones with problems first asked for."""
    asked = lists.one_of("result", *importwords.RESULTS)
    result = Result(asked) if asked else None
    facts = queries.facts(g.tenant, import_id)
    found = queries.rows(g.tenant, import_id, result=result, page=lists.page(), size=lists.SIZE)
    return render_template(
        "console/imports/import.html",
        facts=facts,
        waiting=costs.count(g.tenant, source_id=import_id),
        counts=importwords.counts(facts),
        good=facts.rows_new + facts.rows_change,
        rows=found.items,
        place=lists.place(found.total),
        result=result,
        words=importwords,
    )


@pages.post("/s/<slug>/goods/import/<uuid:import_id>/commit")
@guards.staff("import.edit", again=import_page)
def commit_import(import_id: UUID) -> ResponseReturnValue:
    """Import the good rows."""
    done = service.commit(g.tenant, import_id, actor=who.actor(), now=clock.now())
    flash(_("%(n)s rows were imported.", n=done.written), "ok")
    if waiting := costs.count(g.tenant, source_id=import_id):
        flash(_("%(n)s costs move too far at once and wait for approval.", n=waiting), "info")
    if done.skipped:
        flash(_("%(n)s rows were left out; see below why.", n=len(done.skipped)), "info")
    return redirect(url_for(".import_page", import_id=import_id), 303)


@pages.post("/s/<slug>/goods/import/<uuid:import_id>/discard")
@guards.staff("import.edit", again=import_page)
def discard_import(import_id: UUID) -> ResponseReturnValue:
    """Forget a check nobody wants to commit."""
    service.discard(g.tenant, import_id, actor=who.actor())
    flash(_("The check was discarded; nothing was imported."), "ok")
    return redirect(url_for(".imports"), 303)


@pages.post("/s/<slug>/goods/import/<uuid:import_id>/undo")
@guards.staff("import.edit", again=import_page)
def undo_import(import_id: UUID) -> ResponseReturnValue:
    """Take the import back, row by row, except what was sold or edited since."""
    undone = service.undo(g.tenant, import_id, actor=who.actor(), now=clock.now())
    flash(_("%(n)s rows were taken back.", n=undone.reversed), "ok")
    if undone.refused:
        flash(_("%(n)s rows stay: they were sold or edited since.", n=len(undone.refused)), "info")
    return redirect(url_for(".import_page", import_id=import_id), 303)
