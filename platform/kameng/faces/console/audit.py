"""Who changed what on this site: the log, newest first."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.faces.console import auditwords, lists
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import guards
from kameng.kit import audit


@pages.get("/s/<slug>/audit")
@guards.staff("audit.view")
def audit_log() -> ResponseReturnValue:
    """The log with search by action, person or thing."""
    lines, total = audit.lines(g.tenant, search=lists.word("q"), page=lists.page(), size=lists.SIZE)
    return render_template(
        "console/audit.html", rows=lines, place=lists.place(total), words=auditwords
    )
