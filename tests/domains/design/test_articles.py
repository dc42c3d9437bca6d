"""Articles: drafted, published at a time, taken back, deleted and brought back; odd input moves
nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from kameng.domains.design.articles import queries, rules, service
from kameng.domains.design.articles.errors import (
    AddressTaken,
    ArticleMoved,
    BadAddress,
    BadArticle,
    NoSuchArticle,
    TooManyArticles,
)
from kameng.domains.design.articles.rules import Draft, Kind, State
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.errors import Refusal
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.worlds import Builder

NEWS = Draft(Kind.NOTICE, "春节安排", "", "<p>照常发货</p>", slug="new-year")


@pytest.fixture(scope="module")
def home(app: Flask, builder: Builder) -> Tenant:
    builder.app = app
    return builder.site("writers")


@pytest.fixture
def site(home: Tenant) -> Iterator[Tenant]:
    """One site for all of them; what a test wrote is rolled back."""
    with use(home):
        yield home
        session.rollback()


def made(site: Tenant, draft: Draft = NEWS) -> rules.Article:
    return service.write(site, draft, actor=SYSTEM, now=clock.now())


def digest() -> str:
    rows = "SELECT md5(coalesce(string_agg(a::text, '|' ORDER BY id), '')) FROM article a"
    return str(session.scalar(text(rows)))


def test_a_new_article_is_a_draft_nobody_sees(site: Tenant) -> None:
    draft = made(site)
    assert draft.state is State.DRAFT
    with pytest.raises(NoSuchArticle):
        queries.shown(site, "new-year", now=clock.now())
    assert queries.page_of(site).total == 1


def test_what_is_published_is_read_by_its_address_until_it_is_taken_back(site: Tenant) -> None:
    draft, now = made(site), clock.now()
    service.publish(site, draft.id, actor=SYSTEM, now=now)
    assert queries.shown(site, "new-year", now=now).body == "<p>照常发货</p>"
    assert queries.published(site, kind=Kind.NOTICE, now=now).total == 1
    assert queries.published(site, kind=Kind.HELP, now=now).total == 0
    service.take_back(site, draft.id, actor=SYSTEM)
    assert queries.published(site, now=now).rows == []


def test_an_article_waits_for_its_day_and_keeps_it(site: Tenant) -> None:
    draft, now = made(site), clock.now()
    day = now + timedelta(days=1)
    service.publish(site, draft.id, at=day, actor=SYSTEM, now=now)
    assert queries.newest(site, now=now, size=5) == []
    assert [one.slug for one in queries.newest(site, now=day, size=5)] == ["new-year"]
    again = service.publish(site, draft.id, actor=SYSTEM, now=day + timedelta(days=1))
    assert again.publish_at == day


def test_pinned_ones_come_first_then_the_newest(site: Tenant) -> None:
    now = clock.now()
    for at, slug in enumerate(("old", "new", "pin")):
        draft = replace(NEWS, slug=slug, pinned=slug == "pin")
        one = made(site, draft)
        day = now - timedelta(days=9 if slug == "pin" else 3 - at)
        service.publish(site, one.id, at=day, actor=SYSTEM, now=now)
    found = [one.slug for one in queries.newest(site, now=now, size=5)]
    assert found == ["pin", "new", "old"]


def test_a_deleted_article_comes_back_as_it_was(site: Tenant) -> None:
    draft, now = made(site), clock.now()
    out = service.publish(site, draft.id, actor=SYSTEM, now=now)
    service.delete(site, draft.id, actor=SYSTEM, now=now)
    assert queries.published(site, now=now).total == 0
    assert queries.page_of(site, deleted=True).total == 1
    assert service.restore(site, draft.id, actor=SYSTEM) == out


def test_a_deleted_article_whose_address_was_given_away_stays_deleted(site: Tenant) -> None:
    draft = made(site)
    service.delete(site, draft.id, actor=SYSTEM, now=clock.now())
    made(site)
    with pytest.raises(AddressTaken):
        service.restore(site, draft.id, actor=SYSTEM)


def test_two_editors_are_told_of_each_other(site: Tenant) -> None:
    draft, now = made(site), clock.now()
    first = replace(NEWS, title="第一稿")
    service.edit(site, draft.id, first, version=1, actor=SYSTEM, now=now)
    before = digest()
    with pytest.raises(ArticleMoved):
        service.edit(site, draft.id, NEWS, version=1, actor=SYSTEM, now=now)
    assert digest() == before
    assert queries.one(site, draft.id).title == "第一稿"


def test_an_empty_address_is_made_of_the_title_and_kept_at_an_edit(site: Tenant) -> None:
    latin = made(site, replace(NEWS, slug="", title="Steam 充值 Guide"))
    assert latin.slug.startswith("steam-guide-")
    changed = replace(NEWS, slug="", title="改名")
    later = service.edit(site, latin.id, changed, version=1, actor=SYSTEM, now=clock.now())
    assert later.slug == latin.slug


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": " "}, BadArticle),
        ({"title": "x" * 81}, BadArticle),
        ({"title": "a\x00b"}, BadArticle),
        ({"title": "a\nb"}, BadArticle),
        ({"summary": "x" * 201}, BadArticle),
        ({"body": "x" * 40_001}, BadArticle),
        ({"slug": "../x"}, BadAddress),
        ({"slug": "-x"}, BadAddress),
        ({"slug": "x" * 61}, BadAddress),
        ({"slug": "公告"}, BadAddress),
        ({"slug": "taken"}, AddressTaken),
    ],
)
def test_odd_input_is_refused_by_name_and_moves_nothing(
    site: Tenant, change: dict[str, str], refusal: type[Refusal]
) -> None:
    made(site, replace(NEWS, slug="taken"))
    draft, wrong = made(site), replace(NEWS, **change)
    before = digest()
    with pytest.raises(refusal):
        made(site, replace(NEWS, **{"slug": "other"} | change))
    with pytest.raises(refusal):
        service.edit(site, draft.id, wrong, version=1, actor=SYSTEM, now=clock.now())
    assert digest() == before


def test_a_site_holds_only_so_many(site: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_ARTICLES", 1)
    made(site)
    with pytest.raises(TooManyArticles):
        made(site, replace(NEWS, slug="two"))


def test_of_two_who_give_a_new_article_the_same_address_at_once_the_second_is_told(
    home: Tenant,
) -> None:
    slug = f"rush-{uuid4().hex[:8]}"

    def save(_: int) -> str:
        with use(home):
            try:
                made(home, replace(NEWS, slug=slug))
                session.execute(text("SELECT pg_sleep(0.1)"))
                session.commit()
            except AddressTaken as taken:
                session.rollback()
                return taken.code
            return "done"

    with ThreadPoolExecutor(3) as desks:
        ends = sorted(desks.map(save, range(3)))
    with use(home):
        kept = queries.page_of(home, search=slug).rows
        service.delete(home, kept[0].id, actor=SYSTEM, now=clock.now())
        session.execute(text("DELETE FROM article WHERE slug = :slug"), {"slug": slug})
        session.commit()
    assert ends == ["article_address_taken", "article_address_taken", "done"]
    assert len(kept) == 1


@pytest.mark.parametrize("verb", ["publish", "take_back", "delete", "restore"])
def test_an_unknown_article_is_not_there_for_any_verb(site: Tenant, verb: str) -> None:
    more = {"now": clock.now()} if verb in ("publish", "delete") else {}
    with pytest.raises(NoSuchArticle):
        getattr(service, verb)(site, uuid4(), actor=SYSTEM, **more)


@pytest.mark.parametrize("text_", ["<p>你好</p>", "你好", "<p>你</p><p>好</p>"])
def test_the_opening_of_a_text_has_no_tags(text_: str) -> None:
    assert rules.opening(text_).replace(" ", "") == "你好"
    assert len(rules.opening("<p>" + "长" * 500 + "</p>")) == 120
