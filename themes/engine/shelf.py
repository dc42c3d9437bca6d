"""The shelf of themes: finds a theme's folder and its chain, loads it once per process."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from . import manifest
from .errors import BrokenTheme, UnknownTheme
from .theme import Theme, load

GALLERY = Path(__file__).resolve().parent.parent / "gallery"
DEEPEST_CHAIN = 3


class Shelf:
    """Themes under one gallery folder, `<name>/<major.minor>/`."""

    def __init__(self, gallery: Path = GALLERY) -> None:
        self.gallery = gallery
        self._loaded: dict[tuple[str, str], Theme] = {}
        self._found: dict[str, list[str]] = {}
        self._lock = Lock()

    def names(self) -> tuple[str, ...]:
        """Themes a site may pick: every folder but base."""
        folders = [f.name for f in sorted(self.gallery.iterdir()) if (f / "").is_dir()]
        return tuple(n for n in folders if n != "base" and not n.startswith(("_", ".")))

    def theme(self, name: str, version: str | None = None) -> Theme:
        """The theme's pinned line, or its newest when the line is gone or not given."""
        key = (name, self._line(name, version))
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = load(self._chain(self.gallery / key[0] / key[1]))
            return self._loaded[key]

    def _line(self, name: str, version: str | None) -> str:
        """The wanted line if it lies in the gallery, else the newest there is."""
        lines = self.lines(name)
        wanted = ".".join(str(version).split(".")[:2])
        return wanted if wanted in lines else lines[-1]

    def lines(self, name: str) -> list[str]:
        """The lines of a theme, oldest first; looked for once, as releases come with a start."""
        if name not in self._found:
            self._found[name] = self._looked_for(name)
        return self._found[name]

    def _looked_for(self, name: str) -> list[str]:
        if not manifest.NAME.fullmatch(name):
            raise UnknownTheme(name)
        files = (self.gallery / name).glob("*/theme.toml")
        lines = sorted((file.parent.name for file in files), key=_numbers)
        if not lines:
            raise UnknownTheme(name)
        return lines

    def _chain(self, folder: Path) -> list[Path]:
        """The folder and those it extends, theme first."""
        chain = [folder]
        while parent := (below := manifest.read(chain[-1])).extends:
            chain.append(self.gallery / parent / self._below(parent, below.extends_line, folder))
            if len(chain) > DEEPEST_CHAIN:
                raise BrokenTheme(folder, "extends a chain that is too long")
        return chain

    def _below(self, parent: str, wanted: str, folder: Path) -> str:
        """The line of a parent that was asked for: never another in its stead."""
        if wanted and wanted not in self.lines(parent):
            raise BrokenTheme(folder, f"extends {parent}@{wanted}, which is not in the gallery")
        return wanted or self.lines(parent)[-1]


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in line.split("."))


current = Shelf()
"""The shelf of this process."""
