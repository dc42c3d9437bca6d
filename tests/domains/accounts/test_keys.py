"""API keys of a site: who makes one, what it may do at most, and when it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from kameng.domains.accounts.errors import NotYoursToGive
from kameng.domains.accounts.keys import queries, rules, service
from kameng.domains.accounts.keys.errors import (
    BadDuration,
    BadKeyName,
    BadNetwork,
    KeyEmpty,
    KeyNameTaken,
    NoSuchKey,
    NotForKeys,
    TooManyKeys,
    TooManyNetworks,
)
from kameng.domains.accounts.keys.queries import KeyFacts, KeyState
from kameng.domains.accounts.keys.service import Wish
from kameng.domains.accounts.roles.rules import ALL, MASTER_ONLY
from kameng.domains.accounts.staff import ownroles, team, visits
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.kit import audit, clock
from kameng.kit.errors import Refusal
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import keys
from tests.support.keys import READ, hired
from tests.support.worlds import Alliance, Builder

SOME = st.frozensets(st.sampled_from(sorted(ALL)))


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture(scope="module")
def boss(world: Alliance) -> StaffFacts:
    return hired(world.ada, "agent")


@contextmanager
def refused(kind: type[Refusal], owner: Engine) -> Iterator[None]:
    """The refusal, and nothing moved."""
    before = standing(owner)
    with pytest.raises(kind), shared():
        yield
    assert standing(owner) == before


def standing(owner: Engine) -> list[Any]:
    with owner.connect() as connection:
        return [
            connection.execute(text(query)).all()
            for query in (
                "SELECT id, name, revoked_at, used_at FROM shared.api_key ORDER BY id",
                "SELECT count(*) FROM shared.audit_log",
            )
        ]


def make(site: Tenant, person: StaffFacts, wish: Wish) -> Any:
    return service.make(site, wish, by=person.id, actor=keys.actor(person), now=clock.now())


def found(site: Tenant, key: str) -> KeyFacts | None:
    with shared():
        return queries.shown(site, key, now=clock.now())


def state_of(site: Tenant, name: str) -> KeyState:
    with shared():
        live, ended = queries.keys_of(site, now=clock.now())
    return next(one.state for one in (*live, *ended) if one.name == name)


def done(work: Callable[[], Any]) -> Any:
    with shared():
        answer = work()
        session.commit()
    return answer


@given(SOME, SOME, st.booleans())
def test_no_key_outgrows_its_maker_the_site_or_what_keys_may_hold(
    given_: frozenset[str], maker: frozenset[str], root: bool
) -> None:
    held = rules.held(given_, maker, root=root)
    assert held == given_ & maker & rules.OFFERED - (frozenset() if root else MASTER_ONLY)


def test_what_keys_may_hold_stands_word_for_word() -> None:
    """Changing this list is a decision about the platform (docs/adr/0066)."""
    assert sorted(rules.OFFERED) == ["prices.view"]


def test_a_key_is_long_its_own_and_kept_as_a_digest_only(
    world: Alliance, boss: StaffFacts, owner: Engine
) -> None:
    new = keys.made(world.ada, boss)
    other = keys.made(world.ada, boss)
    assert rules.is_key(new.key)
    assert new.key != other.key
    assert new.key not in repr(new)
    secret = new.key.removeprefix(rules.PREFIX)
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT * FROM shared.api_key WHERE id = :id"), {"id": new.id}
        )
        kept = repr(rows.one())
        log = repr(connection.execute(text("SELECT * FROM shared.audit_log")).all())
        outbox = repr(connection.execute(text("SELECT * FROM shared.outbox")).all())
    for place in (kept, log, outbox):
        assert secret not in place
        assert secret[rules.SHOWN :] not in place
    assert found(world.ada, new.key)
    with use(world.ada):
        line = audit.about(world.ada, new.name)[0]
    assert (line.action, line.after and line.after["permissions"]) == (service.MADE, [READ])


def test_another_site_does_not_know_the_key_be_it_above_or_below(
    world: Alliance, boss: StaffFacts
) -> None:
    new = keys.made(world.ada, boss)
    assert found(world.hub, new.key) is None
    assert found(world.bo, new.key) is None


@pytest.mark.parametrize(
    "text_", ["", "kmk_", "x" * 68, f"kmk_{'0' * 64}", f"kmk_{'g' * 64}", f"KMK_{'0' * 64}", "密"]
)
def test_what_is_no_key_opens_nothing(world: Alliance, text_: str) -> None:
    assert found(world.ada, text_) is None


def test_a_revoked_key_ends_and_cannot_be_revoked_twice(
    world: Alliance, boss: StaffFacts, owner: Engine
) -> None:
    new = keys.made(world.ada, boss)
    told: dict[str, Any] = {"actor": keys.actor(boss), "now": clock.now()}
    with refused(NoSuchKey, owner):
        service.revoke(world.hub, new.id, **told)
    assert done(lambda: service.revoke(world.ada, new.id, **told)) == new.name
    assert found(world.ada, new.key) is None
    assert state_of(world.ada, new.name) is KeyState.REVOKED
    with refused(NoSuchKey, owner):
        service.revoke(world.ada, new.id, **told)


def test_a_key_ends_when_its_time_is_over(world: Alliance, boss: StaffFacts) -> None:
    new = keys.made(world.ada, boss, days=30)
    for days, works in ((29, True), (30, False), (400, False)):
        with shared():
            then = clock.now() + timedelta(days=days)
            assert (queries.shown(world.ada, new.key, now=then) is not None) is works


def test_a_key_may_what_its_maker_may_just_now(world: Alliance, boss: StaffFacts) -> None:
    clerk = hired(world.ada, "agent_staff")
    new = keys.made(world.ada, clerk)
    by = {"by": boss.id, "actor": keys.actor(boss), "now": clock.now()}
    done(lambda: team.change(world.ada, clerk.id, "support", **by))
    held = found(world.ada, new.key)
    assert held is not None
    assert held.held == frozenset()
    assert state_of(world.ada, new.name) is KeyState.POWERLESS
    done(lambda: team.change(world.ada, clerk.id, "marketing", **by))
    held = found(world.ada, new.key)
    assert held is not None
    assert held.held == {READ}


def test_a_maker_who_is_gone_or_frozen_leaves_a_dead_key(
    world: Alliance, boss: StaffFacts, owner: Engine
) -> None:
    clerk = hired(world.ada, "agent_staff")
    new = keys.made(world.ada, clerk)
    with owner.begin() as connection:
        frozen = text("UPDATE shared.staff SET state = 'frozen' WHERE id = :id")
        connection.execute(frozen, {"id": clerk.id})
    assert found(world.ada, new.key) is None
    assert state_of(world.ada, new.name) is KeyState.ORPHANED
    with owner.begin() as connection:
        back = text("UPDATE shared.staff SET state = 'active' WHERE id = :id")
        connection.execute(back, {"id": clerk.id})
    by = {"by": boss.id, "actor": keys.actor(boss), "now": clock.now()}
    done(lambda: team.remove(world.ada, clerk.id, **by))
    assert found(world.ada, new.key) is None


def test_what_a_table_says_beyond_the_limit_opens_nothing(
    world: Alliance, boss: StaffFacts, owner: Engine
) -> None:
    new = keys.made(world.ada, boss)
    with owner.begin() as connection:
        forged = text("UPDATE shared.api_key SET permissions = :all WHERE id = :id")
        connection.execute(forged, {"all": sorted(ALL), "id": new.id})
    held = found(world.ada, new.key)
    assert held is not None
    assert held.held == rules.OFFERED


def test_nobody_lends_a_key_what_he_does_not_hold(
    world: Alliance, boss: StaffFacts, owner: Engine
) -> None:
    by = {"by": boss.id, "actor": keys.actor(boss), "now": clock.now()}
    code = done(lambda: ownroles.make(world.ada, "只管密钥", ["keys.edit"], **by)).code
    poor, stranger = hired(world.ada, code), hired(world.hub, "operator")
    for person in (poor, stranger):
        with refused(NotYoursToGive, owner):
            make(world.ada, person, Wish("越权", [READ]))


def test_a_visitor_from_above_makes_no_keys(world: Alliance, owner: Engine) -> None:
    guest = hired(world.hub, "operator")
    told = {"actor": keys.actor(guest), "now": clock.now()}
    done(
        lambda: visits.enter(
            guest, world.ada, via=world.hub, reason="look after prices", hours=1, **told
        )
    )
    with refused(NotYoursToGive, owner):
        make(world.ada, guest, Wish("留个后门", [READ]))


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish("", [READ]), BadKeyName),
        (Wish("x" * 41, [READ]), BadKeyName),
        (Wish("a\x00b", [READ]), BadKeyName),
        (Wish("没有权限", []), KeyEmpty),
        (Wish("退款", [READ, "orders.refund"]), NotForKeys),
        (Wish("改密钥", ["keys.edit"]), NotForKeys),
        (Wish("偷看", ["secrets.reveal"]), NotForKeys),
        (Wish("天数", [READ], days=0), BadDuration),
        (Wish("天数", [READ], days=-90), BadDuration),
        (Wish("天数", [READ], days=10**9), BadDuration),
        (Wish("地址", [READ], networks="not an address"), BadNetwork),
        (Wish("地址", [READ], networks="0.0.0.0/0"), BadNetwork),
        (Wish("地址", [READ], networks="::/0"), BadNetwork),
        (Wish("地址", [READ], networks="203.0.113.9/33"), BadNetwork),
        (
            Wish("地址", [READ], networks="\n".join(f"10.0.0.{n}" for n in range(21))),
            TooManyNetworks,
        ),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_by_name(
    world: Alliance, boss: StaffFacts, owner: Engine, wish: Wish, refusal: type[Refusal]
) -> None:
    with refused(refusal, owner):
        make(world.ada, boss, wish)


def test_full_width_addresses_are_read_and_told_as_they_are_meant() -> None:
    typed = "２０３．０．１１３．９，203.0.113.77/24\n2001:DB8::1、203.0.113.9"
    assert rules.check_networks(typed) == ["203.0.113.9", "203.0.113.0/24", "2001:db8::1"]
    for address, welcome in (
        ("203.0.113.9", True),
        ("::ffff:203.0.113.9", True),
        ("2001:db8::2", False),
        ("198.51.100.1", False),
        ("", False),
        ("-", False),
    ):
        assert rules.is_from(rules.check_networks(typed), address) is welcome
    assert rules.is_from([], "-")


def test_two_keys_in_force_have_two_names(world: Alliance, boss: StaffFacts, owner: Engine) -> None:
    new = keys.made(world.ada, boss, name="比价 A")
    with refused(KeyNameTaken, owner):
        make(world.ada, boss, Wish("比价 a", [READ]))
    told: dict[str, Any] = {"actor": keys.actor(boss), "now": clock.now()}
    done(lambda: service.revoke(world.ada, new.id, **told))
    assert keys.made(world.ada, boss, name="比价 A").id != new.id


def test_two_people_at_once_do_not_make_one_key_too_many(
    world: Alliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_KEYS", 1)
    person, answers = hired(world.bo, "agent"), []
    gate = threading.Barrier(2)

    def one(name: str) -> None:
        gate.wait()
        try:
            keys.made(world.bo, person, name=name)
            answers.append("made")
        except TooManyKeys:
            answers.append("refused")

    both = [threading.Thread(target=one, args=(name,)) for name in ("甲", "乙")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(answers) == ["made", "refused"]


def test_the_use_of_a_key_is_written_once_a_minute(world: Alliance, boss: StaffFacts) -> None:
    new = keys.made(world.ada, boss)
    now = clock.now()
    for later, written in ((0, True), (59, False), (60, True)):
        then = now + timedelta(seconds=later)
        with shared():
            held = queries.shown(world.ada, new.key, now=then)
            assert held is not None
            assert service.note_use(held, "203.0.113.9", now=then) is written
            session.commit()
