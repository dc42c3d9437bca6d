"""Merges the faces' Chinese fragments into the one catalogue Babel reads: `make messages`.

Every face keeps `locale/zh_CN.po` beside its code (msgid English, msgstr Chinese), so that two
people never edit one file. English is the msgid itself; its catalogue stays empty.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FACES = Path(__file__).parent.parent
LOCALE = Path(__file__).parent / "locale"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
STILL = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "# Merged by `make messages` from the faces' fragments; edit those, not this file."


def fragments() -> list[Path]:
    """The faces' Chinese fragments, in a fixed order."""
    return sorted(FACES.glob("*/locale/zh_CN.po")) + sorted(FACES.glob("*/*/locale/zh_CN.po"))


def merged() -> Catalog:
    """All fragments as one catalogue; the same text must not be translated in two ways."""
    whole = _empty("zh_CN")
    for file in fragments():
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                if message.id and message.string:
                    _add(whole, message, file)
    return whole


def _add(whole: Catalog, message: object, file: Path) -> None:
    known = whole.get(message.id)  # type: ignore[attr-defined]
    if known is not None and known.string != message.string:  # type: ignore[attr-defined]
        raise SystemExit(f"{file}: {message.id!r} is translated differently elsewhere")  # type: ignore[attr-defined]
    whole.add(message.id, message.string)  # type: ignore[attr-defined]


def used() -> Iterator[tuple[str, int, str]]:
    """Every text in code and templates of the faces: file, line, msgid."""
    found = extract_from_dir(FACES, METHODS, keywords=KEYWORDS)
    for file, line, text, _comments, _context in found:
        yield file, line, text[0] if isinstance(text, tuple) else text


def missing(whole: Catalog) -> list[str]:
    """Texts without a Chinese translation, as "file:line text"."""
    return [f"{file}:{line} {text}" for file, line, text in used() if whole.get(text) is None]


def _empty(locale: str) -> Catalog:
    return Catalog(locale=locale, project="Kameng", fuzzy=False, header_comment=HEADER)


def write(whole: Catalog) -> None:
    """Write both catalogues, as text and compiled, without a date: same input, same bytes."""
    for catalog in (whole, _empty("en")):
        folder = LOCALE / str(catalog.locale) / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        catalog.creation_date = catalog.revision_date = STILL
        with (folder / "messages.po").open("wb") as po:
            write_po(po, catalog, sort_output=True, omit_header=False, width=100)
        with (folder / "messages.mo").open("wb") as mo:
            write_mo(mo, catalog)


def main() -> int:
    """Merge, write, and name what is still missing."""
    whole = merged()
    write(whole)
    lost = missing(whole)
    sys.stdout.write("\n".join([*lost, f"{len(list(whole))} texts, {len(lost)} missing"]) + "\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
