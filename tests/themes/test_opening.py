"""What an editor gets of a theme and of a saved arrangement: whole, plain, in one language."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from themes import engine

WORDS = ("label", "help", "name")


def started(theme: str = "clean") -> dict[str, Any]:
    return engine.start(theme, engine.presets(theme)[0]["key"], "店", "")


def texts(value: Any) -> list[Any]:
    """Every text of a library that a person reads."""
    if isinstance(value, list):
        return [found for one in value for found in texts(one)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in WORDS if key in value]
    return own + [found for key, one in value.items() if key != "fresh" for found in texts(one)]


@pytest.mark.parametrize("theme", engine.THEMES)
def test_the_library_of_a_theme_is_plain_and_speaks_one_language(theme: str) -> None:
    zh, en = (engine.library(theme, None, locale) for locale in ("zh_CN", "en"))
    assert set(zh) == set(en) == set(engine.theme(theme).schemas)
    assert all(isinstance(text, str) for text in texts(zh))
    assert zh["faq"]["name"] == "常见问题"
    assert en["faq"]["name"] == "FAQ"
    assert json.loads(json.dumps(zh)) == zh


@pytest.mark.parametrize("theme", engine.THEMES)
def test_every_section_the_library_offers_can_be_put_on_a_page(theme: str) -> None:
    """A new one holds what the theme accepts: added, saved, unchanged."""
    whole = engine.opened(started(theme))[0]
    for kind, one in engine.library(theme).items():
        group = one["groups"][0]
        part, name = ("templates", (one["templates"] or ["home"])[0])
        part, name = (part, name) if group == "main" else ("groups", group)
        made = deepcopy(whole)
        new = {"id": "new-1", "type": kind, "v": one["v"], "hide": [], **deepcopy(one["fresh"])}
        others = [old for old in made[part][name]["sections"] if old["type"] != kind]
        made[part][name]["sections"] = [*others, new]
        assert engine.normalise(made) == made, kind


def test_an_opened_arrangement_has_every_page_of_its_theme() -> None:
    saved = started()
    del saved["templates"]["product"], saved["groups"]["overlay"]
    opened, changed = engine.opened(saved)
    theme = engine.theme("clean")
    assert set(opened["templates"]) == set(theme.templates)
    assert set(opened["groups"]) == set(theme.groups)
    assert not changed
    assert engine.normalise(opened) == opened


def test_what_an_older_theme_took_falls_back_to_what_this_one_takes() -> None:
    saved = started()
    home = saved["templates"]["home"]["sections"]
    home[0]["settings"] = {**home[0]["settings"], "glitter": True}
    opened, changed = engine.opened(saved)
    assert changed
    assert "glitter" not in opened["templates"]["home"]["sections"][0]["settings"]
    assert [one["id"] for one in opened["templates"]["home"]["sections"]] == [o["id"] for o in home]


def test_a_section_of_a_type_that_is_gone_waits() -> None:
    saved = started()
    gone = {"id": "old", "type": "snow_globe", "v": 1, "settings": {}, "blocks": [], "hide": []}
    saved["templates"]["home"]["sections"].insert(1, gone)
    opened, changed = engine.opened(saved)
    assert changed
    assert [one["section"]["id"] for one in opened["orphans"]] == ["old"]
    assert all(one["id"] != "old" for one in opened["templates"]["home"]["sections"])


def test_a_page_and_a_whole_site_can_begin_anew_and_keep_their_words() -> None:
    saved = started()
    saved["pages"] = {"about": {"title": "关于", "sections": [{"id": "main", "type": "main_page"}]}}
    saved["tokens"], saved["site"]["notice"] = {"primary": "#118844"}, "公告"
    whole = engine.opened(saved)[0]
    fresh = engine.reset(whole)
    whole["templates"]["home"]["sections"].clear()
    one = engine.reset(whole, ("templates", "home"))
    assert one["templates"]["home"] == fresh["templates"]["home"]
    assert one["tokens"] == {"primary": "#118844"}
    assert fresh["tokens"] == {}
    assert (fresh["pages"], fresh["site"]) == (whole["pages"], whole["site"])
    key = engine.presets("clean")[-1]["key"]
    chosen = engine.reset(whole, preset=key)["templates"]["home"]
    assert chosen == engine.start("clean", key, "店", "")["templates"]["home"]
    for page in (("templates", "nowhere"), ("groups", "home")):
        with pytest.raises(KeyError):
            engine.reset(whole, page)


@pytest.mark.parametrize("at", [10**30, -1])
def test_a_waiting_section_has_a_place_one_can_count_to(at: int) -> None:
    saved = started()
    lost = {"id": "old", "type": "faq", "settings": {}}
    saved["orphans"] = [{"page": "home", "at": at, "section": lost}]
    assert [problem.path for problem in engine.check(saved)] == ["orphans.0.at"]


def test_more_waiting_sections_than_can_be_kept_are_refused() -> None:
    saved = started()
    for slug in range(5):
        rows = [{"id": f"s{n}", "type": "snow_globe"} for n in range(55)]
        saved["pages"][f"p{slug}"] = {"title": "页", "sections": rows}
    assert "orphans" in [problem.path for problem in engine.check(saved)]
