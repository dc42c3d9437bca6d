"""One alliance for all top-ups here, and an empty provider for each test."""

from __future__ import annotations

import pytest

from tests.support.payments import standin
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]


@pytest.fixture(scope="module")
def shared_alliance(builder: Builder) -> Alliance:
    """Hub, Ada and Bo; each test brings members of its own."""
    return builder.alliance()
