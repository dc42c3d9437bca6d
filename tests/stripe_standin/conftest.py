"""The stand-in in this process, without a port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from stripe_standin.app import create_app
from stripe_standin.settings import Settings


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client that knows the key."""
    settings = Settings(tmp_path, 0, "sk_test_1", "whsec_1", public="http://pay.test")
    app = create_app(settings)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer sk_test_1"
    yield client
    app.extensions["sender"].stop()
    app.extensions["bank"].store.connection.close()
