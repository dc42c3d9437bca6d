"""What was drawn once is kept: for the same values, the same theme and language, nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from tests.themes.pages import every_page
from themes import engine
from themes.engine import cards, same

SITE = engine.start("clean", "standard", "星火点卡", "")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    engine.forget()


def shelf(*goods: dict[str, Any], theme: str = "clean", locale: str = "zh_CN") -> str:
    """A category that holds these goods."""
    template, drops = every_page()["category"]
    drops["products"] = list(goods)
    site = SITE if theme == "clean" else engine.start(theme, "games", "星火点卡", "")
    return engine.render(theme, template, arrangement=site, drops=drops, locale=locale)


def goods(**more: Any) -> dict[str, Any]:
    return every_page()["home"][1]["products"][0] | more


def test_goods_that_change_get_a_new_card_and_those_beside_them_keep_theirs() -> None:
    one, other = goods(name="甲卡"), goods(name="乙卡")
    first = shelf(one, other)
    assert len(cards._kept) == 2
    second = shelf(one, other | {"name": "丙卡"})
    assert len(cards._kept) == 3
    assert first.replace("乙卡", "丙卡") == second


def test_a_card_is_kept_apart_by_theme_and_by_language() -> None:
    one = goods(sold=12)
    every = {(t, lang): shelf(one, theme=t, locale=lang) for t in ("clean", "neon") for lang in
             ("zh_CN", "en")}  # fmt: skip
    engine.forget()
    for (theme, locale), drawn in reversed(every.items()):
        assert shelf(one, theme=theme, locale=locale) == drawn


def test_what_is_markup_in_one_drop_stays_text_in_another() -> None:
    """No face hands markup to a card; if one did, it would not stand in for a shop's own words."""
    shelf(goods(name=Markup(HOSTILE)))
    assert HOSTILE not in shelf(goods(name=HOSTILE))
    assert len(cards._kept) == 1


def test_numbers_and_truths_that_are_equal_are_not_the_same() -> None:
    assert len({same.key(one) for one in (1, 1.0, True, "1", [1], (1,), {"a": 1})}) == 7
    assert same.plain(Markup("a")) is None


def test_no_more_cards_are_kept_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "KEPT", 3)
    shelf(*(goods(name=f"第 {n} 张") for n in range(9)))
    assert len(cards._kept) == 3
