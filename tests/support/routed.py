"""A real browser on the application itself: no server, every request is answered by the test's own
process. What the browser is told to forbid, it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from tests.support.worlds import Alliance, HostClient

KEPT = frozenset(
    {"accept", "accept-language", "content-type", "x-csrftoken", "origin", "hx-request"}
)
NEVER = frozenset({"content-length", "set-cookie", "connection"})


@contextmanager
def tab(
    browser: Browser, alliance: Alliance, person: FlaskClient, *, width: int = 390, **more: Any
) -> Iterator[Page]:
    """A page of a signed-in person; at the end nothing was complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(15_000)
    said: list[str] = []
    console = alliance.settings.host("console")
    context.route("**/*", lambda route: _answer(route, alliance, person, console))
    page = context.new_page()
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
        assert [one for one in said if "status of 4" not in one] == [], said
    finally:
        context.close()


def _answer(route: Route, alliance: Alliance, person: FlaskClient, console: str) -> None:
    """The application's answer; a host of a shop is asked as a stranger would."""
    asked = route.request
    parts = urlsplit(asked.url)
    stranger = HostClient(alliance.app, alliance.app.response_class, host=parts.netloc)
    client = person if parts.hostname == console else stranger
    answer = client.open(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        method=asked.method,
        base_url=f"{parts.scheme}://{parts.netloc}",
        data=asked.post_data_buffer or b"",
        headers={name: value for name, value in asked.headers.items() if name in KEPT},
    )
    headers = {name: value for name, value in answer.headers if name.lower() not in NEVER}
    route.fulfill(status=answer.status_code, headers=headers, body=answer.get_data())
