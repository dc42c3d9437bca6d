"""What is said of a design before it is published: in plain words, and with the way to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.faces.console.checks import rules
from kameng.faces.console.checks.facts import EMPTY, FULL, SOLD_OUT, Facts
from kameng.faces.console.checks.rules import Look, Said
from kameng.faces.console.editor import checklist
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tests.support import desk
from tests.support import shop as shops
from tests.support.worlds import Builder
from themes import engine

GOOD, GONE = "0190c3a0-0000-7000-8000-000000000001", "0190c3a0-0000-7000-8000-00000000dead"
THERE = Facts(
    on_sale=frozenset({GOOD}),
    categories=frozenset({GOOD}),
    articles=frozenset({"how-to"}),
    pictures={GOOD: ""},
    films=frozenset(),
    missing={},
    shelves={},
    host="shop.example.com",
    own_host=True,
    is_master=False,
    filed=True,
)
Check = Callable[[Look], Iterator[Said]]


@pytest.fixture
def spoken(app: Flask) -> Iterator[None]:
    """Sentences need a language: here the code's own."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def document(**parts: Any) -> dict[str, Any]:
    made = engine.start("clean", "standard", "Ada", "")
    return {**made, **parts}


def page(type_: str, blocks: list[dict[str, Any]] | None = None, **settings: Any) -> dict[str, Any]:
    section = {"id": "one", "type": type_, "settings": settings, "blocks": blocks or []}
    return {"home": {"sections": [section]}}


def said(check: Check, made: dict[str, Any], facts: Facts = THERE) -> list[Said]:
    return list(check(Look(made, engine.library(made["theme"], None, "en"), facts)))


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("check", "templates"),
    [
        (rules.links, page("hero", link={"kind": "article", "ref": "gone"})),
        (rules.links, page("hero", link={"kind": "page", "ref": "gone"})),
        (rules.links, page("hero", link={"kind": "product", "ref": GONE})),
        (rules.links, page("hero", link={"kind": "external", "ref": ""})),
        (rules.goods, page("products", source="chosen", products=[GOOD, GONE])),
        (rules.goods, page("products", source="category", category=GONE)),
        (rules.goods, page("recharge", product=GONE)),
        (rules.empty, page("rich_text", body="")),
        (rules.empty, page("carousel")),
        (rules.empty, page("countdown", title="年终大促")),
        (rules.empty, page("popup", once=True)),
        (rules.empty, page("product_tabs")),
        (rules.pictures, page("hero", picture=GONE)),
        (
            rules.pictures,
            page("image_cube", [{"id": "b", "type": "tile", "settings": {"picture": GOOD}}]),
        ),
        (rules.texts, {"home": {"sections": []}}),
    ],
)
def test_what_is_forgotten_is_said_where_it_is(check: Check, templates: dict[str, Any]) -> None:
    found = said(check, document(templates=templates))
    assert len(found) == 1
    assert found[0].kind == rules.WARN
    assert found[0].page == "home"


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("check", "templates"),
    [
        (rules.links, page("hero", link={"kind": "article", "ref": "how-to"})),
        (rules.links, page("hero", link={"kind": "", "ref": ""})),
        (rules.goods, page("products", source="all", products=[GONE], category=GONE)),
        (rules.goods, page("products", source="chosen", products=[GOOD])),
        (rules.empty, page("faq")),
        (rules.empty, page("countdown", until="2027-01-01T00:00")),
        (rules.empty, page("popup", text="今晚八点")),
        (rules.pictures, page("hero", picture="art:banner-mix")),
        (rules.pictures, page("hero", picture=GOOD, title="大促")),
    ],
)
def test_what_is_well_is_not_complained_of(check: Check, templates: dict[str, Any]) -> None:
    assert said(check, document(templates=templates)) == []


