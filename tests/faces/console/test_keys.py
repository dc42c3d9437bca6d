"""设置 → API 密钥: a key is shown once, revoked at once, and ends with its maker."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.domains.accounts.keys import rules
from tests.support import desk, keys, shop
from tests.support.desk import Desk
from tests.support.worlds import Alliance, Builder

KEY = re.compile(rf"{rules.PREFIX}[0-9a-f]{{{rules.SECRET}}}")


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada):
        shop.decorate(site)
    return made


@pytest.fixture(scope="module")
def ada(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "agent")


def asked(name: str, **more: str) -> dict[str, str]:
    wanted = {"form": "key", "name": name, "permissions": keys.READ, "days": "90", "networks": ""}
    return wanted | more


def count(owner: Engine) -> list[int]:
    with owner.connect() as connection:
        return [
            connection.execute(text(f"SELECT count(*) FROM shared.{table}")).scalar_one()
            for table in ("api_key", "audit_log")
        ]


def test_a_new_key_is_shown_once_works_and_is_never_seen_again(world: Alliance, ada: Desk) -> None:
    assert "还没有密钥" in ada.text("settings/keys")
    answer = ada.post("settings/keys", **asked("比价程序"))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown = KEY.search(page)
    assert shown
    assert keys.program(world, world.ada, shown.group()).get().status_code == 200
    for later in ("settings/keys", "audit", "settings"):
        seen = ada.text(later)
        assert not KEY.search(seen)
        assert shown.group()[len(rules.PREFIX) + rules.SHOWN :] not in seen
    listed = ada.text("settings/keys")
    assert "比价程序" in listed
    assert shown.group()[: len(rules.PREFIX) + rules.SHOWN] in listed
    assert "创建 API 密钥" in ada.text("audit")


def test_the_page_sent_again_makes_no_second_key(ada: Desk, owner: Engine) -> None:
    assert ada.post("settings/keys", **asked("只要一把")).status_code == 200
    before = count(owner)
    again = ada.post("settings/keys", **asked("只要一把"))
    assert again.status_code == 409
    assert "已有名为「只要一把」的密钥" in again.get_data(as_text=True)
    assert count(owner) == before


def test_a_key_is_revoked_by_one_press(world: Alliance, ada: Desk) -> None:
    new = keys.made(world.ada, ada.person, name="要吊销的")
    program = keys.program(world, world.ada, new.key)
    assert program.get().status_code == 200
    assert ada.post(f"settings/keys/{new.id}/revocation").status_code == 303
    assert program.get().status_code == 401
    assert "已吊销" in ada.text("settings/keys")
    assert ada.post(f"settings/keys/{new.id}/revocation").status_code == 404


def test_nobody_revokes_the_key_of_another_site(world: Alliance, ada: Desk, owner: Engine) -> None:
    boss = keys.hired(world.hub, "operator")
    new = keys.made(world.hub, boss)
    before = count(owner)
    assert ada.post(f"settings/keys/{new.id}/revocation").status_code == 404
    assert count(owner) == before
    assert keys.program(world, world.hub, new.key).get().status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"name": ""}, 422, ""),
        ({"name": "x" * 41}, 422, ""),
        ({"permissions": ""}, 422, ""),
        ({"permissions": "secrets.reveal"}, 422, ""),
        ({"permissions": "keys.edit"}, 422, ""),
        ({"days": "9999"}, 422, ""),
        ({"days": "NaN"}, 422, ""),
        ({"networks": "203.0.113.9, 这里"}, 422, "不是有效的 IP 地址或网段"),
        ({"networks": "0.0.0.0/0"}, 422, "不是有效的 IP 地址或网段"),
    ],
)
def test_a_refused_key_keeps_what_was_typed_and_is_not_made(
    ada: Desk, owner: Engine, fields: dict[str, str], status: int, says: str
) -> None:
    before = count(owner)
    answer = ada.post("settings/keys", **(asked("保留所填") | fields))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == status
    assert says in page
    assert not KEY.search(page)
    assert count(owner) == before
    assert fields.get("name", "保留所填") in page
    assert fields.get("networks", "") in page


def test_who_is_sent_away_takes_his_keys_along_for_good(world: Alliance, ada: Desk) -> None:
    clerk = keys.hired(world.ada, "agent_staff")
    new = keys.made(world.ada, clerk, name="离职员工的程序")
    program = keys.program(world, world.ada, new.key)
    assert program.get().status_code == 200
    assert ada.post(f"settings/staff/{clerk.id}/removal").status_code == 303
    assert program.get().status_code == 401
    back = {"form": "hire", "kind": "known", "login": clerk.login, "role": "agent_staff"}
    other = keys.hired(world.bo, "agent")
    again = ada.post("settings/staff", **(back | {"login": other.login}))
    assert again.status_code == 303
    assert program.get().status_code == 401
    log = ada.text("audit", about="离职员工的程序")
    assert "吊销 API 密钥" in log
    assert new.key not in log


def test_a_key_shown_elsewhere_is_marked_on_the_page(world: Alliance, ada: Desk) -> None:
    new = keys.made(world.ada, ada.person, name="固定出口", networks="203.0.113.9")
    thief = keys.program(world, world.ada, new.key, place="198.51.100.7")
    assert thief.get().status_code == 403
    page = ada.text("settings/keys")
    assert "仅限 203.0.113.9" in page
    assert "白名单外访问" in page


def test_a_person_without_the_permission_finds_neither_page_nor_link(world: Alliance) -> None:
    clerk = desk.at(world, world.ada, "agent_staff")
    assert clerk.get("settings/keys").status_code == 403
    boss = desk.at(world, world.hub)
    assert "/settings/keys" in boss.text("settings")
