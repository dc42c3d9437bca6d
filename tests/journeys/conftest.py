"""One running deployment and one Chromium for all journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import browser, databases, running
from tests.support.running import Deployment

MASTER = "hub"
OPERATOR_LOGIN = "hub-operator"
OPERATOR_PASSWORD = "star river runs 2026"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, or a skip (a failure with REQUIRE_BROWSER=1)."""
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def live(chromium: Browser) -> Iterator[Deployment]:
    """Everything running, with the master site Hub and its operator; no traceback at the end."""
    home = databases.new_home("kameng-journey-")
    try:
        with running.deployment(home) as made:
            found_master(made)
            yield made
        assert made.tracebacks() == []
    finally:
        databases.forget(home)


def found_master(made: Deployment) -> None:
    """The master site, as an operator founds it on a new machine."""
    made.run("tests.support.founding", MASTER, "星河卡盟", OPERATOR_LOGIN, OPERATOR_PASSWORD)


@pytest.fixture(params=["phone", "desktop"])
def screen(request: pytest.FixtureRequest) -> str:
    """Both screens of the issue: 390 and 1280 px wide, each gone through by hand. The longest
    journeys are gone through at the phone only, and every page of theirs is looked at on both."""
    return str(request.param)
