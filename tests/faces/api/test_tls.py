"""The question of the proxy in front: only hosts that lead to a site get a certificate."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import shop
from tests.support.worlds import Alliance


def asked(alliance: Alliance, domain: str, *, by: str = "127.0.0.1", **headers: str) -> int:
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    answer = alliance.hooks.get(
        "/tls",
        query_string={"domain": domain},
        headers=told,
        environ_base={"REMOTE_ADDR": by},
    )
    return answer.status_code


def test_sites_and_the_platforms_own_hosts_are_known(app: Flask, alliance: Alliance) -> None:
    chosen = alliance.settings
    for host in (chosen.host(alliance.ada.slug), chosen.host("console"), chosen.host()):
        assert asked(alliance, host) == 200
        assert asked(alliance, host.upper() + ".") == 200


@pytest.mark.parametrize(
    "domain", ["", "nobody.example.com", "nobody.localhost", "a" * 300, "ada", "\0", "*.localhost"]
)
def test_everything_else_is_not(app: Flask, alliance: Alliance, domain: str) -> None:
    assert asked(alliance, domain) in (400, 404)


def test_only_this_machine_may_ask(app: Flask, alliance: Alliance) -> None:
    host = alliance.settings.host("console")
    assert asked(alliance, host, by="::1") == 200
    assert asked(alliance, host, by="203.0.113.9") == 404
    assert asked(alliance, host, by="203.0.113.9", X_Forwarded_For="127.0.0.1") == 404
    assert asked(alliance, host, X_Forwarded_For="127.0.0.1") == 404, "a proxy nobody told us of"


def test_the_question_is_asked_on_the_hooks_host_alone(app: Flask, alliance: Alliance) -> None:
    shop.decorate(alliance.hub)
    for client in (alliance.console, alliance.client(alliance.hub)):
        assert client.get("/tls?domain=console.localhost").status_code == 404
