"""The words a preset brings, in the language of the site that begins with it.

A preset is written in Chinese; `presets/<language>.json` beside it has each of its texts in another
language. From then on they are the site's own words, which it may change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import BrokenTheme
from .texts import LOCALES

Words = Mapping[str, str]


def load(folder: Path) -> dict[str, Words]:
    """By language the texts of a theme's presets. Raises BrokenTheme."""
    files = {locale: folder / "presets" / f"{locale}.json" for locale in LOCALES}
    return {locale: _words(file) for locale, file in files.items() if file.exists()}


def _words(file: Path) -> Words:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as problem:
        raise BrokenTheme(file, str(problem)) from problem
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise BrokenTheme(file, "must be an object of texts")
    return found


def said(value: Any, words: Words) -> Any:
    """A copy of the value, each of its texts as `words` has it; any other stays."""
    if isinstance(value, dict):
        return {key: said(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [said(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value
