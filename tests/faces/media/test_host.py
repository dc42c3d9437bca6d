"""The media host gives out pictures of live sites by their whole address, and nothing else."""

from __future__ import annotations

import pytest

from kameng.domains.design.media import service
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.frame import media
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import shop
from tests.support.media import kept
from tests.support.worlds import Alliance


@pytest.fixture(scope="module")
def world(app, builder) -> Alliance:
    builder.app = app
    return builder.alliance()


@pytest.fixture(scope="module")
def picture(world) -> MediaFacts:
    return kept(world.hub)


@pytest.fixture(scope="module")
def host(world):
    return world._on(world.settings.host("media"))


def path(site, one, width: int = 480) -> str:
    return f"/{site.slug}/{one.id}/{one.digest}-{width}.webp"


def test_a_picture_comes_with_headers_that_let_it_do_nothing(world, picture, host) -> None:
    answer = host.get(path(world.hub, picture))
    assert answer.status_code == 200
    assert answer.data[:4] == b"RIFF"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


def test_who_has_it_is_told_so(world, picture, host) -> None:
    first = host.get(path(world.hub, picture))
    again = host.get(path(world.hub, picture), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_whatever_does_not_fit_leads_nowhere(world, picture, host) -> None:
    whole = path(world.hub, picture)
    wrong = [
        "/",
        f"/{world.hub.slug}",
        f"/{world.hub.slug}/{picture.id}",
        whole.replace("480", "481"),
        whole.replace("480", "0480"),
        whole.replace(picture.digest, "0" * 16),
        whole.replace(".webp", ".svg"),
        whole.replace(".webp", ""),
        whole.replace(str(picture.id), str(ids.uuid7())),
        path(world.ada, picture),
        whole.replace(world.hub.slug, "console"),
        whole.replace(world.hub.slug, "media"),
        whole.replace(world.hub.slug, f"{world.hub.slug}."),
        whole.replace(world.hub.slug, "no-such-site"),
        whole.replace(world.hub.slug, f"..%2f{world.hub.slug}"),
        whole + "?x=/../../etc/passwd/..",
    ]
    for address in wrong[:-1]:
        answer = host.get(address)
        assert answer.status_code == 404, address
        assert answer.mimetype == "text/plain", address
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "Set-Cookie" not in answer.headers


def test_the_media_host_shows_no_page_of_anybody(world, picture, host) -> None:
    for address in ("/sign-in", "/c", "/s/x/home", "/api/v1/goods", "/assets/console.css"):
        assert host.get(address).status_code == 404
    assert host.post(path(world.hub, picture)).status_code in (400, 404, 405)


def test_no_shop_host_serves_uploaded_bytes(world, picture) -> None:
    shop.decorate(world.hub)
    for client in (world.client(world.hub), world.console):
        answer = client.get(path(world.hub, picture))
        assert answer.data[:4] != b"RIFF"


def test_a_deleted_picture_is_gone_and_back_when_it_is_put_back(world, host) -> None:
    one = kept(world.ada, seed=2)
    with use(world.ada) as ada:
        service.discard(ada, one.id, actor=SYSTEM, now=clock.now())
        session.commit()
    assert host.get(path(world.ada, one)).status_code == 404
    with use(world.ada) as ada:
        service.restore(ada, one.id, actor=SYSTEM)
        session.commit()
    assert host.get(path(world.ada, one)).status_code == 200


def test_a_suspended_sites_paid_orders_keep_their_pictures(world, host) -> None:
    one = kept(world.bo, seed=3)
    with shared():
        registry.suspend(registry.by_id(world.bo.id))
        session.commit()
    assert host.get(path(world.bo, one)).status_code == 200


def test_addresses_are_made_without_asking_the_site(world, picture, app) -> None:
    with app.test_request_context(base_url=f"http://{world.settings.host(world.ada.slug)}"):
        shown = media.of_ref(media.ref(world.hub, picture))
        assert shown["src"] == media.host() + path(world.hub, picture, 960)
        assert (shown["width"], shown["height"]) == (960, 576)
        assert [way.split()[1] for way in shown["srcset"].split(", ")] == ["480w", "960w", "1000w"]
        for bad in ("", None, "javascript:alert(1)", "hub/x/y/1x1", "../../x"):
            assert media.of_ref(bad) == {}


def test_shops_and_console_may_load_pictures_from_there_alone(world) -> None:
    where = f"http://{world.settings.host('media')}:{world.settings.public_port}"
    policy = world.console.get("/sign-in").headers["Content-Security-Policy"]
    assert f"img-src 'self' data: {where};" in policy
