"""Trees of sites, seen as a whole."""

from __future__ import annotations

import pytest

from tests.support.worlds import Alliance


@pytest.fixture
def alliance(alliance: Alliance) -> Alliance:
    """With all its sites, whether a test speaks of them or not."""
    return alliance.whole()
