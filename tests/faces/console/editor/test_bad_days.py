"""What goes wrong around an editor that is in good hands: no room left, a session that ended in the
middle of a sentence, a shop without a filing number, a page that has no default."""

from __future__ import annotations

import errno
import io
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect
from sqlalchemy.exc import OperationalError
from werkzeug.formparser import FormDataParser
from werkzeug.test import TestResponse

from kameng.domains.design.media import rules as storage
from kameng.domains.design.media import service as keeping
from kameng.faces.console.checks import facts
from tests.support import desk
from tests.support.decorating import Editor
from tests.support.editing import Editing, renamed, standing
from tests.support.media import file_of, photo
from tests.support.shop import Shop


def sent(tab: Editing, **fields: Any) -> TestResponse:
    """Post to the pictures of the editor, as its script does."""
    return tab.desk.client.post(
        tab.desk.path("design/editor/pictures"),
        data=fields,
        headers={"X-CSRFToken": tab.token, "Accept": "application/json"},
    )


def a_file(side: int = 600) -> tuple[io.BytesIO, str]:
    return io.BytesIO(file_of(photo(side, side))), "横幅.jpg"


PART = {"x": "0", "y": "0", "width": "100", "height": "100"}


def test_a_full_store_cuts_nothing_out_of_a_picture_either(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = sent(tab, file=a_file()).get_json()
    before = standing(shop)
    monkeypatch.setattr(storage, "MOST_BYTES", before[2].bytes)
    answer = sent(tab, media=kept["id"], **PART)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "storage_full")
    assert standing(shop) == before


def disk_full(*_given: Any, **_more: Any) -> Any:
    raise OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file"))


@pytest.mark.parametrize("part", [{}, PART])
def test_a_database_without_room_keeps_no_picture_and_says_whom_to_tell(
    shop: Shop, tab: Editing, part: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(shop)
    monkeypatch.setattr(keeping, "keep", disk_full)
    answer = sent(tab, file=a_file(), **part)
    assert (answer.status_code, answer.get_json()["code"]) == (507, "no_room")
    assert "平台的存储空间已满，没有保存任何内容" in answer.get_json()["message"]
    assert standing(shop) == before


def test_a_disk_without_room_for_the_file_on_its_way_is_said_the_same_way(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(shop)

    def no_room(*_given: Any, **_more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FormDataParser, "parse", no_room)
    answer = sent(tab, file=a_file())
    assert (answer.status_code, answer.get_json()["code"]) == (507, "no_room")
    monkeypatch.undo()
    assert standing(shop) == before


def test_a_draft_the_database_has_no_room_for_is_not_half_kept(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(shop)
    monkeypatch.setattr("kameng.faces.console.editor.drafts.service.keep", disk_full)
    answer = tab.save(renamed(tab, "没地方了"))
    assert (answer.status_code, answer.get_json()["code"]) == (507, "no_room")
    assert standing(shop) == before


@pytest.mark.parametrize("own", [True, False])
def test_without_a_filing_number_one_is_warned_by_name_of_the_domain_and_may_publish(
    shop: Shop, tab: Editing, own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "shop.example.cn" if own else f"{shop.alliance.ada.slug}.localhost"
    monkeypatch.setattr(facts.addresses, "main_host", lambda tenant: host)
    monkeypatch.setattr(facts.filings, "shown", lambda tenant, at: {"icp": ""})
    listed = tab.desk.get("design/editor/checklist").get_json()["findings"]
    [told] = [one for one in listed if "备案号" in one["text"]]
    assert told["kind"] == "warn"
    assert host in told["text"]
    assert told["url"]
    assert tab.save(renamed(tab, f"未备案{int(own)}")).status_code == 200
    assert tab.publish().status_code == 200
    monkeypatch.setattr(facts.filings, "shown", lambda tenant, at: {"icp": "粤ICP备1号"})
    listed = tab.desk.get("design/editor/checklist").get_json()["findings"]
    assert not [one for one in listed if one["kind"] == "warn" and "备案号" in one["text"]]


def test_a_page_of_ones_own_has_no_default_to_go_back_to(shop: Shop, tab: Editing) -> None:
    document = tab.document
    document["pages"]["about"] = {
        "title": "关于",
        "description": "",
        "sections": [],
        "listed": True,
    }
    assert tab.save(document).status_code == 200
    before = standing(shop)
    sent_with = {key: tab.data[key] for key in ("step", "editor")}
    assert tab.send("draft/default", sent_with | {"page": "page:about"}).status_code == 404
    assert standing(shop) == before
    answer = tab.send("draft/default", sent_with)
    assert answer.status_code == 200
    assert "about" in answer.get_json()["document"]["pages"]


def in_another_tab(shop: Shop, editor: Editor) -> None:
    """The same person signs in again: the browser has a new session, its open pages have not."""
    client = shop.alliance.console
    client.environ_base["REMOTE_ADDR"] = "10.1.0.1"
    assert desk.sign_in(client, editor.desk.person.login).status_code == 303
    host = client.host  # type: ignore[attr-defined]
    cookie = client.get_cookie("kameng", domain=host)
    assert cookie
    url = f"http://{host}:{editor.port}"
    editor.context.add_cookies([{"name": "kameng", "value": cookie.value, "url": url}])


@pytest.mark.journey
@pytest.mark.slow
def test_a_session_that_ends_in_the_middle_costs_no_work(shop: Shop, editor: Editor) -> None:
    page, state = editor.page, editor.page.locator(".e-state")
    editor.context.clear_cookies()
    editor.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    mine = editor.order()
    expect(state).to_have_attribute("data-state", "signed_out")
    expect(state.get_by_role("link")).to_have_attribute("target", "_blank")
    in_another_tab(shop, editor)
    assert editor.order() == mine
    page.evaluate("dispatchEvent(new Event('focus'))")
    editor.saved()
    draft = standing(shop)[0]
    kept = [one["id"] for one in draft.arrangement["templates"]["home"]["sections"]]
    assert kept == mine
