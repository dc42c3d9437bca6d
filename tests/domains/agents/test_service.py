"""A site opens in three steps, each of which may be repeated or cut short anywhere."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import queries, rules, service
from kameng.domains.agents.errors import (
    ApplicationDiffers,
    BadColor,
    NameRefused,
    NoSitesBelow,
    OwnerUnclear,
)
from kameng.domains.agents.rules import State, Wish
from kameng.domains.design import queries as design_queries
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms.errors import NoSuchPackage, PackageNotOnSale
from kameng.domains.terms.rules import Allows
from kameng.kit import clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import accounts, agents, terms
from tests.support.worlds import Alliance, Builder

pytestmark = pytest.mark.usefixtures("tools")


@pytest.fixture
def spares(builder: Builder, alliance: Alliance) -> None:
    """After the alliance took what it needs."""
    alliance.whole()
    run.fill_pool(builder.owner, spares=3, now=clock.now())


def applications(alliance: Alliance) -> list[queries.ApplicationFacts]:
    with use(alliance.hub):
        return queries.applications(alliance.hub)


def refused_apply(alliance: Alliance, asked: Wish, refusal: type[Exception]) -> None:
    with use(alliance.hub), pytest.raises(refusal):
        service.apply(alliance.hub, ids.uuid7(), asked, now=clock.now())
    assert applications(alliance) == []


@pytest.mark.usefixtures("spares")
def test_an_agent_opens_a_live_site_with_owner_terms_and_design(alliance: Alliance) -> None:
    level = terms.level(alliance.hub)
    asked = agents.wish(terms.package(alliance.hub, level_id=level.id))
    facts, site = agents.opened(alliance.hub, asked)
    assert (facts.state, site.state, site.chain) == (
        State.OPEN,
        "live",
        (alliance.hub.id, site.id),
    )
    with use(site):
        assert design_queries.live(site)["site"]["name"] == asked.site_name
        assert terms_queries.levels_of([site.id]) == {site.id: level.id}
    with shared():
        person = staff_queries.by_login(asked.login)
        assert person is not None
        assert staff_queries.grants_of(person.id) == [staff_queries.Grant(site.id, "agent")]
    assert registry.by_host(f"{asked.slug}.localhost") == site


@pytest.mark.usefixtures("spares")
def test_every_step_twice_is_once_and_one_fact_is_announced(alliance: Alliance) -> None:
    asked = agents.wish(terms.package(alliance.hub))
    first, site = agents.opened(alliance.hub, asked)
    agents.applied(alliance.hub, asked, first.id)
    assert agents.claimed(first.id) == first
    with use(site):
        service.dress(site, first, agents.arrangement("Other"), now=clock.now())
        session.commit()
        assert design_queries.live(site)["site"]["name"] == asked.site_name
    with shared():
        assert service.set_live(site, first.id, now=clock.now()) == first
        session.commit()
    with use(site):
        query = text("SELECT name, payload->>'slug' FROM shared.outbox")
        assert [tuple(row) for row in session.execute(query)] == [("SiteOpened", asked.slug)]


@pytest.mark.usefixtures("spares")
def test_the_password_hash_leaves_the_application_with_the_account(alliance: Alliance) -> None:
    facts, _ = agents.opened(alliance.hub, agents.wish(terms.package(alliance.hub)))
    with use(alliance.hub):
        query = text("SELECT password_hash FROM shared.application WHERE id = :id")
        assert session.execute(query, {"id": facts.id}).scalar_one() is None


@pytest.mark.usefixtures("spares")
def test_an_opening_site_does_not_answer_yet(alliance: Alliance) -> None:
    asked = agents.wish(terms.package(alliance.hub))
    agents.claimed(agents.applied(alliance.hub, asked).id)
    assert registry.by_host(f"{asked.slug}.localhost") is None


def test_other_answers_under_the_same_application_are_refused(alliance: Alliance) -> None:
    package = terms.package(alliance.hub)
    first = agents.applied(alliance.hub, agents.wish(package))
    with use(alliance.hub), pytest.raises(ApplicationDiffers):
        service.apply(alliance.hub, first.id, agents.wish(package), now=clock.now())
    assert applications(alliance) == [first]


def test_packages_that_cannot_be_chosen_open_nothing(alliance: Alliance) -> None:
    hub = alliance.hub
    refused_apply(alliance, agents.wish(terms.package(hub, on_sale=False)), PackageNotOnSale)
    refused_apply(alliance, agents.wish(terms.package(alliance.ada)), NoSuchPackage)


def test_bad_names_and_colours_open_nothing(alliance: Alliance) -> None:
    package = terms.package(alliance.hub)
    refused_apply(alliance, agents.wish(package, slug="adm1n"), NameRefused)
    refused_apply(alliance, agents.wish(package, primary="red"), BadColor)


def test_a_site_whose_package_does_not_allow_it_opens_none_below(alliance: Alliance) -> None:
    asked = agents.wish(terms.package(alliance.ada))
    with use(alliance.ada), pytest.raises(NoSitesBelow):
        service.apply(alliance.ada, ids.uuid7(), asked, now=clock.now())
    terms.bind(alliance.ada, terms.package(alliance.hub, allows=Allows(child_sites=True)))
    assert agents.applied(alliance.ada, asked).state is State.APPLIED


def test_the_third_level_opens_none_below(alliance: Alliance) -> None:
    terms.bind(alliance.bo, terms.package(alliance.ada, allows=Allows(child_sites=True)))
    asked = agents.wish(terms.package(alliance.bo))
    with use(alliance.bo), pytest.raises(NoSitesBelow):
        service.apply(alliance.bo, ids.uuid7(), asked, now=clock.now())


@pytest.mark.usefixtures("spares")
def test_a_name_once_given_refuses_its_look_alikes_for_ever(alliance: Alliance) -> None:
    package = terms.package(alliance.hub)
    slug = f"moon{ids.uuid7().hex[-10:]}"
    _, site = agents.opened(alliance.hub, agents.wish(package, slug=slug))
    with shared():
        registry.suspend(site)
        session.commit()
    for like, reason in ((slug, "taken"), (slug.replace("oo", "00"), "looks_like")):
        with shared(), pytest.raises(NameRefused) as refusal:
            service.check_free(like)
        assert refusal.value.facts == {"reason": reason, "like": slug}


@pytest.mark.usefixtures("spares")
def test_of_two_who_want_one_name_one_gets_it_and_the_other_opens_nothing(
    alliance: Alliance,
) -> None:
    package = terms.package(alliance.hub)
    slug = f"moon{ids.uuid7().hex[-10:]}"
    one = agents.applied(alliance.hub, agents.wish(package, slug=slug))
    like = agents.wish(package, slug=slug.replace("oo", "0o"))
    other = agents.applied(alliance.hub, like)
    assert agents.claimed(one.id).state is State.CLAIMED
    with shared():
        left = registry.spare_count()
    refused = agents.claimed(other.id)
    assert (refused.state, refused.reason) == (State.REFUSED, "site_name_refused")
    with shared():
        assert registry.spare_count() == left
        assert staff_queries.by_login(like.login) is None
        assert registry.by_slug(like.slug) is None


@pytest.mark.usefixtures("spares")
def test_a_login_taken_meanwhile_opens_nothing(alliance: Alliance) -> None:
    asked = agents.wish(terms.package(alliance.hub))
    facts = agents.applied(alliance.hub, asked)
    thief = accounts.staff(login=asked.login)
    refused = agents.claimed(facts.id)
    assert (refused.state, refused.reason) == (State.REFUSED, "login_taken")
    with shared():
        assert staff_queries.grants_of(thief.id) == []
        assert registry.by_slug(asked.slug) is None


@pytest.mark.usefixtures("spares")
def test_staff_open_a_site_below_their_own_under_their_own_name(alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, allows=Allows(child_sites=True)))
    ada = accounts.staff()
    asked = agents.wish(
        terms.package(alliance.ada), staff_id=ada.id, login=ada.login, email="", password_hash=None
    )
    facts, site = agents.opened(alliance.ada, asked)
    assert (facts.staff_id, site.chain) == (ada.id, (*alliance.ada.chain, site.id))
    with shared():
        assert staff_queries.grants_of(ada.id) == [staff_queries.Grant(site.id, "agent")]
        assert staff_queries.by_id(ada.id) == ada


@pytest.mark.usefixtures("spares")
def test_a_person_who_was_frozen_meanwhile_opens_nothing(alliance: Alliance) -> None:
    ada = accounts.staff()
    asked = agents.wish(
        terms.package(alliance.hub), staff_id=ada.id, login=ada.login, password_hash=None
    )
    facts = agents.applied(alliance.hub, asked)
    with shared():
        staff.freeze(ada.id)
        session.commit()
        left = registry.spare_count()
    refused = agents.claimed(facts.id)
    assert (refused.state, refused.reason) == (State.REFUSED, "account_frozen")
    with shared():
        assert registry.by_slug(asked.slug) is None
        assert staff_queries.grants_of(ada.id) == []
        assert registry.spare_count() == left


def test_an_owner_is_a_newcomer_or_on_the_staff_and_never_both(alliance: Alliance) -> None:
    package = terms.package(alliance.hub)
    refused_apply(alliance, agents.wish(package, staff_id=ids.uuid7()), OwnerUnclear)
    refused_apply(alliance, agents.wish(package, password_hash=None), OwnerUnclear)


@pytest.mark.usefixtures("spares")
def test_nothing_opens_below_a_site_suspended_meanwhile(alliance: Alliance) -> None:
    asked = agents.wish(terms.package(alliance.hub))
    facts = agents.applied(alliance.hub, asked)
    with shared():
        registry.suspend(alliance.hub)
        session.commit()
    refused = agents.claimed(facts.id)
    assert (refused.state, refused.reason) == (State.REFUSED, "no_sites_below")
    assert agents.claimed(facts.id) == refused, "an application that ended stays ended"
    with shared():
        assert registry.by_slug(asked.slug) is None
        assert staff_queries.by_login(asked.login) is None


def test_names_kept_before_fold_as_names_are_folded_now(owner: Engine) -> None:
    versions = ScriptDirectory.from_config(run.config())
    fold = versions.get_revision("s0014").module.NOW  # type: ignore[union-attr]
    slugs = ["rn-a11", "vvin-d0vv", "q9g-2z", "cl1ck-c-lub", "burn-cl", "i18n-5s8b", "plain"]
    with owner.connect() as connection:
        query = text(f"SELECT slug, {fold} FROM unnest(CAST(:slugs AS text[])) AS slug")
        folded = {row.slug: row[1] for row in connection.execute(query, {"slugs": slugs})}
    assert folded == {slug: rules.look_of(slug) for slug in slugs}


def test_an_empty_pool_leaves_the_application_waiting(alliance: Alliance, builder: Builder) -> None:
    with builder.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")
    asked = agents.wish(terms.package(alliance.hub))
    facts = agents.applied(alliance.hub, asked)
    assert agents.claimed(facts.id).state is State.APPLIED
    with shared():
        assert staff_queries.by_login(asked.login) is None
        assert facts.id in [one.id for one in queries.unfinished(size=500)]
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    assert agents.claimed(facts.id).state is State.CLAIMED


def test_another_site_sees_nothing_of_an_application(alliance: Alliance) -> None:
    facts = agents.applied(alliance.hub, agents.wish(terms.package(alliance.hub)))
    with use(alliance.ada):
        assert queries.application(facts.id) is None
    with use(alliance.hub):
        assert queries.application(facts.id) == facts


def test_suggested_names_are_free(alliance: Alliance) -> None:
    with shared():
        offered = service.free_suggestions(alliance.ada.slug)
        assert offered
        assert [service.check_free(name) for name in offered] == offered
