"""What an agent may save: everything checked, cleaned, and complete."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes import engine


@pytest.fixture
def site() -> dict[str, Any]:
    return engine.start("clean", "standard", "星火点卡", "#1f5eff")


def home(site: dict[str, Any]) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = site["templates"]["home"]["sections"]
    return sections


def paths(site: dict[str, Any]) -> list[str]:
    return [problem.path for problem in engine.check(site)]


def test_a_new_site_is_complete_and_without_fault(site: dict[str, Any]) -> None:
    hero = home(site)[0]
    assert engine.check(site) == []
    assert hero["settings"]["button"] == ""
    assert site["site"]["name"] == "星火点卡"
    assert site["tokens"] == {"primary": "#1f5eff"}


def test_every_default_is_written_in_so_that_a_changed_default_changes_no_live_site(
    site: dict[str, Any],
) -> None:
    schema = engine.theme("clean").schemas["products"]
    for section in home(site):
        if section["type"] == "products":
            assert set(section["settings"]) == set(schema.settings.model_fields)


def test_normalising_twice_is_normalising_once(site: dict[str, Any]) -> None:
    assert engine.normalise(site) == site


def test_it_is_plain_json(site: dict[str, Any]) -> None:
    assert json.loads(json.dumps(site)) == site


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("layout", 'grid" onmouseover="x'),
        ("layout", "carousel"),
        ("limit", 9999),
        ("limit", "12"),
        ("title", "x" * 10_000),
        ("category", "../../etc/passwd"),
        ("products", ["ok", '"><script>']),
        ("products", ["p"] * 25),
        ("style", "color:red"),
    ],
)
def test_a_setting_outside_its_schema_is_refused(
    site: dict[str, Any], key: str, value: object
) -> None:
    shelf = next(section for section in home(site) if section["type"] == "products")
    shelf["settings"][key] = value
    assert any(f"settings.{key}" in path for path in paths(site))
    with pytest.raises(engine.BadArrangement):
        engine.normalise(site)


@pytest.mark.parametrize("kind", ["../layout/page", "header", "footer", "main_product", "tab_bar"])
def test_a_section_that_does_not_belong_on_the_page_is_refused(
    site: dict[str, Any], kind: str
) -> None:
    home(site).append({"id": "extra", "type": kind})
    assert engine.check(site)


@pytest.mark.parametrize("bad", ['x" onload="y', "A", "", "x y", "x" * 60])
def test_a_section_id_is_a_plain_word(site: dict[str, Any], bad: str) -> None:
    home(site)[0]["id"] = bad
    assert engine.check(site)


def test_the_same_id_twice_is_refused(site: dict[str, Any]) -> None:
    home(site).append(deepcopy(home(site)[1]))
    assert "home.sections" in paths(site)


@pytest.mark.parametrize("group", ["header", "footer", "overlay"])
def test_a_locked_section_cannot_be_removed(site: dict[str, Any], group: str) -> None:
    site["groups"][group]["sections"] = []
    assert f"{group}.sections" in paths(site)


def test_more_blocks_than_allowed_are_refused(site: dict[str, Any]) -> None:
    trust = next(section for section in home(site) if section["type"] == "trust")
    block = {"type": "point", "settings": {"title": "快"}}
    trust["blocks"] = [{"id": f"b{n}", **block} for n in range(5)]
    assert any(path.endswith("blocks") for path in paths(site))


def test_rich_text_is_stored_clean(site: dict[str, Any]) -> None:
    dirty = '<p onclick="x">好<script>alert(1)</script><img src=x onerror=y><style>*{}</style></p>'
    home(site).append({"id": "words", "type": "rich_text", "settings": {"body": dirty}})
    assert home(engine.normalise(site))[-1]["settings"]["body"] == "<p>好</p>"


@pytest.mark.parametrize(
    "link",
    [
        {"kind": "external", "ref": "javascript:alert(1)"},
        {"kind": "external", "ref": 'https://x.cn/"onclick="y'},
        {"kind": "external", "ref": "http://plain.cn"},
        {"kind": "product", "ref": "../admin"},
    ],
)
def test_an_unsafe_link_becomes_no_link(site: dict[str, Any], link: dict[str, str]) -> None:
    home(site)[0]["settings"]["link"] = link
    stored = home(engine.normalise(site))[0]["settings"]["link"]
    assert stored == {"kind": "", "ref": ""}


def test_only_rrggbb_may_be_a_colour(site: dict[str, Any]) -> None:
    site["tokens"]["primary"] = "#fff;}body{display:none"
    assert engine.check(site)


def test_a_section_of_another_theme_waits_and_comes_back(site: dict[str, Any]) -> None:
    foreign = {"id": "lottery", "type": "lucky_draw", "settings": {"prizes": 3}}
    home(site).insert(2, foreign)
    parked = engine.normalise(site)
    assert [orphan["section"]["type"] for orphan in parked["orphans"]] == ["lucky_draw"]
    assert all(section["type"] != "lucky_draw" for section in home(parked))
    parked["orphans"][0]["section"] |= {"type": "rich_text", "settings": {"body": "<p>回</p>"}}
    back = engine.normalise(parked)
    assert back["orphans"] == []
    assert home(back)[2]["settings"]["body"] == "<p>回</p>"


@given(
    junk=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_junk_ever_breaks_the_check(junk: object) -> None:
    for key in ("templates", "groups", "site", "tokens", "orphans"):
        document = {"theme": "clean", key: junk}
        assert isinstance(engine.check(document), list)


def test_which_goods_a_page_wants_is_known_before_it_is_drawn(site: dict[str, Any]) -> None:
    wants = engine.wants(site, "home")
    assert [(want["section"], want["source"]) for want in wants] == [
        ("hot", "hot"),
        ("goods", "all"),
    ]
