"""What a new agent does on her first evening: opens a shop, dresses it in the editor, publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys import agent, operator
from tests.support.browser import Watched
from tests.support.pace import Hands, K, M, P
from tests.support.running import Deployment

ROWS = ".e-list-body > .e-rows > .e-row"
BANNER, GOODS = "首屏横幅", "商品列表"
TITLE, BUTTON = "秒到账", "关于"
PAGE, ABOUT = "关于我们", "自动发货，售后无忧"


@dataclass
class Decorator:
    """Somebody with a phone or at a desk, and how long it has taken so far."""

    ada: Watched
    hands: Hands

    def one(self, selector: str, text: str = "") -> Locator:
        """What is on the screen."""
        found = self.ada.page.locator(selector)
        return found.filter(has_text=text).first if text else found.first

    def look(self, title: str) -> None:
        with self.hands.aside_for():
            self.ada.look(title)

    def opens_a_shop(self, live: Deployment, seller: str, wish: agent.Wish) -> None:
        """The form of the seller's site, then her own shop."""
        self.ada.page.goto(live.url(seller, "/open"))
        hands = self.hands
        hands.reads(3)
        hands.presses(self.one(".package", wish.package))
        hands.types(self.one("[name=slug]"), wish.slug)
        hands.types(self.one("[name=site_name]"), wish.site_name)
        hands.presses(self.one(".industry", "游戏"))
        hands.types(self.one("[name=login]"), wish.login, decides=False)
        hands.types(self.one("[name=email]"), f"{wish.login}@example.com", decides=False)
        hands.types(self.one("[name=password]"), agent.PASSWORD, decides=False)
        hands.presses(self.one("[name=consent]"), decides=False)
        hands.presses(self.one("form[data-open] [type=submit]"), decides=False)
        self.ada.page.wait_for_url(re.compile(rf"//{wish.slug}\."), wait_until="domcontentloaded")

    def comes_to_the_editor(self, wish: agent.Wish) -> None:
        """The first line on the new shop leads to the console, its steps to the editor."""
        page, hands = self.ada.page, self.hands
        hands.presses(page.locator("a[href$='/open/console']").first)
        hands.types(self.one("[name=login]"), wish.login, decides=False)
        hands.types(self.one("[name=password]"), agent.PASSWORD, decides=False)
        hands.presses(self.one("form[action*='/sign-in'] [type=submit]"), decides=False)
        self._shows_who_she_is(wish)
        page.wait_for_url(re.compile(rf"/s/{wish.slug}"))
        self.look("first-steps")
        hands.presses(page.locator("main a[href$='/design/editor']").first)
        expect(self.one(ROWS)).to_be_attached()
        hands.reads()
        self.look("editor-modules")

    def _shows_who_she_is(self, wish: agent.Wish) -> None:
        """The app for codes takes the key (by link or picture), shows six digits, is left again;
        these are typed and sent."""
        here = self.ada.page.locator("a[href^='otpauth:']")
        expect(here).to_be_visible(visible=self.hands.finger)
        self.hands.reads(2)
        self.hands.human += 3 * (P + K) + M + P + 6 * K + P + K
        operator.second_step(self.ada, wish.login)

    def tab(self, name: str) -> None:
        """One of the three parts, where the screen shows one at a time."""
        tab = self.one(f".e-tab[data-tab={name}]")
        if self.hands.finger and tab.get_attribute("aria-pressed") != "true":
            self.hands.presses(tab)

    def field(self, label: str) -> Locator:
        return self.ada.page.locator(".e-panel .p-field").filter(
            has=self.ada.page.get_by_text(label, exact=True)
        )

    def writes_a_page(self) -> None:
        """A page of her own with a few words on it."""
        page, hands = self.ada.page, self.hands
        hands.presses(self.one(".e-chooser"))
        self.look("editor-pages")
        hands.presses(page.get_by_text("新建页面"))
        hands.types(page.get_by_label("页面名称"), PAGE)
        hands.presses(page.get_by_role("button", name="创建"), decides=False)
        expect(self.one(".e-chooser")).to_contain_text(PAGE)
        hands.types(self.one(".p-paper"), ABOUT)
        self.look("editor-words")

    def returns_home(self) -> None:
        """Back to the front page of the shop."""
        self.hands.presses(self.one(".e-chooser"))
        self.hands.presses(self.one(".e-dialog .e-page", "首页"), decides=False)
        expect(self.one(".e-chooser")).to_contain_text("首页")

    def dresses_the_banner(self, file: Path) -> None:
        """A picture of her own, a heading, and a button that leads to her page."""
        hands = self.hands
        self.tab("list")
        hands.presses(self.one(".e-pick", BANNER))
        hands.types(self.field("大标题").locator("input"), TITLE)
        hands.types(self.field("按钮文字").locator("input"), BUTTON)
        self.uploads(self.field("背景图"), file, "banner")
        link = self.field("按钮链接")
        hands.chooses(link.locator("select").first, "自建页面")
        expect(link.locator("select").last).to_have_value("page-1")
        self.look("editor-banner")

    def puts_up_the_logo(self, file: Path) -> None:
        """What all pages share is one press away from any module."""
        self.tab("list")
        self.hands.presses(self.one(".e-whole"), decides=not self.hands.finger)
        self.uploads(self.field("Logo"), file, "logo")
        self.look("editor-site")

    def uploads(self, field: Locator, file: Path, name: str) -> None:
        """A file, and the part of it that the form proposes."""
        self.hands.uploads(field.get_by_role("button", name="上传图片"), file)
        use = self.ada.page.get_by_role("button", name="使用这部分")
        expect(use).to_be_visible()
        self.look(f"editor-crop-{name}")
        self.hands.presses(use)
        expect(field.locator(".p-shown img")).to_have_attribute("src", re.compile("//media"))

    def brings_goods_up(self) -> list[str]:
        """The goods go to the second place, by their handle; answers the order there is then."""
        self.tab("list")
        expect(self.one(".e-state")).to_have_attribute("data-state", "saved")
        rows = self.ada.page.locator(ROWS)
        goods = rows.filter(has_text=GOODS).first
        moved = str(goods.get_attribute("data-id"))
        self.hands.drags(goods.locator(".e-grip"), rows.nth(1).locator(".e-grip"))
        expect(rows.nth(1)).to_have_attribute("data-id", moved)
        order: list[str] = rows.evaluate_all("all => all.map(one => one.dataset.id)")
        return order

    def sees_it(self) -> None:
        """The shop beside it shows all of it already."""
        self.tab("view")
        shop = self.ada.page.frame_locator(".e-frame")
        expect(shop.locator("h1")).to_have_text(TITLE)
        expect(shop.locator(".logo img")).to_be_visible()
        self.hands.reads()
        self.look("editor-preview")

    def publishes(self) -> None:
        """The list of what to look at, and the press that makes it live."""
        self.hands.presses(self.one(".e-publish"))
        publish = self.ada.page.locator(".e-dialog-foot").get_by_role("button", name="发布")
        expect(publish).to_be_enabled()
        self.hands.reads(2)
        self.look("editor-publish")
        self.hands.presses(publish, decides=False)
        expect(self.ada.page.get_by_role("dialog")).to_contain_text("顾客现在看到的就是新装修")
        self.look("editor-published")
