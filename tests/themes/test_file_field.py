"""The picture field of a shop's form speaks the shop's language, not the browser's, and says what
was chosen; by keyboard it is one stop with one name."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser import chromium
from tests.support.media import file_of, photo
from tests.themes import shown

CASES = {"": ("选择图片", "未选择图片"), "&lang=en": ("Choose a picture", "No picture chosen")}


@pytest.mark.journey
@pytest.mark.parametrize("language", CASES)
def test_a_shoppers_file_field_says_what_was_chosen(tmp_path: Path, language: str) -> None:
    code = tmp_path / "收款码.jpg"
    code.write_bytes(file_of(photo(40, 40)))
    choose, none = CASES[language]
    with shown.served() as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-US")
        page.goto(f"{address}/show/payee?x=1{language}")
        page.locator('label:has([value="qr"])').first.click()
        box = page.locator(".file")
        expect(box).to_contain_text(choose)
        expect(box).to_contain_text(none)
        box.locator("input").set_input_files(code)
        expect(box.locator("[data-file-name]")).to_have_text("收款码.jpg")
        box.locator("input").set_input_files([])
        expect(box.locator("[data-file-name]")).to_have_text(none)
        assert box.bounding_box()["height"] >= 44  # type: ignore[index]
