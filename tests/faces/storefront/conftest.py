"""The furnished shop of these tests."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import shop as shops
from tests.support.shop import Shop
from tests.support.worlds import Alliance


@pytest.fixture
def shop(app: Flask, alliance: Alliance) -> Shop:
    """Hub, Ada and Bo with designs; one SKU of Hub's: 10 secrets, suggested retail 10.00."""
    return shops.furnish(alliance)
