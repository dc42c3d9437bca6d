"""The theme engine's doors. Everything else in this package is private.

Pages are data: an arrangement (JSON a site saved) and drops (plain values of this request) go in,
HTML comes out. No door takes a template, a style or a script from outside the gallery.
"""

from __future__ import annotations

from .arranging import (
    carried_by,
    check,
    dress,
    leads_out,
    normalise,
    opened,
    put,
    recovered,
    reset,
    rewritten,
    rich_text,
    start,
    switch,
    typed_text,
    upgrade,
)
from .asks import RANK
from .assets import Asset
from .carried import Carried
from .errors import (
    BadArrangement,
    BrokenTheme,
    Failure,
    Problem,
    RenderFailed,
    ThemeError,
    UnknownTheme,
)
from .links import pictures_from
from .offered import (
    THEMES,
    art,
    contrast,
    library,
    lines,
    palette,
    presets,
    tags,
    theme,
    thumbnail,
    title,
)
from .opening import Recovered
from .policy import content_policy
from .shelf import GALLERY, Shelf
from .shown import (
    asset,
    asset_url,
    forget,
    fragment,
    menus,
    needs,
    pictures,
    render,
    settings_of,
    sketch,
    tokens_css,
    wants,
    warm,
)
from .theme import Theme
from .tokens import Pair

__all__ = [
    "GALLERY",
    "RANK",
    "THEMES",
    "Asset",
    "BadArrangement",
    "BrokenTheme",
    "Carried",
    "Failure",
    "Pair",
    "Problem",
    "Recovered",
    "RenderFailed",
    "Shelf",
    "Theme",
    "ThemeError",
    "UnknownTheme",
    "art",
    "asset",
    "asset_url",
    "carried_by",
    "check",
    "content_policy",
    "contrast",
    "dress",
    "forget",
    "fragment",
    "leads_out",
    "library",
    "lines",
    "menus",
    "needs",
    "normalise",
    "opened",
    "palette",
    "pictures",
    "pictures_from",
    "presets",
    "put",
    "recovered",
    "render",
    "reset",
    "rewritten",
    "rich_text",
    "settings_of",
    "sketch",
    "start",
    "switch",
    "tags",
    "theme",
    "thumbnail",
    "title",
    "tokens_css",
    "typed_text",
    "upgrade",
    "wants",
    "warm",
]
