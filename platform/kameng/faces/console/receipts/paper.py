"""A receipt as one A4 page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from flask_babel import gettext as _

from kameng.domains.billing.receipts.rules import Receipt
from kameng.faces.console.receipts import words
from kameng.faces.frame.money import cash, localtime


@dataclass(frozen=True, slots=True)
class Paper:
    """What is to be written: the fee, who got it and who paid it, and when it was asked for."""

    receipt: Receipt
    seller: str
    buyer: str
    now: datetime


def write(out: IO[bytes], paper: Paper) -> None:
    """The page."""
    from kameng.kit.pdf.writing import Document

    receipt = paper.receipt
    title = _("Receipt %(number)s", number=receipt.number)
    drawn = _("Drawn up %(at)s, Beijing time.", at=localtime(paper.now))
    made = Document(out, title, foot=lambda _page: f"{title} · {drawn}")
    made.heading(_("Receipt"), size=22)
    if receipt.returned_at:
        back = localtime(receipt.returned_at)
        made.heading(_("Given back on %(at)s; it proves no payment any more.", at=back), size=11)
    made.facts(_facts(paper))
    made.line("")
    made.heading(f"{_('Amount')}  {cash(receipt.amount)}", size=16)
    made.line(_("A receipt says that the money was received; it is not a tax invoice."))
    made.close()


def _facts(paper: Paper) -> list[tuple[str, str]]:
    receipt = paper.receipt
    return [
        (_("Receipt number"), receipt.number),
        (_("Who received it"), paper.seller),
        (_("Who paid"), paper.buyer),
        (_("Package"), receipt.package_name),
        (_("What for"), words.what(receipt)),
        (_("For the time"), words.span(receipt)),
        (_("How it was paid"), str(words.WAYS[receipt.way])),
        (_("Paid at"), localtime(receipt.at, "%Y-%m-%d %H:%M:%S")),
    ]
