"""A gallery of two lines for tests: 澄蓝 1.0 as it is, and 1.1 with other colours, another preset
and a question list whose heading has another name; `worse` says what is wrong with 1.1."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kameng.faces.frame import opening
from themes.engine import GALLERY, Shelf, shelf

THEME, OLD, NEW = "clean", "1.0", "1.1"
NEW_TEXT = "#101010"
"""The colour of text on the new line."""
PALE = "#e4e4e4"
NEW_PRESET = "spring"
BROKEN = "{{ section.settings.nowhere.to_be_found }}"
PICKY = f"{{% if section.blocks %}}{BROKEN}{{% endif %}}"


def release(folder: Path, *, worse: str = "") -> Path:
    """A folder to start the processes of a deployment in: their `themes` have the second line."""
    themes = folder / "themes"
    themes.mkdir()
    for part in GALLERY.parent.iterdir():
        if part.suffix == ".py":
            shutil.copy(part, themes)
        elif part.is_dir() and part != GALLERY and not part.name.startswith("_"):
            shutil.copytree(part, themes / part.name)
    two_lines(themes, worse=worse)
    return folder


def two_lines(folder: Path, *, worse: str = "") -> Shelf:
    """The real gallery with a second line of 澄蓝. `worse`: "broken", its question list cannot be
    drawn; "picky", not where a site wrote its own questions; "lossy", it knows no word of the old
    list's heading; "pale", nobody can read its small print."""
    gallery = folder / "gallery"
    gallery.mkdir()
    for theme in GALLERY.iterdir():
        if theme.is_dir() and not theme.name.startswith(("_", ".")) and theme.name != THEME:
            (gallery / theme.name).symlink_to(theme)
    (gallery / THEME).mkdir()
    (gallery / THEME / OLD).symlink_to(GALLERY / THEME / OLD)
    _newer(gallery / THEME / NEW, worse)
    return Shelf(gallery)


def _newer(line: Path, worse: str) -> None:
    shutil.copytree(GALLERY / THEME / OLD, line, ignore=shutil.ignore_patterns("preview.webp"))
    _changed(line / "theme.toml", 'version = "1.0.0"', 'version = "1.1.0"')
    tokens = json.loads((line / "tokens.json").read_text("utf-8"))
    tokens["light"]["text"] = NEW_TEXT
    if worse == "pale":
        tokens["light"]["muted"] = PALE
    _written(line / "tokens.json", tokens)
    shutil.copytree(line / "presets" / "mix", line / "presets" / NEW_PRESET)
    _written(line / "sections" / "faq.json", _questions())
    drawn = (GALLERY / "base/1.0/sections/faq.html").read_text("utf-8")
    drawn = drawn.replace("settings.title", "settings.heading").replace("faq", "faq newer", 1)
    bad = {"broken": BROKEN, "picky": PICKY + drawn}
    (line / "sections" / "faq.html").write_text(bad.get(worse, drawn), "utf-8")
    if worse != "lossy":
        (line / "migrations").mkdir()
        step = {"to": 2, "ops": [{"op": "rename", "from": "title", "to": "heading"}]}
        _written(line / "migrations" / "faq.json", {"steps": [step]})


def _questions() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((GALLERY / "base/1.0/sections/faq.json").read_text("utf-8"))
    schema["version"], schema["settings"][0]["id"] = 2, "heading"
    return schema


def _written(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def _changed(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new), "utf-8")


@contextmanager
def hung(found: Shelf) -> Iterator[Shelf]:
    """The engine's gallery for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "current", found)
        opening._plain_looks.cache_clear()
        yield found
    opening._plain_looks.cache_clear()
