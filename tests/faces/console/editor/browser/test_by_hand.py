"""The same evening with a finger at a phone, and with a mouse at a desk; the text is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor, moved
from tests.support.media import file_of, photo
from tests.support.touch import ARMED_MS, Finger, Mouse, point

pytestmark = [pytest.mark.journey, pytest.mark.slow]
OWN, UPLOAD_MS = re.compile("//media"), 20_000
PULLED = 60.0


@dataclass
class Hand:
    """Somebody's hand at the editor: of a phone it sees one part at a time."""

    editor: Editor
    by: Finger | Mouse

    def tab(self, name: str) -> None:
        if isinstance(self.by, Finger):
            self.by.taps(self.editor.page.locator(f".e-tab[data-tab={name}]"))

    def taps(self, *targets: Locator) -> None:
        for target in targets:
            self.by.taps(target)

    def menu(self, at: int, label: str) -> None:
        self.taps(self.editor.row(at).locator(".e-row-tools .e-tool").last)
        self.taps(self.editor.page.locator(".e-menu").get_by_text(label, exact=True))

    def types(self, field: Locator, text: str) -> None:
        self.taps(field)
        self.editor.page.keyboard.press("Control+a")
        self.editor.page.keyboard.insert_text(text)


@pytest.fixture(params=["finger at 390 px", "mouse at 1280 px"])
def hand(request: pytest.FixtureRequest) -> Iterator[Hand]:
    if request.param.startswith("finger"):
        editor: Editor = request.getfixturevalue("phone")
        yield Hand(editor, Finger(editor.page))
    else:
        editor = request.getfixturevalue("wide")
        yield Hand(editor, Mouse(editor.page))


def test_pages_and_modules_are_chosen_moved_added_copied_and_taken_away(
    hand: Hand, world: World
) -> None:
    editor, page = hand.editor, hand.editor.page
    dialog, chooser = page.get_by_role("dialog"), page.locator(".e-chooser")
    for title in ("订单查询", "首页"):
        hand.taps(chooser, dialog.locator(".e-page", has_text=title))
        expect(chooser).to_contain_text(title)
    before = editor.order()
    hand.by.drags(editor.row(2).locator(".e-grip"), editor.row(0).locator(".e-grip"))
    expect(editor.row(0)).to_have_attribute("data-id", before[2])
    order = moved(before, 2, 0)
    assert editor.order() == order
    hand.taps(page.locator(".e-list .e-add"))
    hand.taps(dialog.locator(".e-card", has_text="图文说明").first)
    hand.types(page.get_by_role("textbox", name="标题", exact=True), "手指也能写")
    hand.tab("list")
    at = len(order)
    expect(editor.row(at)).to_contain_text("手指也能写")
    hand.menu(at, "手机端显示")
    hand.menu(at, "复制一份")
    hand.tab("list")
    hand.menu(at, "复制到其他页面")
    hand.taps(dialog.locator(".e-page", has_text="订单查询"))
    hand.menu(at + 1, "删除")
    hand.menu(at, "删除")
    assert editor.order() == order
    hand.taps(page.locator(".e-toast-act"))
    assert editor.order()[:-1] == order
    for name in ("撤销", "重做"):
        hand.taps(page.get_by_role("button", name=name, exact=True))
    editor.saved()
    assert world.saved() == editor.order()
    assert world.sections()[-1]["hide"] == ["mobile"]
    assert world.sections("order_query")[-1]["settings"]["title"] == "手指也能写"


def test_pieces_and_the_part_of_a_picture_are_dragged(hand: Hand, world: World) -> None:
    editor, page = hand.editor, hand.editor.page
    hand.taps(editor.rows().filter(has_text="信任要点").locator(".e-pick"))
    pieces = page.locator(".p-blocks .p-block")
    names = pieces.locator(".p-open").all_inner_texts()
    hand.by.drags(pieces.nth(0).locator(".p-grip"), pieces.nth(2).locator(".p-grip"), down=0.8)
    expect(pieces.nth(2)).to_contain_text(names[0])
    assert pieces.locator(".p-open").all_inner_texts() == moved(names, 0, 2)
    hand.tab("list")
    hand.taps(editor.rows().filter(has_text="首屏横幅").locator(".e-pick"))
    field = page.locator(".e-panel .p-field", has_text="背景图")
    buffer = file_of(photo(1600, 1200))
    made: FilePayload = {"name": "夏.jpg", "mimeType": "image/jpeg", "buffer": buffer}
    with page.expect_file_chooser() as asked:
        page.wait_for_timeout(ARMED_MS)
        hand.taps(field.get_by_role("button", name="上传图片"))
    asked.value.set_files(made)
    box, dialog = page.locator(".p-crop-box"), page.get_by_role("dialog")
    expect(box).to_be_visible()
    whole, (x, y) = box.bounding_box(), point(box)
    hand.by.drags(box, (x, y - PULLED))
    up = box.bounding_box()
    assert whole
    assert up
    assert up["y"] < whole["y"]
    corner = page.get_by_role("button", name="右下角")
    x, y = point(corner, 0.9, 0.9)
    hand.by.drags(corner, (x - PULLED, y - PULLED))
    small = box.bounding_box()
    assert small
    assert (small["x"], small["y"]) == pytest.approx((up["x"], up["y"]), abs=1)
    assert small["width"] < up["width"] - PULLED / 3
    assert small["width"] / small["height"] == pytest.approx(2.5, abs=0.05)
    hand.taps(dialog.get_by_role("button", name="使用这部分"))
    expect(field.locator(".p-shown img")).to_have_attribute("src", OWN, timeout=UPLOAD_MS)
    editor.saved()
    said = {one["type"]: one for one in world.sections()}
    assert not said["hero"]["settings"]["picture"].startswith("art:")
    assert said["trust"]["blocks"][2]["settings"]["title"] == names[0]


def test_what_is_touched_in_the_shop_is_what_is_set_and_it_is_published(hand: Hand) -> None:
    editor, page = hand.editor, hand.editor.page
    hand.tab("view")
    editor.drawn()
    hand.taps(editor.shop().locator(".sec-hero h1"))
    current = page.locator(".e-row.e-current .e-row-text b")
    expect(current).to_have_text("首屏横幅")
    said = f"摸得到的店：{type(hand.by).__name__}"
    if isinstance(hand.by, Finger):
        hand.taps(page.locator(".e-picked .btn"))
    hand.types(page.locator(".e-panel").get_by_label("大标题", exact=True), said)
    hand.tab("view")
    expect(editor.shop().locator(".sec-hero h1")).to_have_text(said)
    hand.taps(page.locator(".e-publish"))
    dialog = page.get_by_role("dialog")
    hand.taps(dialog.get_by_role("button", name="发布", exact=True))
    expect(dialog).to_contain_text("顾客现在看到的就是新装修")
    hand.taps(dialog.get_by_role("button", name="继续编辑"))
    expect(dialog).to_have_count(0)
