"""Which rows a document of a site's design names: ids look alike, what each is of, others know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id as forms and documents hold it."""


def ids(value: Any) -> Iterator[UUID]:
    """Every value of a document that is an id, as often as it stands there."""
    if isinstance(value, Mapping):
        value = [*value.values()]
    if isinstance(value, list):
        for one in value:
            yield from ids(one)
    elif isinstance(value, str) and ID.fullmatch(value):
        yield UUID(value)
