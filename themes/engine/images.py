"""Pictures a page may show: the theme's own (`art:<name>`) and the site's (media ids).

A picture is a plain dict {src, srcset, width, height}, or "" where there is none. The theme's lie
in `assets/art`: `<name>.webp` with smaller `<name>-<width>.webp` beside it, or `<name>.svg`; a
name the theme has not drawn is base's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from . import links
from .errors import BrokenTheme

ART = "art:"
FOLDER = "art"
NAME = r"[a-z][a-z0-9-]{0,39}"
Picture = dict[str, Any]
Picked = Picture | str
OF_THE_SITE = ("logo", "favicon", "social")
"""The pictures a site sets for all its pages."""
_SMALLER = re.compile(rf"({NAME}?)-([1-9][0-9]{{1,3}})")
_WIDTH, _HEIGHT = re.compile(r'<svg[^>]*\bwidth="(\d+)"'), re.compile(r'<svg[^>]*\bheight="(\d+)"')
_BOX = re.compile(r'<svg[^>]*\bviewBox="0 0 (\d+) (\d+)"')
_CANDIDATE = re.compile(r"(\S+) ([1-9][0-9]{0,4}w)")


def load(folders: Iterable[Path], url: Callable[[str], str]) -> dict[str, Picture]:
    """Every picture of a chain (`folders` theme first) by its name. Raises BrokenTheme."""
    found: dict[str, Picture] = {}
    for folder in folders:
        for name, picture in _of_folder(folder / "assets" / FOLDER, url).items():
            found.setdefault(name, picture)
    return found


def _of_folder(folder: Path, url: Callable[[str], str]) -> dict[str, Picture]:
    drawn = {file.stem: file for file in sorted(folder.glob("*.svg"))}
    drawn |= {file.stem: file for file in sorted(folder.glob("*.webp"))}
    smaller = {stem: match for stem in drawn if (match := _smaller(stem, drawn))}
    return {
        stem: _picture(file, [drawn[s] for s, of in smaller.items() if of == stem], url)
        for stem, file in drawn.items()
        if stem not in smaller
    }


def _smaller(stem: str, drawn: Mapping[str, Path]) -> str:
    """The picture this file is a smaller copy of; "" when it stands for itself."""
    match = _SMALLER.fullmatch(stem)
    return match.group(1) if match and match.group(1) in drawn else ""


def _picture(file: Path, smaller: list[Path], url: Callable[[str], str]) -> Picture:
    width, height = size(file)
    sizes = sorted([(size(one)[0], one) for one in smaller] + [(width, file)])
    words = [f"{url(f'{FOLDER}/{one.name}')} {wide}w" for wide, one in sizes]
    return {
        "src": url(f"{FOLDER}/{file.name}"),
        "srcset": ", ".join(words) if smaller else "",
        "width": width,
        "height": height,
    }


def size(file: Path) -> tuple[int, int]:
    """Width and height in pixels of a .webp or .svg file. Raises BrokenTheme."""
    body = file.read_bytes()
    found = _svg_size(body) if file.suffix == ".svg" else _webp_size(body)
    if not found or not all(found):
        raise BrokenTheme(file, "picture without a size")
    return found


def _svg_size(body: bytes) -> tuple[int, int] | None:
    text = body[:2000].decode("utf-8", "replace")
    wide, high, box = _WIDTH.search(text), _HEIGHT.search(text), _BOX.search(text)
    if wide and high:
        return int(wide.group(1)), int(high.group(1))
    return (int(box.group(1)), int(box.group(2))) if box else None


def _webp_size(body: bytes) -> tuple[int, int] | None:
    """The size in a WebP header: lossy, lossless or extended (RFC 9649)."""
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP" or len(body) < 30:
        return None
    kind = body[12:16]
    if kind == b"VP8 ":
        return _le(body[26:28]) & 0x3FFF, _le(body[28:30]) & 0x3FFF
    if kind == b"VP8L":
        bits = _le(body[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _le(body[24:27]) + 1, _le(body[27:30]) + 1


def _le(some: bytes) -> int:
    return int.from_bytes(some, "little")


def picked(value: str, art: Mapping[str, Picture]) -> Picked:
    """The picture of a setting: the theme's, "" for one nobody drew, a media id as it is."""
    return art.get(value.removeprefix(ART), "") if value.startswith(ART) else value


def filled(settings: Mapping[str, Any], keys: Iterable[str], media: Mapping[str, Any]) -> Any:
    """The settings with each media id replaced by its picture, or by "" when it is not given."""
    found = {key: media.get(settings[key]) or "" for key in keys if _is_id(settings[key])}
    return {**settings, **found}


def media_ids(settings: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """The media ids among these settings."""
    return [settings[key] for key in keys if _is_id(settings.get(key))]


def of_the_site(
    site: Mapping[str, Any], art: Mapping[str, Picture], media: Mapping[str, Any]
) -> dict[str, Picked]:
    """The pictures a site set for all its pages, those it did not set as ""."""
    values = {key: picked(str(site.get(key) or ""), art) for key in OF_THE_SITE}
    return {**values, **filled(values, OF_THE_SITE, media)}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.startswith(ART)


def srcset(value: object) -> str:
    """A srcset whose every address a page may load; the filter `srcset`."""
    pairs = (_CANDIDATE.fullmatch(one.strip()) for one in str(value).split(", "))
    good = [(m.group(1), m.group(2)) for m in pairs if m and links.safe(m.group(1)) != "#"]
    return ", ".join(f"{url} {width}" for url, width in good if "," not in url)
