"""Values as keys: what was drawn from the same values before need not be drawn again."""

from __future__ import annotations

import json
import marshal
from typing import Any

PLAIN = 2
"""A format of marshal that depends on nothing but the values, as later ones do not."""
_text = json.JSONEncoder(default=str, separators=(",", ":"), check_circular=False).encode


def plain(value: Any) -> bytes | None:
    """The key of a plain value, a third of the cost of writing JSON; None for one that holds
    anything else: times, markup, objects."""
    try:
        return marshal.dumps(value, PLAIN)
    except ValueError:
        return None


def key(value: Any) -> bytes | str:
    """The key of any value of a drop."""
    return plain(value) or _text(value)
