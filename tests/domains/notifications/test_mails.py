"""Mails say where to go, in the reader's language, and never carry a secret."""

from __future__ import annotations

import email
import itertools
import re
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest

from kameng.config import Settings
from kameng.domains.accounts.members import service as members
from kameng.domains.notifications import mailing, service, texts
from kameng.kit import cache, clock
from tenants.context import use
from tenants.database import session
from tests.support import accounts
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")


@pytest.fixture
def post(tools: Settings) -> Path:
    folder = tools.home / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    return folder


def letters(post: Path) -> list[Message]:
    files = sorted(post.glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]


def test_a_known_address_gets_a_link_that_works(alliance: Alliance, post: Path) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    mailing.mail_password_reset(
        alliance.ada.id, "KIM@example.com", "小店", "http://ada.localhost/password/reset", "zh_CN"
    )
    (letter,) = letters(post)
    assert (letter["To"], letter["Subject"]) == ("kim@example.com", "【小店】重置密码")
    found = re.search(r"http://ada\.localhost/password/reset\?token=(\S+)", letter.get_content())  # type: ignore[attr-defined]
    assert found is not None
    with use(alliance.ada):
        members.reset(alliance.ada, found[1], "another horse 8", now=clock.now())


def test_an_unknown_address_gets_nothing(alliance: Alliance, post: Path) -> None:
    mailing.mail_password_reset(alliance.ada.id, "no@example.com", "S", "http://x/", "en")
    assert letters(post) == []


def test_asking_queues_the_same_work_for_every_address(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    queue = "rq:queue:slow"
    sizes = [cache.client().llen(queue)]
    for address in ("kim@example.com", "nobody@example.com"):
        with use(alliance.ada):
            service.password_reset(alliance.ada, address, reset_url="http://x/", locale="en")
            assert cache.client().llen(queue) == sizes[-1], "only after the commit"
            session.commit()
        sizes.append(cache.client().llen(queue))
    assert [b - a for a, b in itertools.pairwise(sizes)] == [1, 1]


@pytest.mark.parametrize(("locale", "subject"), [("zh_CN", "已发货"), ("en", "delivered")])
def test_a_delivery_is_told_with_the_way_to_its_page(
    alliance: Alliance, post: Path, locale: str, subject: str
) -> None:
    mailing.mail_order_delivered(
        alliance.ada.id, "kim@example.com", "S", "7KQ2-9M4X", "http://ada.localhost/o", locale
    )
    (letter,) = letters(post)
    assert subject in letter["Subject"]
    assert "http://ada.localhost/o" in letter.get_content()  # type: ignore[attr-defined]


def test_a_shop_name_cannot_add_a_header() -> None:
    letter = texts.order_delivered(shop="x\nBcc: all@x", number="1", link="l", locale="en")
    assert "\n" in letter.subject, "kit.mail folds it; proven in its own tests"
