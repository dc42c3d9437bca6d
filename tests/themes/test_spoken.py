"""A preset speaks the language of the site that begins with it, all of it, and fits."""

from __future__ import annotations

import json
import re

import pytest

from tests.themes.shown import page
from themes import engine
from themes.engine import spoken
from themes.engine.errors import BrokenTheme

CHINESE = re.compile("[\u3400-\u9fff]")
EVERY = [(theme, one["key"]) for theme in engine.THEMES for one in engine.presets(theme)]


def told(theme: str, preset: str, locale: str) -> str:
    """All words of the pages a site would begin with."""
    made = engine.start(theme, preset, "Spark", "", locale=locale)
    return json.dumps([made[part] for part in ("groups", "templates")], ensure_ascii=False)


@pytest.mark.parametrize(("theme", "preset"), EVERY)
def test_an_english_site_begins_in_english(theme: str, preset: str) -> None:
    assert CHINESE.findall(told(theme, preset, "en")) == []


def test_a_chinese_site_begins_as_the_preset_is_written() -> None:
    assert "充值点券，安心开局" in told("clean", "games", "zh_CN")
    assert told("clean", "games", "fr") == told("clean", "games", "zh_CN")


def test_its_words_are_the_sites_own_from_then_on() -> None:
    made = engine.start("neon", "games", "Spark", "", locale="en")
    assert engine.normalise(made) == made
    again = engine.switch(made, "neon", "games", locale="zh_CN")
    assert "点卡就位，即刻开局" in json.dumps(again, ensure_ascii=False)
    assert "Game on." in json.dumps(engine.switch(made, "mini"), ensure_ascii=False)


def test_an_english_front_page_has_english_headings() -> None:
    heads = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page("home", "en", "fest", "games"))
    assert heads[0] == "Start lucky, keep winning"
    assert [one for one in heads if CHINESE.search(one)] == []


@pytest.mark.parametrize("broken", ["[]", "{", '{"a": 1}'])
def test_words_that_are_no_words_break_the_theme(tmp_path, broken: str) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "en.json").write_text(broken)
    with pytest.raises(BrokenTheme):
        spoken.load(tmp_path)
