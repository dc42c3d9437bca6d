"""Orders meet a payment provider, and the clock."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from kameng.config import Settings
from tests.support import leftovers
from tests.support.payments import standin

__all__ = ["standin"]


@pytest.fixture
def quiet(tools: Settings, owner: Engine) -> None:
    """Nothing is due but what the test sets: the clock takes fifty at a time, the oldest first."""
    leftovers.put_away(owner)
