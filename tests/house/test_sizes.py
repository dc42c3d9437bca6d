"""Files keep to one reason: 400 lines is where a split by noun is due."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CAP = 400


def test_no_file_outgrows_its_reason() -> None:
    rooms = [ROOT / name for name in ("platform", "tenants", "themes", "migrations", "bench")]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for room in rooms
        for path in room.rglob("*.py")
    }
    assert {name: size for name, size in lengths.items() if size > CAP} == {}


def test_every_module_says_why_it_exists() -> None:
    rooms = [ROOT / name for name in ("platform", "tenants", "themes", "migrations", "bench")]
    silent = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in room.rglob("*.py")
        if (text := path.read_text(encoding="utf-8").strip()) and not text.startswith(('"""', "#!"))
    ]
    assert silent == []
