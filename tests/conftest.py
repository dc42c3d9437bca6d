"""Fixtures every test may ask for: servers, the app, a fresh alliance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine

from kameng import wiring
from kameng.config import Settings, use_settings
from kameng.domains.accounts import passwords
from tests.support import armada as armadas
from tests.support import databases, outside
from tests.support.armada import Fleet
from tests.support.worlds import Alliance, Builder

outside.forbid()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that at the end no process waits long for another."""
    slow = {one.path for one in items if one.get_closest_marker("slow")}
    items.sort(key=lambda one: one.path not in slow)


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """A running, migrated deployment on throw-away servers."""
    home = databases.new_home("kameng-test-")
    try:
        with databases.running(home) as made:
            use_settings(made)
            yield made
    finally:
        databases.forget(home)


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """What people's passwords are hashed with, 29 ms each; thousands sign in here, so that a cheap
    one stands in its place."""
    real, cheap = passwords._HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._HASHER = cheap
    yield real
    passwords._HASHER = real


@pytest.fixture(scope="session")
def owner(settings: Settings) -> Iterator[Engine]:
    """The owner role's engine: builds schemas, looks behind the policies."""
    engine = databases.owner_engine(settings)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def armada(settings: Settings) -> Iterator[Fleet]:
    """A second database, for many tiny sites that are migrated; each test leaves it empty."""
    with armadas.afloat(settings, "armada") as made:
        yield made


@pytest.fixture(scope="session")
def tools(settings: Settings) -> Settings:
    """The kit and the tenants' engines configured for the run, without Flask."""
    return wiring.connect(settings)


@pytest.fixture(scope="session")
def app(tools: Settings) -> Flask:
    """The whole application."""
    from kameng.app import create_app

    made = create_app(tools)
    made.testing = True
    return made


@pytest.fixture(scope="session")
def builder(tools: Settings, owner: Engine) -> Builder:
    """Opens sites; services can be tested without the app."""
    return Builder(owner, None, tools)  # type: ignore[arg-type]


@pytest.fixture
def alliance(request: pytest.FixtureRequest, builder: Builder) -> Alliance:
    """A fresh tree Hub > Ada > Bo, committed, Ada and Bo from when a test first speaks of them
    (`whole()`: from now on); its clients need the `app` fixture's app."""
    if "app" in request.fixturenames:
        builder.app = request.getfixturevalue("app")
    return builder.begun()
