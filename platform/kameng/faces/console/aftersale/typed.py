"""What a person typed about goods that go back: pieces and amounts per line, in one place for the
page that shows what it comes to and the one that does it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from kameng.domains.orders.rules import LineFacts
from kameng.domains.orders.service import Wanted, Way
from kameng.faces.console.forms import FormInvalid
from kameng.kit.money import BadAmount, Money

MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """The two boxes of a line as they were filled in, and what is wrong with each."""

    line: LineFacts
    pieces: str
    money: str
    bad_pieces: str = ""
    bad_money: str = ""


def boxes(lines: Sequence[LineFacts]) -> list[Box]:
    """What stands in the boxes of these lines."""
    return [
        _marked(line, _text(f"pieces-{line.seq}"), _text(f"money-{line.seq}")) for line in lines
    ]


def anything() -> bool:
    """Whether something was asked for at all."""
    return any(
        value.strip() for name, value in request.values.items() if name.startswith(("pie", "mon"))
    )


def wanted(lines: Sequence[LineFacts]) -> list[Wanted]:
    """The same as values; FormInvalid where something cannot be read."""
    filled = boxes(lines)
    if any(one.bad_pieces or one.bad_money for one in filled):
        raise FormInvalid
    return [
        Wanted(one.line.id, _pieces(one.pieces) or 0, _money(one.money))
        for one in filled
        if one.pieces or one.money
    ]


def way() -> Way:
    """Where the money shall go."""
    return Way.BALANCE if request.values.get("way") == Way.BALANCE.value else Way.BACK


def reason() -> str:
    """Why."""
    return request.values.get("reason", "")[:400]


def _text(name: str) -> str:
    return request.values.get(name, "").strip()[:40]


def _marked(line: LineFacts, pieces: str, money: str) -> Box:
    bad_pieces = bad_money = ""
    if pieces and _pieces(pieces) is None:
        bad_pieces = _("Write a whole number of pieces.")
    try:
        _money(money)
    except BadAmount:
        bad_money = _("This is not an amount. Write it like 9.90.")
    return Box(line, pieces, money, bad_pieces, bad_money)


def _pieces(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text)
    negative, digits = plain.startswith("-"), plain.removeprefix("-")
    if not digits.isdecimal() or len(digits) > MOST_DIGITS:
        return None
    return -int(digits) if negative else int(digits)


def _money(text: str) -> Money | None:
    return Money.of(text.replace(",", "").replace("，", "").lstrip("¥￥")) if text else None
