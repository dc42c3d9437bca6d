"""The editor by mouse, finger and keyboard in a real Chromium, against the real application."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kameng.domains.design.drafts import queries as drafts
from tenants.context import use
from tests.faces.console.editor.browser.conftest import World
from tests.support import decorating, reading
from tests.support.decorating import NARROW, WIDE, Editor, moved

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PRESSES = """times => {
  const first = () => document.querySelector('.e-list-body > .e-rows .e-row [data-key^="down:"]');
  for (let at = 0; at < times; at += 1) first().click();
  const undo = document.querySelector('.e-pair .e-tool');
  let taken = 0;
  while (undo.getAttribute('aria-disabled') !== 'true') { undo.click(); taken += 1; }
  return taken;
}"""

LONG = "一个名字长得一行菜单里放不下的自建页面，说的是开店须知，还有售后、发票、客服时间和别的事情"


def test_a_module_is_dragged_with_the_mouse_and_the_shop_beside_it_follows(
    wide: Editor, world: World
) -> None:
    before = wide.order()
    wide.drags(3, 0)
    wanted = moved(before, 3, 0)
    expect(wide.row(0)).to_have_attribute("data-id", before[3])
    assert wide.order() == wanted
    wide.saved()
    assert wide.seen() == wanted
    assert world.saved() == wanted


def test_a_finger_drags_by_real_touch_events_and_a_short_touch_moves_nothing(
    phone: Editor, world: World
) -> None:
    before = phone.order()
    phone.drags_with_a_finger(4, 1)
    expect(phone.row(1)).to_have_attribute("data-id", before[4])
    assert phone.order() == moved(before, 4, 1)
    phone.saved()
    assert world.saved() == moved(before, 4, 1)
    phone.row(0).locator(".e-pick").tap()
    expect(phone.page.locator(".e-tab[aria-pressed=true]")).to_have_text("设置")
    assert phone.order() == moved(before, 4, 1)


def test_the_arrow_keys_move_a_module_and_its_place_is_spoken(wide: Editor) -> None:
    before, name = wide.order(), wide.names()[0]
    grip = wide.row(0).locator(".e-grip")
    grip.focus()
    wide.page.keyboard.press("ArrowDown")
    wide.page.keyboard.press("ArrowDown")
    assert wide.order() == moved(before, 0, 2)
    spoken = wide.page.locator("#editor > .visually-hidden[role=status]")
    expect(spoken).to_have_text(f"{name}已移到第 3 位，共 {len(before)} 个")
    expect(wide.row(2).locator(".e-grip")).to_be_focused()
    wide.page.keyboard.press("Home")
    assert wide.order() == before
    wide.saved()


def test_everything_done_can_be_undone_and_done_again(wide: Editor, world: World) -> None:
    before = wide.order()
    wide.add("常见问题")
    added = wide.order()
    assert len(added) == len(before) + 1
    wide.more(1, "删除")
    deleted = wide.order()
    assert deleted == [one for one in added if one != added[1]]
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    changed = wide.order()
    assert changed == moved(deleted, 0, 1)
    for wanted in (deleted, added, before):
        wide.page.keyboard.press("Control+z")
        assert wide.order() == wanted
    for wanted in (added, deleted, changed):
        wide.page.keyboard.press("Control+Shift+z")
        assert wide.order() == wanted
    wide.saved()
    assert world.saved() == changed
    assert wide.seen() == changed


def test_a_hundred_steps_can_be_taken_back_and_no_more(wide: Editor, world: World) -> None:
    before = wide.order()
    assert wide.page.evaluate(PRESSES, 101) == 100
    assert wide.order() == moved(before, 0, 1), "the oldest step stays"
    wide.saved()
    assert world.saved() == wide.order()


def test_what_was_deleted_comes_back_from_the_note_that_says_so(wide: Editor) -> None:
    before = wide.order()
    wide.more(2, "删除")
    assert len(wide.order()) == len(before) - 1
    wide.page.locator(".e-toast-act").click()
    assert wide.order() == before


def test_a_press_in_the_preview_picks_and_leads_nowhere(wide: Editor) -> None:
    shop = wide.shop()
    address = wide.page.locator(".e-frame").get_attribute("src")
    shop.locator(".sec-hero a").first.click()
    expect(wide.page.locator(".e-row.e-current .e-row-text b")).to_have_text("首屏横幅")
    shop.get_by_role("button", name="在下方添加模块").click()
    expect(wide.page.get_by_role("dialog")).to_contain_text("添加模块")
    wide.page.keyboard.press("Escape")
    assert wide.page.locator(".e-frame").get_attribute("src") == address
    assert shop.locator(".sec-hero").count() == 1


def test_what_is_typed_stands_in_the_preview_and_in_the_list(wide: Editor) -> None:
    wide.page.locator(".e-pick", has_text="首屏横幅").click()
    field = wide.page.locator(".e-panel").get_by_label("大标题", exact=True)
    field.fill("三分钟开一家店")
    expect(wide.shop().locator(".sec-hero")).to_contain_text("三分钟开一家店")
    wide.saved()


def test_a_module_is_hidden_on_phones_duplicated_and_copied_to_another_page(
    wide: Editor, world: World
) -> None:
    wide.add("图文说明")
    at, before = len(wide.order()) - 1, wide.order()
    wide.more(at, "手机端显示")
    expect(wide.row(at).get_by_role("img", name="手机端已隐藏")).to_be_visible()
    wide.more(at, "复制一份")
    assert wide.order()[:-1] == before
    assert wide.names()[-1] == wide.names()[-2]
    wide.more(at, "复制到其他页面")
    wide.page.locator(".e-dialog .e-page", has_text="订单查询").click()
    wide.saved()
    with use(world.shop.alliance.ada):
        found = drafts.one(world.shop.alliance.ada)
    assert found
    assert found.arrangement
    kinds = [one["type"] for one in found.arrangement["templates"]["order_query"]["sections"]]
    assert "rich_text" in kinds


def test_what_a_page_cannot_do_without_cannot_be_deleted(wide: Editor) -> None:
    wide.page.locator(".e-around > summary").nth(1).click()
    footer = wide.page.locator(".e-around").nth(1).locator(".e-row").first
    footer.locator(".e-row-tools .e-tool").last.click()
    item = wide.page.locator(".e-menu").get_by_text("删除", exact=True).locator("..")
    expect(item).to_have_attribute("aria-disabled", "true")
    wide.page.keyboard.press("Escape")
    footer.locator(".e-pick").press("Delete")
    expect(footer).to_be_visible()


def test_a_page_of_ones_own_is_made_and_taken_back(wide: Editor) -> None:
    wide.page.locator(".e-chooser").click()
    wide.page.get_by_text("新建页面").click()
    wide.page.get_by_label("页面名称").fill("关于我们")
    wide.page.get_by_label("页面网址").fill("about")
    wide.page.get_by_role("button", name="创建").click()
    expect(wide.page.locator(".e-chooser")).to_contain_text("关于我们")
    wide.saved()
    wide.drawn()
    expect(wide.shop().locator("h1")).to_contain_text("关于我们")
    wide.page.keyboard.press("Control+z")
    expect(wide.page.locator(".e-chooser")).to_contain_text("首页")
    wide.saved()


def test_a_new_page_joins_the_menus_lines_and_both_are_taken_back_together(
    wide: Editor, world: World
) -> None:
    makes_a_page(wide, "关于我们")
    lines = world.draft()["menus"]["main"]
    assert [one["label"] for one in lines] == ["首页", "全部商品", "订单查询", "公告", "关于我们"]
    assert lines[-1]["link"] == {"kind": "page", "ref": "page-1"}
    wide.page.locator(".e-device[data-device=desktop]").click()
    expect(wide.shop().locator("header").get_by_role("link", name="关于我们")).to_be_visible()
    makes_a_page(wide, LONG)
    assert world.draft()["menus"]["main"][-1]["label"] == LONG[:20]
    wide.page.locator(".e-chooser").click()
    trash = wide.page.get_by_role("button", name=f"删除页面：{LONG}").bounding_box()
    dialog = wide.page.get_by_role("dialog").bounding_box()
    assert trash
    assert dialog
    assert trash["x"] + trash["width"] <= dialog["x"] + dialog["width"], "beside a long name, too"
    wide.page.get_by_text("新建页面").click()
    expect(wide.page.get_by_label("放进主菜单")).to_be_disabled()
    wide.page.keyboard.press("Escape")
    undo = wide.page.get_by_role("button", name="撤销")
    for _page in range(2):
        undo.click()
    wide.saved()
    assert (world.draft()["pages"], world.draft()["menus"]["main"]) == ({}, [])


def makes_a_page(editor: Editor, name: str) -> None:
    """With a line in the main menu."""
    editor.page.locator(".e-chooser").click()
    editor.page.get_by_text("新建页面").click()
    editor.page.get_by_label("页面名称").fill(name)
    editor.page.get_by_label("放进主菜单").check()
    editor.page.get_by_role("button", name="创建").click()
    expect(editor.page.locator(".e-chooser")).to_contain_text(name[:11])
    editor.saved()


def test_offline_nothing_is_lost_and_it_is_kept_when_the_network_is_back(
    wide: Editor, world: World
) -> None:
    before = wide.order()
    wide.context.set_offline(True)
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    expect(wide.page.locator(".e-state")).to_have_attribute("data-state", "offline")
    assert wide.order() == moved(before, 0, 1)
    wide.context.set_offline(False)
    wide.saved()
    assert world.saved() == moved(before, 0, 1)
    wide.said[:] = [one for one in wide.said if "INTERNET_DISCONNECTED" not in one]


def test_of_two_editors_the_second_is_asked_whose_work_stays(wide: Editor, world: World) -> None:
    world.somebody_else_saves()
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    mine = wide.order()
    asked = wide.page.get_by_role("dialog")
    expect(asked).to_contain_text("小林")
    asked.get_by_role("button", name="保留我的").click()
    wide.saved()
    assert world.saved() == mine
    wide.said[:] = [one for one in wide.said if "409" not in one]


def test_it_is_published_and_shoppers_see_it(wide: Editor, world: World) -> None:
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    wanted = wide.order()
    wide.page.locator(".e-publish").click()
    wide.page.locator(".e-dialog-foot").get_by_role("button", name="发布").click()
    expect(wide.page.get_by_role("dialog")).to_contain_text("顾客现在看到的就是新装修")
    host = world.shop.alliance.settings.host(world.shop.alliance.ada.slug)
    shopper = world.browser.new_page()
    shopper.goto(f"http://{host}:{world.port}/")
    shown = shopper.locator("main [data-section]").evaluate_all(
        "all => all.map(one => one.id.slice(2))"
    )
    assert [one for one in wanted if one in shown] == shown
    shopper.close()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_serious_is_found_by_day_or_by_night(world: World, size: tuple[int, int]) -> None:
    with decorating.at_editor(world.browser, world.ada, world.port, size) as editor:
        editor.open()
        assert editor.findings() == []
        for opener in (".e-add", ".e-chooser", ".e-publish"):
            editor.page.locator(opener).first.click()
            expect(editor.page.get_by_role("dialog")).to_be_visible()
            assert editor.findings() == [], opener
            editor.page.keyboard.press("Escape")
        editor.row(0).locator(".e-pick").click()
        assert editor.findings() == []
        editor.by_night()
        assert editor.findings(reading.CONTRAST_ONLY) == []
