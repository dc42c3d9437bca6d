"""Another theme for a site: what was typed stays, what does not fit waits, a preset begins anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.themes.pages import every_page
from themes import engine
from themes.engine import switching

FROM = engine.THEMES[0]
OTHERS = [(name, one["key"]) for name in engine.THEMES for one in engine.presets(name)]


@pytest.fixture
def mine() -> dict[str, Any]:
    """A site that was worked at: words of its own, a section moved, a page of its own."""
    site = engine.start(FROM, engine.presets(FROM)[0]["key"], "星火点卡", "#2563eb")
    site["templates"]["home"]["sections"].append(
        {"id": "mine", "type": "rich_text", "v": 1, "settings": {}, "blocks": [], "hide": []}
    )
    site["site"]["notice"] = "我写的公告"
    return engine.normalise(site)


@pytest.mark.parametrize("theme", engine.THEMES)
def test_another_theme_keeps_pages_and_words(mine: dict[str, Any], theme: str) -> None:
    found = engine.switch(mine, theme)
    assert found["theme"] == theme
    assert found["site"] == mine["site"]
    there = [one["id"] for one in found["templates"]["home"]["sections"]]
    waiting = [one["section"]["id"] for one in found["orphans"]]
    assert "mine" in there
    assert set(there + waiting) >= {one["id"] for one in mine["templates"]["home"]["sections"]}
    assert engine.check(found) == []
    back = engine.switch(found, FROM)
    assert back == mine


@pytest.mark.parametrize(("theme", "preset"), OTHERS)
def test_a_preset_begins_anew_and_what_the_site_says_of_itself_stays(
    mine: dict[str, Any], theme: str, preset: str
) -> None:
    found = engine.switch(mine, theme, preset)
    fresh = engine.start(theme, preset, "星火点卡", "")
    assert found["site"]["notice"] == "我写的公告"
    assert found["templates"] == fresh["templates"]
    assert found["tokens"] == fresh["tokens"]
    template, drops = every_page()["home"]
    assert "星火点卡" in engine.render(theme, template, arrangement=found, drops=drops)


def test_switching_decides_and_changes_nothing_it_was_given(mine: dict[str, Any]) -> None:
    before = json.dumps(mine, sort_keys=True)
    engine.switch(mine, FROM, engine.presets(FROM)[0]["key"])
    assert json.dumps(mine, sort_keys=True) == before


def test_unknown_themes_and_presets_are_refused_by_name(mine: dict[str, Any]) -> None:
    with pytest.raises(engine.UnknownTheme):
        engine.switch(mine, "nobody")
    with pytest.raises(KeyError):
        engine.switch(mine, FROM, "nobody")


@pytest.fixture
def poorer(tmp_path: Path) -> engine.Theme:
    """A theme like the first, whose own version of a section takes no title, and has no FAQ."""
    gallery = tmp_path / "gallery"
    shutil.copytree(engine.GALLERY, gallery)
    sections = gallery / "base" / "1.0" / "sections"
    for file in ("faq.html", "faq.json"):
        (sections / file).unlink()
    for file in gallery.rglob("*.json"):
        if file.parent.parent.name == "presets" or file.parent.name == "templates":
            kept = json.loads(file.read_text("utf-8"))
            _without(kept, "faq")
            file.write_text(json.dumps(kept), "utf-8")
    schema = json.loads((sections / "rich_text.json").read_text("utf-8"))
    schema["settings"] = [one for one in schema["settings"] if one["id"] != "title"]
    (sections / "rich_text.json").write_text(json.dumps(schema), "utf-8")
    return engine.Shelf(gallery).theme(FROM)


def _without(found: Any, type_: str) -> None:
    if isinstance(found, dict):
        if isinstance(found.get("sections"), list):
            found["sections"] = [one for one in found["sections"] if one.get("type") != type_]
        for inner in found.values():
            _without(inner, type_)


def test_foreign_sections_wait_and_come_back_and_foreign_settings_do_not_break_the_page(
    mine: dict[str, Any], poorer: engine.Theme
) -> None:
    home = mine["templates"]["home"]["sections"]
    home.append({"id": "ask", "type": "faq", "v": 1, "settings": {}, "blocks": [], "hide": []})
    next(one for one in home if one["id"] == "mine")["settings"]["title"] = "只有旧主题认得"
    mine = engine.normalise(mine)
    there = switching.switched(poorer, mine, None)
    assert "ask" not in [one["id"] for one in there["templates"]["home"]["sections"]]
    assert "ask" in [one["section"]["id"] for one in there["orphans"]]
    back = engine.switch(there, FROM)
    assert "ask" in [one["id"] for one in back["templates"]["home"]["sections"]]
    assert back["orphans"] == []


def test_what_waits_does_not_come_back_where_its_place_is_taken(mine: dict[str, Any]) -> None:
    raw = {"id": "mine", "type": "rich_text", "v": 1, "settings": {}, "blocks": [], "hide": []}
    mine["orphans"] = [{"page": "home", "at": 0, "section": raw}]
    found = engine.switch(mine, FROM)
    assert len(found["orphans"]) == 1
    assert engine.check(found) == []
