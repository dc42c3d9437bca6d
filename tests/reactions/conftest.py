"""Reactions follow what a payment provider reports, and their process may die at any step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kameng.config import Settings, settings
from tests.support import killing
from tests.support.killing import Killer
from tests.support.payments import Standin, standin

__all__ = ["standin"]


@pytest.fixture
def killer(tools: Settings, standin: Standin) -> Iterator[Killer]:
    """A program that dies when told."""
    made = killing.start(settings())
    yield made
    made.stop()
