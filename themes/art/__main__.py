"""Writes every picture the gallery holds: `python -m themes.art [theme … | goods]`."""

from __future__ import annotations

import sys

from themes.art import books


def main(names: list[str]) -> None:
    """Draw and write the pictures that are named, or all."""
    for path, body in books.files(names):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        print(f"{len(body) // 1024:>4} kB  {path.relative_to(books.ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
