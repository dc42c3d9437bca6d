"""Two lines of one theme side by side: every door uses the line a site is on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.gallery import NEW, NEW_PRESET, NEW_TEXT, OLD, THEME, two_lines
from tests.themes.pages import every_page
from themes import engine
from themes.engine import BadArrangement, BrokenTheme, Shelf, UnknownTheme
from themes.engine import shelf as shelves

ASKED = {"id": "asked", "type": "faq", "v": 1, "settings": {"title": "大家常问"}, "blocks": []}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = two_lines(tmp_path)
    monkeypatch.setattr(shelves, "current", made)
    return made


def old_site() -> dict[str, Any]:
    """A site of the old line that has a question list with a heading of its own."""
    site = engine.start(THEME, "standard", "星火点卡", "#2563eb", OLD)
    site["templates"]["home"]["sections"] = [dict(ASKED)]
    return engine.normalise(site)


def home(site: dict[str, Any]) -> str:
    _template, drops = every_page()["home"]
    return engine.render(THEME, "home", arrangement=site, drops=drops)


def test_a_site_is_drawn_checked_and_coloured_by_its_own_line(shelf: Shelf) -> None:
    old = old_site()
    new = engine.upgrade(old, NEW)
    assert engine.lines(THEME) == (OLD, NEW)
    for site, line in ((old, OLD), (new, NEW)):
        digest, css = engine.tokens_css(THEME, site["tokens"], line)
        assert f"/tokens/{digest}.css" in home(site)
        assert f"/assets/{THEME}/{line}/" in home(site)
        assert (NEW_TEXT in css) is (line == NEW)
        assert engine.check(site) == []
        assert engine.asset_url(THEME, "favicon.svg", line).startswith(f"/assets/{THEME}/{line}/")
    worst = {line: engine.contrast(THEME, {}, line)[0].ratio for line in (OLD, NEW)}
    assert worst[OLD] != worst[NEW]
    assert "faq newer" in home(new)
    assert "faq newer" not in home(old)


def test_presets_pictures_and_starts_are_the_lines_own(shelf: Shelf) -> None:
    keys = {line: {one["key"] for one in engine.presets(THEME, line)} for line in (OLD, NEW)}
    assert keys[NEW] - keys[OLD] == {NEW_PRESET}
    assert engine.thumbnail(THEME, "mix", OLD) is not None
    assert engine.thumbnail(THEME, "mix", NEW) is None
    assert engine.start(THEME, "standard", "", "", OLD)["version"] == OLD
    assert engine.start(THEME, NEW_PRESET, "", "")["version"] == NEW
    with pytest.raises(KeyError):
        engine.start(THEME, NEW_PRESET, "", "", OLD)


def test_a_site_that_begins_its_theme_anew_stays_on_its_line(shelf: Shelf) -> None:
    old = old_site()
    assert engine.switch(old, THEME, "standard")["version"] == OLD
    other = engine.switch(old, "mini")
    assert engine.switch(other, THEME, version=OLD)["version"] == OLD
    assert engine.switch(other, THEME)["version"] == NEW


def test_declared_steps_bring_a_site_to_the_new_line_with_every_word(shelf: Shelf) -> None:
    new = engine.upgrade(old_site() | {"digest": "of the live revision"}, NEW)
    [section] = new["templates"]["home"]["sections"]
    assert (new["version"], section["v"], section["settings"]["heading"]) == (NEW, 2, "大家常问")
    assert "大家常问" in home(new)
    assert engine.upgrade(new, NEW) == new


def test_what_a_line_cannot_take_is_refused_and_nothing_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "current", two_lines(tmp_path, worse="lossy"))
    old = old_site()
    before = repr(old)
    with pytest.raises(BadArrangement, match="title"):
        engine.upgrade(old, NEW)
    assert repr(old) == before
    with pytest.raises(UnknownTheme):
        engine.upgrade(old, "9.9")


def test_a_line_stands_on_the_line_of_its_parent_that_it_names(
    shelf: Shelf, tmp_path: Path
) -> None:
    file = shelf.gallery / THEME / NEW / "theme.toml"
    file.write_text(file.read_text("utf-8").replace("base@1.0", "base@7.7"), "utf-8")
    with pytest.raises(BrokenTheme, match=r"base@7\.7"):
        shelf.theme(THEME, NEW)


def test_every_theme_of_the_gallery_names_the_line_it_stands_on() -> None:
    """Else a second line of base would change every site at once."""
    for name in engine.THEMES:
        for line in engine.lines(name):
            manifest = engine.theme(name, line).manifest
            assert manifest.extends is None or manifest.extends_line, name


def test_every_line_is_loaded_and_compiled_at_start(shelf: Shelf) -> None:
    compiled = engine.warm(["en"])
    assert compiled > 0
    assert {(THEME, OLD), (THEME, NEW)} <= set(shelf._loaded)
