"""Which hosts can be one's own, and how a claim moves on; nothing but values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.agents.hostnames import rules
from kameng.domains.agents.hostnames.errors import BadDomain
from kameng.domains.agents.hostnames.rules import Claim, Fault, Finding, Method, State, Tell
from kameng.domains.agents.hostnames.spelling import Why, check_host, spelt

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY = timedelta(days=1)
YES = Finding(Method.DNS, None, reaches=True)
NO = Finding(None, Fault.NO_ENTRY, reaches=True)
SILENT = Finding(None, Fault.SILENCE, reaches=None)


def why(text: str, base: str = "kameng.cn") -> str:
    with pytest.raises(BadDomain) as refusal:
        check_host(text, base=base)
    return str(refusal.value.facts["reason"])


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("shop.example.com", "shop.example.com"),
        (" Shop.Example.COM. ", "shop.example.com"),
        ("https://shop.example.com/", "shop.example.com"),
        ("网店.中国", "xn--hxt814e.xn--fiqs8s"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("ｓｈｏｐ．example。com", "shop.example.com"),
        ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
        ("my.shop.com.cn", "my.shop.com.cn"),
    ],
)
def test_a_host_is_taken_as_people_paste_it(typed: str, host: str) -> None:
    assert check_host(typed, base="kameng.cn") == host


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Why.EMPTY),
        ("   ", Why.EMPTY),
        ("https://", Why.EMPTY),
        ("x" * 300 + ".com", Why.LONG),
        (".".join(["a" * 60] * 4) + ".com", Why.LONG),
        ("x" * 64 + ".com", Why.FORM),
        ("shop example.com", Why.FORM),
        ("shop_1.example.com", Why.FORM),
        ("-shop.example.com", Why.FORM),
        ("user@example.com", Why.FORM),
        ("example.com:8080", Why.FORM),
        ("example.com/shop", Why.FORM),
        ("a..example.com", Why.FORM),
        ("exa\0mple.com", Why.FORM),
        ("xn--a", Why.FORM),
        ("xn--zzzz-.com", Why.FORM),
        ("127.0.0.1", Why.ADDRESS),
        ("127.1", Why.ADDRESS),
        ("2130706433", Why.ADDRESS),
        ("0x7f.0x1", Why.ADDRESS),
        ("[::1]", Why.ADDRESS),
        ("::1", Why.ADDRESS),
        ("localhost", Why.SUFFIX),
        ("com", Why.SUFFIX),
        ("com.cn", Why.SUFFIX),
        ("co.uk", Why.SUFFIX),
        ("printer.local", Why.RESERVED),
        ("db.internal", Why.RESERVED),
        ("1.168.192.in-addr.arpa", Why.RESERVED),
        ("hidden.onion", Why.RESERVED),
        ("kameng.cn", Why.OURS),
        ("ada.kameng.cn", Why.OURS),
        ("console.KAMENG.cn", Why.OURS),
    ],
)
def test_a_refused_host_says_why(typed: str, reason: Why) -> None:
    assert why(typed) == reason


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_plain_host_or_a_named_refusal(text: str) -> None:
    try:
        host = check_host(text, base="kameng.cn")
    except BadDomain as refusal:
        host, reason = "", refusal.facts["reason"]
    if not host:
        assert reason in set(Why)
        return
    assert host.isascii()
    assert host == host.lower()
    assert len(host) <= 245
    assert not set(host) - set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert check_host(spelt(host), base="kameng.cn") == host


def claim(**changes: object) -> Claim:
    made = Claim(1, "shop.example.com", "t" * 43, State.PENDING, NOW, NOW)
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


def looked(start: Claim, *findings: Finding, every: timedelta = DAY) -> Claim:
    """The claim after looks at fixed intervals, the first at NOW."""
    now = NOW
    for finding in findings:
        start = rules.after(start, finding, now=now)
        now += every
    return start


def test_a_proof_makes_it_proven_and_it_is_looked_at_again_tomorrow() -> None:
    done = looked(claim(), YES)
    assert (done.state, done.method, done.fault) == (State.PROVEN, Method.DNS, None)
    assert done.next_check_at == NOW + DAY
    assert done.reached


def test_without_a_proof_it_waits_longer_each_time_and_gives_up_after_a_month() -> None:
    waits, at, here = [], NOW, claim()
    while True:
        here = rules.after(here, NO, now=at)
        if here.next_check_at is None:
            break
        waits.append(here.next_check_at - at)
        at = here.next_check_at
    assert here.state is State.PENDING
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == DAY
    assert at - NOW >= timedelta(days=30)


def test_a_proof_is_lost_after_three_certain_noes_over_two_days_and_not_before() -> None:
    proven = looked(claim(), YES)
    once = looked(proven, NO)
    assert (once.state, once.notice) == (State.PROVEN, Tell.FAILING)
    twice = looked(proven, NO, NO)
    assert (twice.state, twice.notice) == (State.PROVEN, None)
    lost = looked(proven, NO, NO, NO)
    assert (lost.state, lost.notice, lost.reached) == (State.LOST, Tell.LOST, False)
    assert looked(proven, *[NO] * 20, every=timedelta(hours=2)).state is State.PROVEN


def test_one_yes_between_forgives() -> None:
    proven = looked(claim(), YES, NO, NO, YES, NO, NO)
    assert proven.state is State.PROVEN
    assert proven.failures == 2


def test_that_nobody_answers_proves_nothing_however_long() -> None:
    proven = looked(claim(), YES)
    quiet = looked(proven, *[SILENT] * 100)
    assert (quiet.state, quiet.failures, quiet.reached) == (State.PROVEN, 0, True)
    assert quiet.fault is Fault.SILENCE
    assert looked(claim(), *[SILENT] * 3).state is State.PENDING


def test_a_lost_one_may_be_proven_again() -> None:
    lost = looked(claim(), YES, NO, NO, NO)
    again = looked(lost, Finding(Method.FILE, None, reaches=None))
    assert (again.state, again.method) == (State.PROVEN, Method.FILE)


def test_a_host_that_leads_elsewhere_is_believed_at_the_third_look() -> None:
    away = Finding(Method.DNS, None, reaches=False)
    proven = looked(claim(), YES)
    first = looked(proven, away)
    assert (first.reached, first.next_check_at) == (True, NOW + timedelta(minutes=10))
    gone = looked(proven, away, away, away)
    assert (gone.reached, gone.notice, gone.state) == (False, Tell.ELSEWHERE, State.PROVEN)
    assert looked(gone, away).notice is None
    assert looked(gone, YES).reached


FINDINGS = st.builds(
    Finding,
    st.sampled_from([None, Method.DNS, Method.FILE]),
    st.sampled_from(list(Fault)),
    st.sampled_from([None, True, False]),
)


@given(st.lists(FINDINGS, max_size=30), st.integers(1, 60 * 24 * 3))
def test_however_the_looks_go_states_move_only_as_they_may(
    findings: list[Finding], minutes: int
) -> None:
    here, at = claim(), NOW
    for finding in findings:
        after = rules.after(here, finding, now=at)
        assert rules.may_move(here.state, after.state)
        assert after.state is not State.LOST or not after.reached
        assert after.next_check_at is None or after.next_check_at > at
        assert (after.state is State.PROVEN) or finding.method is None
        here, at = after, at + timedelta(minutes=minutes)
