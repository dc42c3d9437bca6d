"""Kinds of settings a person sets: seen in the shop beside, kept, and there after a reload."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.faces.console.editor.browser.conftest import World
from tests.support import everyfield, writing
from tests.support.decorating import Editor
from themes.engine import shelf

pytestmark = [pytest.mark.journey, pytest.mark.slow]
SHADE, MOMENT = "#118844", "2026-12-01T08:00"
KEPT = {
    "flag": True,
    "shade": SHADE,
    "menu": "main",
    "font": "serif",
    "shown": "mobile",
    "until": f"{MOMENT}:00+08:00",
    "audience": "guest",
    "schedule": {"start": "2026-01-01T08:00:00+08:00", "end": f"{MOMENT}:00+08:00"},
}


@pytest.fixture(scope="module", autouse=True)
def gallery(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A module with every kind of setting in every theme, and an article to choose."""
    folder = tmp_path_factory.mktemp("every")
    real, shelf.current = shelf.current, everyfield.with_every_field(folder)
    writing.article(world.shop.alliance.ada, "发货说明")
    yield
    world.begins_anew()
    shelf.current = real


def field(editor: Editor, kind: str) -> Locator:
    return editor.page.locator(f'.e-panel .p-field[data-type="{kind}"]')


def test_every_kind_of_setting_is_kept_seen_and_there_again(wide: Editor, world: World) -> None:
    page, dialog = wide.page, wide.page.get_by_role("dialog")
    wide.add(everyfield.NAME)
    form = page.locator(".e-panel")
    form.get_by_label("开关").check()
    field(wide, "token_color").get_by_role("textbox").last.fill(SHADE)
    for label, value in (("菜单", "main"), ("字体", "serif"), ("设备", "mobile")):
        form.get_by_label(label, exact=True).select_option(value)
    form.get_by_label("时刻", exact=True).fill(MOMENT)
    field(wide, "article").get_by_role("button").first.click()
    dialog.locator(".p-choice", has_text="发货说明").first.click()
    field(wide, "category_list").get_by_role("button").last.click()
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="确定").click()
    form.get_by_label("去处", exact=True).select_option("article")
    field(wide, "link").get_by_role("button").click()
    dialog.locator(".p-choice", has_text="发货说明").first.click()
    form.locator(".p-fold summary").click()
    form.get_by_label("谁能看到", exact=True).select_option("guest")
    form.get_by_label("开始").fill("2026-01-01T08:00")
    form.get_by_label("结束").fill(MOMENT)
    shown = wide.shop().locator(f"#s-{everyfield.TYPE}")
    expect(shown).to_contain_text(f"True {SHADE}")
    expect(shown).to_contain_text("main serif mobile 1 2026-12-01")
    expect(shown.locator("a")).to_have_attribute("href", "/articles/" + _slug(world, wide))
    said = world.sections()[-1]["settings"]
    assert {key: said[key] for key in KEPT} == KEPT
    assert said["link"] == {"kind": "article", "ref": said["article"]}
    assert len(said["categories"]) == 1
    page.reload()
    wide.drawn()
    wide.rows().last.locator(".e-pick").click()
    expect(form.get_by_label("开关")).to_be_checked()
    for label, value in (("菜单", "main"), ("字体", "serif"), ("设备", "mobile")):
        expect(form.get_by_label(label, exact=True)).to_have_value(value)
    expect(field(wide, "token_color").get_by_role("textbox").last).to_have_value(SHADE)
    expect(form.get_by_label("时刻", exact=True)).to_have_value(MOMENT)
    for kind in ("article", "link"):
        expect(field(wide, kind)).to_contain_text("发货说明")
    expect(field(wide, "category_list").locator("li")).to_have_count(1)
    expect(form.get_by_label("谁能看到", exact=True)).to_have_value("guest")
    expect(form.get_by_label("开始")).to_have_value("2026-01-01T08:00")


def _slug(world: World, editor: Editor) -> str:
    editor.saved()
    return str(world.sections()[-1]["settings"]["article"])
