"""The settings side of the editor in Chromium: what is typed is kept, and seen in the preview."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from kameng.domains.design.media import queries as pictures
from tenants.context import use
from tests.faces.console.panel.conftest import Hand
from tests.support import reading
from tests.support.media import file_of, photo
from tests.support.touch import ARMED_MS

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PASTE = """html => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  document.querySelector('.p-paper').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""
HOSTILE = (
    '<p onclick="steal()">好<img src=x onerror="steal()"><script>steal()</script>'
    '<a href="javascript:steal()">坏</a><a href="https://ok.example" onmouseover=1>链接</a>'
    "<svg onload=steal()><style>*{display:none}</style></svg></p>"
    "<h1>大</h1><b style=color:red>粗</b>"
)
SMALL = """() => [...document.querySelectorAll('.p-panel :is(button, select, summary, input)')]
  .filter(one => one.checkVisibility() && !['radio', 'checkbox', 'file'].includes(one.type))
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.outerHTML.slice(0, 120))"""


def test_words_typed_are_kept_and_seen_as_one_step_to_take_back(hand: Hand) -> None:
    form = hand.pick("hero")
    title = form.get_by_label("大标题")
    before = title.input_value()
    title.fill("")
    title.press_sequentially("秋季上新")
    expect(hand.preview.locator("#s-hero h1")).to_have_text("秋季上新")
    assert hand.saved("hero")["settings"]["title"] == "秋季上新"
    hand.page.keyboard.press("Tab")
    hand.page.get_by_role("button", name="撤销").first.click()
    expect(title).to_have_value(before)
    assert hand.saved("hero")["settings"]["title"] == before


def test_every_simple_kind_of_field_changes_the_document_and_the_preview(hand: Hand) -> None:
    form = hand.pick("goods")
    expect(form.get_by_role("button", name="挑选商品")).to_be_hidden()
    form.get_by_label("列表", exact=True).check()
    form.get_by_label("最多显示").last.fill("8")
    form.get_by_label("深色").check()
    form.get_by_label("选品").select_option("chosen")
    form.get_by_role("button", name="挑选商品").click()
    window = hand.page.get_by_role("dialog")
    window.get_by_role("checkbox").first.check()
    window.get_by_role("button", name="确定").click()
    form.locator("summary").click()
    form.get_by_label("谁能看到", exact=True).select_option("member")
    form.get_by_label("开始").fill("2026-12-01T08:00")
    form.get_by_label("手机").uncheck()
    kept = hand.saved("goods")
    said = kept["settings"]
    wanted = {"layout": "list", "limit": 8, "scheme": "deep", "source": "chosen"}
    assert {key: said[key] for key in wanted} == wanted
    assert len(said["products"]) == 1
    assert (said["audience"], kept["hide"]) == ("member", ["mobile"])
    assert said["schedule"] == {"start": "2026-12-01T08:00:00+08:00", "end": None}
    expect(hand.preview.locator("#s-goods.deep, #s-goods[class*=deep]")).to_have_count(1)


def test_a_link_leads_to_a_product_or_to_an_https_address_and_nowhere_else(hand: Hand) -> None:
    form = hand.pick("hero")
    kinds = form.get_by_label("按钮链接")
    kinds.select_option("external")
    address = form.get_by_role("textbox", name="外部网址")
    address.fill("javascript:alert(1)")
    expect(form.get_by_text("https:// 开头")).to_be_visible()
    assert hand.saved("hero")["settings"]["link"] == {"kind": "", "ref": ""}
    address.fill("https://ok.example/a")
    expect(hand.preview.locator("#s-hero .btn-light")).to_have_attribute(
        "href", "https://ok.example/a"
    )
    kinds.select_option("product")
    form.get_by_role("button", name="选择商品").click()
    hand.page.get_by_role("dialog").locator(".p-choice").first.click()
    link = hand.saved("hero")["settings"]["link"]
    assert link["kind"] == "product"
    expect(hand.preview.locator("#s-hero .btn-light")).to_have_attribute(
        "href", f"/p/{link['ref']}"
    )


def test_pieces_are_added_moved_by_keys_and_deleted(hand: Hand) -> None:
    form = hand.pick("faq")
    count = len(hand.saved("faq")["blocks"])
    form.get_by_role("button", name="添加问题").click()
    hand.page.keyboard.type("怎么退款？")
    form.locator(".p-open").last.focus()
    hand.page.keyboard.press("Alt+ArrowUp")
    asked = [one["settings"]["question"] for one in hand.saved("faq")["blocks"]]
    assert (len(asked), asked[-2]) == (count + 1, "怎么退款？")
    expect(hand.preview.locator("#s-faq")).to_contain_text("怎么退款？")
    form.get_by_role("button", name="删除", exact=True).click()
    assert len(hand.saved("faq")["blocks"]) == count


