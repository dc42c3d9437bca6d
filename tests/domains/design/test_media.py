"""What a site keeps of its pictures, how much room there is, and the way back from a deletion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kameng.domains.design.media import queries, rules, service
from kameng.domains.design.media.errors import BadMediaName, MediaMissing, StorageFull
from kameng.domains.design.media.models import MediaFile
from kameng.kit import audit, clock, ids, pictures
from kameng.kit.audit import SYSTEM
from kameng.kit.pictures import Ready
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.media import file_of, photo
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture(scope="module")
def picture() -> Ready:
    return pictures.ready(file_of(photo(600, 400)))


@pytest.fixture
def hub(world: Alliance) -> Iterator[Tenant]:
    """Hub, bound; nothing a test does here is kept."""
    with use(world.hub) as site:
        yield site


def keep(site: Tenant, picture: Ready, name: str = "横幅") -> queries.MediaFacts:
    return service.keep(site, picture, name=name, actor=SYSTEM, now=clock.now())


def files(site: Tenant) -> int:
    return session.scalar(select(func.count()).select_from(MediaFile)) or 0


def test_a_kept_picture_is_found_by_its_whole_address_only(hub: Tenant, picture: Ready) -> None:
    kept = keep(hub, picture)
    body = queries.body(hub, kept.id, digest=kept.digest, width=480)
    assert body == dict(picture.bodies)[480]
    assert queries.body(hub, kept.id, digest="0" * 16, width=480) is None
    assert queries.body(hub, kept.id, digest=kept.digest, width=960) is None
    assert queries.body(hub, ids.uuid7(), digest=kept.digest, width=480) is None


def test_another_site_has_none_of_it(world: Alliance, picture: Ready) -> None:
    with use(world.hub) as hub:
        kept = keep(hub, picture)
        session.commit()
    with use(world.ada) as ada:
        assert queries.some(ada, [kept.id]) == {}
        assert queries.body(ada, kept.id, digest=kept.digest, width=480) is None
        with pytest.raises(MediaMissing):
            queries.one(ada, kept.id)


def test_a_deleted_picture_is_shown_no_more_and_can_be_put_back(
    hub: Tenant, picture: Ready
) -> None:
    kept = keep(hub, picture)
    for _twice in range(2):
        service.discard(hub, kept.id, actor=SYSTEM, now=clock.now())
    assert queries.body(hub, kept.id, digest=kept.digest, width=480) is None
    assert kept.id not in {one.id for one in queries.page(hub)[0]}
    assert [one.id for one in queries.page(hub, deleted=True)[0]] == [kept.id]
    service.restore(hub, kept.id, actor=SYSTEM)
    assert queries.body(hub, kept.id, digest=kept.digest, width=480)
    told = [line.action for line in audit.lines(hub)[0]]
    assert told[:3] == ["media.restored", "media.deleted", "media.added"]


def test_the_bin_takes_room_until_it_is_emptied(hub: Tenant, picture: Ready) -> None:
    kept, before = keep(hub, picture), files(hub)
    service.discard(hub, kept.id, actor=SYSTEM, now=clock.now())
    assert queries.stored(hub).bytes >= picture.bytes
    assert service.remove_deleted(hub, actor=SYSTEM) == 1
    assert files(hub) == before - len(picture.bodies)
    with pytest.raises(MediaMissing):
        service.restore(hub, kept.id, actor=SYSTEM)


def test_a_week_after_its_deletion_a_picture_gives_its_room_back(
    hub: Tenant, picture: Ready
) -> None:
    kept, now = keep(hub, picture), clock.now()
    service.discard(hub, kept.id, actor=SYSTEM, now=now)
    service.check_room(hub, now=now + rules.KEPT - timedelta(minutes=1))
    assert queries.one(hub, kept.id)
    service.check_room(hub, now=now + rules.KEPT + timedelta(minutes=1))
    session.expire_all()
    with pytest.raises(MediaMissing):
        queries.one(hub, kept.id)


def test_a_full_storage_is_said_by_name_and_nothing_is_stored(
    hub: Tenant, picture: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(hub, picture)
    before, lines = queries.stored(hub), audit.lines(hub)[1]
    monkeypatch.setattr(rules, "MOST_BYTES", before.bytes + picture.bytes - 1)
    with pytest.raises(StorageFull):
        keep(hub, picture)
    monkeypatch.setattr(rules, "MOST_PICTURES", before.pictures)
    with pytest.raises(StorageFull):
        service.check_room(hub, now=clock.now())
    assert queries.stored(hub) == before
    assert audit.lines(hub)[1] == lines


@pytest.mark.parametrize("name", ["", "  ", "长" * 81, "a\x07b"])
def test_a_picture_has_a_plain_name(hub: Tenant, picture: Ready, name: str) -> None:
    kept = keep(hub, picture)
    with pytest.raises(BadMediaName):
        service.rename(hub, kept.id, name=name, alt="", actor=SYSTEM)
    assert queries.one(hub, kept.id).name == "横幅"


def test_a_picture_is_found_by_words_and_says_what_it_shows(hub: Tenant, picture: Ready) -> None:
    kept = keep(hub, picture, "国庆横幅")
    service.rename(hub, kept.id, name="国庆主图", alt="一串红灯笼", actor=SYSTEM)
    assert [one.id for one in queries.page(hub, words="灯笼")[0]] == [kept.id]
    assert queries.page(hub, words="100%")[1] == 0


@pytest.mark.parametrize(
    ("filename", "name"),
    [("C:\\fakepath\\主图 1.JPG", "主图 1"), ("../../etc/passwd", "passwd"), (".png", "picture"),
     ("a\u202egpj.png", "a gpj"), ("x" * 200 + ".webp", "x" * 80)],
)  # fmt: skip
def test_a_file_gives_its_picture_a_name(filename: str, name: str) -> None:
    assert rules.name_of_file(filename) == name
