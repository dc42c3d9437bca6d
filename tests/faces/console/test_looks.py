"""装修 → 模板 in a browser: try a look, see it, publish it, go back; what a package leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from kameng.domains.design import queries, service
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.errors import DesignMoved
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import looks
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import desk, editing
from tests.support import shop as shops
from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

THEME = engine.THEMES[0]
PRESET = engine.presets(THEME)[0]["key"]
LINK = re.compile(r'<iframe[^>]* src="([^"]+)"')


@dataclass
class World:
    """Ada's site, who works on it, and her visitors."""

    shop: Shop
    ada: Desk

    @property
    def live(self) -> UUID:
        with use(self.shop.alliance.ada):
            found = queries.live_revision(self.shop.alliance.ada)
        assert found
        return found.id

    def tried(self, preset: str = PRESET) -> UUID:
        """A draft made with the gallery's button."""
        answer = self.ada.post("design/drafts", theme=THEME, preset=preset)
        assert answer.status_code == 303, answer.get_data(as_text=True)[:400]
        return UUID(answer.location.rpartition("/")[2])

    def published(self, revision: UUID, expected: UUID | None = None) -> int:
        wanted = {"expected": str(expected or self.live)}
        return self.ada.post(f"design/revisions/{revision}/publication", **wanted).status_code

    def home(self) -> str:
        return self.shop.visitor().get("/").text


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> World:
    builder.app = app
    shop = shops.furnish(builder.alliance())
    shop.visitor().get("/")
    return World(shop, desk.at(shop.alliance, shop.alliance.ada, "agent"))


def test_the_gallery_shows_every_theme_and_which_one_is_in_use(world: World) -> None:
    page = world.ada.text("design/themes")
    for name in engine.THEMES:
        assert engine.title(name)["zh_CN"] in page
    assert "使用中" in page


def test_trying_a_look_changes_nothing_that_shoppers_see(world: World) -> None:
    before, live = world.home(), world.live
    world.tried()
    assert (world.home(), world.live) == (before, live)


def test_the_style_alone_can_be_changed(world: World) -> None:
    draft = world.tried("keep")
    with use(world.shop.alliance.ada):
        facts, made = queries.revision(world.shop.alliance.ada, draft)
        live = queries.live(world.shop.alliance.ada)
    assert "保留页面" in facts.note
    assert made["templates"] == live["templates"]


def test_the_preview_is_the_shop_itself_and_neither_kept_nor_listed(world: World) -> None:
    draft = world.tried()
    page = world.ada.text(f"design/revisions/{draft}")
    found = LINK.search(page)
    assert found
    answer = world.shop.visitor().get(found.group(1))
    assert answer.status_code == 200
    assert world.shop.alliance.ada.name in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_the_preview_may_hold_a_frame_and_only_of_this_shop(world: World) -> None:
    draft = world.tried()
    policy = world.ada.get(f"design/revisions/{draft}").headers["Content-Security-Policy"]
    assert f"frame-src http://{world.shop.alliance.ada.slug}." in policy
    assert "frame-src" not in world.ada.get("design/themes").headers["Content-Security-Policy"]


def test_a_preview_of_one_site_is_nothing_on_another_ones_host(world: World, app: Flask) -> None:
    made = world.shop.alliance
    with use(made.ada):
        plain = engine.switch(queries.live(made.ada), THEME)
        strange = {**plain, "site": {**plain["site"], "name": "只在草稿里的名字"}}
        draft = service.save_draft(made.ada, strange, author="test", now=clock.now())
        session.commit()
    with app.test_request_context():
        token = looks.link(made.ada, draft.id).partition("=")[2]
    assert "只在草稿里的名字" in world.shop.visitor().get(f"/?look={token}").text
    for site in (made.hub, made.bo):
        other = world.shop.visitor(site)
        assert other.get(f"/?look={token}").text == other.get("/").text
    mine = world.shop.visitor()
    for bad in (token[:-3] + "abc", draft.id.hex, str(draft.id), "x"):
        assert "只在草稿里的名字" not in mine.get(f"/?look={bad}").text


