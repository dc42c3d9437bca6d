"""What comes in the middle: an answer while something is held, no network, the Back button."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor, moved
from tests.support.touch import Finger, Mouse, point

pytestmark = [pytest.mark.journey, pytest.mark.slow]
SLOW = 300
MADE_OF_IT = """lost => {
  const real = window.fetch;
  window.fetch = async (url, given) => {
    const answer = await real(url, given);
    if (!String(url).endsWith('/draft')) return answer;
    window.fetch = real;
    await new Promise(done => { window.answered = done; });
    const { document } = JSON.parse(given.body), home = document.templates.home;
    home.sections = home.sections.filter(one => one.id !== lost);
    return new Response(JSON.stringify({ ...(await answer.json()), document }), { status: 200 });
  };
}"""


REWRITTEN = """() => {
  const real = window.fetch;
  window.fetch = async (url, given) => {
    const answer = await real(url, given);
    if (!String(url).endsWith('/draft')) return answer;
    window.fetch = real;
    const { document } = JSON.parse(given.body), home = document.templates.home;
    home.sections.find(one => one.type === 'hero').settings.title = '写法统一';
    return new Response(JSON.stringify({ ...(await answer.json()), document }), { status: 200 });
  };
}"""


def comes_from_the_gallery(editor: Editor) -> str:
    """Where one was before; the address of it."""
    page, address = editor.page, editor.page.url
    page.goto(str(page.locator(".e-back").evaluate("one => one.href")))
    came_from = page.url
    page.goto(address)
    editor.drawn()
    return came_from


def hands(editor: Editor) -> Finger | Mouse:
    is_phone = editor.page.evaluate("navigator.maxTouchPoints > 0")
    return Finger(editor.page) if is_phone else Mouse(editor.page)


def held_while_answered(editor: Editor) -> list[str]:
    """Brings the first module down a place, holds another while that is kept, and pulls it on."""
    hand, page = hands(editor), editor.page
    editor.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    order = editor.order()
    target = point(editor.row(1).locator(".e-grip"), down=0.2)
    hand.holds(editor.row(3).locator(".e-grip"))
    page.evaluate("document.querySelector('.e-row').dataset.old = 'yes'")
    editor.saved()
    assert page.locator(".e-row[data-old]").count() == 1, "nothing is drawn anew under a hand"
    hand.pulls(target)
    hand.lets_go()
    wanted = moved(order, 3, 1)
    expect(editor.row(1)).to_have_attribute("data-id", wanted[1])
    expect(page.locator(".e-row[data-old]")).to_have_count(0)
    assert editor.order() == wanted
    return wanted


@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_an_answer_that_comes_while_a_module_is_held_does_not_take_it_out_of_the_hand(
    request: pytest.FixtureRequest, world: World, screen: str
) -> None:
    editor: Editor = request.getfixturevalue(screen)
    wanted = held_while_answered(editor)
    editor.saved()
    assert world.saved() == wanted


def test_what_the_server_makes_of_it_waits_until_the_hand_lets_go(
    wide: Editor, world: World
) -> None:
    lost = wide.order()[2]
    wide.page.evaluate(MADE_OF_IT, lost)
    wanted = [one for one in held_while_answered_wrongly(wide) if one != lost]
    assert wide.order() == wanted
    wide.saved()
    assert world.saved() == wanted


def test_a_form_drawn_anew_leaves_the_keyboard_on_the_button_it_was_on(wide: Editor) -> None:
    wide.page.evaluate(REWRITTEN)
    wide.page.locator(".e-pick", has_text="首屏横幅").click()
    form = wide.page.locator(".e-panel")
    form.get_by_label("大标题", exact=True).fill("随手写的")
    upload = form.locator(".p-field", has_text="背景图").get_by_role("button", name="上传图片")
    upload.focus()
    wide.saved()
    expect(form.get_by_label("大标题", exact=True)).to_have_value("写法统一")
    expect(upload).to_be_focused()


def held_while_answered_wrongly(editor: Editor) -> list[str]:
    """The order one sees while the last module is brought to the top and another one vanishes."""
    mouse, last = Mouse(editor.page), len(editor.order()) - 1
    title = editor.page.locator(".e-panel").get_by_label("网站名称", exact=True)
    title.fill(title.input_value() + "店")
    order = editor.order()
    target = point(editor.row(0).locator(".e-grip"), down=0.2)
    mouse.holds(editor.row(last).locator(".e-grip"))
    mouse.pulls(target)
    while not editor.page.evaluate("Boolean(window.answered)"):
        editor.page.wait_for_timeout(25)
    editor.page.evaluate("window.answered()")
    editor.saved()
    mouse.lets_go()
    editor.page.wait_for_timeout(50)
    return moved(order, last, 0)


def test_the_network_is_gone_while_a_module_is_dragged_and_nothing_is_lost(
    phone: Editor, world: World
) -> None:
    before, finger = phone.order(), Finger(phone.page)
    kept = world.saved()
    target = point(phone.row(0).locator(".e-grip"), down=0.2)
    finger.holds(phone.row(2).locator(".e-grip"))
    phone.context.set_offline(True)
    finger.pulls(target)
    finger.lets_go()
    wanted = moved(before, 2, 0)
    expect(phone.page.locator(".e-state")).to_have_attribute("data-state", "offline")
    assert phone.order() == wanted
    assert world.saved() == kept
    phone.context.set_offline(False)
    phone.saved()
    assert world.saved() == wanted
    phone.said[:] = [one for one in phone.said if "INTERNET_DISCONNECTED" not in one]


def test_back_shuts_what_lies_on_top_then_leads_to_the_modules_then_leaves(phone: Editor) -> None:
    page, came_from = phone.page, comes_from_the_gallery(phone)
    phone.row(0).locator(".e-pick").tap()
    page.locator(".e-publish").tap()
    dialog, tab = page.get_by_role("dialog"), page.locator(".e-tab[aria-pressed=true]")
    expect(dialog).to_be_visible()
    page.evaluate("history.back()")
    expect(dialog).to_have_count(0)
    expect(tab).to_have_text("设置")
    page.locator(".e-panel .p-title").tap()
    page.evaluate("history.back()")
    expect(tab).to_have_text("模块")
    page.locator(".e-side-title").tap()
    page.evaluate("history.back()")
    page.wait_for_url(came_from)


def test_back_with_unsaved_changes_keeps_them_first(wide: Editor, world: World) -> None:
    page, before, came_from = wide.page, wide.order(), comes_from_the_gallery(wide)
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    wide.unsaved()
    page.go_back(wait_until="commit")
    page.wait_for_url(came_from)
    assert world.saved() == moved(before, 0, 1)
    page.go_forward(wait_until="commit")
    expect(wide.row(1)).to_have_attribute("data-id", before[0])
    wide.row(1).locator(".e-row-tools .e-tool").first.click()
    wide.saved()
    assert world.saved() == before


def test_back_offline_asks_before_anything_is_lost(wide: Editor) -> None:
    page, asked = wide.page, list[str]()

    def stays(question: Dialog) -> None:
        asked.append(question.type)
        question.dismiss()

    page.on("dialog", stays)
    wide.context.set_offline(True)
    wide.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    order = wide.order()
    page.evaluate("history.go(-2)")
    page.wait_for_timeout(SLOW)
    assert asked == ["beforeunload"]
    assert wide.order() == order
    wide.context.set_offline(False)
    wide.saved()
    wide.said[:] = [one for one in wide.said if "INTERNET_DISCONNECTED" not in one]
