"""装修 → 主题发布 in a browser: what waits, a plan, its buttons; nobody else gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.support import desk
from tests.support.desk import Desk
from tests.support.gallery import NEW, OLD, THEME, hung, two_lines
from tests.support.rollouts import Fleet, fleet
from tests.support.worlds import Builder
from themes import engine

PAGE = "design/rollouts"
WISH = {"form": "plan", "theme": THEME, "from_line": OLD, "to_line": NEW, "wait": "60"}


@pytest.fixture(scope="module")
def world(
    app: Flask, builder: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    builder.app = app
    with hung(two_lines(tmp_path_factory.mktemp("lines"))):
        yield fleet(builder)


@pytest.fixture(scope="module")
def hub(world: Fleet) -> Desk:
    return desk.at(world.alliance, world.hub, "operator")


@pytest.fixture
def sites(world: Fleet, owner: Engine) -> Fleet:
    world.forget(owner)
    return world


def planned(hub: Desk, sites: Fleet, **other: str) -> str:
    """The address of a new plan, made with the form."""
    wish = {**WISH, "first": sites.hub.slug, "waves": "50, 100", "threshold": "2", **other}
    answer = hub.post(PAGE, **wish)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    return f"{PAGE}/{answer.location.rpartition('/')[2]}"


def test_a_new_line_waits_until_the_operator_plans_it(hub: Desk, sites: Fleet) -> None:
    page = hub.text(PAGE)
    assert "新版本：澄蓝 1.1" in page
    assert "4 个站点在用 1.0" in page
    where = planned(hub, sites)
    page = hub.text(where)
    assert "尚未开始" in page
    assert page.count("等待升级") >= 4
    assert set(sites.lines()) == {OLD}
    assert "新版本：澄蓝" not in hub.text(PAGE), "one at a time"


def test_the_buttons_begin_hold_and_undo(hub: Desk, sites: Fleet) -> None:
    where = planned(hub, sites)
    sites.id = sites.id.__class__(where.rpartition("/")[2])
    assert hub.post(f"{where}/state", to="running").status_code == 303
    sites.tick(2)
    page = hub.text(where)
    assert "发布中" in page
    assert "1 / 1 个站点" in page
    assert hub.post(f"{where}/state", to="paused").status_code == 303
    assert "已暂停" in hub.text(where)
    assert hub.post(f"{where}/state", to="continued").status_code == 303
    assert hub.post(f"{where}/state", to="returning").status_code == 303
    assert sites.until_ended() == "rolled_back"
    page = hub.text(where)
    assert "已手动停止" in page
    assert "已恢复原版本" in page
    assert "未轮到，保持原版本" in page
    assert "等待升级" not in page, "nobody's turn comes any more"
    assert set(sites.lines()) == {OLD}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"waves": "50, 20, 100"}, "递增"),
        ({"waves": "abc"}, "递增"),
        ({"waves": "50"}, "递增"),
        ({"first": "nobody-here"}, ""),
        ({"to_line": OLD}, "更新版本"),
        ({"to_line": "9.9"}, "更新版本"),
        ({"threshold": "0"}, "异常率上限"),
        ({"threshold": "x"}, ""),
        ({"wait": "7"}, ""),
    ],
)
def test_what_makes_no_plan_is_refused_and_nothing_is_kept(
    hub: Desk, sites: Fleet, wrong: dict[str, str], said: str
) -> None:
    wish = {**WISH, "first": sites.hub.slug, "waves": "50, 100", "threshold": "2", **wrong}
    answer = hub.post(PAGE, **wish)
    assert answer.status_code in (404, 409, 422), answer.status_code
    assert said in answer.get_data(as_text=True)
    assert "还没有发布记录" in hub.text(PAGE)


def test_a_button_pressed_too_late_is_refused(hub: Desk, sites: Fleet) -> None:
    where = planned(hub, sites)
    assert hub.post(f"{where}/state", to="stopped").status_code == 303
    for late in ("running", "paused", "continued"):
        assert hub.post(f"{where}/state", to=late).status_code == 409
    assert hub.post(f"{where}/state", to="nonsense").status_code == 422
    assert set(sites.lines()) == {OLD}


def test_no_agent_and_no_stranger_gets_in(hub: Desk, sites: Fleet) -> None:
    where = planned(hub, sites)
    ada = desk.at(sites.alliance, sites.alliance.ada, "agent")
    assert ada.get(PAGE).status_code == 403
    assert "主题发布" not in ada.text("design/themes")
    assert ada.post(f"{where}/state", to="running").status_code == 403
    marketing = desk.at(sites.alliance, sites.hub, "marketing")
    assert marketing.get(PAGE).status_code == 403
    assert "尚未开始" in hub.text(where)


def test_a_site_that_begins_the_theme_anew_gets_the_proven_line(hub: Desk, sites: Fleet) -> None:
    """Pictures and presets in the gallery are those of the line the site would get."""
    ada = desk.at(sites.alliance, sites.alliance.ada, "agent")
    page = ada.text("design/themes")
    pictures = set(re.findall(rf"/looks/{THEME}/(\w+)/\w+\.webp", page))
    assert pictures == {one["key"] for one in engine.presets(THEME, OLD)}
    answer = ada.post("design/drafts", theme=THEME, preset="mix")
    assert answer.status_code == 303
    assert ada.post("design/drafts", theme=THEME, preset="spring").status_code == 422
