"""Choose a month, see what it did to the accounts, take it home."""

import io
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from flask import g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.ledger.statements import queries
from kameng.domains.ledger.statements.errors import StatementTooLong
from kameng.domains.ledger.statements.rules import Month, Statement, month_of, read_month
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import few_here, site_below
from kameng.faces.console.statements import rows
from kameng.faces.console.statements.files import WRITERS, Paper
from kameng.faces.frame import guards, who
from kameng.kit import audit, clock
from tenants.context import use
from tenants.database import one_moment
from tenants.tree import Tenant

IN_MEMORY = 2_000_000
"""Bytes of a file that is answered from memory; a longer one goes out from the disk."""


@dataclass(frozen=True)
class Wish:
    """Whose month is asked for, and which accounts of it."""

    site: Tenant
    month: Month
    this_month: Month
    account: str | None


@pages.get("/s/<slug>/statements")
@guards.staff("ledger.view")
def statements() -> ResponseReturnValue:
    """One month: the sums of every kind of account, and the movements, oldest first."""
    wish = _wish(clock.now())
    choices = few_here(g.tenant, wish.site.id) if g.tenant.is_root else {}
    with use(g.tenant):
        one_moment()
        stated = queries.statement(wish.site, wish.month)
        after = queries.cursor(request.args.get("after", ""))
        found = queries.page(wish.site, wish.month, stated, kind=wish.account, after=after)
        shown = list(rows.rows(found.movements))
    return render_template(
        "console/statements/month.html",
        wish=wish,
        stated=stated,
        sums=rows.sums(stated.sheets),
        rows=shown,
        after=found.after,
        choices=choices,
        said=rows,
    )


@pages.get("/s/<slug>/statements/file")
@guards.staff("ledger.view", again=statements)
def statement_file() -> ResponseReturnValue:
    """The same as a workbook or as a PDF document."""
    now = clock.now()
    wish, kind = _wish(now), lists.one_of("kind", *WRITERS) or "xlsx"
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with use(g.tenant):
            one_moment()
            _write(file, wish, kind, now)
    except BaseException:
        file.close()
        raise
    told = {"month": str(wish.month), "kind": kind}
    audit.record(g.tenant, who.actor(), "statement.taken", wish.site.slug, after=told)
    name = f"statement-{wish.site.slug}-{wish.month}.{kind}"
    answer = send_file(_read(file), WRITERS[kind][1], as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(file: IO[bytes]) -> IO[bytes]:
    """The file from its beginning."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > IN_MEMORY:
        return file
    with file:
        return io.BytesIO(file.read())


def _write(file: IO[bytes], wish: Wish, kind: str, now: datetime) -> None:
    write, _, most = WRITERS[kind]
    stated = _narrowed(queries.statement(wish.site, wish.month), wish.account)
    if stated.count > most:
        raise StatementTooLong(count=stated.count, most=most)
    moves = queries.movements(wish.site, wish.month, stated, kind=wish.account)
    write(file, Paper(wish.site.name, stated, rows.rows(moves), now))


def _narrowed(stated: Statement, account: str | None) -> Statement:
    if account is None:
        return stated
    return replace(stated, sheets=tuple(one for one in stated.sheets if one.kind == account))


def _wish(now: datetime) -> Wish:
    """What the address asks for; the month that runs, of this very site, unless it says more. The
    master may ask for any site below; others see all of their own months only."""
    chosen = lists.number("site")
    other = g.tenant.is_root and chosen is not None and chosen != g.tenant.id
    site = site_below(g.tenant, chosen or 0) if other else g.tenant
    today = month_of(now)
    month = min(read_month(request.args.get("month", "")) or today, today)
    return Wish(site, month, today, lists.one_of("account", *(kind.value for kind in AccountKind)))
