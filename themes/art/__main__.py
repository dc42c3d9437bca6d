"""Writes the banners of the gallery, or pictures of goods into a folder:
`python -m themes.art [theme …]`, `python -m themes.art --goods=FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from themes.art import books

GOODS = "--goods="


def main(words: list[str]) -> None:
    """Draw and write what is asked for."""
    folders = [Path(word.removeprefix(GOODS)) for word in words if word.startswith(GOODS)]
    asked = books.of_goods(folders[0]) if folders else books.files(words)
    for path, body in asked:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        print(f"{len(body) // 1024:>4} kB  {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
