"""Rows that somebody damaged by hand, and themes that have lost a type: the shop goes on drawing,
the editor opens with the rest and says what is left out, and one press puts it right."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import Engine, text

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import service as keeping
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import desk, editing, presets
from tests.support.desk import Desk
from tests.support.shop import Shop

GLOBE = {"id": "globe", "type": "snow_globe", "v": 1, "settings": {"a": 1}, "blocks": []}


@pytest.fixture(scope="module")
def ada(shop: Shop) -> Desk:
    shop.visitor().get("/")
    return desk.at(shop.alliance, shop.alliance.ada, "agent")


@pytest.fixture(scope="module")
def whole(shop: Shop, ada: Desk) -> dict[str, Any]:
    """What was live before anybody damaged it."""
    with use(shop.alliance.ada) as site:
        found = designs.live(site)
    return {key: one for key, one in found.items() if key != "digest"}


@pytest.fixture
def good(shop: Shop, whole: dict[str, Any]) -> dict[str, Any]:
    """That again, live, and nothing drafted."""
    with use(shop.alliance.ada) as site:
        draft = drafts.one(site)
        if draft is not None and draft.arrangement is not None:
            keeping.discard(site, step=draft.step, actor=SYSTEM, now=clock.now())
            session.commit()
        design.replace(site, whole, expected=design.hold(site), author="t", now=clock.now())
        session.commit()
    return deepcopy(whole)


def damaged(shop: Shop, owner: Engine, document: dict[str, Any]) -> None:
    """Made live by hand: nobody examined it."""
    site = shop.alliance.ada
    doc = {key: one for key, one in document.items() if key not in ("theme", "version", "tokens")}
    with use(site):
        plain = designs.live(site) | {"site": {"name": "换掉"}}
        plain.pop("digest")
        saved = design.add_revision(site, plain, author="t", now=clock.now())
        before = design.hold(site)
        design.publish_revision(site, saved.id, expected=before, actor=SYSTEM, now=clock.now())
        session.commit()
    row = {"doc": json.dumps(doc), "tokens": json.dumps(document["tokens"]), "id": saved.id}
    with owner.begin() as line:
        line.execute(
            text(
                f'UPDATE "{site.schema}".design_revision SET doc_json = CAST(:doc AS jsonb),'
                " tokens_json = CAST(:tokens AS jsonb), digest = md5(random()::text) WHERE id = :id"
            ),
            row,
        )


def mended(shop: Shop, owner: Engine, ada: Desk, document: dict[str, Any]) -> str:
    """The shop draws, the editor opens with one note, and publishing puts it right; the note."""
    damaged(shop, owner, document)
    visitor = shop.visitor()
    for page in ("/", "/c", "/orders"):
        assert visitor.get(page).status_code == 200, page
    for page in ("", "design/themes", "design/revisions", "design/skins", "design/menus"):
        assert ada.get(page).status_code == 200, page
    tab = editing.opened(ada)
    told = [one["text"] for one in tab.data["notes"] if one["kind"] == "left_out"]
    assert tab.save(editing.renamed(tab, "修好的店")).status_code == 200
    answer = tab.publish()
    assert answer.status_code == 200, answer.get_json()
    assert "修好的店" in visitor.get("/").text
    assert editing.opened(ada).data["notes"] == []
    return "".join(told)


def home(document: dict[str, Any]) -> list[Any]:
    found: list[Any] = document["templates"]["home"]["sections"]
    return found


@pytest.mark.parametrize(
    ("part", "value", "named"),
    [
        ("site", {"name": "有名字", "of_old": "x", "icp": 7}, "站点信息"),
        ("site", ["x"], "站点信息"),
        ("tokens", {"primary": "red;}", "glow": "#ffffff"}, "颜色"),
        ("tokens", None, "颜色"),
        ("menus", {"main": [{"label": "哪里", "link": None}, 7]}, "菜单"),
        ("menus", {"main": [{"label": "哪", "link": {"kind": "page", "ref": "gone"}}]}, "菜单"),
        ("pages", {"about": {"title": 7, "sections": "x"}, "UPPER": {"title": "x"}}, "页面"),
        ("groups", {"header": None, "roof": {"sections": []}}, ""),
        ("templates", "x", ""),
        ("orphans", [{"page": "home"}], ""),
        ("surprise", {"a": 1}, ""),
    ],
)
def test_a_part_of_no_shape_is_left_out_and_named(
    shop: Shop, owner: Engine, ada: Desk, good: dict[str, Any], part: str, value: Any, named: str
) -> None:
    assert named in mended(shop, owner, ada, good | {part: value})


def test_sections_that_are_none_are_left_out_and_their_neighbours_stay(
    shop: Shop, owner: Engine, ada: Desk, good: dict[str, Any]
) -> None:
    faq = {"id": "asked", "type": "faq", "v": 1, "settings": {"title": "常问", "gone": 1}}
    odd = [None, 7, {"id": "x"}, {"id": "y", "type": "faq", "settings": []}]
    wide = {"id": "w", "type": "faq", "settings": {"title": "很长" * 5000}}
    home(good)[:] = [*odd, faq, wide, {"id": "no", "type": "main_product"}, *home(good)]
    told = mended(shop, owner, ada, good)
    assert "首页" in told
    assert "常见问题" in told
    kept = editing.opened(ada).document
    assert [one["settings"]["title"] for one in home(kept) if one["id"] == "asked"] == ["常问"]


def test_a_page_never_lacks_what_it_is_there_for(
    shop: Shop, owner: Engine, good: dict[str, Any]
) -> None:
    sku_page = f"/p/{shop.sku.product_id}"
    visitor = shop.visitor()
    broken = {"id": "main", "type": "main_product", "v": 1, "settings": {"nobody": 1}}
    good["templates"]["product"] = {"sections": [broken]}
    damaged(shop, owner, good)
    page = visitor.get(sku_page)
    assert page.status_code == 200
    assert "<form" in page.text


def test_a_kind_of_module_that_is_no_more_is_skipped_told_once_and_can_be_removed(
    shop: Shop, owner: Engine, ada: Desk, good: dict[str, Any]
) -> None:
    home(good).append(dict(GLOBE))
    damaged(shop, owner, good)
    for _ in range(3):
        assert shop.visitor().get("/").status_code == 200
    count = text(
        "SELECT count(*) FROM shared.notice WHERE tenant_id = :t AND kind = 'section_failed'"
        " AND facts::text LIKE '%snow_globe%'"
    )
    with owner.connect() as line:
        assert line.execute(count, {"t": shop.alliance.ada.id}).scalar_one() == 1
    tab = editing.opened(ada)
    assert [one["kind"] for one in tab.data["notes"]] == ["waiting"]
    document = tab.document
    assert [one["section"]["id"] for one in document["orphans"]] == ["globe"]
    document["orphans"] = []
    assert tab.save(document).status_code == 200
    assert tab.publish().status_code == 200
    assert editing.opened(ada).data["notes"] == []


def test_such_a_module_in_an_offer_and_in_a_skin_hurts_nobody(
    shop: Shop, ada: Desk, good: dict[str, Any]
) -> None:
    home(good).append(dict(GLOBE))
    hub, site = shop.alliance.hub, shop.alliance.ada
    with use(hub):
        theirs = designs.live(hub)
        theirs.pop("digest")
        home(theirs).append(dict(GLOBE))
        held = design.hold(hub)
        design.replace(hub, theirs, expected=held, author="t", now=clock.now())
        session.commit()
    push = presets.given(hub, presets.kept(hub, "雪花球"), site)
    assert ada.post(f"design/offers/{push}/publication").status_code == 303
    assert shop.visitor().get("/").status_code == 200
    assert [one["kind"] for one in editing.opened(ada).data["notes"]] == ["waiting"]
    with use(site):
        skin = design.add_revision(site, good, author="t", note="雪", now=clock.now())
        before = design.hold(site)
        session.commit()
    fields = {"expected": str(before)}
    assert ada.post(f"design/revisions/{skin.id}/publication", **fields).status_code == 303
    assert shop.visitor().get("/").status_code == 200
    tab = editing.opened(ada)
    assert [one["kind"] for one in tab.data["notes"]] == ["waiting"]


def test_a_damaged_version_is_not_made_live_again_but_can_be_edited(
    shop: Shop, owner: Engine, ada: Desk, good: dict[str, Any]
) -> None:
    broken = good | {"site": {**good["site"], "of_old": "x", "name": "旧店名"}}
    with use(shop.alliance.ada) as site:
        version = design.add_revision(site, broken, author="t", now=clock.now())
        before = design.hold(site)
        session.commit()
    fields = {"expected": str(before)}
    answer = ada.post(f"design/revisions/{version.id}/publication", **fields)
    assert answer.status_code == 422
    assert "site.of_old" in answer.get_data(as_text=True)
    with use(shop.alliance.ada) as site:
        assert design.hold(site) == before
        draft = drafts.one(site)
    step = draft.step if draft else 0
    taken = ada.post(f"design/revisions/{version.id}/draft", step=str(step))
    assert taken.status_code == 303
    tab = editing.opened(ada)
    assert tab.document["site"]["name"] == "旧店名"
    assert tab.publish().status_code == 200


def test_a_theme_that_left_the_gallery_gives_its_place_to_another(
    shop: Shop, owner: Engine, ada: Desk, good: dict[str, Any]
) -> None:
    damaged(shop, owner, good)
    schema = shop.alliance.ada.schema
    with owner.begin() as line:
        line.execute(
            text(
                f"UPDATE \"{schema}\".design_revision SET theme = 'gone' WHERE id ="
                f' (SELECT live_rev FROM "{schema}".site_design)'
            )
        )
    assert shop.visitor().get("/").status_code == 200
    tab = editing.opened(ada)
    assert tab.document["theme"] != "gone"
    assert tab.save(editing.renamed(tab, "换了模板的店")).status_code == 200
    assert tab.publish().status_code == 200
    assert "换了模板的店" in shop.visitor().get("/").text
