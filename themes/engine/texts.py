"""Theme texts: one JSON file per language, base first, the theme's own words over it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BrokenTheme

log = logging.getLogger(__name__)
LOCALES = ("zh_CN", "en")


@dataclass(frozen=True)
class Texts:
    """The words of one theme in one language; call it with a key and the values to fill in."""

    locale: str
    entries: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with {name} replaced. `n` picks `key`.one in languages that count."""
        text = self.entries.get(f"{key}.one") if values.get("n") == 1 else None
        text = text if text is not None else self.entries.get(key)
        if text is None:
            log.warning("theme text %s is missing in %s", key, self.locale)
            return key.rpartition(".")[2]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def has(self, key: str) -> bool:
        """Whether the theme has words for `key` in this language."""
        return key in self.entries


def load(folders: Iterable[Path], locale: str) -> Texts:
    """The texts of a theme chain, `folders` given theme first."""
    entries: dict[str, str] = {}
    for folder in reversed(list(folders)):
        file = folder / "locales" / f"{locale}.json"
        if file.exists():
            entries |= _flat(file, _read(file))
    return Texts(locale, entries)


def _read(file: Path) -> dict[str, object]:
    try:
        words = json.loads(file.read_text("utf-8"))
    except ValueError as problem:
        raise BrokenTheme(file, str(problem)) from problem
    if not isinstance(words, dict):
        raise BrokenTheme(file, "must be an object")
    return words


def _flat(file: Path, words: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Nested objects as dotted keys."""
    found: dict[str, str] = {}
    for key, value in words.items():
        if isinstance(value, dict):
            found |= _flat(file, value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found[prefix + key] = value
        else:
            raise BrokenTheme(file, f"{prefix}{key} is no text")
    return found
