"""What is wrong is said where it is, is one press away, and the way out of it is in sight."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from kameng.faces.storefront import editing
from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor
from tests.support.editing import opened as editing_of

pytestmark = [pytest.mark.journey, pytest.mark.slow]
REFUSED = "Failed to load resource"
MELTS = "#ffe680"


def settings(editor: Editor, name: str = "首屏横幅") -> Locator:
    """The form of a module."""
    editor.page.locator(".e-pick", has_text=name).first.click()
    return editor.page.locator(".e-panel")


def state(editor: Editor, name: str) -> Locator:
    found = editor.page.locator(".e-state")
    expect(found).to_have_attribute("data-state", name)
    return found


def quiet(editor: Editor) -> None:
    """The browser tells of every answer that is no success; here they are meant."""
    editor.said[:] = [one for one in editor.said if REFUSED not in one]


def test_a_colour_that_is_none_is_said_and_stays_to_be_mended(wide: Editor, world: World) -> None:
    form = wide.page.locator(".e-panel")
    typed = form.get_by_label("主色").last
    typed.fill("#11884")
    typed.press("Tab")
    expect(form.get_by_text("这不是有效的颜色")).to_be_visible()
    expect(typed).to_have_value("#11884")
    expect(typed).to_have_attribute("aria-invalid", "true")
    wide.saved()
    assert world.draft()["tokens"].get("primary") != "#11884"
    for written, meant in (("118844", "#118844"), ("#18F", "#1188ff")):
        typed.fill(written)
        typed.press("Tab")
        expect(typed).to_have_value(meant)
        expect(form.get_by_text("这不是有效的颜色")).to_have_count(0)
        wide.saved()
        assert world.draft()["tokens"]["primary"] == meant


def test_a_button_nobody_sees_is_told_from_words_nobody_reads(wide: Editor) -> None:
    form = wide.page.locator(".e-panel")
    form.get_by_label("主色").last.fill(MELTS)
    warning = form.locator('[data-pair="primary/surface"]')
    expect(warning).to_contain_text("顾客可能找不到按钮")
    expect(warning).not_to_contain_text("部分顾客会看不清")
    wide.saved()
    wide.page.locator(".e-publish").click()
    dialog = wide.page.get_by_role("dialog")
    finding = dialog.locator(".e-finding", has_text="按钮与卡片底色：对比度不足")
    finding.get_by_role("button", name="去看看").click()
    expect(form.get_by_label("主色").last).to_be_in_viewport()


def test_a_link_without_a_target_says_so_at_its_field(wide: Editor) -> None:
    form = settings(wide)
    said = form.get_by_text("还没有选好具体去处")
    kinds = form.get_by_label("按钮链接")
    for kind in ("product", "category", "article", "page", "external"):
        kinds.select_option(kind)
        expect(said, kind).to_be_visible()
    form.get_by_role("textbox", name="外部网址").fill("https://ok.example/a")
    expect(said).to_be_hidden()
    kinds.select_option("")
    expect(said).to_be_hidden()


@pytest.mark.parametrize("way", ["sign above", "publishing"])
def test_the_first_place_that_needs_a_change_is_one_press_away(wide: Editor, way: str) -> None:
    title = settings(wide).get_by_label("大标题")
    good = title.input_value()
    title.evaluate("one => one.removeAttribute('maxlength')")
    title.fill("长" * 60)
    sign = state(wide, "refused")
    expect(sign).to_contain_text("1 处需要修改")
    wide.page.locator(".e-whole").click()
    expect(title).to_have_count(0)
    if way == "publishing":
        wide.page.locator(".e-publish").click()
        wide.page.locator(".e-toast-act").click()
    else:
        sign.get_by_role("button", name="去看看").click()
    expect(wide.page.locator(".e-row.e-current")).to_contain_text("首屏横幅")
    expect(title).to_be_focused()
    title.fill(good)
    wide.saved()
    expect(sign.get_by_role("button")).to_have_count(0)
    quiet(wide)


def test_on_a_phone_a_module_is_doubled_and_deleted_from_its_settings(
    phone: Editor, world: World
) -> None:
    phone.add("图文说明")
    phone.saved()
    before, panel = world.saved(), phone.page.locator(".e-panel")
    panel.get_by_role("button", name="复制这个模块").tap()
    phone.saved()
    assert world.saved()[:-1] == before
    panel.get_by_role("button", name="删除这个模块").tap()
    expect(phone.rows().last).to_be_visible()
    phone.saved()
    assert world.saved() == before
    phone.page.locator(".e-toast-act").tap()
    phone.saved()
    assert len(world.saved()) == len(before) + 1


def test_what_a_page_cannot_lose_has_no_such_button(wide: Editor) -> None:
    wide.page.locator(".e-around > summary").nth(1).click()
    wide.page.locator(".e-around").nth(1).locator(".e-pick").first.click()
    expect(wide.page.locator(".e-panel .p-title")).to_contain_text("页脚")
    expect(wide.page.get_by_role("button", name="删除这个模块")).to_have_count(0)


def test_what_was_typed_without_a_network_is_drawn_when_it_is_back(wide: Editor) -> None:
    title = settings(wide).get_by_label("大标题")
    wide.context.set_offline(True)
    title.fill("没网时写的")
    state(wide, "offline")
    wide.context.set_offline(False)
    wide.saved()
    expect(wide.shop().locator(".sec-hero h1")).to_have_text("没网时写的")
    wide.said[:] = [one for one in wide.said if "INTERNET_DISCONNECTED" not in one]


def test_who_types_too_fast_for_the_shop_is_told_why_the_preview_waits(
    wide: Editor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = settings(wide).get_by_label("大标题")
    monkeypatch.setattr(editing, "OF_A_TOKEN", 0)
    title.fill("写得太快")
    toast = wide.page.locator(".e-toast")
    expect(toast).to_contain_text("修改太频繁，预览将在一分钟后恢复。")
    wide.saved()
    hero = next(one for one in world.sections() if one["type"] == "hero")
    assert hero["settings"]["title"] == "写得太快", "what is typed is kept all the same"
    quiet(wide)


def test_the_frame_has_an_origin_of_its_own_and_reaches_nothing(wide: Editor) -> None:
    frame = wide.page.locator(".e-frame")
    expect(frame).to_have_attribute("sandbox", "allow-scripts")
    handle = frame.element_handle()
    inside = handle and handle.content_frame()
    assert inside
    assert inside.evaluate("self.origin") == "null"
    for reach in ("parent.document.title", "document.cookie", "localStorage.length"):
        tried = f"() => {{ try {{ return String({reach}); }} catch (odd) {{ return odd.name; }} }}"
        assert inside.evaluate(tried) == "SecurityError", reach


def test_the_code_and_the_link_open_the_draft_on_a_phone_of_nobody(
    wide: Editor, world: World
) -> None:
    settings(wide).get_by_label("大标题").fill("只在草稿里")
    wide.saved()
    wide.page.get_by_role("button", name="手机扫码预览").click()
    dialog = wide.page.get_by_role("dialog")
    code = dialog.locator(".e-qr")
    expect(code).to_be_visible()
    expect(code).to_have_js_property("complete", True)
    assert code.evaluate("one => one.naturalWidth") > 0
    link = dialog.get_by_label("预览链接").input_value()
    stranger = world.browser.new_context(viewport={"width": 390, "height": 844})
    page = stranger.new_page()
    page.goto(link)
    expect(page.locator(".sec-hero h1")).to_have_text("只在草稿里")
    expect(page.locator('meta[name="robots"]')).to_have_attribute("content", re.compile("noindex"))
    page.goto(re.sub(r"\?.*", "", link))
    expect(page.locator(".sec-hero h1")).not_to_have_text("只在草稿里")
    stranger.close()


def test_what_is_hidden_on_one_device_is_seen_by_shoppers_on_the_other(world: World) -> None:
    host = world.shop.alliance.settings.host(world.shop.alliance.ada.slug)
    tab = editing_of(world.ada)
    before, document = tab.document, tab.document
    home = document["templates"]["home"]["sections"]
    home[:] = [one for one in home if one["type"] != "rich_text"]
    home += [
        {"id": f"no-{device}", "type": "rich_text", "hide": [device], "settings": {"body": device}}
        for device in ("mobile", "desktop")
    ]
    saved = tab.save(document)
    assert saved.status_code == 200, saved.text
    assert tab.publish().status_code == 200
    for width, seen, hidden in ((390, "desktop", "mobile"), (1280, "mobile", "desktop")):
        shopper = world.browser.new_page(viewport={"width": width, "height": 800})
        shopper.goto(f"http://{host}:{world.port}/")
        expect(shopper.locator(f"#s-no-{seen}")).to_be_visible()
        expect(shopper.locator(f"#s-no-{hidden}")).to_be_hidden()
        shopper.close()
    assert tab.save(before).status_code == 200
    assert tab.publish().status_code == 200
