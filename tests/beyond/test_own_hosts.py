"""Own domains through the real front: docs/Caddyfile, real handshakes, real bytes as Host."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator

import pytest

from kameng.config import Settings
from kameng.domains.agents.hostnames import service
from kameng.domains.agents.hostnames.rules import Method, State
from kameng.domains.terms.rules import Allows
from kameng.kit import fetch
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import front, hosts, shop
from tests.support.front import Front, asked
from tests.support.hosts import World
from tests.support.terms import bind, package
from tests.support.worlds import Alliance, Builder

HOST = "shop.example.com"
SECOND = "www.shop.example.com"


@pytest.fixture(scope="module")
def door(tools: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front.running_on(tools, tmp_path_factory.mktemp("front")) as made:
        yield made


@pytest.fixture(scope="module")
def world(door: Front) -> Iterator[World]:
    """The internet: own domains lead to our proxy's port for plain http."""
    with hosts.world() as made:
        fetch.configure(door.http)
        yield made


@pytest.fixture(scope="module")
def family(builder: Builder) -> Alliance:
    made = builder.alliance()
    bind(made.ada, package(made.hub, allows=Allows(own_domain=True)))
    for site in (made.hub, made.ada):
        shop.decorate(site)
    return made


@pytest.fixture(scope="module")
def proven(world: World, family: Alliance) -> Alliance:
    """Hub with two own domains, proven by DNS, leading here, the first one the main address."""
    for host in (HOST, SECOND):
        world.zone.addresses[host] = ["127.0.0.1"]
        world.prove(hosts.claimed(family.hub, host))
        assert hosts.looked_at(family.hub, host).state is State.PROVEN
        assert hosts.looked_at(family.hub, host).reached, "the proxy hands the file through"
    hosts.main(family.hub, HOST)
    return family


def test_a_host_nobody_proved_gets_no_certificate(door: Front, world: World) -> None:
    for host in ("stranger.example.com", HOST + ".evil.example.net"):
        with pytest.raises(ssl.SSLError):
            door.handshake(host)


def test_a_claim_without_a_proof_gets_no_certificate(
    door: Front, world: World, family: Alliance
) -> None:
    hosts.claimed(family.ada, "pending.example.com")
    with pytest.raises(ssl.SSLError):
        door.handshake("pending.example.com")


def test_a_proven_host_gets_one_and_shows_the_shop(door: Front, proven: Alliance) -> None:
    status, head, page = door.get(HOST)
    assert status == 200, page
    assert proven.hub.name in page
    assert "Domain=" not in head


def test_the_other_hosts_of_a_shop_lead_to_the_main_one(door: Front, proven: Alliance) -> None:
    home = door.settings.host(proven.hub.slug)
    for host in (SECOND, home):
        status, head, _ = door.get(host, "/c?page=2")
        assert status == 308
        assert f"location: https://{HOST}:{door.https}/c?page=2\r\n" in head.lower() + "\r\n"
        assert "cache-control: no-store" in head.lower()


def test_plain_http_goes_on_to_https_but_for_the_proof(door: Front, proven: Alliance) -> None:
    line = f"Host: {HOST}\r\nConnection: close\r\n\r\n"
    status, head, _ = asked(door.http, f"GET /c HTTP/1.1\r\n{line}".encode())
    assert (status, f"https://{HOST}/c" in head) == (308, True)
    path = "/.well-known/kameng-here"
    status, _, body = asked(door.http, f"GET {path} HTTP/1.1\r\n{line}".encode())
    assert status == 200
    assert len(body) == 64


def test_a_host_that_leads_here_stays_proven_by_the_file_we_serve(
    door: Front, world: World, proven: Alliance
) -> None:
    claim = hosts.looked_at(proven.hub, SECOND)
    world.zone.texts.pop(claim.entry)
    again = hosts.looked_at(proven.hub, SECOND)
    assert (again.state, again.method, again.failures) == (State.PROVEN, Method.FILE, 0)


def test_no_file_of_ours_proves_a_host_for_anybody_who_only_claims_it(
    door: Front, world: World, proven: Alliance
) -> None:
    """A domain that still leads here after its owner left must not fall to the first who asks."""
    late = hosts.claimed(proven.ada, HOST.replace("shop", "left"))
    world.zone.addresses[late.host] = ["127.0.0.1"]
    assert hosts.looked_at(proven.ada, late.host).state is State.PENDING
    rival = f"GET {late.file_path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    assert asked(door.http, rival.encode())[0] == 404


def test_a_stranger_is_not_told_which_hosts_are_known(door: Front, proven: Alliance) -> None:
    hooks = door.settings.host("hooks")
    question = f"GET /tls?domain={HOST} HTTP/1.1\r\nHost: {hooks}\r\nConnection: close\r\n"
    stranger = f"{question}X-Forwarded-For: 203.0.113.9\r\n\r\n"
    assert asked(door.web, stranger.encode())[0] == 404
    assert asked(door.web, f"{question}\r\n".encode())[0] == 200