@pytest.mark.usefixtures("spoken")
def test_a_shop_without_a_filing_number_is_told_in_plain_words() -> None:
    for own, words in ((True, "shows no filing number"), (False, "The platform shows no")):
        (one,) = said(rules.filing, document(), replace(THERE, filed=False, own_host=own))
        assert words in one.text
        assert "shop.example.com" in one.text
        assert one.mend == "domains"


@pytest.mark.usefixtures("spoken")
def test_the_master_is_not_told_to_ask_itself_for_the_filing_number() -> None:
    bare = replace(THERE, filed=False, own_host=False)
    (of_agent,) = said(rules.filing, document(), bare)
    (of_master,) = said(rules.filing, document(), replace(bare, is_master=True))
    assert "Ask the master site" in of_agent.text
    assert "Ask the master site" not in of_master.text
    assert "KAMENG_ICP" in of_master.text


@pytest.mark.usefixtures("spoken")
def test_shelves_are_told_apart_by_what_one_can_buy() -> None:
    made = document(templates=page("products"))
    states = {EMPTY: 1, SOLD_OUT: 1, FULL: 0}
    for state, count in states.items():
        facts = replace(THERE, shelves={("home", "one"): state})
        assert len(said(rules.shelves, made, facts)) == count


@pytest.mark.usefixtures("spoken")
def test_menus_own_pages_and_sections_that_wait_are_looked_at_too() -> None:
    line = {"label": "怎么用", "link": {"kind": "article", "ref": "gone"}}
    about = {"title": "关于", "sections": [{"id": "main", "type": "main_page", "settings": {}}]}
    made = document(menus={"main": [line], "footer": []}, pages={"about": about})
    assert [one.mend for one in said(rules.links, made)] == ["menus"]
    assert [one.page for one in said(rules.texts, made)] == ["page:about"]
    waits = document(orphans=[{"page": "home", "at": 0, "section": {}}])
    assert len(said(rules.waiting, waits)) == 1


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("theme", engine.THEMES)
def test_what_the_gallery_gives_holds_nothing_that_is_gone_or_wrong(theme: str) -> None:
    for preset in engine.presets(theme):
        made = engine.start(theme, preset["key"], "Ada", "")
        assert engine.check(made) == []
        for check in (rules.links, rules.goods, rules.pictures, rules.texts, rules.waiting):
            assert said(check, made) == [], (theme, preset["key"])


def test_the_preview_says_what_to_look_at_and_publishing_stays_possible(
    app: Flask, builder: Builder
) -> None:
    builder.app = app
    shop = shops.furnish(builder.alliance())
    shop.visitor().get("/")
    ada = shop.alliance.ada
    with use(ada):
        live = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        made = {**live, "templates": page("rich_text", body="")}
        draft = design.save_draft(ada, engine.normalise(made), author="Ada", now=clock.now())
        before = designs.live_revision(ada)
        session.commit()
    assert before
    agent = desk.at(shop.alliance, ada, "agent")
    text = agent.text(f"design/revisions/{draft.id}")
    for words in ("平台域名", "还没有 Logo", "还没有内容", "发布前检查"):
        assert words in text
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}), use(ada):
        g.tenant, g.held, g.role = ada, frozenset(), ""
        found = checklist.findings(ada, made)
    assert {one.kind for one in found} == {rules.WARN, rules.OK}
    broken = {**made, "templates": page("hero", title="长" * 99), "tokens": {"primary": "#ffe680"}}
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}), use(ada):
        g.tenant, g.held, g.role = ada, frozenset(), ""
        stop, *_others = told = checklist.findings(ada, broken)
    assert (stop.kind, stop.where.page, stop.where.section) == (rules.STOP, "home", "one")
    assert re.match("「首屏横幅」无法按现在的内容展示：最多 [0-9]+ 个字", stop.text), stop.text
    assert any(one.text.startswith("按钮与卡片底色：对比度不足") for one in told)
    assert (
        agent.post(f"design/revisions/{draft.id}/publication", expected=str(before.id)).status_code
        == 303
    )
