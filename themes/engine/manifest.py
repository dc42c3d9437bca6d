"""theme.toml: who a theme is and what it stands on."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .errors import BrokenTheme

API = 1
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
PARENT = re.compile(r"([a-z][a-z0-9_]{1,30})(?:@(\d+\.\d+))?")
VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Manifest:
    """The facts of theme.toml; `line` is the major.minor a site pins.

    `extends` is a theme, `extends_line` which line of it ("" for its newest)."""

    name: str
    version: str
    title: dict[str, str]
    extends: str | None
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    tags: tuple[str, ...]
    extends_line: str = ""

    @property
    def line(self) -> str:
        return self.version.rpartition(".")[0]


def read(folder: Path) -> Manifest:
    """Read and check `folder`/theme.toml. Raises BrokenTheme."""
    file = folder / "theme.toml"
    try:
        facts = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise BrokenTheme(file, str(problem)) from problem
    manifest = _manifest(file, facts)
    if (folder.parent.name, folder.name) != (manifest.name, manifest.line):
        raise BrokenTheme(file, f"lies in {folder.parent.name}/{folder.name}")
    return manifest


def _manifest(file: Path, facts: dict[str, object]) -> Manifest:
    """The frozen manifest of the parsed file."""
    if facts.get("api") != API:
        raise BrokenTheme(file, f"api must be {API}")
    if not NAME.fullmatch(str(facts.get("name"))) or not VERSION.fullmatch(str(facts["version"])):
        raise BrokenTheme(file, "name or version is malformed")
    parent, line = _parent(file, facts.get("extends"))
    return Manifest(
        name=str(facts["name"]),
        version=str(facts["version"]),
        title=_strings(facts.get("title")),
        extends=parent,
        styles=_names(facts.get("styles")),
        scripts=_names(facts.get("scripts")),
        tags=_names(facts.get("tags")),
        extends_line=line,
    )


def _parent(file: Path, extends: object) -> tuple[str | None, str]:
    """`base@1.0` as the theme it stands on and the line of it."""
    if extends is None:
        return None, ""
    found = PARENT.fullmatch(str(extends))
    if found is None:
        raise BrokenTheme(file, f"extends {extends!r}, which is no theme@line")
    return found[1], found[2] or ""


def _strings(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, dict) else {}


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list) else ()
