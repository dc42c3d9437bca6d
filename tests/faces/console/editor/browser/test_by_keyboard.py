"""A whole evening of decorating with nothing but a keyboard: no mouse, no finger, not once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor, moved
from tests.support.keyboard import Keys
from tests.support.media import file_of, photo
from tests.support.touch import ARMED_MS

pytestmark = [pytest.mark.journey, pytest.mark.slow]
OWN, UPLOAD_MS = re.compile("//media"), 20_000
HERO = '.e-row:has(b:text-is("首屏横幅"))'


@pytest.fixture
def keys(wide: Editor) -> Iterator[Keys]:
    """Hands on the keyboard, and nowhere else until the end."""
    made = Keys(wide.page)
    made.begin()
    yield made
    assert made.untouched()


def pick(editor: Editor, at: int) -> Locator:
    return editor.row(at).locator(".e-pick")


def test_another_page_is_chosen_and_a_dialog_keeps_and_gives_back_the_focus(
    wide: Editor, keys: Keys
) -> None:
    chooser, dialog = wide.page.locator(".e-chooser"), wide.page.get_by_role("dialog")
    keys.opens(chooser)
    assert keys.is_on(dialog.locator("[aria-current=page]"))
    keys.stays_in(dialog)
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    assert keys.is_on(chooser)
    for page in ("订单查询", "首页"):
        keys.press("Enter")
        keys.opens(dialog.locator(".e-page", has_text=page))
        expect(chooser).to_contain_text(page)
        assert keys.is_on(chooser)
    wide.drawn()


def test_a_module_is_picked_moved_and_left_again(wide: Editor, keys: Keys, world: World) -> None:
    before, name = wide.order(), wide.names()[1]
    keys.opens(pick(wide, 1))
    heading = wide.page.locator(".e-panel .p-title")
    expect(heading).to_have_text(name)
    assert keys.is_on(heading)
    keys.press("Tab", "Escape")
    assert keys.is_on(pick(wide, 1))
    keys.goes_to(wide.row(1).locator(".e-grip"), back=True)
    spoken = wide.page.locator("#editor > .visually-hidden[role=status]")
    keys.press("ArrowDown", "ArrowDown")
    expect(spoken).to_have_text(f"{name}已移到第 4 位，共 {len(before)} 个")
    assert keys.is_on(wide.row(3).locator(".e-grip"))
    keys.press("Home")
    assert wide.order() == moved(before, 1, 0)
    keys.opens(wide.row(0).locator(".e-row-tools .e-tool").nth(1))
    keys.press("Shift+Tab", "Enter")
    assert wide.order() == moved(before, 1, 0), "where it can go no higher, the arrow is off"
    keys.press("Control+z", "Control+z")
    wide.saved()
    assert world.saved() == wide.order()


def test_a_module_is_added_filled_hidden_doubled_copied_and_deleted(
    wide: Editor, keys: Keys, world: World
) -> None:
    before = wide.order()
    keys.opens(wide.page.locator(".e-list .e-add"))
    keys.types("图文说明")
    keys.press("Enter")
    at = len(before)
    expect(wide.row(at)).to_contain_text("图文说明")
    title = wide.page.get_by_role("textbox", name="标题", exact=True)
    assert keys.is_on(title), "one types where one has come to"
    keys.types("键盘也能写")
    keys.goes_to(wide.page.locator(".p-paper"))
    keys.types("付款后立即发货")
    expect(wide.shop().locator(".sec-rich_text").last).to_contain_text("付款后立即发货")
    keys.press("Escape")
    assert keys.is_on(pick(wide, at))
    more = wide.row(at).locator(".e-row-tools .e-tool").last
    keys.opens(more)
    keys.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    expect(wide.row(at).get_by_role("img", name="手机端已隐藏")).to_be_visible()
    assert keys.is_on(more)
    keys.press("Enter", "ArrowDown", "ArrowDown", "Enter")
    keys.opens(wide.page.locator(".e-dialog .e-page", has_text="订单查询"))
    assert keys.is_on(more)
    keys.press("Enter", "ArrowDown", "Enter")
    assert len(wide.order()) == at + 2
    keys.goes_to(pick(wide, at), back=True)
    keys.press("Delete")
    assert len(wide.order()) == at + 1
    assert keys.is_on(pick(wide, at)), "what stands there now has the focus"
    keys.press("Delete", "Control+z", "Control+z", "Control+Shift+z")
    assert wide.order() == [*before, wide.order()[-1]]
    wide.saved()
    made, copied = world.sections()[-1], world.sections("order_query")[-1]
    assert (made["settings"]["title"], made["hide"]) == ("键盘也能写", ["mobile"])
    assert made["settings"]["body"] == "<p>付款后立即发货</p>"
    assert copied["settings"] == made["settings"]


def test_a_picture_is_chosen_and_another_is_cut_to_its_part(
    wide: Editor, keys: Keys, world: World
) -> None:
    keys.opens(wide.page.locator(f"{HERO} .e-pick"))
    field = wide.page.locator(".e-panel .p-field", has_text="背景图")
    dialog = wide.page.get_by_role("dialog")
    keys.opens(field.get_by_role("button", name="选择图片").last)
    keys.stays_in(dialog)
    keys.opens(dialog.get_by_role("button", name="模板自带"))
    keys.opens(dialog.locator(".p-tile").nth(1))
    expect(dialog).to_have_count(0)
    assert keys.is_on(field.locator(".p-shown"))
    buffer = file_of(photo(1600, 1200))
    made: FilePayload = {"name": "夏.jpg", "mimeType": "image/jpeg", "buffer": buffer}
    with wide.page.expect_file_chooser() as asked:
        wide.page.wait_for_timeout(ARMED_MS)
        keys.opens(field.get_by_role("button", name="上传图片"))
    asked.value.set_files(made)
    box = dialog.locator(".p-crop-box")
    expect(box).to_be_focused()
    keys.press("ArrowUp", "Shift+ArrowUp")
    keys.goes_to(dialog.get_by_role("button", name="右下角"))
    keys.press("Shift+ArrowLeft")
    expect(dialog.get_by_text("保留 1440 × 576 像素")).to_be_visible()
    keys.press("Enter")
    expect(field.locator(".p-shown img")).to_have_attribute("src", OWN, timeout=UPLOAD_MS)
    assert keys.is_on(field.locator(".p-shown"))
    wide.saved()
    hero = next(one for one in world.sections() if one["type"] == "hero")
    assert not hero["settings"]["picture"].startswith("art:")


def test_it_is_looked_at_published_and_its_past_looked_up(wide: Editor, keys: Keys) -> None:
    for device in ("desktop", "phone"):
        button = wide.page.locator(f".e-device[data-device={device}]")
        keys.opens(button, back=device == "phone")
        expect(button).to_have_attribute("aria-pressed", "true")
    keys.goes_to(wide.row(0).locator(".e-grip"))
    keys.press("ArrowDown")
    undo = wide.page.get_by_role("button", name="撤销")
    keys.opens(undo, back=True)
    assert keys.is_on(undo), "though there is nothing more to take back"
    keys.opens(wide.page.get_by_role("button", name="重做"))
    keys.opens(wide.page.locator(".e-publish"))
    dialog = wide.page.get_by_role("dialog")
    publish = dialog.get_by_role("button", name="发布", exact=True)
    expect(publish).to_be_focused()
    keys.stays_in(dialog)
    keys.opens(publish)
    expect(dialog).to_contain_text("顾客现在看到的就是新装修")
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    assert keys.is_on(wide.page.locator(".e-publish"))
    keys.opens(wide.page.locator(".e-bar-end .e-tool").last, back=True)
    keys.press("ArrowDown")
    assert keys.untouched()
    keys.page.keyboard.press("Enter")
    wide.page.wait_for_url("**/design/revisions")
    keys.begin()


def test_every_stop_is_seen_and_no_place_holds_the_focus_fast(wide: Editor, keys: Keys) -> None:
    keys.opens(wide.page.locator(f"{HERO} .e-pick"))
    assert keys.goes_round() > len(wide.order()) * 4
