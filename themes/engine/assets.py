"""A theme's files: styles and scripts bundled along the chain, each under a hashed URL."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STYLE, SCRIPT = "site.css", "site.js"
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".json": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served; its hash is part of its URL, so it never changes."""

    body: bytes
    content_type: str
    hash: str

    @property
    def etag(self) -> str:
        return self.hash


def load(
    folders: Sequence[Path], styles: Iterable[str], scripts: Iterable[str]
) -> dict[str, Asset]:
    """Every asset of a chain (`folders` theme first); `styles`/`scripts` base first."""
    found: dict[str, Asset] = {}
    bundled = {*styles, *scripts}
    for folder in folders:
        for file in sorted((folder / "assets").rglob("*")):
            name = file.relative_to(folder / "assets").as_posix()
            if file.is_file() and name not in bundled:
                found.setdefault(name, asset(name, file.read_bytes()))
    found[STYLE] = asset(STYLE, squeezed(_joined(folders, styles)).encode())
    found[SCRIPT] = asset(SCRIPT, _joined(folders, scripts).encode())
    return found


def _joined(folders: Sequence[Path], names: Iterable[str]) -> str:
    """The files of these names; a theme's own file stands in the place of the one it extends."""
    found = (_nearest(folders, name) for name in names)
    return "\n".join(file.read_text("utf-8") for file in found if file)


def _nearest(folders: Sequence[Path], name: str) -> Path | None:
    files = (folder / "assets" / name for folder in folders)
    return next((file for file in files if file.exists()), None)


def squeezed(css: str) -> str:
    """A stylesheet without comments and spare white space."""
    tight = _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css)))
    return tight.replace(";}", "}").replace(": ", ":").replace(" / ", "/").strip()


def asset(name: str, body: bytes) -> Asset:
    """An asset of this content; the suffix decides its type."""
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    return Asset(body, kind, hashlib.blake2b(body, digest_size=8).hexdigest())


def url(theme: str, line: str, found: Mapping[str, Asset], path: str) -> str:
    """/assets/<theme>/<major.minor>/<hash>/<path>. KeyError for a file the theme has not."""
    return f"/assets/{theme}/{line}/{found[path].hash}/{path}"
