"""The statement as a file: a workbook, or a PDF document; written to disk as the rows come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from flask_babel import gettext as _

from kameng.domains.ledger.statements.rules import Statement
from kameng.faces.console.statements import rows as said
from kameng.faces.console.statements.rows import Row
from kameng.faces.frame.money import localtime
from kameng.kit.money import Money
from kameng.kit.sheets import writing
from kameng.kit.sheets.writing import Table, Told

if TYPE_CHECKING:
    from kameng.kit.pdf.writing import Column

WIDTHS = (20, 18, 22, 24, 14, 14, 16)
PARTS = (0.17, 0.15, 0.16, 0.19, 0.1, 0.1, 0.13)
SUM_PARTS = (0.25, 0.16, 0.16, 0.16, 0.16, 0.11)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is to be written: whose month, its sums, its movements, and when it was asked for."""

    site: str
    stated: Statement
    rows: Iterable[Row]
    now: datetime

    @property
    def title(self) -> str:
        return said.title(self.site, self.stated.month)

    @property
    def notes(self) -> list[str]:
        """What one must know to read it."""
        final = _("Final: nothing more can be booked into this month.")
        open_ = _("Not final: the month can still take bookings.")
        drawn = _("Drawn up %(at)s, Beijing time.", at=localtime(self.now))
        return [said.span(self.stated.month), f"{final if self.stated.final else open_} {drawn}"]

    def sums(self) -> Iterator[tuple[str, list[Money], int]]:
        """Each kind of account: opening, in, out and closing, and how many movements it had."""
        for one in said.sums(self.stated.sheets):
            amounts = [one.opening, one.up, one.down, one.closing]
            yield said.account(one.kind, one.currency), amounts, one.count


Writer = Callable[[IO[bytes], Paper], None]


def workbook(out: IO[bytes], paper: Paper) -> None:
    """Sums on the first sheet, every movement on the second."""
    heads = [(name, 18) for name in said.sum_heads()]
    cells = [[name, *map(_number, sums), count] for name, sums, count in paper.sums()]
    first = Table(_("Sums"), heads, cells)
    heads = list(zip(said.heads(), WIDTHS, strict=True))
    moves = Table(_("Movements"), heads, (_cells(one) for one in paper.rows))
    writing.workbook(out, first, [paper.title, *paper.notes], more=[moves])


def _cells(row: Row) -> list[Told]:
    return [row.moment, row.account, row.what, row.about, *map(_number, row.amounts)]


def _number(amount: Money | None) -> Decimal | None:
    return None if amount is None else amount.decimal


def document(out: IO[bytes], paper: Paper) -> None:
    """Sums, then every movement, on A4 pages."""
    from kameng.kit.pdf.writing import Document

    title = paper.title
    made = Document(out, title, foot=lambda page: _("%(title)s · page %(n)s", title=title, n=page))
    made.heading(title)
    for note in paper.notes:
        made.line(note)
    made.table(_columns(said.sum_heads(), SUM_PARTS, left=1), _sum_texts(paper))
    if paper.stated.count:
        made.heading(_("Movements"), size=11)
        made.table(_columns(said.heads(), PARTS, left=4), (_texts(one) for one in paper.rows))
    made.close()


def _columns(heads: Iterable[str], parts: Iterable[float], *, left: int) -> list[Column]:
    from kameng.kit.pdf.writing import Column

    both = enumerate(zip(heads, parts, strict=True))
    return [Column(head, part, right=at >= left) for at, (head, part) in both]


def _sum_texts(paper: Paper) -> Iterator[list[str]]:
    for name, amounts, count in paper.sums():
        yield [name, *map(said.told, amounts), f"{count:,}"]


def _texts(row: Row) -> list[str]:
    return [row.moment, row.account, row.what, row.about, *map(said.told, row.amounts)]


WRITERS: dict[str, tuple[Writer, str, int]] = {
    "xlsx": (
        workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        500_000,
    ),
    "pdf": (document, "application/pdf", 10_000),
}
"""Each kind of file: how it is written, what it is, and how many movements it may hold."""
