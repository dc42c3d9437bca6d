"""One loaded theme: its manifest, schemas, default pages, presets, texts, assets, sandboxes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache

from . import (
    assets,
    filters,
    icons,
    images,
    links,
    manifest,
    migrations,
    schemas,
    spoken,
    texts,
    tokens,
)
from . import sandbox as boxes
from .errors import BrokenTheme

Arrangement = dict[str, Any]
Menus = dict[str, list[dict[str, str]]]


@dataclass(eq=False)
class Theme:
    """Everything the engine knows of one theme line; read once, then never changed."""

    manifest: manifest.Manifest
    folders: tuple[Path, ...]
    schemas: dict[str, schemas.SectionSchema]
    templates: dict[str, Arrangement]
    groups: dict[str, Arrangement]
    presets: dict[str, dict[str, Any]]
    menus: Menus
    migrations: dict[str, migrations.Steps]
    tokens: tokens.Tokens
    assets: dict[str, assets.Asset]
    icons: icons.Icons
    art: dict[str, images.Picture]
    spoken: dict[str, spoken.Words]
    _sandboxes: dict[str, boxes.Sandbox] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def version(self) -> str:
        """The major.minor line a site pins."""
        return self.manifest.line

    @property
    def title(self) -> dict[str, str]:
        return self.manifest.title

    @property
    def section_types(self) -> list[str]:
        return sorted(self.schemas)

    def asset_url(self, path: str) -> str:
        """The immutable URL of one of its files."""
        return assets.url(self.name, self.version, self.assets, path)

    def drawn(self, name: str) -> images.Picked:
        """One of the theme's own pictures; "" for a name nobody drew."""
        return self.art.get(str(name), "")

    def preset(self, key: str, locale: str) -> Arrangement:
        """A preset in the words of a language, to be changed freely. KeyError for none."""
        found: Arrangement = spoken.said(self.presets[key], self.spoken.get(locale, {}))
        return found

    def texts(self, locale: str) -> texts.Texts:
        """Its words in `locale`."""
        return texts.load(self.folders, locale)

    def sandbox(self, locale: str, cache: BytecodeCache | None = None) -> boxes.Sandbox:
        """Its environment for pages in `locale`, made on first use."""
        locale = locale if locale in texts.LOCALES else texts.LOCALES[0]
        if locale not in self._sandboxes:
            self._sandboxes[locale] = self._made(locale, cache)
        return self._sandboxes[locale]

    def _made(self, locale: str, cache: BytecodeCache | None) -> boxes.Sandbox:
        made = boxes.Sandbox(self.folders, cache=cache)
        words = self.texts(locale)
        given = {"t": words, "has_text": words.has, "icon": self.icons, "asset": self.asset_url}
        given["drawn"] = self.drawn
        made.grant(given, filters.filters_for(locale))
        made.globals |= {"routes": dict(links.ROUTES), "locale": locale}
        made.globals["html_lang"] = locale.replace("_", "-")
        return made


def load(folders: Sequence[Path]) -> Theme:
    """Read a theme from its chain of folders, the theme first, base last. Raises BrokenTheme."""
    own = manifest.read(folders[0])
    above = [manifest.read(folder) for folder in folders[1:]]
    chain = [*reversed(above), own]
    files = assets.load(
        folders,
        dict.fromkeys(name for m in chain for name in m.styles),
        dict.fromkeys(name for m in chain for name in m.scripts),
    )
    return Theme(
        manifest=own,
        folders=tuple(folders),
        schemas=_schemas(folders),
        templates=_documents(folders, "templates"),
        groups=_documents(folders, "groups"),
        presets=_presets(folders[0]),
        menus=_menus(_first(folders, "menus.json")),
        migrations=migrations.load(folders),
        tokens=tokens.load(_first(folders, "tokens.json")),
        assets=files,
        icons=icons.Icons(icons.load(folders)),
        spoken=spoken.load(folders[0]),
        art=images.load(folders, partial(assets.url, own.name, own.line, files)),
    )


def _first(folders: Sequence[Path], name: str) -> Path:
    return next((f / name for f in folders if (f / name).exists()), folders[0] / name)


def _schemas(folders: Sequence[Path]) -> dict[str, schemas.SectionSchema]:
    found: dict[str, schemas.SectionSchema] = {}
    for folder in reversed(folders):
        for file in sorted((folder / "sections").glob("*.json")):
            found[file.stem] = schemas.load(file)
    return found


def _documents(folders: Sequence[Path], kind: str) -> dict[str, Arrangement]:
    """The default arrangements of pages (`templates`) or groups (`groups`)."""
    found: dict[str, Arrangement] = {}
    for folder in reversed(folders):
        for file in sorted((folder / kind).glob("*.json")):
            found[file.stem] = _json(file)
    return found


def _menus(file: Path) -> Menus:
    """The lines of the menus no site has written: {text, to}. Raises BrokenTheme."""
    found = _json(file)
    odd = [one for lines in found.values() for one in lines if one.get("to") not in links.PLACES]
    if odd or set(found) != {"main", "footer"}:
        raise BrokenTheme(file, "needs main and footer, each line leading to a place of the shop")
    return found


def _presets(folder: Path) -> dict[str, dict[str, Any]]:
    """One-click decorations; a theme without any is broken (base, which nobody picks, is not)."""
    files = sorted((folder / "presets").glob("*/preset.json"))
    return {file.parent.name: _json(file) for file in files}


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as problem:
        raise BrokenTheme(file, str(problem)) from problem
    if not isinstance(found, dict):
        raise BrokenTheme(file, "must be an object")
    return found
