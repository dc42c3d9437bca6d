"""A film goes out whole or by the range a player asks for, and never keeps a shop waiting."""

from __future__ import annotations

from typing import Any

import pytest

from kameng.domains.design.media import queries, service
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.media import films as films_host
from kameng.kit import clock, films, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.shares import Shares
from tenants.context import use
from tenants.database import session
from tests.support.films import film, kept
from tests.support.worlds import Alliance


@pytest.fixture(scope="module")
def world(app, builder) -> Alliance:
    builder.app = app
    return builder.alliance()


@pytest.fixture(scope="module")
def row(world) -> MediaFacts:
    return kept(world.hub, film())


@pytest.fixture(scope="module")
def long(world) -> MediaFacts:
    """A film of more bytes than go out at once: a small one, blown up where it is kept."""
    made = films.ready(film(sound=None))
    body = (bytes(range(256)) * 20_000)[: films_host.AT_ONCE * 2 + 777]
    big = films.Film("mp4", made.ms, 160, 96, False, "a" * 16, body, made.picture)
    with use(world.hub) as hub:
        row = service.keep(hub, big, name="长片", actor=SYSTEM, now=clock.now())
        session.commit()
    return row


@pytest.fixture(scope="module")
def host(world):
    return world._on(world.settings.host("media"))


def path(site, row: MediaFacts) -> str:
    assert row.film
    return f"/{site.slug}/{row.id}/{row.film.digest}.{row.film.kind}"


def asked(host, where: str, said: str, **headers: str) -> Any:
    return host.get(where, headers={"Range": said, **headers})


def test_a_film_comes_with_headers_that_let_it_do_nothing(world, row, host) -> None:
    answer = host.get(path(world.hub, row))
    assert (answer.status_code, len(answer.data)) == (200, row.film.bytes)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    head = host.head(path(world.hub, row))
    assert (head.status_code, head.content_length, head.data) == (200, row.film.bytes, b"")


def test_a_phone_asks_for_two_bytes_first_and_gets_exactly_these(world, row, host) -> None:
    whole = host.get(path(world.hub, row)).data
    answer = asked(host, path(world.hub, row), "bytes=0-1")
    assert (answer.status_code, answer.data) == (206, whole[:2])
    assert answer.headers["Content-Range"] == f"bytes 0-1/{len(whole)}"
    last = asked(host, path(world.hub, row), "bytes=-100")
    assert (last.status_code, last.data) == (206, whole[-100:])


def test_a_range_across_pieces_is_the_same_bytes(world, long, host) -> None:
    whole = host.get(path(world.hub, long)).data
    assert len(whole) == long.film.bytes
    for start, stop in (
        (0, len(whole)),
        (524_280, 524_300),
        (1, 2_500_000),
        (4_000_000, 4_194_999),
    ):
        answer = asked(host, path(world.hub, long), f"bytes={start}-{stop - 1}")
        assert (answer.status_code, answer.content_length) == (206, stop - start)
        assert answer.data == whole[start:stop]


def test_who_asks_for_all_the_rest_gets_a_part_and_asks_again(world, long, host) -> None:
    got = b""
    while len(got) < long.film.bytes:
        answer = asked(host, path(world.hub, long), f"bytes={len(got)}-")
        assert answer.status_code == 206
        assert len(answer.data) <= films_host.AT_ONCE
        got += answer.data
    assert got == host.get(path(world.hub, long)).data


def test_odd_ranges_are_answered_as_the_rules_say(world, row, host) -> None:
    where, size = path(world.hub, row), row.film.bytes
    beyond = asked(host, where, f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    for said in ("bytes=0-1,5-6", "lines=0-1", "bytes=x-y", "bytes=5-2"):
        answer = asked(host, where, said)
        assert answer.status_code in (200, 416), said
        assert len(answer.data) in (0, size)
    old = asked(host, where, "bytes=0-1", **{"If-Range": '"another"'})
    assert (old.status_code, len(old.data)) == (200, size)
    known = host.get(where).headers["ETag"]
    assert asked(host, where, "bytes=0-1", **{"If-Range": known}).status_code == 206
    assert host.get(where, headers={"If-None-Match": known}).status_code == 304


def test_whatever_does_not_fit_leads_nowhere(world, row, host) -> None:
    whole = path(world.hub, row)
    for address in (
        whole.replace(row.film.digest, "0" * 16),
        whole.replace(".mp4", ".webm"),
        whole.replace(".mp4", ".mkv"),
        whole.replace(str(row.id), str(ids.uuid7())),
        path(world.ada, row),
        whole.replace(row.film.digest, row.digest),
    ):
        answer = asked(host, address, "bytes=0-1")
        assert answer.status_code == 404, address
        assert answer.mimetype == "text/plain"


def test_long_answers_have_places_of_their_own(world, row, long, host, monkeypatch, app) -> None:
    gate = Shares(2, 0)
    monkeypatch.setitem(app.extensions, films_host.NAME, gate)
    rest = f"bytes=0-{long.film.bytes - 1}"
    slow = host.get(path(world.hub, long), headers={"Range": rest}, buffered=False)
    refused = asked(host, path(world.hub, long), rest)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert asked(host, path(world.hub, row), "bytes=0-1").status_code == 206
    slow.close()
    assert asked(host, path(world.hub, long), rest).status_code == 206


def test_a_film_that_is_deleted_is_gone_with_all_its_pieces(world, host) -> None:
    one = kept(world.ada, film(sound=None))
    assert host.get(path(world.ada, one)).status_code == 200
    with use(world.ada) as ada:
        service.discard(ada, one.id, actor=SYSTEM, now=clock.now())
        session.commit()
    assert host.get(path(world.ada, one)).status_code == 404
    with use(world.ada) as ada:
        assert queries.stored(ada).bytes >= one.bytes
        service.remove_deleted(ada, actor=SYSTEM)
        session.commit()
        assert queries.stored(ada).pictures == 0
        with pytest.raises(queries.MediaMissing):
            queries.part(ada, one.id, 0)
