"""One furnished alliance for all tests of the editor."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import shop as shops
from tests.support.shop import Shop
from tests.support.worlds import Builder


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """Hub, Ada and Bo with goods; nobody drafts anything yet."""
    builder.app = app
    return shops.furnish(builder.alliance())
