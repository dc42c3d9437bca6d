"""Presets: what of a look is kept, and what becomes of one at the sites it is pushed to."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.design import queries as design
from kameng.domains.design import service as designing
from kameng.domains.design.errors import NoSuchRevision
from kameng.domains.design.media import queries as media
from kameng.domains.design.media import rules as room
from kameng.domains.design.media import service as keeping
from kameng.domains.design.presets import offers, queries, rules, service
from kameng.domains.design.presets.errors import (
    BadPreset,
    NoSuchPreset,
    NoSuchPush,
    NoTargets,
    PresetArchived,
    PushDecided,
    TooManyTargets,
)
from kameng.domains.design.presets.models import PresetPush
from kameng.domains.design.presets.queries import PresetFacts, PushFacts
from kameng.domains.design.presets.rules import Called, State
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import fitting, giving
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant, path_of
from tests.support import media as pictures
from tests.support import shop as shops
from tests.support import terms
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

HERO = "欢迎来到总站的端午节"
CONTACT = "QQ 12345678"


@dataclass
class World:
    """Hub with a look of its own, Ada and Bo below it, one picture and one product in the look."""

    shop: Shop
    hub: Tenant
    ada: Tenant
    bo: Tenant
    picture: UUID

    def look(self, **settings: Any) -> dict[str, Any]:
        """Hub's look: a banner that leads to a product, a text that tells Hub's contact."""
        made = engine.start("clean", "games", self.hub.name, "#aa2222")
        made["site"] |= {"service_contact": CONTACT, "seller": "总站科技公司"}
        link = {"kind": "product", "ref": str(self.shop.sku.product_id)}
        hero = {"title": HERO, "picture": str(self.picture), "link": link} | settings
        home = made["templates"]["home"]["sections"]
        home[:] = [one for one in home if one["type"] not in ("hero", "rich_text")]
        home.insert(0, _section("hero", "held", hero))
        text_ = f"<p>客服 {CONTACT}</p>"
        home.append(_section("rich_text", "words", {"title": "说明", "body": text_}))
        return engine.normalise(made)

    def kept(
        self, site: Tenant | None = None, name: str = "端午红", **settings: Any
    ) -> PresetFacts:
        """A preset of a site, committed."""
        owner = site or self.hub
        with use(owner):
            live = design.live_revision(owner)
            assert live
            look, _left = rules.look_of(self.look(**settings), with_own=False)
            made = service.keep(
                owner, look, Called(name), made_from=live, actor=SYSTEM, now=clock.now()
            )
            session.commit()
        return made

    def push(self, preset: PresetFacts, *sites: Tenant, by: Tenant | None = None) -> int:
        """Push and carry over."""
        giver = by or self.hub
        with use(giver):
            begun = service.push(
                giver, preset.id, [one.id for one in sites], actor=SYSTEM, now=clock.now()
            )
            session.commit()
        giving.hand_out(giver.id)
        return begun

    def last(self, site: Tenant) -> PushFacts:
        """The newest push a site was given."""
        with use(site):
            query = select(PresetPush).where(PresetPush.tenant_id == site.id)
            row = session.scalars(query.order_by(PresetPush.id.desc()).limit(1)).one()
            return queries.push_facts(row)

    def draft(self, site: Tenant) -> dict[str, Any]:
        """What the site was given last."""
        push = self.last(site)
        assert push.state is State.DRAFTED, push
        assert push.revision_id
        with use(site):
            return design.revision(site, push.revision_id)[1]


def _section(kind: str, name: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": kind, "v": 1, "settings": settings, "blocks": [], "hide": []}


def live(site: Tenant) -> dict[str, Any]:
    with use(site):
        return design.live(site)


def stored(site: Tenant) -> int:
    with use(site):
        return media.stored(site).pictures


@pytest.fixture(scope="module")
def world(builder: Builder) -> World:
    shop = shops.furnish(builder.alliance())
    made = shop.alliance
    picture = pictures.kept(made.hub).id
    return World(shop, made.hub, made.ada, made.bo, picture)


@pytest.fixture
def preset(world: World) -> Iterator[PresetFacts]:
    """A preset; what was pushed of it is declined afterwards, so that each test begins alike."""
    yield world.kept()
    for site in (world.ada, world.bo):
        with use(site):
            for one in queries.offers(site):
                offers.decline(site, one.push.id, actor=SYSTEM, now=clock.now())
            session.commit()


def test_what_the_master_says_of_itself_does_not_go_into_a_preset(world: World) -> None:
    look, left = rules.look_of(world.look(), with_own=False)
    assert "site" not in look
    assert "menus" not in look
    assert CONTACT not in str(look)
    assert "总站科技公司" not in str(look)
    assert [(one.page, one.section) for one in left] == [("home", "rich_text")]


def test_a_pushed_preset_is_a_draft_with_the_sites_own_name_menus_and_pages(
    world: World, preset: PresetFacts
) -> None:
    before = live(world.ada)
    world.push(preset, world.ada, world.bo)
    made = world.draft(world.ada)
    assert HERO in str(made["templates"]["home"])
    assert made["tokens"]["primary"] == "#aa2222"
    for part in ("site", "menus", "pages"):
        assert made[part] == before[part]
    assert live(world.ada) == before
    assert HERO in str(world.draft(world.bo))


def test_pictures_are_copied_into_the_sites_own_store_once(
    world: World, preset: PresetFacts
) -> None:
    before = stored(world.ada)
    world.push(preset, world.ada)
    made = str(world.draft(world.ada))
    assert str(world.picture) not in made
    [copy] = world.last(world.ada).media
    assert copy in made
    world.push(preset, world.ada)
    assert stored(world.ada) == before + 1
    assert copy in str(world.draft(world.ada))


def test_a_second_push_replaces_the_first_nobody_decided_about(
    world: World, preset: PresetFacts
) -> None:
    world.push(preset, world.ada)
    first = world.last(world.ada)
    world.push(preset, world.ada)
    second = world.last(world.ada)
    with use(world.ada):
        assert [one.push.id for one in queries.offers(world.ada)] == [second.id]
        with pytest.raises(NoSuchRevision):
            design.revision(world.ada, first.revision_id or ids.uuid7())


def test_pushed_twice_before_anybody_carried_it_is_pushed_once(
    world: World, preset: PresetFacts
) -> None:
    with use(world.hub):
        now = clock.now()
        push = {"actor": SYSTEM, "now": now}
        assert service.push(world.hub, preset.id, [world.ada.id], **push) == 1
        assert service.push(world.hub, preset.id, [world.ada.id], **push) == 0
        session.commit()
    giving.hand_out(world.hub.id)
    with use(world.ada):
        assert len(queries.offers(world.ada)) == 1


def test_declined_nothing_of_it_stays(world: World, preset: PresetFacts) -> None:
    before, pictures_before = live(world.ada), stored(world.ada)
    world.push(preset, world.ada)
    push = world.last(world.ada)
    with use(world.ada):
        offers.decline(world.ada, push.id, actor=SYSTEM, now=clock.now())
        session.commit()
        assert queries.offers(world.ada) == []
        with pytest.raises(NoSuchRevision):
            design.revision(world.ada, push.revision_id or ids.uuid7())
        with pytest.raises(PushDecided):
            offers.decline(world.ada, push.id, actor=SYSTEM, now=clock.now())
    assert (live(world.ada), stored(world.ada)) == (before, pictures_before)


def test_a_published_one_is_decided_and_keeps_its_pictures(
    world: World, preset: PresetFacts
) -> None:
    world.push(preset, world.bo)
    push, pictures_then = world.last(world.bo), stored(world.bo)
    with use(world.bo):
        facts = design.live_revision(world.bo)
        assert facts
        assert push.revision_id
        now = clock.now()
        designing.publish_revision(
            world.bo, push.revision_id, expected=facts.id, actor=SYSTEM, now=now
        )
        offers.published(world.bo, push.revision_id, now=now)
        session.commit()
        assert queries.offers(world.bo) == []
    assert world.last(world.bo).state is State.PUBLISHED
    assert HERO in str(live(world.bo))
    assert stored(world.bo) == pictures_then


def test_what_the_site_changed_meanwhile_stays_when_the_offer_is_brought_up(
    world: World, preset: PresetFacts
) -> None:
    world.push(preset, world.ada)
    with use(world.ada):
        designing.set_site(world.ada, notice="推送之后写的公告", author="Ada", now=clock.now())
        session.commit()
        [offer] = queries.offers(world.ada)
        now_live = design.live_revision(world.ada)
        assert now_live
    made = giving.brought_up(world.ada, offer, now_live.id)
    assert made != offer.push.revision_id
    draft = world.draft(world.ada)
    assert draft["site"]["notice"] == "推送之后写的公告"
    assert HERO in str(draft)


def test_a_full_store_fails_that_site_only(
    world: World, preset: PresetFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = pictures.kept(world.ada, "占地", seed=9)
    monkeypatch.setattr(room, "MOST_PICTURES", 1)
    before = live(world.ada), stored(world.ada)
    with use(world.bo):
        keeping.remove_deleted(world.bo, actor=SYSTEM)
        session.commit()
    world.push(preset, world.ada, world.bo)
    failed = world.last(world.ada)
    assert (failed.state, failed.reason) == (State.FAILED, "storage_full")
    assert (live(world.ada), stored(world.ada)) == before
    assert world.last(world.bo).state is State.DRAFTED
    with use(world.ada):
        keeping.remove_unused(world.ada, [extra.id], actor=SYSTEM)
        session.commit()


def test_a_picture_deleted_meanwhile_and_goods_of_elsewhere_are_left_out_and_told(
    world: World,
) -> None:
    doomed = pictures.kept(world.hub, "要删的图", seed=5)
    strange = {"kind": "product", "ref": str(ids.uuid7())}
    preset = world.kept(name="缺了东西", picture=str(doomed.id), link=strange)
    with use(world.hub):
        keeping.discard(world.hub, doomed.id, actor=SYSTEM, now=clock.now())
        session.commit()
    world.push(preset, world.ada)
    told = {(one["kind"], one["section"]) for one in world.last(world.ada).left_out}
    assert told == {("media", "hero"), ("product", "hero")}
    assert str(doomed.id) not in str(world.draft(world.ada))


def test_goods_of_the_shared_catalogue_stay_linked(world: World, preset: PresetFacts) -> None:
    world.push(preset, world.bo)
    assert str(world.shop.sku.product_id) in str(world.draft(world.bo))
    assert world.last(world.bo).left_out == []


def test_a_shut_site_is_named_and_given_nothing(world: World, preset: PresetFacts) -> None:
    with shared():
        registry.suspend(world.bo)
        session.commit()
    try:
        world.push(preset, world.bo)
    finally:
        with shared():
            registry.resume(world.bo)
            session.commit()
    assert world.last(world.bo).reason == "push_site_shut"


@pytest.mark.parametrize("whose", ["ada", "strange"])
def test_a_preset_of_another_site_is_none(world: World, preset: PresetFacts, whose: str) -> None:
    wanted = preset.id if whose == "ada" else ids.uuid7()
    with use(world.ada):
        for verb in (
            lambda: service.push(world.ada, wanted, [world.bo.id], actor=SYSTEM, now=clock.now()),
            lambda: service.archive(world.ada, wanted, actor=SYSTEM, now=clock.now()),
            lambda: service.call(world.ada, wanted, Called("别人的"), actor=SYSTEM),
        ):
            with pytest.raises(NoSuchPreset):
                verb()


def test_a_site_above_or_beside_cannot_be_pushed_to(world: World, builder: Builder) -> None:
    preset, other = world.kept(world.ada), builder.alliance().hub
    for target in (world.hub, world.ada, other):
        with use(world.ada), pytest.raises(DBAPIError, match="row-level security"):
            service.push(world.ada, preset.id, [target.id], actor=SYSTEM, now=clock.now())


def test_nobody_too_many_and_put_away_are_refused_by_name(
    world: World, preset: PresetFacts
) -> None:
    with use(world.hub):
        push = {"actor": SYSTEM, "now": clock.now()}
        with pytest.raises(NoTargets):
            service.push(world.hub, preset.id, [], **push)
        with pytest.raises(TooManyTargets):
            service.push(world.hub, preset.id, range(rules.MOST_TARGETS + 1), **push)
        service.archive(world.hub, preset.id, **push)
        with pytest.raises(PresetArchived):
            service.push(world.hub, preset.id, [world.ada.id], **push)
        assert queries.pushes(world.hub, preset.id) == ([], 0)


@pytest.mark.parametrize("called", [Called("一"), Called("名" * 31), Called("好名", trade="x")])
def test_bad_words_for_a_preset_are_refused(
    world: World, preset: PresetFacts, called: Called
) -> None:
    with use(world.hub):
        with pytest.raises(BadPreset):
            service.call(world.hub, preset.id, called, actor=SYSTEM)
        assert queries.one(world.hub, preset.id).name == preset.name


def test_what_one_site_was_offered_is_nothing_to_another(world: World, preset: PresetFacts) -> None:
    world.push(preset, world.ada)
    push = world.last(world.ada)
    with use(world.bo):
        with pytest.raises(NoSuchPush):
            offers.decline(world.bo, push.id, actor=SYSTEM, now=clock.now())
        seen = session.execute(select(PresetPush.tenant_id, PresetPush.giver_id)).all()
        assert all(world.bo.id in pair for pair in seen)


def test_a_package_without_the_theme_is_named(world: World) -> None:
    made = engine.start("neon", "games", "Hub", "")
    with use(world.hub):
        now, facts = clock.now(), design.live_revision(world.hub)
        assert facts
        look, _left = rules.look_of(made, with_own=False)
        neon = service.keep(world.hub, look, Called("夜电"), made_from=facts, actor=SYSTEM, now=now)
        session.commit()
    terms.bind(world.ada, terms.package(world.hub, allows=Allows(themes=("clean",))))
    world.push(neon, world.ada)
    assert world.last(world.ada).reason == "theme_not_in_package"


def test_a_theme_that_is_gone_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch, preset: PresetFacts
) -> None:
    monkeypatch.setattr(engine, "THEMES", ("mini",))
    world.push(preset, world.ada)
    assert world.last(world.ada).reason == "preset_theme_gone"


def test_a_forgotten_push_is_taken_up_again(world: World, preset: PresetFacts) -> None:
    with use(world.hub):
        service.push(world.hub, preset.id, [world.ada.id], actor=SYSTEM, now=clock.now())
        session.commit()
    assert giving.look_after(clock.now()) == 0
    assert giving.look_after(clock.now() + 2 * giving.FORGOTTEN) == 1
    giving.hand_out(world.hub.id)
    assert world.last(world.ada).state is State.DRAFTED


def test_two_workers_at_once_and_one_that_was_killed_make_one_draft_each(
    world: World, preset: PresetFacts
) -> None:
    with use(world.hub):
        sites = [world.ada.id, world.bo.id]
        service.push(world.hub, preset.id, sites, actor=SYSTEM, now=clock.now())
        session.commit()
        first = queries.waiting(world.hub, size=9)[0]
        luggage = fitting.pack(world.hub, preset.id)
    giving.give(world.hub, first, luggage)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(giving.hand_out, [world.hub.id] * 2))
    for site in (world.ada, world.bo):
        with use(site):
            assert len(queries.offers(site)) == 1
        assert world.last(site).state is State.DRAFTED


def test_a_site_that_was_moved_away_is_named_and_given_nothing(
    world: World, preset: PresetFacts, builder: Builder
) -> None:
    other = builder.alliance().ada
    with use(world.hub):
        service.push(world.hub, preset.id, [world.bo.id], actor=SYSTEM, now=clock.now())
        session.commit()
    with builder.owner.begin() as owner:
        place = {"id": world.bo.id, "path": f"{other.root_id}.{other.id}.{world.bo.id}"}
        owner.execute(_PLACED, place)
    try:
        giving.hand_out(world.hub.id)
    finally:
        with builder.owner.begin() as owner:
            owner.execute(_PLACED, {"id": world.bo.id, "path": path_of(world.bo.chain)})
    failed = world.last(world.bo)
    assert (failed.state, failed.reason) == (State.FAILED, "push_site_moved")


def test_two_thousand_sites_are_one_press(
    world: World, preset: PresetFacts, builder: Builder
) -> None:
    ids_ = range(9_000_001, 9_002_001)
    with builder.owner.begin() as owner:
        owner.execute(_CROWD, {"first": ids_[0], "last": ids_[-1], "above": world.hub.id})
    try:
        with use(world.hub):
            now = clock.now()
            assert service.push(world.hub, preset.id, ids_, actor=SYSTEM, now=now) == 2_000
            assert service.push(world.hub, preset.id, ids_, actor=SYSTEM, now=now) == 0
            assert queries.counts(world.hub)[preset.id] == {State.WAITING: 2_000}
    finally:
        with builder.owner.begin() as owner:
            owner.execute(_GONE, {"first": ids_[0]})


_PLACED = text("UPDATE shared.tenant SET path = CAST(:path AS shared.ltree) WHERE id = :id")
_GONE = text("DELETE FROM shared.tenant WHERE id >= :first")
_CROWD = text(
    """INSERT INTO shared.tenant (id, slug, name, schema_name, path, state, currency,
        application_id, created_at)
    SELECT n, 'crowd' || n, 'Crowd', 't_' || lpad(n::text, 13, '0'),
        CAST(:above || '.' || n AS shared.ltree), 'suspended', 'CNY', gen_random_uuid(), now()
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n"""
)
