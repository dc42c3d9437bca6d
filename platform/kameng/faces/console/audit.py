"""Who changed what on this site: the log, newest first, by who, what, when and which thing."""

from datetime import timedelta

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.faces.console import auditkinds, auditwords, lists
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import guards
from kameng.kit import audit
from kameng.kit.audit import Wanted


@pages.get("/s/<slug>/audit")
@guards.staff("audit.view")
def audit_log() -> ResponseReturnValue:
    """The log; every filter narrows it."""
    lines, total = audit.lines(g.tenant, _wanted(), page=lists.page(), size=lists.SIZE)
    return render_template(
        "console/audit.html",
        rows=lines,
        place=lists.place(total),
        words=auditwords,
        skus=auditwords.skus(line.subject for line in lines),
        kinds=auditkinds.choices(),
    )


def _wanted() -> Wanted:
    what = lists.one_of("what", *auditkinds.KINDS)
    since, until = lists.day("from"), lists.day("to")
    return Wanted(
        search=lists.word("q"),
        who=lists.word("who"),
        about=lists.word("about"),
        actions=auditkinds.KINDS[what][1] if what else (),
        since=lists.start_of(since) if since else None,
        until=lists.start_of(until + timedelta(days=1)) if until else None,
    )