def test_a_part_cut_out_of_a_photo_is_in_the_page(hand: Hand) -> None:
    form = hand.pick("hero")
    photograph: FilePayload = {
        "name": "夏.jpg",
        "mimeType": "image/jpeg",
        "buffer": file_of(photo(1600, 1200)),
    }
    with hand.page.expect_file_chooser() as asked:
        hand.page.wait_for_timeout(ARMED_MS)
        form.get_by_role("button", name="上传图片").click()
    asked.value.set_files(photograph)
    window = hand.page.get_by_role("dialog")
    expect(window.get_by_text("保留 1600 × 640 像素")).to_be_visible()
    window.get_by_role("button", name="右下角").focus()
    hand.page.keyboard.press("Shift+ArrowLeft")
    expect(window.get_by_text("保留 1440 × 576 像素")).to_be_visible()
    window.get_by_role("button", name="使用这部分").click()
    own = hand.changed("hero", "picture", "art:banner-games")
    with use(hand.shop.alliance.ada):
        made = pictures.page(hand.shop.alliance.ada)[0][0]
    assert (str(made.id), made.width, made.height) == (own, 1440, 576)
    shown = hand.preview.locator("#s-hero img").first
    expect(shown).to_have_attribute("src", re.compile(re.escape(own)))


def test_pasted_code_ends_as_plain_words_and_what_is_kept_is_what_is_seen(hand: Hand) -> None:
    form = hand.pick("rich_text")
    form.locator(".p-paper").click()
    hand.page.evaluate(PASTE, HOSTILE)
    body = hand.saved("rich_text")["settings"]["body"]
    clean = '<a href="https://ok.example" rel="nofollow noopener ugc">链接</a>'
    assert body == f"<p>好坏{clean}</p><h3>大</h3><p><strong>粗</strong></p>"
    expect(hand.preview.locator("#s-rich_text h3")).to_have_text("大")
    assert hand.preview.locator("#s-rich_text :is(script, img, svg, [onclick])").count() == 0


def test_what_the_server_refuses_stands_under_its_field(hand: Hand) -> None:
    form = hand.pick("hero")
    title = form.get_by_label("大标题")
    before = hand.saved("hero")["settings"]["title"]
    title.evaluate("one => one.removeAttribute('maxlength')")
    title.fill("长" * 60)
    hand.settled("refused")
    fault = form.locator(".p-field.is-wrong")
    expect(fault).to_contain_text("40")
    expect(title).to_have_attribute("aria-invalid", "true")
    assert hand.kept("hero")["settings"]["title"] == before
    title.fill("好")
    expect(fault).to_have_count(0)


def test_data_nobody_keeps_yet_is_said_and_not_invented(hand: Hand) -> None:
    missing = hand.pick("flash_sale").locator(".is-missing")
    expect(missing).to_contain_text("顾客看不到")
    expect(missing).to_contain_text("限时秒杀功能尚未开放。在此之前")


def test_a_module_offers_its_colours_as_the_shop_has_them_now(hand: Hand) -> None:
    hand.nothing().get_by_label("主色").last.fill("#118844")
    hand.settled()
    hand.pick("rich_text")
    assert hand.page.locator('.p-swatches rect[fill="#118844"]').count() > 0


def test_a_colour_that_reads_badly_warns_and_one_tap_takes_the_nearest_that_reads(
    hand: Hand,
) -> None:
    form = hand.nothing()
    form.get_by_label("主色").last.fill("#ffe680")
    warning = form.locator('[data-pair="primary/surface"]')
    expect(warning).to_contain_text("对比度")
    warning.get_by_role("button").click()
    hand.settled()
    taken = hand.draft()["tokens"]["primary"]
    assert taken != "#ffe680"
    expect(form.get_by_label("主色").last).to_have_value(taken)
    expect(warning).to_have_count(0)


def test_the_settings_are_large_enough_for_a_thumb_and_read_well(hand: Hand) -> None:
    hand.page.set_viewport_size({"width": 390, "height": 844})
    hand.page.get_by_role("button", name="设置", exact=True).click()
    assert hand.page.evaluate(SMALL) == []
    assert reading.serious(hand.page) == []