def test_no_visitor_writes_the_proxys_headers_with_other_strokes(
    door: Front, proven: Alliance
) -> None:
    """X_Forwarded_For is the same variable to an application, and the later one would win."""
    hooks = door.settings.host("hooks")
    for name in ("X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for"):
        question = f"GET /tls?domain={HOST} HTTP/1.1\r\nHost: {hooks}\r\nConnection: close\r\n"
        with door.handshake(hooks) as line:
            # a client at a public address: what Caddy itself writes comes first in its order
            assert front.spoken(line, f"{question}{name}: 203.0.113.9\r\n\r\n".encode())[0] == 200


def test_a_host_given_up_is_nobodys_at_once_in_the_running_web_process(
    door: Front, world: World, proven: Alliance
) -> None:
    host = "short.example.com"
    world.zone.addresses[host] = ["127.0.0.1"]
    hosts.proven(world, proven.ada, host)
    assert door.get(host)[0] == 308
    with use(proven.ada):
        service.remove(proven.ada, host, actor=SYSTEM)
        session.commit()
    until = time.monotonic() + 20
    while door.get(host)[0] != 404:
        assert time.monotonic() < until


def raw(target: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {target} HTTP/1.1", *lines, "Connection: close", "", ""]).encode(
        "latin-1"
    )


ATTACKS = {
    "no host": raw("/"),
    "an empty host": raw("/", "Host:"),
    "two hosts": raw("/", "Host: {hub}", "Host: evil.example"),
    "two hosts, ours last": raw("/", "Host: evil.example", "Host: {hub}"),
    "a list of hosts": raw("/", "Host: {hub}, evil.example"),
    "an address for a host": raw("/", "Host: 127.0.0.1"),
    "a name with a user": raw("/", "Host: evil.example@{hub}"),
    "a user of ours": raw("/", "Host: {hub}@evil.example"),
    "a path in the host": raw("/", "Host: {hub}/evil.example"),
    "a port that is none": raw("/", "Host: {hub}:evil"),
    "a port with a name": raw("/", "Host: {hub}:80@evil.example"),
    "300 signs": raw("/", "Host: " + "a" * 300 + ".localhost"),
    "60,000 signs": raw("/", "Host: " + "a" * 60_000),
    "a NUL": raw("/", "Host: {hub}\0.evil.example"),
    "a folded line": raw("/", "Host: evil.example", " {hub}"),
    "punycode of nobody": raw("/", "Host: xn--hub-5cd.localhost"),
    "bytes above ASCII": raw("/", "Host: h\xfcb.localhost"),
    "a name above ours": raw("/", "Host: x.{hub}"),
    "a name that ends like ours": raw("/", "Host: evil{hub}"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_strange_host_line_shows_no_shop_and_breaks_nothing(
    door: Front, proven: Alliance, name: str
) -> None:
    """Straight at the web process, as if there were no proxy to clean it up."""
    hub = door.settings.host(proven.ada.slug)
    bytes_ = ATTACKS[name].replace(b"{hub}", hub.encode())
    status, head, page = asked(door.web, bytes_)
    assert status in (0, 400, 404, 414, 431), head
    assert proven.ada.name not in page
    assert "evil.example" not in head + page


def test_an_address_line_that_names_another_host_changes_nothing(
    door: Front, proven: Alliance
) -> None:
    ours = door.settings.host(proven.ada.slug)
    for other, host, seen in (("evil.example", ours, 200), (ours, "evil.example", 404)):
        status, head, page = asked(door.web, raw(f"http://{other}/", f"Host: {host}"))
        assert status == seen
        assert "evil.example" not in head + page


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host: {hub}",
        "X-Host: {hub}",
        "X-Original-Host: {hub}",
        "Forwarded: for=127.0.0.1;host={hub};proto=https",
        "X-Original-URL: http://{hub}/",
        "X-Rewrite-URL: http://{hub}/",
        "X-Forwarded-Prefix: //{hub}",
        "X-Forwarded-Server: {hub}",
    ],
)
def test_no_other_header_chooses_a_site(door: Front, proven: Alliance, header: str) -> None:
    ours, theirs = (door.settings.host(site.slug) for site in (proven.ada, proven.bo))
    line = header.replace("{hub}", theirs)
    status, head, page = asked(door.web, raw("/", f"Host: {ours}", line))
    assert status == 200
    assert proven.ada.name in page
    assert proven.bo.name not in page
    assert theirs not in head + page
    assert asked(door.web, raw("/", "Host: nobody.example", line))[0] == 404
