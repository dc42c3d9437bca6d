"""One furnished alliance for all tests of the editor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kameng.config import Settings
from tests.support import decorating, desk, editing
from tests.support import shop as shops
from tests.support.browser import chromium
from tests.support.decorating import Editor
from tests.support.desk import Desk
from tests.support.editing import Editing
from tests.support.shop import Shop
from tests.support.worlds import Builder


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """Hub, Ada and Bo with goods; nobody drafts anything yet."""
    builder.app = app
    return shops.furnish(builder.alliance())


@pytest.fixture(scope="module")
def ada(shop: Shop) -> Desk:
    """Hub's agent in the console."""
    return desk.at(shop.alliance, shop.alliance.ada, "agent")


@pytest.fixture
def tab(ada: Desk) -> Editing:
    """The editor opened by her, without a browser."""
    return editing.opened(ada)


@pytest.fixture
def editor(app: Flask, settings: Settings, ada: Desk) -> Iterator[Editor]:
    """The same in a real browser."""
    with (
        decorating.served(app, settings) as port,
        chromium() as browser,
        decorating.at_editor(browser, ada, port) as made,
    ):
        made.open()
        yield made
