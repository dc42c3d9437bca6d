"""The small pictures that stand for presets: made by a script, committed beside each preset."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from .assets import Asset
from .theme import Theme

NAME = "preview.webp"


@lru_cache(maxsize=256)
def of(theme: Theme, preset: str) -> Asset | None:
    """A preset's picture; None where there is none."""
    file = theme.folders[0] / "presets" / preset / NAME
    if preset not in theme.presets or not file.is_file():
        return None
    body = file.read_bytes()
    return Asset(body, "image/webp", hashlib.sha256(body).hexdigest()[:16])
