"""What the editor's script sends, read strictly: plain JSON of a decent size, or nothing.

Numbers that are none, signs a database cannot hold and nests nobody wrote are refused here, before
anybody looks at what the document says.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any
from uuid import UUID

from flask import abort, request

from kameng.kit.errors import TooLarge

LONGEST = 1_000_000
"""Bytes of one save; a large site has a tenth of it."""
DEEPEST = 16
_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
_EDITOR = re.compile(r"[A-Za-z0-9_-]{1,40}")


class DraftTooLarge(TooLarge):
    """A save of more bytes than the largest site has. Facts: most (kB)."""

    code = "draft_too_large"


class Sent:
    """The parts of one message; each refuses (400) what no script of ours would send."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self.parts = parts

    @property
    def step(self) -> int:
        """The step of the draft it is about."""
        found = self.parts.get("step")
        return found if type(found) is int else abort(400)

    @property
    def editor(self) -> str:
        """The word by which a tab knows its own saves."""
        found = self.parts.get("editor")
        return found if isinstance(found, str) and _EDITOR.fullmatch(found) else abort(400)

    @property
    def document(self) -> dict[str, Any]:
        """The arrangement."""
        found = self.parts.get("document")
        return found if isinstance(found, dict) else abort(400)

    @property
    def live(self) -> UUID | None:
        """The live revision the person has seen; None where it was not said."""
        found = self.parts.get("live")
        try:
            return UUID(found) if found else None
        except (ValueError, TypeError, AttributeError):
            abort(400)

    def word(self, name: str) -> str:
        """A short text, "" where there is none."""
        found = self.parts.get(name) or ""
        return found if isinstance(found, str) and len(found) <= 60 else abort(400)


def sent() -> Sent:
    """What was posted. Refuses DraftTooLarge; 400 for what is no plain JSON object."""
    if (request.content_length or 0) > LONGEST:
        raise DraftTooLarge(most=LONGEST // 1000)
    body = request.get_data(cache=False)
    if len(body) > LONGEST:
        raise DraftTooLarge(most=LONGEST // 1000)
    try:
        found = json.loads(body, parse_float=_finite, parse_constant=_finite)
        _check(found, DEEPEST)
    except (ValueError, RecursionError):
        abort(400)
    return Sent(found) if isinstance(found, dict) else abort(400)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _check(value: Any, deep: int) -> None:
    """Raise ValueError for what no page of a shop holds."""
    if deep < 0 or (isinstance(value, str) and _UNHOLDABLE.search(value)):
        raise ValueError
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            _check(one, deep - 1)
