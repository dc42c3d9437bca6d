"""Old documents come up to date by declared operations, on a small theme made for the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from themes.engine import BrokenTheme, Shelf, migrations
from themes.engine import arrangement as arrangements

STEPS = {
    "steps": [
        {
            "to": 2,
            "ops": [
                {"op": "rename", "from": "count", "to": "limit"},
                {"op": "map", "key": "layout", "values": {"carousel": "scroll"}},
            ],
        },
        {
            "to": 3,
            "ops": [
                {"op": "remove", "key": "speed"},
                {"op": "set", "key": "title", "value": "热卖"},
                {"op": "move_to_block", "keys": ["badge"], "block": "mark"},
            ],
        },
    ]
}
SCHEMA: dict[str, Any] = {
    "type": "shelf",
    "version": 3,
    "name": {"zh_CN": "货架", "en": "Shelf"},
    "max_blocks": 2,
    "settings": [
        {"id": "limit", "type": "range", "default": 4, "min": 1, "max": 9},
        {"id": "layout", "type": "select", "default": "grid",
         "options": [{"value": "grid"}, {"value": "scroll"}]},
        {"id": "title", "type": "text"},
    ],
    "blocks": [{"type": "mark", "settings": [{"id": "badge", "type": "text"}]}],
}  # fmt: skip
OLD = {"id": "s1", "type": "shelf", "v": 1,
       "settings": {"count": 6, "layout": "carousel", "speed": 3, "badge": "新"}}  # fmt: skip


def labelled(schema: dict[str, Any]) -> dict[str, Any]:
    fields = [*schema["settings"], *(f for b in schema["blocks"] for f in b["settings"])]
    for field in fields:
        field["label"] = {"zh_CN": field["id"], "en": field["id"]}
    return schema


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "toy" / "1.0"
    for name in ("sections", "migrations", "templates", "locales"):
        (folder / name).mkdir(parents=True)
    tokens = (Path(migrations.__file__).parents[1] / "gallery/base/1.0/tokens.json").read_text()
    files = {
        "theme.toml": 'name = "toy"\nversion = "1.0.3"\napi = 1\n',
        "tokens.json": tokens,
        "sections/shelf.json": json.dumps(labelled(SCHEMA)),
        "sections/shelf.html": "{{ section.settings.limit }}",
        "migrations/shelf.json": json.dumps(STEPS),
        "migrations/rack.json": json.dumps(
            {"steps": [{"to": 2, "ops": [{"op": "rename_type", "to": "shelf"}]}]}
        ),
        "migrations/counter.json": json.dumps(
            {"steps": [{"to": 2, "ops": [{"op": "drop_section"}]}]}
        ),
        "templates/home.json": '{"sections": []}',
        "menus.json": '{"main": [], "footer": []}',
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return Shelf(tmp_path)


def home(shelf: Shelf, *sections: dict[str, Any]) -> list[dict[str, Any]]:
    document = {"theme": "toy", "templates": {"home": {"sections": list(sections)}}}
    found: list[dict[str, Any]] = arrangements.normalise(shelf.theme("toy"), document)["templates"][
        "home"
    ]["sections"]
    return found


def test_a_document_of_the_first_version_comes_up_to_date(shelf: Shelf) -> None:
    [section] = home(shelf, OLD)
    assert section["v"] == 3
    assert section["settings"].items() >= {"limit": 6, "layout": "scroll", "title": "热卖"}.items()
    assert section["blocks"] == [{"id": "mark-1", "type": "mark", "settings": {"badge": "新"}}]


def test_steps_already_taken_are_not_taken_again(shelf: Shelf) -> None:
    now = home(shelf, OLD)
    now[0]["settings"]["title"] = "自己的标题"
    assert home(shelf, *now) == now


def test_the_given_document_is_left_as_it_was(shelf: Shelf) -> None:
    before = json.dumps(OLD)
    home(shelf, OLD)
    assert json.dumps(OLD) == before


def test_a_renamed_type_lives_on_and_a_dropped_one_goes(shelf: Shelf) -> None:
    rack = {"id": "r", "type": "rack", "v": 1, "settings": {}}
    counter = {"id": "c", "type": "counter", "v": 1, "settings": {}}
    assert [section["type"] for section in home(shelf, rack, counter)] == ["shelf"]


def test_an_unknown_operation_breaks_the_theme_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    file = tmp_path / "migrations" / "x.json"
    file.write_text('{"steps": [{"to": 2, "ops": [{"op": "exec"}]}]}')
    with pytest.raises(BrokenTheme, match="exec"):
        migrations.load([tmp_path])
