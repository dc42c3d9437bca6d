"""What a request asks for; what is not understood is refused by name, never quietly left out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request

from kameng.domains.pricing.markups.typed import LARGEST_QUANTITY
from kameng.kit.errors import Refusal

USUAL, MOST = 50, 100
"""How many things one answer holds, unless asked otherwise; and at most."""
MOST_DIGITS = 9
LANGUAGE = "lang"


class BadParameter(Refusal):
    """A parameter says nothing that could be meant. Facts: name, hint."""

    code = "bad_parameter"


class UnknownParameter(Refusal):
    """Perhaps mistyped: an answer to another question would do harm. Facts: name, known."""

    code = "unknown_parameter"


def only(*names: str) -> None:
    """Refuse parameters the address does not know, and one that is there twice."""
    known = (*names, LANGUAGE)
    for name in request.args:
        if name not in known:
            raise UnknownParameter(name=name[:40], known=list(known))
        if len(request.args.getlist(name)) > 1:
            raise BadParameter(name=name, hint="1 ×")


def quantity() -> int:
    """How many pieces are bought together."""
    return _number("quantity", 1, LARGEST_QUANTITY)


def limit() -> int:
    """How many things are wanted at most."""
    return _number("limit", USUAL, MOST)


def after() -> UUID | None:
    """After which thing the last answer ended."""
    text = request.args.get("after")
    return None if text is None else _id("after", text)


def skus() -> list[UUID]:
    """The SKUs that are asked for, with commas between; each once."""
    text = request.args.get("sku")
    if text is None:
        return []
    found = list(dict.fromkeys(_id("sku", one.strip()) for one in text.split(",")))
    if len(found) > MOST:
        raise BadParameter(name="sku", hint=f"≤ {MOST}")
    return found


def one_of(name: str, known: Sequence[str]) -> str | None:
    """A parameter with known values."""
    text = request.args.get(name)
    if text is not None and text not in known:
        raise BadParameter(name=name, hint=", ".join(known))
    return text


def page() -> int:
    """Which piece of a list that no longer changes is wanted."""
    return _number("after", 0, 10**MOST_DIGITS - 1, least=0) + 1


def _number(name: str, usual: int, most: int, *, least: int = 1) -> int:
    text = request.args.get(name)
    if text is None:
        return usual
    hint = f"{least} – {most}"
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadParameter(name=name, hint=hint)
    if not least <= int(text) <= most:
        raise BadParameter(name=name, hint=hint)
    return int(text)


def _id(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadParameter(name=name, hint="UUID") from None
