"""The oldest shape of a tenant's schema that this code can serve: a revision of its branch.

A site whose schema is older answers its maintenance page until its migration has been made.
"""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).parent.parent / "migrations" / ".needs-tenant"


def _read() -> str:
    """The written revision; an empty text, which nothing is older than, where none is written."""
    return _FILE.read_text(encoding="utf-8").strip() if _FILE.exists() else ""


REVISION = _read()
