"""What a phone asks of a shop that is put on its home screen: name, colours, icons.

The address carries a hash of the contents, so it is kept for ever and every change has another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from themes import engine

TYPE = "application/manifest+json"
SHORT = 12
"""So much of a name stands below an icon."""
LEAST = 144
"""The narrowest icon a phone takes."""
TOUCH, FAVICON = ("touch.png", "180x180", "image/png"), ("favicon.svg", "any", "image/svg+xml")
Icon = tuple[str, str, str]
"""An icon's address, its sizes, its type."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The file, and the hash its address carries."""

    digest: str
    body: bytes


def of(live: Mapping[str, Any], media: Mapping[str, Any], name: str) -> Manifest:
    """The manifest of a shop; `media` are the pictures of the site by their ids."""
    site, tokens = live.get("site", {}), live.get("tokens", {})
    pictures = (media.get(str(site.get(key) or "")) for key in ("favicon", "logo"))
    own = next((found for one in pictures if (found := tuple(_own(one)))), ())
    said = str(site.get("name") or name), str(site.get("seo_description") or "")
    chosen = tuple(sorted((key, str(value)) for key, value in tokens.items()))
    return _made(str(live["theme"]), str(live.get("version")), chosen, said, own)


def address(manifest: Manifest) -> str:
    """Where it is."""
    return f"/manifest/{manifest.digest}.webmanifest"


def _own(picture: Mapping[str, Any] | None) -> Iterator[Icon]:
    """A square picture of the site in every width there is; others make no icon."""
    if not picture or picture["width"] != picture["height"]:
        return
    for one in str(picture["srcset"]).split(", "):
        src, _space, width = one.rpartition(" ")
        yield src, "{0}x{0}".format(width.removesuffix("w")), "image/webp"


@lru_cache(maxsize=2_000)
def _made(
    theme: str,
    version: str,
    tokens: tuple[tuple[str, str], ...],
    said: tuple[str, str],
    own: tuple[Icon, ...],
) -> Manifest:
    colours = engine.palette(theme, dict(tokens), version)
    name, description = said
    whole = {
        "id": "/",
        "name": name,
        "short_name": name[:SHORT],
        "description": description,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": colours["primary"],
        "background_color": colours["bg"],
        "icons": [_icon(one) for one in _icons(theme, version, own)],
    }
    body = json.dumps({key: value for key, value in whole.items() if value}, ensure_ascii=False)
    raw = body.encode()
    return Manifest(hashlib.sha256(raw).hexdigest()[:16], raw)


def _icons(theme: str, version: str, own: tuple[Icon, ...]) -> list[Icon]:
    """The site's own; the theme's where none of them is large enough for a home screen."""
    if any(int(sizes.partition("x")[0]) >= LEAST for _src, sizes, _type in own):
        return list(own)
    files = engine.theme(theme, version).assets
    drawn = [(path, sizes, kind) for path, sizes, kind in (TOUCH, FAVICON) if path in files]
    return [*own, *((engine.asset_url(theme, path, version), s, kind) for path, s, kind in drawn)]


def _icon(icon: Icon) -> dict[str, str]:
    src, sizes, kind = icon
    return {"src": src, "sizes": sizes, "type": kind}
