"""A site's looks are revisions that are only added, and one pointer that moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kameng.domains.design import queries, rules, service
from kameng.domains.design.errors import (
    BadSiteColor,
    BadSiteText,
    DesignMissing,
    DesignMoved,
)
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.agents import arrangement
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def started(tenant: Tenant) -> queries.RevisionFacts:
    with use(tenant):
        first = service.start(tenant, arrangement(), author="Ada", now=clock.now())
        session.commit()
    return first


def revisions(tenant: Tenant) -> int:
    with use(tenant):
        return int(session.execute(text("SELECT count(*) FROM design_revision")).scalar_one())


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_a_digest_does_not_depend_on_the_order_of_keys(doc: dict[str, object]) -> None:
    turned = dict(reversed(list(doc.items())))
    assert rules.digest(doc) == rules.digest(turned)
    assert rules.digest({**doc, "extra": 1}) != rules.digest({**doc, "extra": 2})


def seen(site: Tenant) -> dict[str, Any]:
    """What shoppers see, after a look at the digest it carries."""
    live = queries.live(site)
    assert live.pop("digest") == rules.digest(live)
    return live


def test_a_site_without_a_design_says_so(alliance: Alliance) -> None:
    with use(alliance.ada):
        with pytest.raises(DesignMissing):
            queries.live(alliance.ada)
        with pytest.raises(DesignMissing):
            service.set_site(alliance.ada, name="Ada", author="Ada", now=clock.now())
        assert queries.live_revision(alliance.ada) is None


def test_starting_twice_keeps_the_first(alliance: Alliance) -> None:
    first = started(alliance.ada)
    with use(alliance.ada):
        again = service.start(alliance.ada, arrangement("Other"), author="X", now=clock.now())
        assert again == first
        assert seen(alliance.ada) == arrangement()
    assert revisions(alliance.ada) == 1


def test_a_new_name_and_colour_make_a_new_live_revision(alliance: Alliance) -> None:
    first = started(alliance.ada)
    with use(alliance.ada):
        second = service.set_site(
            alliance.ada,
            name="新名字",
            notice=" 周末大促 ",
            contact="QQ 12345",
            primary="#DB2777",
            expected=first.id,
            author="Ada",
            now=clock.now(),
        )
        session.commit()
        live = queries.live(alliance.ada)
    assert second.seq == 2
    assert live["site"] == {
        "name": "新名字",
        "logo_text": "新名字",
        "notice": "周末大促",
        "service_contact": "QQ 12345",
    }
    assert live["tokens"] == {"primary": "#db2777"}
    assert live["templates"] == arrangement()["templates"]
    assert revisions(alliance.ada) == 2


def test_no_change_makes_no_revision(alliance: Alliance) -> None:
    first = started(alliance.ada)
    with use(alliance.ada):
        same = service.set_site(
            alliance.ada, name=arrangement()["site"]["name"], author="Ada", now=clock.now()
        )
        session.commit()
    assert same == first
    assert revisions(alliance.ada) == 1


def test_an_own_logo_text_survives_a_new_name() -> None:
    own = rules.changed(arrangement("Old"), site={"logo_text": "LOGO"}, primary=None)
    new = rules.changed(own, site={"name": "New"}, primary=None)
    assert new["site"]["logo_text"] == "LOGO"


@pytest.mark.parametrize(
    "changes",
    [{"name": " "}, {"name": "x" * 21}, {"notice": "x" * 301}, {"contact": "a\x00b"}],
)
def test_bad_texts_change_nothing(alliance: Alliance, changes: dict[str, str]) -> None:
    started(alliance.ada)
    with use(alliance.ada), pytest.raises(BadSiteText):
        service.set_site(alliance.ada, **changes, author="Ada", now=clock.now())  # type: ignore[arg-type]
    assert revisions(alliance.ada) == 1


def test_a_bad_colour_changes_nothing(alliance: Alliance) -> None:
    started(alliance.ada)
    with use(alliance.ada), pytest.raises(BadSiteColor):
        service.set_site(alliance.ada, primary="red;}", author="Ada", now=clock.now())
    assert revisions(alliance.ada) == 1


def test_of_two_who_change_the_same_revision_the_second_is_told(alliance: Alliance) -> None:
    first = started(alliance.ada)
    with use(alliance.ada):
        service.set_site(alliance.ada, name="One", expected=first.id, author="A", now=clock.now())
        session.commit()
        with pytest.raises(DesignMoved):
            service.set_site(
                alliance.ada, name="Two", expected=first.id, author="B", now=clock.now()
            )
        session.rollback()
        assert queries.live(alliance.ada)["site"]["name"] == "One"


def test_a_draft_is_not_live_until_published(alliance: Alliance) -> None:
    first = started(alliance.ada)
    with use(alliance.ada):
        saved = service.save_draft(
            alliance.ada, arrangement("Draft"), author="Ada", note="try", now=clock.now()
        )
        session.commit()
        assert seen(alliance.ada) == arrangement()
        assert queries.draft(alliance.ada) == arrangement("Draft")
        with pytest.raises(DesignMoved):
            service.publish_revision(
                alliance.ada, saved.id, expected=ids.uuid7(), actor=SYSTEM, now=clock.now()
            )
        session.rollback()
        live = service.publish_revision(
            alliance.ada, saved.id, expected=first.id, actor=SYSTEM, now=clock.now()
        )
        session.commit()
        assert (live, queries.draft(alliance.ada)) == (saved, None)
        assert seen(alliance.ada) == arrangement("Draft")
        assert [r.seq for r in queries.history(alliance.ada)] == [2, 1]


def test_one_sites_design_is_not_anothers(alliance: Alliance) -> None:
    started(alliance.ada)
    with use(alliance.bo), pytest.raises(DesignMissing):
        queries.live(alliance.bo)
