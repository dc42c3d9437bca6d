"""Who asks: what proxies of ours say is believed, what strangers say is not."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from kameng.config import BadSettings, Settings
from kameng.faces.frame import forwarded
from kameng.faces.frame.forwarded import Forwarded

OURS = tuple(ipaddress.ip_network(one) for one in ("127.0.0.1", "10.0.0.0/8", "fd00::/8"))


def seen(peer: str, trusted: Any = OURS, **headers: str) -> dict[str, Any]:
    """The environ an application gets behind `Forwarded`."""
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        found.update(environ)
        return []

    named = {f"HTTP_{name.upper()}": text for name, text in headers.items()}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "ada.test", **named}
    Forwarded(app, trusted)(environ, lambda *_: None)  # type: ignore[arg-type,return-value]
    return found


@pytest.mark.parametrize(
    ("peer", "told", "visitor"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.3.2.1", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("fd00::1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, unknown, 10.1.1.1", "10.1.1.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.66", "127.0.0.1", "203.0.113.66"),
        ("203.0.113.66", "10.0.0.1, 127.0.0.1", "203.0.113.66"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_visitor_is_the_rightmost_address_no_proxy_of_ours_has(
    peer: str, told: str, visitor: str
) -> None:
    assert seen(peer, x_forwarded_for=told)["REMOTE_ADDR"] == visitor


def test_nobody_is_believed_where_no_proxy_is_named() -> None:
    got = seen("127.0.0.1", (), x_forwarded_for="203.0.113.9", x_forwarded_proto="https")
    assert got["REMOTE_ADDR"] == "127.0.0.1"
    assert got["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize(
    ("peer", "chain", "told", "scheme"),
    [
        ("127.0.0.1", "203.0.113.9", "https", "https"),
        ("127.0.0.1", "203.0.113.9", "http, https", "https"),
        ("127.0.0.1", "203.0.113.9, 10.0.0.1", "https, http", "https"),
        ("127.0.0.1", "203.0.113.9", "gopher", "http"),
        ("203.0.113.66", "203.0.113.9", "https", "http"),
    ],
)
def test_the_scheme_is_the_one_the_outermost_proxy_of_ours_saw(
    peer: str, chain: str, told: str, scheme: str
) -> None:
    got = seen(peer, x_forwarded_for=chain, x_forwarded_proto=told)
    assert got["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.66"])
def test_no_header_that_names_another_host_or_path_gets_through(peer: str) -> None:
    """Not even from a proxy: it keeps the Host header, and the site is chosen by that alone."""
    got = seen(
        peer,
        x_forwarded_host="evil.test",
        forwarded="for=1.1.1.1;host=evil.test",
        x_original_url="/admin",
        x_rewrite_url="/admin",
        x_host="evil.test",
        x_forwarded_prefix="/x",
        x_http_method_override="DELETE",
        x_real_ip="1.1.1.1",
    )
    assert got["HTTP_HOST"] == "ada.test"
    assert not [name for name in got if name in forwarded.HEADERS]


@pytest.mark.parametrize(
    ("peer", "headers", "near"),
    [
        ("127.0.0.1", {}, True),
        ("10.4.4.4", {}, True),
        ("::1", {}, True),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, True),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.9"}, False),
        ("127.0.0.1", {"x_forwarded_for": "unknown"}, False),
        ("127.0.0.1", {"x_forwarded_for": ""}, False),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1, unknown"}, False),
        ("203.0.113.66", {}, False),
        ("203.0.113.66", {"x_forwarded_for": "127.0.0.1"}, False),
    ],
)
def test_who_is_near(peer: str, headers: dict[str, str], near: bool) -> None:
    assert forwarded.is_near(seen(peer, **headers), OURS) is near


def test_a_proxy_nobody_told_us_of_is_not_near() -> None:
    assert not forwarded.is_near(seen("127.0.0.1", (), x_forwarded_for="203.0.113.9"), ())


@pytest.mark.parametrize("text", ["1", "0", "all", "10.0.0.0/33", "127.0.0.1;10.0.0.1"])
def test_the_old_count_of_proxies_is_refused_at_the_start(text: str, settings: Settings) -> None:
    env = {"KAMENG_TRUSTED_PROXIES": text, "DATABASE_URL": "x", "REDIS_URL": "x"}
    with pytest.raises(BadSettings, match="KAMENG_TRUSTED_PROXIES"):
        Settings.load({**env, "KAMENG_ENV": "test", **_keys(settings)})


def test_proxies_are_addresses_and_networks(settings: Settings) -> None:
    env = {"KAMENG_TRUSTED_PROXIES": "127.0.0.1, ::1 10.0.0.0/8", "KAMENG_ENV": "test"}
    made = Settings.load({**env, "DATABASE_URL": "x", "REDIS_URL": "x", **_keys(settings)})
    assert [str(one) for one in made.trusted_proxies] == ["127.0.0.1/32", "::1/128", "10.0.0.0/8"]


def _keys(settings: Settings) -> dict[str, str]:
    import base64

    master = base64.b64encode(settings.master_key).decode()
    return {"KAMENG_SECRET_KEY": settings.secret_key, "KAMENG_MASTER_KEY": master}
