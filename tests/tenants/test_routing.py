"""A host leads to one site or to none: nobody is shown another shop by mistake."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import shop
from tests.support.worlds import Alliance


def asked(app: Flask, host: str, path: str = "/") -> tuple[int, str]:
    """Status and body of a page on a host."""
    answer = app.test_client().get(path, base_url=f"http://{host}")
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "host", ["nobody.localhost", "127.0.0.1", "evil.example", "media.localhost", "a.b.localhost"]
)
def test_a_host_of_nobody_is_nothing_and_names_no_shop(
    app: Flask, alliance: Alliance, host: str
) -> None:
    status, page = asked(app, host)
    assert status == 404
    for site in (alliance.hub, alliance.ada, alliance.bo):
        assert site.name not in page


def test_a_host_is_read_without_case_port_and_trailing_dot(app: Flask, alliance: Alliance) -> None:
    slug = alliance.ada.slug
    for host in (f"{slug}.localhost", f"{slug.upper()}.LOCALHOST:8000", f"{slug}.localhost."):
        status, _ = asked(app, host, "/open/terms")
        assert status == 200, host


def test_a_shops_page_is_kept_apart_by_host(app: Flask, alliance: Alliance) -> None:
    answer = alliance.client(alliance.ada).get("/open/terms")
    assert "Host" in answer.headers["Vary"]


@pytest.mark.parametrize("host", ["console", "hooks", "media"])
@pytest.mark.parametrize("path", ["/open", "/c", "/orders", "/search?q=x"])
def test_the_platforms_own_hosts_hold_no_page_of_a_shop(app: Flask, host: str, path: str) -> None:
    assert asked(app, f"{host}.localhost", path)[0] in (404, 405)


def test_a_shop_holds_no_page_of_the_console(app: Flask, alliance: Alliance) -> None:
    shop.decorate(alliance.ada)
    assert alliance.client(alliance.ada).get("/totp").status_code == 404
