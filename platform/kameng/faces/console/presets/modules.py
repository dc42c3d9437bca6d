"""Which modules the home of a look has, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kameng.faces.frame import themewords
from themes import engine


def of(look: Mapping[str, Any]) -> list[str]:
    """The names of the modules from top to bottom; none where the theme is gone."""
    home = (look.get("templates") or {}).get("home") or {}
    try:
        known = engine.theme(str(look.get("theme")), look.get("version")).schemas
    except engine.UnknownTheme:
        return []
    kinds = [one["type"] for one in home.get("sections", []) if one["type"] in known]
    return [themewords.said(known[kind].facts["name"]) for kind in kinds]
