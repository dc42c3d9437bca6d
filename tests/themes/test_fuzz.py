"""Whatever an agent, a member or a supplier writes stays text, in every field of every section of
every theme; and a section alone is the same as in its page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tests.themes import library
from tests.themes.pages import every_page
from tests.themes.test_render import Tags, poisoned, skeleton
from themes import engine
from themes.engine import links

ADDRESSES = (
    "javascript:alert(1)",
    'https://x.cn/" onclick="alert(1)',
    "https://x.cn/'><script>",
    "//evil.example/x",
    "http://evil.example",
    "https:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    " https://x.cn",
    "HTTPS://x.cn/\t",
    "/\\evil.example",
)
RICH = (
    '<p onclick="x()">a</p>',
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">a</a>',
    "<style>*{display:none}</style><iframe src=//x>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=a">',
    '<a href="https://x.cn" style="position:fixed" class="btn" id="main">a</a>',
    "<form action=//x><input name=csrf_token></form>",
)
PASSED = {"p", "br", "strong", "em", "u", "s", "ul", "ol", "li", "h3", "h4", "blockquote", "a"}


@cache
def benign(theme: str) -> Tags:
    return skeleton(library.page(theme, "x" * 12))


@pytest.mark.parametrize("theme", engine.THEMES)
@pytest.mark.parametrize("payload", library.CORPUS)
def test_no_text_of_any_section_becomes_markup(theme: str, payload: str) -> None:
    assert skeleton(library.page(theme, payload)) == benign(theme)


@pytest.mark.parametrize("theme", engine.THEMES)
def test_no_template_is_ever_made_of_what_somebody_wrote(theme: str) -> None:
    page = library.page(theme, "{{7*1234}}")
    assert "{{7*1234}}" in page
    assert "8638" not in page


@pytest.mark.parametrize("theme", engine.THEMES)
def test_no_text_of_the_data_becomes_markup(theme: str) -> None:
    left, right = (
        skeleton(library.page(theme, "x", **poisoned(library.drops(), text)))
        for text in ("x", library.CORPUS[1])
    )
    assert left == right


def fields() -> Iterator[tuple[str, type[BaseModel], dict[str, Any]]]:
    """Every field an agent may set: where, the model it belongs to, and its description."""
    for schema in library.addable("clean"):
        for spec in schema.facts["settings"]:
            yield schema.type, schema.settings, spec
        for block in schema.facts.get("blocks", []):
            for spec in block["settings"]:
                yield f"{schema.type}.{block['type']}", schema.blocks[block["type"]], spec


def kept(model: type[BaseModel], field: str, value: Any) -> Any:
    """What is stored of a value; None when it is refused."""
    try:
        return model.model_validate({field: value}).model_dump(mode="json")[field]
    except ValidationError:
        return None


def test_every_field_that_is_no_text_refuses_text_or_drops_it() -> None:
    open_ones = {*library.TEXTS, "richtext", "inline_richtext", "link"}
    for where, model, spec in fields():
        if spec["type"] in open_ones or "id" not in spec:
            continue
        for payload in (*library.CORPUS, *ADDRESSES):
            found = kept(model, spec["id"], payload)
            found_in_list = kept(model, spec["id"], [payload])
            assert found is None, (where, spec["id"], payload)
            assert found_in_list is None, (where, spec["id"], payload)


def test_every_link_leads_to_a_page_of_the_site_or_to_https_outside() -> None:
    seen = 0
    for where, model, spec in fields():
        if spec["type"] != "link":
            continue
        for payload in (*ADDRESSES, *library.CORPUS):
            for kind in ("external", "product", "category"):
                link = kept(model, spec["id"], {"kind": kind, "ref": payload})
                assert link is None or links.resolve(link) == "", (where, payload)
            assert kept(model, spec["id"], payload) is None
        seen += 1
    assert seen > 10


def test_every_rich_text_keeps_its_letters_and_nothing_that_runs() -> None:
    for where, model, spec in fields():
        if spec["type"] not in {"richtext", "inline_richtext"}:
            continue
        for payload in RICH:
            found = skeleton(kept(model, spec["id"], payload) or "")
            assert {tag for tag, _ in found} <= PASSED, (where, payload)
            assert {name for _, names in found for name in names} <= {"href", "rel"}, where


def test_a_setting_nobody_foresaw_is_refused_everywhere() -> None:
    for where, model, _ in fields():
        with pytest.raises(ValidationError):
            model.model_validate({"onclick": "x()"})
        assert kept(model, "__class__", "x") is None, where


@pytest.mark.parametrize("theme", engine.THEMES)
def test_every_section_alone_is_the_same_string_as_in_its_page(
    theme: str, caplog: pytest.LogCaptureFixture
) -> None:
    site, drops = library.site(theme), library.drops()
    with caplog.at_level(logging.ERROR, logger="themes"):
        page = engine.render(theme, library.TEMPLATE, arrangement=site, drops=drops)
        for one in site["templates"][library.TEMPLATE]["sections"]:
            alone = engine.fragment(
                theme, library.TEMPLATE, one["id"], arrangement=site, drops=drops
            )
            assert alone.strip(), one["id"]
            assert alone in page, one["id"]
    assert caplog.records == []


def own_sections(theme: str) -> set[str]:
    """The section types a theme draws itself; what it inherits is asked of the first theme."""
    folders = engine.theme(theme).folders[: None if theme == engine.THEMES[0] else 1]
    return {file.stem for folder in folders for file in (folder / "sections").glob("*.html")}


@pytest.mark.parametrize("theme", engine.THEMES)
def test_the_sections_of_every_page_alone_are_the_same_strings(theme: str) -> None:
    site = engine.start(theme, engine.presets(theme)[0]["key"], "星火点卡", "")
    own = own_sections(theme)
    for template, drops in dict(every_page().values()).items():
        page = site["templates"].get(template, {"sections": []})["sections"]
        asked = [one["id"] for one in page if one["type"] in own]
        whole = engine.render(theme, template, arrangement=site, drops=drops) if asked else ""
        for section in asked:
            alone = engine.fragment(theme, template, section, arrangement=site, drops=drops)
            assert alone in whole, (template, section)


@pytest.mark.parametrize("theme", engine.THEMES)
def test_a_preview_shows_every_section_even_of_a_shop_that_has_nothing(
    theme: str, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[engine.Failure] = []
    drops = library.drops() | library.nothing()
    page = engine.render(
        theme, library.TEMPLATE, arrangement=library.site(theme, ""), drops=drops, failed=failed
    )
    assert failed == []
    for schema in library.addable(theme):
        assert f'id="s-{schema.type}"' in page, schema.type


@pytest.mark.parametrize("theme", engine.THEMES)
def test_a_live_page_of_a_shop_that_has_nothing_shows_no_sample(theme: str) -> None:
    drops = library.drops() | library.nothing() | {"preview": False}
    page = engine.render(theme, library.TEMPLATE, arrangement=library.site(theme, ""), drops=drops)
    for kind in ("flash_sale", "group_buy", "coupons", "points", "tiers", "ranks", "ticker",
                 "recharge", "articles"):  # fmt: skip
        assert f'id="s-{kind}"' not in page, kind
