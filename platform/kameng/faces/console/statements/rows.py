"""What a statement says, in words: one row for every movement, the same on page and in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask_babel import gettext as _

from kameng.domains.ledger.statements.rules import Month, Movement, SheetSum
from kameng.domains.orders.board.numbers import numbers
from kameng.faces.console import ledgerwords, words
from kameng.faces.frame.money import SIGNS, localtime, money
from kameng.kit.money import Money

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One movement."""

    at: datetime
    account: str
    what: str
    about: str
    up: Money | None
    down: Money | None
    balance: Money

    @property
    def amounts(self) -> tuple[Money | None, Money | None, Money]:
        """In, out, and the balance after it."""
        return self.up, self.down, self.balance

    @property
    def moment(self) -> str:
        return localtime(self.at, "%Y-%m-%d %H:%M:%S")


def rows(movements: Iterable[Movement]) -> Iterator[Row]:
    """Movements in words; the numbers of their orders are looked up some hundred at a time."""
    each = iter(movements)
    while some := list(islice(each, AT_ONCE)):
        known = numbers({one.ref_id for one in some if one.ref_type == "order"})
        yield from (_row(one, known) for one in some)


def _row(one: Movement, known: dict[str, str]) -> Row:
    return Row(
        at=one.at,
        account=account(one.account, one.change.currency),
        what=ledgerwords.kind(one.kind),
        about=known.get(one.ref_id, ""),
        up=one.up,
        down=one.down,
        balance=one.balance,
    )


def account(kind: str, currency: str = "CNY") -> str:
    """A kind of account in words; its currency where it is not the usual one."""
    said = words.say("account", kind)
    return said if currency == "CNY" else f"{said} ({SIGNS.get(currency, currency)})"


def sums(sheets: Sequence[SheetSum]) -> list[SheetSum]:
    """The kinds that say something: those that hold or moved anything."""
    return [one for one in sheets if one.count or one.opening.micro]


def heads() -> list[str]:
    """The headings of the movements."""
    return [
        _("Time"), _("Account"), _("What for"), _("Order"), _("In"), _("Out"), _("Balance after"),
    ]  # fmt: skip


def sum_heads() -> list[str]:
    """The headings of the sums."""
    return [
        _("Account"),
        _("Opening balance"),
        _("In"),
        _("Out"),
        _("Closing balance"),
        _("How many"),
    ]


def title(site: str, month: Month) -> str:
    """What a statement is called."""
    return _("Statement of %(site)s, %(month)s", site=site, month=str(month))


def span(month: Month) -> str:
    """From when to when."""
    first = f"{month}-01 00:00"
    return _(
        "%(first)s to %(last)s 24:00, Beijing time",
        first=first,
        last=month.last_day.isoformat(),
    )


def told(amount: Money | None) -> str:
    """An amount in a table; nothing for nothing."""
    return "" if amount is None else money(amount)