def test_a_preview_link_ends(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        token = looks.link(world.shop.alliance.ada, world.live).partition("=")[2]
        assert looks.read(world.shop.alliance.ada, token) == world.live
        monkeypatch.setattr(looks, "AGE_SECONDS", -1)
        assert looks.read(world.shop.alliance.ada, token) is None


def test_what_is_published_is_live_and_one_press_brings_the_old_one_back_byte_by_byte(
    world: World,
) -> None:
    before, page = world.live, world.home()
    draft = world.tried()
    with use(world.shop.alliance.ada):
        service.set_site(world.shop.alliance.ada, notice="换了公告", author="test", now=clock.now())
        session.commit()
    assert world.published(draft) == 303
    assert world.live == draft
    assert "撤销，回到第" in world.ada.text("design/themes", undo=str(before))
    assert world.published(before) == 303
    assert world.home() == page


def test_of_two_who_publish_at_once_one_is_told_of_the_other(world: World) -> None:
    ada, expected = world.shop.alliance.ada, world.live
    drafts = [world.tried() for _ in range(2)]

    def go(revision: UUID) -> bool:
        with use(ada):
            try:
                service.publish_revision(
                    ada, revision, expected=expected, actor=SYSTEM, now=clock.now()
                )
                session.commit()
            except DesignMoved:
                session.rollback()
                return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(go, drafts)) == [False, True]
    assert world.published(drafts[0], expected) == 409


@pytest.mark.parametrize(
    "fields",
    [{"theme": "base"}, {"theme": "../clean"}, {"theme": THEME, "preset": "nobody"}, {}],
)
def test_a_theme_nobody_offers_is_refused(world: World, fields: dict[str, str]) -> None:
    live = world.live
    assert world.ada.post("design/drafts", **fields).status_code == 422
    assert world.live == live


def test_another_sites_version_is_no_version_here(world: World) -> None:
    with use(world.shop.alliance.bo):
        found = queries.live_revision(world.shop.alliance.bo)
    assert found
    assert world.ada.get(f"design/revisions/{found.id}").status_code == 404
    assert world.published(found.id) == 404


def test_who_may_not_design_sees_no_button_and_moves_nothing(world: World) -> None:
    finance = desk.at(world.shop.alliance, world.shop.alliance.ada, "finance")
    live = world.live
    assert finance.get("design/themes").status_code == 403
    assert finance.post("design/drafts", theme=THEME, preset=PRESET).status_code == 403
    assert world.live == live


@pytest.fixture
def leaving_out(world: World) -> Iterator[None]:
    """Ada's package has no theme at all for a while."""
    bound = world.shop.alliance
    from tests.support import terms as packages

    none = packages.package(bound.hub, name="无模板版", allows=Allows(themes=("none",)))
    every = packages.package(bound.hub, name="全模板版", allows=Allows())
    packages.bind(bound.ada, none)
    yield
    packages.bind(bound.ada, every)


def test_a_theme_the_package_leaves_out_stays_but_cannot_be_picked(
    world: World, leaving_out: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = world.ada.text("design/themes")
    assert "当前套餐不含" in page
    assert "一旦换走" in page
    assert world.shop.visitor().get("/").status_code == 200
    draft = world.tried()
    with use(world.shop.alliance.ada):
        made = {**queries.live(world.shop.alliance.ada), "theme": "gone"}
        other = service.save_draft(world.shop.alliance.ada, made, author="t", now=clock.now())
        session.commit()
    live = world.live
    assert world.published(other.id) == 422
    assert world.live == live
    assert world.published(draft) == 303


def test_a_package_says_which_templates_it_has(world: World) -> None:
    hub = desk.at(world.shop.alliance, world.shop.alliance.hub)
    page = hub.text("packages/new")
    assert "模板" in page
    fields = {"form": "package", "name": "两套模板", "level_id": "", "fee": "", "fee_year": ""}
    made = hub.post(
        "packages/new", **fields, grace_days="7", trial_days="", themes=THEME, on_sale="y"
    )
    assert made.status_code == 303
    with use(world.shop.alliance.hub):
        from kameng.domains.terms import queries as packages

        found = next(
            one for one in packages.packages(world.shop.alliance.hub) if one.name == "两套模板"
        )
    expected = None if engine.THEMES == (THEME,) else (THEME,)
    assert found.allows.themes == expected


def test_an_old_version_edited_as_a_draft_and_published_unchanged_is_the_same_byte_for_byte(
    world: World,
) -> None:
    paths = ("/", "/c", "/orders", "/sign-in", "/pages/-")
    before, live = [plain(world, path) for path in paths], world.live
    assert world.published(world.tried("keep" if THEME != "mini" else PRESET)) == 303
    with use(world.shop.alliance.ada):
        service.set_site(world.shop.alliance.ada, notice="别的公告", author="t", now=clock.now())
        found = drafts.one(world.shop.alliance.ada)
        session.commit()
    step = str(found.step if found else 0)
    assert world.ada.post(f"design/revisions/{live}/draft", step=step).status_code == 303
    assert world.live != live, "nothing is live by editing"
    tab = editing.opened(world.ada)
    assert tab.publish().status_code == 200
    assert world.live != live
    assert [plain(world, path) for path in paths] == before


def plain(world: World, path: str) -> str:
    """A page without the token of its forms, which is new each time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", world.shop.visitor().get(path).text)
