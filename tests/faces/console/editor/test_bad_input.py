"""What nobody's script sends: refused by name or number, and nothing has moved."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kameng.domains.accounts.roles import rules as roles
from kameng.domains.design.media import rules as storage
from tests.support import desk, editing
from tests.support.desk import Desk
from tests.support.editing import Editing, renamed, standing
from tests.support.media import file_of, photo
from tests.support.shop import Shop

Document = dict[str, Any]


def test_five_megabytes_of_text_are_too_much_and_nothing_is_stored(
    shop: Shop, tab: Editing
) -> None:
    before, document = standing(shop), tab.document
    text = {"id": "long", "type": "rich_text", "settings": {"body": "长" * 1_700_000}}
    document["templates"]["home"]["sections"].append(text)
    raw = json.dumps({"step": tab.data["step"], "document": document}, ensure_ascii=False).encode()
    assert len(raw) > 5_000_000
    answer = tab.send("draft", raw)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "draft_too_large")
    assert "1000 kB" in answer.get_json()["message"]
    assert standing(shop) == before


def home(document: Document) -> list[Document]:
    sections: list[Document] = document["templates"]["home"]["sections"]
    return sections


def locked_gone(document: Document) -> None:
    document["groups"]["footer"]["sections"] = []


def heading_gone(document: Document) -> None:
    document["templates"]["product"]["sections"] = []


def strange_type(document: Document) -> None:
    home(document).append({"id": "x", "type": "../layout/page"})


def strange_setting(document: Document) -> None:
    home(document)[0]["settings"]["onclick"] = "alert(1)"


def strange_page(document: Document) -> None:
    document["templates"]["backdoor"] = {"sections": []}


def strange_id(document: Document) -> None:
    home(document)[0]["id"] = 'x" onload="alert(1)'


def huge_number(document: Document) -> None:
    home(document).append({"id": "x", "type": "products", "settings": {"limit": 10**30}})


def huge_place(document: Document) -> None:
    waiting = {"page": "home", "at": 10**30, "section": {"id": "x", "type": "gone"}}
    document["orphans"] = [waiting]


def own_address(document: Document) -> None:
    document["pages"]["../../etc"] = {"title": "x", "sections": []}


def wrong_colour(document: Document) -> None:
    document["tokens"]["primary"] = "red;}body{display:none"


def no_theme(document: Document) -> None:
    document["theme"] = "base"


def theme_of_another_kind(document: Document) -> None:
    document["theme"] = ["clean"]


@pytest.mark.parametrize(
    "spoil",
    [
        *(locked_gone, heading_gone, strange_type, strange_setting, strange_page, strange_id),
        *(huge_number, huge_place, own_address, wrong_colour, no_theme, theme_of_another_kind),
    ],
)
def test_what_the_theme_does_not_take_is_said_by_field_and_not_kept(
    shop: Shop, tab: Editing, spoil: Callable[[Document], None]
) -> None:
    before, document = standing(shop), tab.document
    spoil(document)
    answer = tab.save(document)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "bad_design"
    told = answer.get_json().get("problems", [])
    assert told or "theme" in spoil.__name__
    assert all(one["path"] and one["message"] for one in told)
    assert standing(shop) == before


def test_what_is_wrong_is_said_in_the_language_of_the_page(tab: Editing) -> None:
    document = tab.document
    document["site"]["name"] = "长" * 81
    document["groups"]["footer"]["sections"] = []
    told = {one["path"]: one["message"] for one in tab.save(document).get_json()["problems"]}
    assert told == {"site.name": "最多 80 个字。"}
    document["site"]["name"] = "店"
    told = {one["path"]: one["message"] for one in tab.save(document).get_json()["problems"]}
    assert told["footer.sections"] == "这个模块是页面必需的，不能删除。"


def test_a_kind_of_module_nobody_knows_waits_and_the_page_says_so(shop: Shop, tab: Editing) -> None:
    document = tab.document
    home(document).append({"id": "globe", "type": "snow_globe", "settings": {"a": [1, {"b": 2}]}})
    kept = tab.save(document).get_json()["document"]
    assert [one["section"]["id"] for one in kept["orphans"]] == ["globe"]
    assert [one["kind"] for one in editing.opened(tab.desk).data["notes"]] == ["waiting"]
    kept["orphans"] = []
    assert tab.save(kept).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"[]", b"7", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"step": NaN}'),
        b'{"step": 0, "editor": "a", "document": {"x": Infinity}}',
        b'{"step": 0, "editor": "a", "document": {"x": 1e999}}',
        b'{"step": 0, "editor": "a", "document": {"x": "\\u0000"}}',
        b'{"step": 0, "editor": "a", "document": {"x": "\\ud800"}}',
        b'{"step": 0, "editor": "a", "document": {"x": ' + b"9" * 5_000 + b"}}",
        b'{"step": "0", "editor": "a", "document": {}}',
        b'{"step": true, "editor": "a", "document": {"theme": "clean"}}',
        b'{"step": 0, "editor": "a b", "document": {"theme": "clean"}}',
        b'{"step": 0, "editor": "a", "document": []}',
        b'{"step": 0, "editor": "a", "live": 7, "document": {"theme": "clean"}}',
    ],
)
def test_what_is_no_message_of_ours_is_not_understood(shop: Shop, tab: Editing, raw: bytes) -> None:
    tab.save(renamed(tab, "有草稿的店"))
    before = standing(shop)
    assert tab.data["step"] > 0, "so that none of these names the step of the draft"
    for page in ("draft", "draft/publication", "draft/deletion", "draft/default"):
        answer = tab.send(page, raw)
        if page == "draft" or answer.status_code != 409:
            assert answer.status_code in (400, 422), (page, raw[:60])
        assert answer.get_json()["message"]
    assert standing(shop) == before


def test_a_forged_token_saves_nothing(shop: Shop, tab: Editing) -> None:
    before = standing(shop)
    sent = {key: tab.data[key] for key in ("step", "editor", "live")}
    answer = tab.send("draft", sent | {"document": renamed(tab, "伪造")}, token="forged")
    assert answer.status_code == 400
    assert answer.get_json()["message"]
    assert standing(shop) == before


def test_nobody_saves_on_a_site_he_does_not_work_on(shop: Shop, tab: Editing) -> None:
    before = standing(shop)
    stranger = desk.at(shop.alliance, shop.alliance.bo, "agent")
    other = editing.opened(stranger)
    other.desk = Desk(stranger.client, shop.alliance.ada, stranger.person)
    assert other.save(renamed(other, "别人的店")).status_code == 404
    assert other.publish().status_code == 404
    assert standing(shop) == before


def test_who_may_only_look_saves_nothing(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(shop)
    seeing = frozenset({"home.view", "design.view"})
    monkeypatch.setitem(roles.BUILT_IN, "marketing", seeing)
    mine = editing.opened(desk.at(shop.alliance, shop.alliance.ada, "marketing"))
    assert not mine.data["may_edit"]
    assert mine.save(renamed(mine, "只看")).status_code == 403
    assert mine.publish().status_code == 403
    for page in ("draft/deletion", "draft/default"):
        assert mine.send(page, {"step": 0, "editor": "a"}).status_code == 403
    assert uploaded(mine, file_of(photo(40, 40))).status_code == 403
    assert standing(shop) == before


def uploaded(tab: Editing, body: bytes, **fields: str) -> TestResponse:
    """Send a picture as the script does."""
    return tab.desk.client.post(
        tab.desk.path("design/editor/pictures"),
        data={"file": (io.BytesIO(body), "横幅.jpg"), **fields},
        headers={"X-CSRFToken": tab.token, "Accept": "application/json"},
    )


def test_a_picture_is_kept_with_the_part_that_was_chosen(tab: Editing) -> None:
    part = {"x": "10", "y": "20", "width": "300", "height": "200"}
    told = uploaded(tab, file_of(photo(600, 400)), **part).get_json()
    assert (told["width"], told["height"], told["name"]) == (300, 200, "横幅")
    found = tab.desk.get("design/editor/choices", kind="media", ids=told["id"]).get_json()
    assert [one["id"] for one in found["items"]] == [told["id"]]
    again = tab.desk.client.post(
        tab.desk.path("design/editor/pictures"),
        data={"media": told["id"], "x": "0", "y": "0", "width": "100", "height": "100"},
        headers={"X-CSRFToken": tab.token, "Accept": "application/json"},
    ).get_json()
    assert (again["width"], again["id"] != told["id"]) == (100, True)


def test_a_picture_of_four_hundred_million_pixels_is_refused_by_name(
    shop: Shop, tab: Editing
) -> None:
    before = standing(shop)
    png = file_of(photo(8, 8), "PNG")
    at = png.index(b"IHDR") + 4
    bomb = png[:at] + (20_000).to_bytes(4, "big") * 2 + png[at + 8 :]
    answer = uploaded(tab, _with_sum(bomb))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "picture_too_many_pixels")
    assert standing(shop) == before


def _with_sum(png: bytes) -> bytes:
    """The PNG with a head whose checksum is right."""
    import zlib

    at = png.index(b"IHDR")
    return png[: at + 17] + zlib.crc32(png[at : at + 17]).to_bytes(4, "big") + png[at + 21 :]


def test_full_storage_is_said_and_nothing_is_kept(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(shop)
    monkeypatch.setattr(storage, "MOST_PICTURES", 0)
    answer = uploaded(tab, file_of(photo(40, 40)))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "storage_full")
    assert standing(shop) == before


@pytest.mark.parametrize(
    "fields", [{"x": "-1", "y": "0", "width": "20", "height": "20"}, {"x": "0"}, {"x": "1e9"}]
)
def test_a_part_that_is_none_is_refused(shop: Shop, tab: Editing, fields: dict[str, str]) -> None:
    before = standing(shop)
    assert uploaded(tab, file_of(photo(40, 40)), **fields).status_code in (400, 422)
    assert standing(shop) == before


def test_choices_are_the_sites_own(shop: Shop, ada: Desk) -> None:
    for kind in ("product", "category", "article", "page", "media"):
        told = ada.get("design/editor/choices", kind=kind, q="").get_json()
        assert set(told) == {"items", "next"}
    goods = ada.get("design/editor/choices", kind="product").get_json()["items"]
    assert goods
    assert {"id", "name", "picture", "note"} <= set(goods[0])
    chosen = ada.get("design/editor/choices", kind="product", ids=f"{goods[0]['id']},x")
    assert [one["name"] for one in chosen.get_json()["items"]] == [goods[0]["name"]]
    assert ada.get("design/editor/choices", kind="secret").status_code == 404
